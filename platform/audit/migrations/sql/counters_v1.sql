-- Entries of version 1 were not given a counter. What they would have got is filled in, so that the entries of
-- version 2 go on counting from there; their bytes stay as they were hashed.
ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_change;

UPDATE audit_entry e
SET counter = counted.counter
FROM (
    SELECT uid, row_number() OVER (PARTITION BY origin_id, type ORDER BY index) AS counter FROM audit_entry
) AS counted
WHERE counted.uid = e.uid;

ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_no_change;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
