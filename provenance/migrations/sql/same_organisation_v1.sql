-- A foreign key is checked past row-level security: an asset must not hang under another organisation's intent.
ALTER TABLE provenance_signedasset ADD CONSTRAINT provenance_signedasset_same_organisation
    FOREIGN KEY (organisation_id, intent_id) REFERENCES provenance_signingintent (organisation_id, id);
