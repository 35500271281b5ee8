//! What is scarce: numbers, rights, and one reservation per person across committees.

use linli_district::District;
use linli_district::hold::Decided;
use linli_domain::operation::{Action, Change, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::{Hold, created};
use linli_domain::round::RoundKey;
use linli_store::Draft;

use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district, id, issued, passed, registered, round_file};

fn opened(district: &District, key: RoundKey, quota: u32) -> linli_domain::operation::EntityId {
    district.open_round(&round_file(key, quota), NOW, &mut Counting(40)).unwrap().round
}

#[test]
fn numbers_are_leased_once_and_never_beyond_the_quota() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 47);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        assert_eq!(one.lease(&district, round, 20, &[]).left, 27, "{}", database.name);
        assert_eq!(two.lease(&district, round, 500, &[]).left, 7);
        assert_eq!(one.lease(&district, round, 20, &[]).left, 0, "only what is left, and not more than it may hoard");
        assert_eq!(two.lease(&district, round, 20, &[]).left, 0);
        assert_eq!(one.leases(round), [(1, 20), (41, 47)], "{}", database.name);
        assert_eq!(two.leases(round), [(21, 40)], "{}", database.name);
        let mut elsewhere = Pc::of(&district, 2);
        elsewhere.lease(&district, round, 20, &[]);
        assert_eq!(elsewhere.leases(round), [(1, 20)], "each committee has its own quota");
        assert!(one.agrees(&district) && two.agrees(&district) && elsewhere.agrees(&district), "{}", database.name);
    }
}

#[test]
fn a_hoarder_gets_no_more() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 1_000);
        let mut pc = Pc::of(&district, 1);
        (0..5).for_each(|_| drop(pc.lease(&district, round, 20, &[])));
        assert_eq!(pc.leases(round), [(1, 20), (21, 30)]);
    }
}

#[test]
fn an_area_has_a_name_that_a_part_can_hold() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        let ask = |area: String| {
            let request = linli_protocol::LeaseRequest { round, last_seq: 0, numbers: 0, areas: vec![area] };
            district.lease(pc.caller(&district), &request, NOW, &mut Counting(3))
        };
        assert!(ask("长".repeat(linli_protocol::AREA_BYTES)).is_err(), "no PC would take what the district wrote");
        ask("\u{1}".repeat(linli_protocol::AREA_BYTES)).unwrap();
        pc.exchange(&district);
        assert!(pc.agrees(&district));
    }
}

#[test]
fn what_is_not_a_right_takes_no_rights_place() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        let right = linli_domain::lease::IssuingRight::id(round, "1号");
        let resident = Draft { entity: right, ..registered(1, round, "1号", "101", "x") };
        pc.write(Action::ReservationRegistered, vec![resident]);
        assert_eq!(pc.rejected(&district), ["other_kind"], "{}", database.name);
        pc.lease(&district, round, 0, &["1号"]);
        let rights = pc.store.view().issuing_rights(round).unwrap();
        assert_eq!((rights.len(), rights[0].area.as_str()), (1, "1号"), "{}", database.name);
        assert!(pc.agrees(&district), "{}", database.name);
    }
}

#[test]
fn a_hold_makes_no_reservation_of_what_is_none() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Person, 100);
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        here.write(Action::ReservationRegistered, vec![registered(1, round, "1号", "101", "x")]);
        here.exchange(&district);
        let resident = Draft { kind: EntityKind::Resident, ..registered(2, round, "1号", "101", "x") };
        there.write(Action::ResidentAdded, vec![resident]);
        there.exchange(&district);
        there.write(Action::ReservationRegistered, vec![registered(2, round, "1号", "101", "x")]);
        assert_eq!(there.rejected(&district), ["other_kind"], "{}", database.name);
        let mut reader = Pc::of(&district, 2);
        assert!(there.agrees(&district) && reader.agrees(&district), "{}", database.name);
    }
}

