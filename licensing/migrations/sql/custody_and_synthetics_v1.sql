-- A foreign key is checked past row-level security: without these a row could hang under another organisation's.
ALTER TABLE licensing_consent ADD CONSTRAINT licensing_consent_of_performer UNIQUE (organisation_id, id, performer_id);
-- Whom an asset depicts is whom its consent is of.
ALTER TABLE licensing_custodyasset ADD CONSTRAINT licensing_custodyasset_of_the_consenting
    FOREIGN KEY (organisation_id, consent_id, depicts_id)
    REFERENCES licensing_consent (organisation_id, id, performer_id);
ALTER TABLE licensing_custodykey ADD CONSTRAINT licensing_custodykey_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES licensing_custodyasset (organisation_id, id);
ALTER TABLE licensing_custodyparent ADD CONSTRAINT licensing_custodyparent_asset_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES licensing_custodyasset (organisation_id, id);
ALTER TABLE licensing_custodyparent ADD CONSTRAINT licensing_custodyparent_parent_same_organisation
    FOREIGN KEY (organisation_id, parent_id) REFERENCES licensing_custodyasset (organisation_id, id);
ALTER TABLE licensing_custodyaccess ADD CONSTRAINT licensing_custodyaccess_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES licensing_custodyasset (organisation_id, id);
ALTER TABLE licensing_custodyrelease ADD CONSTRAINT licensing_custodyrelease_asset_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES licensing_custodyasset (organisation_id, id);
ALTER TABLE licensing_custodyrelease ADD CONSTRAINT licensing_custodyrelease_decision_same_organisation
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
ALTER TABLE licensing_custodyevent ADD CONSTRAINT licensing_custodyevent_asset_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES licensing_custodyasset (organisation_id, id);
ALTER TABLE licensing_custodyevent ADD CONSTRAINT licensing_custodyevent_release_same_organisation
    FOREIGN KEY (organisation_id, release_id) REFERENCES licensing_custodyrelease (organisation_id, id);
ALTER TABLE licensing_syntheticfile ADD CONSTRAINT licensing_syntheticfile_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_syntheticstep ADD CONSTRAINT licensing_syntheticstep_file_same_organisation
    FOREIGN KEY (organisation_id, file_id) REFERENCES licensing_syntheticfile (organisation_id, id);

-- Written once; of an asset only its end may be written, and its key may only go.
REVOKE UPDATE, DELETE, TRUNCATE ON
    licensing_custodyasset, licensing_custodykey, licensing_custodyparent, licensing_custodyaccess,
    licensing_custodyrelease, licensing_custodyevent, licensing_syntheticfile, licensing_syntheticstep
    FROM countersign_app;
GRANT UPDATE (state, destroyed_at, destruction_reason, attestation, attestation_sha256)
    ON licensing_custodyasset TO countersign_app;
GRANT DELETE ON licensing_custodykey TO countersign_app;

CREATE TRIGGER licensing_custodykey_no_change BEFORE UPDATE OR TRUNCATE ON licensing_custodykey
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_custodyparent_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_custodyparent
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_custodyaccess_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_custodyaccess
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_custodyrelease_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_custodyrelease
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_custodyevent_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_custodyevent
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_syntheticfile_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_syntheticfile
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_syntheticstep_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_syntheticstep
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_custodyasset_no_removal BEFORE DELETE OR TRUNCATE ON licensing_custodyasset
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();

CREATE FUNCTION licensing_custodyasset_only_ends_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    written CONSTANT text[] :=
        ARRAY['state', 'destroyed_at', 'destruction_reason', 'attestation', 'attestation_sha256'];
BEGIN
    IF OLD.state <> 'held' OR NEW.state <> 'destroyed'
        OR to_jsonb(NEW) - written IS DISTINCT FROM to_jsonb(OLD) - written
    THEN
        RAISE EXCEPTION 'an asset in custody is never edited and destroyed once' USING ERRCODE = 'restrict_violation';
    END IF;
    -- The word and the deed are one: whoever says destroyed has deleted the key before.
    IF EXISTS (SELECT FROM licensing_custodykey AS kept WHERE kept.asset_id = NEW.id) THEN
        RAISE EXCEPTION 'the key of this asset still exists' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_custodyasset_only_ends BEFORE UPDATE ON licensing_custodyasset
    FOR EACH ROW EXECUTE FUNCTION licensing_custodyasset_only_ends_v1();

-- And the other way round: at the end of the transaction an asset without its key is a destroyed one. By then the
-- transaction may act for nobody any more, and would see no asset.
CREATE FUNCTION licensing_custodykey_goes_with_asset_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    acting text := current_setting('app.organisation', true);
    is_destroyed boolean;
BEGIN
    PERFORM set_config('app.organisation', OLD.organisation_id::text, true);
    is_destroyed := EXISTS (
        SELECT FROM licensing_custodyasset AS asset WHERE asset.id = OLD.asset_id AND asset.state = 'destroyed'
    );
    PERFORM set_config('app.organisation', coalesce(acting, ''), true);
    IF NOT is_destroyed THEN
        RAISE EXCEPTION 'a key goes only with its asset' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER licensing_custodykey_goes_with_asset AFTER DELETE ON licensing_custodykey
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION licensing_custodykey_goes_with_asset_v1();

-- Everything that follows the value of a Synthetic is one file of steps; a closed file takes no more.
CREATE FUNCTION licensing_syntheticfile_is_open_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    -- One step at a time: a step and a closing come one after the other.
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.file_id::text, 20261123));
    IF EXISTS (SELECT FROM licensing_syntheticstep AS step WHERE step.file_id = NEW.file_id AND step.kind = 'closed')
    THEN
        RAISE EXCEPTION 'this case file is closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_syntheticstep_is_open BEFORE INSERT ON licensing_syntheticstep
    FOR EACH ROW EXECUTE FUNCTION licensing_syntheticfile_is_open_v1();
