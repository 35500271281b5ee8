//! What may be done with a reservation at its stage: reviewing, telling, handing out, stepping back. Said once, for the
//! screens, the command line and whoever plays clerks.

use chrono::NaiveDate;

use super::Reservation;
use crate::item::Item as _;
use crate::refusal::Refusal;
use crate::round::{Decision, RoundDefinition, Stage};
use crate::voucher;

/// Why a voucher is not served, and whether the clerk may decide otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotServed {
    /// Why.
    pub why: Refusal,
    /// Only the days of collection speak against it: they are the clerk's to see to.
    pub may_override: bool,
}

impl Reservation {
    /// Whether a decision is one in a round of this number: not where it holds already.
    ///
    /// # Errors
    /// It has come too far, or a voucher is in somebody's hand.
    pub fn may_decide(&self, decision: Decision, round: u32) -> Result<bool, Refusal> {
        let decided = self.review.as_ref().map(|review| review.decision);
        match self.stage() {
            Stage::Pending => Ok(true),
            Stage::Rejected | Stage::ToNotify if decided == Some(decision) => Ok(false),
            // Turned down by mistake, or passed and nobody told yet: the new decision holds.
            Stage::Rejected | Stage::ToNotify => match self.voucher {
                Some((serial, _)) => Err(Refusal::VoucherOut {
                    voucher: voucher::number(round, serial),
                }),
                None => Ok(true),
            },
            stage @ (Stage::Notified | Stage::Collected) => Err(Refusal::DecidedLongAgo { stage }),
        }
    }

    /// Whether somebody may be told that a voucher waits, again too.
    ///
    /// # Errors
    /// At this stage nobody is.
    pub fn may_be_told(&self) -> Result<(), Refusal> {
        match self.stage() {
            Stage::ToNotify | Stage::Notified => Ok(()),
            stage => Err(Refusal::NotToBeTold { stage }),
        }
    }

    /// Whether it may go back to a stage.
    ///
    /// # Errors
    /// The stage does not lie behind.
    pub fn may_step_back(&self, to: Stage) -> Result<(), Refusal> {
        let stage = self.stage();
        match to != Stage::Rejected && to.steps() < stage.steps() {
            true => Ok(()),
            false => Err(Refusal::NoWayBack { stage, to }),
        }
    }

    /// Whether goods may be handed out on a number on a day.
    ///
    /// # Errors
    /// Why not, and whether that is the clerk's to see to.
    pub fn may_be_served(&self, serial: u32, round: &RoundDefinition, today: NaiveDate) -> Result<(), NotServed> {
        let never = |why| {
            Err(NotServed {
                why,
                may_override: false,
            })
        };
        if self.void_vouchers.contains(&serial) {
            return never(Refusal::SteppedBackFrom);
        }
        match (self.stage(), self.collected) {
            (_, Some(at)) => return never(Refusal::handed_out_at(at)),
            (Stage::ToNotify | Stage::Notified, None) => {}
            (stage, None) => return never(Refusal::NotToBeServed { stage }),
        }
        let not_today = |why| {
            Err(NotServed {
                why,
                may_override: true,
            })
        };
        match round.collection() {
            (Some(from), _) if today < from => not_today(Refusal::NotYetCollected { from: from.to_string() }),
            (_, Some(until)) if today > until => not_today(Refusal::CollectedNoMore {
                until: until.to_string(),
            }),
            _ => Ok(()),
        }
    }

