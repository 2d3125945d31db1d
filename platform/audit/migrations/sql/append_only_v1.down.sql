DROP TRIGGER audit_outbox_no_truncate ON audit_outbox;
DROP TRIGGER audit_logorigin_no_truncate ON audit_logorigin;
DROP TRIGGER audit_entry_no_truncate ON audit_entry;
DROP TRIGGER audit_tile_no_truncate ON audit_tile;
DROP TRIGGER audit_checkpoint_no_truncate ON audit_checkpoint;
DROP TRIGGER audit_outbox_no_change ON audit_outbox;
DROP TRIGGER audit_logorigin_no_change ON audit_logorigin;
DROP TRIGGER audit_entry_no_change ON audit_entry;
DROP TRIGGER audit_checkpoint_no_change ON audit_checkpoint;
DROP TRIGGER audit_tile_no_change ON audit_tile;
DROP TRIGGER audit_tile_grows ON audit_tile;
DROP FUNCTION audit_grow_tile_v1();
DROP FUNCTION audit_refuse_change_v1();

DROP POLICY every_organisation ON audit_outbox;
DROP POLICY every_organisation ON audit_logorigin;
DROP POLICY every_organisation ON audit_entry;
DROP POLICY every_organisation ON audit_tile;
DROP POLICY every_organisation ON audit_checkpoint;

REVOKE ALL ON audit_outbox, audit_logorigin, audit_entry, audit_tile, audit_checkpoint FROM countersign_log;
REVOKE UPDATE (hashes) ON audit_tile FROM countersign_log;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON audit_outbox, audit_logorigin, audit_entry, audit_tile, audit_checkpoint TO countersign_app;
GRANT USAGE, SELECT ON SEQUENCE audit_outbox_id_seq, audit_checkpoint_id_seq TO countersign_app;
