//! Undo and redo.

use super::*;

#[test]
fn undo_brings_back_exactly_what_was_and_undoing_it_brings_the_work_back() {
    let (_temp, mut store) = store();
    write(
        &mut store,
        Action::ResidentAdded,
        vec![household(1), resident(2, "张晓明", Some(1))],
    );
    let before = store.view().state_hash().unwrap();
    let tag = Draft {
        kind: EntityKind::Resident,
        entity: id(2),
        change: Change::AddTag("高龄".into()),
    };
    let drafts = vec![
        household(3),
        resident(4, "王㛃", Some(3)),
        set(2, Field::Phone, None, Some("138")),
        tag,
    ];
    let batch = write(&mut store, Action::RosterImported, drafts);
    let after = store.view().state_hash().unwrap();
    assert_ne!(before, after);
    let undo = store.undo(&author(Action::Undone), batch).unwrap();
    assert_eq!((undo.changed, undo.kept.len()), (3, 0));
    assert_eq!(store.view().state_hash().unwrap(), before);
    assert!(matches!(
        store.undo(&author(Action::Undone), batch),
        Err(Error::AlreadyUndone)
    ));
    store
        .undo(&author(Action::Undone), undo.written.batch.unwrap())
        .unwrap();
    assert_eq!(store.view().state_hash().unwrap(), after);
    assert_eq!(store.check().unwrap().problems, vec![]);
}

#[test]
fn undo_keeps_and_names_what_later_work_builds_on() {
    let (_temp, mut store) = store();
    let drafts = vec![
        household(1),
        resident(2, "甲", Some(1)),
        household(3),
        resident(4, "乙", Some(3)),
    ];
    let import = write(&mut store, Action::RosterImported, drafts);
    let reservation = created([
        (Field::Round, Some(id(9).to_string())),
        (Field::Resident, Some(id(2).to_string())),
    ]);
    let draft = Draft {
        kind: EntityKind::Reservation,
        entity: id(5),
        change: reservation,
    };
    write(&mut store, Action::ReservationRegistered, vec![draft]);
    let remark = Change::Noted(Note::Revealed);
    write(
        &mut store,
        Action::Revealed,
        vec![Draft {
            kind: EntityKind::Resident,
            entity: id(4),
            change: remark,
        }],
    );
    let undo = store.undo(&author(Action::Undone), import).unwrap();
    assert_eq!(
        undo.kept,
        [id(2), id(1)],
        "the person with a reservation, and the household"
    );
    assert!(store.view().resident(id(2)).unwrap().is_some());
    assert!(store.view().resident(id(4)).unwrap().is_none());
    assert_eq!(store.check().unwrap().problems, vec![]);
}

/// A batch that moves someone into a home it made is taken back whole: only its own work lives there.
#[test]
fn undo_of_a_move_takes_the_new_home_back_too() {
    let (_temp, mut store) = store();
    write(
        &mut store,
        Action::RosterImported,
        vec![household(1), resident(2, "甲", Some(1))],
    );
    let before = store.view().state_hash().unwrap();
    let (old, new) = (id(1).to_string(), id(3).to_string());
    let drafts = vec![household(3), set(2, Field::Household, Some(&old), Some(&new))];
    let moved = write(&mut store, Action::RosterImported, drafts);
    let undo = store.undo(&author(Action::Undone), moved).unwrap();
    assert_eq!(undo.kept, []);
    assert_eq!(store.view().state_hash().unwrap(), before);
}

#[test]
fn ctrl_z_goes_over_records_of_showing_and_printing() {
    let (_temp, mut store) = store();
    let added = write(&mut store, Action::ResidentAdded, vec![resident(2, "甲", None)]);
    let shown = Draft {
        kind: EntityKind::Resident,
        entity: id(2),
        change: Change::Noted(Note::Revealed),
    };
    write(&mut store, Action::Revealed, vec![shown]);
    assert_eq!(
        store.view().last_undoable("董").unwrap().map(|batch| batch.id),
        Some(added)
    );
}

