-- Is entity ?1 a round with a reservation in it?
SELECT 1 FROM item
WHERE list = ?1 AND EXISTS (SELECT 1 FROM operation WHERE entity = ?1 AND kind = 5 AND rejected IS NULL) LIMIT 1;
