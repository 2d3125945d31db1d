DROP TRIGGER licensing_alias_stamped ON licensing_performeralias;
DROP FUNCTION licensing_stamp_alias_v1();
DROP INDEX licensing_alias_stamp;
ALTER TABLE licensing_performeralias DROP COLUMN stamp;
DROP TABLE licensing_registerstate;
