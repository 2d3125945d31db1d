-- A file made from another one is evidence like that one, and hangs under no other organisation's records.
CREATE TRIGGER provenance_derivedasset_append_only BEFORE UPDATE OR DELETE ON provenance_derivedasset
    FOR EACH ROW EXECUTE FUNCTION provenance_refuse_change_v1();
CREATE TRIGGER provenance_derivedasset_no_truncate BEFORE TRUNCATE ON provenance_derivedasset
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON provenance_derivedasset FROM countersign_app;

ALTER TABLE provenance_derivedasset ADD CONSTRAINT provenance_derivedasset_intent_same_organisation
    FOREIGN KEY (organisation_id, intent_id) REFERENCES provenance_signingintent (organisation_id, id);
ALTER TABLE provenance_derivedasset ADD CONSTRAINT provenance_derivedasset_asset_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES provenance_signedasset (organisation_id, id);
