//! Why a sheet cannot be read or written.

use std::fmt;

use linli_domain::writing::quoted;
use serde::{Serialize, Serializer};
use thiserror::Error;

use super::book::{Fault, Secrecy};
use super::bounds::{Counted, Limit};
use super::kind::FileKind;

/// Why a sheet cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SheetError {
    /// Not a sheet we know.
    #[error(
        "“{name}”不是能识别的表格（支持 xlsx、xls、ods、csv 和网页表格），请在 WPS 或 Excel 里打开，另存为 xlsx 再导入"
    )]
    UnknownFormat {
        /// The file.
        name: String,
    },
    /// Something else, known by its content.
    #[error("“{name}”其实是{file_kind}，{}", .file_kind.way_out())]
    Foreign {
        /// The file.
        name: String,
        /// What it is.
        file_kind: FileKind,
    },
    /// Files packed into one.
    #[error("“{name}”其实是压缩包（ZIP）{}，请先解压，再导入里面的表格", inside(.files))]
    Packed {
        /// The file.
        name: String,
        /// The first few files in it.
        #[serde(serialize_with = "listed")]
        files: Vec<String>,
    },
    /// Protected by a password, which opens it here too.
    #[error("“{name}”有打开密码，请填写它的打开密码")]
    PasswordNeeded {
        /// The file.
        name: String,
    },
    /// Not this password.
    #[error("“{name}”的打开密码不对，请再试一次（注意大小写和输入法）")]
    PasswordWrong {
        /// The file.
        name: String,
    },
    /// Protected in a way that is not read here.
    #[error("“{name}”有打开密码，这种加密这里解不开：请在 WPS 或 Excel 里打开它，取消密码，另存为 xlsx 再导入")]
    Protected {
        /// The file.
        name: String,
    },
    /// Damaged, or of a kind that cannot be read.
    #[error("“{name}”读不出来：不是完整的表格，可能没有传完或已损坏。请在 WPS 或 Excel 里打开，另存为 xlsx 再试")]
    Damaged {
        /// The file.
        name: String,
        /// Why, in the reader's words: not for clerks.
        #[serde(skip)]
        reason: String,
    },
    /// What a program leaves beside a workbook while it is open.
    #[error("“{name}”是表格打开时留下的临时文件，里面没有内容：请选“{open}”")]
    Lock {
        /// The file.
        name: String,
        /// The workbook it is of.
        open: String,
    },
    /// Nothing in it.
    #[error("“{name}”是空的")]
    Empty {
        /// The file.
        name: String,
    },
    /// Too large.
    #[error("“{name}”太大（上限 {}），请分成几个文件", Limit { most: *.most, counted: *.counted })]
    TooLarge {
        /// The file.
        name: String,
        /// How many it may have.
        most: usize,
        /// Of what.
        counted: Counted,
    },
    /// A cell with more text than a cell of a sheet holds.
    #[error("“{name}”里{}的字太多（一格最多 32767 个字），不像是表格里的内容；请删短这一格，再导入", .place.text())]
    LongCell {
        /// The file.
        name: String,
        /// Which.
        place: CellPlace,
    },
    /// The same of a cell whose place is not known yet.
    #[error("“{name}”里有一格的字太多（一格最多 32767 个字），不像是表格里的内容；请删短这一格，再导入")]
    LongText {
        /// The file.
        name: String,
    },
    /// More rows than a sheet holds.
    #[error("有 {rows} 行，一张工作表最多 {max} 行")]
    TooManyRows {
        /// Rows there are.
        rows: usize,
        /// Rows there can be.
        max: usize,
    },
    /// The clock says a year in which no sheet can be made.
    #[error("这台电脑的日期早于 1970 年，表格写不出来；请先把日期和时间改对，数据都在")]
    Clock,
    /// The writer refuses.
    #[error("表格生成失败：{reason}")]
    Write {
        /// What it says.
        reason: String,
    },
}

/// A cell, written as sheets do: `名册!B12`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellPlace {
    /// The sheet's name; empty where it has none.
    pub sheet: String,
    /// From 1.
    pub row: u32,
    /// The column's letters.
    pub column: String,
}

impl CellPlace {
    /// In a clerk's words.
    fn text(&self) -> String {
        let CellPlace { sheet, row, column } = self;
        match sheet.as_str() {
            "" => format!("第 {row} 行 {column} 列"),
            sheet => format!("工作表“{}”第 {row} 行 {column} 列", quoted(sheet)),
        }
    }
}

impl fmt::Display for CellPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CellPlace { sheet, row, column } = self;
        match sheet.as_str() {
            "" => write!(f, "{column}{row}"),
            sheet => write!(f, "{}!{column}{row}", quoted(sheet)),
        }
    }
}

impl Serialize for CellPlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn inside(files: &[String]) -> String {
    if files.is_empty() {
        String::new()
    } else {
        format!("，里面有 {}", files.join("、"))
    }
}

/// As one value of a sentence.
fn listed<S: Serializer>(files: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&files.join(", "))
}

impl SheetError {
    pub(super) fn of(name: &str, fault: Fault) -> SheetError {
        let name = quoted(name).into_owned();
        match fault {
            Fault::Damaged(reason) => SheetError::Damaged { name, reason },
            Fault::TooLarge(Limit { most, counted }) => SheetError::TooLarge { name, most, counted },
            Fault::LongCell(Some(place)) => SheetError::LongCell { name, place },
            Fault::LongCell(None) => SheetError::LongText { name },
            Fault::Empty => SheetError::Empty { name },
            Fault::Password(Secrecy::Asked) => SheetError::PasswordNeeded { name },
            Fault::Password(Secrecy::Wrong) => SheetError::PasswordWrong { name },
            Fault::Password(Secrecy::Unreadable) => SheetError::Protected { name },
            Fault::Foreign(None) => SheetError::UnknownFormat { name },
            Fault::Foreign(Some(file_kind)) => SheetError::Foreign { name, file_kind },
            Fault::Packed(files) => SheetError::Packed { name, files },
        }
    }
}
