-- Decisions, confirmations, packs and what happened to consents are evidence: written once.
REVOKE UPDATE, DELETE, TRUNCATE ON
    licensing_consentevent, licensing_decision, licensing_rulepack, licensing_ruleconfirmation
    FROM countersign_app;
-- Of a consent only its end may be written; the record itself stays as it was signed.
REVOKE UPDATE, DELETE, TRUNCATE ON licensing_consent FROM countersign_app;
GRANT UPDATE (status, withdrawn_at) ON licensing_consent TO countersign_app;

CREATE FUNCTION licensing_refuse_change_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    RAISE EXCEPTION '% is evidence: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION licensing_consent_only_ends_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF OLD.status <> 'active'
        OR NEW.status = 'active'
        OR to_jsonb(NEW) - ARRAY['status', 'withdrawn_at'] IS DISTINCT FROM
           to_jsonb(OLD) - ARRAY['status', 'withdrawn_at']
    THEN
        RAISE EXCEPTION 'a consent record is never edited and ends once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER licensing_consentevent_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_consentevent
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_decision_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_decision
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_rulepack_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_rulepack
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_ruleconfirmation_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_ruleconfirmation
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_consent_no_removal BEFORE DELETE OR TRUNCATE ON licensing_consent
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_consent_only_ends BEFORE UPDATE ON licensing_consent
    FOR EACH ROW EXECUTE FUNCTION licensing_consent_only_ends_v1();
