DROP TRIGGER generation_graph_superseded ON licensing_consent;
DROP TRIGGER generation_graph_train ON licensing_custodyrelease;
DROP TRIGGER generation_graph_decided_again ON generation_likenesstraining;
DROP TRIGGER generation_graph ON generation_likenesstraining;
DROP FUNCTION generation_graph_of_superseding_v1();
DROP FUNCTION generation_graph_of_training_release_v1();
DROP FUNCTION generation_graph_of_training_v1();
DROP VIEW generation_graphfact;
ALTER VIEW generation_graphfact_of_files RENAME TO generation_graphfact;

-- Of every organisation: its owner alone may not even see them.
CREATE FUNCTION generation_graph_emptied_v1() RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    DELETE FROM public.generation_graphedge AS edge
    WHERE 'training' IN (edge.child_kind, edge.parent_kind)
        OR edge.kind = 'kept_under' AND NOT EXISTS (
            SELECT FROM public.licensing_custodyasset AS asset
            WHERE asset.id = edge.child_id AND asset.consent_id = edge.parent_id
        )
$$;
ALTER FUNCTION generation_graph_emptied_v1() OWNER TO countersign_system;
GRANT EXECUTE ON FUNCTION generation_graph_emptied_v1() TO countersign_owner;
SELECT generation_graph_emptied_v1();
DROP FUNCTION generation_graph_emptied_v1();
