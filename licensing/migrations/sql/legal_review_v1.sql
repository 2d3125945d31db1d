-- A foreign key is checked past row-level security: without these a row could hang under another organisation's.
ALTER TABLE licensing_reviewcase ADD CONSTRAINT licensing_reviewcase_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_reviewcase ADD CONSTRAINT licensing_reviewcase_decision_same_organisation
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
ALTER TABLE licensing_reviewcasedecision ADD CONSTRAINT licensing_reviewcasedecision_case_same_organisation
    FOREIGN KEY (organisation_id, case_id) REFERENCES licensing_reviewcase (organisation_id, id);
ALTER TABLE licensing_reviewcasedecision ADD CONSTRAINT licensing_reviewcasedecision_decision_same_organisation
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
ALTER TABLE licensing_reviewevent ADD CONSTRAINT licensing_reviewevent_case_same_organisation
    FOREIGN KEY (organisation_id, case_id) REFERENCES licensing_reviewcase (organisation_id, id);
ALTER TABLE licensing_reviewapproval ADD CONSTRAINT licensing_reviewapproval_case_same_organisation
    FOREIGN KEY (organisation_id, case_id) REFERENCES licensing_reviewcase (organisation_id, id);
ALTER TABLE licensing_reviewapproval ADD CONSTRAINT licensing_reviewapproval_decision_same_organisation
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
ALTER TABLE licensing_reviewapproval ADD CONSTRAINT licensing_reviewapproval_delegation_same_organisation
    FOREIGN KEY (organisation_id, delegation_id) REFERENCES licensing_reviewdelegation (organisation_id, id);
ALTER TABLE licensing_reviewsecondkey ADD CONSTRAINT licensing_reviewsecondkey_approval_same_organisation
    FOREIGN KEY (organisation_id, approval_id) REFERENCES licensing_reviewapproval (organisation_id, id);
ALTER TABLE licensing_reviewsecondkey ADD CONSTRAINT licensing_reviewsecondkey_delegation_same_organisation
    FOREIGN KEY (organisation_id, delegation_id) REFERENCES licensing_reviewdelegation (organisation_id, id);
ALTER TABLE licensing_reviewsecondkey ADD CONSTRAINT licensing_reviewsecondkey_authority_same_organisation
    FOREIGN KEY (organisation_id, authority_id) REFERENCES licensing_signingauthority (organisation_id, id);
ALTER TABLE licensing_reviewapprovaluse ADD CONSTRAINT licensing_reviewapprovaluse_approval_same_organisation
    FOREIGN KEY (organisation_id, approval_id) REFERENCES licensing_reviewapproval (organisation_id, id);
ALTER TABLE licensing_reviewapprovaluse ADD CONSTRAINT licensing_reviewapprovaluse_decision_same_organisation
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
-- The copies are true: whoever acts for another does so by that very delegation, and the key is another's than theirs.
ALTER TABLE licensing_reviewapproval ADD CONSTRAINT licensing_reviewapproval_by_the_stand_in
    FOREIGN KEY (delegation_id, acting_for_id, approved_by_id)
    REFERENCES licensing_reviewdelegation (id, person_id, stand_in_id);
ALTER TABLE licensing_reviewsecondkey ADD CONSTRAINT licensing_reviewsecondkey_by_the_stand_in
    FOREIGN KEY (delegation_id, acting_for_id, given_by_id)
    REFERENCES licensing_reviewdelegation (id, person_id, stand_in_id);
ALTER TABLE licensing_reviewsecondkey ADD CONSTRAINT licensing_reviewsecondkey_of_the_approver
    FOREIGN KEY (approval_id, approved_by_id) REFERENCES licensing_reviewapproval (id, approved_by_id);

-- Written once; of a case its state, assignee and dates may be written, of the others their end alone.
REVOKE UPDATE, DELETE, TRUNCATE ON
    licensing_reviewcase, licensing_reviewcasedecision, licensing_reviewevent, licensing_reviewapproval,
    licensing_reviewsecondkey, licensing_reviewapprovaluse, licensing_reviewdelegation, licensing_legalhold
    FROM countersign_app;
