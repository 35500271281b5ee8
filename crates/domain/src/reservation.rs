//! A reservation: one application in a round. Its stage is folded from facts, so nothing that happened is lost.

mod correct;
mod hand_out;
mod may;
mod queued;
mod registration;
mod whose;

pub use correct::CORRECTABLE;
pub use hand_out::HandOut;
pub use may::NotServed;
pub use registration::Registration;
pub use whose::{AsWritten, FIXED, Whose};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::hand_out::HandOuts;
use crate::guard::{Guard, stands};
use crate::item::Item as _;
use crate::operation::{Change, DeviceId, EntityId};
use crate::record::{self, Field, Record, Recorded};
use crate::round::{Channel, Decision, Outcome, Stage};
use crate::time::Moment;

/// Something that happened to a reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReservationFact {
    /// Decided on.
    Reviewed {
        /// Passed or not.
        decision: Decision,
        /// Why not.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Told, or tried to.
    Notified {
        /// How.
        channel: Channel,
        /// With what result.
        outcome: Outcome,
        /// Remark.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// The district is asked to send an SMS; what came of it follows as [`ReservationFact::Notified`].
    SmsAsked,
    /// A voucher number was issued, once and for ever.
    VoucherIssued {
        /// Its serial within the round.
        serial: u32,
        /// The amount it is good for.
        quantity: u32,
    },
    /// Handed out.
    Collected,
    /// Somebody looked into a hand-out after another one: whether goods went over that counter too.
    LookedInto {
        /// The PC of that counter.
        device: DeviceId,
        /// When it was handed out there.
        at: Moment,
        /// Goods went over it.
        given: bool,
    },
    /// Went back to an earlier stage.
    SteppedBack {
        /// Which.
        to: Stage,
        /// Why.
        reason: String,
        /// The voucher that is void by it: the one that was seen. One that another PC issued meanwhile stands.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voucher: Option<u32>,
        /// The hand-outs that are taken back by it: those that were seen. One at another counter meanwhile stands. Older
        /// programs did not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hand_outs: Option<Vec<Moment>>,
    },
    /// 待区级裁定: another committee has a reservation of the same key.
    DistrictHeld,
    /// The district decided which of them stands.
    DistrictDecided {
        /// Whether it is this one.
        granted: bool,
    },
}

/// What the district says about a reservation whose key another committee has too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// Not yet decided.
    Waiting,
    /// This one stands.
    Granted,
    /// The other one stands.
    Denied,
}

/// A decision as folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Passed or not.
    pub decision: Decision,
    /// Why not.
    pub reason: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// An attempt to notify as folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// How.
    pub channel: Channel,
    /// With what result.
    pub outcome: Outcome,
    /// Remark.
    pub note: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// A reservation's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// Its values.
    pub record: Record,
    /// The round.
    pub round: EntityId,
    /// The decision that holds.
    pub review: Option<Review>,
    /// All attempts to notify, whatever became of the reservation later.
    pub attempts: Vec<Attempt>,
    /// The attempt by which it counts as told.
    pub notified: Option<(Channel, Moment)>,
    /// The valid voucher: serial and amount.
    pub voucher: Option<(u32, u32)>,
    /// Voucher serials that were stepped back from: never given out again, never valid again.
    pub void_vouchers: Vec<u32>,
    /// When it was handed out: the first time that was not found to be a scan only.
    pub collected: Option<Moment>,
    /// Its other hand-outs, at counters that did not know of that one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<HandOut>,
    /// What the district says where another committee has the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// When the district was asked for an SMS of which nothing is known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms_asked: Option<Moment>,
}

impl Reservation {
    /// The serial of a voucher that has the pass it was issued on.
    pub fn supported_voucher(&self) -> Option<u32> {
        let passed = self
            .review
            .as_ref()
            .is_some_and(|review| review.decision == Decision::Passed);
        self.voucher.map(|(serial, _)| serial).filter(|_| passed)
    }

    /// Whether its voucher stands although another PC, not knowing of it, turned it down or took the pass back.
    pub fn contested(&self) -> bool {
        self.voucher.is_some() && self.supported_voucher().is_none()
    }

