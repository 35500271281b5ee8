use std::collections::BTreeMap;
use std::convert::Infallible;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

/// A batch of work, or an undo, as it arrives.
#[derive(Debug, Clone)]
struct Entry {
    batch: BatchId,
    work: Vec<(EntityId, What)>,
    undo: Option<Undo>,
}

fn id(number: usize) -> EntityId {
    EntityId(Uuid::from_u128(number as u128))
}

fn batch(number: usize) -> BatchId {
    (DeviceId(Uuid::from_u128(1)), number as u64 + 1)
}

fn undo(number: usize, target: usize, kept: &[usize]) -> Undo {
    Undo {
        batch: batch(number),
        entity: id(1_000 + number),
        target: batch(target),
        kept: kept.iter().copied().map(id).collect(),
    }
}

fn undos(log: &[Entry]) -> Undos {
    Undos::of(log.iter().filter_map(|entry| entry.undo.clone()).collect())
}

fn steps(log: &[Entry], undos: &Undos, entity: EntityId) -> Vec<Step> {
    let of_entry = |entry: &Entry| {
        let batch = entry.batch;
        let on_entity = entry.work.clone().into_iter().filter(move |(of, _)| *of == entity);
        on_entity.map(move |(_, what)| (batch, what))
    };
    let step = |(batch, what)| Step {
        batch,
        what,
        by_district: false,
        refused: false,
        withdrawn: undos.withdraw(batch, entity),
    };
    log.iter().flat_map(of_entry).map(step).collect()
}

/// What counts of each batch, by entity.
type Marks = BTreeMap<EntityId, BTreeSet<BatchId>>;

fn entities(entry: &Entry) -> impl Iterator<Item = EntityId> {
    entry.work.iter().map(|(entity, _)| *entity)
}

/// From the whole log at once.
fn folded(log: &[Entry]) -> Marks {
    let undos = undos(log);
    let all: BTreeSet<EntityId> = log.iter().flat_map(entities).collect();
    let marked = |entity| (entity, withdrawn(&steps(log, &undos, entity), false));
    all.into_iter().map(marked).collect()
}

/// Entry by entry, each time only what it touches, as PCs and district do.
fn arrived(log: &[Entry]) -> Marks {
    let mut marks = Marks::new();
    for count in 1..=log.len() {
        let (here, new) = (&log[..count], &log[count - 1]);
        let undos = undos(here);
        let undone_by = |batch| {
            let of_batch = here.iter().filter(|entry| entry.batch == batch);
            let targets = of_batch.filter_map(|entry| Some(entry.undo.as_ref()?.target));
            Ok::<_, Infallible>(targets.collect())
        };
        let touched = [new.batch].into_iter().chain(new.undo.as_ref().map(|undo| undo.target));
        let Ok(reached) = reach(touched, undone_by);
        for entry in here.iter().filter(|entry| reached.contains(&entry.batch)) {
            for entity in entities(entry) {
                marks.insert(entity, withdrawn(&steps(here, &undos, entity), false));
            }
        }
    }
    marks
}

/// What an entry is made of, by numbers.
#[derive(Debug, Clone)]
enum Drawn {
    Work(Vec<(usize, What)>),
    Undo(usize, Vec<usize>),
}

