-- PCs whose access the district took away: their vouchers are good only where it has numbered them.
ALTER TABLE device ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0;
-- Reservations that were handed out again: few, and asked for with every look at the inbox. No column of their own: the
-- hash of a state in which there are none stays as it was.
CREATE INDEX reservation_handed_out_again ON reservation (round) WHERE instr(state, '"again":[') > 0;
