//! Vouchers in somebody's hand: what other PCs do unknowing does not take them away, and nobody gets a second one.

use linli_domain::operation::{Action, Change, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::round::{Decision, RoundKey};
use linli_store::Draft;

use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district, fact, id, issued, opened, passed, registered, round_file};

#[test]
fn a_voucher_given_while_another_pc_took_the_registration_back_stands() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        let begun = two.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "x")],
        );
        two.exchange(&district);
        one.exchange(&district);
        let author = two.author(Action::Undone);
        two.store.undo(&author, begun).unwrap();
        one.write(Action::VouchersIssued, vec![passed(1), issued(1, 1)]);
        two.exchange(&district);
        assert_eq!(
            one.rejected(&district),
            Vec::<String>::new(),
            "{}: it is in somebody's hand",
            database.name
        );
        two.exchange(&district);
        for pc in [&mut one, &mut two] {
            assert!(pc.agrees(&district), "{}", database.name);
            let state = pc.store.view().reservation(id(1)).unwrap().unwrap().state;
            assert_eq!(state.supported_voucher(), Some(1), "{}", database.name);
        }
    }
}

#[test]
fn a_registration_taken_back_a_second_time_under_a_voucher_stays() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let [mut one, mut two, mut three] = [(); 3].map(|()| Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        let begun = two.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "x")],
        );
        for pc in [&mut two, &mut one, &mut three] {
            pc.exchange(&district);
        }
        let history = three.store.view().history(9).unwrap();
        let same = history
            .iter()
            .find(|batch| batch.action == Action::ReservationRegistered)
            .unwrap()
            .id;
        let take_back = |pc: &mut Pc, batch| {
            let author = pc.author(Action::Undone);
            pc.store.undo(&author, batch).unwrap();
        };
        take_back(&mut two, begun);
        one.write(Action::VouchersIssued, vec![passed(1), issued(1, 1)]);
        take_back(&mut three, same);
        two.exchange(&district);
        assert_eq!(one.rejected(&district), Vec::<String>::new(), "{}", database.name);
        assert_eq!(
            three.rejected(&district),
            Vec::<String>::new(),
            "{}: it takes nothing away",
            database.name
        );
        for pc in [&mut one, &mut two, &mut three] {
            pc.exchange(&district);
            assert!(pc.agrees(&district), "{}", database.name);
            let state = pc.store.view().reservation(id(1)).unwrap().unwrap().state;
            assert_eq!(state.supported_voucher(), Some(1), "{}", database.name);
        }
    }
}

#[test]
fn a_refusal_is_not_brought_back_over_a_voucher() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let [mut one, mut two] = [(); 2].map(|()| Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        two.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "x"), passed(1)],
        );
        let turned_down = ReservationFact::Reviewed {
            decision: Decision::Rejected,
            reason: Some("重复".into()),
        };
        let turned_down = two.write(Action::Reviewed, vec![fact(1, turned_down)]);
        let author = two.author(Action::Undone);
        let undone = two.store.undo(&author, turned_down).unwrap().written.batch.unwrap();
        two.exchange(&district);
        one.exchange(&district);
        one.write(Action::VouchersIssued, vec![issued(1, 1)]);
        two.store.undo(&author, undone).unwrap();
        assert_eq!(one.rejected(&district), Vec::<String>::new(), "{}", database.name);
        assert_eq!(
            two.rejected(&district),
            ["voucher_issued"],
            "{}: it would lose its pass",
            database.name
        );
        one.exchange(&district);
        for pc in [&mut one, &mut two] {
            assert!(pc.agrees(&district), "{}", database.name);
            let state = pc.store.view().reservation(id(1)).unwrap().unwrap().state;
            assert_eq!(state.supported_voucher(), Some(1), "{}", database.name);
        }
    }
}

#[test]
fn who_typed_the_form_and_came_to_the_counter_gets_one_voucher() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        let address = [
            (Field::Estate, "牡丹小区"),
            (Field::Building, "1号"),
            (Field::Room, "101"),
        ];
        let home = address.into_iter().chain([(Field::Area, "1号")]);
        let home = created(home.map(|(field, value)| (field, Some(value.to_owned()))));
        pc.write(
            Action::RosterImported,
            vec![Draft {
                kind: EntityKind::Household,
                entity: id(50),
                change: home,
            }],
        );
        let typed = registered(1, round, "1幢", "101", "E1000001");
        let mut at_the_counter = registered(2, round, "1号", "101", "E1000002");
        if let Change::Create(fields) = &mut at_the_counter.change {
            fields.insert(Field::Household, id(50).to_string());
        }
        pc.write(Action::ReservationRegistered, vec![typed, at_the_counter]);
        pc.write(Action::Reviewed, vec![passed(1), passed(2)]);
        pc.exchange(&district);
        let issue = |pc: &Pc| {
            let known = pc.store.view().round(round).unwrap().unwrap();
            linli_store::issuing::issue(pc.store.view(), &known, true, None).unwrap()
        };
        pc.lease(&district, round, 20, &["1号"]);
        assert_eq!(
            issue(&pc).drafts.len(),
            0,
            "{}: another PC may be issuing for 1幢",
            database.name
        );
        pc.lease(&district, round, 0, &["1幢"]);
        let issued = issue(&pc).drafts;
        assert_eq!(issued.len(), 1, "{}: one home", database.name);
        pc.write(Action::VouchersIssued, issued);
        assert_eq!(issue(&pc).drafts.len(), 0, "{}", database.name);
        assert_eq!(pc.rejected(&district), Vec::<String>::new(), "{}", database.name);
    }
}

