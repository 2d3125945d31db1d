-- A foreign key is checked past row-level security: no row may hang under another organisation's.
ALTER TABLE generation_deliveryintent ADD CONSTRAINT generation_deliveryintent_same_organisation_take
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);
ALTER TABLE generation_deliveryintent ADD CONSTRAINT generation_deliveryintent_same_organisation_recipient
    FOREIGN KEY (organisation_id, recipient_id) REFERENCES generation_recipient (organisation_id, id);
ALTER TABLE generation_deliveryintent ADD CONSTRAINT generation_deliveryintent_same_organisation_decision
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
ALTER TABLE generation_deliverylink ADD CONSTRAINT generation_deliverylink_same_organisation
    FOREIGN KEY (organisation_id, delivery_id) REFERENCES generation_delivery (organisation_id, id);
ALTER TABLE generation_deliveryevent ADD CONSTRAINT generation_deliveryevent_same_organisation
    FOREIGN KEY (organisation_id, delivery_id) REFERENCES generation_delivery (organisation_id, id);
ALTER TABLE generation_deliveryevent ADD CONSTRAINT generation_deliveryevent_same_organisation_link
    FOREIGN KEY (organisation_id, link_id) REFERENCES generation_deliverylink (organisation_id, id);
ALTER TABLE generation_deliveryrecall ADD CONSTRAINT generation_deliveryrecall_same_organisation
    FOREIGN KEY (organisation_id, delivery_id) REFERENCES generation_delivery (organisation_id, id);
ALTER TABLE generation_recallnotice ADD CONSTRAINT generation_recallnotice_same_organisation
    FOREIGN KEY (organisation_id, recall_id) REFERENCES generation_deliveryrecall (organisation_id, id);
ALTER TABLE generation_recallacknowledgement ADD CONSTRAINT generation_recallacknowledgement_same_organisation
    FOREIGN KEY (organisation_id, recall_id) REFERENCES generation_deliveryrecall (organisation_id, id);
ALTER TABLE generation_recallacknowledgement ADD CONSTRAINT generation_recallacknowledgement_same_organisation_link
    FOREIGN KEY (organisation_id, link_id) REFERENCES generation_deliverylink (organisation_id, id);
ALTER TABLE generation_retentionwords ADD CONSTRAINT generation_retentionwords_same_organisation
    FOREIGN KEY (organisation_id, recall_id) REFERENCES generation_deliveryrecall (organisation_id, id);

-- What was delivered is what was intended: this file, to this recipient, on this decision, as it was asked.
ALTER TABLE generation_deliveryintent ADD CONSTRAINT generation_deliveryintent_whole
    UNIQUE (organisation_id, id, delivery_id, take_id, asset_id, recipient_id, decision_id, request_sha256);
ALTER TABLE generation_delivery ADD CONSTRAINT generation_delivery_as_intended
    FOREIGN KEY (organisation_id, intent_id, id, take_id, asset_id, recipient_id, decision_id, request_sha256)
    REFERENCES generation_deliveryintent
        (organisation_id, id, delivery_id, take_id, asset_id, recipient_id, decision_id, request_sha256);

-- Whatever the application does: nothing is about to be delivered but the signed file of a take, on a decision that
-- permits its delivery. It runs as whoever writes, so it sees the writer's organisation alone; and after the policies, so
-- that who writes into another organisation is told of that.
CREATE FUNCTION generation_delivery_is_decided_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.licensing_decision AS decision
        WHERE decision.id = NEW.decision_id AND decision.stage = 'deliver'
            AND decision.outcome IN ('allow', 'allow_with_duties', 'warn')
    ) THEN
        RAISE EXCEPTION 'decision % permits no delivery', NEW.decision_id USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.generation_take AS take
        WHERE take.id = NEW.take_id AND take.state = 'signed' AND take.asset_id = NEW.asset_id
    ) THEN
        RAISE EXCEPTION 'take % has no such signed file', NEW.take_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER generation_deliveryintent_is_decided AFTER INSERT ON generation_deliveryintent
    FOR EACH ROW EXECUTE FUNCTION generation_delivery_is_decided_v1();

-- All of it is evidence: rows are added, never changed.
CREATE TRIGGER generation_deliveryintent_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_deliveryintent
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_delivery_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_deliveryevent_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_deliveryevent
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_deliveryrecall_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_deliveryrecall
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_recallnotice_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_recallnotice
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_recallacknowledgement_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_recallacknowledgement
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_retentionwords_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_retentionwords
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();

REVOKE UPDATE, DELETE, TRUNCATE ON
    generation_deliveryintent, generation_delivery, generation_deliveryevent, generation_deliveryrecall,
    generation_recallnotice, generation_recallacknowledgement, generation_retentionwords
    FROM countersign_app;

-- Of a recipient only where it is reached changes; of a link only its end, and that once.
REVOKE UPDATE, DELETE, TRUNCATE ON generation_recipient, generation_deliverylink FROM countersign_app;
GRANT UPDATE (contact) ON generation_recipient TO countersign_app;
GRANT UPDATE (revoked_at, revoked_by_id) ON generation_deliverylink TO countersign_app;
CREATE TRIGGER generation_deliverylink_ends_once BEFORE UPDATE ON generation_deliverylink
    FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION generation_refuse_change_v1();

-- Whose link a token opens: whoever holds it is nobody's member. It tells identifiers alone.
CREATE FUNCTION generation_link_of_token_v1(digest text)
RETURNS TABLE (organisation_id uuid, link_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT link.organisation_id, link.id FROM public.generation_deliverylink AS link WHERE link.token_sha256 = digest
$$;
REVOKE ALL ON FUNCTION generation_link_of_token_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_link_of_token_v1(text) TO countersign_app;
GRANT SELECT ON generation_deliverylink TO countersign_system;
ALTER FUNCTION generation_link_of_token_v1(text) OWNER TO countersign_system;

-- Which take a credential of ours is of: anybody may hand in a file, and is told what stands today, never whose it is.
CREATE FUNCTION generation_take_of_manifest_v1(urn text)
RETURNS TABLE (organisation_id uuid, take_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT take.organisation_id, take.id
    FROM public.provenance_signedasset AS asset
    JOIN public.generation_take AS take ON take.organisation_id = asset.organisation_id AND take.asset_id = asset.id
    WHERE asset.manifest_id = urn
$$;
REVOKE ALL ON FUNCTION generation_take_of_manifest_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_take_of_manifest_v1(text) TO countersign_app;
ALTER FUNCTION generation_take_of_manifest_v1(text) OWNER TO countersign_system;

-- Organisations with deliveries that nobody has recalled yet: the sweep looks there for withdrawals to write down.
CREATE FUNCTION generation_organisations_delivering_v1()
RETURNS TABLE (organisation_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT DISTINCT delivery.organisation_id
    FROM public.generation_delivery AS delivery
    WHERE NOT EXISTS (
        SELECT FROM public.generation_deliveryrecall AS recall WHERE recall.delivery_id = delivery.id
    )
$$;
REVOKE ALL ON FUNCTION generation_organisations_delivering_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_organisations_delivering_v1() TO countersign_app;
GRANT SELECT ON generation_delivery, generation_deliveryrecall TO countersign_system;
ALTER FUNCTION generation_organisations_delivering_v1() OWNER TO countersign_system;
