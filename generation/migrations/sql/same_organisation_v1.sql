-- A foreign key is checked past row-level security: no take may hang under another organisation's shot, model,
-- decision or history.
ALTER TABLE generation_take ADD CONSTRAINT generation_take_same_organisation_shot
    FOREIGN KEY (organisation_id, shot_id) REFERENCES productions_shot (organisation_id, id);
ALTER TABLE generation_take ADD CONSTRAINT generation_take_same_organisation_model
    FOREIGN KEY (organisation_id, model_id) REFERENCES generation_modelrelease (organisation_id, id);
ALTER TABLE generation_take ADD CONSTRAINT generation_take_same_organisation_decision
    FOREIGN KEY (organisation_id, decision_id) REFERENCES licensing_decision (organisation_id, id);
ALTER TABLE generation_takeevent ADD CONSTRAINT generation_takeevent_same_organisation
    FOREIGN KEY (organisation_id, take_id) REFERENCES generation_take (organisation_id, id);
