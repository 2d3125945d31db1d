-- What an agreement has a studio tell the union itself: case files of Synthetics, licences to train and the notices owed of
-- them. A grant of sight opens these to a union's own organisation, where it names the agreement; no grant to a person
-- and none of a performer does. SELECT alone, in transactions that ask for it, and asked for in functions that decide by
-- the caller's own right, as in sight_v2.
CREATE FUNCTION licensing_union_reads_production_v1(organisation uuid, under text, is_written_under_it boolean)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.licensing_sightgrant AS opened
        JOIN public.accounts_organisation AS acting
            ON acting.id = opened.grantee_organisation_id AND acting.kind = 'union'
        WHERE opened.organisation_id = organisation
            AND (opened.agreement = under OR (opened.agreement LIKE 'wga\_%' AND is_written_under_it))
    );
END
$$;

-- Whether the acting organisation is the union that is told of this production.
CREATE FUNCTION licensing_union_is_told_v1(organisation uuid, production uuid, union_code text)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.licensing_sightgrant AS opened
        JOIN public.accounts_organisation AS acting
            ON acting.id = opened.grantee_organisation_id AND acting.kind = 'union'
        JOIN public.productions_production AS made
            ON made.id = production AND made.organisation_id = opened.organisation_id
        WHERE opened.organisation_id = organisation
            AND ((union_code = 'sag_aftra' AND opened.agreement LIKE 'sag\_%' AND made.agreement = opened.agreement)
                OR (union_code = 'wga' AND opened.agreement LIKE 'wga\_%' AND made.writers_guild_covered))
    );
END
$$;

CREATE FUNCTION licensing_union_reads_file_v1(synthetic_file uuid)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.licensing_syntheticfile AS seen WHERE seen.id = synthetic_file);
END
$$;

CREATE FUNCTION licensing_union_reads_obligation_v1(obligation uuid)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.licensing_obligation AS seen WHERE seen.id = obligation);
END
$$;

CREATE POLICY granted_sight_of_agreement ON productions_production FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_union_reads_production_v1(organisation_id, agreement, writers_guild_covered)
);
CREATE POLICY granted_sight ON licensing_syntheticfile FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_union_is_told_v1(organisation_id, production_id, 'sag_aftra')
);
CREATE POLICY granted_sight ON licensing_syntheticstep FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_union_reads_file_v1(file_id)
);

-- Of a licence that names no production nobody can say which agreement it falls under.
CREATE POLICY granted_sight ON licensing_traininglicence FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_union_is_told_v1(organisation_id, production_id, "union")
);

-- Of all obligations the notices of such licences alone.
CREATE POLICY granted_sight ON licensing_obligation FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND duty = 'notify_union' AND rule_id IN ('TVT-22', 'WGA-02')
    AND licensing_union_is_told_v1(organisation_id, production_id, to_code)
);
CREATE POLICY granted_sight ON licensing_obligationend FOR SELECT USING (
    current_setting('app.sight', true) = 'granted'
    AND organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
    AND licensing_union_reads_obligation_v1(obligation_id)
);
