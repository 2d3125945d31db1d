-- What was handed in, and what it proved on that day, is evidence. It hangs under no other organisation's production.
CREATE TRIGGER provenance_referencemedia_append_only BEFORE UPDATE OR DELETE ON provenance_referencemedia
    FOR EACH ROW EXECUTE FUNCTION provenance_refuse_change_v1();
CREATE TRIGGER provenance_referencemedia_no_truncate BEFORE TRUNCATE ON provenance_referencemedia
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON provenance_referencemedia FROM countersign_app;

ALTER TABLE provenance_referencemedia ADD CONSTRAINT provenance_referencemedia_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
