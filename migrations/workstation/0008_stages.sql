-- How many reservations of a round are in each stage, and how many have a voucher, is asked after every change: without
-- reading their states.
CREATE INDEX reservation_by_stage ON reservation (round, stage, voucher);
-- What waits for a decision or to be told, whatever the round: few, however many rounds there were.
CREATE INDEX reservation_waiting ON reservation (stage) WHERE stage IN ('pending', 'to_notify');
