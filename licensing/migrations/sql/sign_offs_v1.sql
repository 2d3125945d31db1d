-- A foreign key is checked past row-level security: no paper may hang under another organisation's.
ALTER TABLE licensing_basissignoff ADD CONSTRAINT licensing_basissignoff_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_basissignoff ADD CONSTRAINT licensing_basissignoff_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_buyerapproval ADD CONSTRAINT licensing_buyerapproval_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
-- A paper takes the place of one of the same production, and a sign-off of one of the same basis.
ALTER TABLE licensing_basissignoff ADD CONSTRAINT licensing_basissignoff_supersedes_its_own
    FOREIGN KEY (organisation_id, production_id, basis, supersedes_id)
    REFERENCES licensing_basissignoff (organisation_id, production_id, basis, id);
ALTER TABLE licensing_buyerapproval ADD CONSTRAINT licensing_buyerapproval_supersedes_its_own
    FOREIGN KEY (organisation_id, production_id, supersedes_id)
    REFERENCES licensing_buyerapproval (organisation_id, production_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON licensing_basissignoff, licensing_buyerapproval FROM countersign_app;

CREATE TRIGGER licensing_basissignoff_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_basissignoff
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_buyerapproval_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_buyerapproval
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();

-- Whether every one of these shots is of the production; shots have no key that an array could refer to.
CREATE FUNCTION licensing_shots_of_production_v1(production uuid, named uuid[]) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT NOT EXISTS (
        SELECT FROM unnest(named) AS one WHERE NOT EXISTS (
            SELECT FROM productions_shot AS shot JOIN productions_sequence AS sequence ON sequence.id = shot.sequence_id
            WHERE shot.id = one AND sequence.production_id = production
        )
    )
$$;

-- Counsel signs, nobody signs off what they claimed themselves, and what was taken back is not taken back again.
CREATE FUNCTION licensing_sign_off_is_another_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    IF NOT licensing_has_role_v1(NEW.organisation_id, NEW.signed_by_id, ARRAY['legal']) THEN
        RAISE EXCEPTION 'counsel signs off a basis'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_basissignoff_by_legal';
    END IF;
    IF NOT NEW.revoked AND EXISTS (
        SELECT FROM licensing_decision AS claimed
        WHERE claimed.production_id = NEW.production_id AND claimed.requested_by_id = NEW.signed_by_id
            AND claimed.asked ->> 'use' = NEW.use
            AND jsonb_exists(claimed.asked -> 'stated' -> 'exempt_basis', NEW.basis)
    ) THEN
        RAISE EXCEPTION 'whoever claims a basis does not sign it off'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_basissignoff_four_eyes';
    END IF;
    IF NOT licensing_shots_of_production_v1(NEW.production_id, NEW.shots)
        OR (NOT NEW.revoked AND NEW.valid_until < (NEW.signed_at AT TIME ZONE 'UTC')::date)
        OR EXISTS (SELECT FROM licensing_basissignoff AS ended WHERE ended.id = NEW.supersedes_id AND ended.revoked)
    THEN
        RAISE EXCEPTION 'a sign-off is for shots of its production, for a time to come, and ends once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_basissignoff_scope';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_basissignoff_is_another BEFORE INSERT ON licensing_basissignoff
    FOR EACH ROW EXECUTE FUNCTION licensing_sign_off_is_another_v1();

CREATE FUNCTION licensing_buyer_approval_scope_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    IF NOT licensing_shots_of_production_v1(NEW.production_id, NEW.shots)
        OR EXISTS (SELECT FROM licensing_buyerapproval AS ended WHERE ended.id = NEW.supersedes_id AND ended.withdrawn)
    THEN
        RAISE EXCEPTION 'an approval is for shots of its production, and ends once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_buyerapproval_scope';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_buyerapproval_scope BEFORE INSERT ON licensing_buyerapproval
    FOR EACH ROW EXECUTE FUNCTION licensing_buyer_approval_scope_v1();
