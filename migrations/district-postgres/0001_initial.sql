-- The district's database. Every primary key begins with the committee, so that a committee's rows can live together on
-- one of many machines. What belongs to the whole district has the district's own tenant there: sixteen zero bytes.
-- The SQLite schema is the same, statement by statement, but for the types' names.

-- A committee, and the end of its order.
CREATE TABLE committee (
    committee        BYTEA PRIMARY KEY,           -- the district's id of it
    number           BIGINT  NOT NULL,            -- short, for people and addresses
    area             TEXT    NOT NULL,            -- district 区
    town             TEXT    NOT NULL,            -- town or street 街镇
    name             TEXT    NOT NULL,
    entity           BYTEA   NOT NULL,            -- its id in operations
    device           BYTEA   NOT NULL,            -- the district's own device in its log
    device_seq       BIGINT  NOT NULL DEFAULT 0,  -- that device's last sequence number
    device_tail      BYTEA   NOT NULL,            -- and the end of its chain
    last_number      BIGINT  NOT NULL DEFAULT 0,  -- of the parts in order
    last_reservation BIGINT  NOT NULL DEFAULT 0   -- of those from the residents' form
);
CREATE INDEX committee_by_number ON committee (number);

CREATE TABLE enrol_code (
    committee  BYTEA   NOT NULL,
    code_hash  BYTEA   NOT NULL,
    made_at    BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL,
    used_by    BYTEA,                              -- the device
    PRIMARY KEY (committee, code_hash)
);
CREATE INDEX enrol_code_by_hash ON enrol_code (code_hash);

-- Wrong enrolment codes and other tries that are counted, by the hash of where they came from.
CREATE TABLE try (
    committee BYTEA   NOT NULL,
    what      TEXT    NOT NULL,
    source    BYTEA   NOT NULL,
    hour      BIGINT  NOT NULL,                   -- hours since 1970
    count     BIGINT  NOT NULL,
    PRIMARY KEY (committee, what, source, hour)
);

-- A PC.
CREATE TABLE device (
    committee     BYTEA   NOT NULL,
    device        BYTEA   NOT NULL,
    letter        TEXT    NOT NULL,               -- in front of the reservation numbers it gives out
    name          TEXT    NOT NULL,
    verifying_key BYTEA   NOT NULL,
    token_hash    BYTEA   NOT NULL,
    enrolled_at   BIGINT  NOT NULL,
    seen_at       BIGINT  NOT NULL,
    declared_seq  BIGINT  NOT NULL,               -- operations it had when it joined
    last_seq      BIGINT  NOT NULL,               -- of its operations here
    tail          BYTEA   NOT NULL,               -- the end of its chain
    received      BIGINT  NOT NULL DEFAULT 0,     -- it has everything up to this number, as its last package said
    revoked_at    BIGINT,
    PRIMARY KEY (committee, device)
);

-- The committee's order: what was signed and travels.
CREATE TABLE part (
    committee BYTEA   NOT NULL,
    number    BIGINT  NOT NULL,
    device    BYTEA   NOT NULL,
    first_seq BIGINT  NOT NULL,
    last_seq  BIGINT  NOT NULL,
    batch     BIGINT  NOT NULL,                   -- the whole batch's first sequence number
    actor     TEXT    NOT NULL,                   -- from the header
    at        BIGINT  NOT NULL,                   -- from the header
    header    TEXT    NOT NULL,                   -- JSON of PartHeader, as hashed
    signature BYTEA   NOT NULL,
    PRIMARY KEY (committee, number)
);
CREATE UNIQUE INDEX part_by_device ON part (committee, device, first_seq);
CREATE INDEX part_by_batch ON part (committee, device, batch);

CREATE TABLE operation (
    committee BYTEA   NOT NULL,
    number    BIGINT  NOT NULL,                   -- its part
    seq       BIGINT  NOT NULL,
    kind      BIGINT  NOT NULL,
    entity    BYTEA   NOT NULL,
    change    TEXT    NOT NULL,                   -- JSON of Change, as hashed
    rejected  TEXT,                               -- the rule by which it does not count
    withdrawn BIGINT  NOT NULL DEFAULT 0,         -- derived: 1 while a live undo takes it back
    PRIMARY KEY (committee, number, seq)
);
CREATE INDEX operation_by_entity ON operation (committee, entity, number, seq);

-- Which operation takes which batch back; rejected ones take back nothing.
CREATE TABLE undo (
    committee BYTEA   NOT NULL,
    device    BYTEA   NOT NULL,
    batch     BIGINT  NOT NULL,
    number    BIGINT  NOT NULL,                   -- of the undoing operation
    seq       BIGINT  NOT NULL,
    PRIMARY KEY (committee, device, batch, number, seq)
);

