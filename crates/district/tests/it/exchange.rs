//! Pushing, pulling and folding: PCs with the workstation's own store, and the district on both databases.

use std::collections::BTreeMap;
use std::sync::Arc;

use linli_district::storage::Sqlite;
use linli_district::{District, Error};
use linli_domain::operation::{Action, Change, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::{FIXED, created};
use linli_domain::round::RoundKey;
use linli_protocol::{DenialCode, PullRequest, PushRequest, SignedPart, WireOperation};
use linli_store::Draft;
use proptest::prelude::*;

use crate::databases;
use crate::office::{ByHand, Counting, NOW, Pc, district, id, registered, round_file};

pub(crate) fn resident(number: u128, change: Change) -> Draft {
    Draft {
        kind: EntityKind::Resident,
        entity: id(number),
        change,
    }
}

pub(crate) fn born(number: u128, name: &str) -> Draft {
    resident(
        number,
        created([(Field::Name, Some(name.into())), (Field::Area, Some("1号".into()))]),
    )
}

fn set(number: u128, field: Field, seen: Option<&str>, to: &str) -> Draft {
    let change = FieldChange {
        seen: seen.map(Into::into),
        to: Some(to.into()),
    };
    resident(number, Change::Set(BTreeMap::from([(field, change)])))
}

fn in_memory() -> District {
    district(Arc::new(Sqlite::in_memory().unwrap()))
}

/// What a clerk does next with one of a few residents, seeing what is on this PC.
fn act(pc: &mut Pc, what: u8, whom: u128, word: u8) {
    let name = format!("名{word}");
    let seen = pc.store.view().resident(id(whom)).unwrap();
    let draft = match (what, &seen) {
        (_, None) => born(whom, &name),
        (0, Some(seen)) => set(whom, Field::Name, seen.name.as_deref(), &name),
        (1, Some(seen)) => set(whom, Field::Note, seen.note.as_deref(), &name),
        (2, _) => resident(whom, Change::AddTag(name)),
        // A rule is broken: the area is never set again.
        (3, _) => set(whom, Field::Area, Some("1号"), &name),
        _ => resident(whom, Change::Delete),
    };
    pc.write(Action::ResidentChanged, vec![draft]);
}

fn undo(pc: &mut Pc, back: usize) {
    let history = pc.store.view().history(back + 1).unwrap();
    let batch = history
        .get(back)
        .filter(|batch| !batch.withdrawn && batch.action != Action::SetUp);
    if let Some(batch) = batch.map(|batch| batch.id) {
        let author = pc.author(Action::Undone);
        pc.store.undo(&author, batch).unwrap();
    }
}

/// Plays the steps with two PCs, and says whether all end up the same, the district included.
fn all_end_up_the_same(district: &District, steps: &[(usize, u8, u128, u8)]) -> Result<(), TestCaseError> {
    let mut pcs = [Pc::of(district, 1), Pc::of(district, 1)];
    for (pc, what, whom, word) in steps {
        let pc = &mut pcs[*pc];
        match what {
            0..=4 => act(pc, *what, *whom, *word),
            5 | 6 => undo(pc, usize::from(*word)),
            7 if pc.store.view().waiting().unwrap() > 0 => drop(pc.push(district, true)),
            8 if pc.store.view().waiting().unwrap() > 0 => drop(pc.push(district, false)),
            _ => drop(pc.pull(district)),
        }
    }
    for _ in 0..2 {
        pcs.iter_mut().for_each(|pc| drop(pc.exchange(district)));
    }
    let mut fresh = Pc::of(district, 1);
    let state = fresh.store.view().state_hash().unwrap();
    for pc in pcs.iter_mut().chain([&mut fresh]) {
        pc.exchange(district);
        prop_assert!(pc.agrees(district));
        prop_assert_eq!(pc.store.view().state_hash().unwrap(), state);
        prop_assert_eq!(pc.store.check().unwrap().problems, vec![]);
    }
    Ok(())
}

fn steps(most: usize) -> impl Strategy<Value = Vec<(usize, u8, u128, u8)>> {
    prop::collection::vec((0..2usize, 0..11u8, 1..4u128, 0..5u8), 0..most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn pcs_and_the_district_end_up_the_same(steps in steps(50)) {
        all_end_up_the_same(&in_memory(), &steps)?;
    }
}

#[test]
fn pcs_and_the_district_end_up_the_same_on_each_database() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for database in databases::each() {
        let district = district(database.storage.clone());
        let steps = steps(60).new_tree(&mut runner).unwrap().current();
        all_end_up_the_same(&district, &steps).unwrap();
    }
}

#[test]
fn an_import_travels_in_pages_and_is_taken_back_whole() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        let before = one.store.view().digests().unwrap();
        let batch = one.write(
            Action::RosterImported,
            (1..=1_201).map(|number| born(number, "甲")).collect(),
        );
        let verdicts = one.exchange(&district);
        assert_eq!(verdicts.len(), 3, "{}", database.name);
        two.exchange(&district);
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);
        let author = one.author(Action::Undone);
        one.store.undo(&author, batch).unwrap();
        one.exchange(&district);
        two.exchange(&district);
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);
        assert_eq!(two.store.view().digests().unwrap(), before, "{}", database.name);
    }
}