/// Work on few entities, and undos of anything: of work, of undos, of what comes later, of themselves.
fn logs() -> impl Strategy<Value = Vec<Entry>> {
    const ENTITIES: usize = 4;
    const ENTRIES: usize = 9;
    let what = prop::sample::select(vec![What::Create, What::Set, What::Noted, What::Unknown]);
    let work = prop::collection::vec((0..ENTITIES, what), 1..4);
    let taken = (0..ENTRIES, prop::collection::btree_set(0..ENTITIES, 0..2));
    let entry = prop_oneof![
        work.prop_map(Drawn::Work),
        taken.prop_map(|(target, kept)| Drawn::Undo(target, kept.into_iter().collect())),
    ];
    prop::collection::vec(entry, 1..ENTRIES).prop_map(|entries| {
        let entry = |(number, drawn): (usize, Drawn)| {
            let (work, undo) = match drawn {
                Drawn::Work(work) => (work, None),
                Drawn::Undo(target, kept) => (Vec::new(), Some(undo(number, target, &kept))),
            };
            Entry {
                batch: batch(number),
                work: work.into_iter().map(|(entity, what)| (id(entity), what)).collect(),
                undo,
            }
        };
        entries.into_iter().enumerate().map(entry).collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(
        (log, mixed) in logs().prop_flat_map(|log| (Just(log.clone()), Just(log).prop_shuffle()))
    ) {
        let whole = folded(&log);
        prop_assert_eq!(&folded(&mixed), &whole);
        prop_assert_eq!(&arrived(&log), &whole);
        prop_assert_eq!(&arrived(&mixed), &whole);
    }

    #[test]
    fn an_undo_of_an_undo_is_the_work_back(log in logs(), target in 0..9usize, kept in prop::collection::vec(0..4usize, 0..3)) {
        let before = folded(&log);
        let entry = |undo: Undo| Entry { batch: undo.batch, work: Vec::new(), undo: Some(undo) };
        let mut taken_back = log;
        taken_back.push(entry(undo(100, target, &kept)));
        taken_back.push(entry(undo(101, 100, &[])));
        prop_assert_eq!(folded(&taken_back), before);
    }

    #[test]
    fn no_work_loses_what_it_was_done_on(log in logs()) {
        let undos = undos(&log);
        for (entity, gone) in folded(&log) {
            let steps = steps(&log, &undos, entity);
            let standing = steps.iter().filter(|step| !gone.contains(&step.batch));
            let works = standing.filter(|step| step.what != What::Noted).count();
            let lost = steps.iter().filter(|step| gone.contains(&step.batch) && step.what == What::Create);
            prop_assert!(works == 0 || lost.count() == 0, "{entity} {steps:?}");
        }
    }
}

fn step(number: usize, what: What, withdrawn: bool) -> Step {
    Step {
        batch: batch(number),
        what,
        by_district: false,
        refused: false,
        withdrawn,
    }
}

#[test]
fn what_an_entity_begins_with_stays_for_those_who_did_not_know() {
    let begun = step(0, What::Create, true);
    let later = step(1, What::Set, false);
    let by_district = Step {
        by_district: true,
        ..later
    };
    let refused = Step { refused: true, ..later };
    let cases: [(&[Step], bool, &[usize]); 9] = [
        (&[begun], false, &[0]),
        (&[begun], true, &[]),
        (&[begun, later], false, &[]),
        (&[begun, step(1, What::Noted, false)], false, &[0]),
        (&[begun, by_district], false, &[0]),
        (&[begun, refused], false, &[0]),
        (&[begun, step(1, What::Set, true)], false, &[0, 1]),
        (
            &[begun, step(0, What::Set, true), step(1, What::Create, true)],
            false,
            &[0, 1],
        ),
        (&[step(0, What::Set, true), later], true, &[0]),
    ];
    for (steps, needed, gone) in cases {
        let gone: BTreeSet<BatchId> = gone.iter().copied().map(batch).collect();
        assert_eq!(withdrawn(steps, needed), gone, "{steps:?}");
    }
}

#[test]
fn an_undo_keeps_what_it_began_and_others_build_on() {
    let begun = step(0, What::Create, false);
    let cases: [(&[Step], &[usize], bool); 6] = [
        (&[begun], &[], false),
        (&[begun], &[0], false),
        (&[begun], &[1], true),
        (&[begun, step(1, What::Set, false)], &[], true),
        (&[begun, step(1, What::Set, true)], &[], false),
        (&[step(1, What::Set, false), begun], &[], false),
    ];
    for (steps, relying, kept) in cases {
        let relying: Vec<BatchId> = relying.iter().copied().map(batch).collect();
        assert_eq!(keeps(batch(0), steps, &relying), kept, "{steps:?} {relying:?}");
    }
}

#[test]
fn two_undos_keep_only_what_both_keep_and_circles_take_nothing_back() {
    let both = Undos::of(vec![undo(1, 0, &[1, 2]), undo(2, 0, &[2, 3])]);
    assert!(both.take_back(batch(0)) && !both.take_back(batch(1)));
    assert_eq!(both.kept(batch(0)), [id(2)]);
    let hit: Vec<bool> = (1..=4).map(|entity| both.withdraw(batch(0), id(entity))).collect();
    assert_eq!(hit, [true, false, true, true]);

    let circling = Undos::of(vec![undo(1, 2, &[]), undo(2, 1, &[]), undo(3, 3, &[]), undo(4, 0, &[])]);
    let taken: Vec<bool> = (0..5).map(|number| circling.take_back(batch(number))).collect();
    assert_eq!(taken, [true, true, true, true, false]);
    let untouched = Undos::of(vec![undo(1, 1, &[]), undo(1, 0, &[])]);
    assert!(
        !untouched.take_back(batch(0)),
        "what is about itself takes back nothing beside"
    );
}

#[test]
fn vouchers_that_fall_or_come_back_forbid_an_undo() {
    let set = |serials: &[u32]| {
        serials
            .iter()
            .map(|serial| (id(7), *serial))
            .collect::<BTreeSet<VoucherId>>()
    };
    let fallen = |serial, count| {
        Some(VoucherHarm::Fallen {
            first: (id(7), serial),
            count,
        })
    };
    let cases = [
        (set(&[1, 2]), set(&[1, 2]), None),
        (set(&[1, 2, 3]), set(&[2]), fallen(1, 2)),
        (
            set(&[1]),
            set(&[1, 2]),
            Some(VoucherHarm::Returned { first: (id(7), 2) }),
        ),
        (set(&[1]), set(&[2]), fallen(1, 1)),
    ];
    for (before, after, harm) in cases {
        assert_eq!(voucher_harm(&before, &after), harm, "{before:?} {after:?}");
    }
}
