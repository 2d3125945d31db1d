DROP FUNCTION audit_append_v1(uuid, uuid, text, text, bytea);
REVOKE INSERT ON audit_outbox FROM countersign_system;
REVOKE SELECT (uid) ON audit_entry FROM countersign_system;
