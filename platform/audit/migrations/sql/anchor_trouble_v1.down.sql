REVOKE ALL ON audit_anchortrouble FROM countersign_log;
