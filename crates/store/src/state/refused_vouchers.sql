-- Operations of round ?1 that the district refused.
SELECT o.change FROM operation o JOIN reservation r ON r.id = o.entity
WHERE o.rejected IS NOT NULL AND r.round = ?1 AND o.change LIKE '{"reservation":{"voucher_issued"%'
