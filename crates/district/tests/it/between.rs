//! Between committees: whose a person or home is, and what staff decide.

use linli_district::hold::Decided;
use linli_domain::operation::{Action, Change, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::{Hold, created};
use linli_domain::round::RoundKey;
use linli_store::Draft;

use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district, id, issued, opened, passed, registered, round_file};

#[test]
fn one_person_has_one_home_committee_per_round() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Person, 100);
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        here.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "31010119900101001x")],
        );
        there.write(
            Action::ReservationRegistered,
            vec![
                registered(2, round, "7号", "701", "31010119900101001X"),
                registered(3, round, "7号", "702", "another"),
            ],
        );
        here.exchange(&district);
        there.exchange(&district);
        let hold = |pc: &Pc, reservation| {
            pc.store
                .view()
                .reservation(id(reservation))
                .unwrap()
                .unwrap()
                .state
                .hold
        };
        assert_eq!(hold(&here, 1), None, "{}", database.name);
        assert_eq!(hold(&there, 2), Some(Hold::Waiting), "{}", database.name);
        assert_eq!(hold(&there, 3), None);
        there.lease(&district, round, 20, &[""]);
        there.write(
            Action::VouchersIssued,
            vec![passed(2), issued(2, 1), passed(3), issued(3, 2)],
        );
        assert_eq!(there.rejected(&district), ["held"], "{}", database.name);
        assert!(here.agrees(&district) && there.agrees(&district), "{}", database.name);
    }
}

#[test]
fn what_the_district_says_of_something_does_not_keep_it_from_being_taken_back() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let [mut here, mut there, mut beside] = [1, 2, 2].map(|number| Pc::of(&district, number));
        here.write(Action::RosterImported, vec![household(50, "1号", "101")]);
        here.exchange(&district);
        let imported = there.write(
            Action::RosterImported,
            vec![household(60, "1号", "101"), household(61, "7号", "701")],
        );
        let registering = vec![registered(2, round, "1号", "101", "E1000001")];
        let registering = there.write(Action::ReservationRegistered, registering);
        there.exchange(&district);
        let said = |number| there.store.view().changes_of(id(number)).unwrap().len();
        assert_eq!(
            (said(60), said(61), said(2)),
            (2, 1, 2),
            "{}: marked and held",
            database.name
        );
        for batch in [registering, imported] {
            let author = there.author(Action::Undone);
            assert_eq!(there.store.undo(&author, batch).unwrap().kept, [], "{}", database.name);
        }
        there.exchange(&district);
        beside.exchange(&district);
        for pc in [&mut there, &mut beside] {
            assert_eq!(pc.store.view().households().unwrap(), [], "{}", database.name);
            assert_eq!(pc.store.view().reservation(id(2)).unwrap(), None, "{}", database.name);
            assert!(pc.agrees(&district), "{}", database.name);
        }
    }
}

#[test]
fn a_home_is_the_committees_that_had_it_first_until_the_district_decides() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let number = district.rounds().unwrap()[0].clone();
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        here.write(
            Action::RosterImported,
            vec![household(50, "1号", "101"), household(51, "1号", "102")],
        );
        here.exchange(&district);
        there.write(
            Action::RosterImported,
            vec![household(60, "1号", "101"), household(61, "7号", "701")],
        );
        there.exchange(&district);
        let marked = |pc: &Pc, number| {
            let log = pc.store.view().changes_of(id(number)).unwrap();
            let marks = log.iter().filter_map(|logged| match logged.change.as_ref()? {
                Change::Set(fields) => Some(fields.get(&Field::Elsewhere)?.to.is_some()),
                _ => None,
            });
            marks.fold(false, |_, mark| mark)
        };
        assert_eq!(
            [50, 51].map(|one| marked(&here, one)),
            [false, false],
            "{}",
            database.name
        );
        assert_eq!(
            [60, 61].map(|one| marked(&there, one)),
            [true, false],
            "{}",
            database.name
        );
        there.write(
            Action::ReservationRegistered,
            vec![registered(2, round, "1号", "101", "x")],
        );
        there.exchange(&district);
        let held = district.held(&number).unwrap();
        assert_eq!(
            held[0].others,
            ["花木街道牡丹一居委会"],
            "{}: on its roster, without a reservation",
            database.name
        );
        district
            .decide((committee(&district, 2).id, id(2)), true, NOW, &mut Counting(2))
            .unwrap();
        here.exchange(&district);
        there.exchange(&district);
        assert_eq!(
            (marked(&here, 50), marked(&there, 60)),
            (true, true),
            "{}: both ask from now on",
            database.name
        );
        here.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "y")],
        );
        here.exchange(&district);
        let hold = here.store.view().reservation(id(1)).unwrap().unwrap().state.hold;
        assert_eq!(hold, Some(Hold::Waiting), "{}", database.name);
        here.write(Action::HouseholdSaved, vec![unmarked(50)]);
        assert_eq!(
            here.rejected(&district),
            ["not_yours"],
            "only the district says whose it is"
        );
        assert!(here.agrees(&district) && there.agrees(&district), "{}", database.name);
    }
}

