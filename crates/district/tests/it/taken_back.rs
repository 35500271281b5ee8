//! Undoing what other PCs worked on, knowing or not, by way of the district.

use linli_domain::operation::{Action, Change, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::round::RoundKey;
use linli_protocol::WireOperation;
use linli_store::Draft;

use crate::databases;
use crate::exchange::{born, resident};
use crate::office::{ByHand, Pc, district, id, issued, passed, registered, round_file};

#[test]
fn an_undo_never_bites_its_own_tail() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = ByHand::of(&district, 1);
        let born = || {
            let change = serde_json::to_string(&born(1, "甲").change).unwrap();
            WireOperation {
                kind: EntityKind::Resident.number(),
                entity: id(1),
                change,
            }
        };
        assert_eq!(pc.push(&district, None, vec![pc.undo(1)]), ["unknown_batch"], "itself");
        assert_eq!(
            pc.push(&district, None, vec![pc.undo(3)]),
            ["unknown_batch"],
            "the next one"
        );
        assert_eq!(pc.push(&district, None, vec![born(), pc.undo(1)]), ["undo_alone"]);
        assert_eq!(pc.push(&district, None, vec![pc.undo(3)]), Vec::<String>::new());
        let into_the_undo = pc.push(&district, Some(5), vec![pc.undo(5)]);
        assert_eq!(
            into_the_undo,
            ["undo_alone"],
            "{}: a batch does not grow into its own undo",
            database.name
        );
        assert_eq!(
            pc.push(&district, None, vec![pc.undo(5)]),
            Vec::<String>::new(),
            "undoing an undo is fine"
        );
        let mut reader = Pc::of(&district, 1);
        assert!(reader.agrees(&district), "{}: and no PC goes in circles", database.name);
    }
}

#[test]
fn what_another_pc_worked_on_unknowing_outlives_the_undo_of_its_beginning() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        let begun = one.write(Action::RosterImported, vec![born(1, "甲"), born(2, "乙")]);
        one.exchange(&district);
        two.exchange(&district);
        let author = one.author(Action::Undone);
        one.store.undo(&author, begun).unwrap();
        let edited = two.write(
            Action::ResidentChanged,
            vec![resident(1, Change::AddTag("高龄".into()))],
        );
        one.exchange(&district);
        two.exchange(&district);
        one.exchange(&district);
        let there = |pc: &Pc| [1, 2].map(|number| pc.store.view().resident(id(number)).unwrap().is_some());
        assert_eq!(
            (there(&one), there(&two)),
            ([true, false], [true, false]),
            "{}",
            database.name
        );
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);
        let author = two.author(Action::Undone);
        two.store.undo(&author, edited).unwrap();
        two.exchange(&district);
        one.exchange(&district);
        assert_eq!(
            (there(&one), there(&two)),
            ([false; 2], [false; 2]),
            "{}",
            database.name
        );
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);
    }
}

#[test]
fn a_voucher_of_a_round_whose_opening_was_taken_back_unknowing_is_good() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        let draft = |kind, number, change| Draft {
            kind,
            entity: id(number),
            change,
        };
        let definition = round_file(RoundKey::Household, 9).definition;
        let definition = created([(Field::Definition, Some(serde_json::to_string(&definition).unwrap()))]);
        let opening = one.write(Action::RoundOpened, vec![draft(EntityKind::Round, 50, definition)]);
        one.exchange(&district);
        two.exchange(&district);
        two.lease(&district, id(50), 5, &["12号"]);
        let serial = two.leases(id(50))[0].0;
        let author = one.author(Action::Undone);
        one.store.undo(&author, opening).unwrap();
        one.exchange(&district);
        assert!(one.store.view().round(id(50)).unwrap().is_none(), "{}", database.name);
        let served = vec![
            registered(60, id(50), "12号", "501", "E1000001"),
            passed(60),
            issued(60, serial),
        ];
        two.write(Action::ServedAtCounter, served);
        two.exchange(&district);
        one.exchange(&district);
        for pc in [&mut one, &mut two] {
            assert_eq!(pc.store.view().rejected(9).unwrap(), [], "{}", database.name);
            let served = pc.store.view().reservation_of_serial(id(50), serial).unwrap();
            assert_eq!(served.map(|served| served.id), Some(id(60)), "{}", database.name);
            assert!(pc.store.view().round(id(50)).unwrap().is_some(), "{}", database.name);
            assert!(pc.agrees(&district), "{}", database.name);
        }
    }
}

#[test]
fn what_two_pcs_began_and_both_took_back_is_gone_everywhere() {
    for database in databases::each() {
        for first in [0, 1] {
            let district = district(database.storage.clone());
            let mut pcs = [Pc::of(&district, 1), Pc::of(&district, 1)];
            // Each knows nothing of the other; who comes first has the smaller id in one of the two runs.
            for place in [first, 1 - first] {
                let pc = &mut pcs[place];
                let begun = pc.write(Action::ResidentAdded, vec![born(90 + first as u128, "甲")]);
                let author = pc.author(Action::Undone);
                pc.store.undo(&author, begun).unwrap();
                while pc.store.view().waiting().unwrap() > 0 {
                    pc.push(&district, true);
                }
            }
            for pc in &mut pcs {
                pc.exchange(&district);
                assert!(pc.agrees(&district), "{} {first}", database.name);
                assert!(
                    pc.store.view().resident(id(90 + first as u128)).unwrap().is_none(),
                    "{}",
                    database.name
                );
            }
        }
    }
}
