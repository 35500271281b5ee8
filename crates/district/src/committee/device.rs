//! A committee's PCs.

use ed25519_dalek::VerifyingKey;
use linli_domain::operation::{DISTRICT_LETTER, DeviceId, EntityId, Hash};
use linli_domain::time::Moment;
use linli_protocol::{Chain, DenialCode, DeviceCard};

use super::Committee;
use crate::district::audit;
use crate::random::Randomness;
use crate::storage::{Row, StorageError, Transaction};
use crate::{District, Error, values};

/// A PC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Its letter.
    pub letter: String,
    /// Its name, for people.
    pub name: String,
    /// Its Ed25519 public key.
    pub verifying_key: [u8; 32],
    /// When it joined.
    pub enrolled_at: Moment,
    /// When it was last heard of, to a few minutes.
    pub seen_at: Moment,
    /// Operations it had when it joined.
    pub declared_seq: u64,
    /// Its last sequence number here.
    pub last_seq: u64,
    /// The end of its chain here.
    pub tail: Hash,
    /// The number up to which it has everything, as its last package said.
    pub received: u64,
    /// When the district revoked it.
    pub revoked_at: Option<Moment>,
}

/// The columns of [`Device::of`].
const COLUMNS: &str = "device, letter, name, verifying_key, enrolled_at, seen_at, declared_seq, last_seq, tail, \
                       revoked_at, received";

impl Device {
    fn of(row: &Row) -> Result<Device, StorageError> {
        Ok(Device {
            id: row.get(0)?,
            letter: row.get(1)?,
            name: row.get(2)?,
            verifying_key: row.get(3)?,
            enrolled_at: Moment(row.get(4)?),
            seen_at: Moment(row.get(5)?),
            declared_seq: row.get(6)?,
            last_seq: row.get(7)?,
            tail: Hash(row.get(8)?),
            revoked_at: row.get::<Option<i64>>(9)?.map(Moment),
            received: row.get(10)?,
        })
    }

    /// All PCs of a committee, in order of joining, revoked ones too.
    pub(crate) fn all(transaction: &mut dyn Transaction, committee: EntityId) -> Result<Vec<Device>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM device WHERE committee = $1 ORDER BY enrolled_at, letter");
        transaction
            .query(&sql, &values![committee])?
            .iter()
            .map(Device::of)
            .collect()
    }

    /// Saves the end of its chain.
    pub(crate) fn save_chain(
        &self,
        transaction: &mut dyn Transaction,
        committee: EntityId,
    ) -> Result<(), StorageError> {
        transaction.execute(
            "UPDATE device SET last_seq = $3, tail = $4 WHERE committee = $1 AND device = $2",
            &values![committee, self.id, self.last_seq, self.tail.0],
        )?;
        Ok(())
    }

    /// Its chain, as far as it is here.
    pub(crate) fn chain(&self) -> Chain {
        Chain {
            device: self.id,
            last_seq: self.last_seq,
            tail: self.tail,
        }
    }

    pub(crate) fn key(&self) -> Result<VerifyingKey, Error> {
        VerifyingKey::from_bytes(&self.verifying_key)
            .map_err(|_| Error::denied(DenialCode::BadSignature, "the PC's key is not one"))
    }

    /// Whether the district has everything it had when it joined.
    pub(crate) fn complete(&self) -> bool {
        self.last_seq >= self.declared_seq
    }

    pub(crate) fn card(&self) -> DeviceCard {
        DeviceCard {
            id: self.id,
            name: self.name.clone(),
            letter: self.letter.clone(),
            verifying_key: self.verifying_key,
        }
    }
}

impl District {
    /// The district's own card in a committee.
    pub(crate) fn card(&self, committee: &Committee) -> DeviceCard {
        DeviceCard {
            id: committee.device,
            name: self.name.to_string(),
            letter: DISTRICT_LETTER.into(),
            verifying_key: self.key.verifying_key().to_bytes(),
        }
    }

    /// A committee's PCs, in order of joining.
    ///
    /// # Errors
    /// The database's.
    pub fn devices(&self, committee: EntityId) -> Result<Vec<Device>, Error> {
        self.read(|transaction| Ok(Device::all(transaction, committee)?))
    }

    /// Takes a PC's access away for ever, and with it the rights it holds. What it did stays; what it has not sent
    /// is not taken any more. Numbers leased to it stay unused: some may be printed.
    ///
    /// # Errors
    /// There is no such PC, or the database's.
    pub fn revoke(
        &self,
        committee: EntityId,
        device: DeviceId,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<(), Error> {
        self.write(|transaction| self.revoke_in(transaction, (committee, device), now, ("staff", random)))
    }

    /// As [`District::revoke`], for whoever asks.
    pub(crate) fn revoke_in(
        &self,
        transaction: &mut dyn Transaction,
        (committee, device): (EntityId, DeviceId),
        now: Moment,
        (who, random): (&str, &mut dyn Randomness),
    ) -> Result<(), Error> {
        let changed = transaction.execute(
            "UPDATE device SET revoked_at = $3 WHERE committee = $1 AND device = $2 AND revoked_at IS NULL",
            &values![committee, device, now.0],
        )?;
        if changed == 0 {
            return Err(Error::Input("没有这台电脑，或已经停用".into()));
        }
        audit(
            transaction,
            committee,
            now,
            random,
            (who, "device_revoke", &device.0.to_string()),
        )?;
        self.free_rights(transaction, committee, device, now)
    }
}
