-- PCs whose access the district took away: their vouchers are good only where it has numbered them.
ALTER TABLE device ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0;
