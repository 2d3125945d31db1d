DROP TRIGGER generation_graph_copy ON provenance_credentialupdate;
DROP TRIGGER generation_graph ON generation_filereview;
DROP TRIGGER generation_graph ON provenance_derivedasset;
DROP TRIGGER generation_graph_decided_again ON generation_master;
DROP TRIGGER generation_graph ON generation_master;
DROP TRIGGER generation_graph_looked_at ON generation_take;
DROP TRIGGER generation_graph ON provenance_referencemedia;
DROP FUNCTION generation_graph_of_copy_v1();
DROP FUNCTION generation_graph_of_review_v1();
DROP FUNCTION generation_graph_of_derived_v1();
DROP FUNCTION generation_graph_of_master_v1();
DROP FUNCTION generation_graph_of_looking_v1();
DROP FUNCTION generation_graph_of_reference_v1();
DROP VIEW generation_graphfact;
ALTER VIEW generation_graphfact_of_takes RENAME TO generation_graphfact;
REVOKE SELECT ON generation_filereview, provenance_referencemedia, provenance_derivedasset FROM countersign_system;

-- Of every organisation: its owner alone may not even see them.
CREATE FUNCTION generation_graph_emptied_v1() RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    DELETE FROM public.generation_graphedge
    WHERE 'master' IN (child_kind, parent_kind) OR 'review' = child_kind OR 'reference' IN (child_kind, parent_kind)
        OR kind = 'goes_out_as'
$$;
ALTER FUNCTION generation_graph_emptied_v1() OWNER TO countersign_system;
GRANT EXECUTE ON FUNCTION generation_graph_emptied_v1() TO countersign_owner;
SELECT generation_graph_emptied_v1();
DROP FUNCTION generation_graph_emptied_v1();
