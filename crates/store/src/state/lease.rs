//! Leases of voucher numbers and rights to issue, as the district gave them.

use std::collections::BTreeSet;

use linli_domain::lease::{IssuingRight, Lease};
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};
use linli_domain::record::{Field, Record};
use linli_domain::reservation::ReservationFact;
use linli_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::{Error, View};

pub(super) fn save(connection: &Connection, id: EntityId, record: Option<&Record>) -> Result<(), Error> {
    match record.and_then(Lease::of) {
        Some(lease) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO lease (id, round, device, first, last) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id.0, lease.round.0, lease.device.0, lease.first, lease.last])?,
        None => connection
            .prepare_cached("DELETE FROM lease WHERE id = ?1")?
            .execute([id.0])?,
    };
    Ok(())
}

pub(super) fn save_right(connection: &Connection, id: EntityId, record: Option<&Record>) -> Result<(), Error> {
    match record.and_then(IssuingRight::of) {
        Some(right) => connection
            .prepare_cached("INSERT OR REPLACE INTO issuing_right (id, round, area, holder) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                id.0,
                right.round.0,
                right.area,
                right.holder.map(|holder| holder.0)
            ])?,
        None => connection
            .prepare_cached("DELETE FROM issuing_right WHERE id = ?1")?
            .execute([id.0])?,
    };
    Ok(())
}

impl View<'_> {
    /// All leases of a round, in order of their numbers.
    ///
    /// # Errors
    /// The database's.
    pub fn leases(self, round: EntityId) -> Result<Vec<Lease>, Error> {
        let mut statement =
            self.prepare_cached("SELECT device, first, last FROM lease WHERE round = ?1 ORDER BY first, id")?;
        let rows = statement.query_map([round.0], |row| {
            Ok(Lease {
                round,
                device: DeviceId(row.get(0)?),
                first: row.get(1)?,
                last: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A PC's leases of a round with their ids, highest numbers first.
    ///
    /// # Errors
    /// The database's.
    pub fn leases_of(self, round: EntityId, device: DeviceId) -> Result<Vec<(EntityId, Lease)>, Error> {
        let mut statement = self.prepare_cached(
            "SELECT id, first, last FROM lease WHERE round = ?1 AND device = ?2 ORDER BY first DESC, id",
        )?;
        let rows = statement.query_map(params![round.0, device.0], |row| {
            Ok((
                EntityId(row.get(0)?),
                Lease {
                    round,
                    device,
                    first: row.get(1)?,
                    last: row.get(2)?,
                },
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All rights to issue of a round, by area.
    ///
    /// # Errors
    /// The database's.
    pub fn issuing_rights(self, round: EntityId) -> Result<Vec<IssuingRight>, Error> {
        let mut statement =
            self.prepare_cached("SELECT area, holder FROM issuing_right WHERE round = ?1 ORDER BY area")?;
        let rows = statement.query_map([round.0], |row| {
            Ok(IssuingRight {
                round,
                area: row.get(0)?,
                holder: row.get::<_, Option<Uuid>>(1)?.map(DeviceId),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every voucher number of a round that was ever given out, in order: void ones too, and those that the district
    /// refused, which may be printed.
    ///
    /// # Errors
    /// The database's.
    pub fn used_serials(self, round: EntityId) -> Result<Vec<u32>, Error> {
        let mut used = self.counted_serials(round)?;
        let mut statement = self.prepare_cached(include_str!("refused_vouchers.sql"))?;
        let mut rows = statement.query([round.0])?;
        while let Some(row) = rows.next()? {
            let change = serde_json::from_str(row.get_ref(0)?.as_str()?);
            if let Ok(Change::Reservation(ReservationFact::VoucherIssued { serial, .. })) = change {
                used.insert(serial);
            }
        }
        Ok(used.into_iter().collect())
    }

    /// Every voucher number of a round that the district knows, or will: void ones too, without those it refused.
    ///
    /// # Errors
    /// The database's.
    pub fn counted_serials(self, round: EntityId) -> Result<BTreeSet<u32>, Error> {
        let mut statement = self.prepare_cached("SELECT serial FROM voucher_serial WHERE round = ?1")?;
        let rows = statement.query_map([round.0], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a PC issued vouchers of a round after a time and up to another one.
    ///
    /// # Errors
    /// The database's.
    pub fn has_issued(self, device: DeviceId, round: EntityId, after: Moment, until: Moment) -> Result<bool, Error> {
        let mut statement = self.prepare_cached(
            "SELECT EXISTS (
                 SELECT 1 FROM batch b JOIN operation o ON o.batch = b.id JOIN item r ON r.id = o.entity
                 WHERE b.device = ?1 AND b.at > ?2 AND b.at <= ?3 AND r.list = ?4
                   AND o.what = 'voucher_issued')",
        )?;
        Ok(statement.query_row(params![device.0, after.0, until.0, round.0], |row| row.get(0))?)
    }

    /// Reservations for which a PC issued vouchers after a time and up to another one.
    ///
    /// # Errors
    /// The database's.
    pub fn issued_between(self, device: DeviceId, after: Moment, until: Moment) -> Result<Vec<EntityId>, Error> {
        let mut statement = self.prepare_cached(
            "SELECT DISTINCT o.entity FROM batch b JOIN operation o ON o.batch = b.id
             WHERE b.device = ?1 AND b.at > ?2 AND b.at <= ?3 AND o.what = 'voucher_issued'",
        )?;
        let rows = statement.query_map(params![device.0, after.0, until.0], |row| row.get(0).map(EntityId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All areas in which people live, and the one of those who are not on the roster.
    ///
    /// # Errors
    /// The database's.
    pub fn areas(self) -> Result<Vec<String>, Error> {
        let mut statement =
            self.prepare_cached("SELECT '' UNION SELECT area FROM household WHERE area IS NOT NULL ORDER BY 1")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Reservations of a round that the district has not numbered yet, or whose number is beyond what was received: it may
    /// still hold them.
    ///
    /// # Errors
    /// The database's.
    pub fn unseen_reservations(self, round: EntityId) -> Result<BTreeSet<EntityId>, Error> {
        let mut statement = self.prepare_cached(include_str!("unseen_reservations.sql"))?;
        let received = self.received_up_to()? as i64;
        let rows = statement.query_map(params![EntityKind::Reservation.number(), received, round.0], |row| {
            row.get(0).map(EntityId)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The area in which vouchers are issued for a household or a person: the one it was first written with, whatever
    /// became of it since, for another PC may not know; `None` where there is none.
    ///
    /// # Errors
    /// The database's.
    pub fn area_of(self, home: EntityId) -> Result<Option<String>, Error> {
        let mut statement = self.prepare_cached(include_str!("first_written.sql"))?;
        let first: Option<String> = statement.query_row([home.0], |row| row.get(0)).optional()?;
        match first.and_then(|json| serde_json::from_str(&json).ok()) {
            Some(Change::Create(fields)) => Ok(fields.get(&Field::Area).cloned()),
            _ => Ok(None),
        }
    }
}
