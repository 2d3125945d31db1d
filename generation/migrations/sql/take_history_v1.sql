-- The history of a take is evidence: rows are added, never changed.
CREATE FUNCTION generation_refuse_change_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER generation_takeevent_no_change BEFORE UPDATE OR DELETE ON generation_takeevent
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_takeevent_no_truncate BEFORE TRUNCATE ON generation_takeevent
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();

REVOKE UPDATE, DELETE, TRUNCATE ON generation_takeevent FROM countersign_app;
-- A take is closed, never removed.
REVOKE DELETE, TRUNCATE ON generation_take FROM countersign_app;
