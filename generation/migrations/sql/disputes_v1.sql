-- A foreign key is checked past row-level security: no row may hang under another organisation's.
ALTER TABLE generation_dispute ADD CONSTRAINT generation_dispute_same_organisation
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);
ALTER TABLE generation_disputeend ADD CONSTRAINT generation_disputeend_same_organisation
    FOREIGN KEY (organisation_id, dispute_id) REFERENCES generation_dispute (organisation_id, id);

CREATE TRIGGER generation_dispute_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_dispute
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_disputeend_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_disputeend
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
REVOKE UPDATE, DELETE, TRUNCATE ON generation_dispute, generation_disputeend FROM countersign_app;
