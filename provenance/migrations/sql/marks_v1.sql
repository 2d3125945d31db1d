-- A foreign key is checked past row-level security: a mark must not hang under another organisation's asset.
ALTER TABLE provenance_assetmark ADD CONSTRAINT provenance_mark_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES provenance_signedasset (organisation_id, id);
ALTER TABLE provenance_assetmark ADD CONSTRAINT provenance_mark_size CHECK (octet_length(mark) = 8);

CREATE TRIGGER provenance_assetmark_append_only BEFORE UPDATE OR DELETE ON provenance_assetmark
    FOR EACH ROW EXECUTE FUNCTION provenance_refuse_change_v1();
CREATE TRIGGER provenance_assetmark_no_truncate BEFORE TRUNCATE ON provenance_assetmark
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON provenance_assetmark FROM countersign_app;

-- Whose watermark is this? As with fingerprints, the answer crosses organisations and says nothing of whose it is.
CREATE FUNCTION provenance_marks_like_v1(asked int[], made_by text, most int)
RETURNS TABLE (manifest_id text, mark bytea)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT marked.manifest_id::text, marked.mark
    FROM public.provenance_assetmark AS marked
    WHERE marked.keys && asked AND marked.algorithm = made_by
    LIMIT most
$$;

REVOKE ALL ON FUNCTION provenance_marks_like_v1(int[], text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_marks_like_v1(int[], text, int) TO countersign_app;
GRANT SELECT ON provenance_assetmark TO countersign_system;
ALTER FUNCTION provenance_marks_like_v1(int[], text, int) OWNER TO countersign_system;
