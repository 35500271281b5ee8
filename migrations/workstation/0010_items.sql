-- What the queues of work are of, in one table: reservations and instructions now, tasks and orders later, without a table
-- of their own each. Columns are what lists, counts and searches need; what is special of a kind has its own table beside.

CREATE TABLE item (
    id        BLOB PRIMARY KEY,
    kind      INTEGER NOT NULL,
    list      BLOB,                       -- the list it stands in, where its kind has several: a reservation's round
    stage     TEXT NOT NULL,
    sort_key  TEXT NOT NULL,              -- by what it stands in the order of its list, then by id
    resident  BLOB,                       -- whom it is about
    household BLOB,
    number    INTEGER,                    -- the running number it was given: the serial of the valid voucher
    deadline  INTEGER,                    -- until when it is to be done
    state     TEXT NOT NULL               -- JSON of what it is folded to
) STRICT;
CREATE INDEX item_by_sort_key ON item (list, kind, sort_key, id);
-- How many are in each stage of a list, and how many have a number, is asked after every change: without reading states.
CREATE INDEX item_by_stage ON item (list, kind, stage, number);
CREATE INDEX item_by_resident ON item (resident) WHERE resident IS NOT NULL;
CREATE INDEX item_by_household ON item (household) WHERE household IS NOT NULL;
-- What waits in a stage, whatever the list: few, however many lists there were.
CREATE INDEX item_waiting ON item (kind, stage);
-- Reservations that were handed out again: few, and asked for with every look at the inbox. No column of their own: the
-- hash of a state in which there are none stays as it was.
CREATE INDEX item_handed_out_again ON item (list) WHERE instr(state, '"again":[') > 0;

INSERT INTO item (id, kind, list, stage, sort_key, resident, household, number, state)
SELECT id, 6, round, stage, registered_at, resident, household, voucher, state FROM reservation;
DROP TABLE reservation;

-- The program folds them again, which fills the columns: there are few.
DROP TABLE instruction;
