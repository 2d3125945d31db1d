DROP FUNCTION provenance_asset_of_manifest_v1(text);
REVOKE SELECT ON provenance_signedasset FROM countersign_system;
