-- Anybody may ask whether a file is, byte for byte, the one we signed under a manifest. The answer crosses
-- organisations, so it holds nothing that says whose file it is.
CREATE FUNCTION provenance_asset_of_manifest_v1(urn text)
RETURNS TABLE (file_sha256 text, signed_at timestamptz, taken_at timestamptz)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT asset.file_sha256::text, asset.signed_at, asset.taken_at
    FROM public.provenance_signedasset AS asset
    WHERE asset.manifest_id = urn
$$;

REVOKE ALL ON FUNCTION provenance_asset_of_manifest_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_asset_of_manifest_v1(text) TO countersign_app;
GRANT SELECT ON provenance_signedasset TO countersign_system;
ALTER FUNCTION provenance_asset_of_manifest_v1(text) OWNER TO countersign_system;
