use super::*;
use crate::address::AddressParts;
use crate::operation::Change;
use crate::reservation::ReservationFact;
use crate::reservation::tests::{folded, registered};
use crate::round::Decision;
use crate::round::tests::masks;

struct Nobody;

impl Whose for Nobody {
    fn standing(&self, id: EntityId) -> EntityId {
        id
    }

    fn home_of(&self, _: EntityId) -> Option<EntityId> {
        None
    }

    fn address_of(&self, _: EntityId) -> Option<AddressParts> {
        None
    }

    fn in_full(&self, address: AddressParts) -> AddressParts {
        address
    }
}

impl Roster for Nobody {
    fn person(&self, _: EntityId) -> Option<&RosterPerson> {
        None
    }
}

#[test]
fn a_voucher_that_lost_its_pass_is_told() {
    let issued = ReservationFact::VoucherIssued { serial: 7, quantity: 5 };
    let passed = ReservationFact::Reviewed {
        decision: Decision::Passed,
        reason: None,
    };
    let rejected = ReservationFact::Reviewed {
        decision: Decision::Rejected,
        reason: None,
    };
    let round = masks(2);
    let cases = [
        (vec![passed.clone(), issued.clone()], false),
        (vec![issued.clone()], true),
        (vec![passed, issued.clone(), rejected], true),
    ];
    for (facts, told) in cases {
        let mut changes = vec![registered("甲", "501")];
        changes.extend(facts.into_iter().map(Change::Reservation));
        let today = NaiveDate::from_ymd_opt(2020, 2, 3).unwrap();
        let check = RoundCheck {
            round: &round,
            today,
            roster: &Nobody,
            earlier: &HashMap::default(),
        };
        let found = check.check(std::iter::once(&folded(&changes))).remove(0);
        let finding = found.iter().find(|finding| finding.code() == "voucher_without_pass");
        assert_eq!(finding.is_some(), told, "{changes:?}");
        assert!(finding.is_none_or(|finding| finding.text().contains("02-00007-") && finding.blocking()));
    }
}

#[test]
fn a_building_that_no_pick_up_point_names_is_told() {
    let today = NaiveDate::from_ymd_opt(2020, 2, 3).unwrap();
    let point = |name: &str, buildings: &[&str]| PickUpPoint {
        name: name.into(),
        buildings: buildings.iter().map(|building| (*building).to_owned()).collect(),
        ..Default::default()
    };
    let with = |pick_up: &str| {
        let Change::Create(mut fields) = registered("甲", "501") else {
            unreachable!()
        };
        fields.insert(Field::PickUp, pick_up.to_owned());
        folded(&[Change::Create(fields)])
    };
    let cases = [
        (vec![point("东门", &["1号"]), point("西门", &["2号"])], "东门", true),
        (vec![point("东门", &["1号"]), point("西门", &["2号"])], "西门", false),
        (vec![point("东门", &["12号"]), point("西门", &["2号"])], "东门", false),
        (vec![point("东门", &["1号"]), point("西门", &[])], "东门", false),
    ];
    for (pick_ups, given, told) in cases {
        let round = RoundDefinition { pick_ups, ..masks(9) };
        let check = RoundCheck {
            round: &round,
            today,
            roster: &Nobody,
            earlier: &HashMap::default(),
        };
        let found = check.check(std::iter::once(&with(given))).remove(0);
        let finding = found.iter().find(|finding| finding.code() == "no_pick_up");
        assert_eq!(finding.is_some(), told, "{given} {:?}", round.pick_ups);
        assert!(finding.is_none_or(|finding| !finding.blocking() && finding.text().contains("12号")));
    }
}

/// A pass makes no number: who stands beyond the quota is told so until there is one.
#[test]
fn beyond_the_quota_is_told_until_there_is_a_voucher() {
    let round = masks(2);
    let today = NaiveDate::from_ymd_opt(2020, 2, 3).unwrap();
    let check = RoundCheck {
        round: &round,
        today,
        roster: &Nobody,
        earlier: &HashMap::default(),
    };
    let passed = Change::Reservation(ReservationFact::Reviewed {
        decision: Decision::Passed,
        reason: None,
    });
    let issued = Change::Reservation(ReservationFact::VoucherIssued { serial: 2, quantity: 1 });
    for (more, told) in [
        (vec![], true),
        (vec![passed.clone()], true),
        (vec![passed, issued], false),
    ] {
        let homes: Vec<Reservation> = (0..=round.quota)
            .map(|at| {
                let mut changes = vec![registered("甲", &format!("{}", 101 + at))];
                changes.extend(more.iter().cloned());
                folded(&changes)
            })
            .collect();
        let found = check.check(homes.iter());
        let last = found
            .last()
            .unwrap()
            .iter()
            .any(|finding| finding.code() == "over_quota");
        let first = found[0].iter().any(|finding| finding.code() == "over_quota");
        assert_eq!((first, last), (false, told), "{more:?}");
    }
}

#[test]
fn whoever_will_get_no_voucher_is_told_before_he_is_told_yes() {
    let issued = || ReservationFact::VoucherIssued { serial: 7, quantity: 5 };
    let passed = || ReservationFact::Reviewed {
        decision: Decision::Passed,
        reason: None,
    };
    let rejected = || ReservationFact::Reviewed {
        decision: Decision::Rejected,
        reason: None,
    };
    let held = |granted| {
        [
            ReservationFact::DistrictHeld,
            ReservationFact::DistrictDecided { granted },
        ]
    };
    let with = |facts: &[ReservationFact]| {
        let mut changes = vec![registered("甲", "501")];
        changes.extend(facts.iter().cloned().map(Change::Reservation));
        folded(&changes)
    };
    let served = with(&[passed(), issued()]);
    let round = masks(2);
    let today = NaiveDate::from_ymd_opt(2020, 2, 3).unwrap();
    let check = RoundCheck {
        round: &round,
        today,
        roster: &Nobody,
        earlier: &HashMap::default(),
    };
    let cases = [
        (vec![], vec!["key_served"]),
        (vec![passed()], vec!["key_served"]),
        (vec![rejected()], vec![]),
        (vec![ReservationFact::DistrictHeld], vec!["held", "key_served"]),
        (held(false).to_vec(), vec!["held", "key_served"]),
        (held(true).to_vec(), vec!["key_served"]),
    ];
    for (facts, codes) in cases {
        // The first to register, and passed; somebody of the same home came to the counter and was served.
        let all = [with(&facts), served.clone()];
        let found = check.check(all.iter());
        let told: Vec<&str> = found[0]
            .iter()
            .map(Finding::code)
            .filter(|code| ["held", "key_served"].contains(code))
            .collect();
        assert_eq!(told, codes, "{facts:?}");
        assert!(
            found[0]
                .iter()
                .filter(|f| codes.contains(&f.code()))
                .all(Finding::blocking)
        );
        assert!(
            !found[1].iter().any(|finding| finding.code() == "key_served"),
            "who has it has it"
        );
    }
}
