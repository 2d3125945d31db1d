-- A foreign key is checked past row-level security: without these a row could hang under another organisation's.
ALTER TABLE licensing_obligation ADD CONSTRAINT licensing_obligation_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_obligation ADD CONSTRAINT licensing_obligation_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_obligation ADD CONSTRAINT licensing_obligation_decision_same_organisation
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
ALTER TABLE licensing_obligationuse ADD CONSTRAINT licensing_obligationuse_obligation_same_organisation
    FOREIGN KEY (organisation_id, obligation_id) REFERENCES licensing_obligation (organisation_id, id);
ALTER TABLE licensing_obligationuse ADD CONSTRAINT licensing_obligationuse_decision_same_organisation
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
ALTER TABLE licensing_obligationend ADD CONSTRAINT licensing_obligationend_obligation_same_organisation
    FOREIGN KEY (organisation_id, obligation_id) REFERENCES licensing_obligation (organisation_id, id);
ALTER TABLE licensing_calendarholiday ADD CONSTRAINT licensing_calendarholiday_calendar_same_organisation
    FOREIGN KEY (organisation_id, calendar_id) REFERENCES licensing_calendaryear (organisation_id, id);
ALTER TABLE licensing_rate ADD CONSTRAINT licensing_rate_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_rate ADD CONSTRAINT licensing_rate_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_rateconfirmation ADD CONSTRAINT licensing_rateconfirmation_rate_same_organisation
    FOREIGN KEY (organisation_id, rate_id) REFERENCES licensing_rate (organisation_id, id);
-- The copy of the person who entered it is true, so the CHECK on two different people means the people who acted.
ALTER TABLE licensing_rateconfirmation ADD CONSTRAINT licensing_rateconfirmation_of_who_entered
    FOREIGN KEY (rate_id, entered_by_id) REFERENCES licensing_rate (id, entered_by_id);
ALTER TABLE licensing_account ADD CONSTRAINT licensing_account_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_posting ADD CONSTRAINT licensing_posting_obligation_same_organisation
    FOREIGN KEY (organisation_id, obligation_id) REFERENCES licensing_obligation (organisation_id, id);
ALTER TABLE licensing_posting ADD CONSTRAINT licensing_posting_reverses_same_organisation
    FOREIGN KEY (organisation_id, reverses_id) REFERENCES licensing_posting (organisation_id, id);
ALTER TABLE licensing_postingline ADD CONSTRAINT licensing_postingline_posting_same_organisation
    FOREIGN KEY (organisation_id, posting_id) REFERENCES licensing_posting (organisation_id, id);
ALTER TABLE licensing_postingline ADD CONSTRAINT licensing_postingline_account_same_organisation
    FOREIGN KEY (organisation_id, account_id) REFERENCES licensing_account (organisation_id, id);
ALTER TABLE licensing_assessment ADD CONSTRAINT licensing_assessment_obligation_same_organisation
    FOREIGN KEY (organisation_id, obligation_id) REFERENCES licensing_obligation (organisation_id, id);
ALTER TABLE licensing_assessment ADD CONSTRAINT licensing_assessment_posting_same_organisation
    FOREIGN KEY (organisation_id, posting_id) REFERENCES licensing_posting (organisation_id, id);
ALTER TABLE licensing_payment ADD CONSTRAINT licensing_payment_obligation_same_organisation
    FOREIGN KEY (organisation_id, obligation_id) REFERENCES licensing_obligation (organisation_id, id);
ALTER TABLE licensing_payment ADD CONSTRAINT licensing_payment_posting_same_organisation
    FOREIGN KEY (organisation_id, posting_id) REFERENCES licensing_posting (organisation_id, id);
ALTER TABLE licensing_paystatement ADD CONSTRAINT licensing_paystatement_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);

-- Two figures of one kind never hold on the same day.
ALTER TABLE licensing_rate ADD CONSTRAINT licensing_rate_one_at_a_time EXCLUDE USING gist (
    organisation_id WITH =,
    agreement WITH =,
    category WITH =,
    kind WITH =,
    (coalesce(performer_id, '00000000-0000-0000-0000-000000000000'::uuid)) WITH =,
    (coalesce(production_id, '00000000-0000-0000-0000-000000000000'::uuid)) WITH =,
    (daterange(valid_from, valid_until)) WITH &&
) WHERE (withdrawn_at IS NULL);

