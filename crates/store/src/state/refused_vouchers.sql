-- Vouchers of round ?1 that the district refused; one whose reservation is gone may be any round's.
SELECT o.change FROM operation o LEFT JOIN item r ON r.id = o.entity
WHERE o.rejected IS NOT NULL AND (r.id IS NULL OR r.list = ?1) AND o.what = 'voucher_issued'
