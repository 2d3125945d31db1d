-- A foreign key is checked past row-level security: without these a row could hang under another organisation's.
ALTER TABLE licensing_registerchange ADD CONSTRAINT licensing_registerchange_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_registerchange ADD CONSTRAINT licensing_registerchange_engagement_same_organisation
    FOREIGN KEY (organisation_id, engagement_id) REFERENCES licensing_engagement (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON licensing_registerchange FROM countersign_app;

CREATE TRIGGER licensing_registerchange_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_registerchange
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();

-- Facts that rules read of a person or an engagement may become others, and never without saying why: the old value,
-- the new one and who said so are written with the same statement. `app.register_change` is set for the transaction by
-- the operation that states the change; whoever updates past it is refused. Arguments: the columns that are facts.
CREATE FUNCTION licensing_register_change_is_kept_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    stated jsonb := nullif(current_setting('app.register_change', true), '')::jsonb;
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    fact text;
BEGIN
    FOREACH fact IN ARRAY TG_ARGV LOOP
        CONTINUE WHEN before -> fact IS NOT DISTINCT FROM after -> fact;
        IF stated IS NULL THEN
            RAISE EXCEPTION '% of % changes only with a reason on record', fact, TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
        INSERT INTO licensing_registerchange (
            id, organisation_id, statement_id, performer_id, engagement_id, field, before, after, reason, true_since,
            document_sha256, recorded_at, recorded_by_id
        ) VALUES (
            gen_random_uuid(), NEW.organisation_id, (stated ->> 'statement')::uuid,
            CASE TG_TABLE_NAME WHEN 'licensing_performer' THEN after ->> 'id' ELSE after ->> 'performer_id' END::uuid,
            CASE TG_TABLE_NAME WHEN 'licensing_engagement' THEN after ->> 'id' END::uuid,
            fact, nullif(before -> fact, 'null'), nullif(after -> fact, 'null'), stated ->> 'reason',
            (stated ->> 'true_since')::date, stated ->> 'document_sha256',
            (stated ->> 'recorded_at')::timestamptz, (stated ->> 'recorded_by')::uuid
        );
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER licensing_performer_change_is_kept AFTER UPDATE ON licensing_performer
    FOR EACH ROW EXECUTE FUNCTION licensing_register_change_is_kept_v1('state', 'domicile');
CREATE TRIGGER licensing_engagement_change_is_kept AFTER UPDATE ON licensing_engagement
    FOR EACH ROW EXECUTE FUNCTION licensing_register_change_is_kept_v1(
        'production_id', 'performer_id', 'category', 'agreement', 'is_engaged', 'engaged_at', 'contract_date',
        'representation', 'union_covered', 'employed_on_project', 'recognisable', 'portrayed_as_minor',
        'replica_from_id', 'estimated_days'
    );
