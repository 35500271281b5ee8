-- ?1 kind of a reservation, ?2 received up to, ?3 round: what began unseen. Whose it is is never set again.
SELECT o.entity
FROM part p JOIN operation o ON o.part = p.id JOIN item r ON r.id = o.entity
WHERE (p.number IS NULL OR p.number > ?2) AND o.kind = ?1 AND r.list = ?3 AND o.what = 'create'