#[test]
fn rights_move_from_holder_to_the_one_who_asked_first() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let [mut one, mut two, mut three] = [(); 3].map(|()| Pc::of(&district, 1));
        assert_eq!(one.lease(&district, round, 0, &["1号", "2号"]).held, Vec::<String>::new());
        assert_eq!(two.lease(&district, round, 0, &["2号", "3号"]).held, ["2号"]);
        assert_eq!(three.lease(&district, round, 0, &["2号"]).held, ["2号"]);
        assert_eq!(one.pull(&district).wanted.len(), 1, "the holder hears of it");
        assert_eq!(two.pull(&district).wanted.len(), 0, "others do not");
        let (own, holder) = (one.store.own_device().unwrap().id, two.store.own_device().unwrap().id);
        let release = |seen: uuid::Uuid, to: Option<uuid::Uuid>| {
            let change = FieldChange { seen: Some(seen.to_string()), to: to.map(|to| to.to_string()) };
            let right = linli_domain::lease::IssuingRight::id(round, "2号");
            let change = Change::Set([(Field::Device, change)].into());
            Draft { kind: EntityKind::IssuingRight, entity: right, change }
        };
        two.write(Action::RightMoved, vec![release(own.0, None)]);
        assert_eq!(two.rejected(&district), ["not_yours"], "only the holder releases");
        one.write(Action::RightMoved, vec![release(own.0, Some(own.0))]);
        assert_eq!(one.rejected(&district), ["not_yours"], "nobody gives himself a right");
        one.write(Action::RightMoved, vec![release(own.0, None)]);
        assert_eq!(one.rejected(&district), Vec::<String>::new());
        two.exchange(&district);
        let rights = two.store.view().issuing_rights(round).unwrap();
        let of = |area: &str| rights.iter().find(|right| right.area == area).and_then(|right| right.holder);
        assert_eq!(of("2号"), Some(holder), "{}", database.name);
        assert_eq!(of("1号"), Some(own));
        assert_eq!(two.pull(&district).wanted.len(), 1, "the third one still waits");
        let caller = two.caller(&district);
        district.revoke(caller.committee, caller.device, NOW, &mut Counting(6)).unwrap();
        three.exchange(&district);
        let rights = three.store.view().issuing_rights(round).unwrap();
        let waiting = three.store.own_device().unwrap().id;
        assert!(rights.iter().any(|right| right.area == "2号" && right.holder == Some(waiting)), "{}", database.name);
        assert!(rights.iter().any(|right| right.area == "3号" && right.holder.is_none()), "nobody wanted it");
        one.exchange(&district);
        assert!(one.agrees(&district) && three.agrees(&district), "{}", database.name);
    }
}

#[test]
fn each_rule_of_issuing_holds_at_the_district() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        two.lease(&district, round, 20, &["2号"]);
        for (reservation, room) in [(1, "101"), (2, "102"), (3, "101"), (4, "104")] {
            let drafts = vec![registered(reservation, round, "1号", room, "x"), passed(reservation)];
            one.write(Action::ReservationRegistered, drafts);
        }
        one.exchange(&district);
        two.exchange(&district);
        let tried = |pc: &mut Pc, reservation, serial| {
            pc.write(Action::VouchersIssued, vec![issued(reservation, serial)]);
            let rules = pc.rejected(&district);
            rules.first().cloned().unwrap_or_default()
        };
        assert_eq!(tried(&mut one, 1, 1), "", "{}", database.name);
        assert_eq!(tried(&mut one, 1, 2), "served", "it has one");
        assert_eq!(tried(&mut one, 3, 2), "served", "another of its household has one");
        assert_eq!(tried(&mut one, 2, 1), "serial_used");
        assert_eq!(tried(&mut one, 2, 21), "not_leased", "the other PC's number");
        assert_eq!(tried(&mut two, 2, 21), "no_right", "the other PC's building");
        assert_eq!(tried(&mut one, 99, 3), "no_reservation");
        one.write(Action::ServedAtCounter, vec![registered(5, round, "1号", "105", "y"), passed(5), issued(5, 4)]);
        one.write(Action::VouchersIssued, vec![issued(2, 5), issued(4, 5)]);
        assert_eq!(one.rejected(&district), ["serial_used"], "the second of two in one part");
        let delete = Draft { kind: EntityKind::Reservation, entity: id(2), change: Change::Delete };
        one.write(Action::ReservationChanged, vec![delete]);
        assert_eq!(one.rejected(&district), ["voucher_issued"], "{}", database.name);
        two.exchange(&district);
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);
    }
}

#[test]
fn an_undo_that_comes_too_late_for_a_voucher_is_refused() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        one.write(Action::ReservationRegistered, vec![registered(1, round, "1号", "101", "x")]);
        one.exchange(&district);
        two.exchange(&district);
        let review = two.write(Action::Reviewed, vec![passed(1)]);
        two.exchange(&district);
        one.exchange(&district);
        one.write(Action::VouchersIssued, vec![issued(1, 1)]);
        // Both at once, without knowing of each other.
        let author = two.author(Action::Undone);
        two.store.undo(&author, review).unwrap();
        one.exchange(&district);
        assert_eq!(two.rejected(&district), ["voucher_issued"], "{}", database.name);
        one.exchange(&district);
        for pc in [&mut one, &mut two] {
            assert!(pc.agrees(&district), "{}", database.name);
            let state = pc.store.view().reservation(id(1)).unwrap().unwrap().state;
            assert_eq!(state.supported_voucher(), Some(1), "{}", database.name);
        }
    }
}

