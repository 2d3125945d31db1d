-- A foreign key is checked past row-level security: a mark must not hang under another organisation's file.
ALTER TABLE provenance_assetmark ADD CONSTRAINT provenance_mark_same_organisation_derived
    FOREIGN KEY (organisation_id, derived_id) REFERENCES provenance_derivedasset (organisation_id, id);
