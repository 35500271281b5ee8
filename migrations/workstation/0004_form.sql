-- The address of a round's form for residents, where the district offers one.
ALTER TABLE round ADD COLUMN form TEXT;
