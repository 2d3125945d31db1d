-- What rests on what, as the tables say that hold the facts. Read as whoever asks: their policies bind it.
CREATE VIEW generation_graphfact WITH (security_invoker = true) AS
    SELECT organisation_id, 'given_by'::text AS kind, 'consent'::text AS child_kind, id AS child_id,
        'performer'::text AS parent_kind, performer_id AS parent_id, NULL::integer AS child_first,
        NULL::integer AS child_end, NULL::integer AS parent_first, NULL::integer AS parent_end, false AS is_exact,
        true AS carries, NULL::uuid AS source_id
    FROM licensing_consent
    UNION ALL
    SELECT organisation_id, 'kept_under', 'replica', id, 'consent', consent_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM licensing_custodyasset
    UNION ALL
    SELECT organisation_id, 'built_from', 'replica', asset_id, 'replica', parent_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM licensing_custodyparent
    UNION ALL
    SELECT DISTINCT organisation_id, 'used', 'take', job_id, 'replica', asset_id,
        NULL::integer, NULL::integer, NULL::integer, NULL::integer, false, true, NULL::uuid
    FROM licensing_custodyrelease WHERE purpose = 'render'
    UNION ALL
    SELECT organisation_id, 'approved_by', 'approval', id, 'person', approved_by_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM licensing_reviewapproval
    UNION ALL
    SELECT DISTINCT decision.organisation_id, 'relies_on', 'decision', decision.id, 'consent', consent_id,
        NULL::integer, NULL::integer, NULL::integer, NULL::integer, false, true, NULL::uuid
    FROM licensing_decision AS decision, unnest(decision.consent_ids) AS consent_id
    UNION ALL
    SELECT DISTINCT decision.organisation_id, 'relies_on', 'decision', decision.id, 'approval',
        (said ->> 'approval')::uuid,
        NULL::integer, NULL::integer, NULL::integer, NULL::integer, false, true, NULL::uuid
    FROM licensing_decision AS decision, jsonb_array_elements(decision.approvals) AS said
    UNION ALL
    SELECT organisation_id, 'decided_by', 'take', id, 'decision', decision_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_take
    UNION ALL
    SELECT organisation_id, 'made_with', 'take', id, 'model', model_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_take
    UNION ALL
    SELECT organisation_id, 'asked_by', 'take', id, 'person', requested_by_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_take WHERE requested_by_id IS NOT NULL
    UNION ALL
    SELECT act.organisation_id, act.kind, 'take', act.take_id, 'person', act.by_id,
        NULL, NULL, NULL, NULL, false, true, act.id
    FROM generation_contribution AS act
    WHERE act.take_id IS NOT NULL AND act.kind NOT IN ('take_rejected', 'taken_back', 'element_made')
        AND NOT EXISTS (SELECT FROM generation_contribution AS later WHERE later.supersedes_id = act.id)
    UNION ALL
    SELECT organisation_id, 'made_by', 'element', id, 'person', by_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_contribution WHERE kind = 'element_made'
    UNION ALL
    SELECT organisation_id, kind, 'take', take_id, 'take', parent_id,
        NULL, NULL, first_frame, end_frame, false, kind NOT IN ('variation', 'revision'), id
    FROM generation_takelineage
    UNION ALL
    SELECT organisation_id, 'signs', 'credential', id, 'take', take_id,
        NULL, NULL, NULL, NULL, true, true, NULL
    FROM provenance_signedasset
    UNION ALL
    SELECT organisation_id, 'updates', 'credential', id, 'credential', asset_id,
        NULL, NULL, NULL, NULL, true, true, NULL
    FROM provenance_credentialupdate
    UNION ALL
    SELECT edition.organisation_id, 'arranged_by', 'cut', edition.id, 'person', act.by_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_cutedition AS edition
    JOIN generation_contribution AS act ON act.id = edition.contribution_id
    UNION ALL
    SELECT placed.organisation_id, 'places', 'cut', placed.edition_id,
        CASE WHEN placed.take_id IS NULL THEN 'element' ELSE 'take' END, coalesce(placed.take_id, placed.element_id),
        placed.starts::integer, (placed.starts + placed.end_frame - placed.first_frame)::integer,
        placed.first_frame, placed.end_frame, true, true, NULL
    FROM (
        SELECT entry.*, coalesce(sum(entry.end_frame - entry.first_frame) OVER (
            PARTITION BY entry.edition_id ORDER BY entry.position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS starts
        FROM generation_cutentry AS entry
    ) AS placed
    UNION ALL
    SELECT organisation_id, 'hands_out', 'delivery', id, 'credential', asset_id,
        NULL, NULL, NULL, NULL, true, true, NULL
    FROM generation_delivery
    UNION ALL
    SELECT organisation_id, 'decided_by', 'delivery', id, 'decision', decision_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_delivery
    UNION ALL
    SELECT organisation_id, 'delivered_by', 'delivery', id, 'person', delivered_by_id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_delivery WHERE delivered_by_id IS NOT NULL
    UNION ALL
    SELECT organisation_id, 'received', 'recipient', recipient_id, 'delivery', id,
        NULL, NULL, NULL, NULL, false, true, NULL
    FROM generation_delivery;

-- Written in the transaction of the fact itself, by nobody's own right: who may write the fact was decided before.
CREATE FUNCTION generation_graph_put_v1(
    organisation uuid, kind text, child_kind text, child uuid, parent_kind text, parent uuid, is_exact boolean,
    source uuid
) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, public
AS $$
    INSERT INTO public.generation_graphedge
        (organisation_id, kind, child_kind, child_id, parent_kind, parent_id, is_exact, carries, source_id)
    SELECT organisation, kind, child_kind, child, parent_kind, parent, is_exact, true, source
    WHERE parent IS NOT NULL
    ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION generation_graph_of_consent_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'given_by', 'consent', NEW.id, 'performer', NEW.performer_id, false, NULL);
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_custody_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'licensing_custodyasset' THEN
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'kept_under', 'replica', NEW.id, 'consent', NEW.consent_id, false, NULL);
    WHEN 'licensing_custodyparent' THEN
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'built_from', 'replica', NEW.asset_id, 'replica', NEW.parent_id, false, NULL);
    WHEN 'licensing_custodyrelease' THEN
        IF NEW.purpose = 'render' THEN
            PERFORM public.generation_graph_put_v1(
                NEW.organisation_id, 'used', 'take', NEW.job_id, 'replica', NEW.asset_id, false, NULL);
        END IF;
    END CASE;
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_approval_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'approved_by', 'approval', NEW.id, 'person', NEW.approved_by_id, false, NULL);
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_decision_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO public.generation_graphedge
        (organisation_id, kind, child_kind, child_id, parent_kind, parent_id, is_exact, carries)
    SELECT NEW.organisation_id, 'relies_on', 'decision', NEW.id, 'consent', consent_id, false, true
    FROM unnest(NEW.consent_ids) AS consent_id
    UNION
    SELECT NEW.organisation_id, 'relies_on', 'decision', NEW.id, 'approval', (said ->> 'approval')::uuid, false, true
    FROM jsonb_array_elements(NEW.approvals) AS said
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

