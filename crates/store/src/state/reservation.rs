//! Reservations: the folded state as JSON beside the columns that queries need.

use std::borrow::Cow;
use std::collections::BTreeSet;

use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_domain::reservation::Reservation;
use linli_domain::round::{RoundKey, Stage};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::{Error, View};

/// Handed out again, in SQL: as the index `reservation_handed_out_again` has it, word for word.
const HANDED_OUT_AGAIN: &str = "instr(state, '\"again\":[') > 0";

/// A reservation with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationState {
    /// Id.
    pub id: EntityId,
    /// State.
    pub state: Reservation,
}

pub(super) fn save(connection: &Connection, id: EntityId, state: Option<&Reservation>) -> Result<(), Error> {
    save_serials(connection, id, state)?;
    let Some(state) = state else {
        connection
            .prepare_cached("DELETE FROM reservation WHERE id = ?1")?
            .execute([id.0])?;
        return Ok(());
    };
    let uuid = |field| state.id(field).map(|id| id.0);
    let values = params![
        id.0,
        state.round.0,
        place_in_time(state.get(Field::RegisteredAt)),
        state.stage().code(),
        uuid(Field::Resident),
        uuid(Field::Household),
        state.voucher.map(|(serial, _)| serial),
        serde_json::to_string(state)?,
    ];
    // Nearly always what the indexes are made of stays as it is, and their pages need not be written.
    let known = connection
        .prepare_cached(
            "UPDATE reservation SET stage = ?4, voucher = ?7, state = ?8
             WHERE id = ?1 AND round = ?2 AND registered_at = ?3 AND resident IS ?5 AND household IS ?6",
        )?
        .execute(values)?;
    if known == 0 {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO reservation
                     (id, round, registered_at, stage, resident, household, voucher, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(values)?;
    }
    Ok(())
}

impl ReservationState {
    /// By what it stands in the order of registration, as [`View::reservations`] gives it.
    pub fn order(&self) -> (Cow<'_, str>, EntityId) {
        (place_in_time(self.state.get(Field::RegisteredAt)), self.id)
    }
}

/// What a reservation stands in order by. A day without a time stands behind those of the day that say one.
fn place_in_time(registered: Option<&str>) -> Cow<'_, str> {
    match registered {
        Some(day) if !day.contains('T') => Cow::Owned(format!("{day}{END_OF_DAY}")),
        Some(at) => Cow::Borrowed(at),
        None => Cow::Borrowed(WITHOUT_TIME),
    }
}

/// Sorts behind every time of a day.
const END_OF_DAY: &str = "T~";