-- Written once; of a rate only its end or its withdrawal.
REVOKE UPDATE, DELETE, TRUNCATE ON
    licensing_obligation, licensing_obligationuse, licensing_obligationend, licensing_calendaryear,
    licensing_calendarholiday, licensing_rate, licensing_rateconfirmation, licensing_account, licensing_posting,
    licensing_postingline, licensing_assessment, licensing_payment, licensing_paystatement
    FROM countersign_app;
GRANT UPDATE (valid_until, withdrawn_at) ON licensing_rate TO countersign_app;

CREATE TRIGGER licensing_obligation_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_obligation
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_obligationuse_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_obligationuse
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_obligationend_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_obligationend
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_calendaryear_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_calendaryear
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_calendarholiday_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_calendarholiday
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_rateconfirmation_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_rateconfirmation
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_rate_no_removal BEFORE DELETE OR TRUNCATE ON licensing_rate
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_account_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_account
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_posting_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_posting
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_postingline_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_postingline
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_assessment_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_payment_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_payment
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_paystatement_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_paystatement
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();

CREATE FUNCTION licensing_rate_only_ends_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF to_jsonb(NEW) - ARRAY['valid_until', 'withdrawn_at'] IS DISTINCT FROM
        to_jsonb(OLD) - ARRAY['valid_until', 'withdrawn_at']
        OR (NEW.valid_until IS DISTINCT FROM OLD.valid_until AND OLD.valid_until IS NOT NULL)
        OR (NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at AND OLD.withdrawn_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'a rate is never edited and ends once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.withdrawn_at IS NOT NULL
        AND EXISTS (SELECT FROM licensing_rateconfirmation WHERE rate_id = NEW.id)
    THEN
        RAISE EXCEPTION 'a confirmed rate is ended, not withdrawn' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_rate_only_ends BEFORE UPDATE ON licensing_rate
    FOR EACH ROW EXECUTE FUNCTION licensing_rate_only_ends_v1();

-- A withdrawn rate is not confirmed; locked, so that a withdrawal and a confirmation come one after the other.
CREATE FUNCTION licensing_rate_stands_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM licensing_rate WHERE id = NEW.rate_id AND withdrawn_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this rate was withdrawn' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_rateconfirmation_stands AFTER INSERT ON licensing_rateconfirmation
    FOR EACH ROW EXECUTE FUNCTION licensing_rate_stands_v1();

-- After the policies, which come first for whoever is a stranger.
-- A posting is whole when its transaction ends: nobody adds a line afterwards, not even two that balance.
CREATE FUNCTION licensing_line_with_its_posting_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM licensing_posting WHERE id = NEW.posting_id AND made_in = pg_current_xact_id();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a posting is written with all its lines at once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_postingline_with_its_posting AFTER INSERT ON licensing_postingline
    FOR EACH ROW EXECUTE FUNCTION licensing_line_with_its_posting_v1();

-- Debits equal credits, in every currency apart, when the transaction commits.
CREATE FUNCTION licensing_posting_balances_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    posting uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    before text := coalesce(current_setting('app.organisation', true), '');
    lines bigint;
    apart bigint;
BEGIN
    -- At the commit nobody is acted for any more, and the policies would hide the lines.
    PERFORM set_config('app.organisation', NEW.organisation_id::text, true);
    SELECT coalesce(sum(each.lines), 0), count(*) FILTER (WHERE each.debits <> each.credits)
        INTO lines, apart
        FROM (
            SELECT count(*) AS lines, sum(debit_minor) AS debits, sum(credit_minor) AS credits
            FROM licensing_postingline WHERE posting_id = posting GROUP BY currency
        ) AS each;
    PERFORM set_config('app.organisation', before, true);
    IF lines < 2 OR apart > 0 THEN
        RAISE EXCEPTION 'debits and credits of posting % differ', posting
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_posting_balances';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER licensing_posting_balances AFTER INSERT ON licensing_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licensing_posting_balances_v1('id');
CREATE CONSTRAINT TRIGGER licensing_postingline_balances AFTER INSERT ON licensing_postingline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licensing_posting_balances_v1('posting_id');
