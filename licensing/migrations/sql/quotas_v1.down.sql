DROP FUNCTION licensing_quotas_lapsed_v1();
REVOKE SELECT ON licensing_quotareservation FROM countersign_system;
DROP FUNCTION licensing_settle_quotas_v1(uuid, uuid, bigint, uuid[], text, text[], bigint[]);
DROP FUNCTION licensing_hold_quotas_v1(uuid, uuid[], uuid, uuid, text[], bigint[], interval);
DROP FUNCTION licensing_expire_reservations_v1(uuid, uuid);
DROP TRIGGER licensing_quota_is_spent_for_good ON licensing_quota;
DROP FUNCTION licensing_quota_is_spent_for_good_v1();
DROP TRIGGER licensing_consent_has_its_quotas ON licensing_consent;
DROP FUNCTION licensing_consent_has_its_quotas_v1();
REVOKE UPDATE (decision_id, amount, spent, fence, state, made_at, expires_at, settled_at)
    ON licensing_quotareservation FROM countersign_app;
REVOKE UPDATE (used, reserved) ON licensing_quota FROM countersign_app;
GRANT UPDATE, DELETE ON licensing_quota, licensing_quotareservation TO countersign_app;
ALTER TABLE licensing_quotareservation DROP CONSTRAINT licensing_quotareservation_decision_same_organisation;
ALTER TABLE licensing_quotareservation DROP CONSTRAINT licensing_quotareservation_quota_same_organisation;
ALTER TABLE licensing_quota DROP CONSTRAINT licensing_quota_consent_same_organisation;
