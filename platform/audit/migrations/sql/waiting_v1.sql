-- The page of the log's health says how many of the organisation's entries wait, and since when. Nothing else of
-- what waits can be read.
GRANT SELECT (organisation_id, recorded_at) ON audit_outbox TO countersign_app;
