-- Does entity ?1 begin with a batch that was taken back?
SELECT 1 FROM operation o JOIN batch b ON b.id = o.batch
WHERE o.entity = ?1 AND b.withdrawn = 1 AND o.what = 'create' LIMIT 1;
