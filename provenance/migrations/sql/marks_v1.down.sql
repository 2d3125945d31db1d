DROP FUNCTION provenance_marks_like_v1(int[], text, int);
REVOKE SELECT ON provenance_assetmark FROM countersign_system;
GRANT UPDATE, DELETE ON provenance_assetmark TO countersign_app;
DROP TRIGGER provenance_assetmark_no_truncate ON provenance_assetmark;
DROP TRIGGER provenance_assetmark_append_only ON provenance_assetmark;
ALTER TABLE provenance_assetmark DROP CONSTRAINT provenance_mark_size;
ALTER TABLE provenance_assetmark DROP CONSTRAINT provenance_mark_same_organisation;
