-- What an adapter was trained by, and what stands behind that training.
ALTER VIEW generation_graphfact RENAME TO generation_graphfact_of_files;
CREATE VIEW generation_graphfact WITH (security_invoker = true) AS
    SELECT * FROM generation_graphfact_of_files
    UNION ALL
    SELECT organisation_id, 'trained_by', 'replica', adapter_id, 'training', id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_likenesstraining WHERE adapter_id IS NOT NULL
    UNION ALL
    SELECT organisation_id, 'decided_by', 'training', id, 'decision', decision_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_likenesstraining
    UNION ALL
    SELECT organisation_id, 'made_with', 'training', id, 'model', model_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_likenesstraining
    UNION ALL
    SELECT organisation_id, 'asked_by', 'training', id, 'person', requested_by_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_likenesstraining
    UNION ALL
    SELECT DISTINCT organisation_id, 'used', 'training', job_id, 'replica', asset_id,
        NULL::integer, NULL::integer, NULL::integer, NULL::integer, false, true, NULL::uuid
    FROM licensing_custodyrelease WHERE purpose = 'train'
    UNION ALL
    SELECT asset.organisation_id, 'kept_under', 'replica', asset.id, 'consent', later.id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM licensing_custodyasset AS asset
    JOIN (
        WITH RECURSIVE later (first, id) AS (
            SELECT supersedes_id, id FROM licensing_consent WHERE supersedes_id IS NOT NULL
            UNION
            SELECT later.first, consent.id
            FROM later JOIN licensing_consent AS consent ON consent.supersedes_id = later.id
        )
        SELECT first, id FROM later
    ) AS later ON later.first = asset.consent_id;

-- A training points at its latest decision, as a take does, and at its adapter from the moment that is kept.
CREATE FUNCTION generation_graph_of_training_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM public.generation_graphedge
        WHERE child_id = NEW.id AND parent_id = OLD.decision_id AND kind = 'decided_by'
            AND OLD.decision_id <> NEW.decision_id;
    ELSE
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'made_with', 'training', NEW.id, 'model', NEW.model_id, false, NULL);
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'asked_by', 'training', NEW.id, 'person', NEW.requested_by_id, false, NULL);
    END IF;
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'decided_by', 'training', NEW.id, 'decision', NEW.decision_id, false, NULL);
    IF NEW.adapter_id IS NOT NULL THEN
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'trained_by', 'replica', NEW.adapter_id, 'training', NEW.id, false, NULL);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_training_release_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'used', 'training', NEW.job_id, 'replica', NEW.asset_id, false, NULL);
    RETURN NULL;
END
$$;

-- What was handed in under a record is kept under the one that supersedes it, and ends with that one.
CREATE FUNCTION generation_graph_of_superseding_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO public.generation_graphedge
        (organisation_id, kind, child_kind, child_id, parent_kind, parent_id, is_exact, carries)
    SELECT NEW.organisation_id, 'kept_under', 'replica', edge.child_id, 'consent', NEW.id, false, true
    FROM public.generation_graphedge AS edge
    WHERE edge.parent_id = NEW.supersedes_id AND edge.kind = 'kept_under'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

ALTER FUNCTION generation_graph_of_training_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_training_release_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_superseding_v1() OWNER TO countersign_system;

CREATE TRIGGER generation_graph AFTER INSERT ON generation_likenesstraining
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_training_v1();
CREATE TRIGGER generation_graph_decided_again AFTER UPDATE OF decision_id, adapter_id ON generation_likenesstraining
    FOR EACH ROW
    WHEN ((OLD.decision_id, OLD.adapter_id) IS DISTINCT FROM (NEW.decision_id, NEW.adapter_id))
    EXECUTE FUNCTION generation_graph_of_training_v1();
CREATE TRIGGER generation_graph_train AFTER INSERT ON licensing_custodyrelease
    FOR EACH ROW WHEN (NEW.purpose = 'train') EXECUTE FUNCTION generation_graph_of_training_release_v1();
CREATE TRIGGER generation_graph_superseded AFTER INSERT ON licensing_consent
    FOR EACH ROW WHEN (NEW.supersedes_id IS NOT NULL) EXECUTE FUNCTION generation_graph_of_superseding_v1();

GRANT SELECT ON generation_graphfact TO countersign_system;

-- What is on record already; what is there stays.
SELECT generation_graph_filled_v1();
