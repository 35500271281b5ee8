-- Operations on entity ?1, as far as undo goes, in the order in which they came here: the batch, its number here, which
-- change, whether the district (letter ?2) wrote it, and whether the district refused it.
SELECT b.device, b.first_seq, b.id, o.what, d.letter = ?2, o.rejected IS NOT NULL
FROM operation o JOIN batch b ON b.id = o.batch JOIN device d ON d.id = b.device
WHERE o.entity = ?1 ORDER BY b.id;
