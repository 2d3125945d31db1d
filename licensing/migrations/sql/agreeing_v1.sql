-- A foreign key is checked past row-level security: without these a row could hang under another organisation's.
ALTER TABLE licensing_offer ADD CONSTRAINT licensing_offer_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_offer ADD CONSTRAINT licensing_offer_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_offer ADD CONSTRAINT licensing_offer_supersedes_same_organisation
    FOREIGN KEY (organisation_id, supersedes_id) REFERENCES licensing_consent (organisation_id, id);
ALTER TABLE licensing_offer ADD CONSTRAINT licensing_offer_consent_same_organisation
    FOREIGN KEY (organisation_id, consent_id) REFERENCES licensing_consent (organisation_id, id);
ALTER TABLE licensing_offerround ADD CONSTRAINT licensing_offerround_offer_same_organisation
    FOREIGN KEY (organisation_id, offer_id) REFERENCES licensing_offer (organisation_id, id);
ALTER TABLE licensing_termanswer ADD CONSTRAINT licensing_termanswer_round_same_organisation
    FOREIGN KEY (organisation_id, round_id) REFERENCES licensing_offerround (organisation_id, id);
ALTER TABLE licensing_termanswer ADD CONSTRAINT licensing_termanswer_authority_same_organisation
    FOREIGN KEY (organisation_id, authority_id) REFERENCES licensing_signingauthority (organisation_id, id);
ALTER TABLE licensing_termanswer ADD CONSTRAINT licensing_termanswer_by_the_authorised
    FOREIGN KEY (authority_id, answered_by_id) REFERENCES licensing_signingauthority (id, person_id);
ALTER TABLE licensing_offersignature ADD CONSTRAINT licensing_offersignature_round_same_organisation
    FOREIGN KEY (organisation_id, round_id) REFERENCES licensing_offerround (organisation_id, id);
ALTER TABLE licensing_offersignature ADD CONSTRAINT licensing_offersignature_authority_same_organisation
    FOREIGN KEY (organisation_id, authority_id) REFERENCES licensing_signingauthority (organisation_id, id);
ALTER TABLE licensing_offersignature ADD CONSTRAINT licensing_offersignature_by_the_authorised
    FOREIGN KEY (authority_id, signed_by_id) REFERENCES licensing_signingauthority (id, person_id);
ALTER TABLE licensing_offerevent ADD CONSTRAINT licensing_offerevent_offer_same_organisation
    FOREIGN KEY (organisation_id, offer_id) REFERENCES licensing_offer (organisation_id, id);
ALTER TABLE licensing_withdrawalnotice ADD CONSTRAINT licensing_withdrawalnotice_consent_same_organisation
    FOREIGN KEY (organisation_id, consent_id) REFERENCES licensing_consent (organisation_id, id);
ALTER TABLE licensing_withdrawalnotice ADD CONSTRAINT licensing_withdrawalnotice_authority_same_organisation
    FOREIGN KEY (organisation_id, authority_id) REFERENCES licensing_signingauthority (organisation_id, id);
ALTER TABLE licensing_sightgrant ADD CONSTRAINT licensing_sightgrant_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);

-- Written once. Of an offer only how far it came is written later; of a grant only its end.
REVOKE UPDATE, DELETE, TRUNCATE ON
    licensing_offer, licensing_offerround, licensing_termanswer, licensing_offersignature, licensing_offerevent,
    licensing_withdrawalnotice, licensing_sightgrant
    FROM countersign_app;
GRANT UPDATE (state, consent_id) ON licensing_offer TO countersign_app;
GRANT UPDATE (ended_at, ended_by_id) ON licensing_sightgrant TO countersign_app;

CREATE TRIGGER licensing_offer_no_removal BEFORE DELETE OR TRUNCATE ON licensing_offer
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_offerround_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_offerround
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_termanswer_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_termanswer
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_offersignature_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_offersignature
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_offerevent_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_offerevent
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_withdrawalnotice_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_withdrawalnotice
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_sightgrant_no_removal BEFORE DELETE OR TRUNCATE ON licensing_sightgrant
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();

CREATE FUNCTION licensing_offer_may_go_v1(before text, after text) RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog
AS $$
    SELECT (before, after) IN (
        ('drafted', 'offered'), ('drafted', 'taken_back'),
        ('offered', 'countered'), ('offered', 'signed'), ('offered', 'refused'), ('offered', 'taken_back'),
        ('countered', 'offered'), ('countered', 'refused'), ('countered', 'taken_back'),
        ('signed', 'active'), ('signed', 'refused'), ('signed', 'taken_back')
    )
$$;

