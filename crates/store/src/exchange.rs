//! The store's side of the exchange: what waits for the district, and taking in what comes in the district's order.
//!
//! Must stay true: whatever the order in which parts arrive, the state afterwards is the one folded from all of them in
//! the district's order, with what still waits on top.

mod forget;
mod touched;

pub(crate) use touched::Touched;

use std::collections::BTreeSet;

use ed25519_dalek::VerifyingKey;
use linli_domain::guard::{Guard, stands};
use linli_domain::operation::{Action, DISTRICT_LETTER, DeviceId, EntityId, EntityKind};
use linli_domain::time::Moment;
use linli_protocol::{DeviceCard, Link, Numbered, PARTS, PartProblem, PartVerdict, Place, Rejection, SignedPart};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::{Error, Store, View, commit, log, part};

/// This PC, as the district knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDevice {
    /// Its id.
    pub id: DeviceId,
    /// Its letter.
    pub letter: String,
    /// Its Ed25519 public key.
    pub verifying_key: [u8; 32],
}

/// An operation of this PC that the district refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its sequence number on this PC.
    pub seq: u64,
    /// Its batch.
    pub batch: i64,
    /// What the batch was for.
    pub action: Action,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Moment,
    /// What kind of thing it is about; `None` for one that only a newer program knows.
    pub kind: Option<EntityKind>,
    /// Which.
    pub entity: EntityId,
    /// The rule it breaks, as a stable word.
    pub rule: String,
}

/// What was taken in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Received {
    /// Operations that were new here.
    pub operations: usize,
    /// Entities folded again.
    pub entities: usize,
}

