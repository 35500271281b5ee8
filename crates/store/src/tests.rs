//! The store as a whole: keys, damage, undo, several programs at once, the check, backups.

use std::collections::BTreeMap;

use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange, Note};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::round::{Decision, Stage};
use linli_domain::task::{Task, TaskFact};
use linli_domain::time::Moment;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::files::DataFolder;
use crate::key::Lock;

mod undo;

const PASSWORD: Lock<'_> = Lock::Password("邻里-2020");

fn folder() -> (tempfile::TempDir, DataFolder) {
    let temp = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(temp.path().join("数据"));
    (temp, folder)
}

/// A store without the cost of a password's key.
fn store() -> (tempfile::TempDir, Store) {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::create(&temp.path().join("linli.db"), &DatabaseKey::random().unwrap()).unwrap();
    (temp, store)
}

fn author(action: Action) -> Author<'static> {
    Author {
        actor: "董",
        at: Moment(1_580_572_800_000),
        action,
        committee: id(0),
    }
}

fn id(number: u128) -> EntityId {
    EntityId(Uuid::from_u128(number))
}

fn household(number: u128) -> Draft {
    let change = created([
        (Field::Building, Some("12号".into())),
        (Field::Room, Some(number.to_string())),
    ]);
    Draft {
        kind: EntityKind::Household,
        entity: id(number),
        change,
    }
}

fn resident(number: u128, name: &str, home: Option<u128>) -> Draft {
    let home = home.map(|home| id(home).to_string());
    let change = created([(Field::Name, Some(name.into())), (Field::Household, home)]);
    Draft {
        kind: EntityKind::Resident,
        entity: id(number),
        change,
    }
}

fn set(number: u128, field: Field, seen: Option<&str>, to: Option<&str>) -> Draft {
    let change = FieldChange {
        seen: seen.map(Into::into),
        to: to.map(Into::into),
    };
    Draft {
        kind: EntityKind::Resident,
        entity: id(number),
        change: Change::Set(BTreeMap::from([(field, change)])),
    }
}

fn write(store: &mut Store, action: Action, drafts: Vec<Draft>) -> i64 {
    store
        .write::<Error>(&author(action), |_| Ok(drafts))
        .unwrap()
        .batch
        .unwrap()
}

/// How often SQLite prepared a kept statement anew that was run for ten entities.
fn prepared_anew(store: &Store) -> i32 {
    let kept = || store.connection.prepare_cached(include_str!("undo_begun.sql")).unwrap();
    for number in 0..10 {
        assert!(!kept().exists([id(number).0]).unwrap());
    }
    kept().get_status(rusqlite::StatementStatus::RePrepare)
}

#[test]
fn a_statement_is_prepared_once_whatever_is_bound_to_it() {
    let (_temp, store) = store();
    assert_eq!(prepared_anew(&store), 0);
    store
        .connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, false)
        .unwrap();
    assert!(prepared_anew(&store) > 0, "what the setting is for");
}

/// What is asked after every key a clerk presses reads what came last, and not the whole log or every reservation.
#[test]
fn what_is_asked_after_every_change_is_found_by_an_index() {
    let (_folder, store) = store();
    let asked = [
        (log::TOUCHED, "part_by_stamp"),
        (log::KINDS_TOUCHED, "part_by_stamp"),
        (log::UNDONE, "part_by_stamp"),
        (state::reservation::WAITING, "COVERING INDEX item_waiting"),
        (state::item::STAGES, "COVERING INDEX item_by_stage"),
    ];
    for (sql, index) in asked {
        let mut plan = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = vec![rusqlite::types::Null; plan.parameter_count()];
        let steps = plan
            .query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3))
            .unwrap();
        let steps: Vec<String> = steps.map(Result::unwrap).collect();
        let first = steps
            .iter()
            .find(|step| step.contains("SEARCH") || step.contains("SCAN p") || step.contains("SCAN r"));
        assert!(first.unwrap().contains(index), "{sql}: {steps:?}");
    }
}

