-- Foreign keys are checked past row-level security: no row may hang under another organisation's.
ALTER TABLE provenance_referencemedia ADD CONSTRAINT provenance_referencemedia_in_organisation
    UNIQUE (organisation_id, id);
ALTER TABLE generation_screenrun
    ADD CONSTRAINT generation_screenrun_take_same_organisation
        FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id),
    ADD CONSTRAINT generation_screenrun_master_same_organisation
        FOREIGN KEY (organisation_id, master_id) REFERENCES generation_master (organisation_id, id),
    ADD CONSTRAINT generation_screenrun_reference_same_organisation
        FOREIGN KEY (organisation_id, reference_id) REFERENCES provenance_referencemedia (organisation_id, id);
ALTER TABLE generation_screenrow ADD CONSTRAINT generation_screenrow_same_organisation
    FOREIGN KEY (organisation_id, run_id) REFERENCES generation_screenrun (organisation_id, id);
ALTER TABLE generation_inputattestation ADD CONSTRAINT generation_inputattestation_same_organisation
    FOREIGN KEY (organisation_id, run_id) REFERENCES generation_screenrun (organisation_id, id);
ALTER TABLE generation_protectedpictureend ADD CONSTRAINT generation_protectedpictureend_same_organisation
    FOREIGN KEY (organisation_id, picture_id) REFERENCES generation_protectedpicture (organisation_id, id);

-- What a screen said, what it looked for and what was demanded is evidence.
CREATE TRIGGER generation_screenrun_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_screenrun
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_screenrow_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_screenrow
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_inputattestation_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_inputattestation
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_protectedpicture_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_protectedpicture
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_protectedpictureend_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_protectedpictureend
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_screenpolicy_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_screenpolicy
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON generation_screenrun, generation_screenrow, generation_inputattestation,
    generation_protectedpicture, generation_protectedpictureend, generation_screenpolicy FROM countersign_app;

-- References that nothing has looked at, of every organisation, the latest first: whoever looks acts for none of them.
CREATE FUNCTION generation_references_unscreened_v1()
RETURNS TABLE (organisation_id uuid, reference_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT media.organisation_id, media.id
    FROM public.provenance_referencemedia AS media
    WHERE NOT EXISTS (
        SELECT 1 FROM public.generation_screenrun AS run
        WHERE run.organisation_id = media.organisation_id AND run.reference_id = media.id
    )
    ORDER BY media.received_at DESC
    LIMIT 20
$$;

REVOKE ALL ON FUNCTION generation_references_unscreened_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION generation_references_unscreened_v1() TO countersign_app;
GRANT SELECT ON generation_screenrun TO countersign_system;
GRANT SELECT ON provenance_referencemedia TO countersign_system;
ALTER FUNCTION generation_references_unscreened_v1() OWNER TO countersign_system;
