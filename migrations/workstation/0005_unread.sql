-- What only a newer program can read. A program that reads more than the one before looks at these again.
ALTER TABLE operation ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
CREATE INDEX operation_unread ON operation (id) WHERE unread = 1;
UPDATE operation SET unread = 1 WHERE kind > 10;
