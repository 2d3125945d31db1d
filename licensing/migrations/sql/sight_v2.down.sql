ALTER POLICY granted_sight ON licensing_engagement USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (
        SELECT FROM licensing_sightgrant AS opened
        WHERE opened.organisation_id = licensing_engagement.organisation_id
            AND (opened.performer_id = licensing_engagement.performer_id
                OR opened.agreement = licensing_engagement.agreement)
    )
);
ALTER POLICY granted_sight ON licensing_performer USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (
        SELECT FROM licensing_sightgrant AS opened
        WHERE opened.organisation_id = licensing_performer.organisation_id
            AND (opened.performer_id = licensing_performer.id
                OR (licensing_performer.visibility <> 'legal_only' AND EXISTS (
                    SELECT FROM licensing_engagement AS engaged
                    WHERE engaged.organisation_id = licensing_performer.organisation_id
                        AND engaged.performer_id = licensing_performer.id
                        AND engaged.agreement = opened.agreement)))
    )
);
ALTER POLICY granted_sight ON licensing_consent USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (
        SELECT FROM licensing_performer AS seen
        JOIN licensing_sightgrant AS opened ON opened.organisation_id = seen.organisation_id
        WHERE seen.organisation_id = licensing_consent.organisation_id
            AND seen.id = licensing_consent.performer_id
            AND (opened.performer_id = seen.id OR EXISTS (
                SELECT FROM licensing_engagement AS engaged
                WHERE engaged.organisation_id = licensing_consent.organisation_id
                    AND engaged.performer_id = licensing_consent.performer_id
                    AND engaged.production_id = licensing_consent.production_id
                    AND engaged.agreement = opened.agreement))
    )
);
ALTER POLICY granted_sight ON licensing_consentevent USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (SELECT FROM licensing_consent AS seen WHERE seen.id = licensing_consentevent.consent_id)
);
ALTER POLICY granted_sight ON licensing_withdrawalnotice USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (SELECT FROM licensing_consent AS seen WHERE seen.id = licensing_withdrawalnotice.consent_id)
);
ALTER POLICY granted_sight ON productions_production USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (
        SELECT FROM licensing_engagement AS engaged
        WHERE engaged.organisation_id = productions_production.organisation_id
            AND engaged.production_id = productions_production.id
    )
);
ALTER POLICY granted_sight ON accounts_organisation USING (
    current_setting('app.sight', true) = 'granted'
    AND id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (SELECT FROM licensing_sightgrant AS opened WHERE opened.organisation_id = accounts_organisation.id)
);
DROP FUNCTION licensing_sees_organisation_v1(uuid);
DROP FUNCTION licensing_sees_production_v1(uuid, uuid);
DROP FUNCTION licensing_sees_what_happened_to_v1(uuid);
DROP FUNCTION licensing_sees_consent_v1(uuid, uuid, uuid);
DROP FUNCTION licensing_sees_performer_v1(uuid, uuid, text);
DROP FUNCTION licensing_sees_engagement_v1(uuid, uuid, text);
