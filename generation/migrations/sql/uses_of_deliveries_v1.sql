-- Whatever the application does: no delivery on a consent that limits uses without its use spent, by the same commit.
-- It runs as whoever writes, so it sees the writer's organisation alone.
CREATE FUNCTION generation_delivery_spends_its_uses_v1() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.licensing_decision AS decision
        JOIN public.licensing_quota AS quota
            ON quota.consent_id = ANY (decision.consent_ids) AND quota.unit = 'uses'
        WHERE decision.id = NEW.decision_id AND NOT EXISTS (
            SELECT FROM public.licensing_quotareservation AS held
            WHERE held.quota_id = quota.id AND held.job_id = NEW.id AND held.state = 'committed'
        )
    ) THEN
        RAISE EXCEPTION 'delivery % has not spent the uses that it takes', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'generation_delivery_spends_its_uses';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER generation_delivery_spends_its_uses AFTER INSERT ON generation_delivery
    FOR EACH ROW EXECUTE FUNCTION generation_delivery_spends_its_uses_v1();
