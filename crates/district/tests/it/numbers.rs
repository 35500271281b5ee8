//! Numbers that a PC does not need come back, and go where people wait.

use std::collections::BTreeSet;

use linli_district::District;
use linli_domain::lease::{Lease, free_serials};
use linli_domain::operation::{Action, Change, EntityId, EntityKind, Note};
use linli_domain::round::RoundKey;
use linli_store::Draft;
use linli_store::issuing::{self, Elsewhere, Waiting};

use crate::carried::exchanged;
use crate::databases::{self, Database};
use crate::office::{Counting, NOW, Pc, district, issued, opened, passed, registered, round_file};

/// Vouchers for all who are due, as a clerk's button does it; gives the numbers, and why others wait.
fn issue(pc: &mut Pc, round: EntityId) -> (usize, Vec<Waiting>) {
    let known = pc.store.view().round(round).unwrap().unwrap();
    let issue = issuing::issue(pc.store.view(), &known, true, None).unwrap();
    pc.store.note_issuing(round, &issue, NOW).unwrap();
    let count = issue.drafts.len();
    if count > 0 {
        pc.write(Action::VouchersIssued, issue.drafts);
    }
    (count, issue.waiting.into_iter().map(|(_, reason)| reason).collect())
}

/// Somebody of a building for each of these numbers, whose reservation passed.
fn due(pc: &mut Pc, round: EntityId, building: &str, rooms: std::ops::Range<u128>) {
    for room in rooms {
        let reservation = registered(room, round, building, &room.to_string(), &room.to_string());
        pc.write(Action::ReservationRegistered, vec![reservation, passed(room)]);
    }
}

/// A round with a quota, and two PCs of one committee that exchanged one after the other.
fn office(database: &Database, quota: u32) -> (District, EntityId, Pc, Pc) {
    let district = district(database.storage.clone());
    let round = opened(&district, RoundKey::Household, quota);
    let (mut first, mut second) = (Pc::of(&district, 1), Pc::of(&district, 1));
    exchanged(&mut first, &district);
    exchanged(&mut second, &district);
    (district, round, first, second)
}

fn free(pc: &Pc, round: EntityId) -> usize {
    let view = pc.store.view();
    let used: BTreeSet<u32> = view.used_serials(round).unwrap().into_iter().collect();
    free_serials(&view.leases(round).unwrap(), pc.store.own_device().unwrap().id, &used).count()
}

#[test]
fn a_pc_whose_numbers_lie_idle_gives_them_to_the_one_where_people_wait() {
    for database in databases::each() {
        let (district, round, mut idle, mut counter) = office(&database, 30);
        assert_eq!((free(&idle, round), free(&counter, round)), (20, 10), "all are leased");
        due(&mut counter, round, "1号", 101..113);
        exchanged(&mut counter, &district);
        let (first, waiting) = issue(&mut counter, round);
        let other = idle.store.own_device().unwrap().id;
        let elsewhere = Waiting::NoNumber {
            had: true,
            elsewhere: Elsewhere::OtherPc(other),
        };
        assert_eq!((first, waiting), (10, vec![elsewhere; 2]), "{}", database.name);
        exchanged(&mut counter, &district);
        exchanged(&mut idle, &district);
        exchanged(&mut idle, &district);
        assert_eq!(
            free(&idle, round),
            8,
            "it keeps some, and does not take them back at once"
        );
        exchanged(&mut counter, &district);
        assert_eq!(issue(&mut counter, round), (2, Vec::new()), "{}", database.name);
        // To the last number of the quota, wherever it lies, and no further.
        due(&mut counter, round, "1号", 113..140);
        for _ in 0..4 {
            exchanged(&mut counter, &district);
            issue(&mut counter, round);
            exchanged(&mut idle, &district);
        }
        let view = counter.store.view();
        assert_eq!(
            view.used_serials(round).unwrap(),
            Vec::from_iter(1..=30),
            "{}",
            database.name
        );
        let nowhere = Waiting::NoNumber {
            had: true,
            elsewhere: Elsewhere::Nowhere,
        };
        assert_eq!(issue(&mut counter, round).1, vec![nowhere; 9]);
        for pc in [&mut idle, &mut counter] {
            assert_eq!(exchanged(pc, &district).pushed, 0, "nothing goes to and fro");
            assert!(pc.agrees(&district), "{}", database.name);
        }
    }
}

#[test]
fn a_pc_that_came_too_late_for_any_number_gets_some_when_people_wait() {
    for database in databases::each() {
        let (district, round, mut first, mut late) = office(&database, 20);
        assert_eq!((free(&first, round), free(&late, round)), (20, 0));
        due(&mut late, round, "1号", 101..104);
        exchanged(&mut late, &district);
        exchanged(&mut first, &district);
        exchanged(&mut late, &district);
        assert_eq!(issue(&mut late, round), (3, Vec::new()), "{}", database.name);
    }
}

