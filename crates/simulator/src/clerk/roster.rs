//! Homes and people, and values that two PCs set.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange, Settlement};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::time::Moment;
use linli_sample::random::Random;
use linli_store::{Draft, Error, Resident, View};

use super::{BUILDINGS, ROOMS, Stop, WORDS, new_id, pick};
use crate::pc::Pc;

/// Fields that clerks change.
const FIELDS: [Field; 3] = [Field::Name, Field::Phone, Field::Note];
/// Tags that clerks give.
const TAGS: [&str; 3] = ["高龄", "党员", "独居老人"];
/// People of the district who may stand on several committees' rosters.
const KNOWN_EVERYWHERE: u32 = 24;

/// The estate whose last building is on the rosters of all committees: each home is one committee's.
pub(crate) const DISPUTED: &str = "齐河路338弄";

/// The document of somebody who may register anywhere.
pub(crate) fn document(random: &mut Random) -> String {
    format!("E{:07}", 1_000_000 + random.below(KNOWN_EVERYWHERE))
}

/// Imports the whole roster: every home with somebody in it.
pub(crate) fn import_roster(pc: &mut Pc, now: Moment, random: &mut Random) -> Result<(), Stop> {
    let mut drafts = Vec::new();
    for building in 1..=BUILDINGS {
        for room in 1..=ROOMS {
            let home = home(building, room, random);
            for _ in 0..=random.below(2) {
                drafts.push(person(home.entity, Some(format!("{building}号")), random));
            }
            drafts.push(home);
        }
    }
    pc.write(now, Action::RosterImported, |_| Ok(drafts))?;
    Ok(())
}

fn home(building: u32, room: u32, random: &mut Random) -> Draft {
    let disputed = building == BUILDINGS;
    let building = format!("{building}号");
    let change = created([
        (Field::Estate, disputed.then(|| DISPUTED.to_owned())),
        (Field::Building, Some(building.clone())),
        (Field::Room, Some(format!("{room}01"))),
        (Field::Area, Some(building)),
    ]);
    Draft {
        kind: EntityKind::Household,
        entity: new_id(random),
        change,
    }
}

fn person(home: EntityId, area: Option<String>, random: &mut Random) -> Draft {
    let change = created([
        (Field::Name, pick(random, &WORDS).map(str::to_owned)),
        (
            Field::DocumentNumber,
            Some(document(random)).filter(|_| random.percent(70)),
        ),
        (Field::Household, Some(home.to_string())),
        (Field::Area, area),
    ]);
    Draft {
        kind: EntityKind::Resident,
        entity: new_id(random),
        change,
    }
}

/// A home that is not there yet; where all are, nothing.
pub(super) fn new_home(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
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

pub(super) fn new_people(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let Some(home) = pick(random, &view.households()?) else {
        return Ok(Vec::new());
    };
    Ok((0..=random.below(2))
        .map(|_| person(home.id, home.building.clone(), random))
        .collect())
}

fn on_somebody(
    view: View<'_>,
    random: &mut Random,
    change: impl Fn(&mut Random, &Resident) -> Option<Change>,
) -> Result<Vec<Draft>, Error> {
    let residents = view.residents()?;
    // Mostly one of few, so that two PCs are at the same person.
    let within = if random.percent(60) {
        residents.len().min(4)
    } else {
        residents.len()
    };
    let Some(resident) = pick(random, &residents[..within]) else {
        return Ok(Vec::new());
    };
    let Some(entity) = resident.id else {
        return Ok(Vec::new());
    };
    let draft = |change| Draft {
        kind: EntityKind::Resident,
        entity,
        change,
    };
    Ok(change(random, &resident).map(draft).into_iter().collect())
}

pub(super) fn edit(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    on_somebody(view, random, |random, resident| {
        let field = pick(random, &FIELDS)?;
        let to = pick(random, &WORDS)
            .map(str::to_owned)
            .filter(|_| field == Field::Name || random.percent(80));
        let seen = resident.get(field);
        (seen != to).then(|| Change::Set(BTreeMap::from([(field, FieldChange { seen, to })])))
    })
}

pub(super) fn tag(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    on_somebody(view, random, |random, resident| {
        let tag = pick(random, &TAGS)?.to_owned();
        Some(if resident.tags.contains(&tag) {
            Change::RemoveTag(tag)
        } else {
            Change::AddTag(tag)
        })
    })
}

pub(super) fn remove(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    on_somebody(view, random, |_, _| Some(Change::Delete))
}

/// Makes two records of one home one person. Of one home: people of two buildings have two areas.
pub(super) fn merge(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let Some(home) = pick(random, &view.households()?) else {
        return Ok(Vec::new());
    };
    let people: Vec<EntityId> = view
        .residents_of(home.id)?
        .iter()
        .filter_map(|resident| resident.id)
        .collect();
    let [keep, drop, ..] = people.as_slice() else {
        return Ok(Vec::new());
    };
    let (keep, drop) = if random.percent(50) { (keep, drop) } else { (drop, keep) };
    let pointer = FieldChange {
        seen: None,
        to: Some(keep.to_string()),
    };
    let change = Change::Set(BTreeMap::from([(Field::MergedInto, pointer)]));
    Ok(vec![Draft {
        kind: EntityKind::Resident,
        entity: *drop,
        change,
    }])
}

/// Decides a conflict for either value.
pub(super) fn settle(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let Some(conflict) = pick(random, &view.conflicts()?) else {
        return Ok(Vec::new());
    };
    let bring_back = random.percent(50);
    let to = if bring_back {
        conflict.lost.iter().next().cloned().flatten()
    } else {
        conflict.holds.clone()
    };
    let settlement = Settlement {
        change: FieldChange {
            seen: conflict.holds.clone(),
            to,
        },
        decided: conflict.lost.iter().cloned().collect::<BTreeSet<_>>(),
    };
    let change = Change::Settle(BTreeMap::from([(conflict.field, settlement)]));
    Ok(vec![Draft {
        kind: conflict.kind,
        entity: conflict.entity,
        change,
    }])
}
