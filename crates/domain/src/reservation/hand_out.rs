//! Handing out, and what comes to light where one voucher was handed out at two counters that did not know of each other.
//!
//! Must stay true: no hand-out is forgotten that nobody took back knowing of it, and none is judged by a machine: goods that
//! went over two counters are for people to look into.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Reservation;
use crate::guard::{Guard, stands};
use crate::operation::DeviceId;
use crate::time::Moment;

/// A hand-out after another one of the same reservation, of which its PC did not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOut {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// On which PC.
    pub device: DeviceId,
    /// What somebody found out: goods went over this counter too, or only a scan did. `None` until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<bool>,
}

impl Reservation {
    /// When it was handed out, each time: what whoever steps back has seen.
    pub fn hand_outs(&self) -> Vec<Moment> {
        self.collected
            .into_iter()
            .chain(self.again.iter().map(|again| again.at))
            .collect()
    }

    /// What PCs and district compare by digests: hand-outs after the first are left out, because programs before knew of
    /// none, and must not take everybody's data for different over them.
    pub fn compared(&self) -> Cow<'_, Reservation> {
        if self.again.is_empty() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Reservation {
            again: Vec::new(),
            ..self.clone()
        })
    }

    /// How often it was handed out again, as far as nobody found that it was not.
    pub fn handed_out_again(&self) -> usize {
        self.again.iter().filter(|again| again.given != Some(false)).count()
    }

    /// Hand-outs that nobody has looked into.
    pub fn to_look_into(&self) -> impl Iterator<Item = &HandOut> {
        self.again.iter().filter(|again| again.given.is_none())
    }
}

/// All hand-outs of a reservation while it is folded, in the district's order.
#[derive(Debug, Default)]
pub(super) struct HandOuts(Vec<HandOut>);

impl HandOuts {
    pub(super) fn add(&mut self, hand_out: HandOut) {
        if self.0.is_empty() || stands(Guard::HandOutKept) {
            self.0.push(hand_out);
        }
    }

    /// Somebody looked into a hand-out. Goods that anybody found to have gone over it did: another clerk who, not knowing of
    /// that, took it for a scan does not make them come back.
    pub(super) fn looked_into(&mut self, device: DeviceId, at: Moment, given: bool) {
        for hand_out in self
            .0
            .iter_mut()
            .filter(|hand_out| hand_out.device == device && hand_out.at == at)
        {
            hand_out.given = Some(given || hand_out.given == Some(true));
        }
    }

    /// Takes back the hand-outs that were seen; older programs did not say which, and meant all.
    pub(super) fn take_back(&mut self, seen: Option<&[Moment]>) {
        self.0
            .retain(|hand_out| seen.is_some_and(|seen| !seen.contains(&hand_out.at)));
    }

