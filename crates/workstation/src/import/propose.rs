//! Looking at a file: its sheets, their columns, and which of them are taken where nobody says otherwise.

use linli_domain::import::{Column, Grid, ImportKind, Mapping, column_letter, propose_in, taken_by_default};
use linli_domain::refusal::Refusal;
use linli_domain::writing::quoted;
use linli_store::Store;

use super::reading;
use crate::api::JobStarted;
use crate::api::import::{ImportColumn, ImportProposal, ImportProposeRequest, ImportRequest, ImportTab, ImportTarget};
use crate::jobs::Progress;
use crate::session::Session;
use crate::{Error, NamedBytes, Workstation};

/// Values of a column shown beside its guessed field.
const SAMPLES: usize = 3;
/// Under which key mappings are remembered, by the header's signature.
const MAPPING_KEY: &str = "mapping:";

/// Looks at an uploaded file, on a thread of its own: a large one takes seconds.
pub(crate) fn import_propose(session: &Session, request: ImportProposeRequest) -> Result<JobStarted, Error> {
    let ws = session.ready()?;
    session.jobs.start(move |progress| propose(&ws, &request, progress))
}

fn propose(ws: &Workstation, request: &ImportProposeRequest, progress: &Progress) -> Result<ImportProposal, Error> {
    let book = reading::book(ws, &request.token, progress)?;
    let kind = request.target.kind();
    let guessed: Vec<Option<Mapping>> = book.grids.iter().map(|grid| propose_in(grid, kind)).collect();
    if guessed.iter().all(Option::is_none) {
        return Err(Refusal::NoHeader {
            name: quoted(&book.name).into_owned(),
        }
        .into());
    }
    let taken = taken_by_default(&book.grids, &guessed);
    let mut tabs = Vec::new();
    for ((grid, guessed), taken) in book.grids.iter().zip(guessed).zip(taken) {
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        if grid.height() > 0 {
            tabs.push(tab(ws, kind, grid, guessed, taken)?);
        }
    }
    Ok(ImportProposal {
        file_name: book.name.clone(),
        tabs,
    })
}

fn tab(
    ws: &Workstation,
    kind: ImportKind,
    grid: &Grid,
    guessed: Option<Mapping>,
    taken: bool,
) -> Result<ImportTab, Error> {
    let remembered = guessed
        .as_ref()
        .map(|guessed| remembered(ws, kind, guessed))
        .transpose()?
        .flatten();
    let is_remembered = remembered.is_some();
    let mapping = remembered.or(guessed);
    Ok(ImportTab {
        name: grid.name().to_owned(),
        hidden: grid.is_hidden(),
        taken,
        columns: mapping
            .as_ref()
            .map(|mapping| columns(grid, mapping))
            .unwrap_or_default(),
        remembered: is_remembered,
        rows: grid
            .used_rows_from(mapping.as_ref().map_or(0, |mapping| mapping.first_row))
            .count(),
        mapping,
    })
}

/// Under which key the mapping of a header is remembered. A column that tells nothing of a resident is a remark of a task.
fn key(kind: ImportKind, mapping: &Mapping) -> String {
    let of = match kind {
        ImportKind::Roster | ImportKind::Reservations => "",
        ImportKind::Tasks => "tasks:",
        ImportKind::Orders => "orders:",
    };
    format!("{MAPPING_KEY}{of}{}", mapping.signature())
}

/// The mapping used last for this header.
fn remembered(ws: &Workstation, kind: ImportKind, guessed: &Mapping) -> Result<Option<Mapping>, Error> {
    let json = ws.store().view().setting(&key(kind, guessed))?;
    let columns: Option<Vec<Option<Column>>> = json.and_then(|json| serde_json::from_str(&json).ok());
    Ok(columns
        .filter(|columns| columns.len() == guessed.columns.len() && *columns != guessed.columns)
        .map(|columns| Mapping {
            columns,
            ..guessed.clone()
        }))
}

pub(super) fn remember(store: &Store, kind: ImportKind, mappings: &[Mapping]) -> Result<(), Error> {
    for mapping in mappings {
        let json = serde_json::to_string(&mapping.columns).map_err(|error| Error::Internal(error.to_string()))?;
        store.set_setting(&key(kind, mapping), &json)?;
    }
    Ok(())
}

fn columns(grid: &Grid, mapping: &Mapping) -> Vec<ImportColumn> {
    (0..)
        .zip(mapping.headers.iter().zip(&mapping.columns))
        .map(|(place, (header, field))| ImportColumn {
            letter: column_letter(place),
            header: header.clone(),
            field: *field,
            samples: grid
                .used_rows_from(mapping.first_row)
                .map(|row| grid.cell(row, place).text.trim())
                .filter(|text| !text.is_empty())
                .take(SAMPLES)
                .map(|text| quoted(text).into_owned())
                .collect(),
        })
        .collect()
}

/// Reads a file as an upload and proposes which sheets are taken, and how: for the command line. `sheets`: their names,
/// where somebody says which.
///
/// # Errors
/// As the wizard's; or a sheet that is not there or has no header.
pub fn open_file(
    ws: &Workstation,
    name: &str,
    bytes: Vec<u8>,
    target: ImportTarget,
    sheets: &[String],
) -> Result<ImportRequest, Error> {
    let token = ws.files.put(NamedBytes {
        name: name.to_owned(),
        media_type: "application/octet-stream",
        bytes,
    });
    let request = ImportProposeRequest {
        token: token.clone(),
        target: target.clone(),
    };
    let proposal = propose(ws, &request, &Progress::default())?;
    if let Some(missing) = sheets
        .iter()
        .find(|name| proposal.tabs.iter().all(|tab| tab.name != **name))
    {
        return Err(Refusal::NoSuchTab {
            name: quoted(missing).into_owned(),
        }
        .into());
    }
    let asked = |tab: &ImportTab| {
        if sheets.is_empty() {
            tab.taken
        } else {
            sheets.contains(&tab.name)
        }
    };
    let mut mappings = Vec::new();
    for tab in proposal.tabs.into_iter().filter(asked) {
        let headless = || Refusal::NoHeader {
            name: quoted(&tab.name).into_owned(),
        };
        mappings.push(tab.mapping.ok_or_else(headless)?);
    }
    Ok(ImportRequest {
        token,
        target,
        mappings,
        only: None,
        unseen: false,
        sheet: None,
        page: None,
        problems_only: false,
    })
}