GRANT UPDATE (state, assignee_id, due_on, closed_at) ON licensing_reviewcase TO countersign_app;
GRANT UPDATE (ended_at) ON licensing_reviewdelegation TO countersign_app;
GRANT UPDATE (lifted_at, lifted_by_id, lifted_because) ON licensing_legalhold TO countersign_app;

CREATE TRIGGER licensing_reviewcasedecision_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
    ON licensing_reviewcasedecision FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_reviewevent_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
    ON licensing_reviewevent FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_reviewapproval_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
    ON licensing_reviewapproval FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_reviewsecondkey_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
    ON licensing_reviewsecondkey FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_reviewapprovaluse_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
    ON licensing_reviewapprovaluse FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_reviewcase_no_removal BEFORE DELETE OR TRUNCATE
    ON licensing_reviewcase FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_reviewdelegation_no_removal BEFORE DELETE OR TRUNCATE
    ON licensing_reviewdelegation FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_legalhold_no_removal BEFORE DELETE OR TRUNCATE
    ON licensing_legalhold FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();

CREATE FUNCTION licensing_hold_only_ends_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF OLD.lifted_at IS NOT NULL
        OR NEW.lifted_at IS NULL
        OR to_jsonb(NEW) - ARRAY['lifted_at', 'lifted_by_id', 'lifted_because'] IS DISTINCT FROM
           to_jsonb(OLD) - ARRAY['lifted_at', 'lifted_by_id', 'lifted_because']
    THEN
        RAISE EXCEPTION 'a hold is never edited and is lifted once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_legalhold_only_ends BEFORE UPDATE ON licensing_legalhold
    FOR EACH ROW EXECUTE FUNCTION licensing_hold_only_ends_v1();

CREATE FUNCTION licensing_delegation_only_ends_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
        OR NEW.ended_at IS NULL
        OR to_jsonb(NEW) - 'ended_at' IS DISTINCT FROM to_jsonb(OLD) - 'ended_at'
    THEN
        RAISE EXCEPTION 'a delegation is never edited and ends once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_reviewdelegation_only_ends BEFORE UPDATE ON licensing_reviewdelegation
    FOR EACH ROW EXECUTE FUNCTION licensing_delegation_only_ends_v1();

-- Everybody who asked for the use of a case; people, whatever their roles are or were.
CREATE FUNCTION licensing_who_asked_v1(asked_case uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT requested_by_id FROM licensing_reviewcase WHERE id = asked_case AND requested_by_id IS NOT NULL
    UNION
    SELECT decided.requested_by_id
    FROM licensing_reviewcasedecision AS linked JOIN licensing_decision AS decided ON decided.id = linked.decision_id
    WHERE linked.case_id = asked_case AND decided.requested_by_id IS NOT NULL
$$;

CREATE FUNCTION licensing_delegation_holds_v1(delegation uuid, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT delegation IS NULL OR EXISTS (
        SELECT FROM licensing_reviewdelegation
        WHERE id = delegation AND ended_at IS NULL AND moment >= valid_from AND moment < valid_until
    )
$$;

CREATE FUNCTION licensing_has_role_v1(organisation uuid, person uuid, wanted text[]) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership
        WHERE organisation_id = organisation AND user_id = person AND role = ANY(wanted)
    )
$$;

CREATE FUNCTION licensing_case_opens_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    IF NEW.state <> 'open' OR NOT EXISTS (
        SELECT FROM licensing_decision AS decided
        WHERE decided.id = NEW.decision_id
            AND decided.production_id = NEW.production_id
            AND decided.requested_by_id IS NOT DISTINCT FROM NEW.requested_by_id
            AND decided.outcome IN ('escalate', 'deny_until')
    ) THEN
        RAISE EXCEPTION 'a case begins open, with the decision and the person that it came of'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewcase_opens';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_reviewcase_opens BEFORE INSERT ON licensing_reviewcase
    FOR EACH ROW EXECUTE FUNCTION licensing_case_opens_v1();

-- The way of a case; it is approved when every key it takes has been given, and by no writing of its state alone.
CREATE FUNCTION licensing_case_goes_on_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    written CONSTANT text[] := ARRAY['state', 'assignee_id', 'due_on', 'closed_at'];
    may boolean := CASE OLD.state
        WHEN 'open' THEN NEW.state IN ('open', 'waiting_for_second_key', 'approved', 'refused', 'withdrawn')
        WHEN 'waiting_for_second_key'
            THEN NEW.state IN ('waiting_for_second_key', 'approved', 'refused', 'withdrawn')
        WHEN 'approved' THEN NEW.state = 'withdrawn'
        ELSE false
    END;
BEGIN
    IF NOT may OR to_jsonb(NEW) - written IS DISTINCT FROM to_jsonb(OLD) - written THEN
        RAISE EXCEPTION 'a case is never edited and goes on one way' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('approved', 'waiting_for_second_key') AND NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM licensing_reviewapproval AS approval
        WHERE approval.case_id = NEW.id AND (
            NEW.state = 'waiting_for_second_key'
            OR NOT approval.needs_second_key
            OR EXISTS (SELECT FROM licensing_reviewsecondkey AS second WHERE second.approval_id = approval.id)
        )
    ) THEN
        RAISE EXCEPTION 'a case is approved by its keys'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewcase_keys';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_reviewcase_goes_on BEFORE UPDATE ON licensing_reviewcase
    FOR EACH ROW EXECUTE FUNCTION licensing_case_goes_on_v1();

