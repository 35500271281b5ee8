-- What the queues of work are of, in one table: reservations and instructions now, tasks and orders later, without a table
-- of their own each. What is special of a kind has its own table beside.

CREATE TABLE item (
    committee BLOB    NOT NULL,
    item      BLOB    NOT NULL,
    kind      INTEGER NOT NULL,
    list      BLOB,                               -- the list it stands in, where its kind has several: a reservation's round
    stage     TEXT    NOT NULL,
    number    INTEGER,                            -- the running number it was given: the serial of the valid voucher
    deadline  INTEGER,                            -- until when it is to be done
    key       BLOB,                               -- hash of what its list's rule compares
    claim     BLOB,                               -- hash of what counts across committees
    held      INTEGER NOT NULL,                   -- waits for the district's decision
    again     INTEGER NOT NULL,                   -- hand-outs after the first, as far as nobody found that they were not
    PRIMARY KEY (committee, item)
) STRICT, WITHOUT ROWID;
-- Of one committee, and counted over all of them.
CREATE INDEX item_by_list ON item (list, kind, committee, stage);
CREATE INDEX item_by_key ON item (committee, list, key) WHERE key IS NOT NULL;
CREATE INDEX item_by_claim ON item (claim, list) WHERE claim IS NOT NULL;

INSERT INTO item (committee, item, kind, list, stage, number, key, claim, held, again)
SELECT committee, reservation, 6, round, stage, voucher, key, claim, held, again FROM reservation;
DROP TABLE reservation;

INSERT INTO item (committee, item, kind, stage, held, again)
SELECT committee, instruction, 10, CASE WHEN acknowledged_at IS NULL THEN 'sent' ELSE 'acknowledged' END, 0, 0
FROM instruction;
DROP TABLE instruction;
