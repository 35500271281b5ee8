-- ?1 this PC, ?2 at most.
SELECT o.batch, b.action, b.actor, b.at, o.kind, o.entity, o.rejected, o.seq
FROM operation o JOIN batch b ON b.id = o.batch
WHERE o.rejected IS NOT NULL AND b.device = ?1
ORDER BY o.id DESC LIMIT ?2
