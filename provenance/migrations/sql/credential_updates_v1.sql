-- An update is evidence like the signature it adds to, and hangs under no other organisation's records.
CREATE TRIGGER provenance_credentialupdate_append_only BEFORE UPDATE OR DELETE ON provenance_credentialupdate
    FOR EACH ROW EXECUTE FUNCTION provenance_refuse_change_v1();
CREATE TRIGGER provenance_credentialupdate_no_truncate BEFORE TRUNCATE ON provenance_credentialupdate
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON provenance_credentialupdate FROM countersign_app;

ALTER TABLE provenance_credentialupdate ADD CONSTRAINT provenance_credentialupdate_intent_same_organisation
    FOREIGN KEY (organisation_id, intent_id) REFERENCES provenance_signingintent (organisation_id, id);
ALTER TABLE provenance_credentialupdate ADD CONSTRAINT provenance_credentialupdate_asset_same_organisation
    FOREIGN KEY (organisation_id, asset_id) REFERENCES provenance_signedasset (organisation_id, id);
