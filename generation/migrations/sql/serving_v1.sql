-- A foreign key is checked past row-level security: nothing may hang under another organisation's film.
ALTER TABLE generation_productionserved ADD CONSTRAINT generation_productionserved_own_production
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);

-- A pause is ended, never removed, and says nothing else later than it did.
REVOKE DELETE, TRUNCATE ON generation_queuepause FROM countersign_app;

-- Every take that may be taken up now, of every organisation, in the order of serving: what a worker left behind,
-- then the higher priority, then the production that was served longest ago, then age. Of each production one take
-- has its turn before any has a second. `place` is that order.
CREATE FUNCTION generation_queue_v1()
RETURNS TABLE (organisation_id uuid, take_id uuid, model_sha256 text, min_vram_mb integer, place bigint)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT turn.organisation_id, turn.id, turn.model_sha256, turn.min_vram_mb,
        row_number() OVER (
            ORDER BY turn.left_behind DESC, turn.priority DESC, turn.nth, turn.served_at NULLS FIRST,
                turn.requested_at, turn.id
        )
    FROM (
        SELECT take.organisation_id, take.id, model.lock_sha256::text AS model_sha256, take.min_vram_mb,
            take.priority, take.requested_at, served.served_at, take.state <> 'queued' AS left_behind,
            row_number() OVER (
                PARTITION BY sequence.production_id, take.priority, take.state <> 'queued'
                ORDER BY take.requested_at, take.id
            ) AS nth
        FROM public.generation_take AS take
        JOIN public.generation_modelrelease AS model ON model.id = take.model_id
        JOIN public.productions_shot AS shot ON shot.id = take.shot_id
        JOIN public.productions_sequence AS sequence ON sequence.id = shot.sequence_id
        LEFT JOIN public.generation_productionserved AS served ON served.production_id = sequence.production_id
        WHERE (
                take.state = 'queued'
                OR take.state IN ('rendering', 'encoding', 'signing') AND take.lease_until < clock_timestamp()
            )
            AND (take.not_before IS NULL OR take.not_before <= clock_timestamp())
            -- Whoever asked for an end has it, paused or not.
            AND (
                take.cancel_requested_at IS NOT NULL
                OR NOT EXISTS (
                    SELECT FROM public.generation_queuepause AS pause
                    WHERE pause.organisation_id = take.organisation_id AND pause.resumed_at IS NULL
                )
            )
    ) AS turn
$$;

-- What the worker of this name is to take up next; no row while others are to have it, or it is being drained.
--
-- A take goes to an idle worker that holds its model; else to one that is large enough and holds none; else it waits
-- for a busy one that holds it; else the model that was idle longest makes room. Who has been idle for ten seconds
-- no longer leaves takes to others: the better place may be a worker that hangs.
CREATE FUNCTION generation_next_take_v1(worker_name text)
RETURNS TABLE (organisation_id uuid, take_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    WITH me AS (SELECT * FROM public.generation_worker WHERE name = worker_name),
    others AS (
        SELECT * FROM public.generation_worker
        WHERE name <> worker_name AND drain_asked_at IS NULL
            AND seen_at > clock_timestamp() - interval '15 seconds'
    )
    SELECT queue.organisation_id, queue.take_id
    FROM public.generation_queue_v1() AS queue LEFT JOIN me ON true
    WHERE me.drain_asked_at IS NULL
        AND (queue.min_vram_mb IS NULL OR me.vram_mb IS NULL OR queue.min_vram_mb <= me.vram_mb)
        AND (
            me.id IS NULL
            OR me.model_sha256 = queue.model_sha256
            OR me.state = 'idle' AND me.state_since < clock_timestamp() - interval '10 seconds'
            OR NOT EXISTS (
                SELECT FROM others
                WHERE (queue.min_vram_mb IS NULL OR others.vram_mb IS NULL OR queue.min_vram_mb <= others.vram_mb)
                    AND CASE
                        WHEN others.model_sha256 = queue.model_sha256 THEN
                            others.state = 'idle' OR others.state = 'running' AND me.model_sha256 <> ''
                        WHEN others.state <> 'idle' OR me.model_sha256 = '' THEN false
                        ELSE others.model_sha256 = '' OR others.state_since < me.state_since
                    END
            )
        )
    ORDER BY queue.place
    LIMIT 1
$$;

-- The places of some takes, which tell whoever asks nothing of the others but how many come first.
CREATE FUNCTION generation_places_v1(asked uuid[])
RETURNS TABLE (take_id uuid, place bigint)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT queue.take_id, queue.place FROM public.generation_queue_v1() AS queue WHERE queue.take_id = ANY (asked)
$$;

-- Whoever runs the installation pauses everybody's queue: these organisations have one.
CREATE FUNCTION generation_organisations_making_v1()
RETURNS SETOF uuid
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT DISTINCT model.organisation_id FROM public.generation_modelrelease AS model
$$;

REVOKE ALL ON FUNCTION generation_queue_v1(), generation_next_take_v1(text), generation_places_v1(uuid[]),
    generation_organisations_making_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_next_take_v1(text), generation_places_v1(uuid[]),
    generation_organisations_making_v1() TO countersign_app;
GRANT SELECT ON generation_worker, generation_queuepause, generation_productionserved TO countersign_system;
GRANT SELECT (id, organisation_id, lock_sha256) ON generation_modelrelease TO countersign_system;
GRANT SELECT (id, sequence_id) ON productions_shot TO countersign_system;
GRANT SELECT (id, production_id) ON productions_sequence TO countersign_system;
ALTER FUNCTION generation_queue_v1() OWNER TO countersign_system;
ALTER FUNCTION generation_next_take_v1(text) OWNER TO countersign_system;
ALTER FUNCTION generation_places_v1(uuid[]) OWNER TO countersign_system;
ALTER FUNCTION generation_organisations_making_v1() OWNER TO countersign_system;
