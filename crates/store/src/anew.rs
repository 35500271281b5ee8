//! Going on as another device, where the district takes nothing more under this PC's id: it was revoked, or an old backup
//! was restored and worked on, so that the district has something else in its place. What waits is signed again by the
//! new device; everything else stays as it is.

use std::collections::HashMap;

use ed25519_dalek::SigningKey;
use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, PartHeader};
use linli_protocol::{Chain, Heading, WireOperation};
use rusqlite::{Connection, TransactionBehavior, params};

use crate::exchange::Touched;
use crate::{Error, Store, View, commit, key, log, part, undo};

/// A device that this PC can become.
#[derive(Debug)]
pub struct NewDevice {
    /// Its id.
    pub id: DeviceId,
    key: SigningKey,
}

impl NewDevice {
    /// One that there never was.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn random() -> Result<NewDevice, Error> {
        Ok(NewDevice {
            id: DeviceId(crate::new_id()),
            key: SigningKey::from_bytes(&key::random()?),
        })
    }

    /// Its Ed25519 public key.
    pub fn verifying_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }
}

/// The setting that holds the device this PC asked to become, until it is answered.
const NEXT: &str = "next_device";

impl Store {
    /// The device that this PC asks to become: the same one until [`Store::forget_next_device`], so that a lost answer
    /// leaves no PC behind that is nobody's.
    ///
    /// # Errors
    /// The database's, or the system has no randomness.
    pub fn next_device(&self) -> Result<NewDevice, Error> {
        let kept: Option<(DeviceId, [u8; 32])> = self
            .view()
            .setting(NEXT)?
            .and_then(|json| serde_json::from_str(&json).ok());
        if let Some((id, key)) = kept {
            return Ok(NewDevice {
                id,
                key: SigningKey::from_bytes(&key),
            });
        }
        let device = NewDevice::random()?;
        self.set_setting(NEXT, &serde_json::to_string(&(device.id, device.key.to_bytes()))?)?;
        Ok(device)
    }

    /// The district has answered: the next time it is another device.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_next_device(&self) -> Result<(), Error> {
        self.forget_setting(NEXT)
    }
}

/// A batch, or its end, that waits.
pub(crate) struct Waiting {
    header: PartHeader,
    pub(crate) operations: Vec<WireOperation>,
}

impl Store {
    /// Goes on as another device. Gives how many operations were signed again.
    ///
    /// # Errors
    /// The database's. Nothing is changed then.
    pub fn go_on_as(&mut self, device: &NewDevice) -> Result<usize, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before = log::own_device(&transaction)?;
        let mut touched = Touched::default();
        let version = View {
            connection: &transaction,
        }
        .version()?;
        let mut waiting = take_out(&transaction, before.id, &mut touched)?;
        let taken = waiting.len();
        // It gives up what the device it was has from the district: another has nothing of that.
        waiting.retain(|batch| !Action::BY_PROGRAMS.contains(&batch.header.action));
        let dropped = waiting.len() < taken;
        let (letter, name): (String, String) =
            transaction.query_row("SELECT letter, name FROM device WHERE id = ?1", [before.id.0], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        transaction.execute("UPDATE device SET signing_key = NULL WHERE id = ?1", [before.id.0])?;
        transaction.execute(
            "INSERT INTO device (id, letter, name, verifying_key, signing_key) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![device.id.0, letter, name, device.verifying_key(), device.key.to_bytes()],
        )?;
        let count = waiting.iter().map(|batch| batch.operations.len()).sum();
        sign_again(&transaction, (before.id, device), waiting, &mut touched)?;
        touched.fold(&transaction)?;
        if dropped {
            log::note_forgotten(&transaction, version)?;
        }
        transaction.execute("DELETE FROM setting WHERE key = ?1", [NEXT])?;
        commit(transaction)?;
        self.bear_witness();
        Ok(count)
    }
}

