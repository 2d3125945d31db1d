-- Sight across organisations: SELECT alone, where a grant opens it, and only in a transaction that asks for it
-- (`core.tenancy.granted_sight`), so that no ordinary query ever meets a row of another organisation.
--
-- A grant in force is seen by whoever it was given to. Every policy below asks for one, and is bound by this policy.
CREATE POLICY granted_sight ON licensing_sightgrant FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND ended_at IS NULL
    AND valid_from <= clock_timestamp()
    AND (valid_until IS NULL OR valid_until > clock_timestamp())
    AND (
        grantee_organisation_id = nullif(current_setting('app.organisation', true), '')::uuid
        OR grantee_user_id = nullif(current_setting('app.user', true), '')::uuid
    )
);

-- Which agreement a performer works under in a production is said by the engagement.
CREATE POLICY granted_sight ON licensing_engagement FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (
        SELECT FROM licensing_sightgrant AS opened
        WHERE opened.organisation_id = licensing_engagement.organisation_id
            AND (opened.performer_id = licensing_engagement.performer_id
                OR opened.agreement = licensing_engagement.agreement)
    )
);

-- Of whom only legal knows, no agreement tells; a grant that names the person does.
CREATE POLICY granted_sight ON licensing_performer FOR SELECT USING (
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

CREATE POLICY granted_sight ON licensing_consent FOR SELECT USING (
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

CREATE POLICY granted_sight ON licensing_consentevent FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (SELECT FROM licensing_consent AS seen WHERE seen.id = licensing_consentevent.consent_id)
);

CREATE POLICY granted_sight ON licensing_withdrawalnotice FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (SELECT FROM licensing_consent AS seen WHERE seen.id = licensing_withdrawalnotice.consent_id)
);

-- For the names that stand beside the records.
CREATE POLICY granted_sight ON productions_production FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (
        SELECT FROM licensing_engagement AS engaged
        WHERE engaged.organisation_id = productions_production.organisation_id
            AND engaged.production_id = productions_production.id
    )
);
CREATE POLICY granted_sight ON accounts_organisation FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND EXISTS (SELECT FROM licensing_sightgrant AS opened WHERE opened.organisation_id = accounts_organisation.id)
);
