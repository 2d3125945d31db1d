-- A foreign key is checked past row-level security: without these a row could hang under another organisation's.
ALTER TABLE licensing_signingauthority ADD CONSTRAINT licensing_signingauthority_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_rider ADD CONSTRAINT licensing_rider_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_rider ADD CONSTRAINT licensing_rider_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_rider ADD CONSTRAINT licensing_rider_supersedes_same_organisation
    FOREIGN KEY (organisation_id, supersedes_id) REFERENCES licensing_consent (organisation_id, id);
ALTER TABLE licensing_ridersignature ADD CONSTRAINT licensing_ridersignature_rider_same_organisation
    FOREIGN KEY (organisation_id, rider_id) REFERENCES licensing_rider (organisation_id, id);
ALTER TABLE licensing_ridersignature ADD CONSTRAINT licensing_ridersignature_authority_same_organisation
    FOREIGN KEY (organisation_id, authority_id) REFERENCES licensing_signingauthority (organisation_id, id);
-- Whoever signs under an authority is the person it was verified for.
ALTER TABLE licensing_ridersignature ADD CONSTRAINT licensing_ridersignature_by_the_authorised
    FOREIGN KEY (authority_id, signed_by_id) REFERENCES licensing_signingauthority (id, person_id);
ALTER TABLE licensing_receiveddocument ADD CONSTRAINT licensing_receiveddocument_performer_same_organisation
    FOREIGN KEY (organisation_id, performer_id) REFERENCES licensing_performer (organisation_id, id);
ALTER TABLE licensing_receiveddocument ADD CONSTRAINT licensing_receiveddocument_production_same_organisation
    FOREIGN KEY (organisation_id, production_id) REFERENCES productions_production (organisation_id, id);
ALTER TABLE licensing_transcription ADD CONSTRAINT licensing_transcription_document_same_organisation
    FOREIGN KEY (organisation_id, document_id) REFERENCES licensing_receiveddocument (organisation_id, id);
ALTER TABLE licensing_transcriptioncheck ADD CONSTRAINT licensing_transcriptioncheck_same_organisation
    FOREIGN KEY (organisation_id, transcription_id) REFERENCES licensing_transcription (organisation_id, id);
-- The copy of the transcriber is true, so the CHECK on two different people means the people who acted.
ALTER TABLE licensing_transcriptioncheck ADD CONSTRAINT licensing_transcriptioncheck_of_the_transcriber
    FOREIGN KEY (transcription_id, transcribed_by_id) REFERENCES licensing_transcription (id, transcribed_by_id);

-- Written once; of an authority only its end may be written.
REVOKE UPDATE, DELETE, TRUNCATE ON
    licensing_signingauthority, licensing_rider, licensing_ridersignature, licensing_receiveddocument,
    licensing_transcription, licensing_transcriptioncheck
    FROM countersign_app;
GRANT UPDATE (revoked_at, revoked_by_id) ON licensing_signingauthority TO countersign_app;

CREATE TRIGGER licensing_rider_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_rider
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_ridersignature_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_ridersignature
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_receiveddocument_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_receiveddocument
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_transcription_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_transcription
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_transcriptioncheck_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON licensing_transcriptioncheck
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();
CREATE TRIGGER licensing_signingauthority_no_removal BEFORE DELETE OR TRUNCATE ON licensing_signingauthority
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change_v1();

CREATE FUNCTION licensing_authority_only_ends_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL
        OR NEW.revoked_at IS NULL
        OR to_jsonb(NEW) - ARRAY['revoked_at', 'revoked_by_id'] IS DISTINCT FROM
           to_jsonb(OLD) - ARRAY['revoked_at', 'revoked_by_id']
    THEN
        RAISE EXCEPTION 'a signing authority is never edited and ends once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_signingauthority_only_ends BEFORE UPDATE ON licensing_signingauthority
    FOR EACH ROW EXECUTE FUNCTION licensing_authority_only_ends_v1();

