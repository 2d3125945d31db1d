DROP FUNCTION provenance_asset_of_manifest_v2(text);
REVOKE SELECT ON provenance_credentialupdate FROM countersign_system;