    /// Whether it is to get a voucher: passed, not collected, and none yet.
    pub fn is_due(&self) -> bool {
        Stage::DUE.contains(&self.stage()) && self.voucher.is_none()
    }

    /// Whether the district keeps it from getting a voucher: it has not decided yet, or for another one.
    pub fn is_held_back(&self) -> bool {
        matches!(self.hold, Some(Hold::Waiting | Hold::Denied))
    }

    /// A field's value.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.record.get(field)
    }

    /// The amount asked for.
    pub fn quantity(&self) -> u32 {
        self.get(Field::Quantity)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }

    /// An id kept in a field.
    pub fn id(&self, field: Field) -> Option<EntityId> {
        self.get(field).and_then(|text| text.parse().ok())
    }

    /// The address as given, for comparing and printing.
    pub fn address_text(&self) -> String {
        [Field::Estate, Field::Building, Field::Unit, Field::Room]
            .iter()
            .filter_map(|field| self.get(*field))
            .collect()
    }
}

fn folded<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Reservation> {
    let record = record::fold(changes.clone())?;
    let round = record.get(Field::Round)?.parse().ok()?;
    let mut reservation = Reservation {
        record,
        round,
        review: None,
        attempts: Vec::new(),
        notified: None,
        voucher: None,
        void_vouchers: Vec::new(),
        collected: None,
        again: Vec::new(),
        hold: None,
        sms_asked: None,
    };
    let mut hand_outs = HandOuts::default();
    for recorded in changes {
        if let Change::Reservation(fact) = recorded.change {
            apply(&mut reservation, &mut hand_outs, fact, recorded);
        }
    }
    (reservation.collected, reservation.again) = hand_outs.told_apart();
    Some(reservation)
}

fn apply(reservation: &mut Reservation, hand_outs: &mut HandOuts, fact: &ReservationFact, recorded: Recorded<'_>) {
    let Recorded { device, actor, at, .. } = recorded;
    match fact {
        ReservationFact::Reviewed { decision, reason } => {
            reservation.review = Some(Review {
                decision: *decision,
                reason: reason.clone(),
                by: actor.to_owned(),
                at,
            });
        }
        ReservationFact::Notified { channel, outcome, note } => {
            if *channel == Channel::Sms {
                reservation.sms_asked = None;
            }
            reservation.attempts.push(Attempt {
                channel: *channel,
                outcome: *outcome,
                note: note.clone(),
                by: actor.to_owned(),
                at,
            });
            if *outcome == Outcome::Reached {
                reservation.notified.get_or_insert((*channel, at));
            }
        }
        ReservationFact::VoucherIssued { serial, quantity } => {
            reservation.voucher.get_or_insert((*serial, *quantity));
        }
        ReservationFact::Collected => {
            hand_outs.add(HandOut {
                at,
                by: actor.to_owned(),
                device,
                given: None,
            });
        }
        ReservationFact::LookedInto { device, at, given } => hand_outs.looked_into(*device, *at, *given),
        ReservationFact::SteppedBack {
            to,
            voucher,
            hand_outs: seen,
            ..
        } => {
            hand_outs.take_back(seen.as_deref());
            step_back(reservation, *to, *voucher);
        }
        ReservationFact::SmsAsked => reservation.sms_asked = Some(at),
        ReservationFact::DistrictHeld => reservation.hold = Some(Hold::Waiting),
        ReservationFact::DistrictDecided { granted } => {
            reservation.hold = Some(if *granted { Hold::Granted } else { Hold::Denied });
        }
    }
}

/// Going back clears what lies after the stage gone back to. Going back before the pass voids the voucher that was seen.
fn step_back(reservation: &mut Reservation, to: Stage, seen: Option<u32>) {
    match to {
        Stage::Collected | Stage::Notified => {}
        Stage::ToNotify => reservation.notified = None,
        Stage::Pending | Stage::Rejected => {
            reservation.notified = None;
            reservation.review = None;
            let seen = |(serial, _): &mut (u32, u32)| Some(*serial) == seen || !stands(Guard::UnseenVoucherStands);
            let void = reservation.voucher.take_if(seen);
            reservation.void_vouchers.extend(void.map(|(serial, _)| serial));
        }
    }
}

