-- Default privileges gave countersign_app full use of every new table; here it may only read.
REVOKE ALL ON audit_cosignature, audit_timestamp, audit_platformentry FROM countersign_app;
REVOKE ALL ON SEQUENCE audit_cosignature_id_seq, audit_timestamp_id_seq, audit_platformentry_id_seq
    FROM countersign_app;
GRANT SELECT ON audit_cosignature, audit_timestamp, audit_platformentry TO countersign_app;

GRANT SELECT, INSERT ON audit_cosignature, audit_timestamp, audit_platformentry TO countersign_log;
GRANT UPDATE (note, signed_at) ON audit_checkpoint TO countersign_log;
-- Proofs for the signer and the witnesses are made from whatever organisation's tiles they are about.
CREATE POLICY every_organisation ON audit_cosignature TO countersign_log USING (true) WITH CHECK (true);
CREATE POLICY every_organisation ON audit_timestamp TO countersign_log USING (true) WITH CHECK (true);

-- A checkpoint is committed first and signed afterwards. Its signature is put beside it once, and nothing else of
-- it ever changes.
CREATE FUNCTION audit_sign_checkpoint_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF OLD.note IS NOT NULL OR NEW.note IS NULL
        OR (NEW.id, NEW.organisation_id, NEW.origin_id, NEW.size, NEW.root, NEW.created_at)
            IS DISTINCT FROM (OLD.id, OLD.organisation_id, OLD.origin_id, OLD.size, OLD.root, OLD.created_at)
    THEN
        RAISE EXCEPTION 'audit_checkpoint is evidence: it is signed once and not changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

DROP TRIGGER audit_checkpoint_no_change ON audit_checkpoint;
CREATE TRIGGER audit_checkpoint_no_change BEFORE DELETE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_checkpoint_signed_once BEFORE UPDATE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_sign_checkpoint_v1();

CREATE TRIGGER audit_cosignature_no_change BEFORE UPDATE OR DELETE ON audit_cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_timestamp_no_change BEFORE UPDATE OR DELETE ON audit_timestamp
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_platformentry_no_change BEFORE UPDATE OR DELETE ON audit_platformentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_cosignature_no_truncate BEFORE TRUNCATE ON audit_cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_timestamp_no_truncate BEFORE TRUNCATE ON audit_timestamp
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_platformentry_no_truncate BEFORE TRUNCATE ON audit_platformentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();

-- Hash tiles and checkpoints are for whoever knows the name of a log, 128 random bits. The name is all that is
-- asked for here, and whose log it is goes no further than the transaction that reads it.
CREATE FUNCTION audit_log_named_v1(name text)
RETURNS TABLE (id uuid, organisation_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT log.id, log.organisation_id FROM public.audit_logorigin AS log WHERE log.origin = name
$$;

REVOKE ALL ON FUNCTION audit_log_named_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_log_named_v1(text) TO countersign_app;
GRANT SELECT (id, organisation_id, origin) ON audit_logorigin TO countersign_system;
ALTER FUNCTION audit_log_named_v1(text) OWNER TO countersign_system;