    /// The hand-out that counts, the first that was not found to be a scan only, and the others.
    pub(super) fn told_apart(self) -> (Option<Moment>, Vec<HandOut>) {
        let mut all = self.0;
        let first = all.iter().position(|hand_out| hand_out.given != Some(false));
        let collected = first.map(|first| all.remove(first).at);
        (collected, all)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::tests::registered;
    use super::super::{Reservation, ReservationFact};
    use super::*;
    use crate::item::Item as _;
    use crate::operation::Change;
    use crate::record::Recorded;
    use crate::round::{Decision, Stage};

    fn pc(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    /// What PCs wrote at minutes, in the district's order.
    fn folded(facts: &[(u128, i64, ReservationFact)]) -> Reservation {
        let begun = registered("甲", "501");
        let changes: Vec<Change> = facts
            .iter()
            .map(|(.., fact)| Change::Reservation(fact.clone()))
            .collect();
        let recorded = |change, device, at| Recorded {
            change,
            device: pc(device),
            actor: "董",
            at: Moment(at),
        };
        let facts = facts
            .iter()
            .zip(&changes)
            .map(|((device, at, _), change)| recorded(change, *device, *at));
        Reservation::fold(std::iter::once(recorded(&begun, 1, 0)).chain(facts)).unwrap()
    }

    fn back(to: Stage, seen: Option<&[i64]>) -> ReservationFact {
        let hand_outs = seen.map(|seen| seen.iter().map(|at| Moment(*at)).collect());
        ReservationFact::SteppedBack {
            to,
            reason: "误扫".into(),
            voucher: Some(7),
            hand_outs,
        }
    }

    #[test]
    fn what_two_counters_handed_out_comes_to_light_and_counts_until_found_to_be_a_scan() {
        use ReservationFact::{Collected, LookedInto, Reviewed, VoucherIssued};
        let passed = || Reviewed {
            decision: Decision::Passed,
            reason: None,
        };
        let issued = || [(1, 1, passed()), (1, 2, VoucherIssued { serial: 7, quantity: 5 })];
        let looked = |device, at, given| {
            (
                3,
                9,
                LookedInto {
                    device: pc(device),
                    at: Moment(at),
                    given,
                },
            )
        };
        let (one, two, three) = ((1, 3, Collected), (2, 4, Collected), (3, 5, Collected));
        // What happened after a voucher was issued: handed out at, again at, of which count, to be looked into.
        type Case = (Vec<(u128, i64, ReservationFact)>, Option<i64>, Vec<i64>, usize, usize);
        let cases: Vec<Case> = vec![
            (vec![one.clone()], Some(3), vec![], 0, 0),
            (vec![one.clone(), two.clone()], Some(3), vec![4], 1, 1),
            (vec![two.clone(), one.clone(), three.clone()], Some(4), vec![3, 5], 2, 2),
            (
                vec![one.clone(), two.clone(), looked(2, 4, true)],
                Some(3),
                vec![4],
                1,
                0,
            ),
            (
                vec![one.clone(), two.clone(), looked(2, 4, false)],
                Some(3),
                vec![4],
                0,
                0,
            ),
            (
                vec![one.clone(), two.clone(), looked(2, 3, false)],
                Some(3),
                vec![4],
                1,
                1,
            ),
            (
                vec![one.clone(), two.clone(), looked(2, 4, false), three.clone()],
                Some(3),
                vec![4, 5],
                1,
                1,
            ),
            // Goods that somebody found went over it did, whoever took it for a scan before or after.
            (
                vec![one.clone(), two.clone(), looked(2, 4, true), looked(2, 4, false)],
                Some(3),
                vec![4],
                1,
                0,
            ),
            (
                vec![one.clone(), two.clone(), looked(2, 4, false), looked(2, 4, true)],
                Some(3),
                vec![4],
                1,
                0,
            ),
            // Each of two clerks found that only the hand-out did that was the first on his PC.
            (
                vec![
                    one.clone(),
                    two.clone(),
                    looked(1, 3, true),
                    looked(2, 4, false),
                    looked(2, 4, true),
                    looked(1, 3, false),
                ],
                Some(3),
                vec![4],
                1,
                0,
            ),
            // The first one was undone, or came to the district later, and the other was a scan only.
            (vec![two.clone(), looked(2, 4, false)], None, vec![4], 0, 0),
            (vec![two.clone(), looked(2, 4, false), three], Some(5), vec![4], 0, 0),
            (
                vec![two.clone(), one.clone(), looked(2, 4, false)],
                Some(3),
                vec![4],
                0,
                0,
            ),
            (
                vec![two.clone(), looked(2, 4, false), looked(2, 4, true)],
                Some(4),
                vec![],
                0,
                0,
            ),
            (
                vec![
                    one.clone(),
                    two.clone(),
                    looked(2, 4, false),
                    (1, 6, back(Stage::Notified, Some(&[3]))),
                ],
                None,
                vec![4],
                0,
                0,
            ),
            // Taken back where both were seen, one of them, and none.
            (
                vec![one.clone(), two.clone(), (1, 6, back(Stage::Notified, Some(&[3, 4])))],
                None,
                vec![],
                0,
                0,
            ),
            (
                vec![one.clone(), two.clone(), (1, 6, back(Stage::Notified, Some(&[3])))],
                Some(4),
                vec![],
                0,
                0,
            ),
            (
                vec![one.clone(), two.clone(), (2, 6, back(Stage::Notified, Some(&[4])))],
                Some(3),
                vec![],
                0,
                0,
            ),
            (
                vec![one.clone(), (2, 6, back(Stage::Pending, Some(&[])))],
                Some(3),
                vec![],
                0,
                0,
            ),
            (vec![one, two, (1, 6, back(Stage::Pending, None))], None, vec![], 0, 0),
        ];
        for (after, collected, again, counted, to_look_into) in cases {
            let state = folded(&[issued().to_vec(), after.clone()].concat());
            assert_eq!(state.collected, collected.map(Moment), "{after:?}");
            assert_eq!(
                state.again.iter().map(|again| again.at.0).collect::<Vec<_>>(),
                again,
                "{after:?}"
            );
            assert_eq!(
                (state.handed_out_again(), state.to_look_into().count()),
                (counted, to_look_into),
                "{after:?}"
            );
        }
    }

    #[test]
    fn older_programs_fold_the_same_and_compare_the_same() {
        let once = (1, 3, ReservationFact::Collected);
        let state = folded(std::slice::from_ref(&once));
        let twice = folded(&[once, (2, 4, ReservationFact::Collected)]);
        assert_eq!((twice.again.len(), twice.compared().as_ref()), (1, &state));
        assert_eq!(state.compared().as_ref(), &state);
        let json = serde_json::to_string(&state).unwrap();
        assert!(!json.contains("again"), "the JSON is as it was: {json}");
        assert_eq!(serde_json::from_str::<Reservation>(&json).unwrap(), state);
        let old: ReservationFact =
            serde_json::from_str(r#"{"stepped_back":{"to":"notified","reason":"误扫"}}"#).unwrap();
        assert!(matches!(old, ReservationFact::SteppedBack { hand_outs: None, .. }));
    }
}