#[test]
fn a_voucher_printed_while_a_pc_joins_is_good() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut pc, brought, mut random) = (Pc::alone(), id(4_711), Counting(8));
        let author = linli_store::Author {
            committee: brought,
            ..pc.author(Action::ServedAtCounter)
        };
        let definition = serde_json::to_string(&round_file(RoundKey::Household, 9).definition).unwrap();
        let opened = created([(Field::Definition, Some(definition))]);
        let opened = Draft {
            kind: EntityKind::Round,
            entity: id(9),
            change: opened,
        };
        let drafts = vec![opened, registered(1, id(9), "1号", "101", "x")];
        pc.store.write::<linli_store::Error>(&author, |_| Ok(drafts)).unwrap();
        let code = district
            .enrol_code(committee(&district, 1).id, NOW, &mut random)
            .unwrap();
        let ask = |pc: &Pc| linli_protocol::EnrolRequest {
            committee: Some(brought),
            ..pc.request(&code)
        };
        district.enrol(&ask(&pc), "a", NOW, &mut random).unwrap(); // The answer is lost.
        pc.store
            .write::<linli_store::Error>(&author, |_| Ok(vec![passed(1), issued(1, 7)]))
            .unwrap();
        pc.enrolled = Some(district.enrol(&ask(&pc), "a", NOW, &mut random).unwrap());
        assert_eq!(pc.rejected(&district), Vec::<String>::new(), "{}", database.name);
    }
}

#[test]
fn what_a_round_counts_by_does_not_change_under_who_issues() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let [mut one, mut two] = [(); 2].map(|()| Pc::of(&district, 1));
        let json = |key, quota| serde_json::to_string(&round_file(key, quota).definition).unwrap();
        let opened = created([(Field::Definition, Some(json(RoundKey::Household, 100)))]);
        two.write(
            Action::RoundOpened,
            vec![Draft {
                kind: EntityKind::Round,
                entity: id(9),
                change: opened,
            }],
        );
        two.exchange(&district);
        one.exchange(&district);
        one.lease(&district, id(9), 20, &["1号"]);
        one.write(
            Action::ReservationRegistered,
            vec![registered(1, id(9), "1号", "101", "x"), passed(1)],
        );
        let mut becomes = |key, quota| {
            let change = FieldChange {
                seen: Some(json(RoundKey::Household, 100)),
                to: Some(json(key, quota)),
            };
            let change = Change::Set([(Field::Definition, change)].into());
            two.write(
                Action::RoundChanged,
                vec![Draft {
                    kind: EntityKind::Round,
                    entity: id(9),
                    change,
                }],
            );
            two.rejected(&district)
        };
        assert_eq!(becomes(RoundKey::Person, 100), ["fixed_field"], "{}", database.name);
        assert_eq!(
            becomes(RoundKey::Household, 120),
            Vec::<String>::new(),
            "{}",
            database.name
        );
        one.write(Action::VouchersIssued, vec![issued(1, 1)]);
        assert_eq!(one.rejected(&district), Vec::<String>::new(), "{}", database.name);
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
            Draft {
                kind: EntityKind::Household,
                entity: id(number),
                change,
            }
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
            Draft {
                kind: EntityKind::Reservation,
                entity: id(reservation),
                change,
            }
        };
        one.write(Action::ServedAtCounter, vec![register(1, 50), passed(1), issued(1, 1)]);
        one.write(Action::ServedAtCounter, vec![register(2, 51), passed(2), issued(2, 2)]);
        let author = two.author(Action::Undone);
        two.store.undo(&author, imported).unwrap();
        let delete = Draft {
            kind: EntityKind::Household,
            entity: id(51),
            change: Change::Delete,
        };
        two.write(Action::HouseholdSaved, vec![delete]);
        two.exchange(&district);
        assert_eq!(
            one.rejected(&district),
            Vec::<String>::new(),
            "{}: the right for the area was held",
            database.name
        );
        two.exchange(&district);
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);
    }
}
