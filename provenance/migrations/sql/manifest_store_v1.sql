-- The manifest store that was signed under a manifest, of any organisation. Whether it is for whoever asks is decided
-- before: only those of delivered files are, which bear them for everybody to read.
CREATE FUNCTION provenance_manifest_store_v1(urn text)
RETURNS bytea
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT asset.manifest_store FROM public.provenance_signedasset AS asset WHERE asset.manifest_id = urn
$$;

REVOKE ALL ON FUNCTION provenance_manifest_store_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_manifest_store_v1(text) TO countersign_app;
ALTER FUNCTION provenance_manifest_store_v1(text) OWNER TO countersign_system;
