-- Who may do what. Default privileges gave countersign_app full use of every new table; here it may only read.
REVOKE ALL ON audit_outbox, audit_logorigin, audit_entry, audit_tile, audit_checkpoint FROM countersign_app;
REVOKE ALL ON SEQUENCE audit_outbox_id_seq, audit_checkpoint_id_seq FROM countersign_app;
GRANT SELECT ON audit_logorigin, audit_entry, audit_tile, audit_checkpoint TO countersign_app;

GRANT SELECT, DELETE ON audit_outbox TO countersign_log;
GRANT SELECT, INSERT ON audit_logorigin, audit_entry, audit_checkpoint TO countersign_log;
GRANT SELECT, INSERT, UPDATE (hashes) ON audit_tile TO countersign_log;

-- The sequencer and the check serve every organisation.
CREATE POLICY every_organisation ON audit_outbox TO countersign_log USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON audit_logorigin TO countersign_log USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON audit_entry TO countersign_log USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON audit_tile TO countersign_log USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON audit_checkpoint TO countersign_log USING (true) WITH CHECK (true);

-- Triggers stop accidents, also of the owner. Whoever can disable them is stopped by the checkpoints alone.
CREATE FUNCTION audit_refuse_change_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    RAISE EXCEPTION '% is evidence: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

-- A tile may grow to the right; what it held it must go on holding.
CREATE FUNCTION audit_grow_tile_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF (NEW.origin_id, NEW.organisation_id, NEW.level, NEW.number)
        IS DISTINCT FROM (OLD.origin_id, OLD.organisation_id, OLD.level, OLD.number)
        OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) IS DISTINCT FROM OLD.hashes
    THEN
        RAISE EXCEPTION 'a tile of the log only grows' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_outbox_no_change BEFORE UPDATE ON audit_outbox
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_logorigin_no_change BEFORE UPDATE OR DELETE ON audit_logorigin
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_checkpoint_no_change BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_tile_no_change BEFORE DELETE ON audit_tile
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_tile_grows BEFORE UPDATE ON audit_tile
    FOR EACH ROW EXECUTE FUNCTION audit_grow_tile_v1();

CREATE TRIGGER audit_outbox_no_truncate BEFORE TRUNCATE ON audit_outbox
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_logorigin_no_truncate BEFORE TRUNCATE ON audit_logorigin
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_tile_no_truncate BEFORE TRUNCATE ON audit_tile
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
