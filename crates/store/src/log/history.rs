//! What was done, batch by batch, and by whom.

use std::collections::BTreeSet;

use linli_domain::operation::{Action, DISTRICT_LETTER, DeviceId, EntityId, EntityKind};
use linli_domain::time::Moment;
use rusqlite::{OptionalExtension, Row, params};

use super::{BatchRow, action_of, own_device};
use crate::{Error, View};

/// How much a batch touched, counted in things, not in operations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// People of the roster.
    pub residents: usize,
    /// Homes of the roster.
    pub households: usize,
    /// Reservations.
    pub reservations: usize,
    /// Rounds, tags, instructions and the like.
    pub others: usize,
}

impl View<'_> {
    /// The newest batches first.
    ///
    /// # Errors
    /// The database's.
    pub fn history(self, limit: usize) -> Result<Vec<BatchRow>, Error> {
        let mut statement = self.prepare_cached(&batches("ORDER BY id DESC LIMIT ?1"))?;
        let rows = statement.query_map([limit as i64], batch_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest batches of some actions first.
    ///
    /// # Errors
    /// The database's.
    pub fn history_of(self, actions: &[Action], limit: usize) -> Result<Vec<BatchRow>, Error> {
        let mut statement = self.prepare_cached(&batches(
            "WHERE action IN (SELECT value FROM json_each(?1)) ORDER BY id DESC LIMIT ?2",
        ))?;
        let rows = statement.query_map(params![serde_json::to_string(actions)?, limit as i64], batch_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest batches first, without what programs did by themselves.
    ///
    /// # Errors
    /// The database's.
    pub fn history_of_people(self, limit: usize) -> Result<Vec<BatchRow>, Error> {
        let mut statement = self.prepare_cached(&batches(
            "WHERE action NOT IN (SELECT value FROM json_each(?1)) ORDER BY id DESC LIMIT ?2",
        ))?;
        let by_programs = serde_json::to_string(&Action::BY_PROGRAMS)?;
        let rows = statement.query_map(params![by_programs, limit as i64], batch_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When the first entry was made on this PC.
    ///
    /// # Errors
    /// The database's.
    pub fn began_here(self) -> Result<Option<Moment>, Error> {
        let mut statement = self.prepare_cached(
            "SELECT min(b.at) FROM batch b JOIN device d ON d.id = b.device WHERE d.signing_key IS NOT NULL",
        )?;
        Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(Moment))
    }

    /// PCs that wrote anything since a moment, by their clocks.
    ///
    /// # Errors
    /// The database's.
    pub fn devices_at_work(self, since: Moment) -> Result<BTreeSet<DeviceId>, Error> {
        let mut statement = self.prepare_cached(
            "SELECT DISTINCT device FROM batch
             WHERE at >= ?1 AND device NOT IN (SELECT id FROM device WHERE letter = ?2)",
        )?;
        let rows = statement.query_map(params![since.0, DISTRICT_LETTER], |row| row.get(0).map(DeviceId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many batches of an action stand.
    ///
    /// # Errors
    /// The database's.
    pub fn batches_of(self, action: Action) -> Result<usize, Error> {
        let count: i64 = self
            .prepare_cached("SELECT count(*) FROM batch WHERE withdrawn = 0 AND json_quote(action) = ?1")?
            .query_row([serde_json::to_string(&action)?], |row| row.get(0))?;
        Ok(count as usize)
    }

    /// One batch.
    ///
    /// # Errors
    /// There is none of that number.
    pub fn batch(self, id: i64) -> Result<BatchRow, Error> {
        let mut statement = self.prepare_cached(&batches("WHERE id = ?1"))?;
        statement
            .query_row([id], batch_row)
            .optional()?
            .ok_or(Error::NoSuchBatch)
    }

    /// The newest batch that Ctrl+Z takes back for a clerk: the clerk's own, done on this PC, undoable, and not yet
    /// taken back; or one newer than that which it must not go over ([`Action::stops_undo`]). What a colleague did before the
    /// shift changed is not under a key.
    ///
    /// # Errors
    /// The database's.
    pub fn last_undoable(self, actor: &str) -> Result<Option<BatchRow>, Error> {
        let mut statement = self.prepare_cached(&batches(
            "WHERE withdrawn = 0 AND device = ?1 AND actor = ?2 ORDER BY id DESC",
        ))?;
        let mut rows = statement.query(params![own_device(self.connection)?.id.0, actor])?;
        while let Some(row) = rows.next()? {
            let batch = batch_row(row)?;
            if batch.action.undoable() || batch.action.stops_undo() {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// How many things of each kind a batch touched: a resident with five changed fields is one.
    ///
    /// # Errors
    /// The database's.
    pub fn batch_extent(self, batch: i64) -> Result<Extent, Error> {
        let mut statement =
            self.prepare_cached("SELECT kind, count(DISTINCT entity) FROM operation WHERE batch = ?1 GROUP BY kind")?;
        let mut rows = statement.query([batch])?;
        let mut extent = Extent::default();
        while let Some(row) = rows.next()? {
            let count = row.get::<_, i64>(1)? as usize;
            match EntityKind::from_number(row.get(0)?) {
                Some(EntityKind::Resident) => extent.residents = count,
                Some(EntityKind::Household) => extent.households = count,
                Some(EntityKind::Reservation) => extent.reservations = count,
                Some(_) | None => extent.others += count,
            }
        }
        Ok(extent)
    }

    /// The one person or reservation that a batch is about; `None` where it is about several, or about something else.
    ///
    /// # Errors
    /// The database's.
    pub fn batch_subject(self, batch: i64) -> Result<Option<EntityId>, Error> {
        let mut statement =
            self.prepare_cached("SELECT DISTINCT entity FROM operation WHERE batch = ?1 AND kind IN (?2, ?3) LIMIT 2")?;
        let kinds = [EntityKind::Resident, EntityKind::Reservation].map(EntityKind::number);
        let found = statement.query_map(params![batch, kinds[0], kinds[1]], |row| row.get(0).map(EntityId))?;
        let found: Vec<EntityId> = found.collect::<Result<_, _>>()?;
        Ok(found.first().copied().filter(|_| found.len() == 1))
    }

    /// Clerks who wrote anything, most recent first: neither the district nor what programs did by themselves.
    ///
    /// # Errors
    /// The database's.
    pub fn actors(self) -> Result<Vec<String>, Error> {
        let mut statement = self.prepare_cached(
            "SELECT actor FROM batch
             WHERE action NOT IN (SELECT value FROM json_each(?1)) AND device NOT IN (SELECT id FROM device WHERE letter = ?2)
             GROUP BY actor ORDER BY max(id) DESC LIMIT 20",
        )?;
        let by_programs = serde_json::to_string(&Action::BY_PROGRAMS)?;
        let rows = statement.query_map(params![by_programs, DISTRICT_LETTER], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Reads batches as [`batch_row`] takes them.
pub(crate) fn batches(which: &str) -> String {
    format!("SELECT id, action, actor, at, withdrawn, last_seq - first_seq + 1, device FROM batch {which}")
}

pub(crate) fn batch_row(row: &Row<'_>) -> rusqlite::Result<BatchRow> {
    Ok(BatchRow {
        id: row.get(0)?,
        action: action_of(&row.get::<_, String>(1)?),
        actor: row.get(2)?,
        at: Moment(row.get(3)?),
        withdrawn: row.get(4)?,
        count: row.get::<_, i64>(5)? as u64,
        device: DeviceId(row.get(6)?),
    })
}