-- Whoever approves, and for whom, is nobody who asked, and of legal at this moment.
CREATE FUNCTION licensing_approval_is_another_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    -- Locked, so that approvals, requests and withdrawals come one after the other.
    PERFORM FROM licensing_reviewcase WHERE id = NEW.case_id AND state = 'open' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only an open case is approved'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewapproval_open';
    END IF;
    IF EXISTS (
        SELECT FROM licensing_who_asked_v1(NEW.case_id) AS asker
        WHERE asker IN (NEW.approved_by_id, NEW.acting_for_id)
    ) THEN
        RAISE EXCEPTION 'whoever asked does not approve, nor does anybody for them'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewapproval_four_eyes';
    END IF;
    IF NOT licensing_delegation_holds_v1(NEW.delegation_id, NEW.approved_at)
        OR NOT licensing_has_role_v1(
            NEW.organisation_id, coalesce(NEW.acting_for_id, NEW.approved_by_id), ARRAY['legal'])
        OR NOT EXISTS (
            SELECT FROM accounts_membership
            WHERE organisation_id = NEW.organisation_id AND user_id = NEW.approved_by_id)
    THEN
        RAISE EXCEPTION 'legal approves, or somebody who stands in for legal now'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewapproval_by_legal';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_reviewapproval_is_another BEFORE INSERT ON licensing_reviewapproval
    FOR EACH ROW EXECUTE FUNCTION licensing_approval_is_another_v1();

