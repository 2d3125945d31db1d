-- The only way into the log, as `audit_append_v2` with one statement less: whether the key is held is asked where the
-- row is written. The caller's role may neither insert nor choose place, time of record or organisation, and every
-- column is read from the body that is hashed. False: the key that the subject was committed to with is not held, and
-- nothing was recorded.
CREATE FUNCTION audit_append_v3(organisation uuid, subject_key uuid, body bytea)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
-- pg_temp last: unnamed it would come first, and whoever may make temporary types could shadow ours.
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    stated jsonb;
    entry uuid;
BEGIN
    IF organisation IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid
        OR organisation IS NULL
    THEN
        RAISE EXCEPTION 'an entry goes into the log of the organisation that is acted for'
            USING ERRCODE = 'insufficient_privilege';
    END IF;

    -- Only read here: what is stored and hashed are the bytes as they came.
    stated := convert_from(body, 'UTF8')::jsonb;
    IF stated ->> 'organisation' IS DISTINCT FROM organisation::text OR stated ? 'v' THEN
        RAISE EXCEPTION 'the body of an entry must say what its columns say'
            USING ERRCODE = 'check_violation';
    END IF;
    -- Not one pattern with counts in it, which would take as long as all the rest.
    IF split_part(stated ->> 'subject', ':', 1) !~ '^[a-z][a-z0-9-]*$'
        OR octet_length(decode(split_part(stated ->> 'subject', ':', 2), 'hex')) IS DISTINCT FROM 32
        OR split_part(stated ->> 'subject', ':', 3) <> ''
    THEN
        RAISE EXCEPTION 'the subject of an entry is a commitment' USING ERRCODE = 'check_violation';
    END IF;

    entry := (stated ->> 'uid')::uuid;
    INSERT INTO public.audit_outbox (uid, organisation_id, production_id, version, type, actor, subject, at, body)
    SELECT
        entry, organisation, (stated ->> 'production')::uuid, 2, stated ->> 'type', stated ->> 'actor',
        stated ->> 'subject', (stated ->> 'at')::timestamptz, body
    WHERE subject_key IS NULL OR EXISTS (
        SELECT FROM public.audit_subjectkey k
        WHERE k.id = subject_key AND k.organisation_id = organisation AND k.erased_at IS NULL
    );
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    -- After the insert: an entry of this identifier that is being integrated was waited for there. Two of one
    -- identifier would stop the log, because the second could never be given its place.
    IF EXISTS (SELECT FROM public.audit_entry e WHERE e.uid = entry) THEN
        RAISE EXCEPTION 'this entry is in the log already' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN true;
END
$$;

REVOKE ALL ON FUNCTION audit_append_v3(uuid, uuid, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append_v3(uuid, uuid, bytea) TO countersign_app;
ALTER FUNCTION audit_append_v3(uuid, uuid, bytea) OWNER TO countersign_system;

-- One way in, not two.
REVOKE EXECUTE ON FUNCTION audit_append_v2(uuid, uuid, bytea) FROM countersign_app;
