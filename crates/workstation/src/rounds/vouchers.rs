//! Voucher numbers and their signed QR texts. On a PC without a district the round's quota is the lease: serials
//! run from 1 to the quota, and one that was stepped back from is never given out again.

use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::reservation::ReservationFact;
use linli_domain::round::{RoundDefinition, Stage};
use linli_domain::voucher::Voucher;
use linli_store::{Draft, View, Written};

use crate::{Error, Workstation};

/// The next serial of a round.
pub(super) fn next_serial(view: View<'_>, round: EntityId, definition: &RoundDefinition) -> Result<u32, Error> {
    let next = view.last_serial(round)? + 1;
    if next > definition.quota {
        return Err(Error::QuotaUsedUp { quota: definition.quota });
    }
    Ok(next)
}

/// Issues voucher numbers, in order of registration, to those of `wanted` (all where `None`) that passed and have
/// none yet. One per key: a second reservation of the same key gets none, whatever was decided.
pub(crate) fn issue(ws: &Workstation, round: EntityId, wanted: Option<&[EntityId]>) -> Result<Written, Error> {
    ws.write(Action::VouchersIssued, |view| {
        let definition = view.round(round)?.ok_or(Error::NotFound { what: "轮次" })?.definition;
        let reservations = view.reservations(round)?;
        let mut served: std::collections::HashSet<String> = reservations
            .iter()
            .filter(|reservation| reservation.state.voucher.is_some())
            .filter_map(|reservation| reservation.state.key(definition.key))
            .collect();
        let mut serial = view.last_serial(round)?;
        let mut drafts = Vec::new();
        for reservation in &reservations {
            let state = &reservation.state;
            let due = matches!(state.stage(), Stage::ToNotify | Stage::Notified)
                && state.voucher.is_none()
                && wanted.is_none_or(|wanted| wanted.contains(&reservation.id));
            if !due || state.key(definition.key).is_some_and(|key| !served.insert(key)) {
                continue;
            }
            serial += 1;
            if serial > definition.quota {
                return Err(Error::QuotaUsedUp { quota: definition.quota });
            }
            let fact = ReservationFact::VoucherIssued { serial, quantity: state.quantity() };
            let change = Change::Reservation(fact);
            drafts.push(Draft { kind: EntityKind::Reservation, entity: reservation.id, change });
        }
        Ok(drafts)
    })
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
