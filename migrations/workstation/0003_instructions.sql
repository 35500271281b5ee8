-- What the district asks of the committee, and what comes with it.

CREATE TABLE instruction (
    id      BLOB PRIMARY KEY,
    sent_at INTEGER NOT NULL,
    state   TEXT    NOT NULL              -- JSON of Instruction
) STRICT;
CREATE INDEX instruction_by_time ON instruction (sent_at);

-- Each clerk once.
CREATE TABLE acknowledgement (
    instruction BLOB    NOT NULL,
    clerk       TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (instruction, clerk)
) STRICT, WITHOUT ROWID;

-- Attachments are this PC's own copies: not operations. What an instruction names and is not whole here is fetched.
CREATE TABLE attachment (
    hash  BLOB PRIMARY KEY,               -- SHA-256 of the bytes
    state TEXT    NOT NULL,               -- whole: all pieces are here and fit the hash; wrong: they did not
    at    INTEGER NOT NULL                -- when that was seen
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment_piece (
    hash    BLOB    NOT NULL,
    first   INTEGER NOT NULL,             -- place of its first byte
    content BLOB    NOT NULL,
    PRIMARY KEY (hash, first)
) STRICT;
