-- A foreign key is checked past row-level security: without these a row could hang under another organisation's.
ALTER TABLE licensing_quota ADD CONSTRAINT licensing_quota_consent_same_organisation
    FOREIGN KEY (organisation_id, consent_id) REFERENCES licensing_consent (organisation_id, id);
ALTER TABLE licensing_quotareservation ADD CONSTRAINT licensing_quotareservation_quota_same_organisation
    FOREIGN KEY (organisation_id, quota_id) REFERENCES licensing_quota (organisation_id, id);
ALTER TABLE licensing_quotareservation ADD CONSTRAINT licensing_quotareservation_decision_same_organisation
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);

-- Of a limit only what was used and what is held may be written, and neither row goes.
REVOKE UPDATE, DELETE, TRUNCATE ON licensing_quota, licensing_quotareservation FROM countersign_app;
GRANT UPDATE (used, reserved) ON licensing_quota TO countersign_app;
GRANT UPDATE (decision_id, amount, spent, fence, state, made_at, expires_at, settled_at)
    ON licensing_quotareservation TO countersign_app;

-- The limits are those of the signed terms, whichever way the record comes.
CREATE FUNCTION licensing_consent_has_its_quotas_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO licensing_quota (id, organisation_id, consent_id, unit, most, used, reserved)
    SELECT gen_random_uuid(), NEW.organisation_id, NEW.id, named.unit,
           (NEW.terms ->> named.term)::bigint * named.times, 0, 0
    FROM (VALUES ('uses', 'most_uses', 1), ('takes', 'most_takes', 1), ('seconds', 'most_seconds', 1000))
        AS named (unit, term, times)
    WHERE NEW.terms ->> named.term IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER licensing_consent_has_its_quotas AFTER INSERT ON licensing_consent
    FOR EACH ROW EXECUTE FUNCTION licensing_consent_has_its_quotas_v1();

-- What was used stays used.
CREATE FUNCTION licensing_quota_is_spent_for_good_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'what was used of a quota is not given back'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_quota_is_spent_for_good';
END
$$;
CREATE TRIGGER licensing_quota_is_spent_for_good BEFORE UPDATE ON licensing_quota
    FOR EACH ROW WHEN (NEW.used < OLD.used) EXECUTE FUNCTION licensing_quota_is_spent_for_good_v1();

-- Everybody locks a quota before its reservations, and quotas in the order of their ids: nobody waits in a circle.

-- Gives back what is held beyond its time, of one quota, except what a job holds itself.
CREATE FUNCTION licensing_expire_reservations_v1(asked_quota uuid, except_job uuid) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    gone integer;
BEGIN
    PERFORM FROM licensing_quota WHERE id = asked_quota FOR UPDATE;
    WITH lapsed AS (
        UPDATE licensing_quotareservation
        SET state = 'expired', fence = fence + 1, settled_at = clock_timestamp()
        WHERE quota_id = asked_quota AND state = 'held' AND expires_at <= clock_timestamp()
            AND job_id IS DISTINCT FROM except_job
        RETURNING amount
    ), freed AS (
        UPDATE licensing_quota SET reserved = reserved - (SELECT coalesce(sum(amount), 0) FROM lapsed)
        WHERE id = asked_quota AND EXISTS (SELECT FROM lapsed)
    )
    SELECT count(*) INTO gone FROM lapsed;
    RETURN gone;
END
$$;

