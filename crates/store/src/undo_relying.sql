-- Batches that count and in which others name entity ?1, whose id is written ?2: a resident who lives there, a reservation
-- for it.
SELECT b.device, b.first_seq FROM resident r JOIN operation o ON o.entity = r.id JOIN batch b ON b.id = o.batch
WHERE r.household = ?1 AND o.withdrawn = 0 AND o.rejected IS NULL AND instr(o.change, ?2) > 0
UNION
SELECT b.device, b.first_seq FROM item v JOIN operation o ON o.entity = v.id JOIN batch b ON b.id = o.batch
WHERE (v.resident = ?1 OR v.household = ?1 OR v.list = ?1)
  AND o.withdrawn = 0 AND o.rejected IS NULL AND instr(o.change, ?2) > 0;
