//! Vouchers that are shown to this PC: whose signature it is, and whether the number is good.

use ed25519_dalek::VerifyingKey;
use linli_domain::operation::{Change, DISTRICT_LETTER, DeviceId, EntityId, Note};
use linli_domain::reservation::ReservationFact;
use linli_domain::voucher::{self, GivenOut, Known, Standing, Voucher, VoucherProblem};
use linli_protocol::DeviceCard;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use crate::{Error, Store, View, log};

/// A PC's key by which vouchers are signed.
struct Signer {
    device: DeviceId,
    key: VerifyingKey,
}

impl Store {
    /// Notes that the district took PCs' access away: for ever. `devices`: all of the committee's, told where everything was
    /// taken in that the district numbered before.
    ///
    /// # Errors
    /// The database's.
    pub fn note_revoked(&mut self, devices: &[DeviceId]) -> Result<(), Error> {
        let known = "SELECT 1 FROM device WHERE id = ?1 AND revoked = 0";
        for device in devices {
            // Nearly always all are noted already, and nothing is written.
            if self.connection.prepare_cached(known)?.exists([device.0])? {
                self.connection
                    .execute("UPDATE device SET revoked = 1 WHERE id = ?1", [device.0])?;
            }
        }
        Ok(())
    }
}

impl View<'_> {
    /// Reads a voucher's text and checks its signature by the keys of the committee's PCs; gives who signed it, too.
    ///
    /// # Errors
    /// Why it is refused, or the database's.
    pub fn read_voucher(self, text: &str) -> Result<Result<(Voucher, DeviceId), VoucherProblem>, Error> {
        let signers = self.signers()?;
        let keys: Vec<VerifyingKey> = signers.iter().map(|signer| signer.key).collect();
        Ok(Voucher::verify(text, &keys).map(|(voucher, signer)| (voucher, signers[signer].device)))
    }

    /// Whether a voucher is good that was signed by one of the committee's PCs. `joined`: this PC belongs to a district.
    ///
    /// # Errors
    /// The database's.
    pub fn voucher_standing(self, voucher: &Voucher, signer: DeviceId, joined: bool) -> Result<Standing, Error> {
        let round = self.round(voucher.round)?;
        let revoked = self
            .prepare_cached("SELECT revoked FROM device WHERE id = ?1")?
            .query_row([signer.0], |row| row.get(0))
            .optional()?;
        let known = Known {
            own: self.own_device()?,
            joined,
            quota: round.map(|round| round.definition.quota),
            leases: &self.leases(voucher.round)?,
            given_out: &self.given_out(voucher.round, voucher.serial)?,
            revoked: revoked.unwrap_or(false),
        };
        Ok(voucher::standing(voucher, signer, &known))
    }

    /// The committee's PCs, this one first. The district signs no vouchers.
    fn signers(self) -> Result<Vec<Signer>, Error> {
        let own = log::own_device(self.connection)?.id;
        let mut cards: Vec<DeviceCard> = self.devices()?;
        cards.retain(|card| card.letter != DISTRICT_LETTER);
        cards.sort_by_key(|card| card.id != own);
        let signer = |card: DeviceCard| {
            Some(Signer {
                device: card.id,
                key: VerifyingKey::from_bytes(&card.verifying_key).ok()?,
            })
        };
        Ok(cards.into_iter().filter_map(signer).collect())
    }

    /// How a number was given out and put on paper, as far as this PC's log has it: refused ones too.
    fn given_out(self, round: EntityId, serial: u32) -> Result<Vec<GivenOut>, Error> {
        let mut statement = self.prepare_cached(include_str!("given_out.sql"))?;
        let rows = statement.query_map(params![round.0, serial], |row| {
            Ok((
                row.get::<_, Uuid>(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get::<_, Uuid>(4)?,
            ))
        })?;
        let rows = rows.collect::<Result<Vec<(Uuid, String, bool, bool, Uuid)>, _>>()?;
        let (mut given, mut on_paper) = (Vec::new(), Vec::new());
        for (by, change, numbered, counts, reservation) in rows {
            let by = DeviceId(by);
            match serde_json::from_str(&change) {
                Ok(Change::Reservation(ReservationFact::VoucherIssued { serial: of, quantity })) if of == serial => {
                    let state = self.reservation(EntityId(reservation))?.map(|known| known.state);
                    let void = state.is_some_and(|state| state.void_vouchers.contains(&serial));
                    let issued = GivenOut {
                        by,
                        quantity,
                        numbered,
                        counts,
                        void,
                    };
                    given.push((reservation, issued));
                }
                Ok(Change::Noted(Note::Printed { voucher, .. })) if voucher == Some(serial) => {
                    on_paper.push((reservation, by, numbered));
                }
                _ => {}
            }
        }
        // What is on paper says what was given out: any PC prints a voucher again.
        let copies = on_paper.into_iter().flat_map(|(of, by, numbered)| {
            let issued = given.iter().filter(move |(reservation, _)| *reservation == of);
            issued.map(move |(_, issued)| GivenOut {
                by,
                numbered,
                ..*issued
            })
        });
        let copies: Vec<GivenOut> = copies.collect();
        Ok(given.into_iter().map(|(_, issued)| issued).chain(copies).collect())
    }
}