/// Keeps the voucher numbers a reservation ever had.
fn save_serials(connection: &Connection, id: EntityId, state: Option<&Reservation>) -> Result<(), Error> {
    let had: BTreeSet<(Uuid, u32)> = connection
        .prepare_cached("SELECT round, serial FROM voucher_serial WHERE reservation = ?1")?
        .query_map([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let of = |state: &Reservation| {
        let serials = state
            .voucher
            .iter()
            .map(|(serial, _)| *serial)
            .chain(state.void_vouchers.iter().copied());
        serials.map(|serial| (state.round.0, serial)).collect()
    };
    let has: BTreeSet<(Uuid, u32)> = state.map(of).unwrap_or_default();
    if had == has {
        return Ok(());
    }
    connection
        .prepare_cached("DELETE FROM voucher_serial WHERE reservation = ?1")?
        .execute([id.0])?;
    let mut insert =
        connection.prepare_cached("INSERT INTO voucher_serial (round, serial, reservation) VALUES (?1, ?2, ?3)")?;
    for (round, serial) in has {
        insert.execute(params![round, serial, id.0])?;
    }
    Ok(())
}

fn stored(row: &Row<'_>) -> rusqlite::Result<(Uuid, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

/// What stands for the time of a registration whose time is not known: behind every time in the order of the queue.
const WITHOUT_TIME: &str = "~";

/// The words stand in an index, which only takes a query with the same.
pub(crate) const WAITING: &str = "SELECT count(*) FILTER (WHERE stage = 'pending'), count(*)
                                  FROM reservation WHERE stage IN ('pending', 'to_notify')";
pub(crate) const STAGES: &str =
    "SELECT stage, count(*), count(voucher) FROM reservation WHERE round = ?1 GROUP BY stage";

impl View<'_> {
    /// A round's reservations, in order of registration.
    ///
    /// # Errors
    /// The database's.
    pub fn reservations(self, round: EntityId) -> Result<Vec<ReservationState>, Error> {
        self.reservations_where("round = ?1 ORDER BY registered_at, id", [round.0])
    }

    /// One reservation.
    ///
    /// # Errors
    /// The database's.
    pub fn reservation(self, id: EntityId) -> Result<Option<ReservationState>, Error> {
        Ok(self.reservations_where("id = ?1", [id.0])?.pop())
    }

    /// Reservations with a 预约号, in any round: the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn reservations_numbered(self, number: &str) -> Result<Vec<ReservationState>, Error> {
        let written = format!("\"number\":{}", serde_json::to_string(number)?);
        self.reservations_where("instr(state, ?1) > 0 ORDER BY registered_at, id", [written])
    }

    /// Reservations of a round that passed, have no voucher, and are for nobody, or for no home, that is on the roster.
    ///
    /// # Errors
    /// The database's.
    pub fn due_off_the_roster(self, round: EntityId, rule: RoundKey) -> Result<Vec<ReservationState>, Error> {
        let off = match rule {
            RoundKey::Person => "(resident IS NULL OR resident NOT IN (SELECT id FROM resident))",
            RoundKey::Household => "(household IS NULL OR household NOT IN (SELECT id FROM household))",
            RoundKey::Address => "true",
        };
        let condition = format!("round = ?1 AND voucher IS NULL AND stage IN (?2, ?3) AND {off}");
        let [passed, told] = Stage::DUE.map(Stage::code);
        self.reservations_where(&condition, params![round.0, passed, told])
    }

    /// Whether anybody of a round is to get a voucher and has none yet.
    ///
    /// # Errors
    /// The database's.
    pub fn anybody_due(self, round: EntityId) -> Result<bool, Error> {
        let [passed, told] = Stage::DUE.map(Stage::code);
        let sql =
            "SELECT EXISTS (SELECT 1 FROM reservation WHERE round = ?1 AND voucher IS NULL AND stage IN (?2, ?3))";
        Ok(self
            .prepare_cached(sql)?
            .query_row(params![round.0, passed, told], |row| row.get(0))?)
    }

    /// Reservations of a person or of a household.
    ///
    /// # Errors
    /// The database's.
    pub fn reservations_for(
        self,
        resident: Option<EntityId>,
        household: Option<EntityId>,
    ) -> Result<Vec<ReservationState>, Error> {
        self.reservations_where(
            "resident = ?1 OR household = ?2 ORDER BY registered_at DESC, id",
            params![resident.map(|id| id.0), household.map(|id| id.0)],
        )
    }

    /// Reservations that were handed out again, and into which nobody has looked, in order of registration.
    ///
    /// # Errors
    /// The database's.
    pub fn reservations_to_look_into(self) -> Result<Vec<ReservationState>, Error> {
        let mut again = self.reservations_where(&format!("{HANDED_OUT_AGAIN} ORDER BY registered_at, id"), [])?;
        again.retain(|reservation| reservation.state.to_look_into().next().is_some());
        Ok(again)
    }

    /// How many reservations of a round were handed out more than once, as far as nobody found that they were not.
    ///
    /// # Errors
    /// The database's.
    pub fn handed_out_twice(self, round: EntityId) -> Result<usize, Error> {
        let again = self.reservations_where(&format!("{HANDED_OUT_AGAIN} AND round = ?1"), [round.0])?;
        Ok(again
            .iter()
            .filter(|reservation| reservation.state.handed_out_again() > 0)
            .count())
    }

    /// The reservation a voucher serial was issued to, valid or void. Where it was given out twice, that which it is
    /// valid for.
    ///
    /// # Errors
    /// The database's.
    pub fn reservation_of_serial(self, round: EntityId, serial: u32) -> Result<Option<ReservationState>, Error> {
        let id: Option<Uuid> = self
            .prepare_cached(
                "SELECT s.reservation FROM voucher_serial s JOIN reservation v ON v.id = s.reservation
                 WHERE s.round = ?1 AND s.serial = ?2 ORDER BY v.voucher IS NOT s.serial, s.reservation LIMIT 1",
            )?
            .query_row(params![round.0, serial], |row| row.get(0))
            .optional()?;
        id.map_or(Ok(None), |id| self.reservation(EntityId(id)))
    }

    /// Whether a number was given out here and never counted: the district refused it. Its paper may be in somebody's hands.
    ///
    /// # Errors
    /// The database's.
    pub fn is_refused_serial(self, round: EntityId, serial: u32) -> Result<bool, Error> {
        Ok(self.reservation_of_serial(round, serial)?.is_none() && self.used_serials(round)?.contains(&serial))
    }

    /// The highest voucher serial ever issued in a round, void ones included; 0 where there is none.
    ///
    /// # Errors
    /// The database's.
    pub fn last_serial(self, round: EntityId) -> Result<u32, Error> {
        Ok(self
            .prepare_cached("SELECT coalesce(max(serial), 0) FROM voucher_serial WHERE round = ?1")?
            .query_row([round.0], |row| row.get(0))?)
    }

    /// How many reservations of all rounds wait for a decision, and how many to be told.
    ///
    /// # Errors
    /// The database's.
    pub fn waiting_counts(self) -> Result<(usize, usize), Error> {
        let mut statement = self.prepare_cached(WAITING)?;
        let (pending, all) = statement.query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        Ok((pending as usize, (all - pending) as usize))
    }

    /// Reservations per stage of a round, and valid vouchers, without reading the states.
    ///
    /// # Errors
    /// The database's.
    pub fn stage_counts(self, round: EntityId) -> Result<Vec<(String, usize, usize)>, Error> {
        let mut statement = self.prepare_cached(STAGES)?;
        let rows = statement.query_map([round.0], |row| {
            Ok((
                row.get(0)?,
                row.get::<_, i64>(1)? as usize,
                row.get::<_, i64>(2)? as usize,
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn reservations_where(
        self,
        condition: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<ReservationState>, Error> {
        let mut statement = self.prepare_cached(&format!("SELECT id, state FROM reservation WHERE {condition}"))?;
        let rows = statement.query_map(params, stored)?;
        rows.map(|row| {
            let (id, json) = row?;
            Ok(ReservationState {
                id: EntityId(id),
                state: serde_json::from_str(&json)?,
            })
        })
        .collect()
    }
}
