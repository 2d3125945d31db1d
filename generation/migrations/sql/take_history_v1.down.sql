GRANT UPDATE, DELETE ON generation_takeevent TO countersign_app;
GRANT DELETE ON generation_take TO countersign_app;

DROP TRIGGER generation_takeevent_no_truncate ON generation_takeevent;
DROP TRIGGER generation_takeevent_no_change ON generation_takeevent;
DROP FUNCTION generation_refuse_change_v1();
