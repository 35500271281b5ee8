//! Undoing what other PCs worked on, knowing or not.

use super::*;

#[test]
fn what_another_pc_worked_on_unknowing_outlives_the_undo_of_its_beginning() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    let begun = one.write(Action::RosterImported, vec![born(1, "甲"), born(2, "乙")]);
    one.exchange(&mut sequence);
    two.exchange(&mut sequence);
    one.store.undo(&author(Action::Undone), begun).unwrap();
    let edited = two.write(
        Action::ResidentChanged,
        vec![resident(1, Change::AddTag("高龄".into()))],
    );
    for _ in 0..2 {
        two.exchange(&mut sequence);
        one.exchange(&mut sequence);
    }
    let there = |pc: &Pc| [1, 2].map(|number| pc.store.view().resident(id(number)).unwrap().is_some());
    assert_eq!((there(&one), there(&two)), ([true, false], [true, false]));
    assert_eq!(one.state(), two.state());
    two.store.undo(&author(Action::Undone), edited).unwrap();
    for _ in 0..2 {
        two.exchange(&mut sequence);
        one.exchange(&mut sequence);
    }
    assert_eq!(
        (there(&one), there(&two)),
        ([false; 2], [false; 2]),
        "nothing builds on it any more"
    );
    assert_eq!(one.state(), two.state());
}

#[test]
fn a_round_in_which_another_pc_registers_unknowing_outlives_the_undo_of_its_opening() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    // The reservation's id comes before the round's in one run, and after it in the other.
    for (round, reservation) in [(20, 10), (30, 40)] {
        let draft = |kind, number, change| Draft {
            kind,
            entity: id(number),
            change,
        };
        let opened = created([(Field::Definition, Some(ROUND.into()))]);
        let opening = one.write(Action::RoundOpened, vec![draft(EntityKind::Round, round, opened)]);
        one.exchange(&mut sequence);
        two.exchange(&mut sequence);
        one.store.undo(&author(Action::Undone), opening).unwrap();
        let begun = created([
            (Field::Round, Some(id(round).to_string())),
            (Field::Name, Some("甲".into())),
        ]);
        let registering = vec![draft(EntityKind::Reservation, reservation, begun)];
        let registering = two.write(Action::ReservationRegistered, registering);
        one.exchange(&mut sequence);
        assert_eq!(
            one.store.view().round(id(round)).unwrap(),
            None,
            "nobody is known to work in it"
        );
        two.exchange(&mut sequence);
        one.exchange(&mut sequence);
        let there = |pc: &Pc| pc.store.view().round(id(round)).unwrap().is_some();
        assert!(there(&one) && there(&two), "{round}");
        assert_eq!(one.state(), two.state());
        two.store.undo(&author(Action::Undone), registering).unwrap();
        two.exchange(&mut sequence);
        one.exchange(&mut sequence);
        assert!(
            !there(&one) && !there(&two),
            "{round}: nothing is registered in it any more"
        );
        assert_eq!(one.state(), two.state());
        let mut late = Pc::new(&mut sequence);
        late.exchange(&mut sequence);
        assert_eq!(late.state(), one.state());
    }
}

#[test]
fn a_registration_in_a_round_known_to_be_taken_back_brings_it_back_here_too() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    let draft = |kind, number, change| Draft {
        kind,
        entity: id(number),
        change,
    };
    let opened = created([(Field::Definition, Some(ROUND.into()))]);
    let opening = one.write(Action::RoundOpened, vec![draft(EntityKind::Round, 20, opened)]);
    one.store.undo(&author(Action::Undone), opening).unwrap();
    one.exchange(&mut sequence);
    two.exchange(&mut sequence);
    let begun = created([
        (Field::Round, Some(id(20).to_string())),
        (Field::Name, Some("甲".into())),
    ]);
    two.write(
        Action::ReservationRegistered,
        vec![draft(EntityKind::Reservation, 40, begun)],
    );
    two.exchange(&mut sequence);
    one.exchange(&mut sequence);
    assert!(two.store.view().round(id(20)).unwrap().is_some());
    assert_eq!(one.state(), two.state());
}

#[test]
fn what_two_pcs_began_and_both_took_back_does_not_depend_on_pages() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    let first = one.write(Action::ResidentAdded, vec![born(1, "甲")]);
    one.push(&mut sequence, true);
    let second = two.write(Action::ResidentAdded, vec![born(1, "甲")]);
    two.store.undo(&author(Action::Undone), second).unwrap();
    two.push(&mut sequence, true);
    one.store.undo(&author(Action::Undone), first).unwrap();
    one.push(&mut sequence, true);
    let (mut slow, mut fast) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    while slow.pull(&sequence, 1).operations > 0 {}
    fast.pull(&sequence, usize::MAX >> 1);
    assert_eq!(slow.state(), fast.state());
    assert_eq!(
        fast.store.view().resident(id(1)).unwrap(),
        None,
        "neither stands on the other"
    );
}
