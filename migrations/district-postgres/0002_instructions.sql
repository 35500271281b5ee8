-- The district's database: instructions, and what is attached to them.
-- The SQLite schema is the same, statement by statement, but for the types' names.

-- What was sent to a committee, and who acknowledged it first.
CREATE TABLE instruction (
    committee       BYTEA   NOT NULL,
    instruction     BYTEA   NOT NULL,
    title           TEXT    NOT NULL,
    sent_at         BIGINT  NOT NULL,
    acknowledged_at BIGINT,
    acknowledged_by TEXT,
    PRIMARY KEY (committee, instruction)
);
CREATE INDEX instruction_by_id ON instruction (instruction);

-- Attachments that a committee may read. What the district sends to many is kept once, with the district.
CREATE TABLE attachment (
    committee BYTEA   NOT NULL,
    hash      BYTEA   NOT NULL,                   -- SHA-256 of the bytes
    size      BIGINT  NOT NULL,
    keeper    BYTEA   NOT NULL,                   -- whose row has the pieces
    whole     BIGINT  NOT NULL,                   -- 1: all pieces are here and fit the hash
    put_at    BIGINT  NOT NULL,
    PRIMARY KEY (committee, hash)
);

CREATE TABLE attachment_piece (
    committee BYTEA   NOT NULL,                   -- the keeper
    hash      BYTEA   NOT NULL,
    first     BIGINT  NOT NULL,                   -- place of its first byte
    content   BYTEA   NOT NULL,
    PRIMARY KEY (committee, hash, first)
);
