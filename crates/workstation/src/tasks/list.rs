//! The tasks as a list.

use std::collections::BTreeMap;

use linli_domain::item::Item as _;
use linli_domain::mask;
use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_domain::time::Moment;

use super::TaskView;
use crate::api::roster::ChipCount;
use crate::api::tasks::{TaskList, TaskListRequest, TaskRow, Tray};
use crate::queue::{Words, by_value, code, minutes_to, presses_at, slice};
use crate::roster::{Roster, parts};
use crate::{Error, Workstation};

/// A filtered slice, soonest deadline first.
pub(crate) fn task_list(ws: &Workstation, request: TaskListRequest) -> Result<TaskList, Error> {
    let view = ws.tasks()?;
    let roster = ws.roster()?;
    let look = Look {
        view: &view,
        roster: &roster,
        now: ws.now(),
    };
    let words = Words::of(request.query.as_deref());
    let found: Vec<&[usize]> = view.rows().filter(|row| look.says(row, &words)).collect();
    let of_source = |row: &&&[usize]| request.source.as_deref().is_none_or(|source| look.is_of(row, source));
    let of_building = |row: &&&[usize]| {
        let wanted = request.building.as_deref();
        wanted.is_none_or(|building| look.building(row).is_some_and(|here| here == building))
    };
    let of_assignee = |row: &&&[usize]| {
        let wanted = request.assignee.as_deref();
        wanted.is_none_or(|wanted| look.assignee(row).unwrap_or_default() == wanted)
    };
    let here: Vec<&[usize]> = found
        .iter()
        .filter(of_source)
        .filter(of_building)
        .filter(of_assignee)
        .copied()
        .collect();
    let in_tray = |row: &&&[usize]| match request.tray {
        Some(tray) => look.tray(row) == tray,
        None => is_open(look.tray(row)),
    };
    let shown: Vec<&[usize]> = here
        .iter()
        .filter(in_tray)
        .filter(|row| !request.pressing || look.presses(row))
        .copied()
        .collect();
    let open: Vec<&[usize]> = found.iter().filter(|row| is_open(look.tray(row))).copied().collect();
    let mut counts: BTreeMap<Tray, usize> = BTreeMap::new();
    here.iter()
        .for_each(|row| *counts.entry(look.tray(row)).or_default() += 1);
    let count = |tray: &Tray| ChipCount {
        key: code(*tray),
        count: counts.get(tray).copied().unwrap_or_default(),
    };
    Ok(TaskList {
        total: shown.len(),
        rows: slice(&shown, request.page).iter().map(|row| look.row(row)).collect(),
        counts: Tray::ALL.iter().map(count).collect(),
        pressing: here.iter().filter(|row| look.presses(row)).count(),
        buildings: by_value(open.iter().filter_map(|row| look.building(row)), |name| name),
        assignees: by_value(
            open.iter().map(|row| look.assignee(row).unwrap_or_default()),
            str::to_owned,
        ),
        sources: sources(&view),
        all: view.items.len(),
    })
}

pub(super) fn is_open(tray: Tray) -> bool {
    matches!(tray, Tray::Undecided | Tray::ToVisit | Tray::NotOurs)
}

fn sources(view: &TaskView) -> Vec<ChipCount> {
    by_value(view.items.iter().map(|one| one.state.get(Field::Source)), str::to_owned)
}

/// The rows about some residents, in the list's order.
pub(crate) fn rows_about(view: &TaskView, roster: &Roster, residents: &[EntityId], now: Moment) -> Vec<TaskRow> {
    let look = Look { view, roster, now };
    let theirs = |row: &&[usize]| look.resident(row).is_some_and(|id| residents.contains(&id));
    view.rows().filter(theirs).map(|row| look.row(row)).collect()
}

/// Rows of the list as they are at a moment.
pub(super) struct Look<'v> {
    pub(super) view: &'v TaskView,
    pub(super) roster: &'v Roster,
    pub(super) now: Moment,
}

impl<'v> Look<'v> {
    fn tray(&self, row: &[usize]) -> Tray {
        self.view.lies(row[0]).tray
    }

    fn resident(&self, row: &[usize]) -> Option<EntityId> {
        self.view.lies(row[0]).resident
    }

