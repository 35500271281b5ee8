-- The district's database: instructions, and what is attached to them.

-- What was sent to a committee, and who acknowledged it first.
CREATE TABLE instruction (
    committee       BLOB    NOT NULL,
    instruction     BLOB    NOT NULL,
    title           TEXT    NOT NULL,
    sent_at         INTEGER NOT NULL,
    acknowledged_at INTEGER,
    acknowledged_by TEXT,
    PRIMARY KEY (committee, instruction)
) STRICT, WITHOUT ROWID;
CREATE INDEX instruction_by_id ON instruction (instruction);

-- Attachments that a committee may read. What the district sends to many is kept once, with the district.
CREATE TABLE attachment (
    committee BLOB    NOT NULL,
    hash      BLOB    NOT NULL,                   -- SHA-256 of the bytes
    size      INTEGER NOT NULL,
    keeper    BLOB    NOT NULL,                   -- whose row has the pieces
    whole     INTEGER NOT NULL,                   -- 1: all pieces are here and fit the hash
    put_at    INTEGER NOT NULL,
    PRIMARY KEY (committee, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment_piece (
    committee BLOB    NOT NULL,                   -- the keeper
    hash      BLOB    NOT NULL,
    first     INTEGER NOT NULL,                   -- place of its first byte
    content   BLOB    NOT NULL,
    PRIMARY KEY (committee, hash, first)
) STRICT, WITHOUT ROWID;