/// Takes a device's waiting operations out of the log.
pub(crate) fn take_out(
    connection: &Connection,
    device: DeviceId,
    touched: &mut Touched,
) -> Result<Vec<Waiting>, Error> {
    let parts: Vec<(i64, i64, u64)> = connection
        .prepare("SELECT id, batch, first_seq FROM part WHERE device = ?1 AND number IS NULL ORDER BY first_seq")?
        .query_map([device.0], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64))
        })?
        .collect::<Result<_, _>>()?;
    let mut waiting: Vec<Waiting> = Vec::new();
    for (id, batch, first_seq) in parts {
        let part = part::read(View { connection }, id)?;
        let header = part.header().map_err(Error::Untrusted)?;
        touched.part(connection, id)?;
        touched.batch(device, header.batch);
        connection.execute("DELETE FROM operation WHERE part = ?1", [id])?;
        connection.execute("DELETE FROM part WHERE id = ?1", [id])?;
        // A batch of which the district has the beginning ends there.
        let left = connection.execute(
            "UPDATE batch SET last_seq = ?2 WHERE id = ?1 AND EXISTS (SELECT 1 FROM part WHERE batch = ?1)",
            params![batch, first_seq as i64 - 1],
        )?;
        if left == 0 {
            connection.execute("DELETE FROM batch WHERE id = ?1", [batch])?;
        }
        match waiting.last_mut().filter(|last| last.header.batch == header.batch) {
            Some(last) => last.operations.extend(part.operations),
            None => waiting.push(Waiting {
                header,
                operations: part.operations,
            }),
        }
    }
    Ok(waiting)
}

fn sign_again(
    connection: &Connection,
    (before, device): (DeviceId, &NewDevice),
    waiting: Vec<Waiting>,
    touched: &mut Touched,
) -> Result<(), Error> {
    let mut chain = Chain::new(device.id);
    let mut moved: HashMap<u64, Vec<(DeviceId, u64)>> = HashMap::new();
    for Waiting { header, operations } in waiting {
        // A batch of which the district has the beginning is two from now on, and what takes it back takes both back.
        let beginning = undo::batch_of(View { connection }, (before, header.batch))?.map(|_| (before, header.batch));
        let mut called: Vec<(DeviceId, u64)> = beginning.into_iter().collect();
        for operations in follow(operations, before, &moved)? {
            let batch = chain.next_seq();
            for link in chain.append(&Heading::of(&header), operations, &device.key)? {
                let placed = part::insert(connection, &link, None)?;
                touched.part(connection, placed.part)?;
            }
            touched.batch(device.id, batch);
            called.push((device.id, batch));
        }
        moved.insert(header.batch, called);
    }
    Ok(())
}

/// The batches that a batch becomes: an undo of what was signed again names it anew, once for each batch that became
/// of it.
fn follow(
    operations: Vec<WireOperation>,
    before: DeviceId,
    moved: &HashMap<u64, Vec<(DeviceId, u64)>>,
) -> Result<Vec<Vec<WireOperation>>, Error> {
    let undo = operations
        .first()
        .filter(|operation| operation.kind == EntityKind::Batch.number());
    let undo = undo.and_then(|operation| serde_json::from_str(&operation.change).ok());
    let (targets, kept) = match undo {
        Some(Change::Undo {
            device,
            first_seq,
            kept,
        }) if device == before => (moved.get(&first_seq), kept),
        _ => (None, Vec::new()),
    };
    let Some(targets) = targets else {
        return Ok(vec![operations]);
    };
    let again = |(device, first_seq): &(DeviceId, u64)| {
        let change = Change::Undo {
            device: *device,
            first_seq: *first_seq,
            kept: kept.clone(),
        };
        let entity = EntityId(crate::new_id());
        Ok(vec![WireOperation::new(EntityKind::Batch, entity, &change)?])
    };
    targets.iter().map(again).collect()
}