/// The fields of a new reservation.
pub fn created(fields: impl IntoIterator<Item = (Field, Option<String>)>) -> Change {
    let fields: BTreeMap<Field, String> = fields
        .into_iter()
        .filter_map(|(field, value)| Some((field, value.filter(|text| !text.is_empty())?)))
        .collect();
    Change::Create(fields)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::operation::DeviceId;
    use proptest::prelude::*;

    pub(crate) const ROUND: &str = "00000000-0000-0000-0000-000000000001";

    pub(crate) fn registered(name: &str, room: &str) -> Change {
        created([
            (Field::Round, Some(ROUND.to_owned())),
            (Field::Name, Some(name.to_owned())),
            (Field::Building, Some("12号".to_owned())),
            (Field::Room, Some(room.to_owned())),
            (Field::Quantity, Some("5".to_owned())),
        ])
    }

    pub(crate) fn folded(changes: &[Change]) -> Reservation {
        let recorded: Vec<Recorded> = changes
            .iter()
            .enumerate()
            .map(|(at, change)| Recorded {
                change,
                device: DeviceId(uuid::Uuid::nil()),
                actor: "董",
                at: Moment(at as i64),
            })
            .collect();
        Reservation::fold(recorded.iter().copied()).unwrap()
    }

    fn passed() -> ReservationFact {
        ReservationFact::Reviewed {
            decision: Decision::Passed,
            reason: None,
        }
    }

    fn told(outcome: Outcome) -> ReservationFact {
        ReservationFact::Notified {
            channel: Channel::Phone,
            outcome,
            note: None,
        }
    }

    fn back(to: Stage) -> ReservationFact {
        back_from(to, Some(7))
    }

    fn back_from(to: Stage, voucher: Option<u32>) -> ReservationFact {
        ReservationFact::SteppedBack {
            to,
            reason: "登记有误".into(),
            voucher,
            hand_outs: None,
        }
    }

    #[test]
    fn stages_follow_the_facts() {
        use ReservationFact::{Collected, VoucherIssued};
        let issued = || VoucherIssued { serial: 7, quantity: 5 };
        let refused = || ReservationFact::Reviewed {
            decision: Decision::Rejected,
            reason: Some("重复".into()),
        };
        let cases: Vec<(Vec<ReservationFact>, Stage)> = vec![
            (vec![], Stage::Pending),
            (vec![passed()], Stage::ToNotify),
            (vec![refused()], Stage::Rejected),
            (vec![passed(), told(Outcome::NoAnswer)], Stage::ToNotify),
            (
                vec![passed(), told(Outcome::NoAnswer), told(Outcome::Reached)],
                Stage::Notified,
            ),
            (
                vec![passed(), told(Outcome::Reached), issued(), Collected],
                Stage::Collected,
            ),
            (
                vec![
                    passed(),
                    told(Outcome::Reached),
                    issued(),
                    Collected,
                    back(Stage::Notified),
                ],
                Stage::Notified,
            ),
            (
                vec![passed(), told(Outcome::Reached), back(Stage::ToNotify)],
                Stage::ToNotify,
            ),
            (
                vec![passed(), told(Outcome::Reached), issued(), back(Stage::Pending)],
                Stage::Pending,
            ),
            (vec![passed(), issued(), refused()], Stage::ToNotify),
            (
                vec![passed(), issued(), back_from(Stage::Pending, None)],
                Stage::ToNotify,
            ),
            (vec![refused(), issued(), told(Outcome::Reached)], Stage::Notified),
        ];
        for (facts, stage) in cases {
            let mut changes = vec![registered("甲", "501")];
            changes.extend(facts.into_iter().map(Change::Reservation));
            assert_eq!(folded(&changes).stage(), stage, "{changes:?}");
        }
    }

    #[test]
    fn an_sms_that_was_asked_for_waits_until_its_result_is_there() {
        let by = |channel, outcome| ReservationFact::Notified {
            channel,
            outcome,
            note: None,
        };
        let cases: [(&[ReservationFact], bool); 4] = [
            (&[passed()], false),
            (&[passed(), ReservationFact::SmsAsked], true),
            (&[passed(), ReservationFact::SmsAsked, told(Outcome::NoAnswer)], true),
            (
                &[
                    passed(),
                    ReservationFact::SmsAsked,
                    by(Channel::Sms, Outcome::OutOfService),
                ],
                false,
            ),
        ];
        for (facts, waits) in cases {
            let mut changes = vec![registered("甲", "501")];
            changes.extend(facts.iter().cloned().map(Change::Reservation));
            let reservation = folded(&changes);
            assert_eq!(reservation.sms_asked.is_some(), waits, "{changes:?}");
            assert_eq!(
                reservation.stage(),
                Stage::ToNotify,
                "asking is not telling: {changes:?}"
            );
        }
    }

    #[test]
    fn a_voucher_stepped_back_from_stays_void() {
        let facts = [
            passed(),
            ReservationFact::VoucherIssued { serial: 7, quantity: 5 },
            back(Stage::Pending),
            passed(),
            ReservationFact::VoucherIssued { serial: 9, quantity: 5 },
        ];
        let mut changes = vec![registered("甲", "501")];
        changes.extend(facts.map(Change::Reservation));
        let reservation = folded(&changes);
        assert_eq!(reservation.voucher, Some((9, 5)));
        assert_eq!(reservation.void_vouchers, [7]);
    }

    #[test]
    fn a_voucher_has_its_pass_or_is_contested() {
        let issued = || ReservationFact::VoucherIssued { serial: 7, quantity: 5 };
        let cases: [(&[ReservationFact], Option<u32>); 4] = [
            (&[passed()], None),
            (&[passed(), issued()], Some(7)),
            (&[issued(), ReservationFact::Collected], None),
            (&[passed(), issued(), back(Stage::Pending), passed()], None),
        ];
        for (facts, standing) in cases {
            let mut changes = vec![registered("甲", "501")];
            changes.extend(facts.iter().cloned().map(Change::Reservation));
            let reservation = folded(&changes);
            assert_eq!(reservation.supported_voucher(), standing, "{changes:?}");
            assert_eq!(
                reservation.contested(),
                reservation.voucher.is_some() && standing.is_none(),
                "{changes:?}"
            );
        }
    }

    #[test]
    fn the_district_holds_and_decides() {
        use ReservationFact::{DistrictDecided, DistrictHeld};
        let decided = |granted| DistrictDecided { granted };
        let cases: [(&[ReservationFact], Option<Hold>); 4] = [
            (&[], None),
            (&[DistrictHeld], Some(Hold::Waiting)),
            (&[DistrictHeld, decided(true)], Some(Hold::Granted)),
            (&[DistrictHeld, decided(false)], Some(Hold::Denied)),
        ];
        for (facts, hold) in cases {
            let mut changes = vec![registered("甲", "501")];
            changes.extend(facts.iter().cloned().map(Change::Reservation));
            assert_eq!(folded(&changes).hold, hold, "{changes:?}");
        }
    }

    proptest! {
        /// Whatever happens, every attempt to notify is kept and a voucher number is never valid twice.
        #[test]
        fn nothing_that_happened_is_lost(kinds in prop::collection::vec(0..7u8, 0..30)) {
            let facts = kinds.iter().enumerate().map(|(serial, kind)| match kind {
                0 => passed(),
                1 => told(Outcome::Reached),
                2 => told(Outcome::NoAnswer),
                3 => ReservationFact::VoucherIssued { serial: serial as u32, quantity: 1 },
                4 => ReservationFact::Collected,
                5 => back(Stage::Pending),
                _ => back(Stage::ToNotify),
            });
            let mut changes = vec![registered("甲", "501")];
            changes.extend(facts.map(Change::Reservation));
            let reservation = folded(&changes);
            let attempts = kinds.iter().filter(|kind| (1..=2).contains(*kind)).count();
            prop_assert_eq!(reservation.attempts.len(), attempts);
            let valid = reservation.voucher.map(|(serial, _)| serial);
            prop_assert!(valid.is_none_or(|serial| !reservation.void_vouchers.contains(&serial)));
        }
    }
}
