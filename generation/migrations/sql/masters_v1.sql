-- A foreign key is checked past row-level security: no row may hang under another organisation's.
ALTER TABLE generation_keptframes ADD CONSTRAINT generation_keptframes_same_organisation
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);
ALTER TABLE generation_master ADD CONSTRAINT generation_master_same_organisation
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);
ALTER TABLE generation_master ADD CONSTRAINT generation_master_same_organisation_decision
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);

CREATE TRIGGER generation_keptframes_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_keptframes
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON generation_keptframes FROM countersign_app;

-- Whatever the application does: a master is of a signed take, on a decision that permits it.
CREATE FUNCTION generation_master_is_decided_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NEW.state IN ('queued', 'encoding', 'signing', 'signed') AND NOT EXISTS (
        SELECT FROM public.licensing_decision AS decision
        WHERE decision.id = NEW.decision_id AND decision.outcome IN ('allow', 'allow_with_duties', 'warn')
    ) THEN
        RAISE EXCEPTION 'decision % permits no master', NEW.decision_id USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.generation_take AS take WHERE take.id = NEW.take_id AND take.state = 'signed'
    ) THEN
        RAISE EXCEPTION 'take % has no signed file', NEW.take_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER generation_master_is_decided AFTER INSERT OR UPDATE OF state, decision_id, take_id ON generation_master
    FOR EACH ROW EXECUTE FUNCTION generation_master_is_decided_v1();

-- A signed master is evidence, and what was asked is what was asked. After the policies: a stranger's row is theirs
-- to refuse.
CREATE TRIGGER generation_master_signed_stays AFTER UPDATE ON generation_master
    FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_master_asked_stays AFTER UPDATE ON generation_master
    FOR EACH ROW WHEN (
        (OLD.take_id, OLD.format, OLD.fps, OLD.source, OLD.source_sha256, OLD.idempotency_key, OLD.requested_at)
        IS DISTINCT FROM
        (NEW.take_id, NEW.format, NEW.fps, NEW.source, NEW.source_sha256, NEW.idempotency_key, NEW.requested_at)
    ) EXECUTE FUNCTION generation_refuse_change_v1();
REVOKE DELETE, TRUNCATE ON generation_master FROM countersign_app;

-- Masters that wait unattended, of every organisation, as `generation_takes_awaiting_v1` tells of takes.
CREATE FUNCTION generation_masters_awaiting_v1()
RETURNS TABLE (organisation_id uuid, master_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT master.organisation_id, master.id
    FROM public.generation_master AS master
    WHERE master.state = 'queued'
            AND (master.woken_at IS NULL OR master.woken_at < clock_timestamp() - interval '30 seconds')
        OR master.state IN ('encoding', 'signing')
            AND master.lease_until < clock_timestamp()
            AND (master.woken_at IS NULL OR master.woken_at < clock_timestamp() - interval '5 seconds')
    ORDER BY master.requested_at
    LIMIT 1000
$$;

REVOKE ALL ON FUNCTION generation_masters_awaiting_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_masters_awaiting_v1() TO countersign_app;
GRANT SELECT ON generation_master TO countersign_system;
ALTER FUNCTION generation_masters_awaiting_v1() OWNER TO countersign_system;
