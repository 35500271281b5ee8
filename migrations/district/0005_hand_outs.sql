-- The district's database: hand-outs after the first, of vouchers that went over two counters. Programs before folded only the
-- first of them: what was handed out more than once is folded again when a program opens the database.

ALTER TABLE reservation ADD COLUMN again INTEGER NOT NULL DEFAULT 0;  -- as far as nobody found that they were not

-- Entities whose state a program before this one folded otherwise.
CREATE TABLE refold (
    committee BLOB NOT NULL,
    entity    BLOB NOT NULL,
    PRIMARY KEY (committee, entity)
) STRICT, WITHOUT ROWID;

INSERT INTO refold SELECT committee, entity FROM operation
WHERE kind = 6 AND change = '{"reservation":"collected"}' GROUP BY committee, entity HAVING count(*) > 1;
