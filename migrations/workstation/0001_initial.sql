-- The log: what happened. Append-only; everything below "State" is derived from it.

CREATE TABLE device (
    id            BLOB PRIMARY KEY,
    letter        TEXT NOT NULL,          -- in front of the reservation numbers this PC gives out
    verifying_key BLOB NOT NULL,
    signing_key   BLOB                    -- only this PC's own
) STRICT;

-- What a clerk did in one go.
CREATE TABLE batch (
    id        INTEGER PRIMARY KEY,
    device    BLOB    NOT NULL REFERENCES device (id),
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,           -- of what has arrived
    action    TEXT    NOT NULL,           -- from the header, for the history
    actor     TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0, -- derived: taken back by a live undo
    UNIQUE (device, first_seq)
) STRICT;

-- What was signed and travels: a batch, or a piece of a large one.
CREATE TABLE part (
    id        INTEGER PRIMARY KEY,
    batch     INTEGER NOT NULL REFERENCES batch (id),
    device    BLOB    NOT NULL REFERENCES device (id),
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    header    TEXT    NOT NULL,           -- JSON of PartHeader, as hashed
    tail_hash BLOB    NOT NULL,           -- of the chain after the part's last operation
    signature BLOB    NOT NULL,           -- Ed25519 over tail_hash
    number    INTEGER,                    -- its place in the committee's order; NULL while the district has not said
    stamp     INTEGER NOT NULL,           -- grows with every change to what counts, so that others notice
    UNIQUE (device, first_seq)
) STRICT;
CREATE UNIQUE INDEX part_by_number ON part (number) WHERE number IS NOT NULL;
CREATE INDEX part_waiting ON part (device, first_seq) WHERE number IS NULL;
CREATE INDEX part_by_stamp ON part (stamp);

-- Folded in the district's order, then what waits, in the order it was done here.
CREATE TABLE operation (
    id        INTEGER PRIMARY KEY,
    part      INTEGER NOT NULL REFERENCES part (id),
    batch     INTEGER NOT NULL REFERENCES batch (id),
    seq       INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    entity    BLOB    NOT NULL,
    change    TEXT    NOT NULL,           -- JSON of Change, as hashed
    rejected  TEXT,                       -- the rule by which the district refused it
    withdrawn INTEGER NOT NULL DEFAULT 0  -- derived: 1 while a live undo takes it back
) STRICT;
CREATE INDEX operation_by_entity ON operation (entity);
CREATE INDEX operation_by_batch ON operation (batch);
CREATE INDEX operation_by_part ON operation (part);
CREATE INDEX operation_undoing ON operation (batch) WHERE kind = 7;

-- State: folded from the log, in the transaction that appends to it.

CREATE TABLE committee (
    id       BLOB PRIMARY KEY,
    name     TEXT NOT NULL,
    district TEXT,
    address  TEXT,
    phone    TEXT
) STRICT;

CREATE TABLE tag (
    id    BLOB PRIMARY KEY,
    name  TEXT NOT NULL,
    place INTEGER NOT NULL
) STRICT;

CREATE TABLE household (
    id       BLOB PRIMARY KEY,
    estate   TEXT,
    building TEXT,
    unit     TEXT,
    room     TEXT,
    number   TEXT,
    note     TEXT
) STRICT;
CREATE INDEX household_by_building ON household (building, room);

CREATE TABLE resident (
    id                 BLOB PRIMARY KEY,
    name               TEXT,
    sex                TEXT,
    birth_date         TEXT,
    document_kind      TEXT,
    document_number    TEXT,
    phone              TEXT,
    second_phone       TEXT,
    household          BLOB,
    registered_address TEXT,
    relation           TEXT,
    contact            TEXT,
    note               TEXT,
    merged_into        BLOB,
    flagged            INTEGER NOT NULL   -- edited after somebody deleted it
) STRICT;
CREATE INDEX resident_by_household ON resident (household);
CREATE INDEX resident_by_document ON resident (document_number) WHERE document_number IS NOT NULL;
CREATE INDEX resident_by_name ON resident (name);
CREATE INDEX resident_by_merge ON resident (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE resident_tag (
    resident BLOB NOT NULL,
    tag      TEXT NOT NULL,
    PRIMARY KEY (resident, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX resident_tag_by_tag ON resident_tag (tag);

CREATE TABLE round (
    id         BLOB PRIMARY KEY,
    campaign   TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    definition TEXT    NOT NULL           -- JSON of RoundDefinition
) STRICT;

CREATE TABLE reservation (
    id            BLOB PRIMARY KEY,
    round         BLOB NOT NULL,
    registered_at TEXT NOT NULL,          -- local time; with the id, the order of the queue
    stage         TEXT NOT NULL,
    resident      BLOB,
    household     BLOB,
    voucher       INTEGER,                -- serial of the valid voucher
    state         TEXT NOT NULL           -- JSON of Reservation
) STRICT;
CREATE INDEX reservation_by_round ON reservation (round, registered_at, id);
CREATE INDEX reservation_by_resident ON reservation (resident) WHERE resident IS NOT NULL;
CREATE INDEX reservation_by_household ON reservation (household) WHERE household IS NOT NULL;

-- Voucher serials ever issued, per round: a stepped-back one is never given out again.
CREATE TABLE voucher_serial (
    round       BLOB    NOT NULL,
    serial      INTEGER NOT NULL,
    reservation BLOB    NOT NULL,
    PRIMARY KEY (round, serial)
) STRICT, WITHOUT ROWID;

-- Digest of each entity's folded state, compared with the district's.
CREATE TABLE digest (
    kind   INTEGER NOT NULL,
    entity BLOB    NOT NULL,
    value  BLOB    NOT NULL,
    PRIMARY KEY (kind, entity)
) STRICT, WITHOUT ROWID;

-- This PC's own: not operations, does not travel.

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
