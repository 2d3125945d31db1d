-- A foreign key is checked past row-level security: no sheet may name another organisation's character or likeness.
ALTER TABLE generation_charactersheetentry
    ADD CONSTRAINT generation_charactersheetentry_same_organisation_character
        FOREIGN KEY (organisation_id, character_id) REFERENCES productions_character (organisation_id, id),
    ADD CONSTRAINT generation_charactersheetentry_same_organisation_asset
        FOREIGN KEY (organisation_id, asset_id) REFERENCES licensing_custodyasset (organisation_id, id);
ALTER TABLE generation_charactersheetend ADD CONSTRAINT generation_charactersheetend_same_organisation
    FOREIGN KEY (organisation_id, entry_id) REFERENCES generation_charactersheetentry (organisation_id, id);

-- What was on a sheet is what takes of then began with.
REVOKE UPDATE, DELETE, TRUNCATE ON generation_charactersheetentry, generation_charactersheetend FROM countersign_app;
CREATE TRIGGER generation_charactersheetentry_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_charactersheetentry
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_charactersheetend_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_charactersheetend
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