-- A take points at its latest decision, so the one before stands no longer behind it.
CREATE FUNCTION generation_graph_of_take_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM public.generation_graphedge
        WHERE child_id = NEW.id AND parent_id = OLD.decision_id AND kind = 'decided_by';
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'decided_by', 'take', NEW.id, 'decision', NEW.decision_id, false, NULL);
        RETURN NULL;
    END IF;
    INSERT INTO public.generation_graphedge
        (organisation_id, kind, child_kind, child_id, parent_kind, parent_id, is_exact, carries)
    SELECT NEW.organisation_id, said.kind, 'take', NEW.id, said.parent_kind, said.parent, false, true
    FROM (VALUES
        ('decided_by', 'decision', NEW.decision_id), ('made_with', 'model', NEW.model_id),
        ('asked_by', 'person', NEW.requested_by_id)
    ) AS said (kind, parent_kind, parent)
    WHERE said.parent IS NOT NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

-- An act that another one takes the place of counts no longer.
CREATE FUNCTION generation_graph_of_contribution_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NEW.supersedes_id IS NOT NULL THEN
        DELETE FROM public.generation_graphedge AS edge
        USING public.generation_contribution AS before
        WHERE before.id = NEW.supersedes_id AND edge.child_id = before.take_id AND edge.source_id = before.id;
    END IF;
    IF NEW.kind = 'element_made' THEN
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'made_by', 'element', NEW.id, 'person', NEW.by_id, false, NULL);
    ELSIF NEW.take_id IS NOT NULL AND NEW.kind NOT IN ('take_rejected', 'taken_back') THEN
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, NEW.kind, 'take', NEW.take_id, 'person', NEW.by_id, false, NEW.id);
    END IF;
    RETURN NULL;
END
$$;

-- The model was given no pictures of the parent of a variation or a revision: nobody in it is in the child by that.
CREATE FUNCTION generation_graph_of_lineage_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO public.generation_graphedge
        (organisation_id, kind, child_kind, child_id, parent_kind, parent_id, parent_first, parent_end, is_exact,
        carries, source_id)
    VALUES (NEW.organisation_id, NEW.kind, 'take', NEW.take_id, 'take', NEW.parent_id, NEW.first_frame, NEW.end_frame,
        false, NEW.kind NOT IN ('variation', 'revision'), NEW.id);
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_credential_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_TABLE_NAME = 'provenance_signedasset' THEN
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'signs', 'credential', NEW.id, 'take', NEW.take_id, true, NULL);
    ELSE
        PERFORM public.generation_graph_put_v1(
            NEW.organisation_id, 'updates', 'credential', NEW.id, 'credential', NEW.asset_id, true, NULL);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_cut_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'arranged_by', 'cut', NEW.id, 'person',
        (SELECT act.by_id FROM public.generation_contribution AS act WHERE act.id = NEW.contribution_id),
        false, NULL);
    RETURN NULL;