#[test]
fn wrong_passwords_and_damaged_files_say_so_and_change_nothing() {
    let (_temp, folder) = folder();
    drop(key::create(&folder, PASSWORD).unwrap());
    assert!(matches!(
        key::create(&folder, PASSWORD),
        Err(Error::AlreadyThere { .. })
    ));
    assert!(matches!(key::open(&folder, None), Err(Error::PasswordNeeded)));
    assert!(matches!(
        key::open(&folder, Some("别的密码")),
        Err(Error::WrongPassword)
    ));
    drop(key::open(&folder, Some("邻里-2020")).unwrap());
    let mut bytes = std::fs::read(folder.database()).unwrap();
    bytes[100..200].fill(7);
    std::fs::write(folder.database(), &bytes).unwrap();
    assert!(matches!(
        key::open(&folder, Some("邻里-2020")),
        Err(Error::Damaged { .. })
    ));
    assert_eq!(
        std::fs::read(folder.database()).unwrap(),
        bytes,
        "a damaged file is left as it is"
    );
    std::fs::write(folder.key_file(), b"{}").unwrap();
    assert!(matches!(
        key::open(&folder, Some("邻里-2020")),
        Err(Error::KeyFileDamaged { .. })
    ));
}

#[test]
fn a_password_can_be_changed_and_a_short_one_is_refused() {
    let (_temp, folder) = folder();
    drop(key::create(&folder, PASSWORD).unwrap());
    let short = key::change_lock(&folder, Some("邻里-2020"), Lock::Password("123"));
    assert!(matches!(short, Err(Error::PasswordTooShort { .. })));
    key::change_lock(&folder, Some("邻里-2020"), Lock::Password("齐河二居-1")).unwrap();
    assert!(matches!(
        key::open(&folder, Some("邻里-2020")),
        Err(Error::WrongPassword)
    ));
    drop(key::open(&folder, Some("齐河二居-1")).unwrap());
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    let (path, key) = (temp.path().join("linli.db"), DatabaseKey::random().unwrap());
    let store = Store::create(&path, &key).unwrap();
    store
        .connection
        .pragma_update(None, "user_version", schema::VERSION + 1)
        .unwrap();
    drop(store);
    assert!(matches!(Store::open(&path, &key), Err(Error::Newer { .. })));
}

