//! Voucher numbers and their signed QR texts. On a PC without a district the round's quota is the lease: serials
//! run from 1 to the quota, and one that was stepped back from is never given out again.

use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::record::standing;
use linli_domain::reservation::ReservationFact;
use linli_domain::round::{RoundDefinition, Stage};
use linli_domain::voucher::Voucher;
use linli_store::{Draft, ReservationState, View, Written};

use crate::{Error, Workstation};

/// The next serial of a round.
pub(super) fn next_serial(view: View<'_>, round: EntityId, definition: &RoundDefinition) -> Result<u32, Error> {
    let next = view.last_serial(round)? + 1;
    if next > definition.quota {
        return Err(Error::QuotaUsedUp { quota: definition.quota });
    }
    Ok(next)
}

/// What issuing did.
pub(crate) struct Issued {
    pub(crate) written: Written,
    /// How many were due and got none, because the quota is used up: 待发号.
    pub(crate) waiting: usize,
}

/// Issues voucher numbers, in order of registration, to those of `wanted` (all where `None`) that passed and have
/// none yet, as far as the quota goes. One per key: a second reservation of the same key gets none, whatever was
/// decided.
pub(crate) fn issue(ws: &Workstation, round: EntityId, wanted: Option<&[EntityId]>) -> Result<Issued, Error> {
    let mut waiting = 0;
    let written = ws.write(Action::VouchersIssued, |view| {
        let definition = view.round(round)?.ok_or(Error::NotFound { what: "轮次" })?.definition;
        let reservations = view.reservations(round)?;
        let merged = view.merged()?;
        let now = |id| standing(id, |id| merged.get(&id).copied());
        let key = |reservation: &ReservationState| reservation.state.key(definition.key, now);
        let mut served: std::collections::HashSet<String> =
            reservations.iter().filter(|reservation| reservation.state.voucher.is_some()).filter_map(key).collect();
        let left = definition.quota.saturating_sub(view.last_serial(round)?) as usize;
        let mut due: Vec<&ReservationState> = reservations
            .iter()
            .filter(|reservation| is_due(reservation) && wanted.is_none_or(|wanted| wanted.contains(&reservation.id)))
            .filter(|reservation| key(reservation).is_none_or(|key| served.insert(key)))
            .collect();
        waiting = due.len().saturating_sub(left);
        due.truncate(left);
        let first = view.last_serial(round)? + 1;
        let drafts = (first..).zip(due).map(|(serial, reservation)| {
            let fact = ReservationFact::VoucherIssued { serial, quantity: reservation.state.quantity() };
            Draft { kind: EntityKind::Reservation, entity: reservation.id, change: Change::Reservation(fact) }
        });
        Ok(drafts.collect())
    })?;
    Ok(Issued { written, waiting })
}

/// Whether a reservation passed and has no voucher yet.
pub(crate) fn is_due(reservation: &ReservationState) -> bool {
    matches!(reservation.state.stage(), Stage::ToNotify | Stage::Notified) && reservation.state.voucher.is_none()
}

/// What a voucher's QR code says.
pub(crate) fn qr_text(
    key: &ed25519_dalek::SigningKey,
    round: EntityId,
    definition: &RoundDefinition,
    serial: u32,
    quantity: u32,
) -> String {
    let quantity = quantity.try_into().unwrap_or(u16::MAX);
    Voucher { round, serial, quantity, until: definition.collection().1 }.qr_text(key)
}
