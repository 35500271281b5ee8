//! What bounds a file: everything that is kept of it is counted here before it is kept, and nothing is made room for by
//! what a file says of its own size. A file within these bounds takes some hundred megabytes and a few seconds.

use std::fmt;

use serde::Serialize;

use super::book::Fault;

/// The largest file read, in bytes.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;
/// The most bytes that all parts of a packed file may have when unpacked: a sheet of 20,000 people has 30 MB.
pub(super) const MAX_UNPACKED_BYTES: u64 = 512 << 20;
/// The most parts of a packed file or message: a workbook of the most sheets has ten for each.
pub(super) const MAX_PARTS: usize = 10_000;
/// The most tags, and texts between tags, of all parts together: a dozen for each of the most cells.
pub(super) const MAX_EVENTS: usize = 1 << 26;
/// The most bytes of one tag, comment or text between tags: a picture inside a flat file is one.
pub(super) const MAX_EVENT_BYTES: usize = 16 << 20;
/// The most cells with content read of one file: 100,000 people with 50 fields each.
const MAX_CELLS: usize = 5_000_000;
/// The most cells without content that are looked at: those with a border around nothing.
const MAX_EMPTY: usize = 50_000_000;
/// The most text read of one file, in bytes, counted as often as cells refer to it and before a long cell is cut: half as
/// much again as such a file holds.
const MAX_TEXT_BYTES: usize = 96 << 20;
/// The most texts, and bytes of them, in a table that cells refer to: each stands there once.
const MAX_SHARED: usize = 4 << 20;
const MAX_SHARED_BYTES: usize = 64 << 20;
/// The most characters of one cell: Excel's own bound.
const MAX_CELL_CHARS: usize = 32_767;
/// The most bytes in which those are written, where each is an escape.
const MAX_CELL_BYTES: usize = 1 << 20;
/// The most sheets of a file: a committee's largest estate has a hundred buildings.
const MAX_SHEETS: usize = 1_000;
/// The most characters kept of a sheet's name: Excel has 31, and what is said of a row names its sheet.
pub(super) const MAX_NAME_CHARS: usize = 255;
/// The most columns over which regions are merged, each region counted with its own: 40,000 households of a file of
/// 100,000 people with all their fields.
const MAX_MERGED: usize = 2_000_000;
/// The most styles, formats or fonts: their numbers have 16 bits in xls, and Excel has no more anywhere.
pub(super) const MAX_STYLES: usize = 1 << 16;
/// The most characters of a number format: Excel's own bound.
pub(super) const MAX_FORMAT_CHARS: usize = 255;
/// Rows and columns of the largest sheet there is (Excel's; other programs' are no larger).
pub(super) const MAX_ROWS: u32 = 1_048_576;
pub(super) const MAX_COLUMNS: u32 = 16_384;

/// What a file has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Size of the file, in MB.
    Megabytes,
    /// Size of all parts once unpacked, in MB.
    UnpackedMegabytes,
    /// Size of one piece, in MB.
    PieceMegabytes,
    /// Text, in MB.
    TextMegabytes,
    /// Cells.
    Cells,
    /// Cells without content.
    EmptyCells,
    /// Cells that are merged.
    MergedCells,
    /// Texts that cells refer to.
    Texts,
    /// Tags of XML.
    Tags,
    /// Sheets.
    Tabs,
    /// Parts of a packed file or message.
    Parts,
    /// Tables, each in the one before.
    NestedTables,
    /// Styles of cells.
    CellStyles,
    /// Styles.
    Styles,
    /// Fonts.
    Fonts,
    /// Formats of numbers.
    NumberFormats,
    /// Formulas.
    Formulas,
    /// Columns.
    Columns,
    /// Rows, and columns with them.
    Rows,
}

/// How much of something a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) most: usize,
    pub(super) counted: Counted,
}

