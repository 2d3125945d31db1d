DROP POLICY organisation_isolation ON accounts_organisation;
ALTER TABLE accounts_organisation NO FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts_organisation DISABLE ROW LEVEL SECURITY;
DROP POLICY organisation_isolation ON accounts_membership;
ALTER TABLE accounts_membership NO FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts_membership DISABLE ROW LEVEL SECURITY;
