-- A person sees their own memberships in every organisation, so that sign-in can offer the choice.
ALTER TABLE accounts_membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts_membership FORCE ROW LEVEL SECURITY;
CREATE POLICY organisation_isolation ON accounts_membership
    USING (
        organisation_id = nullif(current_setting('app.organisation', true), '')::uuid
        OR user_id = nullif(current_setting('app.user', true), '')::uuid
    )
    WITH CHECK (organisation_id = nullif(current_setting('app.organisation', true), '')::uuid);

-- An organisation is seen by those who act for it and by its members.
ALTER TABLE accounts_organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts_organisation FORCE ROW LEVEL SECURITY;
CREATE POLICY organisation_isolation ON accounts_organisation
    USING (
        id = nullif(current_setting('app.organisation', true), '')::uuid
        OR id IN (
            SELECT organisation_id FROM accounts_membership
            WHERE user_id = nullif(current_setting('app.user', true), '')::uuid
        )
    )
    WITH CHECK (id = nullif(current_setting('app.organisation', true), '')::uuid);
