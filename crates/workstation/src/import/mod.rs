//! The import wizard: propose a mapping, preview, import as one batch that can be undone.

mod plan;
mod problems;
mod propose;
mod reading;
mod reservations;
mod roster;
mod tasks;
mod unlock;

use linli_domain::import::{ImportKind, Problem, ProblemCode, Severity};
use linli_domain::operation::EntityKind;
use linli_store::View;

use crate::api::import::{
    ImportPreview, ImportProblem, ImportReport, ImportRequest, ImportTarget, PreviewRow, RowAction,
};
use crate::api::{JobStarted, Page};
use crate::jobs::{Progress, Step};
use crate::queue::slice;
use crate::session::Session;
use crate::{Error, Workstation};

pub(crate) use problems::import_problems;
pub(crate) use propose::import_propose;
pub use propose::open_file;
pub(crate) use reading::Kept;
pub(crate) use unlock::import_unlock;
pub use unlock::unlock;

use plan::Plan;
use reading::Read;

/// How often an import is planned before it gives way to programs that keep writing what it stands on.
const MAX_PLANS: usize = 5;

impl ImportTarget {
    fn kind(&self) -> ImportKind {
        match self {
            ImportTarget::Roster => ImportKind::Roster,
            ImportTarget::Reservations { .. } => ImportKind::Reservations,
            ImportTarget::Tasks => ImportKind::Tasks,
        }
    }
}

/// Plans what every row would do. Writes nothing.
fn plan(ws: &Workstation, request: &ImportRequest, progress: &Progress) -> Result<(Plan, Read), Error> {
    let (rows, read) = reading::read(ws, request, progress)?;
    progress.begin(Step::Compare, rows.len());
    let plan = match &request.target {
        ImportTarget::Roster => roster::plan(ws, rows, request.only.as_deref(), progress)?,
        ImportTarget::Reservations { round } => reservations::plan(ws, rows, round, progress)?,
        ImportTarget::Tasks => tasks::plan(ws, rows, progress)?,
    };
    Ok((plan, read))
}

/// Reads and plans on a thread of its own, so that [`import_preview`] answers at once.
pub(crate) fn import_read(session: &Session, request: ImportRequest) -> Result<JobStarted, Error> {
    let ws = session.ready()?;
    session
        .jobs
        .start(move |progress| reading::looked(&ws, &request, progress).map(|looked| looked.plan.rows.len()))
}

/// What an import would do, and the rows asked for.
pub(crate) fn import_preview(ws: &Workstation, request: ImportRequest) -> Result<ImportPreview, Error> {
    let looked = reading::looked(ws, &request, &Progress::default())?;
    let (plan, read) = (&looked.plan, &looked.read);
    let to_look_at = |row: &usize| {
        plan.rows[*row]
            .problems
            .iter()
            .any(|problem| !problem.code.is_routine())
    };
    let shown: Vec<usize> = (0..plan.rows.len())
        .filter(|row| !request.problems_only || to_look_at(row))
        .filter(|row| {
            request
                .sheet
                .as_ref()
                .is_none_or(|sheet| *sheet == read.tabs[plan.rows[*row].tab])
        })
        .collect();
    let page = request.page.unwrap_or(Page {
        offset: 0,
        limit: Page::MAX_ROWS,
    });
    let rows = slice(&shown, page).iter().map(|row| {
        let planned = &plan.rows[*row];
        PreviewRow {
            sheet: read.tabs[planned.tab].clone(),
            row: planned.row,
            cells: read.cells(&request, planned.tab, planned.row),
            action: planned.action,
            resident: planned.resident.clone(),
            problems: planned.problems.iter().cloned().map(with_text).collect(),
        }
    });
    let report = report(plan, read, None, ImportReport::MAX_LISTED);
    Ok(ImportPreview {
        report,
        rows: rows.collect(),
        total: shown.len(),
    })
}

/// What an import would do, without writing anything: for the command line.
///
/// # Errors
/// As [`import`].
pub fn dry_run(ws: &Workstation, request: &ImportRequest, progress: &Progress) -> Result<ImportReport, Error> {
    let (plan, read) = plan(ws, request, progress)?;
    Ok(whole_report(plan, read, None))
}

/// Imports on a thread of its own, as one batch.
pub(crate) fn import_start(session: &Session, request: ImportRequest) -> Result<JobStarted, Error> {
    let ws = session.ready()?;
    session.jobs.start(move |progress| {
        let (plan, read, batch) = carry_out(&ws, &request, progress)?;
        Ok(report(&plan, &read, batch, ImportReport::MAX_LISTED))
    })
}