END
$$;

-- Once for a statement: where a stretch stands in the cut depends on all that come before it.
CREATE FUNCTION generation_graph_of_cutentries_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    DELETE FROM public.generation_graphedge AS edge
    WHERE edge.kind = 'places' AND edge.child_id IN (SELECT edition_id FROM written);
    INSERT INTO public.generation_graphedge
        (organisation_id, kind, child_kind, child_id, parent_kind, parent_id, child_first, child_end, parent_first,
        parent_end, is_exact, carries)
    SELECT placed.organisation_id, 'places', 'cut', placed.edition_id,
        CASE WHEN placed.take_id IS NULL THEN 'element' ELSE 'take' END, coalesce(placed.take_id, placed.element_id),
        placed.starts, placed.starts + placed.end_frame - placed.first_frame,
        placed.first_frame, placed.end_frame, true, true
    FROM (
        SELECT entry.*, coalesce(sum(entry.end_frame - entry.first_frame) OVER (
            PARTITION BY entry.edition_id ORDER BY entry.position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS starts
        FROM public.generation_cutentry AS entry
        WHERE entry.edition_id IN (SELECT edition_id FROM written)
    ) AS placed;
    RETURN NULL;
END
$$;

CREATE FUNCTION generation_graph_of_delivery_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'hands_out', 'delivery', NEW.id, 'credential', NEW.asset_id, true, NULL);
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'decided_by', 'delivery', NEW.id, 'decision', NEW.decision_id, false, NULL);
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'delivered_by', 'delivery', NEW.id, 'person', NEW.delivered_by_id, false, NULL);
    PERFORM public.generation_graph_put_v1(
        NEW.organisation_id, 'received', 'recipient', NEW.recipient_id, 'delivery', NEW.id, false, NULL);
    RETURN NULL;
END
$$;

ALTER FUNCTION generation_graph_of_consent_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_custody_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_approval_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_decision_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_take_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_contribution_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_lineage_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_credential_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_cut_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_cutentries_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_graph_of_delivery_v1() OWNER TO countersign_system;

-- After the policies: a stranger's row is theirs to refuse.
CREATE TRIGGER generation_graph AFTER INSERT ON licensing_consent
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_consent_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON licensing_custodyasset
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_custody_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON licensing_custodyparent
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_custody_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON licensing_custodyrelease
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_custody_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON licensing_reviewapproval
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_approval_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON licensing_decision
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_decision_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON generation_take
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_take_v1();
CREATE TRIGGER generation_graph_decided_again AFTER UPDATE OF decision_id ON generation_take
    FOR EACH ROW WHEN (OLD.decision_id <> NEW.decision_id) EXECUTE FUNCTION generation_graph_of_take_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON generation_contribution
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_contribution_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON generation_takelineage
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_lineage_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON provenance_signedasset
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_credential_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON provenance_credentialupdate
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_credential_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON generation_cutedition
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_cut_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON generation_cutentry REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION generation_graph_of_cutentries_v1();
CREATE TRIGGER generation_graph AFTER INSERT ON generation_delivery
    FOR EACH ROW EXECUTE FUNCTION generation_graph_of_delivery_v1();

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON generation_graphedge FROM countersign_app;
GRANT SELECT, INSERT, DELETE ON generation_graphedge TO countersign_system;
GRANT SELECT ON generation_graphfact, licensing_consent, licensing_custodyasset, licensing_custodyparent,
    licensing_custodyrelease, licensing_reviewapproval, licensing_decision, generation_contribution,
    generation_cutedition, generation_cutentry, generation_takelineage TO countersign_system;

-- What is on record already.
CREATE FUNCTION generation_graph_filled_v1() RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    INSERT INTO public.generation_graphedge
        (organisation_id, kind, child_kind, child_id, parent_kind, parent_id, child_first, child_end, parent_first,
        parent_end, is_exact, carries, source_id)
    SELECT organisation_id, kind, child_kind, child_id, parent_kind, parent_id, child_first, child_end, parent_first,
        parent_end, is_exact, carries, source_id
    FROM public.generation_graphfact
    ON CONFLICT DO NOTHING
$$;
REVOKE ALL ON FUNCTION generation_graph_filled_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_graph_filled_v1() TO countersign_owner;
ALTER FUNCTION generation_graph_filled_v1() OWNER TO countersign_system;
SELECT generation_graph_filled_v1();
