-- News, not evidence: the sequencer writes it and takes it back; everybody may read that there is trouble.
REVOKE ALL ON audit_anchortrouble FROM countersign_app;
GRANT SELECT ON audit_anchortrouble TO countersign_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_anchortrouble TO countersign_log;
