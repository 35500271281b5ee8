-- For the exchange with the district: whose PC is whose, and who may issue vouchers where.

ALTER TABLE device ADD COLUMN name TEXT NOT NULL DEFAULT '';

-- The area in which vouchers are issued for them: fixed when they were first written.
ALTER TABLE household ADD COLUMN area TEXT;
ALTER TABLE resident ADD COLUMN area TEXT;

-- What the district refused is shown until somebody has seen to it.
CREATE INDEX operation_rejected ON operation (id) WHERE rejected IS NOT NULL;

CREATE INDEX voucher_serial_by_reservation ON voucher_serial (reservation);

CREATE TABLE lease (
    id     BLOB PRIMARY KEY,
    round  BLOB    NOT NULL,
    device BLOB    NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL
) STRICT;
CREATE INDEX lease_by_round ON lease (round, first);

CREATE TABLE issuing_right (
    id     BLOB PRIMARY KEY,
    round  BLOB NOT NULL,
    area   TEXT NOT NULL,
    holder BLOB                           -- NULL while it is free
) STRICT;
CREATE INDEX issuing_right_by_round ON issuing_right (round, area);

-- Values that another PC set and a later operation overwrote unseen, until somebody decides.
CREATE TABLE conflict (
    kind   INTEGER NOT NULL,
    entity BLOB    NOT NULL,
    field  TEXT    NOT NULL,
    holds  TEXT,
    lost   TEXT    NOT NULL,              -- JSON: the values, null for "no value"
    PRIMARY KEY (entity, field)
) STRICT, WITHOUT ROWID;
