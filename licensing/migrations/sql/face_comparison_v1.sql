-- A foreign key is checked past row-level security: no release may hang under another organisation's consent.
ALTER TABLE licensing_comparisonrelease ADD CONSTRAINT licensing_comparisonrelease_same_organisation
    FOREIGN KEY (organisation_id, consent_id) REFERENCES licensing_consent (organisation_id, id);

CREATE TRIGGER licensing_comparisonrelease_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_comparisonrelease
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON licensing_comparisonrelease FROM countersign_app;