/// As programs before left it: they folded the first hand-out, and knew of no other.
#[test]
fn hand_outs_that_older_programs_did_not_show_come_to_light() {
    let temp = tempfile::tempdir().unwrap();
    let (path, key) = (temp.path().join("linli.db"), DatabaseKey::random().unwrap());
    let mut store = Store::create(&path, &key).unwrap();
    let round = id(7);
    let fact = |of, fact| Draft {
        kind: EntityKind::Reservation,
        entity: id(of),
        change: Change::Reservation(fact),
    };
    for reservation in [1, 2] {
        let begun = created([
            (Field::Round, Some(round.to_string())),
            (Field::Name, Some("甲".into())),
        ]);
        let registered = Draft {
            kind: EntityKind::Reservation,
            entity: id(reservation),
            change: begun,
        };
        write(&mut store, Action::ReservationRegistered, vec![registered]);
        write(
            &mut store,
            Action::Collected,
            vec![fact(reservation, ReservationFact::Collected)],
        );
    }
    write(&mut store, Action::Collected, vec![fact(1, ReservationFact::Collected)]);
    let sent = Draft {
        kind: EntityKind::Instruction,
        entity: id(3),
        change: created([(Field::Title, Some("加强排查".into()))]),
    };
    write(&mut store, Action::InstructionSent, vec![sent]);
    // Of tasks programs of that time knew nothing: what came of them was kept unread.
    let pushed = Draft {
        kind: EntityKind::Task,
        entity: id(4),
        change: created([(Field::Name, Some("张三".into()))]),
    };
    let seen_to = Draft::on::<Task>(
        id(4),
        TaskFact::Assigned {
            to: Some("李芳".into()),
        },
    );
    write(&mut store, Action::TasksPushed, vec![pushed, seen_to]);
    let whole = store.view().state_hash().unwrap();
    store
        .connection
        .execute_batch(
            "CREATE TABLE reservation (
                 id BLOB PRIMARY KEY, round BLOB NOT NULL, registered_at TEXT NOT NULL, stage TEXT NOT NULL,
                 resident BLOB, household BLOB, voucher INTEGER, state TEXT NOT NULL) STRICT;
             INSERT INTO reservation
                 SELECT id, list, sort_key, stage, resident, household, number, json_remove(state, '$.again')
                 FROM item WHERE kind = 6;
             CREATE TABLE instruction (id BLOB PRIMARY KEY, sent_at INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
             INSERT INTO instruction SELECT id, 0, state FROM item WHERE kind = 10;
             DROP TABLE item;
             DELETE FROM digest WHERE kind = 11;
             UPDATE operation SET unread = 1 WHERE kind = 11;
             DROP INDEX operation_issuing;
             ALTER TABLE operation DROP COLUMN what;
             ALTER TABLE device DROP COLUMN revoked;
             PRAGMA user_version = 6;",
        )
        .unwrap();
    drop(store);
    let mut store = Store::open(&path, &key).unwrap();
    assert_eq!(store.view().handed_out_twice(round).unwrap(), 1);
    let to_look_into: Vec<EntityId> = store
        .view()
        .reservations_to_look_into()
        .unwrap()
        .into_iter()
        .map(|one| one.id)
        .collect();
    assert_eq!((to_look_into, store.view().state_hash().unwrap()), (vec![id(1)], whole));
    assert_eq!(store.view().instructions().unwrap()[0].state.title(), "加强排查");
    let task = store.view().item::<Task>(id(4)).unwrap().unwrap();
    assert_eq!(task.state.assigned.as_deref(), Some("李芳"));
    assert_eq!(store.view().unread().unwrap(), 0);
    assert_eq!(store.check().unwrap().problems, vec![]);
}

#[test]
fn programs_writing_at_once_lose_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let (path, key) = (temp.path().join("linli.db"), DatabaseKey::random().unwrap());
    drop(Store::create(&path, &key).unwrap());
    const EACH: u128 = 40;
    std::thread::scope(|scope| {
        for program in 1..=3u128 {
            let (path, key) = (&path, &key);
            scope.spawn(move || {
                let mut store = Store::open(path, key).unwrap();
                for number in 0..EACH {
                    let draft = resident(program * 1_000 + number, "甲", None);
                    write(&mut store, Action::ResidentAdded, vec![draft]);
                }
            });
        }
    });
    let mut store = Store::open(&path, &key).unwrap();
    assert_eq!(store.view().residents().unwrap().len(), 3 * EACH as usize);
    let report = store.check().unwrap();
    assert_eq!((report.batches, report.problems), (3 * EACH as usize, vec![]));
}

#[test]
fn a_changed_log_or_state_is_found() {
    type Tamper = &'static str;
    let tampers: [(Tamper, &str); 5] = [
        (
            "UPDATE operation SET change = replace(change, '甲', '乙') WHERE id = 1",
            "记录损坏了",
        ),
        ("DELETE FROM operation WHERE id = 2", "记录损坏了"),
        ("UPDATE part SET signature = zeroblob(64) WHERE id = 1", "记录损坏了"),
        ("UPDATE operation SET what = 'noted' WHERE id = 1", "记录损坏了"),
        ("UPDATE resident SET name = '丙'", "不一致"),
    ];
    for (tamper, word) in tampers {
        let (_temp, mut store) = store();
        write(
            &mut store,
            Action::ResidentAdded,
            vec![resident(1, "甲", None), resident(2, "甲", None)],
        );
        assert!(store.check().unwrap().problems.is_empty());
        store.connection.execute_batch(tamper).unwrap();
        let problems = store.check().unwrap().problems;
        assert!(
            problems.iter().any(|problem| problem.to_string().contains(word)),
            "{tamper}: {problems:?}"
        );
    }
}

