-- Reservations of round ?1 whose valid voucher is on paper. Programs before this one recorded no single voucher: with
-- them, what was issued in bulk (?2) was laid out at once, and a remark on the committee (kind ?3) said so.
WITH laid_out AS MATERIALIZED (
    SELECT b.device, max(b.last_seq) AS seq
    FROM batch b JOIN operation o ON o.batch = b.id
    WHERE b.action = ?4 AND o.kind = ?3 AND o.what = 'noted'
        AND json_extract(o.change, '$.noted.printed.what') LIKE '%购买凭证'
    GROUP BY b.device
)
SELECT r.id FROM item r
WHERE r.list = ?1 AND r.number IS NOT NULL AND (
    EXISTS (
        SELECT 1 FROM operation o
        WHERE o.entity = r.id AND o.what = 'noted'
            AND json_extract(o.change, '$.noted.printed.voucher') = r.number
    )
    OR EXISTS (
        SELECT 1 FROM operation o JOIN batch b ON b.id = o.batch JOIN laid_out l ON l.device = b.device
        WHERE o.entity = r.id AND o.what = 'voucher_issued' AND b.action = ?2 AND b.last_seq < l.seq
            AND json_extract(o.change, '$.reservation.voucher_issued.serial') = r.number
    )
)
