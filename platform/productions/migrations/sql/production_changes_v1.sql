-- A foreign key is checked past row-level security: without this a row could hang under another organisation's.
ALTER TABLE productions_productionchange ADD CONSTRAINT productions_productionchange_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);

REVOKE UPDATE, DELETE, TRUNCATE ON productions_productionchange FROM countersign_app;

CREATE FUNCTION productions_refuse_change_v1() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'rows of % stay as they were written', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER productions_productionchange_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
    ON productions_productionchange FOR EACH STATEMENT EXECUTE FUNCTION productions_refuse_change_v1();

-- Facts that rules read of a production may become others, and never without saying why: the old value, the new one and
-- who said so are written with the same statement. `app.production_change` is set for the transaction by the operation
-- that corrects; whoever updates past it is refused. Arguments: the columns that are facts.
CREATE FUNCTION productions_change_is_kept_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    stated jsonb := nullif(current_setting('app.production_change', true), '')::jsonb;
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
        INSERT INTO productions_productionchange (
            id, organisation_id, statement_id, production_id, field, before, after, reason, because, true_since,
            document_sha256, recorded_at, recorded_by_id
        ) VALUES (
            gen_random_uuid(), NEW.organisation_id, (stated ->> 'statement')::uuid, NEW.id,
            fact, nullif(before -> fact, 'null'), nullif(after -> fact, 'null'), stated ->> 'reason',
            stated ->> 'because', (stated ->> 'true_since')::date, stated ->> 'document_sha256',
            (stated ->> 'recorded_at')::timestamptz, (stated ->> 'recorded_by')::uuid
        );
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER productions_production_change_is_kept AFTER UPDATE ON productions_production
    FOR EACH ROW EXECUTE FUNCTION productions_change_is_kept_v1(
        'kind', 'agreement', 'principal_photography_start', 'production_start', 'governing_law', 'buyer',
        'award_campaign', 'writers_guild_covered'
    );
