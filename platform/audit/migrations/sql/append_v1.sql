-- The only way into the log. The caller's role may neither insert nor choose place, time of record or organisation.
CREATE FUNCTION audit_append_v1(organisation uuid, uid uuid, entry_type text, subject text, body bytea)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
-- pg_temp last: unnamed it would come first, and whoever may make temporary types could shadow ours.
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    stated jsonb;
BEGIN
    IF organisation IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid
        OR organisation IS NULL
    THEN
        RAISE EXCEPTION 'an entry goes into the log of the organisation that is acted for'
            USING ERRCODE = 'insufficient_privilege';
    END IF;

    -- Only read here: what is stored and hashed are the bytes as they came.
    stated := convert_from(body, 'UTF8')::jsonb;
    IF (stated ->> 'organisation', stated ->> 'uid', stated ->> 'type', stated ->> 'subject')
        IS DISTINCT FROM (organisation::text, uid::text, entry_type, subject)
    THEN
        RAISE EXCEPTION 'the body of an entry must say what its columns say'
            USING ERRCODE = 'check_violation';
    END IF;

    INSERT INTO public.audit_outbox (uid, organisation_id, type, actor, subject, at, body)
    VALUES (
        uid, organisation, entry_type, stated ->> 'actor', subject, (stated ->> 'at')::timestamptz, body
    );

    -- After the insert: an entry of this identifier that is being integrated was waited for there. Two of one
    -- identifier would stop the log, because the second could never be given its place.
    IF EXISTS (SELECT FROM public.audit_entry e WHERE e.uid = audit_append_v1.uid) THEN
        RAISE EXCEPTION 'this entry is in the log already' USING ERRCODE = 'unique_violation';
    END IF;
END
$$;

REVOKE ALL ON FUNCTION audit_append_v1(uuid, uuid, text, text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append_v1(uuid, uuid, text, text, bytea) TO countersign_app;
GRANT INSERT ON audit_outbox TO countersign_system;
GRANT SELECT (uid) ON audit_entry TO countersign_system;
ALTER FUNCTION audit_append_v1(uuid, uuid, text, text, bytea) OWNER TO countersign_system;
