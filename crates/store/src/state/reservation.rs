//! Reservations: what there is of them beside what every item has: voucher serials, who is due a voucher, hand-outs.

use std::collections::BTreeSet;

use linli_domain::item::Stage as _;
use linli_domain::operation::EntityId;
use linli_domain::reservation::Reservation;
use linli_domain::round::{RoundKey, Stage};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::item::ItemState;
use crate::{Error, View};

/// Handed out again, in SQL: as the index `item_handed_out_again` has it, word for word. The kind is no help beside it.
const HANDED_OUT_AGAIN: &str = "instr(state, '\"again\":[') > 0 AND +kind = 6";
/// In a round (`?1`), passed (`?2`, `?3`), and without a voucher.
const DUE: &str = "list = ?1 AND kind = 6 AND stage IN (?2, ?3) AND number IS NULL";
/// How many wait for a decision, and how many wait at all.
pub(crate) const WAITING: &str = "SELECT count(*) FILTER (WHERE stage = 'pending'), count(*)
                                  FROM item WHERE kind = 6 AND stage IN ('pending', 'to_notify')";

/// A reservation with its id.
pub type ReservationState = ItemState<Reservation>;

/// Keeps the voucher numbers a reservation ever had.
pub(super) fn save_serials(connection: &Connection, id: EntityId, state: Option<&Reservation>) -> Result<(), Error> {
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

impl View<'_> {
    /// A round's reservations, in order of registration.
    ///
    /// # Errors
    /// The database's.
    pub fn reservations(self, round: EntityId) -> Result<Vec<ReservationState>, Error> {
        self.items(Some(round))
    }

    /// One reservation.
    ///
    /// # Errors
    /// The database's.
    pub fn reservation(self, id: EntityId) -> Result<Option<ReservationState>, Error> {
        self.item(id)
    }

    /// Reservations with a 预约号, in any round: the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn reservations_numbered(self, number: &str) -> Result<Vec<ReservationState>, Error> {
        let written = format!("\"number\":{}", serde_json::to_string(number)?);
        self.items_where("+kind = 6 AND instr(state, ?1) > 0 ORDER BY sort_key, id", [written])
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
        let [passed, told] = Stage::DUE.map(Stage::code);
        self.items_where(&format!("{DUE} AND {off}"), params![round.0, passed, told])
    }

    /// Whether anybody of a round is to get a voucher and has none yet.
    ///
    /// # Errors
    /// The database's.
    pub fn anybody_due(self, round: EntityId) -> Result<bool, Error> {
        let [passed, told] = Stage::DUE.map(Stage::code);
        Ok(self
            .prepare_cached(&format!("SELECT EXISTS (SELECT 1 FROM item WHERE {DUE})"))?
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
        self.items_where(
            "+kind = 6 AND (resident = ?1 OR household = ?2) ORDER BY sort_key DESC, id",
            params![resident.map(|id| id.0), household.map(|id| id.0)],
        )
    }

    /// Reservations that name no person of the roster, and say this name.
    ///
    /// # Errors
    /// The database's.
    pub fn reservations_that_say(self, name: &str) -> Result<Vec<ReservationState>, Error> {
        let written = format!("\"name\":{}", serde_json::to_string(name)?);
        self.items_where("+kind = 6 AND resident IS NULL AND instr(state, ?1) > 0", [written])
    }

    /// Reservations that were handed out again, and into which nobody has looked, in order of registration.
    ///
    /// # Errors
    /// The database's.
    pub fn reservations_to_look_into(self) -> Result<Vec<ReservationState>, Error> {
        let mut again = self.items_where(&format!("{HANDED_OUT_AGAIN} ORDER BY sort_key, id"), [])?;
        again.retain(|reservation: &ReservationState| reservation.state.to_look_into().next().is_some());
        Ok(again)
    }

    /// How many reservations of a round were handed out more than once, as far as nobody found that they were not.
    ///
    /// # Errors
    /// The database's.
    pub fn handed_out_twice(self, round: EntityId) -> Result<usize, Error> {
        let again: Vec<ReservationState> = self.items_where(&format!("{HANDED_OUT_AGAIN} AND list = ?1"), [round.0])?;
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
                "SELECT s.reservation FROM voucher_serial s JOIN item v ON v.id = s.reservation
                 WHERE s.round = ?1 AND s.serial = ?2 ORDER BY v.number IS NOT s.serial, s.reservation LIMIT 1",
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
}