CREATE FUNCTION licensing_offer_goes_on_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'drafted' THEN
            RAISE EXCEPTION 'an offer begins as a draft' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF to_jsonb(NEW) - ARRAY['state', 'consent_id'] IS DISTINCT FROM
          to_jsonb(OLD) - ARRAY['state', 'consent_id']
        OR NOT licensing_offer_may_go_v1(OLD.state, NEW.state)
    THEN
        RAISE EXCEPTION 'an offer does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_offer_goes_on';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_offer_goes_on BEFORE INSERT OR UPDATE ON licensing_offer
    FOR EACH ROW EXECUTE FUNCTION licensing_offer_goes_on_v1();

-- The history is one chain: each event begins where the one before ended, no earlier than it, and is where the offer is.
CREATE FUNCTION licensing_offerevent_follows_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    before licensing_offerevent;
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    SELECT * INTO before FROM licensing_offerevent
        WHERE offer_id = NEW.offer_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(before.number, 0) + 1
        OR NEW.from_state IS DISTINCT FROM before.to_state
        OR (before.at IS NOT NULL AND NEW.at < before.at)
        OR NEW.to_state <> (SELECT state FROM licensing_offer WHERE id = NEW.offer_id)
    THEN
        RAISE EXCEPTION 'this event does not follow from the one before'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_offerevent_follows';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_offerevent_follows BEFORE INSERT ON licensing_offerevent
    FOR EACH ROW EXECUTE FUNCTION licensing_offerevent_follows_v1();

-- Whoever answers or signs for the performer holds an authority for that performer, which covers the act on that day.
CREATE FUNCTION licensing_authority_covers_v1(authority uuid, offer uuid, act text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- Locked, so that the end of the authority and the act come one after the other.
    PERFORM FROM licensing_signingauthority AS held
        JOIN licensing_offer AS asked ON asked.id = offer AND asked.performer_id = held.performer_id
        WHERE held.id = authority AND held.revoked_at IS NULL AND held.acts @> ARRAY[act::varchar]
            AND (at AT TIME ZONE 'UTC')::date >= held.valid_from
            AND (held.valid_until IS NULL OR (at AT TIME ZONE 'UTC')::date <= held.valid_until)
        FOR SHARE OF held;
    RETURN FOUND;
END
$$;

CREATE FUNCTION licensing_termanswer_is_authorised_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked licensing_offerround;
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    SELECT * INTO asked FROM licensing_offerround WHERE id = NEW.round_id;
    IF NOT licensing_authority_covers_v1(NEW.authority_id, asked.offer_id, 'answer', NEW.answered_at) THEN
        RAISE EXCEPTION 'nobody is authorised to answer so for this performer' USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT state FROM licensing_offer WHERE id = asked.offer_id) <> 'offered'
        OR EXISTS (SELECT FROM licensing_offerround WHERE offer_id = asked.offer_id AND number > asked.number)
    THEN
        RAISE EXCEPTION 'only the latest round of an open offer is answered' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_termanswer_is_authorised BEFORE INSERT ON licensing_termanswer
    FOR EACH ROW EXECUTE FUNCTION licensing_termanswer_is_authorised_v1();

CREATE FUNCTION licensing_offersignature_is_due_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked licensing_offerround;
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    SELECT * INTO asked FROM licensing_offerround WHERE id = NEW.round_id;
    IF asked.terms_sha256 <> NEW.terms_sha256
        OR EXISTS (SELECT FROM licensing_offerround WHERE offer_id = asked.offer_id AND number > asked.number)
    THEN
        RAISE EXCEPTION 'only the latest terms are signed' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM licensing_termanswer WHERE round_id = NEW.round_id)
        OR EXISTS (SELECT FROM licensing_termanswer WHERE round_id = NEW.round_id AND answer <> 'yes')
    THEN
        RAISE EXCEPTION 'not every term was answered yes' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.side = 'studio' THEN
        IF NOT EXISTS (SELECT FROM licensing_offersignature WHERE round_id = NEW.round_id AND side = 'performer') THEN
            RAISE EXCEPTION 'the performer''s side signs first' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NOT EXISTS (
            SELECT FROM licensing_signingauthority
            WHERE id = NEW.authority_id AND signer_role = NEW.signer_role
        ) OR NOT licensing_authority_covers_v1(NEW.authority_id, asked.offer_id, 'sign', NEW.signed_at)
    THEN
        RAISE EXCEPTION 'nobody is authorised to sign so for this performer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_offersignature_is_due BEFORE INSERT ON licensing_offersignature
    FOR EACH ROW EXECUTE FUNCTION licensing_offersignature_is_due_v1();

CREATE FUNCTION licensing_sightgrant_only_ends_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
        OR NEW.ended_at IS NULL
        OR to_jsonb(NEW) - ARRAY['ended_at', 'ended_by_id'] IS DISTINCT FROM
           to_jsonb(OLD) - ARRAY['ended_at', 'ended_by_id']
    THEN
        RAISE EXCEPTION 'a grant is never edited and ends once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_sightgrant_only_ends BEFORE UPDATE ON licensing_sightgrant
    FOR EACH ROW EXECUTE FUNCTION licensing_sightgrant_only_ends_v1();
