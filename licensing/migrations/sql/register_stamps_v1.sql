-- Which state of an organisation's register of names a reader knows. The row is locked until whoever changed the
-- register commits, so stamps become visible in their order and "what is new since" misses nothing.
CREATE TABLE licensing_registerstate (
    organisation_id uuid PRIMARY KEY REFERENCES accounts_organisation (id) DEFERRABLE INITIALLY DEFERRED,
    stamp bigint NOT NULL,
    -- The last stamp at which something went or changed: who knows an older state reads everything again.
    rewritten bigint NOT NULL
);
ALTER TABLE licensing_performeralias ADD COLUMN stamp bigint NOT NULL DEFAULT 0;
CREATE INDEX licensing_alias_stamp ON licensing_performeralias (organisation_id, stamp);

CREATE FUNCTION licensing_stamp_alias_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_whom uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.organisation_id ELSE NEW.organisation_id END;
    drawn bigint;
BEGIN
    INSERT INTO licensing_registerstate AS state (organisation_id, stamp, rewritten)
        VALUES (of_whom, 1, CASE TG_OP WHEN 'INSERT' THEN 0 ELSE 1 END)
        ON CONFLICT (organisation_id) DO UPDATE SET
            stamp = state.stamp + 1,
            rewritten = CASE TG_OP WHEN 'INSERT' THEN state.rewritten ELSE state.stamp + 1 END
        RETURNING stamp INTO drawn;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.stamp := drawn;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_alias_stamped BEFORE INSERT OR UPDATE OR DELETE ON licensing_performeralias
    FOR EACH ROW EXECUTE FUNCTION licensing_stamp_alias_v1();