#[test]
fn a_setting_for_a_moment_is_not_kept_after_it() {
    let (_temp, folder) = folder();
    let mut store = key::create(&folder, PASSWORD).unwrap();
    assert!(store.set_setting_at("邻里", "1", 0).unwrap());
    write(&mut store, Action::ResidentAdded, vec![resident(1, "甲", None)]);
    assert!(
        !store.set_setting_at("邻里", "2", 0).unwrap(),
        "something was written since"
    );
    assert_eq!(store.view().setting("邻里").unwrap().as_deref(), Some("1"));
    assert!(store.set_setting_at("邻里", "2", 1).unwrap());
}

fn restore(folder: &files::DataFolder, file: &Path, password: &str) -> Result<Option<std::path::PathBuf>, Error> {
    Restore::prepare(folder, &mut std::fs::File::open(file).unwrap(), file, Some(password))?.put_in_place()
}

#[test]
fn a_backup_restores_and_a_cut_one_is_refused() {
    let (temp, folder) = folder();
    let mut store = key::create(&folder, PASSWORD).unwrap();
    write(&mut store, Action::ResidentAdded, vec![resident(1, "甲", None)]);
    let state = store.view().state_hash().unwrap();
    let file = temp.path().join("备份.linli");
    backup(
        &store,
        &folder,
        &key::unwrap(&folder, Some("邻里-2020")).unwrap(),
        &file,
        None,
    )
    .unwrap();
    write(&mut store, Action::ResidentAdded, vec![resident(2, "乙", None)]);
    drop(store);
    assert!(matches!(restore(&folder, &file, "不是这个"), Err(Error::WrongPassword)));
    let aside = restore(&folder, &file, "邻里-2020").unwrap().unwrap();
    assert!(aside.join("linli.db").exists(), "what was there is kept");
    let restored = key::open(&folder, Some("邻里-2020")).unwrap();
    assert_eq!(restored.view().state_hash().unwrap(), state);
    assert!(restored.view().is_restored().unwrap());
    restored.caught_up().unwrap();
    assert!(!restored.view().is_restored().unwrap());
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..40]).unwrap();
    assert!(matches!(
        restore(&folder, &file, "邻里-2020"),
        Err(Error::NotABackup { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever was done, the state is what the log folds to, and undoing everything leaves nothing.
    #[test]
    fn the_state_is_always_the_folded_log(steps in prop::collection::vec((0..5u8, 1..5u128), 1..25)) {
        let (_temp, mut store) = store();
        let mut made = std::collections::HashSet::new();
        for (kind, number) in steps {
            let draft = match kind {
                0 if made.insert(number) => resident(number, "甲", None),
                0 | 1 => set(number, Field::Phone, None, Some("138")),
                2 => Draft { kind: EntityKind::Resident, entity: id(number), change: Change::AddTag("高龄".into()) },
                3 => Draft { kind: EntityKind::Resident, entity: id(number), change: Change::Delete },
                _ => {
                    if let Some(last) = store.view().last_undoable("董").unwrap() {
                        store.undo(&author(Action::Undone), last.id).unwrap();
                    }
                    continue;
                }
            };
            write(&mut store, Action::ResidentChanged, vec![draft]);
        }
        prop_assert_eq!(store.check().unwrap().problems, vec![]);
        while let Some(last) = store.view().last_undoable("董").unwrap() {
            store.undo(&author(Action::Undone), last.id).unwrap();
        }
        prop_assert_eq!(store.view().residents().unwrap(), vec![]);
    }
}
