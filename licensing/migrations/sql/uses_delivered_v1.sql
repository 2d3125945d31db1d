-- Limits that are on record count every signed take as a use: so their words say, and so they were counted. They go on
-- to. The tables' owner sees no rows of any organisation, so the policy is lifted for this one statement.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE licensing_quota NO FORCE ROW LEVEL SECURITY;
UPDATE licensing_quota SET unit = 'takes_as_uses' WHERE unit = 'uses';
ALTER TABLE licensing_quota FORCE ROW LEVEL SECURITY;

-- The limits are those of the signed terms, whichever way the record comes, and of uses what the signed words count.
CREATE FUNCTION licensing_consent_has_its_quotas_v2() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO licensing_quota (id, organisation_id, consent_id, unit, most, used, reserved)
    SELECT gen_random_uuid(), NEW.organisation_id, NEW.id, named.unit,
           (NEW.terms ->> named.term)::bigint * named.times, 0, 0
    FROM (VALUES
        (CASE NEW.uses_are WHEN 'signed_takes' THEN 'takes_as_uses' ELSE 'uses' END, 'most_uses', 1),
        ('takes', 'most_takes', 1),
        ('seconds', 'most_seconds', 1000)
    ) AS named (unit, term, times)
    WHERE NEW.terms ->> named.term IS NOT NULL;
    RETURN NULL;
END
$$;
DROP TRIGGER licensing_consent_has_its_quotas ON licensing_consent;
CREATE TRIGGER licensing_consent_has_its_quotas AFTER INSERT ON licensing_consent
    FOR EACH ROW EXECUTE FUNCTION licensing_consent_has_its_quotas_v2();
DROP FUNCTION licensing_consent_has_its_quotas_v1();