#[test]
fn the_districts_own_is_not_the_committees_to_write() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        pc.lease(&district, round, 20, &["1号"]);
        let lease =
            linli_domain::lease::Lease { round, device: pc.store.own_device().unwrap().id, first: 50, last: 90 };
        let mut definition = round_file(RoundKey::Household, 9_999).definition;
        definition.district = true;
        let json = serde_json::to_string(&definition).unwrap();
        let seen = Some("x".to_owned());
        let quota = Change::Set([(Field::Definition, FieldChange { seen, to: Some(json) })].into());
        let set_round = Draft { kind: EntityKind::Round, entity: round, change: quota };
        let new_lease = Draft { kind: EntityKind::Lease, entity: id(70), change: lease.created() };
        pc.write(Action::RoundChanged, vec![set_round, new_lease]);
        assert_eq!(pc.rejected(&district), ["not_yours", "not_yours"]);
        let theirs = committee(&district, 1).device;
        let undo = Change::Undo { device: theirs, first_seq: 1, kept: Vec::new() };
        pc.write(Action::Undone, vec![Draft { kind: EntityKind::Batch, entity: id(71), change: undo }]);
        assert_eq!(pc.rejected(&district), ["not_yours"]);
        assert!(pc.agrees(&district));
    }
}

#[test]
fn one_person_has_one_home_committee_per_round() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Person, 100);
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        here.write(Action::ReservationRegistered, vec![registered(1, round, "1号", "101", "31010119900101001x")]);
        there.write(
            Action::ReservationRegistered,
            vec![
                registered(2, round, "7号", "701", "31010119900101001X"),
                registered(3, round, "7号", "702", "another"),
            ],
        );
        here.exchange(&district);
        there.exchange(&district);
        let hold = |pc: &Pc, reservation| pc.store.view().reservation(id(reservation)).unwrap().unwrap().state.hold;
        assert_eq!(hold(&here, 1), None, "{}", database.name);
        assert_eq!(hold(&there, 2), Some(Hold::Waiting), "{}", database.name);
        assert_eq!(hold(&there, 3), None);
        there.lease(&district, round, 20, &[""]);
        there.write(Action::VouchersIssued, vec![passed(2), issued(2, 1), passed(3), issued(3, 2)]);
        assert_eq!(there.rejected(&district), ["held"], "{}", database.name);
        assert!(here.agrees(&district) && there.agrees(&district), "{}", database.name);
    }
}

#[test]
fn a_home_is_the_committees_that_had_it_first_until_the_district_decides() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let number = district.rounds().unwrap()[0].clone();
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        here.write(Action::RosterImported, vec![household(50, "1号", "101"), household(51, "1号", "102")]);
        here.exchange(&district);
        there.write(Action::RosterImported, vec![household(60, "1号", "101"), household(61, "7号", "701")]);
        there.exchange(&district);
        let marked = |pc: &Pc, number| {
            let log = pc.store.view().changes_of(id(number)).unwrap();
            let marks = log.iter().filter_map(|logged| match logged.change.as_ref()? {
                Change::Set(fields) => Some(fields.get(&Field::Elsewhere)?.to.is_some()),
                _ => None,
            });
            marks.fold(false, |_, mark| mark)
        };
        assert_eq!([50, 51].map(|one| marked(&here, one)), [false, false], "{}", database.name);
        assert_eq!([60, 61].map(|one| marked(&there, one)), [true, false], "{}", database.name);
        there.write(Action::ReservationRegistered, vec![registered(2, round, "1号", "101", "x")]);
        there.exchange(&district);
        let held = district.held(&number).unwrap();
        assert_eq!(held[0].others, ["花木街道牡丹一居委会"], "{}: on its roster, without a reservation", database.name);
        district.decide((committee(&district, 2).id, id(2)), true, NOW, &mut Counting(2)).unwrap();
        here.exchange(&district);
        there.exchange(&district);
        assert_eq!((marked(&here, 50), marked(&there, 60)), (true, true), "{}: both ask from now on", database.name);
        here.write(Action::ReservationRegistered, vec![registered(1, round, "1号", "101", "y")]);
        here.exchange(&district);
        let hold = here.store.view().reservation(id(1)).unwrap().unwrap().state.hold;
        assert_eq!(hold, Some(Hold::Waiting), "{}", database.name);
        here.write(Action::HouseholdSaved, vec![unmarked(50)]);
        assert_eq!(here.rejected(&district), ["not_yours"], "only the district says whose it is");
        assert!(here.agrees(&district) && there.agrees(&district), "{}", database.name);
    }
}

