-- A foreign key is checked past row-level security: a fingerprint must not hang under another organisation's file.
ALTER TABLE provenance_assetfingerprint ADD CONSTRAINT provenance_fingerprint_same_organisation_derived
    FOREIGN KEY (organisation_id, derived_id) REFERENCES provenance_derivedasset (organisation_id, id);

-- Films that wait to be entered, of every organisation: whose each is must be known to enter it. Exactly one of
-- asset_id and derived_id is given. Lists of folders and pictures that move are no films.
CREATE FUNCTION provenance_unindexed_files_v1(made_by text)
RETURNS TABLE (organisation_id uuid, asset_id uuid, derived_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT waiting.organisation_id, waiting.asset_id, waiting.derived_id
    FROM (
        SELECT asset.organisation_id, asset.id AS asset_id, NULL::uuid AS derived_id, asset.signed_at
        FROM public.provenance_signedasset AS asset
        WHERE NOT EXISTS (
            SELECT FROM public.provenance_assetfingerprint AS fingerprint
            WHERE fingerprint.asset_id = asset.id AND fingerprint.algorithm = made_by
        )
        UNION ALL
        SELECT derived.organisation_id, NULL, derived.id, derived.signed_at
        FROM public.provenance_derivedasset AS derived
        WHERE derived.statement ->> 'format' LIKE 'video/%'
          AND NOT EXISTS (
            SELECT FROM public.provenance_assetfingerprint AS fingerprint
            WHERE fingerprint.derived_id = derived.id AND fingerprint.algorithm = made_by
        )
    ) AS waiting
    ORDER BY waiting.signed_at
$$;

REVOKE ALL ON FUNCTION provenance_unindexed_files_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_unindexed_files_v1(text) TO countersign_app;
ALTER FUNCTION provenance_unindexed_files_v1(text) OWNER TO countersign_system;
