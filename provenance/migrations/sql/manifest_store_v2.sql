-- As v1, and of updates and of files that were made from a take's.
CREATE FUNCTION provenance_manifest_store_v2(urn text)
RETURNS bytea
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT asset.manifest_store FROM public.provenance_signedasset AS asset WHERE asset.manifest_id = urn
    UNION ALL
    SELECT added.manifest_store FROM public.provenance_credentialupdate AS added WHERE added.manifest_id = urn
    UNION ALL
    SELECT derived.manifest_store FROM public.provenance_derivedasset AS derived WHERE derived.manifest_id = urn
$$;

REVOKE ALL ON FUNCTION provenance_manifest_store_v2(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_manifest_store_v2(text) TO countersign_app;
ALTER FUNCTION provenance_manifest_store_v2(text) OWNER TO countersign_system;

-- Whose log says that the manifest was signed, and where: a receipt proves that place and tells nobody whose it is.
CREATE FUNCTION provenance_entry_of_manifest_v1(urn text)
RETURNS TABLE (organisation_id uuid, entry_uid uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT asset.organisation_id, asset.entry_uid FROM public.provenance_signedasset AS asset
    WHERE asset.manifest_id = urn AND asset.entry_uid IS NOT NULL
    UNION ALL
    SELECT added.organisation_id, added.entry_uid FROM public.provenance_credentialupdate AS added
    WHERE added.manifest_id = urn
    UNION ALL
    SELECT derived.organisation_id, derived.entry_uid FROM public.provenance_derivedasset AS derived
    WHERE derived.manifest_id = urn
$$;

REVOKE ALL ON FUNCTION provenance_entry_of_manifest_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_entry_of_manifest_v1(text) TO countersign_app;
ALTER FUNCTION provenance_entry_of_manifest_v1(text) OWNER TO countersign_system;
