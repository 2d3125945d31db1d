-- Takes that wait unattended, of every organisation: the sweeper acts for none of them and only wakes workers, who
-- then act for the one they are told. Times in here are longer than a message takes and a lease lasts.
CREATE FUNCTION generation_takes_awaiting_v1()
RETURNS TABLE (organisation_id uuid, take_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT take.organisation_id, take.id
    FROM public.generation_take AS take
    WHERE take.state = 'queued'
            AND (take.woken_at IS NULL OR take.woken_at < clock_timestamp() - interval '30 seconds')
        OR take.state IN ('rendering', 'encoding', 'signing')
            AND take.lease_until < clock_timestamp()
            AND (take.woken_at IS NULL OR take.woken_at < clock_timestamp() - interval '5 seconds')
    ORDER BY take.requested_at
    LIMIT 1000
$$;

REVOKE ALL ON FUNCTION generation_takes_awaiting_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_takes_awaiting_v1() TO countersign_app;
GRANT SELECT ON generation_take TO countersign_system;
ALTER FUNCTION generation_takes_awaiting_v1() OWNER TO countersign_system;
