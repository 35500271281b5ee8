-- The district's database: a wrong code that begins like one of the district's counts against that one, which is locked
-- when there are too many. Codes from before have no beginning here and run out in days.

ALTER TABLE enrol_code ADD COLUMN beginning TEXT;                   -- its first half
ALTER TABLE enrol_code ADD COLUMN wrong INTEGER NOT NULL DEFAULT 0;  -- codes that only begin like it
CREATE INDEX enrol_code_by_beginning ON enrol_code (beginning);
