//! What clerks do on a simulated PC: what their screens would let them, seeing only what is on that PC.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::round::{Channel, Decision, Outcome, Stage};
use linli_domain::time::Moment;
use linli_sample::random::Random;
use linli_store::{Author, Draft, Error, ReservationState, Round, View, issuing};
use uuid::Uuid;

use crate::Broken;
use crate::ledger::Ledger;
use crate::pc::Pc;

/// Buildings of the simulated committee: few, so that PCs meet.
const BUILDINGS: u32 = 3;
/// Rooms of a building.
const ROOMS: u32 = 4;
/// Words that fields are set to.
const WORDS: [&str; 5] = ["甲", "乙", "丙", "丁", "戊"];
/// Fields that clerks change.
const FIELDS: [Field; 3] = [Field::Name, Field::Phone, Field::Note];
/// Tags that clerks give.
const TAGS: [&str; 3] = ["高龄", "党员", "独居老人"];

/// What was done, for the story of a run.
pub(crate) type Did = &'static str;

/// One act of a clerk. `Ok(None)`: there was nothing to do; a fault of disk or power comes back as the store's error.
pub(crate) fn act(pc: &mut Pc, now: Moment, random: &mut Random, ledger: &mut Ledger) -> Result<Option<Did>, Stop> {
    let (did, action, drafts): (Did, Action, Drafts) = match random.below(100) {
        0..=3 => ("adds a home", Action::RosterImported, new_home),
        4..=9 => ("adds people", Action::ResidentAdded, new_people),
        10..=24 => ("edits", Action::ResidentChanged, edit),
        25..=29 => ("tags", Action::ResidentsTagged, tag),
        30..=32 => ("removes", Action::ResidentRemoved, remove),
        33..=50 => ("registers", Action::ReservationRegistered, register),
        51..=68 => ("reviews", Action::Reviewed, review),
        69..=73 => ("notifies", Action::Notified, notify),
        74..=86 => return issue(pc, now, random, ledger),
        87..=90 => ("hands out", Action::Collected, collect),
        91..=93 => return step_back(pc, now, random, ledger),
        94..=97 => return undo(pc, now, random),
        _ => ("settles", Action::ConflictsSettled, settle),
    };
    let mut chance = random.clone();
    random.bits();
    let written = pc.write(now, action, |view| drafts(view, &mut chance))?;
    Ok(written.then_some(did))
}

type Drafts = fn(View<'_>, &mut Random) -> Result<Vec<Draft>, Error>;

/// Why an act ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Disk or power.
    Fault,
    /// A promise is broken.
    Broken(Broken),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        if error.is_fault() { Stop::Fault } else { Stop::Broken(Broken::error("a clerk's act", &error)) }
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Stop {
        Stop::Broken(broken)
    }
}

/// A new id, from the run's own chance.
pub(crate) fn new_id(random: &mut Random) -> EntityId {
    EntityId(Uuid::from_u64_pair(random.bits(), random.bits()))
}

fn pick<T: Clone>(random: &mut Random, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| all[random.below(all.len() as u32) as usize].clone())
}

/// Imports the whole roster: every home with somebody in it.
pub(crate) fn import_roster(pc: &mut Pc, now: Moment, random: &mut Random) -> Result<(), Stop> {
    let mut drafts = Vec::new();
    for building in 1..=BUILDINGS {
        for room in 1..=ROOMS {
            let home = home(building, room, random);
            drafts.push(person(home.entity, Some(format!("{building}号")), random));
            drafts.push(home);
        }
    }
    pc.write(now, Action::RosterImported, |_| Ok(drafts))?;
    Ok(())
}

/// Mostly the newest round.
fn current_round(view: View<'_>, random: &mut Random) -> Result<Option<Round>, Error> {
    let mut rounds = view.rounds()?;
    Ok(if random.percent(75) { (!rounds.is_empty()).then(|| rounds.swap_remove(0)) } else { pick(random, &rounds) })
}

fn home(building: u32, room: u32, random: &mut Random) -> Draft {
    let building = format!("{building}号");
    let change = created([
        (Field::Building, Some(building.clone())),
        (Field::Room, Some(format!("{room}01"))),
        (Field::Area, Some(building)),
    ]);
    Draft { kind: EntityKind::Household, entity: new_id(random), change }
}

