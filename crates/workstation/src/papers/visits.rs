//! The list with which a building head goes from door to door for the tasks of the building: what the visit needs, and no
//! more.

use std::collections::{BTreeMap, BTreeSet};

use linli_documents::pdf;
use linli_domain::address::natural_cmp;
use linli_domain::item::Item as _;
use linli_domain::mask;
use linli_domain::operation::EntityId;
use linli_domain::task::{Task, VisitOutcome};
use linli_domain::time::Moment;

use super::buildings::{check_buildings, wanted};
use super::{Laid, fonts, imprint};
use crate::api::tasks::Tray;
use crate::roster::{Roster, parts};
use crate::tasks::TaskView;
use crate::{Error, Workstation};

/// What the document is.
const WHAT: &str = "上门核查表";
/// Those of whom no home is known stand under this, behind all buildings.
const HOMELESS: &str = "住址不明";
/// What the visit is for where no source asks a question.
const PURPOSE: &str = "核查";

/// Somebody to see, with what orders the list: whether a home is known, the building, the room.
struct Door {
    home: Option<EntityId>,
    building: String,
    deadline: Option<Moment>,
    assignee: Option<String>,
    visit: pdf::DoorVisit,
}

pub(super) fn visit_list(
    ws: &Workstation,
    buildings: Option<&[String]>,
    assignee: Option<&str>,
) -> Result<Laid, Error> {
    check_buildings(ws, None, buildings)?;
    let view = ws.tasks()?;
    let doors = {
        let roster = ws.roster()?;
        let waits = view.rows().filter(|row| view.lies(row[0]).tray == Tray::ToVisit);
        let doors = waits.filter_map(|row| door(&view, &roster, row, buildings));
        let theirs = |door: &Door| assignee.is_none_or(|wanted| door.assignee.as_deref() == Some(wanted));
        doors.filter(theirs).collect::<Vec<_>>()
    };
    let mut groups: BTreeMap<(bool, String), Vec<Door>> = BTreeMap::new();
    for door in doors {
        groups
            .entry((door.home.is_none(), door.building.clone()))
            .or_default()
            .push(door);
    }
    let mut groups: Vec<((bool, String), Vec<Door>)> = groups.into_iter().collect();
    groups.sort_by(|((homeless, one), _), ((other_homeless, other), _)| {
        homeless.cmp(other_homeless).then_with(|| natural_cmp(one, other))
    });
    let mut input = pdf::DoorListInput {
        imprint: imprint(ws)?,
        title: WHAT.to_owned(),
        results: VisitOutcome::ALL
            .iter()
            .map(|outcome| outcome.label().to_owned())
            .collect(),
        buildings: groups
            .into_iter()
            .map(|((_, building), doors)| of_building(building, doors))
            .collect(),
    };
    let fonts = fonts()?;
    let by_hand = input.leave_to_hand(fonts)?;
    Ok(Laid {
        by_hand,
        ..Laid::new(WHAT.to_owned(), pdf::door_list(fonts, &input)?)
    })
}

fn door(view: &TaskView, roster: &Roster, row: &[usize], buildings: Option<&[String]>) -> Option<Door> {
    let person = roster.residents.get(&view.lies(row[0]).resident?)?;
    let home = person.household.and_then(|home| roster.households.get(&home));
    let estate = home.and_then(|home| home.estate.as_deref()).unwrap_or_default();
    let building = home.and_then(|home| home.building.as_deref()).unwrap_or_default();
    let asked = match home {
        Some(_) => wanted(buildings, estate, building),
        None => buildings.is_none(),
    };
    if !asked {
        return None;
    }
    let tasks = || row.iter().map(|place| view.task(*place));
    Some(Door {
        home: home.map(|home| home.id),
        building: home.map_or_else(|| HOMELESS.to_owned(), |_| format!("{estate}{building}")),
        deadline: tasks().filter_map(Task::deadline).min(),
        assignee: tasks().find_map(|task| task.assigned.clone()),
        visit: pdf::DoorVisit {
            room: home.map(|home| parts(home).short()).unwrap_or_default(),
            persons: person.name.clone().unwrap_or_default(),
            reason: asks(tasks()),
            phone: person.phone.as_deref().map(mask::phone).unwrap_or_default(),
        },
    })
}

/// What is to be asked: `返沪日期、症状`.
fn asks<'t>(tasks: impl Iterator<Item = &'t Task>) -> String {
    let mut names: Vec<String> = Vec::new();
    for question in tasks.flat_map(Task::questions) {
        if !names.contains(&question.name) {
            names.push(question.name);
        }
    }
    match names.as_slice() {
        [] => PURPOSE.to_owned(),
        names => names.join("、"),
    }
}

/// Its head is who sees to all of it, and it is to come back for what is due first on it.
fn of_building(building: String, mut doors: Vec<Door>) -> pdf::DoorListBuilding {
    doors.sort_by(|one, other| natural_cmp(&one.visit.room, &other.visit.room));
    let head = doors.first().and_then(|door| door.assignee.clone());
    let head = head.filter(|head| doors.iter().all(|door| door.assignee.as_ref() == Some(head)));
    let deadline = doors.iter().filter_map(|door| door.deadline).min();
    let homes: BTreeSet<EntityId> = doors.iter().filter_map(|door| door.home).collect();
    pdf::DoorListBuilding {
        building,
        head: head.unwrap_or_default(),
        deadline: deadline.map(Moment::minutes_text).unwrap_or_default(),
        doors: homes.len(),
        people: doors.len(),
        rows: doors.into_iter().map(|door| door.visit).collect(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn two_people_of_one_home_are_one_door_and_the_first_deadline_is_the_lists() {
        let person = |home: Option<u128>| Door {
            home: home.map(|number| EntityId(Uuid::from_u128(number))),
            building: String::new(),
            deadline: None,
            assignee: None,
            visit: pdf::DoorVisit {
                room: "12-501".into(),
                persons: String::new(),
                reason: String::new(),
                phone: String::new(),
            },
        };
        let due = |minutes: &[i64]| {
            let due = |minute: &i64| Door {
                deadline: Some(Moment(minute * 60_000)),
                ..person(None)
            };
            of_building("12号".into(), minutes.iter().map(due).collect()).deadline
        };
        assert_eq!(due(&[7, 3]), Moment(3 * 60_000).minutes_text());
        assert_eq!(due(&[]), "");
        let size = |homes: &[Option<u128>]| {
            let list = of_building("12号".into(), homes.iter().copied().map(person).collect());
            (list.doors, list.people)
        };
        assert_eq!(size(&[Some(1), Some(1), Some(2)]), (2, 3));
        assert_eq!(size(&[None, None]), (0, 2));
    }
}
