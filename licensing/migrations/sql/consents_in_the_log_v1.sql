-- Consents recorded before they named their entry find it by what the entry says. The tables' owner sees no rows of
-- any organisation and may change no record, so both are lifted for this one statement.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_outbox NO FORCE ROW LEVEL SECURITY;
ALTER TABLE licensing_consent NO FORCE ROW LEVEL SECURITY;
ALTER TABLE licensing_consent DISABLE TRIGGER licensing_consent_only_ends;

UPDATE licensing_consent AS consent
SET entry_uid = logged.uid
FROM (
    SELECT uid, organisation_id, convert_from(body, 'UTF8')::jsonb AS said
    FROM audit_entry WHERE type = 'licensing.consent.recorded'
    UNION ALL
    SELECT uid, organisation_id, convert_from(body, 'UTF8')::jsonb AS said
    FROM audit_outbox WHERE type = 'licensing.consent.recorded'
) AS logged
WHERE consent.organisation_id = logged.organisation_id
    AND consent.id::text = coalesce(logged.said -> 'fields', logged.said -> 'entry' -> 'fields') ->> 'consent';

ALTER TABLE licensing_consent ENABLE TRIGGER licensing_consent_only_ends;
ALTER TABLE licensing_consent FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
