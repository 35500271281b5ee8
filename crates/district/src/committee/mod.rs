//! The district's committees: their rows, and bringing them in from a list.

mod device;
mod enrol;
mod import;
mod token;

pub use device::Device;
pub use enrol::CODE_LIFE;
pub use import::{Imported, Line, read_lines};
pub use token::Caller;
pub(crate) use token::hash as token_hash;

use std::collections::BTreeMap;

use linli_domain::digest::Digest;
use linli_domain::operation::{DeviceId, EntityId, Hash};
use linli_protocol::{Chain, DenialCode};

use crate::storage::{Row, StorageError, Transaction};
use crate::{District, Error, values};

/// A committee, and the end of its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committee {
    /// The district's id of it.
    pub id: EntityId,
    /// Its short number.
    pub number: u64,
    /// District 区.
    pub area: String,
    /// Town or street 街镇.
    pub town: String,
    /// Its name.
    pub name: String,
    /// Its id in operations.
    pub entity: EntityId,
    /// The district's own device in its log.
    pub device: DeviceId,
    /// That device's last sequence number.
    pub device_seq: u64,
    /// The end of that device's chain.
    pub device_tail: Hash,
    /// The last number in its order.
    pub last_number: u64,
    /// The last reservation number given by the residents' form.
    pub last_reservation: u64,
}

/// The columns of [`Committee::of`].
const COLUMNS: &str = "committee, number, area, town, name, entity, device, device_seq, device_tail, last_number, \
                       last_reservation";

impl Committee {
    fn of(row: &Row) -> Result<Committee, StorageError> {
        Ok(Committee {
            id: row.get(0)?,
            number: row.get(1)?,
            area: row.get(2)?,
            town: row.get(3)?,
            name: row.get(4)?,
            entity: row.get(5)?,
            device: row.get(6)?,
            device_seq: row.get(7)?,
            device_tail: Hash(row.get(8)?),
            last_number: row.get(9)?,
            last_reservation: row.get(10)?,
        })
    }

    /// Town and name, as people say it.
    pub fn full_name(&self) -> String {
        format!("{}{}", self.town, self.name)
    }

    /// The chain of the district's own device in its log.
    pub(crate) fn chain(&self) -> Chain {
        Chain {
            device: self.device,
            last_seq: self.device_seq,
            tail: self.device_tail,
        }
    }

    pub(crate) fn load(transaction: &mut dyn Transaction, id: EntityId) -> Result<Committee, Error> {
        let sql = format!("SELECT {COLUMNS} FROM committee WHERE committee = $1");
        let row = transaction.first(&sql, &values![id])?;
        let row = row.ok_or_else(|| Error::denied(DenialCode::NotFound, "no such committee"))?;
        Ok(Committee::of(&row)?)
    }

    /// Whether a committee has this id in operations.
    pub(crate) fn has_entity(transaction: &mut dyn Transaction, entity: EntityId) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM committee WHERE entity = $1 LIMIT 1";
        Ok(transaction.first(sql, &values![entity])?.is_some())
    }

    /// The committee with this id in operations in which the district writes as this device. Both together name one:
    /// the district chose the device.
    pub(crate) fn of_package(
        transaction: &mut dyn Transaction,
        (entity, device): (EntityId, DeviceId),
    ) -> Result<Option<Committee>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM committee WHERE entity = $1 AND device = $2");
        let row = transaction.first(&sql, &values![entity, device])?;
        Ok(row.map(|row| Committee::of(&row)).transpose()?)
    }

    pub(crate) fn all(transaction: &mut dyn Transaction) -> Result<Vec<Committee>, Error> {
        let rows = transaction.query(&format!("SELECT {COLUMNS} FROM committee ORDER BY number"), &[])?;
        Ok(rows.iter().map(Committee::of).collect::<Result<_, _>>()?)
    }

    /// Saves what moves: the ends of order, chain and numbers, and the id in operations.
    pub(crate) fn save(&self, transaction: &mut dyn Transaction) -> Result<(), StorageError> {
        transaction.execute(
            "UPDATE committee SET entity = $2, device_seq = $3, device_tail = $4, last_number = $5,
                 last_reservation = $6 WHERE committee = $1",
            &values![
                self.id,
                self.entity,
                self.device_seq,
                self.device_tail.0,
                self.last_number,
                self.last_reservation
            ],
        )?;
        Ok(())
    }
}

impl District {
    /// All committees, by number.
    ///
    /// # Errors
    /// The database's.
    pub fn committees(&self) -> Result<Vec<Committee>, Error> {
        self.read(Committee::all)
    }

    /// The digest of every committee's whole state, as `linli check` shows it on a PC.
    ///
    /// # Errors
    /// The database's.
    pub fn states(&self) -> Result<BTreeMap<EntityId, Digest>, Error> {
        let rows = self.read(|transaction| Ok(transaction.query("SELECT committee, kind, sum FROM digest", &[])?))?;
        let mut sums: BTreeMap<EntityId, BTreeMap<u8, Digest>> = BTreeMap::new();
        for row in rows {
            sums.entry(row.get(0)?)
                .or_default()
                .insert(row.get(1)?, Digest(row.get(2)?));
        }
        Ok(sums
            .into_iter()
            .map(|(committee, sums)| (committee, Digest::of_all(&sums)))
            .collect())
    }

    /// The committee of this number.
    ///
    /// # Errors
    /// There is none, or the database's.
    pub fn committee_of_number(&self, number: u64) -> Result<Committee, Error> {
        let sql = format!("SELECT {COLUMNS} FROM committee WHERE number = $1");
        let row = self.read(|transaction| Ok(transaction.first(&sql, &values![number])?))?;
        let row = row.ok_or_else(|| Error::denied(DenialCode::NotFound, format!("没有编号为 {number} 的居委会")))?;
        Ok(Committee::of(&row)?)
    }

    /// The committee that staff mean: by number, name, or town and name.
    ///
    /// # Errors
    /// None or several are called so.
    pub fn committee_called(&self, text: &str) -> Result<Committee, Error> {
        if let Ok(number) = text.trim().parse() {
            return self.committee_of_number(number);
        }
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut called = self.committees()?;
        called.retain(|committee| committee.name == text || committee.full_name() == text);
        match called.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Error::Input(format!("没有叫“{text}”的居委会"))),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|one| format!("{}（编号 {}）", one.full_name(), one.number))
                    .collect();
                Err(Error::Input(format!(
                    "叫“{text}”的居委会不止一个：{}",
                    names.join("、")
                )))
            }
        }
    }
}