#[test]
fn a_pull_goes_on_from_any_number() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = Pc::of(&district, 1);
        for number in 1..=150 {
            pc.write(Action::ResidentAdded, vec![born(number, "甲")]);
        }
        pc.exchange(&district);
        let caller = pc.caller(&district);
        let last = district.pull(caller, PullRequest { after: 0 }).unwrap().last;
        let mut numbers = Vec::new();
        while numbers.last().is_none_or(|number| *number < last) {
            let page = district
                .pull(
                    caller,
                    PullRequest {
                        after: numbers.last().copied().unwrap_or(0),
                    },
                )
                .unwrap();
            assert!(page.parts.len() <= linli_protocol::PARTS);
            let complete = page.parts.last().is_some_and(|part| part.number == last);
            assert_eq!(
                page.digests.is_empty(),
                !complete,
                "digests are those of the last number"
            );
            numbers.extend(page.parts.iter().map(|part| part.number));
        }
        assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
        let beyond = district.pull(caller, PullRequest { after: last + 5 }).unwrap();
        assert_eq!(
            (beyond.parts.len(), beyond.digests.len(), beyond.last),
            (0, 0, last),
            "a PC ahead of a restored district"
        );
    }
}

#[test]
fn large_parts_keep_an_answer_within_its_limit() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        let note = "\"".repeat(100_000);
        for number in 1..=12 {
            let fields = [(Field::Name, Some("甲".to_owned())), (Field::Note, Some(note.clone()))];
            one.write(Action::ResidentAdded, vec![resident(number, created(fields))]);
        }
        while one.store.view().waiting().unwrap() > 0 {
            let parts = one.store.view().waiting_parts(1 << 20).unwrap();
            let pushed = district
                .push(one.caller(&district), &PushRequest { parts }, NOW)
                .unwrap();
            one.store.take_verdicts(&pushed.verdicts).unwrap();
        }
        let caller = two.caller(&district);
        let mut after = two.store.view().received_up_to().unwrap();
        loop {
            let page = district.pull(caller, PullRequest { after }).unwrap();
            assert!(serde_json::to_vec(&page).unwrap().len() <= linli_protocol::BODY_BYTES);
            let Some(last) = page.parts.last() else { break };
            after = last.number;
        }
        two.exchange(&district);
        assert!(two.agrees(&district));
    }
}

#[test]
fn no_part_makes_an_answer_that_cannot_be_read() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = ByHand::of(&district, 1);
        let refused = |pc: &ByHand, part: SignedPart| {
            let tried = district.push(pc.caller(&district), &PushRequest { parts: vec![part] }, NOW);
            assert_eq!(denial(tried).0, DenialCode::BadRequest);
        };
        let resident = || vec![crate::office::wire(born(1, "甲"))];
        let (part, _) = pc.sign(resident(), |header| {
            header.actor = "董".repeat(linli_protocol::HEADER_BYTES)
        });
        refused(&pc, part);
        // Written as JSON once more, each of these is six bytes.
        let control = "\u{1}".repeat(100_000);
        let (part, _) = pc.sign(
            vec![WireOperation {
                change: control,
                ..resident().remove(0)
            }],
            |_| (),
        );
        refused(&pc, part);
        let actor = "\"".repeat(linli_protocol::HEADER_BYTES / 2 - 500);
        for _ in 0..300 {
            let (part, tail) = pc.sign(resident(), |header| header.actor.clone_from(&actor));
            district
                .push(pc.caller(&district), &PushRequest { parts: vec![part] }, NOW)
                .unwrap();
            (pc.seq, pc.tail) = (pc.seq + 1, tail);
        }
        let mut after = 0;
        while let page = district.pull(pc.caller(&district), PullRequest { after }).unwrap()
            && let Some(last) = page.parts.last()
        {
            assert!(serde_json::to_vec(&page).unwrap().len() <= linli_protocol::BODY_BYTES);
            after = last.number;
        }
        assert!(after > 300, "it was read to the end");
    }
}