-- A signature for the performer stands on an authority for that performer, in that role, on that day; and comes after
-- the studio's.
CREATE FUNCTION licensing_signature_is_authorised_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- A row of another organisation is the policy's to refuse, which looks after this.
    IF NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
        RETURN NEW;
    END IF;
    IF NEW.side = 'studio' THEN
        RETURN NEW;
    END IF;
    -- Locked, so that a revocation and a signature come one after the other.
    PERFORM FROM licensing_signingauthority AS authority
        JOIN licensing_rider AS rider ON rider.id = NEW.rider_id AND rider.performer_id = authority.performer_id
        WHERE authority.id = NEW.authority_id
            AND authority.signer_role = NEW.signer_role
            AND authority.revoked_at IS NULL
            AND (NEW.signed_at AT TIME ZONE 'UTC')::date >= authority.valid_from
            AND (authority.valid_until IS NULL
                OR (NEW.signed_at AT TIME ZONE 'UTC')::date <= authority.valid_until)
        FOR SHARE OF authority;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nobody is authorised to sign so for this performer' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM FROM licensing_ridersignature WHERE rider_id = NEW.rider_id AND side = 'studio';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the studio signs first' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER licensing_ridersignature_is_authorised BEFORE INSERT ON licensing_ridersignature
    FOR EACH ROW EXECUTE FUNCTION licensing_signature_is_authorised_v1();

-- A consent that names a document known here holds that document's terms: those of the rider that both sides signed,
-- or those of a transcription that a second person agreed with.
CREATE FUNCTION licensing_consent_holds_its_document_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    is_received boolean := EXISTS (
        SELECT FROM licensing_receiveddocument AS document
        WHERE document.organisation_id = NEW.organisation_id AND document.sha256 = NEW.document_sha256
    );
    is_rider boolean := EXISTS (
        SELECT FROM licensing_ridersignature AS signature
        WHERE signature.organisation_id = NEW.organisation_id AND signature.document_sha256 = NEW.document_sha256
    ) OR EXISTS (
        SELECT FROM licensing_rider AS rider
        WHERE rider.organisation_id = NEW.organisation_id AND rider.unsigned_sha256 = NEW.document_sha256
    );
BEGIN
    IF NOT is_received AND NOT is_rider THEN
        RETURN NEW;
    END IF;
    IF is_received AND EXISTS (
        SELECT FROM licensing_receiveddocument AS document
        JOIN licensing_transcription AS transcription ON transcription.document_id = document.id
        JOIN licensing_transcriptioncheck AS checked ON checked.transcription_id = transcription.id
        WHERE checked.agrees
            AND document.organisation_id = NEW.organisation_id
            AND document.sha256 = NEW.document_sha256
            AND document.performer_id = NEW.performer_id
            AND document.production_id = NEW.production_id
            AND transcription.replica_type = NEW.replica_type
            AND transcription.terms_sha256 = NEW.terms_sha256
            AND transcription.terms = NEW.terms
    ) THEN
        RETURN NEW;
    END IF;
    IF is_rider AND EXISTS (
        SELECT FROM licensing_rider AS rider
        JOIN licensing_ridersignature AS signature ON signature.rider_id = rider.id
        WHERE signature.side = 'performer'
            AND rider.organisation_id = NEW.organisation_id
            AND signature.document_sha256 = NEW.document_sha256
            AND rider.performer_id = NEW.performer_id
            AND rider.production_id = NEW.production_id
            AND rider.replica_type = NEW.replica_type
            AND rider.terms = NEW.terms - ARRAY['separately_signed_at', 'authority_verified']
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'these are not the confirmed terms of this document'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'licensing_consent_holds_its_document';
END
$$;
CREATE TRIGGER licensing_consent_holds_its_document BEFORE INSERT ON licensing_consent
    FOR EACH ROW EXECUTE FUNCTION licensing_consent_holds_its_document_v1();
