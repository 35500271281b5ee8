//! A database that went wrong is built anew, and loses nothing that was done on it.

use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::time::Moment;
use linli_protocol::{DeviceCard, Numbered, PartVerdict};

use super::*;
use crate::{Author, Draft};

fn id(number: u128) -> EntityId {
    EntityId(Uuid::from_u128(number))
}

fn write(store: &mut Store, number: u128, change: Change) {
    let author = Author {
        actor: "董",
        at: Moment(5),
        action: Action::ResidentAdded,
        committee: id(0),
    };
    let draft = Draft {
        kind: EntityKind::Resident,
        entity: id(number),
        change,
    };
    store.write::<Error>(&author, |_| Ok(vec![draft])).unwrap();
}

fn named(name: &str) -> Change {
    created([(Field::Name, Some(name.into()))])
}

/// The district numbers everything that waits.
fn number(store: &mut Store, from: u64) -> Vec<Numbered> {
    let parts = store.view().all_waiting_parts(ALL).unwrap();
    let numbered: Vec<Numbered> = (from..)
        .zip(parts)
        .map(|(number, part)| Numbered {
            number,
            part,
            rejected: Vec::new(),
        })
        .collect();
    for numbered in &numbered {
        let header = numbered.part.header().unwrap();
        let (device, first_seq) = (header.device, header.first_seq);
        let verdict = PartVerdict {
            device,
            first_seq,
            number: numbered.number,
            duplicate: false,
            rejected: Vec::new(),
        };
        store.take_verdicts(&[verdict]).unwrap();
    }
    store.receive(&[], &numbered).unwrap();
    numbered
}

#[test]
fn a_damaged_state_is_built_anew_with_what_waits_and_the_old_one_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let key = DatabaseKey::random().unwrap();
    let path = folder.path().join("linli.db");
    let mut store = Store::create(&path, &key).unwrap();
    write(&mut store, 1, named("甲"));
    write(&mut store, 2, named("乙"));
    let log = number(&mut store, 1);
    let sound = store.view().digests().unwrap();
    let version = store.view().version().unwrap();
    store.connection.execute("UPDATE resident SET name = '错'", []).unwrap();
    store.connection.execute("DELETE FROM digest", []).unwrap();
    let change = FieldChange {
        seen: None,
        to: Some("在写".into()),
    };
    write(&mut store, 3, named("丙"));
    write(&mut store, 3, Change::Set([(Field::Note, change)].into()));

    let fresh_path = folder.path().join("fresh.db");
    let mut fresh = store.begin_rebuilding(&fresh_path, &key).unwrap();
    fresh.receive(&[] as &[DeviceCard], &log[..1]).unwrap();
    drop(fresh); // Interrupted: the next try goes on.
    let mut fresh = store.begin_rebuilding(&fresh_path, &key).unwrap();
    assert_eq!(fresh.view().received_up_to().unwrap(), 1);
    fresh.receive(&[] as &[DeviceCard], &log[1..]).unwrap();
    let other_program = Store::open(&path, &key).unwrap();
    let kept = store.finish_rebuilding(fresh, &fresh_path, &key).unwrap();

    let names = |store: &Store| {
        [1, 2, 3].map(|number| {
            store
                .view()
                .resident(id(number))
                .unwrap()
                .and_then(|resident| resident.name)
        })
    };
    assert_eq!(names(&other_program), ["甲", "乙", "丙"].map(|name| Some(name.into())));
    assert!(other_program.view().version().unwrap() > version, "others notice");
    assert_eq!(store.view().waiting().unwrap(), 2, "what waited waits on");
    assert_eq!(store.view().received_up_to().unwrap(), 2);
    assert_eq!(store.check().unwrap().problems, vec![]);
    let kept = Store::open_copy(&kept, &key).unwrap();
    assert_eq!(names(&kept)[0].as_deref(), Some("错"));
    assert!(!fresh_path.exists());
    number(&mut store, 3);
    let all = store.view().digests().unwrap();
    assert_ne!(all, sound, "the third person counts");
    write(&mut store, 4, named("丁"));
}

#[test]
fn of_databases_built_anew_the_newest_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let key = DatabaseKey::random().unwrap();
    let mut store = Store::create(&folder.path().join("linli.db"), &key).unwrap();
    write(&mut store, 1, named("甲"));
    let log = number(&mut store, 1);
    let fresh_path = folder.path().join("fresh.db");
    let mut rebuilt = || {
        let mut fresh = store.begin_rebuilding(&fresh_path, &key).unwrap();
        fresh.receive(&[] as &[DeviceCard], &log).unwrap();
        store.finish_rebuilding(fresh, &fresh_path, &key).unwrap()
    };
    let (first, second) = (rebuilt(), rebuilt());
    assert_ne!(first, second);
    assert_eq!((first.exists(), second.exists()), (false, true));
}
