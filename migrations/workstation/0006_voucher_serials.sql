-- A number that two PCs gave out by mistake is remembered for both reservations, until one of them is refused.
ALTER TABLE voucher_serial RENAME TO voucher_serial_of_one;
CREATE TABLE voucher_serial (
    round       BLOB    NOT NULL,
    serial      INTEGER NOT NULL,
    reservation BLOB    NOT NULL,
    PRIMARY KEY (round, serial, reservation)
) STRICT, WITHOUT ROWID;
INSERT INTO voucher_serial SELECT round, serial, reservation FROM voucher_serial_of_one;
DROP TABLE voucher_serial_of_one;
CREATE INDEX voucher_serial_by_reservation ON voucher_serial (reservation);