impl View<'_> {
    /// Operations that the district has not given a verdict on.
    ///
    /// # Errors
    /// The database's.
    pub fn waiting(self) -> Result<usize, Error> {
        let count: i64 = self
            .prepare_cached("SELECT coalesce(sum(last_seq - first_seq + 1), 0) FROM part WHERE number IS NULL")?
            .query_row([], |row| row.get(0))?;
        Ok(count as usize)
    }

    /// The first parts that wait, as many as one message carries, in the order in which they came here: what was done on
    /// this PC upon another one's work follows it.
    ///
    /// # Errors
    /// The database's.
    pub fn waiting_parts(self, bytes: usize) -> Result<Vec<SignedPart>, Error> {
        self.waiting_parts_without(&BTreeSet::new(), bytes)
    }

    /// As [`View::waiting_parts`], without those of some devices.
    ///
    /// # Errors
    /// The database's.
    pub fn waiting_parts_without(self, left: &BTreeSet<DeviceId>, bytes: usize) -> Result<Vec<SignedPart>, Error> {
        let mut statement = self
            .prepare_cached("SELECT id, device FROM part INDEXED BY part_waiting WHERE number IS NULL ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut parts = Vec::new();
        let mut total = 0;
        while let Some(row) = rows.next()?.filter(|_| parts.len() < PARTS) {
            if left.contains(&DeviceId(row.get(1)?)) {
                continue;
            }
            let part = part::read(self, row.get(0)?)?;
            total += part.bytes();
            if total > bytes && !parts.is_empty() {
                break;
            }
            parts.push(part);
        }
        Ok(parts)
    }

    /// How many parts of a device wait.
    ///
    /// # Errors
    /// The database's.
    pub fn waiting_parts_of(self, device: DeviceId) -> Result<usize, Error> {
        let mut statement = self.prepare_cached("SELECT count(*) FROM part WHERE device = ?1 AND number IS NULL")?;
        Ok(statement.query_row([device.0], |row| row.get::<_, i64>(0))? as usize)
    }

    /// All parts that wait, in the order in which they came here, until there are more than so many bytes of changes.
    ///
    /// # Errors
    /// The database's.
    pub fn all_waiting_parts(self, bytes: usize) -> Result<Vec<SignedPart>, Error> {
        let mut statement =
            self.prepare_cached("SELECT id FROM part INDEXED BY part_waiting WHERE number IS NULL ORDER BY id")?;
        let ids = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<Vec<i64>, _>>()?;
        let mut parts = Vec::new();
        let mut total = 0;
        for id in ids {
            let part = part::read(self, id)?;
            total += part.bytes();
            if total > bytes {
                break;
            }
            parts.push(part);
        }
        Ok(parts)
    }

    /// Parts after a number up to the last one before a gap, until there are more than so many bytes of changes.
    ///
    /// # Errors
    /// The database's.
    pub fn numbered_parts(self, after: u64, bytes: usize) -> Result<Vec<Numbered>, Error> {
        let mut statement =
            self.prepare_cached("SELECT id, number FROM part WHERE number > ?1 AND number <= ?2 ORDER BY number")?;
        let range = params![after as i64, self.received_up_to()? as i64];
        let rows = statement.query_map(range, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows = rows.collect::<Result<Vec<(i64, i64)>, _>>()?;
        let mut rejected = self.prepare_cached(
            "SELECT seq, rejected FROM operation WHERE part = ?1 AND rejected IS NOT NULL ORDER BY seq",
        )?;
        let mut parts = Vec::new();
        let mut total = 0;
        for (id, number) in rows {
            let part = part::read(self, id)?;
            total += part.bytes();
            if total > bytes {
                break;
            }
            let rules = rejected.query_map([id], |row| {
                Ok(Rejection {
                    seq: row.get::<_, i64>(0)? as u64,
                    rule: row.get(1)?,
                })
            })?;
            parts.push(Numbered {
                number: number as u64,
                part,
                rejected: rules.collect::<Result<_, _>>()?,
            });
        }
        Ok(parts)
    }

    /// The committee's devices known here, this PC among them.
    ///
    /// # Errors
    /// The database's.
    pub fn devices(self) -> Result<Vec<DeviceCard>, Error> {
        let mut statement =
            self.prepare_cached("SELECT id, name, letter, verifying_key FROM device ORDER BY letter, id")?;
        let rows = statement.query_map([], |row| {
            Ok(DeviceCard {
                id: DeviceId(row.get(0)?),
                name: row.get(1)?,
                letter: row.get(2)?,
                verifying_key: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The district, as the device by which it writes; `None` before anything came from it.
    ///
    /// # Errors
    /// The database's.
    pub fn district_device(self) -> Result<Option<DeviceCard>, Error> {
        Ok(self
            .devices()?
            .into_iter()
            .find(|device| device.letter == DISTRICT_LETTER))
    }

    /// Operations of this PC that the district refused, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn rejected(self, limit: usize) -> Result<Vec<Rejected>, Error> {
        let mut statement = self.prepare_cached(include_str!("rejected.sql"))?;
        let rows = statement.query_map(params![log::own_device(self.connection)?.id.0, limit as i64], |row| {
            Ok(Rejected {
                batch: row.get(0)?,
                action: log::action_of(&row.get::<_, String>(1)?),
                actor: row.get(2)?,
                at: Moment(row.get(3)?),
                kind: EntityKind::from_number(row.get(4)?),
                entity: EntityId(row.get(5)?),
                rule: row.get(6)?,
                seq: row.get::<_, i64>(7)? as u64,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many operations of this PC after a sequence number the district refused. Verdicts come in order of sequence
    /// numbers: what was seen up to one stays seen.
    ///
    /// # Errors
    /// The database's.
    pub fn rejected_after(self, seq: u64) -> Result<usize, Error> {
        let mut statement = self.prepare_cached(
            "SELECT count(*) FROM operation o JOIN batch b ON b.id = o.batch
             WHERE o.rejected IS NOT NULL AND b.device = ?1 AND o.seq > ?2",
        )?;
        let own = log::own_device(self.connection)?.id.0;
        Ok(statement.query_row(params![own, seq as i64], |row| row.get::<_, i64>(0))? as usize)
    }

    /// The last number up to which everything is here.
    ///
    /// # Errors
    /// The database's.
    pub fn received_up_to(self) -> Result<u64, Error> {
        Ok(self.setting(RECEIVED)?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Operations of which only a newer program can read all.
    ///
    /// # Errors
    /// The database's.
    pub fn unread(self) -> Result<usize, Error> {
        let mut statement = self.prepare_cached("SELECT count(*) FROM operation WHERE unread = 1")?;
        Ok(statement.query_row([], |row| row.get::<_, i64>(0))? as usize)
    }
}

/// The setting that holds [`View::received_up_to`].
pub(crate) const RECEIVED: &str = "exchange_received";

impl Store {
    /// This PC; made known on first use.
    ///
    /// # Errors
    /// The database's.
    pub fn own_device(&self) -> Result<OwnDevice, Error> {
        let own = log::own_device(&self.connection)?;
        Ok(OwnDevice {
            id: own.id,
            letter: own.letter,
            verifying_key: own.key.verifying_key().to_bytes(),
        })
    }

    /// Gives this PC the letter the district chose for it.
    ///
    /// # Errors
    /// The database's.
    pub fn set_letter(&self, letter: &str) -> Result<(), Error> {
        let own = log::own_device(&self.connection)?;
        self.connection
            .execute("UPDATE device SET letter = ?2 WHERE id = ?1", params![own.id.0, letter])?;
        Ok(())
    }

    /// Notes the district's verdicts on parts that waited.
    ///
    /// # Errors
    /// The database's. Nothing is changed then.
    pub fn take_verdicts(&mut self, verdicts: &[PartVerdict]) -> Result<Received, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut touched = Touched::default();
        for verdict in verdicts {
            let Some((id, _, number)) = part::find(&transaction, verdict.device, verdict.first_seq)? else {
                continue;
            };
            if number.is_none() {
                number_part(&transaction, id, verdict.number, &verdict.rejected, &mut touched)?;
            }
        }
        let entities = touched.fold(&transaction)?;
        commit(transaction)?;
        self.bear_witness();
        Ok(Received {
            operations: 0,
            entities,
        })
    }

    /// Takes in parts that follow on [`View::received_up_to`], all or none.
    ///
    /// # Errors
    /// A part is missing, is not what its author signed, or is not what this PC wrote. Nothing is changed then.
    pub fn receive(&mut self, devices: &[DeviceCard], parts: &[Numbered]) -> Result<Received, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for device in devices {
            know(&transaction, device)?;
        }
        let mut received = Received::default();
        let mut touched = Touched::default();
        let mut last = View {
            connection: &transaction,
        }
        .received_up_to()?;
        for numbered in parts {
            if numbered.number > last + 1 {
                return Err(Error::Untrusted(PartProblem::Header));
            }
            received.operations += take_part(&transaction, &numbered.part, Some(numbered), &mut touched)?;
            last = last.max(numbered.number);
        }
        received.entities = touched.fold(&transaction)?;
        transaction.execute(
            "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)",
            params![RECEIVED, last.to_string()],
        )?;
        commit(transaction)?;
        self.bear_witness();
        Ok(received)
    }
}

impl Store {
    /// Takes in parts that have no number yet, from a PC that cannot reach the district: they count here already, and this
    /// PC hands them over. Gives the devices of which a part before is missing, too; those parts are left.
    ///
    /// # Errors
    /// A part is not what its author signed, or not what this PC wrote. Nothing is changed then.
    pub fn receive_waiting(
        &mut self,
        devices: &[DeviceCard],
        parts: &[SignedPart],
    ) -> Result<(Received, Vec<DeviceId>), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for device in devices {
            know(&transaction, device)?;
        }
        let (mut received, mut touched, mut gaps) = (Received::default(), Touched::default(), Vec::new());
        for part in parts {
            match take_part(&transaction, part, None, &mut touched) {
                Ok(operations) => received.operations += operations,
                Err(Error::Gap { device, .. }) => gaps.push(DeviceId(device)),
                Err(error) => return Err(error),
            }
        }
        gaps.dedup();
        received.entities = touched.fold(&transaction)?;
        commit(transaction)?;
        self.bear_witness();
        Ok((received, gaps))
    }
}

/// Remembers another PC, or its new letter and name.
fn know(connection: &Connection, device: &DeviceCard) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO device (id, letter, name, verifying_key) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET letter = excluded.letter, name = excluded.name
             WHERE verifying_key = excluded.verifying_key",
        )?
        .execute(params![device.id.0, device.letter, device.name, device.verifying_key])?;
    Ok(())
}

/// Takes in one part, with its number where it has one; gives how many of its operations were new.
fn take_part(
    connection: &Connection,
    part: &SignedPart,
    numbered: Option<&Numbered>,
    touched: &mut Touched,
) -> Result<usize, Error> {
    let header = part.header().map_err(Error::Untrusted)?;
    let mut chain = log::chain(connection, header.device)?;
    if let Some((id, _, number)) = part::find(connection, header.device, header.first_seq)?
        && part::read(View { connection }, id)? == *part
    {
        if let Some(numbered) = numbered.filter(|_| number.is_none()) {
            number_part(connection, id, numbered.number, &numbered.rejected, touched)?;
        }
        return Ok(0);
    }
    if chain.place(&header) == Place::Taken && numbered.is_some() {
        // The other PC was put back to an older state after its work was carried here: what the district has holds.
        forget::forget(connection, header.device, touched)?;
        chain = log::chain(connection, header.device)?;
    }
    match chain.place(&header) {
        Place::Next => {}
        Place::Taken => return Err(Error::Forked),
        Place::Missing { expected } => {
            let device = header.device.0;
            return Err(Error::Gap { device, expected });
        }
    }
    if let Some(numbered) = numbered {
        part::check_free(connection, numbered.number)?;
    }
    let key = verifying_key(connection, header.device)?;
    let link = Link {
        tail: part.verify(chain.tail, &key).map_err(Error::Untrusted)?,
        part: part.clone(),
        header,
    };
    let placed = part::insert(connection, &link, numbered.map(|numbered| numbered.number))?;
    part::mark_unread(connection, placed.part, link.header.first_seq, part)?;
    reject(
        connection,
        placed.part,
        numbered.map_or(&[], |numbered| numbered.rejected.as_slice()),
    )?;
    touched.part(connection, placed.part)?;
    touched.batch(link.header.device, link.header.batch);
    Ok(part.operations.len())
}

fn verifying_key(connection: &Connection, device: DeviceId) -> Result<VerifyingKey, Error> {
    let bytes: Option<[u8; 32]> = connection
        .prepare_cached("SELECT verifying_key FROM device WHERE id = ?1")?
        .query_row([device.0], |row| row.get(0))
        .optional()?;
    bytes
        .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
        .ok_or(Error::Untrusted(PartProblem::Signature))
}

/// A part that waited has its place. Its own operations keep their order among each other; what changes is where they
/// stand among others', and which of them count.
fn number_part(
    connection: &Connection,
    id: i64,
    number: u64,
    rejected: &[Rejection],
    touched: &mut Touched,
) -> Result<(), Error> {
    part::check_free(connection, number)?;
    connection
        .prepare_cached("UPDATE part SET number = ?2 WHERE id = ?1")?
        .execute(params![id, number as i64])?;
    let elsewhere = later_ones(connection, number)? || others_wait(connection, id)?;
    if rejected.is_empty() && !(elsewhere && stands(Guard::FoldedInOrder)) {
        return Ok(());
    }
    connection
        .prepare_cached("UPDATE part SET stamp = (SELECT max(stamp) + 1 FROM part) WHERE id = ?1")?
        .execute([id])?;
    reject(connection, id, rejected)?;
    touched.part(connection, id)
}

/// Whether a later number is here already, so that this part is folded before what it was folded after.
fn later_ones(connection: &Connection, number: u64) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM part WHERE number > ?1 LIMIT 1")?
        .exists([number as i64])?)
}

/// Whether parts of another device wait: this one may have been folded after them.
fn others_wait(connection: &Connection, id: i64) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM part INDEXED BY part_waiting
             WHERE number IS NULL AND device <> (SELECT device FROM part WHERE id = ?1) LIMIT 1",
        )?
        .exists([id])?)
}

fn reject(connection: &Connection, part: i64, rejected: &[Rejection]) -> Result<(), Error> {
    let mut update = connection.prepare_cached("UPDATE operation SET rejected = ?3 WHERE part = ?1 AND seq = ?2")?;
    for rejection in rejected {
        update.execute(params![part, rejection.seq as i64, rejection.rule])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