    fn assignee(&self, row: &[usize]) -> Option<&'v str> {
        row.iter().find_map(|place| self.view.task(*place).assigned.as_deref())
    }

    /// `齐河路338弄12号`, of the home of whose it is.
    pub(super) fn building(&self, row: &[usize]) -> Option<String> {
        let person = self.roster.residents.get(&self.resident(row)?)?;
        let home = self.roster.households.get(&person.household?)?;
        let building = home.building.as_deref()?;
        Some(format!("{}{building}", home.estate.as_deref().unwrap_or_default()))
    }

    fn is_of(&self, row: &[usize], source: &str) -> bool {
        row.iter()
            .any(|place| self.view.task(*place).get(Field::Source) == source)
    }

    fn minutes_left(&self, row: &[usize]) -> Option<i64> {
        let deadline = self.view.task(row[0]).deadline()?;
        is_open(self.tray(row)).then(|| minutes_to(deadline, self.now))
    }

    fn presses(&self, row: &[usize]) -> bool {
        let deadline = self.view.task(row[0]).deadline();
        is_open(self.tray(row)) && deadline.is_some_and(|deadline| presses_at(deadline, self.now))
    }

    /// Whether each word is in what a source wrote, or in what the roster has of whose it is.
    fn says(&self, row: &[usize], words: &Words) -> bool {
        if words.is_empty() {
            return true;
        }
        let person = self.resident(row).and_then(|id| self.roster.residents.get(&id));
        let address = person.and_then(|person| self.roster.address(person.household));
        let known = person.map(|person| [&person.name, &person.phone, &person.document_number]);
        let known = known.into_iter().flatten().flatten().map(String::as_str);
        const WRITTEN: [Field; 7] = [
            Field::Name,
            Field::DocumentNumber,
            Field::Phone,
            Field::Address,
            Field::Note,
            Field::Source,
            Field::Reference,
        ];
        let written = row
            .iter()
            .flat_map(|place| WRITTEN.map(|field| self.view.task(*place).get(field)));
        let texts: Vec<&str> = known.chain(written).chain(address.as_deref()).collect();
        let name = person.and_then(|person| person.name.as_deref());
        words.are_in(&texts, name.unwrap_or_else(|| self.view.task(row[0]).get(Field::Name)))
    }

    /// A row of the list.
    pub(super) fn row(&self, row: &[usize]) -> TaskRow {
        let task = self.view.task(row[0]);
        let resident = self.resident(row);
        let known = resident.and_then(|id| self.roster.residents.get(&id));
        let written = |field| Some(task.get(field).to_owned()).filter(|text| !text.is_empty());
        let home = known.and_then(|person| self.roster.households.get(&person.household?));
        let mut sources: Vec<String> = Vec::new();
        for place in row {
            let source = self.view.task(*place).get(Field::Source);
            if !source.is_empty() && sources.iter().all(|known| known != source) {
                sources.push(source.to_owned());
            }
        }
        let document = match known {
            Some(person) => person.document_number.clone(),
            None => written(Field::DocumentNumber),
        };
        let phone = match known {
            Some(person) => person.phone.clone(),
            None => written(Field::Phone),
        };
        TaskRow {
            id: self.view.id(row[0]).to_string(),
            tray: self.tray(row),
            cause: task.taken_back.as_ref().map(|_| task.cause),
            name: known
                .and_then(|person| person.name.clone())
                .unwrap_or_else(|| task.get(Field::Name).to_owned()),
            document: document.as_deref().map(mask::document),
            phone: phone.as_deref().map(mask::phone),
            address: match known {
                Some(person) => self.roster.address(person.household),
                None => written(Field::Address),
            },
            room: home.map(|home| parts(home).short()),
            resident: resident.map(|id| id.to_string()),
            sources,
            tasks: row.len(),
            deadline: task.deadline().map(Moment::text),
            minutes_left: self.minutes_left(row),
            assignee: self.assignee(row).map(str::to_owned),
            tries: task.visits.iter().filter(|visit| !visit.outcome.answers()).count(),
            outcome: task.answer().map(|visit| visit.outcome),
            visited_today: resident.and_then(|id| self.view.visited_today(id)).map(Moment::text),
            asks: row.iter().any(|place| !self.view.task(*place).questions().is_empty()),
        }
    }
}
