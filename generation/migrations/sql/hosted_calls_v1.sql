-- A foreign key is checked past row-level security: no request may hang under another organisation's take.
ALTER TABLE generation_hostedcall ADD CONSTRAINT generation_hostedcall_same_organisation
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);

-- What was sent is what was sent, and what ended has ended. After the policies: a stranger's row is theirs to refuse.
CREATE TRIGGER generation_hostedcall_sent_stays AFTER UPDATE ON generation_hostedcall
    FOR EACH ROW WHEN (
        OLD.state <> 'open'
        OR (
            OLD.take_id, OLD.attempt, OLD.idempotency_key, OLD.host, OLD.hosted_model, OLD.territory, OLD.sent_fields,
            OLD.sent_sha256, OLD.prompt_sha256, OLD.prompt_characters, OLD.sent_at
        ) IS DISTINCT FROM (
            NEW.take_id, NEW.attempt, NEW.idempotency_key, NEW.host, NEW.hosted_model, NEW.territory, NEW.sent_fields,
            NEW.sent_sha256, NEW.prompt_sha256, NEW.prompt_characters, NEW.sent_at
        )
    ) EXECUTE FUNCTION generation_refuse_change_v1();
REVOKE DELETE, TRUNCATE ON generation_hostedcall FROM countersign_app;

-- Requests that nobody waits for any more: their takes ended while no worker held them.
CREATE FUNCTION generation_hosted_calls_left_v1()
RETURNS TABLE (organisation_id uuid, take_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT call.organisation_id, call.take_id
    FROM public.generation_hostedcall AS call
    JOIN public.generation_take AS take ON take.id = call.take_id
    WHERE call.state = 'open' AND take.state IN ('cancelled', 'refused')
    LIMIT 1000
$$;

REVOKE ALL ON FUNCTION generation_hosted_calls_left_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_hosted_calls_left_v1() TO countersign_app;
GRANT SELECT ON generation_hostedcall TO countersign_system;
ALTER FUNCTION generation_hosted_calls_left_v1() OWNER TO countersign_system;