/// A household as an import writes it.
fn household(number: u128, building: &str, room: &str) -> Draft {
    let fields = [
        (Field::Estate, "牡丹小区"),
        (Field::Building, building),
        (Field::Room, room),
        (Field::Area, building),
    ];
    let change = created(fields.map(|(field, value)| (field, Some(value.to_owned()))));
    Draft {
        kind: EntityKind::Household,
        entity: id(number),
        change,
    }
}

/// A committee's attempt to take the district's mark away.
fn unmarked(number: u128) -> Draft {
    let change = Change::Set(
        [(
            Field::Elsewhere,
            FieldChange {
                seen: Some("1".into()),
                to: None,
            },
        )]
        .into(),
    );
    Draft {
        kind: EntityKind::Household,
        entity: id(number),
        change,
    }
}

#[test]
fn staff_decide_whose_reservation_stands() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Person, 100);
        let number = district.rounds().unwrap()[0].clone();
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        let document = "31010119900101001X";
        here.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", document)],
        );
        here.exchange(&district);
        there.write(
            Action::ReservationRegistered,
            vec![registered(2, round, "7号", "701", document)],
        );
        there.exchange(&district);
        let held = district.held(&number).unwrap();
        assert_eq!(held.len(), 1, "{}", database.name);
        assert_eq!((held[0].committee, held[0].reservation), (2, id(2)));
        assert_eq!(held[0].others, ["花木街道牡丹一居委会"]);
        let other = (committee(&district, 1).id, id(1));
        assert!(
            district.decide(other, true, NOW, &mut Counting(1)).is_err(),
            "that one does not wait"
        );
        let this = (committee(&district, 2).id, id(2));
        district.decide(this, true, NOW, &mut Counting(2)).unwrap();
        assert!(
            district.decide(this, true, NOW, &mut Counting(3)).is_err(),
            "decided once"
        );
        here.exchange(&district);
        there.exchange(&district);
        let hold = |pc: &Pc, reservation| {
            pc.store
                .view()
                .reservation(id(reservation))
                .unwrap()
                .unwrap()
                .state
                .hold
        };
        assert_eq!(
            (hold(&here, 1), hold(&there, 2)),
            (Some(Hold::Denied), Some(Hold::Granted)),
            "{}",
            database.name
        );
        // From now on the person is the second committee's.
        here.write(
            Action::ReservationRegistered,
            vec![registered(3, round, "1号", "102", document)],
        );
        there.write(
            Action::ReservationRegistered,
            vec![registered(4, round, "7号", "702", document)],
        );
        here.exchange(&district);
        there.exchange(&district);
        assert_eq!(
            (hold(&here, 3), hold(&there, 4)),
            (Some(Hold::Waiting), None),
            "{}",
            database.name
        );
        assert!(here.agrees(&district) && there.agrees(&district), "{}", database.name);
    }
}

/// What a PC writes to give a right up.
fn released(round: linli_domain::operation::EntityId, area: &str, holder: &Pc) -> Draft {
    let own = holder.store.own_device().unwrap().id;
    let change = FieldChange {
        seen: Some(own.0.to_string()),
        to: None,
    };
    let right = linli_domain::lease::IssuingRight::id(round, area);
    Draft {
        kind: EntityKind::IssuingRight,
        entity: right,
        change: Change::Set([(Field::Device, change)].into()),
    }
}

