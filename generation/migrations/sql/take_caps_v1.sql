-- A foreign key is checked past row-level security: no cap may name another organisation's production.
ALTER TABLE generation_takecap ADD CONSTRAINT generation_takecap_same_organisation_production
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);

-- What was set before is what takes of then were refused by.
REVOKE UPDATE, DELETE, TRUNCATE ON generation_takecap FROM countersign_app;
CREATE TRIGGER generation_takecap_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_takecap
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
