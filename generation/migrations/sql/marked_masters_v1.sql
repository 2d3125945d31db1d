-- A foreign key is checked past row-level security: a master is for no other organisation's recipient.
ALTER TABLE generation_master ADD CONSTRAINT generation_master_same_organisation_recipient
    FOREIGN KEY (organisation_id, recipient_id) REFERENCES generation_recipient (organisation_id, id);

-- What was asked is what was asked: for whom, too.
CREATE TRIGGER generation_master_recipient_stays AFTER UPDATE ON generation_master
    FOR EACH ROW WHEN (OLD.recipient_id IS DISTINCT FROM NEW.recipient_id)
    EXECUTE FUNCTION generation_refuse_change_v1();

-- Whatever the application does: a master that is marked for one recipient is delivered to nobody else.
CREATE FUNCTION generation_marked_for_its_recipient_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.generation_master AS master
        WHERE master.id = NEW.master_id AND master.recipient_id <> NEW.recipient_id
    ) THEN
        RAISE EXCEPTION 'master % is marked for another recipient', NEW.master_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER generation_delivery_marked_for_its_recipient AFTER INSERT ON generation_delivery
    FOR EACH ROW WHEN (NEW.master_id IS NOT NULL) EXECUTE FUNCTION generation_marked_for_its_recipient_v1();
