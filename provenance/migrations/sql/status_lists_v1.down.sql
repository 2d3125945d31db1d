DROP FUNCTION provenance_status_entries_v1(uuid);
REVOKE SELECT ON provenance_statusentry FROM countersign_system;
REVOKE UPDATE (token, content_sha256, issued_at) ON provenance_statuslist FROM countersign_app;
GRANT UPDATE, DELETE ON provenance_statuslist TO countersign_app;
GRANT UPDATE, DELETE ON provenance_statusentry TO countersign_app;
DROP TRIGGER provenance_statusentry_no_change ON provenance_statusentry;