/// The same text from a program that takes it out as it writes, and from one that did not know better: the work of an
/// older program's clerk is not lost over a mark that nobody sees.
#[test]
fn what_nobody_sees_is_refused_from_programs_that_know_and_taken_from_older_ones() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = ByHand::of(&district, 1);
        let mut reading = Pc::of(&district, 1);
        let mut push = |schema: u16, entity: u128, change: &str| {
            let operation = WireOperation {
                kind: 4,
                entity: id(entity),
                change: change.into(),
            };
            let (part, tail) = pc.sign(vec![operation], |header| header.schema = schema);
            let pushed = district
                .push(pc.caller(&district), &PushRequest { parts: vec![part] }, NOW)
                .unwrap();
            (pc.seq, pc.tail) = (pc.seq + 1, tail);
            pushed.verdicts[0]
                .rejected
                .iter()
                .map(|one| one.rule.clone())
                .collect::<Vec<String>>()
        };
        let named = |name: &str| format!(r#"{{"create":{{"name":"{name}"}}}}"#);
        let rule = ["unprintable".to_owned()];
        assert_eq!(push(1, 1, &named("张\\u0001\u{202e}三")), [""; 0]);
        assert_eq!(push(2, 2, &named("李\\u0001四")), rule, "{}", database.name);
        assert_eq!(push(2, 3, &named("王\u{202e}五")), rule);
        assert_eq!(
            push(2, 4, &named("赵六🏠\\n")),
            [""; 0],
            "what paper leaves to the hand is a clerk's to write"
        );
        assert_eq!(
            push(2, 1, r#"{"set":{"name":{"seen":"张\u0001\u202e三","to":"张三"}}}"#),
            [""; 0],
            "put right"
        );
        assert_eq!(push(2, 1, r#"{"add_tag":"高\u200b龄"}"#), rule);
        reading.exchange(&district);
        let names: Vec<Option<String>> = reading
            .store
            .view()
            .residents()
            .unwrap()
            .into_iter()
            .map(|one| one.name)
            .collect();
        assert_eq!(names, [Some("张三".to_owned()), Some("赵六🏠\n".to_owned())]);
        assert!(reading.agrees(&district), "{}", database.name);
    }
}

fn denial<T>(result: Result<T, Error>) -> (DenialCode, Option<u64>) {
    match result {
        Err(Error::Denied(denial)) => (denial.code, denial.expected),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not denied"),
    }
}

#[test]
fn gaps_forks_forgeries_and_strangers_are_refused_and_change_nothing() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut one, two, mut other) = (Pc::of(&district, 1), Pc::of(&district, 1), Pc::of(&district, 2));
        for number in 1..=3 {
            one.write(Action::ResidentAdded, vec![born(number, "甲")]);
        }
        let parts = one.store.view().waiting_parts(1 << 20).unwrap();
        let caller = one.caller(&district);
        let push = |parts: &[SignedPart]| district.push(caller, &PushRequest { parts: parts.to_vec() }, NOW);
        let before = district.pull(caller, PullRequest { after: 0 }).unwrap();
        assert_eq!(
            denial(push(&parts[1..])),
            (DenialCode::Gap, Some(1)),
            "{}",
            database.name
        );
        let mut forged = parts.clone();
        forged[0].operations[0].change = forged[0].operations[0].change.replace('甲', "乙");
        assert_eq!(
            denial(push(&forged)).0,
            DenialCode::BadSignature,
            "and what follows is not taken either"
        );
        let mut short = parts[0].clone();
        short.operations.clear();
        assert_eq!(denial(push(&[short])).0, DenialCode::BadRequest);
        other.write(Action::ResidentAdded, vec![born(9, "丙")]);
        let strange = other.store.view().waiting_parts(1 << 20).unwrap();
        assert_eq!(
            denial(push(&strange)).0,
            DenialCode::OtherCommittee,
            "{}",
            database.name
        );
        assert_eq!(
            district.pull(caller, PullRequest { after: 0 }).unwrap(),
            before,
            "{}",
            database.name
        );
        // Brought by the committee's other PC, from a stick.
        let brought = district
            .push(
                two.caller(&district),
                &PushRequest {
                    parts: parts[..2].to_vec(),
                },
                NOW,
            )
            .unwrap();
        assert_eq!(brought.verdicts.len(), 2);
        let again = push(&parts).unwrap();
        let known: Vec<bool> = again.verdicts.iter().map(|verdict| verdict.duplicate).collect();
        assert_eq!(known, [true, true, false], "{}", database.name);
        assert_eq!(
            again.verdicts[..2],
            brought
                .verdicts
                .iter()
                .map(|verdict| {
                    linli_protocol::PartVerdict {
                        duplicate: true,
                        ..verdict.clone()
                    }
                })
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_pc_put_back_to_an_older_state_is_told_so() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = Pc::of(&district, 1);
        pc.write(Action::ResidentAdded, vec![born(1, "甲")]);
        let before = pc.store.view().waiting_parts(1 << 20).unwrap();
        pc.exchange(&district);
        let mut older = before[0].clone();
        older.header = older.header.replace("董", "王");
        let tried = district.push(pc.caller(&district), &PushRequest { parts: vec![older] }, NOW);
        assert_eq!(denial(tried).0, DenialCode::Forked);
    }
}

