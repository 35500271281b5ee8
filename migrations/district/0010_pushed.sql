-- Rows of every kind that sources push, in one table: tasks now, orders and others later. Until now it was one of tasks.

CREATE TABLE pushed (
    committee   BLOB    NOT NULL,                 -- the district's tenant
    item        BLOB    NOT NULL,                 -- its id in every committee that had it
    kind        INTEGER NOT NULL,                 -- of the item
    source      TEXT    NOT NULL,
    reference   TEXT,                             -- its source's own id of it
    content     TEXT    NOT NULL,                 -- JSON of the row
    holder      BLOB,                             -- the committee that has it
    stage       TEXT    NOT NULL,                 -- damaged, nobody, open, answered, returned, taken_back
    reason      TEXT,                             -- why it is damaged or nobody's
    pushed_at   INTEGER NOT NULL,
    given_at    INTEGER NOT NULL,                 -- since when whoever is to answer it has it
    deadline    INTEGER,
    outcome     TEXT,                             -- JSON of what came of it
    answered_by BLOB,                             -- the committee whose answer that is
    place       INTEGER,                          -- among its source's news; NULL: none, 0: not given yet
    unsettled   INTEGER NOT NULL DEFAULT 0,       -- its committee does not know yet what another one wrote of it
    ended_at    INTEGER,                          -- NULL: it waits for somebody, or it was not looked at yet
    PRIMARY KEY (committee, item)
) STRICT, WITHOUT ROWID;

INSERT INTO pushed (committee, item, kind, source, reference, content, holder, stage, reason, pushed_at, given_at, deadline,
                    outcome, answered_by, place, unsettled, ended_at)
SELECT committee, task, 11, source, reference, content, holder, stage, reason, pushed_at, pushed_at, deadline,
       outcome, answered_by, place, unsettled, ended_at
FROM pushed_task;
DROP TABLE pushed_task;

CREATE INDEX pushed_by_reference ON pushed (committee, reference);
CREATE INDEX pushed_by_place ON pushed (committee, source, place) WHERE place IS NOT NULL;
CREATE INDEX pushed_unsettled ON pushed (committee, item) WHERE unsettled = 1;
CREATE INDEX pushed_by_time ON pushed (committee, kind, pushed_at);
CREATE INDEX pushed_by_end ON pushed (committee, stage, ended_at);
