//! Sheets: reading what people send, writing what the district wants (xlsx).
//!
//! Every reader fills a [`book::Book`] cell by cell; what bounds a file stands in [`bounds`]. The readers are the project's own
//! for what calamine does not give: cells as they come in xls and ods too, with number formats, formulas nobody
//! calculated, hidden rows and text struck out, in one pass.

mod book;
mod bounds;
mod compound;
mod csv;
mod error;
mod format;
mod html;
mod kind;
mod mhtml;
mod ods;
mod package;
mod read;
mod secret;
mod write;
mod xls;
mod xlsx;
mod xml2003;

pub use bounds::{Counted, MAX_FILE_BYTES};
pub use error::{CellPlace, SheetError};
pub use kind::FileKind;
pub use read::{read_workbook, unlock};
pub use write::{
    Altered, Cell, ChartSpec, ColumnKind, ColumnSpec, SheetSpec, Written, write_sheet, write_sheet_with_charts,
};
