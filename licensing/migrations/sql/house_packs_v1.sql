-- A foreign key is checked past row-level security: without these a row could hang under another organisation's.
ALTER TABLE licensing_housepackreplay ADD CONSTRAINT licensing_housepackreplay_pack_same_organisation
    FOREIGN KEY (organisation_id, pack_id) REFERENCES licensing_housepack (organisation_id, id);
ALTER TABLE licensing_housepackactivation ADD CONSTRAINT licensing_housepackactivation_pack_same_organisation
    FOREIGN KEY (organisation_id, pack_id) REFERENCES licensing_housepack (organisation_id, id);
-- The copy of the stager is true, so the CHECK on two different people means the people who acted.
ALTER TABLE licensing_housepackactivation ADD CONSTRAINT licensing_housepackactivation_of_the_stager
    FOREIGN KEY (pack_id, staged_by_id) REFERENCES licensing_housepack (id, staged_by_id);
-- Nobody activates what was not replayed.
ALTER TABLE licensing_housepackactivation ADD CONSTRAINT licensing_housepackactivation_of_its_replay
    FOREIGN KEY (replay_id, pack_id) REFERENCES licensing_housepackreplay (id, pack_id);

REVOKE UPDATE, DELETE, TRUNCATE ON
    licensing_housepack, licensing_housepackreplay, licensing_housepackactivation
    FROM countersign_app;

CREATE TRIGGER licensing_housepack_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_housepack
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_housepackreplay_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_housepackreplay
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_housepackactivation_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_housepackactivation
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
