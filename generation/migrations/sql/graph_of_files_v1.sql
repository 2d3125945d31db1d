-- What a take was made with an eye on, what was made from it, how a file was judged, and each recipient's own copy.
ALTER VIEW generation_graphfact RENAME TO generation_graphfact_of_takes;
CREATE VIEW generation_graphfact WITH (security_invoker = true) AS
    SELECT * FROM generation_graphfact_of_takes
    UNION ALL
    SELECT organisation_id, 'received_by', 'reference', id, 'person', received_by_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM provenance_referencemedia WHERE received_by_id IS NOT NULL
    UNION ALL
    SELECT DISTINCT take.organisation_id, 'looked_at', 'take', take.id, 'reference', named::uuid,
        NULL::integer, NULL::integer, NULL::integer, NULL::integer, false, true, NULL::uuid
    FROM generation_take AS take, jsonb_array_elements_text(take.request -> 'references') AS named
    UNION ALL
    SELECT organisation_id, 'made_from', 'master', id, 'take', take_id,
        NULL, NULL, NULL, NULL, true, true, NULL
    FROM generation_master
    UNION ALL
    SELECT organisation_id, 'decided_by', 'master', id, 'decision', decision_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_master
    UNION ALL
    SELECT organisation_id, 'asked_by', 'master', id, 'person', requested_by_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_master WHERE requested_by_id IS NOT NULL
    UNION ALL
    SELECT organisation_id, 'signs', 'credential', id, 'master', cause_id,
        NULL, NULL, NULL, NULL, true, true, NULL
    FROM provenance_derivedasset
    UNION ALL
    SELECT organisation_id, 'judges', 'review', id, 'credential', updated_file_id,
        NULL, NULL, NULL, NULL, true, true, NULL
    FROM generation_filereview
    UNION ALL
    SELECT organisation_id, 'reviewed_by', 'review', id, 'person', reviewed_by_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_filereview
    UNION ALL
    SELECT organisation_id, 'goes_out_as', 'delivery', cause_id, 'credential', id,
        NULL, NULL, NULL, NULL, true, true, NULL
    FROM provenance_credentialupdate WHERE reason = 'delivery';

CREATE FUNCTION generation_graph_of_reference_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'received_by', 'reference', NEW.id, 'person', NEW.received_by_id, false, NULL);
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_looking_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO public.generation_graphedge
        (organisation_id, kind, child_kind, child_id, parent_kind, parent_id, is_exact, carries)
    SELECT DISTINCT NEW.organisation_id, 'looked_at', 'take', NEW.id, 'reference', named::uuid, false, true
    FROM jsonb_array_elements_text(NEW.request -> 'references') AS named
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

-- A master points at its latest decision, as a take does.
CREATE FUNCTION generation_graph_of_master_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM public.generation_graphedge
        WHERE child_id = NEW.id AND parent_id = OLD.decision_id AND kind = 'decided_by';
    ELSE
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'made_from', 'master', NEW.id, 'take', NEW.take_id, true, NULL);
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'asked_by', 'master', NEW.id, 'person', NEW.requested_by_id, false, NULL);
    END IF;
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'decided_by', 'master', NEW.id, 'decision', NEW.decision_id, false, NULL);
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_derived_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'signs', 'credential', NEW.id, 'master', NEW.cause_id, true, NULL);
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_review_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'judges', 'review', NEW.id, 'credential', NEW.updated_file_id, true, NULL);
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'reviewed_by', 'review', NEW.id, 'person', NEW.reviewed_by_id, false, NULL);
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_copy_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'goes_out_as', 'delivery', NEW.cause_id, 'credential', NEW.id, true, NULL);
    RETURN NULL;
END
$$;

ALTER FUNCTION generation_graph_of_reference_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_looking_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_master_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_derived_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_review_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_copy_v1() OWNER TO countersign_system;

CREATE TRIGGER generation_graph AFTER INSERT ON provenance_referencemedia
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_reference_v1();
CREATE TRIGGER generation_graph_looked_at AFTER INSERT ON generation_take
    FOR EACH ROW WHEN (NEW.request ? 'references') EXECUTE FUNCTION generation_graph_of_looking_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON generation_master
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_master_v1();
CREATE TRIGGER generation_graph_decided_again AFTER UPDATE OF decision_id ON generation_master
    FOR EACH ROW WHEN (OLD.decision_id <> NEW.decision_id) EXECUTE FUNCTION generation_graph_of_master_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON provenance_derivedasset
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_derived_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON generation_filereview
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_review_v1();
CREATE TRIGGER generation_graph_copy AFTER INSERT ON provenance_credentialupdate
    FOR EACH ROW WHEN (NEW.reason = 'delivery') EXECUTE FUNCTION generation_graph_of_copy_v1();

GRANT SELECT ON generation_graphfact, generation_filereview, provenance_referencemedia, provenance_derivedasset,
    provenance_credentialupdate TO countersign_system;

-- What is on record already; what is there stays.
SELECT generation_graph_filled_v1();
