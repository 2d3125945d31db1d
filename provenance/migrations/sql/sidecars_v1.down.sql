REVOKE EXECUTE ON FUNCTION accounts_organisation_ids_v1() FROM countersign_app;
DROP FUNCTION provenance_sidecars_of_digest_v1(text);
DROP FUNCTION provenance_asset_of_manifest_v4(text);
REVOKE SELECT ON provenance_sidecar FROM countersign_system;
GRANT UPDATE, DELETE ON provenance_sidecar TO countersign_app;
ALTER TABLE provenance_sidecar DROP CONSTRAINT provenance_sidecar_asset_same_organisation;
ALTER TABLE provenance_sidecar DROP CONSTRAINT provenance_sidecar_intent_same_organisation;
DROP TRIGGER provenance_sidecar_no_truncate ON provenance_sidecar;
DROP TRIGGER provenance_sidecar_append_only ON provenance_sidecar;
