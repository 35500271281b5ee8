-- Which change an operation is: the word of linli_domain::operation::What. The program fills it for what is there already.
ALTER TABLE operation ADD COLUMN what TEXT NOT NULL DEFAULT 'unknown';
-- Who issued vouchers when is asked at every exchange, of batches that may be imports of thousands.
CREATE INDEX operation_issuing ON operation (batch) WHERE what = 'voucher_issued';
