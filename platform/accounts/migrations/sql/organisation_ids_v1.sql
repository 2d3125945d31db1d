-- The check of the log looks at every organisation, also at one whose whole log somebody removed. It learns their
-- ids and nothing else.
CREATE FUNCTION accounts_organisation_ids_v1()
RETURNS SETOF uuid
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT id FROM public.accounts_organisation
$$;

REVOKE ALL ON FUNCTION accounts_organisation_ids_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_organisation_ids_v1() TO countersign_log;
GRANT SELECT (id) ON accounts_organisation TO countersign_system;
ALTER FUNCTION accounts_organisation_ids_v1() OWNER TO countersign_system;
