-- An index is given once and never to another credential: rows are added, never changed.
CREATE TRIGGER provenance_statusentry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON provenance_statusentry
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON provenance_statusentry FROM countersign_app;

-- Of a list only its newest edition changes: its name stands in credentials for ever.
REVOKE UPDATE, DELETE, TRUNCATE ON provenance_statuslist FROM countersign_app;
GRANT UPDATE (token, content_sha256, issued_at) ON provenance_statuslist TO countersign_app;

-- What an edition of a list is made of. Lists are of every organisation together, so this crosses them; it is for
-- whoever works out the states, and an edition holds nothing of it but a number for each index.
CREATE FUNCTION provenance_status_entries_v1(list uuid)
RETURNS TABLE (organisation_id uuid, index integer, manifest_id text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT entry.organisation_id, entry.index, entry.manifest_id::text
    FROM public.provenance_statusentry AS entry
    WHERE entry.status_list_id = list
$$;
REVOKE ALL ON FUNCTION provenance_status_entries_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_status_entries_v1(uuid) TO countersign_app;
GRANT SELECT ON provenance_statusentry TO countersign_system;
ALTER FUNCTION provenance_status_entries_v1(uuid) OWNER TO countersign_system;
