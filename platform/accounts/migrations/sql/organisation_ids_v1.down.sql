DROP FUNCTION accounts_organisation_ids_v1();
REVOKE SELECT (id) ON accounts_organisation FROM countersign_system;
