DROP FUNCTION generation_organisations_making_v1();
DROP FUNCTION generation_places_v1(uuid[]);
DROP FUNCTION generation_next_take_v1(text);
DROP FUNCTION generation_queue_v1();
REVOKE SELECT (id, production_id) ON productions_sequence FROM countersign_system;
REVOKE SELECT (id, sequence_id) ON productions_shot FROM countersign_system;
REVOKE SELECT (id, organisation_id, lock_sha256) ON generation_modelrelease FROM countersign_system;
ALTER TABLE generation_productionserved DROP CONSTRAINT generation_productionserved_own_production;