#[test]
fn an_entity_keeps_its_kind() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = Pc::of(&district, 1);
        pc.write(Action::ResidentAdded, vec![born(1, "甲")]);
        let household = Draft {
            kind: EntityKind::Household,
            entity: id(1),
            change: born(1, "乙").change,
        };
        let batch = pc.write(Action::HouseholdSaved, vec![born(2, "丙"), household]);
        assert_eq!(pc.rejected(&district), ["other_kind"], "{}", database.name);
        let mut other = Pc::of(&district, 1);
        assert!(
            pc.agrees(&district) && other.agrees(&district),
            "{}: nobody folds it as that",
            database.name
        );
        let author = pc.author(Action::Undone);
        pc.store.undo(&author, batch).unwrap();
        pc.exchange(&district);
        other.exchange(&district);
        assert!(
            pc.agrees(&district) && other.agrees(&district),
            "{}: nor takes it back as that",
            database.name
        );
        assert_eq!(other.store.check().unwrap().problems, vec![], "{}", database.name);
    }
}

#[test]
fn whose_a_reservation_is_is_given_once() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = district
            .open_round(&round_file(RoundKey::Household, 9), NOW, &mut Counting(3))
            .unwrap()
            .round;
        let mut pc = Pc::of(&district, 1);
        pc.write(
            Action::ReservationRegistered,
            vec![registered(60, round, "12号", "501", "E1000001")],
        );
        assert_eq!(pc.rejected(&district), Vec::<String>::new(), "{}", database.name);
        let fields = [(Field::Name, true), (Field::Phone, true), (Field::Quantity, true)];
        for (field, may) in fields.into_iter().chain(FIXED.map(|field| (field, false))) {
            let change = FieldChange {
                seen: None,
                to: Some("6".into()),
            };
            let change = Change::Set(BTreeMap::from([(field, change)]));
            let draft = Draft {
                kind: EntityKind::Reservation,
                entity: id(60),
                change,
            };
            pc.write(Action::ReservationChanged, vec![draft]);
            let rejected = pc.rejected(&district);
            assert_eq!(
                rejected,
                if may { vec![] } else { vec!["fixed_field"] },
                "{}: {field:?}",
                database.name
            );
        }
        assert!(pc.agrees(&district), "{}", database.name);
    }
}

#[test]
fn the_character_nul_is_kept_as_an_escape_and_refused_in_the_raw() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = ByHand::of(&district, 1);
        let resident = |change: &str| WireOperation {
            kind: 4,
            entity: id(6),
            change: change.into(),
        };
        let escaped = vec![resident(r#"{"create":{"name":"甲\u0000"}}"#)];
        assert_eq!(
            pc.push(&district, None, escaped),
            Vec::<String>::new(),
            "{}",
            database.name
        );
        let raw = vec![resident("{\"create\":{\"name\":\"\0\"}}")];
        let (part, _) = pc.sign(raw, |_| ());
        let caller = district.authenticate(&pc.enrolled.token, NOW).unwrap();
        let tried = district.push(caller, &PushRequest { parts: vec![part] }, NOW);
        assert_eq!(denial(tried).0, DenialCode::BadRequest, "{}", database.name);
        let mut reader = Pc::of(&district, 1);
        assert!(reader.agrees(&district), "{}", database.name);
    }
}
