//! Sheets: reading what people send (xlsx, xls, csv), writing what the district wants (xlsx).

mod read;
mod write;

use thiserror::Error;

pub use read::{MAX_FILE_BYTES, read_workbook};
pub use write::{Cell, ColumnKind, ColumnSpec, SheetSpec, write_sheet};

/// Why a sheet cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SheetError {
    /// Not a sheet we know.
    #[error("“{name}”不是能识别的表格（支持 xlsx、xls、csv）")]
    UnknownFormat {
        /// The file.
        name: String,
    },
    /// Protected by a password.
    #[error("“{name}”有打开密码，请先在 Excel 或 WPS 里去掉密码再导入")]
    Protected {
        /// The file.
        name: String,
    },
    /// Damaged, or of a kind that cannot be read.
    #[error("“{name}”读不出来，可能已损坏：{reason}")]
    Damaged {
        /// The file.
        name: String,
        /// Why.
        reason: String,
    },
    /// Nothing in it.
    #[error("“{name}”是空的")]
    Empty {
        /// The file.
        name: String,
    },
    /// Too large.
    #[error("“{name}”太大（上限 {limit}），请分成几个文件")]
    TooLarge {
        /// The file.
        name: String,
        /// In words.
        limit: String,
    },
    /// More rows than a sheet holds.
    #[error("有 {rows} 行，一张工作表最多 {max} 行")]
    TooManyRows {
        /// Rows there are.
        rows: usize,
        /// Rows there can be.
        max: usize,
    },
    /// A text that a cell cannot hold.
    #[error("第 {row} 行“{column}”的内容写不进表格：{reason}")]
    Cell {
        /// Data row, from 1.
        row: usize,
        /// Column header.
        column: String,
        /// Why.
        reason: String,
    },
    /// The writer refuses.
    #[error("表格生成失败：{0}")]
    Write(String),
}
