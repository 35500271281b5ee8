-- With what entity ?1 begins, withdrawn or not.
SELECT o.change FROM operation o INDEXED BY operation_by_entity JOIN part p ON p.id = o.part
WHERE o.entity = ?1 AND o.what = 'create' AND o.rejected IS NULL
ORDER BY p.number IS NULL, p.number, p.id, o.seq LIMIT 1
