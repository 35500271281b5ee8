//! The rows of a file, and what is kept of them in memory while a wizard shows them: a page more is asked for with
//! every turn of the wheel, and a large file takes seconds to read.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use linli_documents::sheet::read_workbook;
use linli_domain::import::{CellRef, Grid, Mapping, Problem, ProblemCode, Reading};
use linli_domain::refusal::Refusal;
use linli_domain::writing::{CUT, quoted};
use serde::Serialize;
use thiserror::Error;

use super::plan::{Plan, ReadRow};
use crate::api::import::ImportRequest;
use crate::api::{Catalogue, Said, Sentence};
use crate::jobs::{Progress, Step};
use crate::named::{FormField, Thing, Unfit};
use crate::{Error, Workstation};

/// The most rows read of a file: twice as many people as the largest committee measured has. Each takes a kilobyte until it
/// is written.
const MAX_ROWS: usize = 200_000;
/// The most bytes that the rows of a file and what is said about them may take: three times what that many people have.
/// A cell that says 同上, or is merged over many rows, holds in each of them what stands in the file once.
const MAX_ROWS_BYTES: usize = 128 << 20;

/// A file's sheets.
pub(super) struct Book {
    pub(super) token: String,
    pub(super) name: String,
    pub(super) grids: Vec<Grid>,
}

impl Book {
    fn grid(&self, sheet: &str) -> Result<&Grid, Error> {
        self.grids
            .iter()
            .find(|grid| grid.name() == sheet)
            .ok_or(Error::NotFound { thing: Thing::Tab })
    }
}

/// What was read besides the rows.
pub(super) struct Read {
    book: Arc<Book>,
    /// Names of the sheets taken.
    pub(super) tabs: Vec<String>,
    /// Columns of other people, as problems of the headers.
    pub(super) others: Vec<Problem>,
    /// Rows not taken because whoever opens the file does not see them, or sees them struck out.
    pub(super) unseen: usize,
}

impl Read {
    /// The cells of a row under the header.
    pub(super) fn cells(&self, request: &ImportRequest, tab: usize, row: u32) -> Vec<String> {
        let width = request
            .mappings
            .get(tab)
            .map_or(0, |mapping| mapping.headers.len() as u32);
        match self.book.grid(&self.tabs[tab]) {
            Ok(grid) => (0..width).map(|column| shown(grid.cell(row - 1, column))).collect(),
            Err(_) => Vec::new(),
        }
    }

    pub(super) fn file_name(&self) -> &str {
        &self.book.name
    }

    /// What is to be said about the file as a whole.
    pub(super) fn remarks(&self) -> Vec<Sentence> {
        let left = |hidden| {
            let of = self.book.grids.iter().filter(|grid| {
                grid.height() > 0 && grid.is_hidden() == hidden && self.tabs.iter().all(|tab| tab != grid.name())
            });
            let names: Vec<_> = of.map(|grid| quoted(grid.name())).collect();
            (!names.is_empty()).then(|| (names.len(), names.join("、")))
        };
        let seen_left = left(false).map(|(count, names)| OfFile::TabsLeft { count, names });
        let hidden_left = left(true).map(|(count, names)| OfFile::HiddenTabsLeft { count, names });
        let hidden = self
            .tabs
            .iter()
            .filter(|tab| self.book.grid(tab).is_ok_and(Grid::is_hidden))
            .map(|tab| OfFile::TabHidden {
                name: quoted(tab).into_owned(),
            });
        let unseen = (self.unseen > 0).then_some(OfFile::RowsUnseen { count: self.unseen });
        let all = seen_left.into_iter().chain(hidden_left).chain(hidden).chain(unseen);
        all.map(|one| one.said()).collect()
    }
}

/// What is to be said about a file as a whole.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(super) enum OfFile {
    /// Tabs with something in them are not taken.
    #[error("还有 {count} 张工作表没有导入：{names}")]
    TabsLeft { count: usize, names: String },
    /// So are tabs that are hidden in the file.
    #[error("还有 {count} 张隐藏的工作表没有导入：{names}")]
    HiddenTabsLeft { count: usize, names: String },
    /// A tab is taken that is hidden in the file.
    #[error("工作表“{name}”在文件里是隐藏的，请确认要导入它")]
    TabHidden { name: String },
    /// Rows that are hidden or struck out are not taken.
    #[error("表格里隐藏或划掉的 {count} 行没有导入")]
    RowsUnseen { count: usize },
}

impl Said for OfFile {
    const CATALOGUE: Catalogue = Catalogue::Import;
}

/// A cell as the wizard shows it.
fn shown(cell: CellRef<'_>) -> String {
    let cut = (cell.left_out > 0).then_some(CUT);
    cell.text.chars().chain(cut).collect()
}

