//! A list as a sheet: named by committee, list and time, typed by its columns, and recorded, since it leaves the program in the
//! clear.

use linli_documents::sheet::{Cell, ColumnKind, ColumnSpec, SheetSpec, write_sheet};
use linli_domain::operation::{Action, EntityId, EntityKind, Note};
use linli_domain::time::parse_local;

use crate::api::Exported;
use crate::file_name::file_name;
use crate::{Error, Workstation};

/// What is exported.
pub(crate) struct Export {
    /// On its button, its tab and in its file's name.
    pub(crate) name: String,
    /// Above the table.
    pub(crate) title: String,
    /// Headings, with what stands below.
    pub(crate) columns: Vec<(String, ColumnKind)>,
    /// Of what it is told in the timeline.
    pub(crate) of: (EntityKind, EntityId),
}

/// Writes rows of as many texts as there are columns, to where the clerk asked for or into the folder for exports.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn export(
    ws: &Workstation,
    export: Export,
    rows: &[Vec<String>],
    path: Option<&str>,
) -> Result<Exported, Error> {
    let Export {
        name,
        title,
        columns,
        of,
    } = export;
    debug_assert!(
        rows.iter().all(|row| row.len() == columns.len()),
        "a row with other columns"
    );
    let at = ws.now().local();
    let column = |(header, kind): &(String, ColumnKind)| ColumnSpec {
        header: header.clone(),
        kind: *kind,
    };
    let spec = SheetSpec {
        title,
        sheet_name: name.clone(),
        columns: columns.iter().map(column).collect(),
        created: at,
    };
    let sheet = write_sheet(&spec, rows.len(), |row, column| {
        cell(&rows[row][column], columns[column].1)
    })?;
    let path = ws.export_path(path, &file_name(ws, &name, "xlsx")?)?;
    let exported = ws.save_sheet(&path, &sheet, rows.len())?;
    let note = Note::Exported {
        what: name,
        rows: rows.len(),
        to: Some(exported.file_name.clone()),
    };
    ws.record(Action::Exported, of.0, of.1, note)?;
    Ok(exported)
}

/// What is not of its column's kind stands there as the text it is.
fn cell(text: &str, kind: ColumnKind) -> Cell<'_> {
    let typed = match kind {
        _ if text.is_empty() => Some(Cell::Empty),
        ColumnKind::Number => text.parse().ok().map(Cell::Number),
        ColumnKind::Time => parse_local(text).map(Cell::Time),
        ColumnKind::Text => None,
    };
    typed.unwrap_or(Cell::Text(text))
}
