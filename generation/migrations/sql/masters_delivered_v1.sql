-- A delivered master is one of the delivered take, and of no other organisation's.
ALTER TABLE generation_master ADD CONSTRAINT generation_master_of_its_take UNIQUE (organisation_id, take_id, id);
ALTER TABLE generation_delivery ADD CONSTRAINT generation_delivery_same_take_master
    FOREIGN KEY (organisation_id, take_id, master_id) REFERENCES generation_master (organisation_id, take_id, id);
