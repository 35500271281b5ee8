-- Does anything outside batch ?2 build on entity ?1 (whose id is written ?3), that has not been taken back itself?
-- A later operation of its own (remarks aside, and what the district says of it); a resident whom another batch made live there; a reservation that
-- another batch made for it.
SELECT 1 FROM operation o
WHERE o.entity = ?1 AND o.batch > ?2 AND o.withdrawn = 0 AND o.what <> 'noted'
  AND NOT EXISTS (SELECT 1 FROM batch b JOIN device d ON d.id = b.device WHERE b.id = o.batch AND d.letter = 'W')
UNION ALL
SELECT 1 FROM resident r JOIN operation o ON o.entity = r.id
WHERE r.household = ?1 AND o.batch <> ?2 AND o.withdrawn = 0 AND instr(o.change, ?3) > 0
UNION ALL
SELECT 1 FROM reservation v JOIN operation o ON o.entity = v.id
WHERE (v.resident = ?1 OR v.household = ?1 OR v.round = ?1)
  AND o.batch <> ?2 AND o.withdrawn = 0 AND instr(o.change, ?3) > 0
LIMIT 1;
