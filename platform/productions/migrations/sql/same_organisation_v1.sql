-- A foreign key is checked past row-level security: without these a row could hang under another
-- organisation's production for anybody who learns its id, and the answer would tell that the id exists.
ALTER TABLE productions_sequence ADD CONSTRAINT productions_sequence_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE productions_shot ADD CONSTRAINT productions_shot_same_organisation
    FOREIGN KEY (organisation_id, sequence_id) REFERENCES productions_sequence (organisation_id, id);
ALTER TABLE productions_character ADD CONSTRAINT productions_character_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
