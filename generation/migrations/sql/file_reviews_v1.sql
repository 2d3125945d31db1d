-- A foreign key is checked past row-level security: no judgement may hang under another organisation's take.
ALTER TABLE generation_filereview ADD CONSTRAINT generation_filereview_same_organisation
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON generation_filereview FROM countersign_app;

CREATE TRIGGER generation_filereview_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_filereview
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
