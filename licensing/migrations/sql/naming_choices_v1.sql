-- A foreign key is checked past row-level security: no choice may hang under another organisation's.
ALTER TABLE licensing_namingchoice ADD CONSTRAINT licensing_namingchoice_same_organisation_performer
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_namingchoice ADD CONSTRAINT licensing_namingchoice_same_organisation_production
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_namingchoice ADD CONSTRAINT licensing_namingchoice_same_organisation_authority
    FOREIGN KEY (organisation_id, authority_id) REFERENCES licensing_signingauthority (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON licensing_namingchoice FROM countersign_app;
CREATE TRIGGER licensing_namingchoice_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_namingchoice
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
