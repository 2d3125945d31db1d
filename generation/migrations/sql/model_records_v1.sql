-- A foreign key is checked past row-level security: no record may hang under another organisation's model.
ALTER TABLE generation_modelrecord ADD CONSTRAINT generation_modelrecord_same_organisation
    FOREIGN KEY (organisation_id, model_id) REFERENCES generation_modelrelease (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON generation_modelrecord FROM countersign_app;

CREATE TRIGGER generation_modelrecord_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_modelrecord
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
