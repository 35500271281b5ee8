-- Who pushes tasks, and every row that was pushed. Both belong to the whole district: they have its tenant. What a
-- committee has of a row is an item of its own; here stands what the row's source is told of it.

CREATE TABLE source (
    committee  BLOB    NOT NULL,                  -- the district's tenant
    name       TEXT    NOT NULL,
    token_hash BLOB,                              -- NULL: staff push its files, no program does
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,                           -- since when its token opens nothing
    told       INTEGER NOT NULL DEFAULT 0,        -- the last place among the news of its rows
    PRIMARY KEY (committee, name)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX source_by_token ON source (committee, token_hash);

CREATE TABLE pushed_task (
    committee   BLOB    NOT NULL,                 -- the district's tenant
    task        BLOB    NOT NULL,                 -- its id in every committee that had it
    source      TEXT    NOT NULL,
    reference   TEXT,                             -- its source's own id of it
    content     TEXT    NOT NULL,                 -- JSON of the row
    holder      BLOB,                             -- the committee that has it
    stage       TEXT    NOT NULL,                 -- damaged, nobody, open, answered, returned, taken_back
    reason      TEXT,                             -- why it is damaged or nobody's
    pushed_at   INTEGER NOT NULL,
    deadline    INTEGER,
    outcome     TEXT,                             -- JSON of what came of it
    answered_by BLOB,                             -- the committee whose answer that is
    place       INTEGER,                          -- among its source's news; NULL: none, 0: not given yet
    unsettled   INTEGER NOT NULL DEFAULT 0,       -- its committee does not know yet what another one wrote of it
    PRIMARY KEY (committee, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX pushed_task_by_reference ON pushed_task (committee, reference);
CREATE INDEX pushed_task_by_place ON pushed_task (committee, source, place) WHERE place IS NOT NULL;
CREATE INDEX pushed_task_unsettled ON pushed_task (committee, task) WHERE unsettled = 1;
CREATE INDEX pushed_task_by_time ON pushed_task (committee, pushed_at);

-- What PCs newer than the program before this one wrote of tasks was kept unread.
INSERT INTO refold SELECT DISTINCT committee, entity FROM operation WHERE kind = 11;
