//! Correcting a reservation: what may still be changed by hand, and taking a registration back. Whose it is stays
//! ([`super::FIXED`]): whoever was registered under a wrong number or address is taken back and registered anew.

use super::{Reservation, ReservationFact};
use crate::item::Item as _;
use crate::record::Field;
use crate::refusal::Refusal;
use crate::round::{Decision, Stage};

/// Fields that may be corrected, each as far as [`Reservation::may_correct`] says.
pub const CORRECTABLE: [Field; 5] = [Field::Name, Field::Phone, Field::Quantity, Field::PickUp, Field::Note];

impl Reservation {
    /// Whether a field may be corrected now. A voucher says amount and place, and an amount that differs from it would be
    /// handed out unseen; name and phone are whose it is where nothing else tells.
    ///
    /// # Errors
    /// Why not, and what to do instead.
    pub fn may_correct(&self, field: Field) -> Result<(), Refusal> {
        let known_otherwise = self.id(Field::Resident).is_some() || self.get(Field::DocumentNumber).is_some();
        match field {
            Field::Note => Ok(()),
            _ if !CORRECTABLE.contains(&field) => Err(Refusal::SaysWhose),
            _ if self.collected.is_some() => Err(Refusal::HandedOut),
            Field::Name | Field::Phone if known_otherwise => Ok(()),
            _ if self.voucher.is_some() => Err(Refusal::VoucherSaysOtherwise),
            _ => Ok(()),
        }
    }

    /// What takes a registration back: it steps back to before the pass, which voids its voucher, and is turned down with
    /// the reason, so that its home or person may be registered anew and everything stays on the timeline.
    ///
    /// # Errors
    /// It was handed out, or turned down before.
    pub fn withdrawal(&self, reason: &str) -> Result<Vec<ReservationFact>, Refusal> {
        if self.stage() == Stage::Collected {
            return Err(Refusal::HandedOut);
        }
        if self.stage() == Stage::Rejected {
            return Err(Refusal::TurnedDown);
        }
        let voucher = self.voucher.map(|(serial, _)| serial);
        let (reason_back, hand_outs) = (reason.to_owned(), Some(self.hand_outs()));
        let back = ReservationFact::SteppedBack {
            to: Stage::Pending,
            reason: reason_back,
            voucher,
            hand_outs,
        };
        let decided = ReservationFact::Reviewed {
            decision: Decision::Rejected,
            reason: Some(reason.to_owned()),
        };
        let begun = self.review.is_some() || voucher.is_some();
        Ok(begun.then_some(back).into_iter().chain([decided]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ROUND, folded, registered};
    use super::*;
    use crate::operation::Change;

    fn passed() -> ReservationFact {
        ReservationFact::Reviewed {
            decision: Decision::Passed,
            reason: None,
        }
    }

    fn after(document: Option<&str>, facts: &[ReservationFact]) -> Reservation {
        let Change::Create(mut fields) = registered("甲", "501") else {
            unreachable!()
        };
        fields.extend(document.map(|number| (Field::DocumentNumber, number.to_owned())));
        let facts = facts.iter().cloned().map(Change::Reservation);
        folded(&std::iter::once(Change::Create(fields)).chain(facts).collect::<Vec<_>>())
    }

    #[test]
    fn what_a_voucher_says_is_not_corrected_behind_it() {
        use Refusal as No;
        use ReservationFact::{Collected, VoucherIssued};
        let issued = || VoucherIssued { serial: 7, quantity: 5 };
        let nothing: &[ReservationFact] = &[];
        let out: &[ReservationFact] = &[passed(), issued()];
        let gone: &[ReservationFact] = &[passed(), issued(), Collected];
        let cases = [
            (None, nothing, Field::Quantity, Ok(())),
            (None, nothing, Field::Phone, Ok(())),
            (None, nothing, Field::Room, Err(No::SaysWhose)),
            (None, nothing, Field::DocumentNumber, Err(No::SaysWhose)),
            (None, out, Field::Quantity, Err(No::VoucherSaysOtherwise)),
            (None, out, Field::PickUp, Err(No::VoucherSaysOtherwise)),
            (None, out, Field::Phone, Err(No::VoucherSaysOtherwise)),
            (Some(ROUND), out, Field::Phone, Ok(())),
            (Some(ROUND), out, Field::Name, Ok(())),
            (None, out, Field::Note, Ok(())),
            (Some(ROUND), gone, Field::Phone, Err(No::HandedOut)),
            (Some(ROUND), gone, Field::Note, Ok(())),
        ];
        for (document, facts, field, may) in cases {
            assert_eq!(after(document, facts).may_correct(field), may, "{field:?} {facts:?}");
        }
    }

    #[test]
    fn nothing_that_says_whose_it_is_may_be_corrected() {
        assert!(CORRECTABLE.iter().all(|field| !super::super::FIXED.contains(field)));
    }

    #[test]
    fn taking_back_voids_the_voucher_and_frees_the_key() {
        let issued = ReservationFact::VoucherIssued { serial: 7, quantity: 5 };
        for facts in [vec![], vec![passed()], vec![passed(), issued]] {
            let before = after(None, &facts);
            let all = [facts.clone(), before.withdrawal("登记错了").unwrap()].concat();
            let taken = after(None, &all);
            assert_eq!((taken.stage(), taken.voucher), (Stage::Rejected, None), "{all:?}");
            assert_eq!(
                taken.void_vouchers.len(),
                usize::from(before.voucher.is_some()),
                "{all:?}"
            );
            assert_eq!(taken.withdrawal("再来"), Err(Refusal::TurnedDown));
        }
        let gone = after(None, &[passed(), ReservationFact::Collected]);
        assert_eq!(gone.withdrawal("登记错了"), Err(Refusal::HandedOut));
    }
}
