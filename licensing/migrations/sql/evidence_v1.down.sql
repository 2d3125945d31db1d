DROP TRIGGER licensing_consent_only_ends ON licensing_consent;
DROP TRIGGER licensing_consent_no_removal ON licensing_consent;
DROP TRIGGER licensing_consentevent_no_change ON licensing_consentevent;
DROP TRIGGER licensing_decision_no_change ON licensing_decision;
DROP TRIGGER licensing_rulepack_no_change ON licensing_rulepack;
DROP TRIGGER licensing_ruleconfirmation_no_change ON licensing_ruleconfirmation;
DROP FUNCTION licensing_consent_only_ends_v1();
DROP FUNCTION licensing_refuse_change_v1();

REVOKE UPDATE (status, withdrawn_at) ON licensing_consent FROM countersign_app;
GRANT UPDATE, DELETE ON
    licensing_consent, licensing_consentevent, licensing_decision, licensing_rulepack, licensing_ruleconfirmation
    TO countersign_app;
