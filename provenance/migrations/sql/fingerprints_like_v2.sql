-- As v1, and in the order of what is shared. Two changes, both measured among a million films:
--
-- A planner that knows how often each key occurs, and not that hardly two occur in the same row, expects half of the
-- table and reads all of it, in 15 seconds. Only the index is ever right here.
--
-- Most films that share a key with the asked one share that one alone, by accident. Those that share keys of at least
-- two of three groups come first, the most shared ahead: bands of bits lie in turn in the groups, so that one plain
-- corner of a picture is not counted twice. Of the others `most_far` are looked at.
CREATE FUNCTION provenance_fingerprints_like_v2(asked int[], made_by text, most_near int, most_far int)
RETURNS TABLE (manifest_id text, iscc_digest bytea, words bytea)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off
SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
    ones int[] := ARRAY(SELECT key FROM unnest(asked) AS key WHERE (key >> 21) % 3 = 0);
    twos int[] := ARRAY(SELECT key FROM unnest(asked) AS key WHERE (key >> 21) % 3 = 1);
    threes int[] := ARRAY(SELECT key FROM unnest(asked) AS key WHERE (key >> 21) % 3 = 2);
BEGIN
    RETURN QUERY
    WITH near AS MATERIALIZED (
        SELECT fingerprint.id, fingerprint.manifest_id, fingerprint.iscc_digest, fingerprint.words,
               (SELECT count(*) FROM unnest(fingerprint.keys) AS key WHERE key = ANY (asked)) AS shared
        FROM public.provenance_assetfingerprint AS fingerprint
        WHERE fingerprint.algorithm = made_by
          AND ((fingerprint.keys && ones AND fingerprint.keys && twos)
            OR (fingerprint.keys && ones AND fingerprint.keys && threes)
            OR (fingerprint.keys && twos AND fingerprint.keys && threes))
        ORDER BY shared DESC
        LIMIT most_near
    ), far AS (
        SELECT fingerprint.manifest_id, fingerprint.iscc_digest, fingerprint.words
        FROM public.provenance_assetfingerprint AS fingerprint
        WHERE fingerprint.keys && asked AND fingerprint.algorithm = made_by
          AND fingerprint.id NOT IN (SELECT near.id FROM near)
        LIMIT most_far
    )
    SELECT near.manifest_id::text, near.iscc_digest, near.words FROM near
    UNION ALL
    SELECT far.manifest_id::text, far.iscc_digest, far.words FROM far;
END
$$;

REVOKE ALL ON FUNCTION provenance_fingerprints_like_v2(int[], text, int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_fingerprints_like_v2(int[], text, int, int) TO countersign_app;
ALTER FUNCTION provenance_fingerprints_like_v2(int[], text, int, int) OWNER TO countersign_system;
