//! Rows become tasks as they are written: whose they are is found afterwards, and again whenever the roster changes. What is
//! open already is not taken once more; a row whose source's own number is there corrects it.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;
use linli_domain::import::{Column, Problem, ProblemCode, Severity};
use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::task::{HOURS, Task, TaskStage};
use linli_domain::time::Moment;
use linli_matching::written::{phones_of, place_of};
use linli_store::{Draft, ItemState};

use super::plan::{Plan, ReadRow};
use crate::api::import::RowAction;
use crate::jobs::Progress;
use crate::{Error, Workstation};

/// Where an imported row came from, where the sheet does not say.
const IMPORTED: &str = "导入";
/// What a row says, by the field that it becomes.
const SAID: [(Column, Field); 7] = [
    (Column::Name, Field::Name),
    (Column::DocumentNumber, Field::DocumentNumber),
    (Column::Phone, Field::Phone),
    (Column::Address, Field::Address),
    (Column::Source, Field::Source),
    (Column::Reference, Field::Reference),
    (Column::Note, Field::Note),
];

/// What a row says, by the fields that it fills; empty where it is silent.
type Said = BTreeMap<Field, String>;

/// Plans the import of tasks.
pub(super) fn plan(ws: &Workstation, rows: Vec<ReadRow>, progress: &Progress) -> Result<Plan, Error> {
    let known = ws.task_shelf.now(ws.store().view())?;
    let mut known = Known::of(&known);
    let due = Moment::from_local(ws.now().local() + TimeDelta::hours(HOURS)).text();
    let mut drafts = Vec::new();
    let mut planned = Vec::with_capacity(rows.len());
    for row in rows {
        progress.step()?;
        let sheet = row.sheet.clone();
        let (mut plan, row) = row.begun();
        if !row.skipped {
            let said = said(&row.fields);
            let own_due = row.fields.get(&Column::Deadline);
            let (action, draft) = match known.same_reference(&said) {
                Some(task) if task.state.stage() != TaskStage::Open => {
                    let found = (ProblemCode::ReferenceClosed, Severity::Error);
                    let reference = task.state.get(Field::Reference);
                    plan.problems
                        .push(Problem::of_row(&sheet, row.row, found, reference, ""));
                    (RowAction::Skip, None)
                }
                Some(task) if is_another(task, &said) => {
                    let there = known.open.contains(&said);
                    let found = (ProblemCode::ReferenceOfAnother, Severity::Warning);
                    let (reference, before) = (task.state.get(Field::Reference), task.state.get(Field::Name));
                    plan.problems
                        .push(Problem::of_row(&sheet, row.row, found, reference, before));
                    match there {
                        true => (RowAction::Unchanged, None),
                        false => (RowAction::Add, Some(added(ws, &said, own_due.unwrap_or(&due)))),
                    }
                }
                Some(task) => corrected(task, &said, own_due),
                None if known.open.contains(&said) => (RowAction::Unchanged, None),
                None => (RowAction::Add, Some(added(ws, &said, own_due.unwrap_or(&due)))),
            };
            plan.action = action;
            drafts.extend(draft);
            known.open.insert(said);
        }
        planned.push(plan);
    }
    Ok(Plan {
        action: Action::TasksImported,
        rows: planned,
        drafts,
        households: 0,
    })
}

/// The tasks that are there.
struct Known<'t> {
    /// What those say that are open.
    open: HashSet<Said>,
    /// By source and its own number of the row; of several the one that is open.
    references: HashMap<(&'t str, &'t str), &'t ItemState<Task>>,
}

impl<'t> Known<'t> {
    fn of(tasks: &'t [ItemState<Task>]) -> Known<'t> {
        let is_open = |task: &&ItemState<Task>| task.state.stage() == TaskStage::Open;
        let open = tasks.iter().filter(is_open);
        let mut by_age: Vec<&ItemState<Task>> = tasks.iter().collect();
        by_age.sort_by_key(is_open);
        let named = |task: &&ItemState<Task>| !task.state.get(Field::Reference).is_empty();
        let key = |task: &'t ItemState<Task>| (task.state.get(Field::Source), task.state.get(Field::Reference));
        Known {
            open: open
                .map(|task| SAID.map(|(_, field)| (field, task.state.get(field).to_owned())).into())
                .collect(),
            references: by_age.into_iter().filter(named).map(|task| (key(task), task)).collect(),
        }
    }

    fn same_reference(&self, said: &Said) -> Option<&'t ItemState<Task>> {
        let [source, reference] = [Field::Source, Field::Reference].map(|field| said.get(&field).map(String::as_str));
        self.references.get(&(source?, reference?)).copied()
    }
}

fn added(ws: &Workstation, said: &Said, due: &str) -> Draft {
    let due = (Field::Deadline, due.to_owned());
    let fields = said.clone().into_iter().chain([due]);
    Draft::on::<Task>(ws.new_id(), created(fields.map(|(field, text)| (field, Some(text)))))
}

/// By which a row says whom it is about.
const WHO: [Field; 4] = [Field::Name, Field::DocumentNumber, Field::Phone, Field::Address];

/// Whether a row is about somebody else than the task of its number: another name, and nothing that both say is the same. A sheet
/// that is numbered anew each day would put today's people in the place of yesterday's.
fn is_another(task: &ItemState<Task>, said: &Said) -> bool {
    let both = WHO.iter().filter_map(|field| {
        let (known, new) = (task.state.get(*field), said.get(field)?);
        (!known.is_empty() && !new.is_empty()).then_some((*field, known == new))
    });
    let both: Vec<(Field, bool)> = both.collect();
    let names_differ = both.iter().any(|(field, same)| *field == Field::Name && !same);
    names_differ && both.len() > 1 && both.iter().all(|(_, same)| !same)
}

/// A row whose source's own number is there already: what it says otherwise now.
fn corrected(task: &ItemState<Task>, said: &Said, due: Option<&String>) -> (RowAction, Option<Draft>) {
    let due = due.map(|due| (&Field::Deadline, due));
    let changes: BTreeMap<Field, FieldChange> = said
        .iter()
        .chain(due)
        .filter(|(field, text)| task.state.get(**field) != **text)
        .map(|(field, text)| {
            let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let (seen, to) = (filled(task.state.get(*field)), filled(text));
            (*field, FieldChange { seen, to })
        })
        .collect();
    match changes.is_empty() {
        true => (RowAction::Unchanged, None),
        false => (
            RowAction::Update,
            Some(Draft::on::<Task>(task.id, Change::Set(changes))),
        ),
    }
}

fn said(fields: &BTreeMap<Column, String>) -> Said {
    let text = |column| match (column, fields.get(&column)) {
        (Column::Address, _) => place_of(fields),
        (Column::Phone, _) => phones_of(fields),
        (Column::Note, _) => note(fields),
        (Column::Source, None) => IMPORTED.to_owned(),
        (_, text) => text.cloned().unwrap_or_default(),
    };
    SAID.map(|(column, field)| (field, text(column))).into()
}

/// The remarks; which committee's a row is is one here: its own PCs take it.
fn note(fields: &BTreeMap<Column, String>) -> String {
    let committee = fields.get(&Column::Committee);
    let committee = committee.map(|name| format!("{}：{name}", Column::Committee.label()));
    let said: Vec<String> = fields
        .get(&Column::Note)
        .cloned()
        .into_iter()
        .chain(committee)
        .collect();
    said.join("；")
}
