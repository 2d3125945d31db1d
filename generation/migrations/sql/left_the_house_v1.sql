-- Whether a manifest stands in a file that was delivered: then whoever has that file has it, and anybody may. Those of
-- the delivered files themselves, and of the files these were made from or are updates of.
CREATE FUNCTION generation_manifest_left_the_house_v1(urn text)
RETURNS boolean
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    WITH RECURSIVE asked AS (
        SELECT organisation_id, take_id FROM public.provenance_signedasset WHERE manifest_id = urn
        UNION ALL
        SELECT organisation_id, take_id FROM public.provenance_credentialupdate WHERE manifest_id = urn
        UNION ALL
        SELECT organisation_id, take_id FROM public.provenance_derivedasset WHERE manifest_id = urn
    ), delivered AS (
        SELECT delivery.* FROM public.generation_delivery AS delivery JOIN asked USING (organisation_id, take_id)
    ), borne (manifest_id) AS (
        (
            -- The take's own manifest is in everything that is made of it.
            SELECT asset.manifest_id
            FROM delivered JOIN public.provenance_signedasset AS asset
                ON asset.organisation_id = delivered.organisation_id AND asset.id = delivered.asset_id
            UNION
            SELECT copied.manifest_id
            FROM delivered JOIN public.provenance_credentialupdate AS copied
                ON copied.organisation_id = delivered.organisation_id AND copied.asset_id = delivered.asset_id
                    AND copied.reason = 'delivery' AND copied.cause_id = delivered.id
            UNION
            SELECT derived.manifest_id
            FROM delivered JOIN public.provenance_derivedasset AS derived
                ON derived.organisation_id = delivered.organisation_id AND derived.cause_id = delivered.master_id
        )
        UNION
        SELECT earlier.manifest_id
        FROM borne JOIN (
            SELECT manifest_id AS later_id, updates_manifest_id AS manifest_id FROM public.provenance_credentialupdate
            UNION ALL
            SELECT manifest_id, parent_manifest_id FROM public.provenance_derivedasset
        ) AS earlier ON earlier.later_id = borne.manifest_id
    )
    SELECT EXISTS (SELECT FROM borne WHERE borne.manifest_id = urn)
$$;

REVOKE ALL ON FUNCTION generation_manifest_left_the_house_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_manifest_left_the_house_v1(text) TO countersign_app;
ALTER FUNCTION generation_manifest_left_the_house_v1(text) OWNER TO countersign_system;
