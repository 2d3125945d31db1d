DROP FUNCTION audit_erase_person_v1(uuid, uuid, uuid);
REVOKE SELECT (uid, organisation_id, type, xid) ON audit_outbox FROM countersign_system;
REVOKE SELECT (id, organisation_id, person_id, erased_at), UPDATE (key, salt, erased_at, erasure)
    ON audit_subjectkey FROM countersign_system;
DROP TRIGGER audit_subjectkey_no_truncate ON audit_subjectkey;
DROP TRIGGER audit_subjectkey_no_delete ON audit_subjectkey;
DROP TRIGGER audit_subjectkey_only_erased ON audit_subjectkey;
DROP FUNCTION audit_only_erase_key_v1();
REVOKE ALL ON audit_subjectkey FROM countersign_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_subjectkey TO countersign_app;
