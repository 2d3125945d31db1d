-- As v1, and for files whose credential was added to since. `first_manifest_id` is that of the first signature of the
-- same take, under which the rest of the product knows the file; it stands in the updated file as well.
CREATE FUNCTION provenance_asset_of_manifest_v2(urn text)
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
$$;

REVOKE ALL ON FUNCTION provenance_asset_of_manifest_v2(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_asset_of_manifest_v2(text) TO countersign_app;
GRANT SELECT ON provenance_credentialupdate TO countersign_system;
ALTER FUNCTION provenance_asset_of_manifest_v2(text) OWNER TO countersign_system;
