-- Since when a spelling is on the register, for questions about another time. Of those from before nobody wrote it
-- down: NULL, read as the time at which the performer was registered.
ALTER TABLE licensing_performeralias ADD COLUMN recorded_at timestamptz;
ALTER TABLE licensing_performeralias ALTER COLUMN recorded_at SET DEFAULT clock_timestamp();