#[test]
fn six_hundred_who_passed_at_once_are_not_served_by_twenties() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 1_000);
        let mut pc = Pc::of(&district, 1);
        exchanged(&mut pc, &district);
        let people = (1_000..1_600).flat_map(|room: u128| {
            [
                registered(room, round, "1号", &room.to_string(), &room.to_string()),
                passed(room),
            ]
        });
        pc.write(Action::ReservationsImported, people.collect());
        exchanged(&mut pc, &district);
        exchanged(&mut pc, &district);
        assert_eq!(issue(&mut pc, round), (600, Vec::new()), "{}", database.name);
        exchanged(&mut pc, &district);
        assert!(free(&pc, round) <= 30, "it hoards none, {}", database.name);
        assert!(pc.agrees(&district), "{}", database.name);
    }
}

#[test]
fn numbers_given_back_for_one_who_does_not_fetch_them_stay_there() {
    for database in databases::each() {
        let (district, round, mut idle, mut counter) = office(&database, 40);
        due(&mut counter, round, "1号", 101..146);
        exchanged(&mut counter, &district);
        issue(&mut counter, round);
        // From now on the counter is off, with 25 people waiting.
        counter.push(&district, true);
        exchanged(&mut idle, &district);
        let leases = idle.store.view().leases(round).unwrap();
        for _ in 0..3 {
            assert_eq!(
                exchanged(&mut idle, &district).pushed,
                0,
                "nothing goes to and fro, {}",
                database.name
            );
        }
        assert_eq!(idle.store.view().leases(round).unwrap(), leases, "{}", database.name);
        exchanged(&mut counter, &district);
        assert_eq!(
            issue(&mut counter, round).0,
            20,
            "they are for the one that needs them, {}",
            database.name
        );
    }
}

#[test]
fn what_the_district_did_not_take_back_is_not_offered_every_minute() {
    for database in databases::each() {
        let (district, round, mut idle, mut counter) = office(&database, 40);
        let own = idle.store.own_device().unwrap().id;
        let (entity, lease) = idle.store.view().leases_of(round, own).unwrap()[0];
        let shorter = Draft {
            kind: EntityKind::Lease,
            entity,
            change: lease.shortened(3),
        };
        idle.write(
            Action::NumbersReturned,
            vec![shorter, registered(9, round, "9号", "901", "z")],
        );
        assert_eq!(idle.rejected(&district), ["not_yours"], "{}", database.name);
        due(&mut counter, round, "1号", 101..146);
        exchanged(&mut counter, &district);
        for _ in 0..2 {
            assert_eq!(exchanged(&mut idle, &district).pushed, 0, "{}", database.name);
        }
    }
}

#[test]
fn a_pc_at_which_nobody_issues_does_not_keep_all_numbers_for_those_who_are_due_there() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 40);
        let (mut idle, mut counter) = (Pc::of(&district, 1), Pc::of(&district, 1));
        due(&mut idle, round, "1号", 101..151);
        exchanged(&mut idle, &district);
        exchanged(&mut idle, &district);
        assert_eq!(free(&idle, round), 40, "all, {}", database.name);
        due(&mut counter, round, "2号", 201..206);
        exchanged(&mut counter, &district);
        exchanged(&mut idle, &district);
        exchanged(&mut counter, &district);
        assert_eq!(issue(&mut counter, round).0, 5, "{}", database.name);
    }
}

#[test]
fn a_pc_in_use_takes_no_more_than_it_needs_of_what_another_lacks() {
    for database in databases::each() {
        let (district, round, mut busy, mut off) = office(&database, 40);
        due(&mut off, round, "1号", 101..161);
        exchanged(&mut off, &district);
        issue(&mut off, round);
        // From now on it is off, with forty people waiting.
        off.push(&district, true);
        exchanged(&mut busy, &district);
        due(&mut busy, round, "9号", 901..902);
        exchanged(&mut busy, &district);
        exchanged(&mut busy, &district);
        issue(&mut busy, round);
        exchanged(&mut busy, &district);
        for room in 902..907 {
            due(&mut busy, round, "9号", room..room + 1);
            assert_eq!(
                exchanged(&mut busy, &district).pushed,
                1,
                "registered, {}",
                database.name
            );
            assert_eq!(issue(&mut busy, round).0, 1, "{}", database.name);
            assert_eq!(exchanged(&mut busy, &district).pushed, 1, "issued, {}", database.name);
        }
    }
}

#[test]
fn issuing_in_one_round_moves_no_numbers_of_another() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let old = opened(&district, RoundKey::Household, 25);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        exchanged(&mut one, &district);
        exchanged(&mut two, &district);
        let mut file = round_file(RoundKey::Household, 100);
        file.definition.number += 1;
        let new = district.open_round(&file, NOW, &mut Counting(77)).unwrap().round;
        due(&mut two, new, "1号", 101..102);
        exchanged(&mut two, &district);
        exchanged(&mut two, &district);
        assert_eq!(issue(&mut two, new).0, 1, "{}", database.name);
        exchanged(&mut two, &district);
        exchanged(&mut one, &district);
        assert_eq!(one.leases(old), [(1, 20)], "{}", database.name);
    }
}

