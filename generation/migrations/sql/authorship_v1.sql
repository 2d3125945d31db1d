-- A foreign key is checked past row-level security: no act, order or stretch may hang under another organisation's.
ALTER TABLE generation_contribution ADD CONSTRAINT generation_contribution_same_organisation_production
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE generation_contribution ADD CONSTRAINT generation_contribution_same_organisation_sequence
    FOREIGN KEY (organisation_id, sequence_id) REFERENCES productions_sequence (organisation_id, id);
ALTER TABLE generation_contribution ADD CONSTRAINT generation_contribution_same_organisation_shot
    FOREIGN KEY (organisation_id, shot_id) REFERENCES productions_shot (organisation_id, id);
ALTER TABLE generation_contribution ADD CONSTRAINT generation_contribution_same_organisation_take
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);
-- An act takes the place of one of the same production.
ALTER TABLE generation_contribution ADD CONSTRAINT generation_contribution_supersedes_in_production
    FOREIGN KEY (organisation_id, production_id, supersedes_id)
    REFERENCES generation_contribution (organisation_id, production_id, id);
ALTER TABLE generation_contribution ADD CONSTRAINT generation_contribution_not_itself
    CHECK (supersedes_id <> id);
ALTER TABLE generation_cutedition ADD CONSTRAINT generation_cutedition_same_organisation_sequence
    FOREIGN KEY (organisation_id, sequence_id) REFERENCES productions_sequence (organisation_id, id);
ALTER TABLE generation_cutedition ADD CONSTRAINT generation_cutedition_same_organisation_act
    FOREIGN KEY (organisation_id, contribution_id) REFERENCES generation_contribution (organisation_id, id);
ALTER TABLE generation_cutentry ADD CONSTRAINT generation_cutentry_same_organisation_edition
    FOREIGN KEY (organisation_id, edition_id) REFERENCES generation_cutedition (organisation_id, id);
ALTER TABLE generation_cutentry ADD CONSTRAINT generation_cutentry_same_organisation_take
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);
ALTER TABLE generation_cutentry ADD CONSTRAINT generation_cutentry_same_organisation_element
    FOREIGN KEY (organisation_id, element_id) REFERENCES generation_contribution (organisation_id, id);

-- A stretch lies inside its source. A take is signed and of the same sequence; an element was made for the same
-- production and says how long it is. Both run at the rate of the cut.
CREATE FUNCTION generation_cutentry_fits_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public
AS $$
DECLARE
    fits boolean;
BEGIN
    IF NEW.take_id IS NOT NULL THEN
        SELECT take.state = 'signed' AND NEW.end_frame <= take.num_frames AND take.fps = edition.fps
            AND shot.sequence_id = edition.sequence_id
        INTO fits
        FROM generation_cutedition AS edition, generation_take AS take
        JOIN productions_shot AS shot ON shot.id = take.shot_id
        WHERE edition.id = NEW.edition_id AND take.id = NEW.take_id;
    ELSE
        SELECT element.kind = 'element_made' AND NEW.end_frame <= (element.content ->> 'num_frames')::bigint
            AND (element.content ->> 'fps')::bigint = edition.fps
            AND element.production_id = sequence.production_id
        INTO fits
        FROM generation_contribution AS element, generation_cutedition AS edition
        JOIN productions_sequence AS sequence ON sequence.id = edition.sequence_id
        WHERE edition.id = NEW.edition_id AND element.id = NEW.element_id;
    END IF;
    IF fits IS NOT TRUE THEN
        RAISE EXCEPTION 'a stretch of a cut lies outside its source' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

-- After the policies: a stranger's row is theirs to refuse.
CREATE TRIGGER generation_cutentry_fits AFTER INSERT ON generation_cutentry
    FOR EACH ROW EXECUTE FUNCTION generation_cutentry_fits_v1();

REVOKE UPDATE, DELETE, TRUNCATE ON generation_contribution, generation_cutedition, generation_cutentry
    FROM countersign_app;

CREATE TRIGGER generation_contribution_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_contribution
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_cutedition_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_cutedition
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
CREATE TRIGGER generation_cutentry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_cutentry
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
