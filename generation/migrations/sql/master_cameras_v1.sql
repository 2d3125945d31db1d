-- What was said of the camera is part of what was asked, and stays as the rest of it does.
CREATE TRIGGER generation_master_cameras_stay AFTER UPDATE ON generation_master
    FOR EACH ROW WHEN (OLD.cameras IS DISTINCT FROM NEW.cameras) EXECUTE FUNCTION generation_refuse_change_v1();