/// A household as an import writes it.
fn household(number: u128, building: &str, room: &str) -> Draft {
    let fields =
        [(Field::Estate, "牡丹小区"), (Field::Building, building), (Field::Room, room), (Field::Area, building)];
    let change = created(fields.map(|(field, value)| (field, Some(value.to_owned()))));
    Draft { kind: EntityKind::Household, entity: id(number), change }
}

/// A committee's attempt to take the district's mark away.
fn unmarked(number: u128) -> Draft {
    let change = Change::Set([(Field::Elsewhere, FieldChange { seen: Some("1".into()), to: None })].into());
    Draft { kind: EntityKind::Household, entity: id(number), change }
}

#[test]
fn nothing_is_leased_before_the_district_has_what_was_done_alone() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut alone = Pc::alone();
        let brought = id(4_711);
        let author = linli_store::Author { committee: brought, ..alone.author(Action::ServedAtCounter) };
        let drafts = vec![registered(1, round, "1号", "101", "x"), passed(1), issued(1, 7)];
        alone.store.write::<linli_store::Error>(&author, |_| Ok(drafts)).unwrap();
        let mut random = Counting(8);
        let code = district.enrol_code(committee(&district, 1).id, NOW, &mut random).unwrap();
        let request = linli_protocol::EnrolRequest { committee: Some(brought), ..alone.request(&code) };
        alone.enrolled = Some(district.enrol(&request, "a", NOW, &mut random).unwrap());
        let mut second = Pc::of(&district, 1);
        second.lease(&district, round, 20, &[]);
        assert_eq!(second.leases(round), [], "the first PC's own numbers are not known yet");
        assert_eq!(alone.rejected(&district), Vec::<String>::new(), "what was printed before joining stands");
        second.lease(&district, round, 20, &[]);
        assert_eq!(second.leases(round), [(8, 27)]);
        assert!(second.agrees(&district));
    }
}

#[test]
fn a_voucher_given_while_another_pc_took_the_registration_back_stands() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        let begun = two.write(Action::ReservationRegistered, vec![registered(1, round, "1号", "101", "x")]);
        two.exchange(&district);
        one.exchange(&district);
        let author = two.author(Action::Undone);
        two.store.undo(&author, begun).unwrap();
        one.write(Action::VouchersIssued, vec![passed(1), issued(1, 1)]);
        two.exchange(&district);
        assert_eq!(one.rejected(&district), Vec::<String>::new(), "{}: it is in somebody's hand", database.name);
        two.exchange(&district);
        for pc in [&mut one, &mut two] {
            assert!(pc.agrees(&district), "{}", database.name);
            let state = pc.store.view().reservation(id(1)).unwrap().unwrap().state;
            assert_eq!(state.supported_voucher(), Some(1), "{}", database.name);
        }
    }
}

