-- A foreign key is checked past row-level security: no approval or placing may hang under another organisation's.
ALTER TABLE licensing_disclosureapproval ADD CONSTRAINT licensing_disclosureapproval_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
-- An approval takes the place of one of the same production, row and language.
ALTER TABLE licensing_disclosureapproval ADD CONSTRAINT licensing_disclosureapproval_supersedes_its_own
    FOREIGN KEY (organisation_id, production_id, wording_id, language, supersedes_id)
    REFERENCES licensing_disclosureapproval (organisation_id, production_id, wording_id, language, id);
ALTER TABLE licensing_disclosureplacing ADD CONSTRAINT licensing_disclosureplacing_same_organisation
    FOREIGN KEY (organisation_id, approval_id) REFERENCES licensing_disclosureapproval (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON licensing_disclosureapproval, licensing_disclosureplacing FROM countersign_app;

CREATE TRIGGER licensing_disclosureapproval_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_disclosureapproval
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_disclosureplacing_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_disclosureplacing
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