/// Imports, in one batch. Until its last step nothing is written and it can be cancelled. Where another program has
/// meanwhile written what the plan stands on, it is planned anew: the same sheet imported twice at once is one import.
///
/// # Errors
/// The file cannot be read, or the job was cancelled; nothing is written then.
pub fn import(ws: &Workstation, request: &ImportRequest, progress: &Progress) -> Result<ImportReport, Error> {
    let (plan, read, batch) = carry_out(ws, request, progress)?;
    Ok(whole_report(plan, read, batch))
}

/// Imports; gives what was planned, and the batch.
fn carry_out(
    ws: &Workstation,
    request: &ImportRequest,
    progress: &Progress,
) -> Result<(Plan, Read, Option<i64>), Error> {
    // A connection of its own: the counter goes on reading meanwhile.
    let mut store = ws.connect()?;
    for _ in 0..MAX_PLANS {
        let planned_at = ws.store().view().version()?;
        let (mut plan, read) = plan(ws, request, progress)?;
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        progress.begin(Step::Write, plan.drafts.len());
        let drafts = std::mem::take(&mut plan.drafts);
        let mut overtaken = false;
        let written = ws.write_on(&mut store, plan.action, |view| {
            overtaken = is_overtaken(view, planned_at, &request.target)?;
            match &request.target {
                _ if overtaken => Ok(Vec::new()),
                ImportTarget::Roster | ImportTarget::Tasks => Ok(drafts),
                ImportTarget::Reservations { .. } => reservations::numbered(view, drafts),
            }
        })?;
        if !overtaken {
            propose::remember(&store, request.target.kind(), &request.mappings)?;
            reading::forget(ws);
            return Ok((plan, read, written.batch));
        }
    }
    Err(Error::Store(linli_store::Error::Busy))
}

/// Whether something that a plan stands on was written after it was begun.
fn is_overtaken(view: View<'_>, planned_at: i64, target: &ImportTarget) -> Result<bool, Error> {
    let kinds: &[EntityKind] = match target {
        ImportTarget::Roster => &[EntityKind::Household, EntityKind::Resident],
        ImportTarget::Reservations { .. } => &[
            EntityKind::Household,
            EntityKind::Resident,
            EntityKind::Round,
            EntityKind::Reservation,
        ],
        ImportTarget::Tasks => &[EntityKind::Task],
    };
    for kind in kinds {
        if !view.touched_since(planned_at, *kind)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(view.undone_since(planned_at)?)
}

/// What came of a plan. Where there are more problems than are listed, those come first that keep something out.
fn report(plan: &Plan, read: &Read, batch: Option<i64>, listed: usize) -> ImportReport {
    let count = |action| plan.rows.iter().filter(|row| row.action == action).count();
    let is_error = |problem: &&Problem| problem.severity == Severity::Error;
    let mut problems: Vec<&Problem> = read
        .others
        .iter()
        .chain(plan.rows.iter().flat_map(|row| &row.problems))
        .collect();
    let errors = problems.iter().copied().filter(is_error).count();
    let warnings = problems.len() - errors;
    if problems.len() > listed {
        problems.sort_by_key(|problem| !is_error(problem) && problem.code != ProblemCode::OtherPerson);
        problems.truncate(listed);
    }
    ImportReport {
        rows: plan.rows.len(),
        added: count(RowAction::Add),
        updated: count(RowAction::Update),
        unchanged: count(RowAction::Unchanged),
        skipped: count(RowAction::Skip),
        households: plan.households,
        unseen: read.unseen,
        remarks: read.remarks(),
        errors,
        warnings,
        problems: problems.into_iter().cloned().map(with_text).collect(),
        batch,
    }
}

/// The same with all problems, which are many: they are moved.
fn whole_report(plan: Plan, read: Read, batch: Option<i64>) -> ImportReport {
    let report = report(&plan, &read, batch, 0);
    let problems = read
        .others
        .into_iter()
        .chain(plan.rows.into_iter().flat_map(|row| row.problems));
    ImportReport {
        problems: problems.map(with_text).collect(),
        ..report
    }
}

fn with_text(problem: Problem) -> ImportProblem {
    ImportProblem {
        text: problem.text(),
        reason: problem.reason(),
        problem,
    }
}