#[test]
fn a_voucher_for_somebody_whom_another_pc_removed_meanwhile_stands() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        let home = |number, building| {
            let fields = [(Field::Building, building), (Field::Area, building)];
            let change =
                linli_domain::reservation::created(fields.map(|(field, value)| (field, Some(String::from(value)))));
            Draft { kind: EntityKind::Household, entity: id(number), change }
        };
        let imported = two.write(Action::RosterImported, vec![home(50, "1号")]);
        two.write(Action::RosterImported, vec![home(51, "2号")]);
        two.exchange(&district);
        one.exchange(&district);
        one.lease(&district, round, 20, &["1号", "2号"]);
        let register = |reservation, household: u128| {
            let change = linli_domain::reservation::created([
                (Field::Round, Some(round.to_string())),
                (Field::Household, Some(id(household).to_string())),
            ]);
            Draft { kind: EntityKind::Reservation, entity: id(reservation), change }
        };
        one.write(Action::ServedAtCounter, vec![register(1, 50), passed(1), issued(1, 1)]);
        one.write(Action::ServedAtCounter, vec![register(2, 51), passed(2), issued(2, 2)]);
        let author = two.author(Action::Undone);
        two.store.undo(&author, imported).unwrap();
        let delete = Draft { kind: EntityKind::Household, entity: id(51), change: Change::Delete };
        two.write(Action::HouseholdSaved, vec![delete]);
        two.exchange(&district);
        assert_eq!(one.rejected(&district), Vec::<String>::new(), "{}: the right for the area was held", database.name);
        two.exchange(&district);
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);
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
        here.write(Action::ReservationRegistered, vec![registered(1, round, "1号", "101", document)]);
        here.exchange(&district);
        there.write(Action::ReservationRegistered, vec![registered(2, round, "7号", "701", document)]);
        there.exchange(&district);
        let held = district.held(&number).unwrap();
        assert_eq!(held.len(), 1, "{}", database.name);
        assert_eq!((held[0].committee, held[0].reservation), (2, id(2)));
        assert_eq!(held[0].others, ["花木街道牡丹一居委会"]);
        let other = (committee(&district, 1).id, id(1));
        assert!(district.decide(other, true, NOW, &mut Counting(1)).is_err(), "that one does not wait");
        let this = (committee(&district, 2).id, id(2));
        district.decide(this, true, NOW, &mut Counting(2)).unwrap();
        assert!(district.decide(this, true, NOW, &mut Counting(3)).is_err(), "decided once");
        here.exchange(&district);
        there.exchange(&district);
        let hold = |pc: &Pc, reservation| pc.store.view().reservation(id(reservation)).unwrap().unwrap().state.hold;
        assert_eq!((hold(&here, 1), hold(&there, 2)), (Some(Hold::Denied), Some(Hold::Granted)), "{}", database.name);
        // From now on the person is the second committee's.
        here.write(Action::ReservationRegistered, vec![registered(3, round, "1号", "102", document)]);
        there.write(Action::ReservationRegistered, vec![registered(4, round, "7号", "702", document)]);
        here.exchange(&district);
        there.exchange(&district);
        assert_eq!((hold(&here, 3), hold(&there, 4)), (Some(Hold::Waiting), None), "{}", database.name);
        assert!(here.agrees(&district) && there.agrees(&district), "{}", database.name);
    }
}

/// What a PC writes to give a right up.
fn released(round: linli_domain::operation::EntityId, area: &str, holder: &Pc) -> Draft {
    let own = holder.store.own_device().unwrap().id;
    let change = FieldChange { seen: Some(own.0.to_string()), to: None };
    let right = linli_domain::lease::IssuingRight::id(round, area);
    Draft { kind: EntityKind::IssuingRight, entity: right, change: Change::Set([(Field::Device, change)].into()) }
}

#[test]
fn nothing_is_given_to_another_committee_while_a_pc_may_be_issuing_it() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Person, 100);
        let [mut here, mut beside] = [(); 2].map(|()| Pc::of(&district, 1));
        let mut there = Pc::of(&district, 2);
        here.lease(&district, round, 20, &[""]);
        here.write(Action::ReservationRegistered, vec![registered(1, round, "1号", "101", "x1"), passed(1)]);
        here.write(Action::ReservationRegistered, vec![registered(3, round, "1号", "103", "x3"), passed(3)]);
        here.exchange(&district);
        there.write(Action::ReservationRegistered, vec![registered(2, round, "7号", "701", "x1")]);
        there.write(Action::ReservationRegistered, vec![registered(4, round, "7号", "702", "x3")]);
        there.exchange(&district);
        let decide = |reservation: u128, random: u64| {
            district.decide((committee(&district, 2).id, id(reservation)), true, NOW, &mut Counting(random))
        };
        let asked = Decided::RightsAskedBack(vec!["花木街道牡丹一居委会".into()]);
        assert_eq!(decide(2, 2).unwrap(), asked, "{}", database.name);
        // Offline, it does not know.
        here.write(Action::VouchersIssued, vec![issued(1, 1)]);
        assert_eq!(here.pull(&district).wanted.len(), 1, "{}: it hears that the right is wanted", database.name);
        here.write(Action::RightMoved, vec![released(round, "", &here)]);
        assert_eq!(here.rejected(&district), Vec::<String>::new(), "{}: the voucher is good", database.name);
        assert_eq!(beside.lease(&district, round, 20, &[""]).held, [""], "{}: kept for the decision", database.name);
        assert!(decide(2, 3).is_err(), "{}: it has a voucher now", database.name);
        assert_eq!(decide(4, 4).unwrap(), Decided::Written, "{}: nobody can have issued that one", database.name);
        beside.exchange(&district);
        let rights = beside.store.view().issuing_rights(round).unwrap();
        assert_eq!(rights[0].holder, Some(beside.store.own_device().unwrap().id), "{}: passed on", database.name);
        beside.write(Action::VouchersIssued, vec![issued(3, 21)]);
        assert_eq!(beside.rejected(&district), ["held"], "{}: whoever has the right has the decision", database.name);
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
        here.write(Action::ReservationRegistered, vec![registered(1, first, "1号", "101", "a")]);
        here.write(Action::ReservationRegistered, vec![registered(2, second, "1号", "101", "a")]);
        here.exchange(&district);
        there.write(Action::ReservationRegistered, vec![registered(3, first, "1号", "101", "b")]);
        there.exchange(&district);
        let this = (committee(&district, 2).id, id(3));
        assert_eq!(district.decide(this, true, NOW, &mut Counting(2)).unwrap(), Decided::Written, "{}", database.name);
        there.write(Action::ReservationRegistered, vec![registered(4, second, "1号", "101", "b")]);
        there.exchange(&district);
        here.exchange(&district);
        let hold = |pc: &Pc, reservation| pc.store.view().reservation(id(reservation)).unwrap().unwrap().state.hold;
        assert_eq!((hold(&here, 1), hold(&there, 3)), (Some(Hold::Denied), Some(Hold::Granted)), "{}", database.name);
        assert_eq!((hold(&here, 2), hold(&there, 4)), (None, Some(Hold::Waiting)), "{}: not both", database.name);
    }
}