/// A plan with what it was made of.
pub(crate) struct Looked {
    key: (String, i64, NaiveDate),
    pub(super) plan: Plan,
    pub(super) read: Read,
}

/// The file looked at last, and the plan made last.
#[derive(Default)]
pub(crate) struct Kept {
    book: Mutex<Option<Arc<Book>>>,
    looked: Mutex<Option<Arc<Looked>>>,
}

/// An uploaded file's sheets.
pub(super) fn book(ws: &Workstation, token: &str, progress: &Progress) -> Result<Arc<Book>, Error> {
    let kept = ws.reading.book.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(book) = kept.filter(|book| book.token == token) {
        return Ok(book);
    }
    let file = ws.files.get(token).ok_or(Error::NotFound {
        thing: Thing::UploadedFile,
    })?;
    progress.begin(Step::ReadSheet, 0);
    let grids = read_workbook(&file.name, &file.bytes)?;
    let book = Arc::new(Book {
        token: token.to_owned(),
        name: file.name.clone(),
        grids,
    });
    *ws.reading.book.lock().unwrap_or_else(PoisonError::into_inner) = Some(book.clone());
    Ok(book)
}

/// Reads the rows of the sheets that are taken.
pub(super) fn read(
    ws: &Workstation,
    request: &ImportRequest,
    progress: &Progress,
) -> Result<(Vec<ReadRow>, Read), Error> {
    let book = book(ws, &request.token, progress)?;
    if request.mappings.is_empty() {
        return Err(Error::unfit(FormField::Tabs, &Unfit::NoneChosen));
    }
    let sheets: Vec<(&Grid, &Mapping)> = request
        .mappings
        .iter()
        .map(|mapping| Ok((book.grid(&mapping.sheet)?, mapping)))
        .collect::<Result<_, Error>>()?;
    let total = sheets
        .iter()
        .map(|(grid, mapping)| grid.used_rows_from(mapping.first_row).count())
        .sum();
    if total > MAX_ROWS {
        return Err(Refusal::TooManyRows {
            name: quoted(&book.name).into_owned(),
            rows: total,
            most: MAX_ROWS / 10_000,
        }
        .into());
    }
    progress.begin(Step::CheckRows, total);
    let mut reading = Reading::new(request.target.kind(), ws.today())
        .with_unseen(request.unseen)
        .naming_sheets(request.mappings.len() > 1);
    let mut rows = Vec::with_capacity(total);
    let mut others = Vec::new();
    let mut held = 0;
    for (tab, (grid, mapping)) in sheets.into_iter().enumerate() {
        others.extend(reading.others(grid, mapping));
        let sheet: Rc<str> = if request.mappings.len() > 1 {
            mapping.sheet.as_str().into()
        } else {
            "".into()
        };
        for import in reading.rows(grid, mapping) {
            progress.step()?;
            held += import.bytes();
            if held > MAX_ROWS_BYTES {
                let name = quoted(&book.name).into_owned();
                return Err(Refusal::TooMuchRead {
                    name,
                    most: MAX_ROWS_BYTES >> 20,
                }
                .into());
            }
            rows.push(ReadRow {
                tab,
                sheet: sheet.clone(),
                import,
            });
        }
    }
    let unseen = |row: &&ReadRow| {
        row.import
            .problems
            .iter()
            .any(|found| matches!(found.code, ProblemCode::RowHidden | ProblemCode::RowStruck))
    };
    let unseen = rows.iter().filter(unseen).count();
    let tabs = request.mappings.iter().map(|mapping| mapping.sheet.clone()).collect();
    Ok((
        rows,
        Read {
            book,
            tabs,
            others,
            unseen,
        },
    ))
}

/// The plan of an import, made anew only where something it stands on is another.
pub(super) fn looked(ws: &Workstation, request: &ImportRequest, progress: &Progress) -> Result<Arc<Looked>, Error> {
    let of = (
        &request.token,
        &request.target,
        &request.mappings,
        &request.only,
        request.unseen,
    );
    let of = serde_json::to_string(&of).map_err(|error| Error::Internal(error.to_string()))?;
    let version = ws.store().view().version()?;
    let key = (of, version, ws.today());
    let kept = ws.reading.looked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(looked) = kept.filter(|looked| looked.key == key) {
        return Ok(looked);
    }
    let (plan, read) = super::plan(ws, request, progress)?;
    let looked = Arc::new(Looked { key, plan, read });
    *ws.reading.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(looked.clone());
    Ok(looked)
}

/// Forgets the plan: it was carried out.
pub(super) fn forget(ws: &Workstation) {
    *ws.reading.looked.lock().unwrap_or_else(PoisonError::into_inner) = None;
}
