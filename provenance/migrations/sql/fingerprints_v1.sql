-- A foreign key is checked past row-level security: a fingerprint must not hang under another organisation's asset.
ALTER TABLE provenance_assetfingerprint ADD CONSTRAINT provenance_fingerprint_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES provenance_signedasset (organisation_id, id);
ALTER TABLE provenance_assetfingerprint ADD CONSTRAINT provenance_fingerprint_sizes
    CHECK (octet_length(iscc_digest) = 32 AND octet_length(words) % 32 = 0);

CREATE TRIGGER provenance_assetfingerprint_append_only BEFORE UPDATE OR DELETE ON provenance_assetfingerprint
    FOR EACH ROW EXECUTE FUNCTION provenance_refuse_change_v1();
CREATE TRIGGER provenance_assetfingerprint_no_truncate BEFORE TRUNCATE ON provenance_assetfingerprint
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON provenance_assetfingerprint FROM countersign_app;

-- Whose film is this? The question crosses organisations, so the answer holds identifiers and fingerprints and
-- nothing that says whose they are. Measuring how alike they are needs numbers side by side, not SQL.
CREATE FUNCTION provenance_fingerprints_like_v1(asked int[], made_by text, most int)
RETURNS TABLE (manifest_id text, iscc_digest bytea, words bytea)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT fingerprint.manifest_id::text, fingerprint.iscc_digest, fingerprint.words
    FROM public.provenance_assetfingerprint AS fingerprint
    WHERE fingerprint.keys && asked AND fingerprint.algorithm = made_by
    LIMIT most
$$;

REVOKE ALL ON FUNCTION provenance_fingerprints_like_v1(int[], text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_fingerprints_like_v1(int[], text, int) TO countersign_app;
GRANT SELECT ON provenance_assetfingerprint TO countersign_system;

-- Files that wait to be entered, of every organisation: whose each is must be known to enter it.
CREATE FUNCTION provenance_unindexed_assets_v1(made_by text)
RETURNS TABLE (organisation_id uuid, asset_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT asset.organisation_id, asset.id
    FROM public.provenance_signedasset AS asset
    WHERE NOT EXISTS (
        SELECT FROM public.provenance_assetfingerprint AS fingerprint
        WHERE fingerprint.asset_id = asset.id AND fingerprint.algorithm = made_by
    )
    ORDER BY asset.signed_at
$$;

REVOKE ALL ON FUNCTION provenance_unindexed_assets_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_unindexed_assets_v1(text) TO countersign_app;
ALTER FUNCTION provenance_unindexed_assets_v1(text) OWNER TO countersign_system;
ALTER FUNCTION provenance_fingerprints_like_v1(int[], text, int) OWNER TO countersign_system;
