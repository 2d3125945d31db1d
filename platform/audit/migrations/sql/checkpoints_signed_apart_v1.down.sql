DROP FUNCTION audit_log_named_v1(text);
REVOKE SELECT (id, organisation_id, origin) ON audit_logorigin FROM countersign_system;

DROP TRIGGER audit_platformentry_no_truncate ON audit_platformentry;
DROP TRIGGER audit_timestamp_no_truncate ON audit_timestamp;
DROP TRIGGER audit_cosignature_no_truncate ON audit_cosignature;
DROP TRIGGER audit_platformentry_no_change ON audit_platformentry;
DROP TRIGGER audit_timestamp_no_change ON audit_timestamp;
DROP TRIGGER audit_cosignature_no_change ON audit_cosignature;

DROP TRIGGER audit_checkpoint_signed_once ON audit_checkpoint;
DROP TRIGGER audit_checkpoint_no_change ON audit_checkpoint;
CREATE TRIGGER audit_checkpoint_no_change BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
DROP FUNCTION audit_sign_checkpoint_v1();

DROP POLICY every_organisation ON audit_timestamp;
DROP POLICY every_organisation ON audit_cosignature;
REVOKE UPDATE (note, signed_at) ON audit_checkpoint FROM countersign_log;
REVOKE ALL ON audit_cosignature, audit_timestamp, audit_platformentry FROM countersign_log;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_cosignature, audit_timestamp, audit_platformentry
    TO countersign_app;
GRANT USAGE, SELECT ON SEQUENCE audit_cosignature_id_seq, audit_timestamp_id_seq, audit_platformentry_id_seq
    TO countersign_app;
