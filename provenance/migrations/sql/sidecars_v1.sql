-- A credential beside a file is evidence like one inside, and hangs under no other organisation's records.
CREATE TRIGGER provenance_sidecar_append_only BEFORE UPDATE OR DELETE ON provenance_sidecar
    FOR EACH ROW EXECUTE FUNCTION provenance_refuse_change_v1();
CREATE TRIGGER provenance_sidecar_no_truncate BEFORE TRUNCATE ON provenance_sidecar
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON provenance_sidecar FROM countersign_app;

ALTER TABLE provenance_sidecar ADD CONSTRAINT provenance_sidecar_intent_same_organisation
    FOREIGN KEY (organisation_id, intent_id) REFERENCES provenance_signingintent (organisation_id, id);
ALTER TABLE provenance_sidecar ADD CONSTRAINT provenance_sidecar_asset_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES provenance_signedasset (organisation_id, id);

-- As v3, and for what credentials lie beside: whoever has the file has the digest that they are bound to.
CREATE FUNCTION provenance_asset_of_manifest_v4(urn text)
RETURNS TABLE (file_sha256 text, signed_at timestamptz, first_manifest_id text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT * FROM public.provenance_asset_of_manifest_v3(urn)
    UNION ALL
    SELECT beside.bound_sha256::text, beside.signed_at, asset.manifest_id::text
    FROM public.provenance_sidecar AS beside
    JOIN public.provenance_signedasset AS asset ON asset.id = beside.asset_id
    WHERE beside.manifest_id = urn
$$;
REVOKE ALL ON FUNCTION provenance_asset_of_manifest_v4(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_asset_of_manifest_v4(text) TO countersign_app;
GRANT SELECT ON provenance_sidecar TO countersign_system;
ALTER FUNCTION provenance_asset_of_manifest_v4(text) OWNER TO countersign_system;

-- The credentials that were signed beside exactly these bytes, the latest first. Whoever asks has the whole file, so it
-- has left the house; the answer says nothing of whose it is that the credential does not say.
CREATE FUNCTION provenance_sidecars_of_digest_v1(digest text)
RETURNS TABLE (manifest_id text, manifest_store bytea)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT beside.manifest_id::text, beside.manifest_store
    FROM public.provenance_sidecar AS beside
    WHERE beside.bound_sha256 = digest
    ORDER BY beside.signed_at DESC
    LIMIT 1
$$;
REVOKE ALL ON FUNCTION provenance_sidecars_of_digest_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provenance_sidecars_of_digest_v1(text) TO countersign_app;
ALTER FUNCTION provenance_sidecars_of_digest_v1(text) OWNER TO countersign_system;

-- What people do with keys stands in the log of every organisation that they sign for.
GRANT EXECUTE ON FUNCTION accounts_organisation_ids_v1() TO countersign_app;
