-- The district's database. Every primary key begins with the committee, so that a committee's rows can live together on
-- one of many machines. What belongs to the whole district has the district's own tenant there: sixteen zero bytes.
-- In SQLite's words; PostgreSQL gets its own for the types.

-- A committee, and the end of its order.
CREATE TABLE committee (
    committee        BLOB PRIMARY KEY,            -- the district's id of it
    number           INTEGER NOT NULL,            -- short, for people and addresses
    area             TEXT    NOT NULL,            -- district 区
    town             TEXT    NOT NULL,            -- town or street 街镇
    name             TEXT    NOT NULL,
    entity           BLOB    NOT NULL,            -- its id in operations
    device           BLOB    NOT NULL,            -- the district's own device in its log
    device_seq       INTEGER NOT NULL DEFAULT 0,  -- that device's last sequence number
    device_tail      BLOB    NOT NULL,            -- and the end of its chain
    last_number      INTEGER NOT NULL DEFAULT 0,  -- of the parts in order
    last_reservation INTEGER NOT NULL DEFAULT 0   -- of those from the residents' form
) STRICT, WITHOUT ROWID;
CREATE INDEX committee_by_number ON committee (number);

CREATE TABLE enrol_code (
    committee  BLOB    NOT NULL,
    code_hash  BLOB    NOT NULL,
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_by    BLOB,                              -- the device
    PRIMARY KEY (committee, code_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrol_code_by_hash ON enrol_code (code_hash);

-- Wrong enrolment codes and other tries that are counted, by the hash of where they came from.
CREATE TABLE try (
    committee BLOB    NOT NULL,
    what      TEXT    NOT NULL,
    source    BLOB    NOT NULL,
    hour      INTEGER NOT NULL,                   -- hours since 1970
    count     INTEGER NOT NULL,
    PRIMARY KEY (committee, what, source, hour)
) STRICT, WITHOUT ROWID;

-- A PC.
CREATE TABLE device (
    committee     BLOB    NOT NULL,
    device        BLOB    NOT NULL,
    letter        TEXT    NOT NULL,               -- in front of the reservation numbers it gives out
    name          TEXT    NOT NULL,
    verifying_key BLOB    NOT NULL,
    token_hash    BLOB    NOT NULL,
    enrolled_at   INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL,
    declared_seq  INTEGER NOT NULL,               -- operations it had when it joined
    last_seq      INTEGER NOT NULL,               -- of its operations here
    tail          BLOB    NOT NULL,               -- the end of its chain
    received      INTEGER NOT NULL DEFAULT 0,     -- it has everything up to this number, as its last package said
    revoked_at    INTEGER,
    PRIMARY KEY (committee, device)
) STRICT, WITHOUT ROWID;

-- The committee's order: what was signed and travels.
CREATE TABLE part (
    committee BLOB    NOT NULL,
    number    INTEGER NOT NULL,
    device    BLOB    NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    batch     INTEGER NOT NULL,                   -- the whole batch's first sequence number
    actor     TEXT    NOT NULL,                   -- from the header
    at        INTEGER NOT NULL,                   -- from the header
    header    TEXT    NOT NULL,                   -- JSON of PartHeader, as hashed
    signature BLOB    NOT NULL,
    PRIMARY KEY (committee, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX part_by_device ON part (committee, device, first_seq);
CREATE INDEX part_by_batch ON part (committee, device, batch);

CREATE TABLE operation (
    committee BLOB    NOT NULL,
    number    INTEGER NOT NULL,                   -- its part
    seq       INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    entity    BLOB    NOT NULL,
    change    TEXT    NOT NULL,                   -- JSON of Change, as hashed
    rejected  TEXT,                               -- the rule by which it does not count
    withdrawn INTEGER NOT NULL DEFAULT 0,         -- derived: 1 while a live undo takes it back
    PRIMARY KEY (committee, number, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_by_entity ON operation (committee, entity, number, seq);

-- Which operation takes which batch back; rejected ones take back nothing.
CREATE TABLE undo (
    committee BLOB    NOT NULL,
    device    BLOB    NOT NULL,
    batch     INTEGER NOT NULL,
    number    INTEGER NOT NULL,                   -- of the undoing operation
    seq       INTEGER NOT NULL,
    PRIMARY KEY (committee, device, batch, number, seq)
) STRICT, WITHOUT ROWID;

-- State: folded from the order, in the transaction that appends to it.

CREATE TABLE entity (
    committee BLOB    NOT NULL,
    entity    BLOB    NOT NULL,
    kind      INTEGER NOT NULL,
    digest    BLOB,                               -- of its state; NULL while it is not there
    PRIMARY KEY (committee, entity)
) STRICT, WITHOUT ROWID;

-- Digests of all entities added up by kind.
CREATE TABLE digest (
    committee BLOB    NOT NULL,
    kind      INTEGER NOT NULL,
    sum       BLOB    NOT NULL,
    PRIMARY KEY (committee, kind)
) STRICT, WITHOUT ROWID;

-- A committee's round as folded; under the district's tenant, a round as the district opened it.
CREATE TABLE round (
    committee  BLOB    NOT NULL,
    round      BLOB    NOT NULL,
    number     INTEGER,                           -- the district's number of it; NULL for a committee's own
    definition TEXT    NOT NULL,                  -- JSON of RoundDefinition
    PRIMARY KEY (committee, round)
) STRICT, WITHOUT ROWID;
CREATE INDEX round_by_number ON round (number);

CREATE TABLE reservation (
    committee   BLOB    NOT NULL,
    reservation BLOB    NOT NULL,
    round       BLOB    NOT NULL,
    stage       TEXT    NOT NULL,
    notified    INTEGER NOT NULL,
    key         BLOB,                             -- hash of what the round's rule compares
    claim       BLOB,                             -- hash of what counts across committees
    voucher     INTEGER,                          -- serial of the valid voucher
    held        INTEGER NOT NULL,                 -- waits for the district's decision
    PRIMARY KEY (committee, reservation)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservation_by_round ON reservation (committee, round, stage);
CREATE INDEX reservation_by_key ON reservation (committee, round, key);
CREATE INDEX reservation_by_claim ON reservation (committee, round, claim);

-- Voucher serials ever issued: a void one is never given out again.
CREATE TABLE voucher_serial (
    committee   BLOB    NOT NULL,
    round       BLOB    NOT NULL,
    serial      INTEGER NOT NULL,
    reservation BLOB    NOT NULL,
    PRIMARY KEY (committee, round, serial)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
    committee    BLOB    NOT NULL,
    lease        BLOB    NOT NULL,
    round        BLOB    NOT NULL,
    device       BLOB    NOT NULL,
    first_serial INTEGER NOT NULL,
    last_serial  INTEGER NOT NULL,
    PRIMARY KEY (committee, lease)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_by_round ON lease (committee, round, last_serial);

CREATE TABLE issuing_right (
    committee     BLOB NOT NULL,
    issuing_right BLOB NOT NULL,
    round         BLOB NOT NULL,
    area          TEXT NOT NULL,
    device        BLOB,                           -- the holder; NULL: free
    PRIMARY KEY (committee, issuing_right)
) STRICT, WITHOUT ROWID;
CREATE INDEX issuing_right_by_area ON issuing_right (committee, round, area);

-- Who waits for a right that another PC holds; first come, first served.
CREATE TABLE want (
    committee BLOB    NOT NULL,
    round     BLOB    NOT NULL,
    area      TEXT    NOT NULL,
    device    BLOB    NOT NULL,
    asked_at  INTEGER NOT NULL,
    PRIMARY KEY (committee, round, area, device)
) STRICT, WITHOUT ROWID;

-- Which committee has a person or household in a district round. The first column is not a committee but one of 256
-- buckets of the key: claims are the district's, and spread over its machines.
CREATE TABLE claim (
    committee BLOB NOT NULL,
    round     BLOB NOT NULL,
    claim     BLOB NOT NULL,
    owner     BLOB NOT NULL,                      -- the committee that has it
    PRIMARY KEY (committee, round, claim)
) STRICT, WITHOUT ROWID;

-- Messages to residents. Each is given to the gateway once, whatever happens.
CREATE TABLE sms (
    committee   BLOB    NOT NULL,
    number      INTEGER NOT NULL,                 -- of the operation that asks for it
    seq         INTEGER NOT NULL,
    reservation BLOB    NOT NULL,
    asked_at    INTEGER NOT NULL,
    given_at    INTEGER,                          -- to the gateway; from then on it is not given again
    state       TEXT    NOT NULL,                 -- waiting, given, done
    PRIMARY KEY (committee, number, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX sms_by_state ON sms (state, asked_at);

-- Who did what with the district's means.
CREATE TABLE audit (
    committee BLOB    NOT NULL,
    at        INTEGER NOT NULL,
    id        BLOB    NOT NULL,
    actor     TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    detail    TEXT    NOT NULL,
    PRIMARY KEY (committee, at, id)
) STRICT, WITHOUT ROWID;
