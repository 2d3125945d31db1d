DROP FUNCTION provenance_entry_of_manifest_v1(text);
DROP FUNCTION provenance_manifest_store_v2(text);
