//! PCs that were put back to an older state.

use super::*;

#[test]
fn a_pc_put_back_to_an_older_state_goes_on_as_another_device() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    one.write(Action::ResidentAdded, vec![born(1, "甲")]);
    one.exchange(&mut sequence);
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("old.db"), DatabaseKey::random().unwrap());
    crate::backup::copy(&one.store.connection, &key, &path).unwrap();
    one.write(Action::ResidentAdded, vec![born(2, "乙")]);
    one.exchange(&mut sequence);
    two.exchange(&mut sequence);
    let mut old = Pc {
        store: Store::open_copy(&path, &key).unwrap(),
        _folder: folder,
    };
    old.write(Action::ResidentAdded, vec![born(3, "丙")]);
    old.write(Action::ResidentAdded, vec![born(4, "丁")]);
    undo(&mut old, 0);
    let forked = old
        .store
        .receive(&sequence.devices, &sequence.numbered[1..])
        .unwrap_err();
    assert_eq!(forked.code(), "exchange_forked");
    let device = crate::NewDevice::random().unwrap();
    let (id_of, verifying_key) = (device.id, device.verifying_key());
    sequence.devices.push(DeviceCard {
        id: id_of,
        name: "前台".into(),
        letter: "C".into(),
        verifying_key,
    });
    assert_eq!(old.store.go_on_as(&device).unwrap(), 3);
    assert_eq!(old.store.own_device().unwrap().id, id_of);
    old.exchange(&mut sequence);
    two.exchange(&mut sequence);
    one.exchange(&mut sequence);
    assert_eq!((old.state(), one.state()), (two.state(), two.state()));
    let there = |number| old.store.view().resident(id(number)).unwrap().is_some();
    assert_eq!(
        [1, 2, 3, 4].map(there),
        [true, true, true, false],
        "all that stood, and nothing taken back"
    );
    assert_eq!(old.store.check().unwrap().problems, vec![]);
}

#[test]
fn an_import_half_numbered_and_taken_back_stays_so_under_the_new_device() {
    let mut sequence = Sequence::default();
    let mut one = Pc::new(&mut sequence);
    let batch = one.write(
        Action::RosterImported,
        (1..=501).map(|number| born(number, "甲")).collect(),
    );
    let parts = one.store.view().waiting_parts(ROOMY).unwrap();
    let verdicts = sequence.push(&parts[..1]);
    one.store.take_verdicts(&verdicts).unwrap();
    let undone = one
        .store
        .undo(&author(Action::Undone), batch)
        .unwrap()
        .written
        .batch
        .unwrap();
    let brought_back = one
        .store
        .undo(&author(Action::Undone), undone)
        .unwrap()
        .written
        .batch
        .unwrap();
    one.store.undo(&author(Action::Undone), brought_back).unwrap();
    let device = crate::NewDevice::random().unwrap();
    let verifying_key = device.verifying_key();
    sequence.devices.push(DeviceCard {
        id: device.id,
        name: "前台".into(),
        letter: "C".into(),
        verifying_key,
    });
    one.store.go_on_as(&device).unwrap();
    one.exchange(&mut sequence);
    let mut late = Pc::new(&mut sequence);
    late.exchange(&mut sequence);
    assert_eq!(one.state(), late.state());
    let there = |number| late.store.view().resident(id(number)).unwrap().is_some();
    assert_eq!(
        [1, 501].map(there),
        [false, false],
        "what the clerk took back stays so, in both halves"
    );
}
