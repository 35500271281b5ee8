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
        self.collected.into_iter().chain(self.again.iter().map(|again| again.at)).collect()
    }

    /// What PCs and district compare by digests: hand-outs after the first are left out, because programs before knew of
    /// none, and must not take everybody's data for different over them.
    pub fn compared(&self) -> Cow<'_, Reservation> {
        if self.again.is_empty() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Reservation { again: Vec::new(), ..self.clone() })
    }

    /// How often it was handed out again, as far as nobody found that it was not.
    pub fn handed_out_again(&self) -> usize {
        self.again.iter().filter(|again| again.given != Some(false)).count()
    }

    /// Hand-outs that nobody has looked into.
    pub fn to_look_into(&self) -> impl Iterator<Item = &HandOut> {
        self.again.iter().filter(|again| again.given.is_none())
    }

    pub(super) fn hand_out(&mut self, again: HandOut) {
        match self.collected {
            None => self.collected = Some(again.at),
            Some(_) if stands(Guard::HandOutKept) => self.again.push(again),
            Some(_) => {}
        }
    }

    /// Somebody looked into a hand-out.
    pub(super) fn looked_into(&mut self, device: DeviceId, at: Moment, given: bool) {
        for again in self.again.iter_mut().filter(|again| again.device == device && again.at == at) {
            again.given = Some(given);
        }
    }

    /// Takes back the hand-outs that were seen; older programs did not say which, and meant all.
    pub(super) fn take_back(&mut self, seen: Option<&[Moment]>) {
        let Some(seen) = seen else {
            self.collected = None;
            self.again.clear();
            return;
        };
        self.again.retain(|again| !seen.contains(&again.at));
        if self.collected.is_some_and(|at| seen.contains(&at)) {
            self.collected = (!self.again.is_empty()).then(|| self.again.remove(0).at);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::tests::registered;
    use super::super::{ReservationFact, fold};
    use super::*;
    use crate::operation::Change;
    use crate::record::Recorded;
    use crate::round::{Decision, Stage};

    fn pc(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    /// What PCs wrote at minutes, in the district's order.
    fn folded(facts: &[(u128, i64, ReservationFact)]) -> Reservation {
        let begun = registered("甲", "501");
        let changes: Vec<Change> = facts.iter().map(|(.., fact)| Change::Reservation(fact.clone())).collect();
        let recorded = |change, device, at| Recorded { change, device: pc(device), actor: "董", at: Moment(at) };
        let facts = facts.iter().zip(&changes).map(|((device, at, _), change)| recorded(change, *device, *at));
        fold(std::iter::once(recorded(&begun, 1, 0)).chain(facts).collect::<Vec<_>>()).unwrap()
    }

    fn back(to: Stage, seen: Option<&[i64]>) -> ReservationFact {
        let hand_outs = seen.map(|seen| seen.iter().map(|at| Moment(*at)).collect());
        ReservationFact::SteppedBack { to, reason: "误扫".into(), voucher: Some(7), hand_outs }
    }

    #[test]
    fn what_two_counters_handed_out_comes_to_light_and_stays_until_somebody_looks_into_it() {
        use ReservationFact::{Collected, LookedInto, Reviewed, VoucherIssued};
        let passed = || Reviewed { decision: Decision::Passed, reason: None };
        let issued = || [(1, 1, passed()), (1, 2, VoucherIssued { serial: 7, quantity: 5 })];
        let looked = |device, at, given| (3, 9, LookedInto { device: pc(device), at: Moment(at), given });
        let (one, two, three) = ((1, 3, Collected), (2, 4, Collected), (3, 5, Collected));
        // What happened after a voucher was issued: handed out at, again at, of which count, to be looked into.
        type Case = (Vec<(u128, i64, ReservationFact)>, Option<i64>, Vec<i64>, usize, usize);
        let cases: Vec<Case> = vec![
            (vec![one.clone()], Some(3), vec![], 0, 0),
            (vec![one.clone(), two.clone()], Some(3), vec![4], 1, 1),
            (vec![two.clone(), one.clone(), three.clone()], Some(4), vec![3, 5], 2, 2),
            (vec![one.clone(), two.clone(), looked(2, 4, true)], Some(3), vec![4], 1, 0),
            (vec![one.clone(), two.clone(), looked(2, 4, false)], Some(3), vec![4], 0, 0),
            (vec![one.clone(), two.clone(), looked(2, 3, false)], Some(3), vec![4], 1, 1),
            (vec![one.clone(), two.clone(), looked(2, 4, false), three], Some(3), vec![4, 5], 1, 1),
            // Taken back where both were seen, one of them, and none.
            (vec![one.clone(), two.clone(), (1, 6, back(Stage::Notified, Some(&[3, 4])))], None, vec![], 0, 0),
            (vec![one.clone(), two.clone(), (1, 6, back(Stage::Notified, Some(&[3])))], Some(4), vec![], 0, 0),
            (vec![one.clone(), two.clone(), (2, 6, back(Stage::Notified, Some(&[4])))], Some(3), vec![], 0, 0),
            (vec![one.clone(), (2, 6, back(Stage::Pending, Some(&[])))], Some(3), vec![], 0, 0),
            (vec![one, two, (1, 6, back(Stage::Pending, None))], None, vec![], 0, 0),
        ];
        for (after, collected, again, counted, to_look_into) in cases {
            let state = folded(&[issued().to_vec(), after.clone()].concat());
            assert_eq!(state.collected, collected.map(Moment), "{after:?}");
            assert_eq!(state.again.iter().map(|again| again.at.0).collect::<Vec<_>>(), again, "{after:?}");
            assert_eq!((state.handed_out_again(), state.to_look_into().count()), (counted, to_look_into), "{after:?}");
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