#[test]
fn no_decision_goes_against_a_voucher_in_somebodys_hand() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Person, 100);
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        here.lease(&district, round, 20, &[""]);
        here.write(Action::ServedAtCounter, vec![registered(1, round, "1号", "101", "x1"), passed(1), issued(1, 1)]);
        assert_eq!(here.rejected(&district), Vec::<String>::new());
        there.write(Action::ReservationRegistered, vec![registered(2, round, "7号", "701", "x1")]);
        there.exchange(&district);
        let this = (committee(&district, 2).id, id(2));
        let refused = district.decide(this, true, NOW, &mut Counting(2)).unwrap_err();
        assert!(refused.to_string().contains("已经发了凭证"), "{refused}");
        district.decide(this, false, NOW, &mut Counting(3)).unwrap();
    }
}

#[test]
fn progress_counts_by_committee_and_names_silent_pcs() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        pc.lease(&district, round, 20, &["1号"]);
        pc.write(Action::ReservationRegistered, vec![registered(1, round, "1号", "101", "x")]);
        pc.write(Action::ServedAtCounter, vec![registered(2, round, "1号", "102", "y"), passed(2), issued(2, 1)]);
        pc.exchange(&district);
        let number = district.rounds().unwrap()[0].clone();
        let soon = district.progress(&number, NOW).unwrap();
        assert_eq!(soon.len(), 3, "all that take part");
        let first = &soon[0];
        assert_eq!((first.reservations, first.pending, first.vouchers), (2, 1, 1), "{}", database.name);
        assert_eq!((first.devices, first.silent, first.quota), (1, 0, 100));
        let later = linli_domain::time::Moment(NOW.0 + linli_district::progress::SILENT.num_milliseconds());
        assert_eq!(district.progress(&number, later).unwrap()[0].silent, 1, "{}", database.name);
    }
}

#[test]
fn a_round_opened_again_reaches_those_that_came_later() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut file = round_file(RoundKey::Household, 100);
        file.only_listed = true;
        file.shares = vec![linli_district::round::Share { committee: "牡丹二居委会".into(), quota: Some(7) }];
        let first = district.open_round(&file, NOW, &mut Counting(1)).unwrap();
        assert_eq!((first.number, first.opened, first.known), (1, 1, 0), "{}", database.name);
        file.only_listed = false;
        let again = district.open_round(&file, NOW, &mut Counting(2)).unwrap();
        assert_eq!((again.round, again.opened, again.known), (first.round, 2, 1), "{}", database.name);
        let quotas: Vec<u64> =
            district.progress(&district.rounds().unwrap()[0], NOW).unwrap().iter().map(|one| one.quota).collect();
        assert_eq!(quotas, [100, 7, 100], "{}", database.name);
        file.shares[0].committee = "没有的居委会".into();
        assert!(district.open_round(&file, NOW, &mut Counting(3)).is_err());
    }
}
