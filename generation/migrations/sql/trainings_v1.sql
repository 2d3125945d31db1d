-- A foreign key is checked past row-level security: no training may use another organisation's rows.
ALTER TABLE generation_likenesstraining ADD CONSTRAINT generation_likenesstraining_same_organisation_production
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE generation_likenesstraining ADD CONSTRAINT generation_likenesstraining_same_organisation_performer
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE generation_likenesstraining ADD CONSTRAINT generation_likenesstraining_same_organisation_model
    FOREIGN KEY (organisation_id, model_id) REFERENCES generation_modelrelease (organisation_id, id);
ALTER TABLE generation_likenesstraining ADD CONSTRAINT generation_likenesstraining_same_organisation_decision
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
ALTER TABLE generation_likenesstraining ADD CONSTRAINT generation_likenesstraining_same_organisation_adapter
    FOREIGN KEY (organisation_id, adapter_id) REFERENCES licensing_custodyasset (organisation_id, id);
ALTER TABLE generation_likenesssource ADD CONSTRAINT generation_likenesssource_same_organisation_training
    FOREIGN KEY (organisation_id, training_id) REFERENCES generation_likenesstraining (organisation_id, id);
ALTER TABLE generation_likenesssource ADD CONSTRAINT generation_likenesssource_same_organisation_asset
    FOREIGN KEY (organisation_id, asset_id) REFERENCES licensing_custodyasset (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON generation_likenesssource FROM countersign_app;
CREATE TRIGGER generation_likenesssource_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_likenesssource
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
REVOKE DELETE, TRUNCATE ON generation_likenesstraining FROM countersign_app;

-- Whatever the application does: only on a decision that permits to train is anything trained, and the adapter that
-- comes of it is of the performer who was asked for.
CREATE FUNCTION generation_training_is_decided_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NEW.state IN ('queued', 'training', 'keeping', 'done') AND NOT EXISTS (
        SELECT FROM public.licensing_decision AS decision
        WHERE decision.id = NEW.decision_id AND decision.outcome IN ('allow', 'allow_with_duties', 'warn')
            AND decision.asked ->> 'use' = 'train_project_model'
    ) THEN
        RAISE EXCEPTION 'decision % permits no training', NEW.decision_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.adapter_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.licensing_custodyasset AS asset
        WHERE asset.id = NEW.adapter_id AND asset.kind = 'adapter' AND asset.depicts_id = NEW.performer_id
            AND asset.plain_sha256 = NEW.adapter_sha256
    ) THEN
        RAISE EXCEPTION 'asset % is no adapter of this training', NEW.adapter_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER generation_training_is_decided
    AFTER INSERT OR UPDATE OF state, decision_id, adapter_id ON generation_likenesstraining
    FOR EACH ROW EXECUTE FUNCTION generation_training_is_decided_v1();

-- What is finished is evidence, and what was asked is what was asked.
CREATE TRIGGER generation_training_done_stays AFTER UPDATE ON generation_likenesstraining
    FOR EACH ROW WHEN (OLD.state IN ('done', 'refused', 'cancelled', 'failed'))
    EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_training_asked_stays AFTER UPDATE ON generation_likenesstraining
    FOR EACH ROW WHEN (
        (OLD.production_id, OLD.performer_id, OLD.model_id, OLD.name, OLD.trigger, OLD.purpose, OLD.rank, OLD.steps,
            OLD.learning_rate, OLD.seed, OLD.frames, OLD.width, OLD.height, OLD.fps, OLD.request, OLD.request_sha256,
            OLD.requested_at, OLD.requested_by_id, OLD.idempotency_key)
        IS DISTINCT FROM
        (NEW.production_id, NEW.performer_id, NEW.model_id, NEW.name, NEW.trigger, NEW.purpose, NEW.rank, NEW.steps,
            NEW.learning_rate, NEW.seed, NEW.frames, NEW.width, NEW.height, NEW.fps, NEW.request, NEW.request_sha256,
            NEW.requested_at, NEW.requested_by_id, NEW.idempotency_key)
    ) EXECUTE FUNCTION generation_refuse_change_v1();

-- The training that has waited longest, of every organisation, for the worker of this name; no row while it is being
-- drained. What a worker left behind comes first. Only what was asked for at least `waited` ago.
CREATE FUNCTION generation_next_training_v1(worker_name text, waited interval)
RETURNS TABLE (organisation_id uuid, training_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT training.organisation_id, training.id
    FROM public.generation_likenesstraining AS training
    WHERE (
            training.state = 'queued'
            OR training.state IN ('training', 'keeping') AND training.lease_until < clock_timestamp()
        )
        AND training.requested_at <= clock_timestamp() - waited
        AND (training.not_before IS NULL OR training.not_before <= clock_timestamp())
        AND NOT EXISTS (
            SELECT FROM public.generation_worker AS worker
            WHERE worker.name = worker_name AND worker.drain_asked_at IS NOT NULL
        )
        -- Whoever asked for an end has it, paused or not.
        AND (
            training.cancel_requested_at IS NOT NULL
            OR NOT EXISTS (
                SELECT FROM public.generation_queuepause AS pause
                WHERE pause.organisation_id = training.organisation_id AND pause.resumed_at IS NULL
            )
        )
    ORDER BY training.state = 'queued', training.requested_at, training.id
    LIMIT 1
$$;

REVOKE ALL ON FUNCTION generation_next_training_v1(text, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_next_training_v1(text, interval) TO countersign_app;
GRANT SELECT ON generation_likenesstraining TO countersign_system;
ALTER FUNCTION generation_next_training_v1(text, interval) OWNER TO countersign_system;
