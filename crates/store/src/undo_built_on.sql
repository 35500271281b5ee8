-- Does a batch other than ?2, which stands, work on entity ?1 (remarks aside)?
SELECT 1 FROM operation
WHERE entity = ?1 AND batch <> ?2 AND withdrawn = 0 AND rejected IS NULL AND substr(change, 1, 8) <> '{"noted"' LIMIT 1;