-- The second key is of the performer's side: neither an asker nor an approver, nobody with a role on the studio's
-- side, and nobody who acted for the studio in this case before their role was changed.
CREATE FUNCTION licensing_second_key_is_another_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    approval licensing_reviewapproval%ROWTYPE;
    whose uuid := coalesce(NEW.acting_for_id, NEW.given_by_id);
    people uuid[] := ARRAY[NEW.given_by_id, coalesce(NEW.acting_for_id, NEW.given_by_id)];
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    SELECT * INTO approval FROM licensing_reviewapproval WHERE id = NEW.approval_id;
    PERFORM FROM licensing_reviewcase WHERE id = approval.case_id AND state = 'waiting_for_second_key' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this case waits for no second key'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewsecondkey_waited_for';
    END IF;
    IF approval.approved_by_id = ANY(people)
        OR approval.acting_for_id = ANY(people)
        OR EXISTS (SELECT FROM licensing_who_asked_v1(approval.case_id) AS asker WHERE asker = ANY(people))
        OR EXISTS (
            SELECT FROM licensing_reviewevent AS acted
            WHERE acted.case_id = approval.case_id AND acted.act <> 'comment' AND acted.by_id = ANY(people))
    THEN
        RAISE EXCEPTION 'whoever asked, approved or acted in a case does not turn its second key'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewsecondkey_four_eyes';
    END IF;
    IF NOT licensing_delegation_holds_v1(NEW.delegation_id, NEW.given_at)
        OR EXISTS (
            SELECT FROM accounts_membership
            WHERE organisation_id = NEW.organisation_id AND user_id = ANY(people)
                AND role IN ('producer', 'artist', 'legal', 'admin'))
        OR NOT EXISTS (
            SELECT FROM accounts_membership
            WHERE organisation_id = NEW.organisation_id AND user_id = NEW.given_by_id)
        OR NOT (CASE
            WHEN NEW.authority_id IS NULL
                THEN licensing_has_role_v1(NEW.organisation_id, whose, ARRAY['union_rep'])
            ELSE EXISTS (
                SELECT FROM licensing_signingauthority AS authority
                WHERE authority.id = NEW.authority_id AND authority.person_id = whose
                    AND authority.revoked_at IS NULL
                    AND (NEW.given_at AT TIME ZONE 'UTC')::date >= authority.valid_from
                    AND (authority.valid_until IS NULL
                        OR (NEW.given_at AT TIME ZONE 'UTC')::date <= authority.valid_until))
        END)
    THEN
        RAISE EXCEPTION 'the second key is the performer''s side''s'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewsecondkey_side';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_reviewsecondkey_is_another BEFORE INSERT ON licensing_reviewsecondkey
    FOR EACH ROW EXECUTE FUNCTION licensing_second_key_is_another_v1();

-- Nothing rests on an approval beyond its limits, after its end, or for somebody whose own key it is.
CREATE FUNCTION licensing_approval_is_kept_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    approval licensing_reviewapproval%ROWTYPE;
    decided licensing_decision%ROWTYPE;
    takes_used bigint;
    ms_used numeric;
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    SELECT * INTO approval FROM licensing_reviewapproval WHERE id = NEW.approval_id;
    -- Locked, so that two takes do not both have the last one.
    PERFORM FROM licensing_reviewcase WHERE id = approval.case_id AND state = 'approved' FOR UPDATE;
    IF NOT FOUND OR NEW.used_at >= approval.valid_until OR NEW.used_at < approval.approved_at THEN
        RAISE EXCEPTION 'the approval does not hold'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewapprovaluse_holds';
    END IF;
    SELECT * INTO decided FROM licensing_decision WHERE id = NEW.decision_id;
    IF decided.requested_by_id IN (approval.approved_by_id, approval.acting_for_id) OR EXISTS (
        SELECT FROM licensing_reviewsecondkey AS second
        WHERE second.approval_id = approval.id
            AND decided.requested_by_id IN (second.given_by_id, second.acting_for_id)
    ) THEN
        RAISE EXCEPTION 'nobody asks under their own key'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewapprovaluse_four_eyes';
    END IF;
    IF EXISTS (
        SELECT FROM licensing_reviewapprovaluse AS earlier
        WHERE earlier.approval_id = NEW.approval_id AND earlier.decision_id = decided.repeats_id
    ) THEN
        IF NEW.takes <> 0 OR NEW.ms <> 0 THEN
            RAISE EXCEPTION 'the same take counts once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT coalesce(sum(takes), 0), coalesce(sum(ms), 0) INTO takes_used, ms_used
        FROM licensing_reviewapprovaluse WHERE approval_id = NEW.approval_id;
    IF NEW.takes <> 1
        OR takes_used + NEW.takes > coalesce(approval.most_takes, 2147483647)
        OR (approval.most_ms IS NOT NULL AND (NEW.ms = 0 OR ms_used + NEW.ms > approval.most_ms))
    THEN
        RAISE EXCEPTION 'the approval is used up'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_reviewapprovaluse_limits';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_reviewapprovaluse_is_kept BEFORE INSERT ON licensing_reviewapprovaluse
    FOR EACH ROW EXECUTE FUNCTION licensing_approval_is_kept_v1();
