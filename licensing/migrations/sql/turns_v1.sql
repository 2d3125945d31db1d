-- Whoever decides by a performer's consents and whoever ends one of them take turns. Those who decide share their turn
-- (`licensing.turns.SHARED_SQL`), whoever ends waits until they are done, and they for it.
--
-- Not a lock of the consents' rows: that is written to disk, takes a transaction number, on which the sequencer of the
-- log waits, and lets a statement go on with a snapshot that is older than the lock.
CREATE FUNCTION licensing_turn_of_v1(performer uuid)
RETURNS bigint
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN hashtextextended(performer::text, 20261129);

-- Also for whoever ends a consent by hand. Our own code takes its turn before it looks (`licensing.turns.take_turn`).
CREATE FUNCTION licensing_consent_takes_its_turn_v1()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(public.licensing_turn_of_v1(OLD.performer_id));
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_consent_takes_its_turn BEFORE UPDATE ON licensing_consent
    FOR EACH ROW EXECUTE FUNCTION licensing_consent_takes_its_turn_v1();

-- A notice ends a consent at a time to come, or at once.
CREATE FUNCTION licensing_notice_takes_its_turn_v1()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(public.licensing_turn_of_v1(consent.performer_id))
    FROM public.licensing_consent AS consent WHERE consent.id = NEW.consent_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_withdrawalnotice_takes_its_turn BEFORE INSERT ON licensing_withdrawalnotice
    FOR EACH ROW EXECUTE FUNCTION licensing_notice_takes_its_turn_v1();
