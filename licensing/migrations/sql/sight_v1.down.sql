DROP POLICY granted_sight ON accounts_organisation;
DROP POLICY granted_sight ON productions_production;
DROP POLICY granted_sight ON licensing_withdrawalnotice;
DROP POLICY granted_sight ON licensing_consentevent;
DROP POLICY granted_sight ON licensing_consent;
DROP POLICY granted_sight ON licensing_performer;
DROP POLICY granted_sight ON licensing_engagement;
DROP POLICY granted_sight ON licensing_sightgrant;
