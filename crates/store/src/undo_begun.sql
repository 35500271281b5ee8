-- Batches that were taken back and with which entity ?1 begins.
SELECT b.id, b.device, b.first_seq FROM operation o JOIN batch b ON b.id = o.batch
WHERE o.entity = ?1 AND b.withdrawn = 1 AND o.what = 'create';
