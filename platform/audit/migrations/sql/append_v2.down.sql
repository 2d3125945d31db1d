GRANT EXECUTE ON FUNCTION audit_append_v1(uuid, uuid, text, text, bytea) TO countersign_app;
DROP FUNCTION audit_append_v2(uuid, uuid, bytea);
