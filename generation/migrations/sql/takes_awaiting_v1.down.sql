DROP FUNCTION generation_takes_awaiting_v1();
REVOKE SELECT ON generation_take FROM countersign_system;