-- State: folded from the order, in the transaction that appends to it.

CREATE TABLE entity (
    committee BYTEA   NOT NULL,
    entity    BYTEA   NOT NULL,
    kind      BIGINT  NOT NULL,
    digest    BYTEA,                               -- of its state; NULL while it is not there
    PRIMARY KEY (committee, entity)
);

-- Digests of all entities added up by kind.
CREATE TABLE digest (
    committee BYTEA   NOT NULL,
    kind      BIGINT  NOT NULL,
    sum       BYTEA   NOT NULL,
    PRIMARY KEY (committee, kind)
);

-- A committee's round as folded; under the district's tenant, a round as the district opened it.
CREATE TABLE round (
    committee  BYTEA   NOT NULL,
    round      BYTEA   NOT NULL,
    number     BIGINT,                            -- the district's number of it; NULL for a committee's own
    definition TEXT    NOT NULL,                  -- JSON of RoundDefinition
    PRIMARY KEY (committee, round)
);
CREATE INDEX round_by_number ON round (number);

CREATE TABLE reservation (
    committee   BYTEA   NOT NULL,
    reservation BYTEA   NOT NULL,
    round       BYTEA   NOT NULL,
    stage       TEXT    NOT NULL,
    notified    BIGINT  NOT NULL,
    key         BYTEA,                             -- hash of what the round's rule compares
    claim       BYTEA,                             -- hash of what counts across committees
    voucher     BIGINT,                           -- serial of the valid voucher
    held        BIGINT  NOT NULL,                 -- waits for the district's decision
    PRIMARY KEY (committee, reservation)
);
CREATE INDEX reservation_by_round ON reservation (committee, round, stage);
CREATE INDEX reservation_by_key ON reservation (committee, round, key);
CREATE INDEX reservation_by_claim ON reservation (committee, round, claim);

-- Voucher serials ever issued: a void one is never given out again.
CREATE TABLE voucher_serial (
    committee   BYTEA   NOT NULL,
    round       BYTEA   NOT NULL,
    serial      BIGINT  NOT NULL,
    reservation BYTEA   NOT NULL,
    PRIMARY KEY (committee, round, serial)
);

CREATE TABLE lease (
    committee    BYTEA   NOT NULL,
    lease        BYTEA   NOT NULL,
    round        BYTEA   NOT NULL,
    device       BYTEA   NOT NULL,
    first_serial BIGINT  NOT NULL,
    last_serial  BIGINT  NOT NULL,
    PRIMARY KEY (committee, lease)
);
CREATE INDEX lease_by_round ON lease (committee, round, last_serial);

CREATE TABLE issuing_right (
    committee     BYTEA NOT NULL,
    issuing_right BYTEA NOT NULL,
    round         BYTEA NOT NULL,
    area          TEXT NOT NULL,
    device        BYTEA,                           -- the holder; NULL: free
    PRIMARY KEY (committee, issuing_right)
);
CREATE INDEX issuing_right_by_area ON issuing_right (committee, round, area);

-- Who waits for a right that another PC holds; first come, first served.
CREATE TABLE want (
    committee BYTEA   NOT NULL,
    round     BYTEA   NOT NULL,
    area      TEXT    NOT NULL,
    device    BYTEA   NOT NULL,
    asked_at  BIGINT  NOT NULL,
    PRIMARY KEY (committee, round, area, device)
);

-- Which committee has a person or household in a district round. The first column is not a committee but one of 256
-- buckets of the key: claims are the district's, and spread over its machines.
CREATE TABLE claim (
    committee BYTEA NOT NULL,
    round     BYTEA NOT NULL,
    claim     BYTEA NOT NULL,
    owner     BYTEA NOT NULL,                      -- the committee that has it
    PRIMARY KEY (committee, round, claim)
);

-- Messages to residents. Each is given to the gateway once, whatever happens.
CREATE TABLE sms (
    committee   BYTEA   NOT NULL,
    number      BIGINT  NOT NULL,                 -- of the operation that asks for it
    seq         BIGINT  NOT NULL,
    reservation BYTEA   NOT NULL,
    asked_at    BIGINT  NOT NULL,
    given_at    BIGINT,                           -- to the gateway; from then on it is not given again
    state       TEXT    NOT NULL,                 -- waiting, given, done
    PRIMARY KEY (committee, number, seq)
);
CREATE INDEX sms_by_state ON sms (state, asked_at);

-- Who did what with the district's means.
CREATE TABLE audit (
    committee BYTEA   NOT NULL,
    at        BIGINT  NOT NULL,
    id        BYTEA   NOT NULL,
    actor     TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    detail    TEXT    NOT NULL,
    PRIMARY KEY (committee, at, id)
);
