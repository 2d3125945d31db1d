REVOKE SELECT (organisation_id, recorded_at) ON audit_outbox FROM countersign_app;
