-- The same sight as before (`sight_v1`), asked for in functions: a policy stands in the plan of every statement about
-- its table, and what it looks up elsewhere is made ready at every start of that plan, also where nothing is granted.
-- A function is made ready when it is called. In these nothing is decided by another right than the caller's own: the
-- policies of the tables they read bind them.
CREATE FUNCTION licensing_sees_engagement_v1(organisation uuid, performer uuid, under text)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.licensing_sightgrant AS opened
        WHERE opened.organisation_id = organisation
            AND (opened.performer_id = performer OR opened.agreement = under)
    );
END
$$;

-- Of whom only legal knows, no agreement tells; a grant that names the person does.
CREATE FUNCTION licensing_sees_performer_v1(organisation uuid, performer uuid, seen_by text)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.licensing_sightgrant AS opened
        WHERE opened.organisation_id = organisation
            AND (opened.performer_id = performer
                OR (seen_by <> 'legal_only' AND EXISTS (
                    SELECT FROM public.licensing_engagement AS engaged
                    WHERE engaged.organisation_id = organisation
                        AND engaged.performer_id = performer
                        AND engaged.agreement = opened.agreement)))
    );
END
$$;

CREATE FUNCTION licensing_sees_consent_v1(organisation uuid, performer uuid, production uuid)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.licensing_performer AS seen
        JOIN public.licensing_sightgrant AS opened ON opened.organisation_id = seen.organisation_id
        WHERE seen.organisation_id = organisation
            AND seen.id = performer
            AND (opened.performer_id = seen.id OR EXISTS (
                SELECT FROM public.licensing_engagement AS engaged
                WHERE engaged.organisation_id = organisation
                    AND engaged.performer_id = performer
                    AND engaged.production_id = production
                    AND engaged.agreement = opened.agreement))
    );
END
$$;

CREATE FUNCTION licensing_sees_what_happened_to_v1(consent uuid)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.licensing_consent AS seen WHERE seen.id = consent);
END
$$;

CREATE FUNCTION licensing_sees_production_v1(organisation uuid, production uuid)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.licensing_engagement AS engaged
        WHERE engaged.organisation_id = organisation AND engaged.production_id = production
    );
END
$$;

CREATE FUNCTION licensing_sees_organisation_v1(organisation uuid)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.licensing_sightgrant AS opened WHERE opened.organisation_id = organisation);
END
$$;

ALTER POLICY granted_sight ON licensing_engagement USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_sees_engagement_v1(organisation_id, performer_id, agreement)
);
ALTER POLICY granted_sight ON licensing_performer USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_sees_performer_v1(organisation_id, id, visibility)
);
ALTER POLICY granted_sight ON licensing_consent USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_sees_consent_v1(organisation_id, performer_id, production_id)
);
ALTER POLICY granted_sight ON licensing_consentevent USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_sees_what_happened_to_v1(consent_id)
);
ALTER POLICY granted_sight ON licensing_withdrawalnotice USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_sees_what_happened_to_v1(consent_id)
);
ALTER POLICY granted_sight ON productions_production USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_sees_production_v1(organisation_id, id)
);
ALTER POLICY granted_sight ON accounts_organisation USING (
    current_setting('app.sight', true) = 'granted'
    AND id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_sees_organisation_v1(id)
);
