-- As v2, and for files that were made from a take's; `first_manifest_id` is that of the take's own first signature.
CREATE FUNCTION provenance_asset_of_manifest_v3(urn text)
RETURNS TABLE (file_sha256 text, signed_at timestamptz, first_manifest_id text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT asset.file_sha256::text, asset.signed_at, asset.manifest_id::text
    FROM public.provenance_signedasset AS asset
    WHERE asset.manifest_id = urn
    UNION ALL
    SELECT added.file_sha256::text, added.signed_at, asset.manifest_id::text
    FROM public.provenance_credentialupdate AS added
    JOIN public.provenance_signedasset AS asset ON asset.id = added.asset_id
    WHERE added.manifest_id = urn
    UNION ALL
    SELECT derived.file_sha256::text, derived.signed_at, asset.manifest_id::text
    FROM public.provenance_derivedasset AS derived
    JOIN public.provenance_signedasset AS asset ON asset.id = derived.asset_id
    WHERE derived.manifest_id = urn
$$;

REVOKE ALL ON FUNCTION provenance_asset_of_manifest_v3(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_asset_of_manifest_v3(text) TO countersign_app;
GRANT SELECT ON provenance_derivedasset TO countersign_system;
ALTER FUNCTION provenance_asset_of_manifest_v3(text) OWNER TO countersign_system;