/// Undo, redo and new work as in an editor: redo goes back over the undos one by one, and new work ends it.
#[test]
fn redo_brings_back_what_was_taken_back_last_until_something_new_is_done() {
    let (_temp, mut store) = store();
    let next = |store: &Store| store.view().last_redoable("董").unwrap();
    let undo = |store: &mut Store, batch| store.undo(&author(Action::Undone), batch).unwrap();
    let imported = write(
        &mut store,
        Action::RosterImported,
        vec![household(1), resident(2, "甲", Some(1))],
    );
    let tagged = vec![Draft {
        kind: EntityKind::Resident,
        entity: id(2),
        change: Change::AddTag("高龄".into()),
    }];
    let tagged = write(&mut store, Action::ResidentsTagged, tagged);
    let full = store.view().state_hash().unwrap();
    assert_eq!(next(&store), None, "nothing was taken back");
    undo(&mut store, tagged);
    undo(&mut store, imported);
    assert_eq!(
        store.view().last_redoable("王").unwrap(),
        None,
        "a colleague's is not under the key"
    );
    for batch in [imported, tagged] {
        assert_eq!(next(&store), Some(batch));
        let redo = store.redo(&author(Action::Undone), batch).unwrap();
        assert!(!redo.batch.withdrawn);
        assert!(matches!(
            store.redo(&author(Action::Undone), batch),
            Err(Error::NotUndone)
        ));
    }
    assert_eq!(
        store.view().state_hash().unwrap(),
        full,
        "as if nothing had been taken back"
    );
    assert_eq!(
        (next(&store), store.view().last_undoable("董").unwrap().unwrap().id),
        (None, tagged)
    );
    undo(&mut store, tagged);
    let shown = Draft {
        kind: EntityKind::Resident,
        entity: id(2),
        change: Change::Noted(Note::Revealed),
    };
    write(&mut store, Action::Revealed, vec![shown]);
    assert_eq!(next(&store), Some(tagged), "showing somebody is not work");
    write(
        &mut store,
        Action::ResidentChanged,
        vec![set(2, Field::Phone, None, Some("138"))],
    );
    assert_eq!(next(&store), None, "work was done since");
    store.redo(&author(Action::Undone), tagged).unwrap();
    assert_eq!(store.check().unwrap().problems, vec![]);
}

#[test]
fn a_batch_is_as_large_as_what_it_touched() {
    let (_temp, mut store) = store();
    let drafts = vec![
        household(1),
        resident(2, "甲", Some(1)),
        set(2, Field::Phone, None, Some("138")),
    ];
    let batch = write(&mut store, Action::RosterImported, drafts);
    let extent = store.view().batch_extent(batch).unwrap();
    assert_eq!(
        (extent.residents, extent.households, extent.reservations, extent.others),
        (1, 1, 0, 0)
    );
}

#[test]
fn a_person_who_stays_keeps_a_home_that_another_batch_began() {
    let (_temp, mut store) = store();
    write(&mut store, Action::HouseholdSaved, vec![household(1)]);
    let added = write(&mut store, Action::ResidentAdded, vec![resident(2, "甲", Some(1))]);
    write(
        &mut store,
        Action::ResidentChanged,
        vec![set(2, Field::Phone, None, Some("138"))],
    );
    let undo = store.undo(&author(Action::Undone), added).unwrap();
    assert_eq!((undo.changed, undo.kept), (0, vec![id(2), id(1)]));
}

#[test]
fn a_voided_voucher_does_not_come_back_by_undoing_the_step_back() {
    let (_temp, mut store) = store();
    let round = id(7);
    let fact = |fact| Draft {
        kind: EntityKind::Reservation,
        entity: id(1),
        change: Change::Reservation(fact),
    };
    let begun = created([
        (Field::Round, Some(round.to_string())),
        (Field::Name, Some("甲".into())),
    ]);
    let passed = ReservationFact::Reviewed {
        decision: Decision::Passed,
        reason: None,
    };
    let registered = Draft {
        kind: EntityKind::Reservation,
        entity: id(1),
        change: begun,
    };
    write(
        &mut store,
        Action::ReservationRegistered,
        vec![registered, fact(passed)],
    );
    write(
        &mut store,
        Action::VouchersIssued,
        vec![fact(ReservationFact::VoucherIssued { serial: 3, quantity: 5 })],
    );
    let back = ReservationFact::SteppedBack {
        to: Stage::Pending,
        reason: "登记有误".into(),
        voucher: Some(3),
        hand_outs: None,
    };
    let stepped = write(&mut store, Action::SteppedBack, vec![fact(back)]);
    let before = store.view().state_hash().unwrap();
    assert!(matches!(
        store.undo(&author(Action::Undone), stepped),
        Err(Error::VoucherVoid { .. })
    ));
    assert_eq!(store.view().state_hash().unwrap(), before);
    assert_eq!(
        store.view().reservation(id(1)).unwrap().unwrap().state.void_vouchers,
        [3]
    );
}
