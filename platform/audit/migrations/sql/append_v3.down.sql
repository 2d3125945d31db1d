GRANT EXECUTE ON FUNCTION audit_append_v2(uuid, uuid, bytea) TO countersign_app;
DROP FUNCTION audit_append_v3(uuid, uuid, bytea);
