DROP FUNCTION provenance_asset_of_manifest_v3(text);
REVOKE SELECT ON provenance_derivedasset FROM countersign_system;