-- Holds for a job what it takes of every limit of these consents, or nothing: the first limit without room is answered
-- with a null fence, and the caller undoes the rest with its savepoint. Whether there is room is decided by the
-- conditional UPDATE alone, under the lock of the row; what others hold beyond their time is room.
CREATE FUNCTION licensing_hold_quotas_v1(
    of_organisation uuid, consents uuid[], asked_job uuid, asked_decision uuid, units text[], amounts bigint[],
    lasts interval
) RETURNS TABLE (held_quota uuid, held_fence bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    next_fence bigint;
    wanted record;
    already bigint;
BEGIN
    IF EXISTS (
        SELECT FROM licensing_quotareservation
        WHERE organisation_id = of_organisation AND job_id = asked_job AND state = 'committed'
    ) THEN
        RAISE EXCEPTION 'what a job has spent is not held again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_quotareservation_spent_once';
    END IF;
    SELECT coalesce(max(fence), 0) + 1 INTO next_fence
    FROM licensing_quotareservation WHERE organisation_id = of_organisation AND job_id = asked_job;
    FOR wanted IN
        SELECT quota.id, asked.amount
        FROM licensing_quota quota
        JOIN unnest(units, amounts) AS asked (unit, amount) ON asked.unit = quota.unit
        WHERE quota.consent_id = ANY(consents) ORDER BY quota.id
    LOOP
        already := 0;
        IF next_fence > 1 THEN
            -- A retry holds by the same row: only what it takes more or less is asked for.
            PERFORM FROM licensing_quota WHERE id = wanted.id FOR UPDATE;
            SELECT coalesce(sum(amount), 0) INTO already FROM licensing_quotareservation
            WHERE quota_id = wanted.id AND job_id = asked_job AND state = 'held';
        END IF;
        UPDATE licensing_quota SET reserved = reserved + wanted.amount - already
        WHERE id = wanted.id AND used + reserved + wanted.amount - already <= most;
        IF NOT FOUND THEN
            PERFORM licensing_expire_reservations_v1(wanted.id, asked_job);
            UPDATE licensing_quota SET reserved = reserved + wanted.amount - already
            WHERE id = wanted.id AND used + reserved + wanted.amount - already <= most;
            IF NOT FOUND THEN
                RETURN QUERY SELECT wanted.id, NULL::bigint;
                RETURN;
            END IF;
        END IF;
        INSERT INTO licensing_quotareservation AS reservation
            (id, organisation_id, quota_id, job_id, decision_id, amount, fence, state, made_at, expires_at)
        VALUES (gen_random_uuid(), of_organisation, wanted.id, asked_job, asked_decision, wanted.amount, next_fence,
                'held', clock_timestamp(), clock_timestamp() + lasts)
        ON CONFLICT (quota_id, job_id) DO UPDATE SET
            decision_id = EXCLUDED.decision_id, amount = EXCLUDED.amount, fence = EXCLUDED.fence, state = 'held',
            spent = NULL, settled_at = NULL, expires_at = EXCLUDED.expires_at,
            made_at = CASE reservation.state WHEN 'held' THEN reservation.made_at ELSE EXCLUDED.made_at END;
        RETURN QUERY SELECT wanted.id, next_fence;
    END LOOP;
END
$$;

-- Ends what a job holds: committed with what it came to by unit, or released. With a fence only what is held under it;
-- with quotas kept, only of the others. Gives how many.
CREATE FUNCTION licensing_settle_quotas_v1(
    of_organisation uuid, asked_job uuid, asked_fence bigint, kept uuid[], into_state text, units text[],
    amounts bigint[]
) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    held record;
    given bigint;
    taken bigint;
    settled integer := 0;
BEGIN
    FOR held IN
        SELECT quota.id, quota.unit FROM licensing_quota quota
        WHERE quota.id IN (
            SELECT quota_id FROM licensing_quotareservation
            WHERE organisation_id = of_organisation AND job_id = asked_job AND state = 'held'
        ) AND quota.id <> ALL (kept)
        ORDER BY quota.id FOR UPDATE
    LOOP
        taken := CASE WHEN into_state = 'committed' THEN (
            SELECT asked.amount FROM unnest(units, amounts) AS asked (unit, amount) WHERE asked.unit = held.unit
        ) END;
        UPDATE licensing_quotareservation
        SET state = into_state, spent = taken, settled_at = clock_timestamp()
        WHERE quota_id = held.id AND job_id = asked_job AND state = 'held'
            AND (asked_fence IS NULL OR fence = asked_fence)
        RETURNING amount INTO given;
        IF FOUND THEN
            UPDATE licensing_quota SET reserved = reserved - given, used = used + coalesce(taken, 0)
            WHERE id = held.id;
            settled := settled + 1;
        END IF;
    END LOOP;
    RETURN settled;
END
$$;

-- Which quotas hold something beyond its time. The sweep looks across organisations, so it is told identifiers alone.
CREATE FUNCTION licensing_quotas_lapsed_v1() RETURNS TABLE (organisation_id uuid, quota_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT DISTINCT reservation.organisation_id, reservation.quota_id FROM licensing_quotareservation reservation
    WHERE reservation.state = 'held' AND reservation.expires_at <= clock_timestamp()
$$;
REVOKE ALL ON FUNCTION licensing_quotas_lapsed_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION licensing_quotas_lapsed_v1() TO countersign_app;
GRANT SELECT ON licensing_quotareservation TO countersign_system;
ALTER FUNCTION licensing_quotas_lapsed_v1() OWNER TO countersign_system;
