//! Rows become tasks as they are written: whose they are is found afterwards, and again whenever the roster changes. What is
//! open already is not taken once more.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;
use linli_domain::import::Column;
use linli_domain::item::Item as _;
use linli_domain::operation::Action;
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::task::{HOURS, Task, TaskStage};
use linli_domain::time::Moment;
use linli_matching::address::joined;
use linli_store::Draft;

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

/// Plans the import of tasks.
pub(super) fn plan(ws: &Workstation, rows: Vec<ReadRow>, progress: &Progress) -> Result<Plan, Error> {
    let known = ws.task_shelf.now(ws.store().view())?;
    let open = known.iter().filter(|one| one.state.stage() == TaskStage::Open);
    let mut open: HashSet<[String; 7]> = open
        .map(|one| SAID.map(|(_, field)| one.state.get(field).to_owned()))
        .collect();
    let due = Moment::from_local(ws.now().local() + TimeDelta::hours(HOURS)).text();
    let mut drafts = Vec::new();
    let mut planned = Vec::with_capacity(rows.len());
    for row in rows {
        progress.step()?;
        let (mut plan, row) = row.begun();
        let said = said(&row.fields);
        if row.skipped {
            // As it is.
        } else if open.contains(&said) {
            plan.action = RowAction::Unchanged;
        } else {
            plan.action = RowAction::Add;
            let deadline = row.fields.get(&Column::Deadline).unwrap_or(&due).clone();
            let fields = SAID
                .iter()
                .zip(said.clone())
                .map(|((_, field), text)| (*field, Some(text)));
            let change = created(fields.chain([(Field::Deadline, Some(deadline))]));
            drafts.push(Draft::on::<Task>(ws.new_id(), change));
            open.insert(said);
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

fn said(fields: &BTreeMap<Column, String>) -> [String; 7] {
    SAID.map(|(column, _)| match fields.get(&column) {
        _ if column == Column::Address => address(fields),
        Some(text) => text.clone(),
        None if column == Column::Source => IMPORTED.to_owned(),
        None => String::new(),
    })
}

/// Where a row says that somebody is, in one text: of an address in one column, and of one in several.
fn address(fields: &BTreeMap<Column, String>) -> String {
    let of = |column| fields.get(&column).map(String::as_str).unwrap_or_default();
    joined(
        of(Column::Address),
        of(Column::Estate),
        of(Column::Building),
        of(Column::Unit),
        of(Column::Room),
    )
}
