-- A foreign key is checked past row-level security: without this a row could hang under another organisation's.
ALTER TABLE licensing_reportrun ADD CONSTRAINT licensing_reportrun_schedule_same_organisation
    FOREIGN KEY (organisation_id, schedule_id) REFERENCES licensing_reportschedule (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON licensing_reportrun, licensing_reportschedule FROM countersign_app;
GRANT UPDATE (next_from, due_on, ended_at, ended_because) ON licensing_reportschedule TO countersign_app;

CREATE TRIGGER licensing_reportrun_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_reportrun
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_reportschedule_no_removal BEFORE DELETE OR TRUNCATE ON licensing_reportschedule
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();

CREATE FUNCTION licensing_reportschedule_goes_on_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    written CONSTANT text[] := ARRAY['next_from', 'due_on', 'ended_at', 'ended_because'];
BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.next_from < OLD.next_from OR NEW.due_on < OLD.due_on
        OR to_jsonb(NEW) - written IS DISTINCT FROM to_jsonb(OLD) - written
    THEN
        RAISE EXCEPTION 'a schedule goes on or ends, and is never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_reportschedule_goes_on BEFORE UPDATE ON licensing_reportschedule
    FOR EACH ROW EXECUTE FUNCTION licensing_reportschedule_goes_on_v1();

-- Schedules that are due, of every organisation: whoever looks acts for none of them, and then for the one it is told.
CREATE FUNCTION licensing_reports_due_v1(today date)
RETURNS TABLE (organisation_id uuid, schedule_id uuid)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
    SELECT schedule.organisation_id, schedule.id
    FROM public.licensing_reportschedule AS schedule
    WHERE schedule.ended_at IS NULL AND schedule.due_on <= today
    ORDER BY schedule.due_on
    LIMIT 1000
$$;

REVOKE ALL ON FUNCTION licensing_reports_due_v1(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION licensing_reports_due_v1(date) TO countersign_app;
GRANT SELECT ON licensing_reportschedule TO countersign_system;
ALTER FUNCTION licensing_reports_due_v1(date) OWNER TO countersign_system;