    /// Whether goods may still be handed out on a number that was served when it was looked at.
    ///
    /// # Errors
    /// Somebody handed out, or stepped back, meanwhile.
    pub fn still_served(&self, serial: u32) -> Result<(), Refusal> {
        if self.collected.is_some() {
            return Err(Refusal::JustHandedOut);
        }
        match self.voucher {
            Some((standing, _)) if standing == serial => Ok(()),
            _ => Err(Refusal::JustVoid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ReservationFact;
    use super::super::tests::{folded, registered};
    use super::*;
    use crate::item::Stage as _;
    use crate::operation::Change;
    use crate::round::tests::masks;
    use crate::round::{Channel, Outcome};

    /// A reservation of each stage, with and without a voucher.
    fn at(stage: Stage, voucher: bool) -> Reservation {
        let reviewed = |decision| ReservationFact::Reviewed { decision, reason: None };
        let issued = voucher.then_some(ReservationFact::VoucherIssued { serial: 7, quantity: 1 });
        let told = ReservationFact::Notified {
            channel: Channel::Phone,
            outcome: Outcome::Reached,
            note: None,
        };
        let facts: Vec<ReservationFact> = match stage {
            Stage::Pending => vec![],
            Stage::Rejected => vec![reviewed(Decision::Rejected)],
            Stage::ToNotify => [reviewed(Decision::Passed)].into_iter().chain(issued).collect(),
            Stage::Notified => [reviewed(Decision::Passed)]
                .into_iter()
                .chain(issued)
                .chain([told])
                .collect(),
            Stage::Collected => [reviewed(Decision::Passed)]
                .into_iter()
                .chain(issued)
                .chain([ReservationFact::Collected])
                .collect(),
        };
        let changes = std::iter::once(registered("甲", "501")).chain(facts.into_iter().map(Change::Reservation));
        folded(&changes.collect::<Vec<_>>())
    }

    #[test]
    fn what_may_be_done_hangs_on_the_stage() {
        use Stage::{Collected, Notified, Pending, Rejected, ToNotify};
        let out = || Refusal::VoucherOut {
            voucher: voucher::number(1, 7),
        };
        let late = |stage| Err(Refusal::DecidedLongAgo { stage });
        // Stage, voucher; passing, turning down; telling; stages it may go back to.
        type May = Result<bool, Refusal>;
        type Case<'c> = (Stage, bool, May, May, bool, &'c [Stage]);
        let cases: [Case<'_>; 7] = [
            (Pending, false, Ok(true), Ok(true), false, &[]),
            (Rejected, false, Ok(true), Ok(false), false, &[Pending]),
            (ToNotify, false, Ok(false), Ok(true), true, &[Pending]),
            (ToNotify, true, Ok(false), Err(out()), true, &[Pending]),
            (
                Notified,
                false,
                late(Notified),
                late(Notified),
                true,
                &[Pending, ToNotify],
            ),
            (
                Notified,
                true,
                late(Notified),
                late(Notified),
                true,
                &[Pending, ToNotify],
            ),
            (
                Collected,
                true,
                late(Collected),
                late(Collected),
                false,
                &[Pending, ToNotify, Notified],
            ),
        ];
        for (stage, voucher, pass, reject, told, back) in cases {
            let state = at(stage, voucher);
            assert_eq!(state.stage(), stage);
            assert_eq!(state.may_decide(Decision::Passed, 1), pass, "{stage:?}");
            assert_eq!(state.may_decide(Decision::Rejected, 1), reject, "{stage:?} {voucher}");
            assert_eq!(state.may_be_told().is_ok(), told, "{stage:?}");
            let may: Vec<Stage> = Stage::ALL
                .iter()
                .copied()
                .filter(|to| state.may_step_back(*to).is_ok())
                .collect();
            assert!(
                back.len() == may.len() && back.iter().all(|to| may.contains(to)),
                "{stage:?}: {may:?}"
            );
        }
    }

    #[test]
    fn whoever_comes_with_a_voucher_is_served_once_and_in_time() {
        let round = masks(1);
        let day = |day| NaiveDate::from_ymd_opt(2020, 2, day).unwrap();
        let waits = at(Stage::Notified, true);
        assert_eq!(waits.may_be_served(7, &round, day(6)), Ok(()));
        for (today, why) in [
            (
                day(4),
                Refusal::NotYetCollected {
                    from: "2020-02-05".into(),
                },
            ),
            (
                day(9),
                Refusal::CollectedNoMore {
                    until: "2020-02-08".into(),
                },
            ),
        ] {
            assert_eq!(
                waits.may_be_served(7, &round, today),
                Err(NotServed {
                    why,
                    may_override: true
                })
            );
        }
        let served = at(Stage::Collected, true);
        let again = served.may_be_served(7, &round, day(6)).unwrap_err();
        assert!(
            matches!(
                again,
                NotServed {
                    why: Refusal::HandedOutAt { .. },
                    may_override: false
                }
            ),
            "{again:?}"
        );
        assert_eq!(served.still_served(7), Err(Refusal::JustHandedOut));
        assert_eq!(
            (waits.still_served(7), waits.still_served(8)),
            (Ok(()), Err(Refusal::JustVoid))
        );
        let void = Reservation {
            void_vouchers: vec![3],
            ..waits
        };
        let why = void.may_be_served(3, &round, day(6)).unwrap_err().why;
        assert_eq!(why, Refusal::SteppedBackFrom);
        let pending = at(Stage::Pending, false).may_be_served(1, &round, day(6)).unwrap_err();
        assert_eq!(pending.why, Refusal::NotToBeServed { stage: Stage::Pending });
    }
}
