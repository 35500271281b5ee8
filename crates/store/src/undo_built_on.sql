-- Does a batch other than ?2, which stands, work on entity ?1? Remarks aside, and what the district says of it.
SELECT 1 FROM operation o
WHERE o.entity = ?1 AND o.batch <> ?2 AND o.withdrawn = 0 AND o.rejected IS NULL
  AND o.what <> 'noted'
  AND NOT EXISTS (SELECT 1 FROM batch b JOIN device d ON d.id = b.device WHERE b.id = o.batch AND d.letter = 'W')
LIMIT 1;
