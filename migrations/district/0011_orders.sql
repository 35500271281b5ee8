-- By what orders are counted, and what the district set for them.

ALTER TABLE pushed ADD COLUMN category TEXT;          -- of an order: what kind of request it is
ALTER TABLE pushed ADD COLUMN urgency TEXT;           -- of an order: urgent, pressing, ordinary
ALTER TABLE pushed ADD COLUMN contact_by INTEGER;     -- until when the resident is to be contacted
ALTER TABLE pushed ADD COLUMN contacted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pushed ADD COLUMN dissatisfied INTEGER NOT NULL DEFAULT 0;

CREATE TABLE order_rule (
    committee BLOB    NOT NULL,                       -- the district's tenant
    category  TEXT    NOT NULL,                       -- '': every kind
    urgency   TEXT    NOT NULL,                       -- '': whatever
    clocks    TEXT,                                   -- JSON; NULL: nothing is set
    direct    INTEGER NOT NULL,                       -- the district answers them itself
    PRIMARY KEY (committee, category, urgency)
) STRICT, WITHOUT ROWID;

-- What PCs newer than the program before this one wrote of orders was kept unread.
INSERT INTO refold SELECT DISTINCT committee, entity FROM operation WHERE kind = 12;
