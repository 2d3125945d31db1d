-- Default privileges gave countersign_app full use of every new table; here it may read, and make keys.
REVOKE ALL ON audit_subjectkey FROM countersign_app;
GRANT SELECT, INSERT ON audit_subjectkey TO countersign_app;

-- A key is made and erased, nothing else ever happens to it. The row stays, so that the erasure can be shown.
CREATE FUNCTION audit_only_erase_key_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL
        OR (NEW.id, NEW.organisation_id, NEW.person_id, NEW.made_at)
            IS DISTINCT FROM (OLD.id, OLD.organisation_id, OLD.person_id, OLD.made_at)
    THEN
        RAISE EXCEPTION 'a key of audit_subjectkey is erased once and not changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_subjectkey_only_erased BEFORE UPDATE ON audit_subjectkey
    FOR EACH ROW EXECUTE FUNCTION audit_only_erase_key_v1();
CREATE TRIGGER audit_subjectkey_no_delete BEFORE DELETE ON audit_subjectkey
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();
CREATE TRIGGER audit_subjectkey_no_truncate BEFORE TRUNCATE ON audit_subjectkey
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change_v1();

-- The only way to erase a person's key: together with the entry that says so, one entry for one erasure.
CREATE FUNCTION audit_erase_person_v1(organisation uuid, person uuid, erasure_uid uuid)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF organisation IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid
        OR organisation IS NULL
    THEN
        RAISE EXCEPTION 'a key is erased for the organisation that is acted for'
            USING ERRCODE = 'insufficient_privilege';
    END IF;

    IF NOT EXISTS (
        SELECT FROM public.audit_outbox o
        WHERE o.uid = erasure_uid AND o.organisation_id = organisation AND o.type = 'audit.subject.erased'
            AND o.xid = pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'an erasure is logged in the transaction that erases'
            USING ERRCODE = 'check_violation';
    END IF;

    UPDATE public.audit_subjectkey k
    SET key = NULL, salt = NULL, erased_at = clock_timestamp(), erasure = erasure_uid
    WHERE k.organisation_id = organisation AND k.person_id = person AND k.erased_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no key of this person is held' USING ERRCODE = 'no_data_found';
    END IF;
END
$$;

REVOKE ALL ON FUNCTION audit_erase_person_v1(uuid, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_erase_person_v1(uuid, uuid, uuid) TO countersign_app;
GRANT SELECT (uid, organisation_id, type, xid) ON audit_outbox TO countersign_system;
GRANT SELECT (id, organisation_id, person_id, erased_at), UPDATE (key, salt, erased_at, erasure)
    ON audit_subjectkey TO countersign_system;
ALTER FUNCTION audit_erase_person_v1(uuid, uuid, uuid) OWNER TO countersign_system;
