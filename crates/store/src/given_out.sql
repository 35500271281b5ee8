-- Vouchers among which is how number ?2 of round ?1 was given out and put on paper: by which PC, the change, whether the
-- district numbered it, whether it counts, and for which reservation. One that was refused may be any round's whose
-- reservation is gone.
SELECT b.device, o.change, p.number IS NOT NULL, o.rejected IS NULL, o.entity
FROM voucher_serial s
JOIN operation o ON o.entity = s.reservation
JOIN batch b ON b.id = o.batch
JOIN part p ON p.id = o.part
WHERE s.round = ?1 AND s.serial = ?2 AND o.what IN ('voucher_issued', 'noted')
UNION
SELECT b.device, o.change, p.number IS NOT NULL, 0, o.entity
FROM operation o
JOIN batch b ON b.id = o.batch
JOIN part p ON p.id = o.part
LEFT JOIN item r ON r.id = o.entity
WHERE o.rejected IS NOT NULL AND (r.id IS NULL OR r.list = ?1) AND o.what = 'voucher_issued'
