-- What was signed, and what was meant to be signed, is evidence: once written it is never changed.
CREATE FUNCTION provenance_refuse_change_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public
AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER provenance_signingintent_append_only BEFORE UPDATE OR DELETE ON provenance_signingintent
    FOR EACH ROW EXECUTE FUNCTION provenance_refuse_change_v1();
CREATE TRIGGER provenance_signingintent_no_truncate BEFORE TRUNCATE ON provenance_signingintent
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change_v1();
CREATE TRIGGER provenance_signedasset_append_only BEFORE UPDATE OR DELETE ON provenance_signedasset
    FOR EACH ROW EXECUTE FUNCTION provenance_refuse_change_v1();
CREATE TRIGGER provenance_signedasset_no_truncate BEFORE TRUNCATE ON provenance_signedasset
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change_v1();

REVOKE UPDATE, DELETE, TRUNCATE ON provenance_signingintent, provenance_signedasset FROM countersign_app;
