-- A foreign key is checked past row-level security: no take may use another organisation's likeness.
ALTER TABLE generation_takereferencepicture ADD CONSTRAINT generation_takereferencepicture_same_organisation_take
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);
ALTER TABLE generation_takereferencepicture ADD CONSTRAINT generation_takereferencepicture_same_organisation_asset
    FOREIGN KEY (organisation_id, asset_id) REFERENCES licensing_custodyasset (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON generation_takereferencepicture FROM countersign_app;

CREATE TRIGGER generation_takereferencepicture_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_takereferencepicture
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