fn person(home: EntityId, area: Option<String>, random: &mut Random) -> Draft {
    let change = created([
        (Field::Name, pick(random, &WORDS).map(str::to_owned)),
        (Field::Household, Some(home.to_string())),
        (Field::Area, area),
    ]);
    Draft { kind: EntityKind::Resident, entity: new_id(random), change }
}

/// A home that is not there yet; where all are, nothing.
fn new_home(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let (building, room) = (random.below(BUILDINGS) + 1, random.below(ROOMS) + 1);
    let home = home(building, room, random);
    let taken = view.households()?.iter().any(|known| {
        known.building.as_deref() == Some(&format!("{building}号"))
            && known.room.as_deref() == Some(&format!("{room}01"))
    });
    if taken {
        return Ok(Vec::new());
    }
    let person = person(home.entity, Some(format!("{building}号")), random);
    Ok(vec![home, person])
}

fn new_people(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let Some(home) = pick(random, &view.households()?) else { return Ok(Vec::new()) };
    Ok((0..=random.below(2)).map(|_| person(home.id, home.building.clone(), random)).collect())
}

fn on_somebody(
    view: View<'_>,
    random: &mut Random,
    change: impl Fn(&mut Random, &linli_store::Resident) -> Option<Change>,
) -> Result<Vec<Draft>, Error> {
    let Some(resident) = pick(random, &view.residents()?) else { return Ok(Vec::new()) };
    let Some(entity) = resident.id else { return Ok(Vec::new()) };
    let draft = |change| Draft { kind: EntityKind::Resident, entity, change };
    Ok(change(random, &resident).map(draft).into_iter().collect())
}

fn edit(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    on_somebody(view, random, |random, resident| {
        let field = pick(random, &FIELDS)?;
        let to = pick(random, &WORDS).map(str::to_owned).filter(|_| field == Field::Name || random.percent(80));
        let seen = resident.get(field);
        (seen != to).then(|| Change::Set(BTreeMap::from([(field, FieldChange { seen, to })])))
    })
}

fn tag(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    on_somebody(view, random, |random, resident| {
        let tag = pick(random, &TAGS)?.to_owned();
        Some(if resident.tags.contains(&tag) { Change::RemoveTag(tag) } else { Change::AddTag(tag) })
    })
}

fn remove(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    on_somebody(view, random, |_, _| Some(Change::Delete))
}

fn register(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let (Some(round), Some(home)) = (current_round(view, random)?, pick(random, &view.households()?)) else {
        return Ok(Vec::new());
    };
    let resident = pick(random, &view.residents_of(home.id)?).and_then(|resident| resident.id);
    let change = created([
        (Field::Round, Some(round.id.to_string())),
        (Field::Household, Some(home.id.to_string()).filter(|_| random.percent(90))),
        (Field::Resident, resident.map(|id| id.to_string())),
        (Field::Name, pick(random, &WORDS).map(str::to_owned)),
        (Field::Building, home.building),
        (Field::Room, home.room),
        (Field::Quantity, Some("5".into())),
    ]);
    Ok(vec![Draft { kind: EntityKind::Reservation, entity: new_id(random), change }])
}

/// A fact about one of the reservations that `due` takes.
fn fact(
    view: View<'_>,
    random: &mut Random,
    due: impl Fn(&ReservationState) -> bool,
    fact: impl Fn(&mut Random) -> ReservationFact,
) -> Result<Vec<Draft>, Error> {
    let Some(round) = current_round(view, random)? else { return Ok(Vec::new()) };
    let due: Vec<ReservationState> = view.reservations(round.id)?.into_iter().filter(due).collect();
    let Some(reservation) = pick(random, &due) else { return Ok(Vec::new()) };
    let change = Change::Reservation(fact(random));
    Ok(vec![Draft { kind: EntityKind::Reservation, entity: reservation.id, change }])
}

fn review(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let due = |reservation: &ReservationState| {
        let stage = reservation.state.stage();
        stage == Stage::Pending
            || (reservation.state.voucher.is_none() && matches!(stage, Stage::Rejected | Stage::ToNotify))
    };
    fact(view, random, due, |random| {
        let passed = random.percent(80);
        let decision = if passed { Decision::Passed } else { Decision::Rejected };
        ReservationFact::Reviewed { decision, reason: (!passed).then(|| "重复".into()) }
    })
}

