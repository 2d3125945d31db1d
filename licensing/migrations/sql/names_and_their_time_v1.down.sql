ALTER TABLE licensing_performeralias DROP COLUMN recorded_at;
