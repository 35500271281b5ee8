//! The import wizard: propose a mapping, preview, import as one batch that can be undone.

mod plan;
mod reservations;
mod roster;
mod unlock;

use linli_documents::sheet::read_workbook;
use linli_domain::import::{Column, Grid, ImportKind, Mapping, Problem, column_letter, propose, propose_in, rows};
use linli_domain::operation::EntityKind;
use linli_store::{Store, View};

use crate::api::import::{
    ImportColumn, ImportPreview, ImportProblem, ImportProposal, ImportProposeRequest, ImportReport, ImportRequest,
    ImportTarget, PreviewRow,
};
use crate::api::{JobStarted, Page};
use crate::jobs::Progress;
use crate::roster::slice;
use crate::session::Session;
use crate::{Error, Workstation};

use plan::Plan;
pub(crate) use unlock::import_unlock;
pub use unlock::unlock;

/// Values of a column shown beside its guessed field.
const SAMPLES: usize = 3;
/// How often an import is planned before it gives way to programs that keep writing what it stands on.
const MAX_PLANS: usize = 5;
/// Under which key mappings are remembered, by the header's signature.
const MAPPING_KEY: &str = "mapping:";

impl ImportTarget {
    fn kind(&self) -> ImportKind {
        match self {
            ImportTarget::Roster => ImportKind::Roster,
            ImportTarget::Reservations { .. } => ImportKind::Reservations,
        }
    }
}

/// Looks at an uploaded file.
pub(crate) fn import_propose(ws: &Workstation, request: ImportProposeRequest) -> Result<ImportProposal, Error> {
    let file = ws.files.get(&request.token).ok_or(Error::NotFound { what: "上传的文件，请重新选择" })?;
    let sheets = read_workbook(&file.name, &file.bytes)?;
    let kind = request.target.kind();
    let (grid, guessed) = match request.sheet.as_deref() {
        Some(name) => {
            let grid = sheets.iter().find(|grid| grid.name() == name).ok_or(Error::NotFound { what: "工作表" })?;
            (grid, propose_in(grid, kind))
        }
        None => match propose(&sheets, kind) {
            Some((place, mapping)) => (&sheets[place], Some(mapping)),
            None => (sheets.first().ok_or(Error::NotFound { what: "工作表" })?, None),
        },
    };
    let guessed = guessed
        .ok_or_else(|| Error::NotNow(format!("在“{}”里找不到表头（至少要有“姓名”和另一列），请检查文件", file.name)))?;
    let remembered = remembered(ws, &guessed)?;
    let mapping = remembered.clone().unwrap_or(guessed);
    Ok(ImportProposal {
        file_name: file.name.clone(),
        sheets: sheets.iter().map(|grid| grid.name().to_owned()).collect(),
        sheet: grid.name().to_owned(),
        columns: columns(grid, &mapping),
        rows: grid.height().saturating_sub(mapping.first_row) as usize,
        remembered: remembered.is_some(),
        mapping,
    })
}

/// The mapping used last for this header.
fn remembered(ws: &Workstation, guessed: &Mapping) -> Result<Option<Mapping>, Error> {
    let json = ws.store().view().setting(&format!("{MAPPING_KEY}{}", guessed.signature()))?;
    let columns: Option<Vec<Option<Column>>> = json.and_then(|json| serde_json::from_str(&json).ok());
    Ok(columns
        .filter(|columns| columns.len() == guessed.columns.len() && *columns != guessed.columns)
        .map(|columns| Mapping { columns, ..guessed.clone() }))
}

fn remember(store: &Store, mapping: &Mapping) -> Result<(), Error> {
    let json = serde_json::to_string(&mapping.columns).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(store.set_setting(&format!("{MAPPING_KEY}{}", mapping.signature()), &json)?)
}

fn columns(grid: &Grid, mapping: &Mapping) -> Vec<ImportColumn> {
    (0..)
        .zip(mapping.headers.iter().zip(&mapping.columns))
        .map(|(place, (header, field))| ImportColumn {
            letter: column_letter(place),
            header: header.clone(),
            field: *field,
            samples: (mapping.first_row..grid.height())
                .map(|row| grid.cell(row, place).text.trim().to_owned())
                .filter(|text| !text.is_empty())
                .take(SAMPLES)
                .collect(),
        })
        .collect()
}

/// Reads the file by its mapping and plans what every row would do. Writes nothing.
fn plan(ws: &Workstation, request: &ImportRequest, progress: &Progress) -> Result<(Plan, Vec<Vec<String>>), Error> {
    let file = ws.files.get(&request.token).ok_or(Error::NotFound { what: "上传的文件，请重新选择" })?;
    progress.begin("读取表格", 0);
    let sheets = read_workbook(&file.name, &file.bytes)?;
    let grid =
        sheets.iter().find(|grid| grid.name() == request.mapping.sheet).ok_or(Error::NotFound { what: "工作表" })?;
    let total = grid.height().saturating_sub(request.mapping.first_row) as usize;
    progress.begin("核对每一行", total);
    let mut read = Vec::with_capacity(total);
    let mut cells = Vec::with_capacity(total);
    let width = request.mapping.headers.len() as u32;
    for row in rows(grid, &request.mapping, request.target.kind(), ws.today()) {
        progress.step()?;
        cells.push((0..width).map(|column| grid.cell(row.row - 1, column).text.to_owned()).collect());
        read.push(row);
    }
    let plan = match &request.target {
        ImportTarget::Roster => roster::plan(ws, read, request.only.as_deref())?,
        ImportTarget::Reservations { round } => reservations::plan(ws, read, round)?,
    };
    Ok((plan, cells))
}

