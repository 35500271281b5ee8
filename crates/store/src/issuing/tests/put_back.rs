//! A PC that was put back to a backup, and what it may have printed since.

use super::*;

#[test]
fn a_pc_put_back_to_a_backup_issues_nothing_before_it_has_heard_the_district() {
    let mut pc = Pc::new(RoundKey::Person, false);
    let reservation = pc.reserve(1, 1);
    pc.right("1号", pc.own());
    pc.lease(1, pc.own(), 1, 20);
    pc.store.mark_numbers_unsure().unwrap();
    assert_eq!(pc.issue(true).waiting, [(reservation, Waiting::Restored)]);
    pc.store.caught_up().unwrap();
    let nowhere = Waiting::NoNumber {
        had: true,
        elsewhere: Elsewhere::ToLease,
    };
    assert_eq!(
        pc.issue(true).waiting,
        [(reservation, nowhere)],
        "what it printed out of its lease was told to nobody"
    );
    pc.lease(2, pc.own(), 21, 25);
    assert_eq!(
        serials(&pc.issue(true)),
        [21],
        "it cannot have printed what it got since"
    );
    let asked: Vec<(u32, Option<u32>)> = pc.unsure();
    assert_eq!(asked, [(1, Some(20))]);
    pc.store.caught_up().unwrap();
    assert_eq!(
        pc.unsure(),
        asked,
        "numbers that came later are not asked about at the next exchange"
    );
    pc.store.printed_up_to(pc.round, 7).unwrap();
    pc.reserve(2, 3);
    assert_eq!((serials(&pc.issue(true)), pc.unsure()), (vec![8], vec![]));
}

#[test]
fn a_pc_alone_that_was_put_back_asks_up_to_where_papers_go() {
    let mut pc = Pc::new(RoundKey::Person, false);
    let first = pc.reserve(1, 1);
    let issued = Change::Reservation(ReservationFact::VoucherIssued { serial: 5, quantity: 5 });
    pc.write(vec![draft(EntityKind::Reservation, first, issued)]);
    pc.store.mark_numbers_unsure().unwrap();
    let waits = pc.reserve(2, 3);
    assert_eq!(
        (pc.issue(false).waiting, pc.unsure()),
        (vec![(waits, Waiting::Unsure)], vec![(6, None)])
    );
    pc.store.printed_up_to(id(7), 9).unwrap();
    assert_eq!(pc.unsure(), [(6, None)], "another round's papers say nothing");
    pc.store.printed_up_to(pc.round, 9).unwrap();
    assert_eq!(serials(&pc.issue(false)), [10]);
    pc.store.mark_numbers_unsure().unwrap();
    pc.store.printed_up_to(pc.round, 0).unwrap();
    pc.reserve(3, 5);
    assert_eq!(
        serials(&pc.issue(false)),
        [11],
        "what is known to be on paper stays there"
    );
}

#[test]
fn what_is_not_known_without_a_district_is_not_known_after_joining_one() {
    let mut pc = Pc::new(RoundKey::Person, false);
    pc.store.mark_numbers_unsure().unwrap();
    pc.store.caught_up().unwrap();
    assert_eq!(pc.unsure(), [(1, None)], "nothing was leased yet");
    pc.right("1号", pc.own());
    pc.lease(1, pc.own(), 1, 20);
    pc.reserve(1, 1);
    assert_eq!(serials(&pc.issue(true)), Vec::<u32>::new());
    pc.store.printed_up_to(pc.round, 2).unwrap();
    pc.store.printed_up_to(pc.round, 9).unwrap();
    assert_eq!(serials(&pc.issue(true)), [10], "mistyped, and put right");
}

#[test]
fn an_old_stick_says_nothing_of_what_the_district_heard_later() {
    let mut pc = Pc::new(RoundKey::Person, false);
    pc.store.mark_numbers_unsure().unwrap();
    pc.store.heard_on_a_stick().unwrap();
    assert!(!pc.store.view().is_restored().unwrap(), "who has only sticks goes on");
    pc.lease(1, pc.own(), 1, 20);
    pc.store.caught_up().unwrap();
    assert_eq!(pc.unsure(), [(1, Some(20))]);
    pc.store.mark_numbers_unsure().unwrap();
    pc.store.heard_on_a_stick().unwrap();
    pc.store.printed_up_to(pc.round, 7).unwrap();
    pc.store.heard_on_a_stick().unwrap();
    assert_eq!(pc.unsure(), [], "asked once");
}
