//! Households: residential addresses.

use std::collections::{BTreeSet, HashMap};

use linli_domain::address::{AddressParts, Estates};
use linli_domain::operation::EntityId;
use linli_domain::record::{Field, Record};
use linli_domain::reservation::Whose;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{Error, View};

/// A household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// Id.
    pub id: EntityId,
    /// 小区 or lane.
    pub estate: Option<String>,
    /// 楼栋.
    pub building: Option<String>,
    /// 单元.
    pub unit: Option<String>,
    /// 室.
    pub room: Option<String>,
    /// 户编号.
    pub number: Option<String>,
    /// Note.
    pub note: Option<String>,
}

const COLUMNS: &str = "id, estate, building, unit, room, number, note";

pub(super) fn save(connection: &Connection, id: EntityId, record: Option<&Record>) -> Result<(), Error> {
    let Some(record) = record else {
        connection
            .prepare_cached("DELETE FROM household WHERE id = ?1")?
            .execute([id.0])?;
        return Ok(());
    };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO household (id, estate, building, unit, room, number, note, area)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            id.0,
            record.get(Field::Estate),
            record.get(Field::Building),
            record.get(Field::Unit),
            record.get(Field::Room),
            record.get(Field::Number),
            record.get(Field::Note),
            record.get(Field::Area),
        ])?;
    Ok(())
}

fn household(row: &Row<'_>) -> rusqlite::Result<Household> {
    Ok(Household {
        id: EntityId(row.get(0)?),
        estate: row.get(1)?,
        building: row.get(2)?,
        unit: row.get(3)?,
        room: row.get(4)?,
        number: row.get(5)?,
        note: row.get(6)?,
    })
}

impl View<'_> {
    /// Areas in which vouchers are issued for the roster's homes, by address ([`AddressParts::key`]).
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn areas_by_address(self, known: &impl Whose) -> Result<HashMap<String, BTreeSet<String>>, Error> {
        let mut statement =
            self.prepare_cached("SELECT estate, building, unit, room, area FROM household WHERE area IS NOT NULL")?;
        let mut rows = statement.query([])?;
        let mut areas: HashMap<String, BTreeSet<String>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (estate, building, unit, room) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            if let Some(address) = known
                .in_full(AddressParts {
                    estate,
                    building,
                    unit,
                    room,
                })
                .key()
            {
                areas.entry(address).or_default().insert(row.get(4)?);
            }
        }
        Ok(areas)
    }

    /// The estates of the roster's homes.
    ///
    /// # Errors
    /// The database's.
    pub fn estates(self) -> Result<Estates, Error> {
        let sql = "SELECT estate, count(*) FROM household WHERE estate IS NOT NULL GROUP BY estate";
        let mut statement = self.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as usize)))?;
        let written: Vec<(String, usize)> = rows.collect::<Result<_, _>>()?;
        Ok(Estates::of(
            written.iter().map(|(estate, homes)| (estate.as_str(), *homes)),
        ))
    }

    /// The addresses of the roster's households.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn addresses(self) -> Result<HashMap<EntityId, AddressParts>, Error> {
        let mut statement = self.prepare_cached("SELECT id, estate, building, unit, room FROM household")?;
        let rows = statement.query_map([], |row| {
            let (estate, building, unit, room) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            Ok((
                EntityId(row.get(0)?),
                AddressParts {
                    estate,
                    building,
                    unit,
                    room,
                },
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All households, in no particular order.
    ///
    /// # Errors
    /// The database's.
    pub fn households(self) -> Result<Vec<Household>, Error> {
        let mut statement = self.prepare_cached(&format!("SELECT {COLUMNS} FROM household"))?;
        let rows = statement.query_map([], household)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One household.
    ///
    /// # Errors
    /// The database's.
    pub fn household(self, id: EntityId) -> Result<Option<Household>, Error> {
        let mut statement = self.prepare_cached(&format!("SELECT {COLUMNS} FROM household WHERE id = ?1"))?;
        Ok(statement.query_row([id.0], household).optional()?)
    }
}
