-- The district's database: which change an operation is, as the word of linli_domain::operation::What. What is there already
-- was written by programs that put no blanks between a change's tags.

ALTER TABLE operation ADD COLUMN what TEXT NOT NULL DEFAULT 'unknown';
UPDATE operation SET what = CASE
    WHEN change LIKE '{"create":%' THEN 'create'
    WHEN change LIKE '{"set":%' THEN 'set'
    WHEN change LIKE '{"settle":%' THEN 'settle'
    WHEN change LIKE '{"add_tag":%' THEN 'add_tag'
    WHEN change LIKE '{"remove_tag":%' THEN 'remove_tag'
    WHEN change LIKE '{"noted":%' THEN 'noted'
    WHEN change LIKE '{"undo":%' THEN 'undo'
    WHEN change = '"delete"' THEN 'delete'
    WHEN change = '"acknowledged"' THEN 'acknowledged'
    WHEN change LIKE '{"reservation":{"reviewed":%' THEN 'reviewed'
    WHEN change LIKE '{"reservation":{"notified":%' THEN 'notified'
    WHEN change LIKE '{"reservation":{"voucher_issued":%' THEN 'voucher_issued'
    WHEN change LIKE '{"reservation":{"looked_into":%' THEN 'looked_into'
    WHEN change LIKE '{"reservation":{"stepped_back":%' THEN 'stepped_back'
    WHEN change LIKE '{"reservation":{"district_decided":%' THEN 'district_decided'
    WHEN change = '{"reservation":"sms_asked"}' THEN 'sms_asked'
    WHEN change = '{"reservation":"collected"}' THEN 'collected'
    WHEN change = '{"reservation":"district_held"}' THEN 'district_held'
    ELSE 'unknown' END;
