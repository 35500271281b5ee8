//! Sheets: reading what people send, writing what the district wants (xlsx).
//!
//! Every reader fills a [`book::Book`] cell by cell; what bounds a file stands in [`bounds`]. The readers are the project's own
//! for what calamine does not give: cells as they come in xls and ods too, with number formats, formulas nobody
//! calculated, hidden rows and text struck out, in one pass.

mod book;
mod bounds;
mod compound;
mod csv;
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

use linli_domain::writing::quoted;
use thiserror::Error;

pub use bounds::MAX_FILE_BYTES;
pub use read::{read_workbook, unlock};
pub use write::{Alteration, Altered, Cell, ColumnKind, ColumnSpec, SheetSpec, Written, write_sheet};

/// Why a sheet cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
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
    #[error("“{name}”其实是{what}，{}", way_out(.what))]
    Foreign {
        /// The file.
        name: String,
        /// What it is, in words.
        what: String,
    },
    /// Files packed into one.
    #[error("“{name}”其实是压缩包（ZIP）{}，请先解压，再导入里面的表格", inside(.files))]
    Packed {
        /// The file.
        name: String,
        /// The first few files in it.
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
    #[error("“{name}”太大（上限 {limit}），请分成几个文件")]
    TooLarge {
        /// The file.
        name: String,
        /// In words.
        limit: String,
    },
    /// A cell with more text than a cell of a sheet holds.
    #[error("“{name}”里{place}的字太多（一格最多 32767 个字），不像是表格里的内容；请删短这一格，再导入")]
    LongCell {
        /// The file.
        name: String,
        /// Sheet, row and column.
        place: String,
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
    #[error("表格生成失败：{0}")]
    Write(String),
}

fn way_out(what: &str) -> &'static str {
    match what {
        _ if what.starts_with("图片") => "图片里的字读不出来，请要一份电子表格再导入",
        _ if what.starts_with("压缩包") => "请先解压，再导入里面的表格",
        _ if what.starts_with("程序") => "不要打开它，请向发来的人问清楚",
        _ if ["PDF", "Word", "RTF", "演示", "OpenDocument"]
            .iter()
            .any(|kind| what.starts_with(kind)) =>
        {
            "请把里面的表格复制到 WPS 或 Excel 里，另存为 xlsx 再导入"
        }
        _ => "请在 WPS 或 Excel 里打开，另存为 xlsx 再导入",
    }
}

fn inside(files: &[String]) -> String {
    if files.is_empty() {
        String::new()
    } else {
        format!("，里面有 {}", files.join("、"))
    }
}

impl SheetError {
    fn of(name: &str, fault: book::Fault) -> SheetError {
        use book::{Fault, Secrecy};
        let name = quoted(name).into_owned();
        match fault {
            Fault::Damaged(reason) => SheetError::Damaged { name, reason },
            Fault::TooLarge(limit) => SheetError::TooLarge { name, limit },
            Fault::LongCell(place) => SheetError::LongCell { name, place },
            Fault::Empty => SheetError::Empty { name },
            Fault::Password(Secrecy::Asked) => SheetError::PasswordNeeded { name },
            Fault::Password(Secrecy::Wrong) => SheetError::PasswordWrong { name },
            Fault::Password(Secrecy::Unreadable) => SheetError::Protected { name },
            Fault::Foreign("") => SheetError::UnknownFormat { name },
            Fault::Foreign(what) => SheetError::Foreign {
                name,
                what: what.to_owned(),
            },
            Fault::Packed(files) => SheetError::Packed { name, files },
        }
    }
}
