-- A foreign key is checked past row-level security: no take may come from another organisation's.
ALTER TABLE generation_takelineage ADD CONSTRAINT generation_takelineage_same_organisation_take
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);
ALTER TABLE generation_takelineage ADD CONSTRAINT generation_takelineage_same_organisation_parent
    FOREIGN KEY (organisation_id, parent_id) REFERENCES generation_take (organisation_id, id);

-- Pictures are those of a signed take and lie inside it. Whatever has descendants gets no new parent, so nothing can
-- come from its own descendants.
CREATE FUNCTION generation_takelineage_fits_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public
AS $$
DECLARE
    fits boolean;
BEGIN
    SELECT NEW.end_frame IS NULL OR parent.state = 'signed' AND NEW.end_frame <= parent.num_frames
    INTO fits
    FROM generation_take AS parent WHERE parent.id = NEW.parent_id;
    IF fits IS NOT TRUE THEN
        RAISE EXCEPTION 'a take comes from frames that no signed take has' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM generation_takelineage AS below WHERE below.parent_id = NEW.take_id) THEN
        RAISE EXCEPTION 'a take that others came from gets no further parent' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

-- After the policies: a stranger's row is theirs to refuse.
CREATE TRIGGER generation_takelineage_fits AFTER INSERT ON generation_takelineage
    FOR EACH ROW EXECUTE FUNCTION generation_takelineage_fits_v1();

REVOKE UPDATE, DELETE, TRUNCATE ON generation_takelineage FROM countersign_app;

CREATE TRIGGER generation_takelineage_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_takelineage
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
