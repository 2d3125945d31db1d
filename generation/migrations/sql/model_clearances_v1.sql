-- A foreign key is checked past row-level security: nothing may hang under another organisation's model or film.
ALTER TABLE generation_modelclearance ADD CONSTRAINT generation_modelclearance_same_organisation
    FOREIGN KEY (organisation_id, model_id) REFERENCES generation_modelrelease (organisation_id, id);
ALTER TABLE generation_modelclearance ADD CONSTRAINT generation_modelclearance_own_production
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);

-- Until now whoever approved a model did so for every production. What was permitted stays so until legal says otherwise.
ALTER TABLE generation_modelrelease NO FORCE ROW LEVEL SECURITY;
ALTER TABLE generation_modelclearance NO FORCE ROW LEVEL SECURITY;
INSERT INTO generation_modelclearance (
    id, organisation_id, model_id, production_id, is_cleared, reason, content, content_sha256, said_at, said_by_id, entry_uid
)
SELECT gen_random_uuid(), said.organisation_id, said.id, NULL, true, said.reason, said.content::jsonb,
    encode(sha256(convert_to(said.content, 'UTF8')), 'hex'), said.approved_at, said.approved_by_id, NULL
FROM (
    SELECT model.*, 'Approved before productions were told apart.' AS reason, format(
        '{"is_cleared":true,"model_sha256":"%s","production":null,'
        '"reason":"Approved before productions were told apart.","said_at":"%s"}',
        model.lock_sha256, to_char(model.approved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    ) AS content
    FROM generation_modelrelease AS model WHERE model.approved_at IS NOT NULL
) AS said;
-- Foreign keys of these rows are checked before the tables change again.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE generation_modelclearance FORCE ROW LEVEL SECURITY;
ALTER TABLE generation_modelrelease FORCE ROW LEVEL SECURITY;

REVOKE UPDATE, DELETE, TRUNCATE ON generation_modelclearance FROM countersign_app;

CREATE TRIGGER generation_modelclearance_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON generation_modelclearance
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change_v1();
