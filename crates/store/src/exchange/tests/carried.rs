//! Another PC's work that a stick carried here and that will never be numbered.

use super::*;

#[test]
fn another_pcs_waiting_work_gives_way_to_what_it_did_after_it_was_put_back() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    two.write(Action::ResidentAdded, vec![born(1, "甲")]);
    two.exchange(&mut sequence);
    one.exchange(&mut sequence);
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("old.db"), DatabaseKey::random().unwrap());
    crate::backup::copy(&two.store.connection, &key, &path).unwrap();
    two.write(Action::ResidentAdded, vec![born(2, "乙")]);
    two.write(Action::ResidentAdded, vec![born(3, "丙")]);
    let carried = two.store.view().all_waiting_parts(ROOMY).unwrap();
    one.store.receive_waiting(&sequence.devices, &carried).unwrap();
    let mut old = Pc {
        store: Store::open_copy(&path, &key).unwrap(),
        _folder: folder,
    };
    // Its parts are cut elsewhere than those that were carried.
    old.write(Action::ResidentAdded, vec![born(4, "丁"), born(5, "戊")]);
    old.exchange(&mut sequence);
    one.pull(&sequence, usize::MAX >> 1);
    assert_eq!(one.state(), old.state(), "what the district numbered holds");
    assert_eq!(one.store.view().waiting().unwrap(), 0);
    assert_eq!(one.store.check().unwrap().problems, vec![]);
}

#[test]
fn what_will_never_be_numbered_is_forgotten_and_others_notice() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    one.write(Action::ResidentAdded, vec![born(1, "甲")]);
    one.exchange(&mut sequence);
    two.exchange(&mut sequence);
    let begun = one.write(Action::ResidentAdded, vec![born(2, "乙")]);
    let before = one.state();
    let parts = one.store.view().all_waiting_parts(ROOMY).unwrap();
    two.store.receive_waiting(&sequence.devices, &parts).unwrap();
    let taken_back = two.store.view().history(1).unwrap()[0].id;
    two.store.undo(&author(Action::Undone), taken_back).unwrap();
    let parts = two.store.view().all_waiting_parts(ROOMY).unwrap();
    one.store.receive_waiting(&sequence.devices, &parts).unwrap();
    assert!(one.store.view().batch(begun).unwrap().withdrawn);
    let version = one.store.view().version().unwrap();
    let (own, other) = (one.store.own_device().unwrap().id, two.store.own_device().unwrap().id);
    assert_eq!(one.store.forget_waiting(own).unwrap(), 0, "its own work never");
    assert_eq!(one.store.forget_waiting(other).unwrap(), 1);
    assert_eq!(one.state(), before, "what it took back stands again");
    assert!(one.store.view().version().unwrap() > version && one.store.view().undone_since(version).unwrap());
    assert_eq!(one.store.view().waiting().unwrap(), 1);
    assert_eq!(one.store.check().unwrap().problems, vec![]);
}