impl Limit {
    pub(super) fn of(most: usize, counted: Counted) -> Limit {
        Limit { most, counted }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = self.most;
        match self.counted {
            Counted::Megabytes => write!(f, "{most} MB"),
            Counted::UnpackedMegabytes => write!(f, "解开后 {most} MB"),
            Counted::PieceMegabytes => write!(f, "一处 {most} MB"),
            Counted::TextMegabytes => write!(f, "{most} MB 文字"),
            Counted::Cells => write!(f, "{} 万格", most / 10_000),
            Counted::EmptyCells => write!(f, "{} 万个空格", most / 10_000),
            Counted::MergedCells => write!(f, "{} 万格合并单元格", most / 10_000),
            Counted::Texts => write!(f, "{} 万条文字", most / 10_000),
            Counted::Tags => write!(f, "{} 万个标记", most / 10_000),
            Counted::Tabs => write!(f, "{most} 张工作表"),
            Counted::Parts => write!(f, "{most} 个部件"),
            Counted::NestedTables => write!(f, "{most} 层表格"),
            Counted::CellStyles => write!(f, "{most} 种单元格样式"),
            Counted::Styles => write!(f, "{most} 种样式"),
            Counted::Fonts => write!(f, "{most} 种字体"),
            Counted::NumberFormats => write!(f, "{most} 种数字格式"),
            Counted::Formulas => write!(f, "{most} 个公式"),
            Counted::Columns => write!(f, "{most} 列"),
            Counted::Rows => write!(f, "{most} 行、{MAX_COLUMNS} 列"),
        }
    }
}

impl std::error::Error for Limit {}

/// What was kept of a file so far.
#[derive(Debug, Default)]
pub(super) struct Kept {
    cells: usize,
    empty: usize,
    text: usize,
    sheets: usize,
    merged: usize,
}

fn within(kept: usize, most: usize, counted: Counted) -> Result<(), Fault> {
    if kept <= most {
        Ok(())
    } else {
        Err(Fault::TooLarge(Limit::of(most, counted)))
    }
}

/// As [`within`], of text in bytes.
fn text_within(bytes: usize, most: usize) -> Result<(), Fault> {
    if bytes <= most {
        Ok(())
    } else {
        Err(Fault::TooLarge(Limit::of(most >> 20, Counted::TextMegabytes)))
    }
}

impl Kept {
    /// One more cell, with so many bytes of text.
    pub(super) fn cell(&mut self, bytes: usize) -> Result<(), Fault> {
        self.cells += 1;
        within(self.cells, MAX_CELLS, Counted::Cells)?;
        self.text(bytes)
    }

    /// One more cell without content.
    pub(super) fn nothing(&mut self) -> Result<(), Fault> {
        self.empty += 1;
        within(self.empty, MAX_EMPTY, Counted::EmptyCells)
    }

    /// So many more bytes of text.
    pub(super) fn text(&mut self, bytes: usize) -> Result<(), Fault> {
        self.text = self.text.saturating_add(bytes);
        text_within(self.text, MAX_TEXT_BYTES)
    }

    /// One more sheet, of this name.
    pub(super) fn sheet(&mut self, name: &str) -> Result<(), Fault> {
        self.sheets += 1;
        within(self.sheets, MAX_SHEETS, Counted::Tabs)?;
        self.text(name.len())
    }

    /// One more merged region, over so many columns.
    pub(super) fn merged(&mut self, columns: u32) -> Result<(), Fault> {
        self.merged = self.merged.saturating_add(columns as usize);
        within(self.merged, MAX_MERGED, Counted::MergedCells)
    }
}

/// Whether so many texts, with so many bytes, may stand in a table that cells refer to.
pub(super) fn shared(count: usize, bytes: usize) -> Result<(), Fault> {
    within(count, MAX_SHARED, Counted::Texts)?;
    text_within(bytes, MAX_SHARED_BYTES)
}

/// Whether a table beside the cells, of texts or styles, may have so many entries.
pub(super) fn entries(count: usize, most: usize, counted: Counted) -> Result<(), Fault> {
    within(count, most, counted)
}

/// Whether a cell's text that is still being read is no longer than a cell's can be, however it is written.
pub(super) fn piece(text: &str) -> Result<(), Fault> {
    if text.len() <= MAX_CELL_BYTES {
        Ok(())
    } else {
        Err(Fault::LongCell(None))
    }
}

/// Whether a cell's text is longer than a cell's can be.
pub(super) fn is_long(text: &str) -> bool {
    text.len() > MAX_CELL_CHARS && text.chars().nth(MAX_CELL_CHARS).is_some()
}
