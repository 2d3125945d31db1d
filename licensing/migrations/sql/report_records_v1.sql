-- A foreign key is checked past row-level security: without these a row could hang under another organisation's.
ALTER TABLE licensing_reportfinding ADD CONSTRAINT licensing_reportfinding_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_reportfinding ADD CONSTRAINT licensing_reportfinding_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_reportfinding ADD CONSTRAINT licensing_reportfinding_supersedes_same_organisation
    FOREIGN KEY (organisation_id, supersedes_id) REFERENCES licensing_reportfinding (organisation_id, id);
ALTER TABLE licensing_traininglicence ADD CONSTRAINT licensing_traininglicence_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_traininglicence ADD CONSTRAINT licensing_traininglicence_supersedes_same_organisation
    FOREIGN KEY (organisation_id, supersedes_id) REFERENCES licensing_traininglicence (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON licensing_reportfinding, licensing_traininglicence FROM countersign_app;

CREATE TRIGGER licensing_reportfinding_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_reportfinding
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_traininglicence_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_traininglicence
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