#[test]
fn nothing_is_given_to_another_committee_while_a_pc_may_be_issuing_it() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Person, 100);
        let [mut here, mut beside] = [(); 2].map(|()| Pc::of(&district, 1));
        let mut there = Pc::of(&district, 2);
        here.lease(&district, round, 20, &[""]);
        here.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "x1"), passed(1)],
        );
        here.write(
            Action::ReservationRegistered,
            vec![registered(3, round, "1号", "103", "x3"), passed(3)],
        );
        here.exchange(&district);
        there.write(
            Action::ReservationRegistered,
            vec![registered(2, round, "7号", "701", "x1")],
        );
        there.write(
            Action::ReservationRegistered,
            vec![registered(4, round, "7号", "702", "x3")],
        );
        there.exchange(&district);
        let decide = |reservation: u128, random: u64| {
            district.decide(
                (committee(&district, 2).id, id(reservation)),
                true,
                NOW,
                &mut Counting(random),
            )
        };
        let asked = Decided::RightsAskedBack(vec!["花木街道牡丹一居委会".into()]);
        assert_eq!(decide(2, 2).unwrap(), asked, "{}", database.name);
        // Offline, it does not know.
        here.write(Action::VouchersIssued, vec![issued(1, 1)]);
        assert_eq!(
            here.pull(&district).wanted.len(),
            1,
            "{}: it hears that the right is wanted",
            database.name
        );
        here.write(Action::RightMoved, vec![released(round, "", &here)]);
        assert_eq!(
            here.rejected(&district),
            Vec::<String>::new(),
            "{}: the voucher is good",
            database.name
        );
        assert_eq!(
            beside.lease(&district, round, 20, &[""]).held,
            [""],
            "{}: kept for the decision",
            database.name
        );
        assert!(decide(2, 3).is_err(), "{}: it has a voucher now", database.name);
        assert_eq!(
            decide(4, 4).unwrap(),
            Decided::Written,
            "{}: nobody can have issued that one",
            database.name
        );
        beside.exchange(&district);
        let rights = beside.store.view().issuing_rights(round).unwrap();
        assert_eq!(
            rights[0].holder,
            Some(beside.store.own_device().unwrap().id),
            "{}: passed on",
            database.name
        );
        beside.write(Action::VouchersIssued, vec![issued(3, 21)]);
        assert_eq!(
            beside.rejected(&district),
            ["held"],
            "{}: whoever has the right has the decision",
            database.name
        );
        assert!(beside.agrees(&district) && there.agrees(&district), "{}", database.name);
    }
}

#[test]
fn a_home_given_in_one_round_is_decided_on_again_in_another() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let first = opened(&district, RoundKey::Household, 100);
        let mut file = round_file(RoundKey::Household, 100);
        file.definition.number += 1;
        let second = district.open_round(&file, NOW, &mut Counting(41)).unwrap().round;
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        here.write(
            Action::ReservationRegistered,
            vec![registered(1, first, "1号", "101", "a")],
        );
        here.write(
            Action::ReservationRegistered,
            vec![registered(2, second, "1号", "101", "a")],
        );
        here.exchange(&district);
        there.write(
            Action::ReservationRegistered,
            vec![registered(3, first, "1号", "101", "b")],
        );
        there.exchange(&district);
        let this = (committee(&district, 2).id, id(3));
        assert_eq!(
            district.decide(this, true, NOW, &mut Counting(2)).unwrap(),
            Decided::Written,
            "{}",
            database.name
        );
        there.write(
            Action::ReservationRegistered,
            vec![registered(4, second, "1号", "101", "b")],
        );
        there.exchange(&district);
        here.exchange(&district);
        let hold = |pc: &Pc, reservation| {
            pc.store
                .view()
                .reservation(id(reservation))
                .unwrap()
                .unwrap()
                .state
                .hold
        };
        assert_eq!(
            (hold(&here, 1), hold(&there, 3)),
            (Some(Hold::Denied), Some(Hold::Granted)),
            "{}",
            database.name
        );
        assert_eq!(
            (hold(&here, 2), hold(&there, 4)),
            (None, Some(Hold::Waiting)),
            "{}: not both",
            database.name
        );
    }
}

#[test]
fn no_decision_goes_against_a_voucher_in_somebodys_hand() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Person, 100);
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        here.lease(&district, round, 20, &[""]);
        here.write(
            Action::ServedAtCounter,
            vec![registered(1, round, "1号", "101", "x1"), passed(1), issued(1, 1)],
        );
        assert_eq!(here.rejected(&district), Vec::<String>::new());
        there.write(
            Action::ReservationRegistered,
            vec![registered(2, round, "7号", "701", "x1")],
        );
        there.exchange(&district);
        let this = (committee(&district, 2).id, id(2));
        let refused = district.decide(this, true, NOW, &mut Counting(2)).unwrap_err();
        assert!(refused.to_string().contains("已经发了凭证"), "{refused}");
        district.decide(this, false, NOW, &mut Counting(3)).unwrap();
    }
}