fn notify(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let due = |reservation: &ReservationState| matches!(reservation.state.stage(), Stage::ToNotify | Stage::Notified);
    fact(view, random, due, |random| {
        let outcome = if random.percent(70) { Outcome::Reached } else { Outcome::NoAnswer };
        ReservationFact::Notified { channel: Channel::Phone, outcome, note: None }
    })
}

fn collect(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let due =
        |reservation: &ReservationState| reservation.state.voucher.is_some() && reservation.state.collected.is_none();
    fact(view, random, due, |_| ReservationFact::Collected)
}

/// Decides a conflict for either value.
fn settle(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let Some(conflict) = pick(random, &view.conflicts()?) else { return Ok(Vec::new()) };
    let bring_back = random.percent(50);
    let to = if bring_back { conflict.lost.iter().next().cloned().flatten() } else { conflict.holds.clone() };
    let settlement = linli_domain::operation::Settlement {
        change: FieldChange { seen: conflict.holds.clone(), to },
        decided: conflict.lost.iter().cloned().collect::<BTreeSet<_>>(),
    };
    let change = Change::Settle(BTreeMap::from([(conflict.field, settlement)]));
    Ok(vec![Draft { kind: conflict.kind, entity: conflict.entity, change }])
}

/// Takes the last thing back that can be.
fn undo(pc: &mut Pc, now: Moment, random: &mut Random) -> Result<Option<Did>, Stop> {
    let back = random.below(3) as usize;
    let history = pc.store.view().history(back + 1)?;
    let Some(batch) = history.get(back).filter(|batch| batch.action.undoable() && !batch.withdrawn) else {
        return Ok(None);
    };
    let (at, committee, actor) = (pc.clock(now), pc.committee, pc.name.clone());
    let author = Author { actor: &actor, at, action: Action::Undone, committee };
    match pc.store.undo(&author, batch.id) {
        Ok(_) => Ok(Some("takes back")),
        Err(Error::VoucherIssued { .. } | Error::VoucherVoid { .. } | Error::AlreadyUndone) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Goes back to the queue with a reservation; its voucher is void from then on.
fn step_back(pc: &mut Pc, now: Moment, random: &mut Random, ledger: &mut Ledger) -> Result<Option<Did>, Stop> {
    let mut voided = None;
    let written = pc.write(now, Action::SteppedBack, |view| {
        let Some(round) = current_round(view, random)? else { return Ok(Vec::new()) };
        let mut issued = view.reservations(round.id)?;
        issued.retain(|reservation| reservation.state.stage() != Stage::Pending);
        let Some(reservation) = pick(random, &issued) else { return Ok(Vec::new()) };
        voided = reservation.state.voucher.map(|(serial, _)| (round.id, serial));
        let voucher = voided.map(|(_, serial)| serial);
        let fact = ReservationFact::SteppedBack { to: Stage::Pending, reason: "登记有误".into(), voucher };
        Ok(vec![Draft { kind: EntityKind::Reservation, entity: reservation.id, change: Change::Reservation(fact) }])
    })?;
    if let Some((round, serial)) = voided.filter(|_| written) {
        ledger.void(round, serial);
    }
    Ok(written.then_some("steps back"))
}

/// Prints vouchers for what passed, as far as this PC may issue now.
fn issue(pc: &mut Pc, now: Moment, random: &mut Random, ledger: &mut Ledger) -> Result<Option<Did>, Stop> {
    let joined = pc.caller.is_some();
    let mut printed: Vec<(EntityId, u32, EntityId, Option<String>)> = Vec::new();
    let mut decided = None;
    let written = pc.write(now, Action::VouchersIssued, |view| {
        let Some(round) = current_round(view, random)? else { return Ok(Vec::new()) };
        let issue = issuing::issue(view, &round, joined, None)?;
        for draft in &issue.drafts {
            let Change::Reservation(ReservationFact::VoucherIssued { serial, .. }) = draft.change else { continue };
            let reservation = view.reservation(draft.entity)?;
            let key = reservation.and_then(|reservation| reservation.state.key(round.definition.key, |person| person));
            printed.push((round.id, serial, draft.entity, key));
        }
        let drafts = issue.drafts.clone();
        decided = Some((round.id, issue));
        Ok(drafts)
    })?;
    if let Some((round, issue)) = decided {
        pc.store.note_issuing(round, &issue, pc.clock(now))?;
    }
    for (round, serial, reservation, key) in printed {
        ledger.print(round, serial, reservation, key)?;
    }
    Ok(written.then_some("prints vouchers"))
}
