-- ?1 kind of a reservation, ?2 received up to, ?3 round: what began, or was given another person or home, unseen.
SELECT o.entity
FROM part p JOIN operation o ON o.part = p.id JOIN reservation r ON r.id = o.entity
WHERE (p.number IS NULL OR p.number > ?2) AND o.kind = ?1 AND r.round = ?3
  AND (o.change LIKE '{"create"%'
    OR o.change LIKE '{"set%' AND (o.change LIKE '%"document_number"%' OR o.change LIKE '%"estate"%'
        OR o.change LIKE '%"building"%' OR o.change LIKE '%"unit"%' OR o.change LIKE '%"room"%'))
