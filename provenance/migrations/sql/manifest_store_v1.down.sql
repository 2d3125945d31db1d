DROP FUNCTION provenance_manifest_store_v1(text);
