DROP TRIGGER licensing_buyerapproval_scope ON licensing_buyerapproval;
DROP FUNCTION licensing_buyer_approval_scope_v1();
DROP TRIGGER licensing_basissignoff_is_another ON licensing_basissignoff;
DROP FUNCTION licensing_sign_off_is_another_v1();
DROP FUNCTION licensing_shots_of_production_v1(uuid, uuid[]);
DROP TRIGGER licensing_buyerapproval_no_change ON licensing_buyerapproval;
DROP TRIGGER licensing_basissignoff_no_change ON licensing_basissignoff;
GRANT UPDATE, DELETE ON licensing_basissignoff, licensing_buyerapproval TO countersign_app;
ALTER TABLE licensing_buyerapproval
    DROP CONSTRAINT licensing_buyerapproval_supersedes_its_own,
    DROP CONSTRAINT licensing_buyerapproval_production_same_organisation;
ALTER TABLE licensing_basissignoff
    DROP CONSTRAINT licensing_basissignoff_supersedes_its_own,
    DROP CONSTRAINT licensing_basissignoff_performer_same_organisation,
    DROP CONSTRAINT licensing_basissignoff_production_same_organisation;
