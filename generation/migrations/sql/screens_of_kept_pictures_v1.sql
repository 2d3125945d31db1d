-- A foreign key is checked past row-level security: no look may be at another organisation's likeness.
ALTER TABLE generation_screenrun ADD CONSTRAINT generation_screenrun_custody_same_organisation
    FOREIGN KEY (organisation_id, custody_asset_id) REFERENCES licensing_custodyasset (organisation_id, id);