#[test]
fn two_pcs_that_both_need_theirs_keep_them() {
    for database in databases::each() {
        let (district, round, mut one, mut two) = office(&database, 40);
        due(&mut one, round, "1号", 101..126);
        due(&mut two, round, "2号", 201..226);
        for _ in 0..3 {
            exchanged(&mut one, &district);
            exchanged(&mut two, &district);
        }
        assert_eq!(
            (one.leases(round), two.leases(round)),
            (vec![(1, 20)], vec![(21, 40)]),
            "{}",
            database.name
        );
        assert_eq!(exchanged(&mut one, &district).pushed, 0);
    }
}

#[test]
fn only_its_pc_gives_numbers_back_and_only_unused_ones() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        two.lease(&district, round, 20, &["2号"]);
        two.exchange(&district);
        let own = one.store.own_device().unwrap().id;
        let (entity, lease) = one.store.view().leases_of(round, own).unwrap()[0];
        let shorter = |lease: Lease, last| {
            let change = lease.shortened(last);
            Draft {
                kind: EntityKind::Lease,
                entity,
                change,
            }
        };
        two.write(Action::NumbersReturned, vec![shorter(lease, 10)]);
        assert_eq!(
            two.rejected(&district),
            ["not_yours"],
            "another PC's, {}",
            database.name
        );
        let longer = shorter(Lease { last: 20, ..lease }, 30);
        let deleted = Draft {
            kind: EntityKind::Lease,
            entity,
            change: Change::Delete,
        };
        one.write(Action::NumbersReturned, vec![longer, deleted]);
        assert_eq!(one.rejected(&district), ["not_yours", "not_yours"], "{}", database.name);
        one.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "x"), passed(1)],
        );
        one.write(Action::VouchersIssued, vec![issued(1, 7), shorter(lease, 6)]);
        assert_eq!(
            one.rejected(&district),
            ["not_yours"],
            "a number given out in the same part, {}",
            database.name
        );
        one.write(Action::NumbersReturned, vec![shorter(lease, 6)]);
        assert_eq!(
            one.rejected(&district),
            ["not_yours"],
            "a number given out, {}",
            database.name
        );
        one.write(
            Action::ReservationRegistered,
            vec![registered(2, round, "1号", "102", "y"), passed(2)],
        );
        one.write(Action::VouchersIssued, vec![passed(2), shorter(lease, 12)]);
        assert_eq!(
            one.rejected(&district),
            ["not_yours"],
            "with other work, {}",
            database.name
        );
        one.write(
            Action::NumbersReturned,
            vec![shorter(lease, 15), shorter(Lease { last: 15, ..lease }, 12)],
        );
        assert_eq!(one.rejected(&district), Vec::<String>::new(), "{}", database.name);
        one.write(Action::VouchersIssued, vec![issued(2, 13)]);
        assert_eq!(one.rejected(&district), ["not_leased"], "given back, {}", database.name);
        assert_eq!(one.leases(round), [(1, 12)]);
        let batch = one.store.view().history(2).unwrap()[1].id;
        let author = one.author(Action::Undone);
        one.store.undo(&author, batch).unwrap();
        assert_eq!(
            one.rejected(&district),
            ["not_yours"],
            "nobody takes it back, {}",
            database.name
        );
        two.lease(&district, round, 10, &[]);
        assert_eq!(
            two.leases(round),
            [(13, 20), (21, 40), (41, 42)],
            "what came back first, {}",
            database.name
        );
        two.exchange(&district);
        one.exchange(&district);
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);
    }
}

/// A PC was alone, was put back to a backup, and somebody looked up to where its papers go.
#[test]
fn what_is_on_paper_since_before_a_backup_is_leased_to_nobody() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut one = Pc::of(&district, 1);
        let on_paper = |first, last, looked| Draft {
            kind: EntityKind::Round,
            entity: round,
            change: Change::Noted(Note::NumbersOnPaper { first, last, looked }),
        };
        one.write(
            Action::ServedAtCounter,
            vec![registered(1, round, "1号", "101", "x"), passed(1), issued(1, 5)],
        );
        // Put back, not looked yet; then looked, mistyped, and put right; then put back to a newer backup, and none is on paper.
        for (first, last, looked) in [(6, 100, false), (6, 30, true), (6, 40, true), (41, 40, true)] {
            one.write(Action::Printed, vec![on_paper(first, last, looked)]);
        }
        one.exchange(&district);
        let mut two = Pc::of(&district, 1);
        two.lease(&district, round, 10, &[]);
        let leased = two.leases(round);
        assert_eq!(leased.first().map(|(first, _)| *first), Some(41), "{}", database.name);
        // Whatever somebody says, the district answers.
        one.write(Action::Printed, vec![on_paper(1, u32::MAX, false)]);
        one.exchange(&district);
        two.lease(&district, round, 50, &[]);
        assert_eq!(two.leases(round), leased, "{}: all may be on paper", database.name);
    }
}