/// What an import would do, and the rows asked for.
pub(crate) fn import_preview(ws: &Workstation, request: ImportRequest) -> Result<ImportPreview, Error> {
    let (plan, cells) = plan(ws, &request, &Progress::default())?;
    let rows: Vec<PreviewRow> = plan
        .rows
        .iter()
        .zip(cells)
        .filter(|(planned, _)| !request.problems_only || !planned.problems.is_empty())
        .map(|(planned, cells)| PreviewRow {
            row: planned.row,
            cells,
            action: planned.action,
            resident: planned.resident.clone(),
            problems: planned.problems.iter().cloned().map(with_text).collect(),
        })
        .collect();
    let page = request.page.unwrap_or(Page { offset: 0, limit: Page::MAX_ROWS });
    Ok(ImportPreview { report: report(&plan, None), rows: slice(&rows, page).to_vec(), total: rows.len() })
}

/// What an import would do, without writing anything: for the command line.
///
/// # Errors
/// As [`import`].
pub fn dry_run(ws: &Workstation, request: ImportRequest) -> Result<ImportReport, Error> {
    Ok(import_preview(ws, request)?.report)
}

/// Imports on a thread of its own, as one batch.
pub(crate) fn import_start(session: &Session, request: ImportRequest) -> Result<JobStarted, Error> {
    let ws = session.ready()?;
    session.jobs.start(move |progress| import(&ws, &request, progress))
}

/// Imports, in one batch. Until its last step nothing is written and it can be cancelled. Where another program has
/// meanwhile written what the plan stands on, it is planned anew: the same sheet imported twice at once is one import.
///
/// # Errors
/// The file cannot be read, or the job was cancelled; nothing is written then.
pub fn import(ws: &Workstation, request: &ImportRequest, progress: &Progress) -> Result<ImportReport, Error> {
    // A connection of its own: the counter goes on reading meanwhile.
    let mut store = ws.connect()?;
    for _ in 0..MAX_PLANS {
        let planned_at = ws.store().view().version()?;
        let (mut plan, _) = plan(ws, request, progress)?;
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        progress.begin("写入", plan.drafts.len());
        let drafts = std::mem::take(&mut plan.drafts);
        let mut overtaken = false;
        let written = ws.write_on(&mut store, plan.action, |view| {
            overtaken = is_overtaken(view, planned_at, &request.target)?;
            match &request.target {
                _ if overtaken => Ok(Vec::new()),
                ImportTarget::Roster => Ok(drafts),
                ImportTarget::Reservations { .. } => reservations::numbered(view, drafts),
            }
        })?;
        if !overtaken {
            remember(&store, &request.mapping)?;
            return Ok(report(&plan, written.batch));
        }
    }
    Err(Error::Store(linli_store::Error::Busy))
}

/// Whether something that a plan stands on was written after it was begun.
fn is_overtaken(view: View<'_>, planned_at: i64, target: &ImportTarget) -> Result<bool, Error> {
    let kinds: &[EntityKind] = match target {
        ImportTarget::Roster => &[EntityKind::Household, EntityKind::Resident],
        ImportTarget::Reservations { .. } => {
            &[EntityKind::Household, EntityKind::Resident, EntityKind::Round, EntityKind::Reservation]
        }
    };
    for kind in kinds {
        if !view.touched_since(planned_at, *kind)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(view.undone_since(planned_at)?)
}

/// Reads a file as an upload and proposes its mapping: for the command line.
///
/// # Errors
/// As the wizard's.
pub fn open_file(ws: &Workstation, name: &str, bytes: Vec<u8>, target: ImportTarget) -> Result<ImportRequest, Error> {
    let token =
        ws.files.put(crate::NamedBytes { name: name.to_owned(), media_type: "application/octet-stream", bytes });
    let proposal =
        import_propose(ws, ImportProposeRequest { token: token.clone(), target: target.clone(), sheet: None })?;
    Ok(ImportRequest { token, target, mapping: proposal.mapping, only: None, page: None, problems_only: false })
}

fn report(plan: &Plan, batch: Option<i64>) -> ImportReport {
    use crate::api::import::RowAction;
    let count = |action| plan.rows.iter().filter(|row| row.action == action).count();
    ImportReport {
        rows: plan.rows.len(),
        added: count(RowAction::Add),
        updated: count(RowAction::Update),
        unchanged: count(RowAction::Unchanged),
        skipped: count(RowAction::Skip),
        households: plan.households,
        problems: plan.rows.iter().flat_map(|row| row.problems.iter().cloned()).map(with_text).collect(),
        batch,
    }
}

fn with_text(problem: Problem) -> ImportProblem {
    ImportProblem { text: problem.text(), problem }
}
