-- A foreign key is checked past row-level security: without these a row could hang under another
-- organisation's performer or production for anybody who learns its id.
ALTER TABLE licensing_performeridentifier ADD CONSTRAINT licensing_performeridentifier_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_performeralias ADD CONSTRAINT licensing_performeralias_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_engagement ADD CONSTRAINT licensing_engagement_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_engagement ADD CONSTRAINT licensing_engagement_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_engagement ADD CONSTRAINT licensing_engagement_replica_from_same_organisation
    FOREIGN KEY (organisation_id, replica_from_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_consent ADD CONSTRAINT licensing_consent_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_consent ADD CONSTRAINT licensing_consent_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_consent ADD CONSTRAINT licensing_consent_supersedes_same_organisation
    FOREIGN KEY (organisation_id, supersedes_id) REFERENCES licensing_consent (organisation_id, id);
ALTER TABLE licensing_consentevent ADD CONSTRAINT licensing_consentevent_consent_same_organisation
    FOREIGN KEY (organisation_id, consent_id) REFERENCES licensing_consent (organisation_id, id);
ALTER TABLE licensing_decision ADD CONSTRAINT licensing_decision_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_decision ADD CONSTRAINT licensing_decision_repeats_same_organisation
    FOREIGN KEY (organisation_id, repeats_id) REFERENCES licensing_decision (organisation_id, id);
