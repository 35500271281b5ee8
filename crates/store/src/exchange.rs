//! The store's side of the exchange: what waits for the district, and taking in what comes in the district's order.
//!
//! Must stay true: whatever the order in which parts arrive, the state afterwards is the one folded from all of them in
//! the district's order, with what still waits on top.

use std::collections::BTreeMap;

use ed25519_dalek::VerifyingKey;
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};
use linli_protocol::{DeviceCard, Numbered, PARTS, PartProblem, PartVerdict, Rejection, SignedPart};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::{Error, Store, View, log, part, undo};

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

    /// The first parts that wait, in order, as many as one message carries.
    ///
    /// # Errors
    /// The database's.
    pub fn waiting_parts(self, bytes: usize) -> Result<Vec<SignedPart>, Error> {
        let mut statement = self.prepare_cached(
            "SELECT id FROM part INDEXED BY part_waiting WHERE number IS NULL ORDER BY device, first_seq LIMIT ?1",
        )?;
        let ids = statement.query_map([PARTS as i64], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        let mut parts = Vec::new();
        let mut total = 0;
        for id in ids {
            let part = part::read(self, id)?;
            total += part.bytes();
            if total > bytes && !parts.is_empty() {
                break;
            }
            parts.push(part);
        }
        Ok(parts)
    }

    /// The last number up to which everything is here.
    ///
    /// # Errors
    /// The database's.
    pub fn received_up_to(self) -> Result<u64, Error> {
        Ok(self.setting(RECEIVED)?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Operations that only a newer program can read.
    ///
    /// # Errors
    /// The database's.
    pub fn unread(self) -> Result<usize, Error> {
        let known = EntityKind::all().map(|kind| kind.number().to_string()).collect::<Vec<_>>().join(",");
        let count: i64 =
            self.query_row(&format!("SELECT count(*) FROM operation WHERE kind NOT IN ({known})"), [], |row| {
                row.get(0)
            })?;
        Ok(count as usize)
    }
}

/// The setting that holds [`View::received_up_to`].
const RECEIVED: &str = "exchange_received";

impl Store {
    /// This PC; made known on first use.
    ///
    /// # Errors
    /// The database's.
    pub fn own_device(&self) -> Result<OwnDevice, Error> {
        let own = log::own_device(&self.connection)?;
        Ok(OwnDevice { id: own.id, letter: own.letter, verifying_key: own.key.verifying_key().to_bytes() })
    }

    /// Gives this PC the letter the district chose for it.
    ///
    /// # Errors
    /// The database's.
    pub fn set_letter(&self, letter: &str) -> Result<(), Error> {
        let own = log::own_device(&self.connection)?;
        self.connection.execute("UPDATE device SET letter = ?2 WHERE id = ?1", params![own.id.0, letter])?;
        Ok(())
    }

    /// Notes the district's verdicts on parts that waited.
    ///
    /// # Errors
    /// The database's. Nothing is changed then.
    pub fn take_verdicts(&mut self, verdicts: &[PartVerdict]) -> Result<Received, Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut touched = Touched::default();
        for verdict in verdicts {
            let Some((id, _, number)) = part::find(&transaction, verdict.device, verdict.first_seq)? else { continue };
            if number.is_none() {
                number_part(&transaction, id, verdict.number, &verdict.rejected, &mut touched)?;
            }
        }
        let entities = touched.fold(&transaction)?;
        transaction.commit()?;
        Ok(Received { operations: 0, entities })
    }

    /// Takes in parts that follow on [`View::received_up_to`], all or none.
    ///
    /// # Errors
    /// A part is missing, is not what its author signed, or is not what this PC wrote. Nothing is changed then.
    pub fn receive(&mut self, devices: &[DeviceCard], parts: &[Numbered]) -> Result<Received, Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for device in devices {
            know(&transaction, device)?;
        }
        let mut received = Received::default();
        let mut touched = Touched::default();
        let mut last = View { connection: &transaction }.received_up_to()?;
        for numbered in parts {
            if numbered.number > last + 1 {
                return Err(Error::Untrusted(PartProblem::Header));
            }
            received.operations += take_part(&transaction, numbered, &mut touched)?;
            last = last.max(numbered.number);
        }
        received.entities = touched.fold(&transaction)?;
        transaction.execute(
            "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)",
            params![RECEIVED, last.to_string()],
        )?;
        transaction.commit()?;
        Ok(received)
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

/// Takes in one part; gives how many of its operations were new.
fn take_part(connection: &Connection, numbered: &Numbered, touched: &mut Touched) -> Result<usize, Error> {
    let header = numbered.part.header().map_err(Error::Untrusted)?;
    let (last_seq, tail) = log::chain_tail(connection, header.device)?;
    if let Some((id, _, number)) = part::find(connection, header.device, header.first_seq)? {
        if part::read(View { connection }, id)? != numbered.part {
            return Err(Error::Forked);
        }
        if number.is_none() {
            number_part(connection, id, numbered.number, &numbered.rejected, touched)?;
        }
        return Ok(0);
    }
    if header.first_seq <= last_seq {
        return Err(Error::Forked);
    }
    if header.first_seq != last_seq + 1 {
        return Err(Error::Gap { device: header.device.0, expected: last_seq + 1 });
    }
    let key = verifying_key(connection, header.device)?;
    let tail = numbered.part.verify(tail, &key).map_err(Error::Untrusted)?;
    let placed = part::insert(connection, &header, &numbered.part, tail, Some(numbered.number))?;
    reject(connection, placed.part, &numbered.rejected)?;
    touched.part(connection, placed.part)?;
    touched.batch(header.device, header.batch);
    Ok(numbered.part.operations.len())
}

fn verifying_key(connection: &Connection, device: DeviceId) -> Result<VerifyingKey, Error> {
    let bytes: Option<[u8; 32]> = connection
        .prepare_cached("SELECT verifying_key FROM device WHERE id = ?1")?
        .query_row([device.0], |row| row.get(0))
        .optional()?;
    bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()).ok_or(Error::Untrusted(PartProblem::Signature))
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
    connection.prepare_cached("UPDATE part SET number = ?2 WHERE id = ?1")?.execute(params![id, number as i64])?;
    if rejected.is_empty() && !later_ones(connection, number)? {
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
    Ok(connection.prepare_cached("SELECT 1 FROM part WHERE number > ?1 LIMIT 1")?.exists([number as i64])?)
}

fn reject(connection: &Connection, part: i64, rejected: &[Rejection]) -> Result<(), Error> {
    let mut update = connection.prepare_cached("UPDATE operation SET rejected = ?3 WHERE part = ?1 AND seq = ?2")?;
    for rejection in rejected {
        update.execute(params![part, rejection.seq as i64, rejection.rule])?;
    }
    Ok(())
}

/// What has to be folded again.
#[derive(Default)]
struct Touched {
    entities: BTreeMap<EntityId, EntityKind>,
    batches: Vec<(DeviceId, u64)>,
}

impl Touched {
    fn part(&mut self, connection: &Connection, part: i64) -> Result<(), Error> {
        let mut statement = connection.prepare_cached("SELECT kind, entity, change FROM operation WHERE part = ?1")?;
        let mut rows = statement.query([part])?;
        while let Some(row) = rows.next()? {
            match EntityKind::from_number(row.get(0)?) {
                Some(EntityKind::Batch) => {
                    let change = row.get_ref(2)?.as_str().unwrap_or_default();
                    if let Ok(Change::Undo { device, first_seq, .. }) = serde_json::from_str(change) {
                        self.batch(device, first_seq);
                    }
                }
                Some(kind) => {
                    self.entities.insert(EntityId(row.get(1)?), kind);
                }
                None => {}
            }
        }
        Ok(())
    }

    fn batch(&mut self, device: DeviceId, first_seq: u64) {
        if self.batches.last() != Some(&(device, first_seq)) {
            self.batches.push((device, first_seq));
        }
    }

    fn fold(self, connection: &Connection) -> Result<usize, Error> {
        undo::settle_undone(connection, &self.batches)?;
        for (entity, kind) in &self.entities {
            log::refold(connection, *kind, *entity)?;
        }
        Ok(self.entities.len())
    }
}

#[cfg(test)]
mod tests;
