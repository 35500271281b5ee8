//! Why a document was not made. Nothing has been written when one of these is returned.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use crate::font::FontError;

/// Why a document was not made.
#[derive(Debug, Error)]
pub enum PdfError {
    /// No font has a character. Installing a fuller fallback font helps.
    #[error("no font can print {character:?} (U+{:04X}), needed for {context}", u32::from(*character))]
    MissingCharacter {
        /// The character.
        character: char,
        /// What it belongs to, as far as the document knows.
        context: Context,
    },
    /// A font cannot be used.
    #[error(transparent)]
    Font(#[from] FontError),
    /// A text is too long for its place even in the smallest type allowed there.
    #[error("too long to print in its place: {text:?}, in {context}")]
    DoesNotFit {
        /// The beginning of the text.
        text: String,
        /// What it belongs to.
        context: Context,
    },
    /// A QR code cannot hold the text.
    #[error("a QR code cannot hold {length} bytes, needed for {context}")]
    QrTooLong {
        /// Bytes of the text.
        length: usize,
        /// What it belongs to.
        context: Context,
    },
    /// There is nothing to print.
    #[error("there is nothing to print: {what}")]
    Nothing {
        /// What the list should have held.
        what: &'static str,
    },
    /// More than a document of this kind may hold; print in parts.
    #[error("{count} {what} are too many for one file, at most {limit}")]
    TooMany {
        /// How many were asked for.
        count: usize,
        /// The limit.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
    /// The text of a notice is not written as it should be.
    #[error("line {line} of the notice: {problem}")]
    NoticeText {
        /// Line number, from 1; 0 for a title of its own.
        line: usize,
        /// What is wrong with it.
        problem: NoticeProblem,
    },
    /// The PDF library refused an operation, which is a fault of this program.
    #[error("the PDF could not be written: {0}")]
    Writer(String),
}

impl PdfError {
    /// Says what the failing text belongs to (a person, a voucher), in front of what is known.
    pub(crate) fn about(mut self, what: impl FnOnce() -> DocumentPart) -> PdfError {
        match &mut self {
            PdfError::MissingCharacter { context, .. }
            | PdfError::DoesNotFit { context, .. }
            | PdfError::QrTooLong { context, .. } => context.0.insert(0, what()),
            PdfError::Font(_)
            | PdfError::Nothing { .. }
            | PdfError::TooMany { .. }
            | PdfError::NoticeText { .. }
            | PdfError::Writer(_) => {}
        }
        self
    }
}

/// What a text of a document belongs to, the largest part first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context(pub Vec<DocumentPart>);

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            write!(f, "{}{part}", if index == 0 { "" } else { "，" })?;
        }
        Ok(())
    }
}

/// A document, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DocumentPart {
    /// A notice by its title.
    #[error("通知“{title}”")]
    Notice {
        /// As written.
        title: String,
    },
    /// A poster by its title.
    #[error("海报“{title}”")]
    Poster {
        /// As written.
        title: String,
    },
    /// The hand-out list of a building.
    #[error("{building}签收表")]
    HandoutList {
        /// Which.
        building: String,
    },
    /// The door-visit list of a building.
    #[error("{building}走访表")]
    DoorList {
        /// Which.
        building: String,
    },
    /// A round's notice for a building.
    #[error("{building}通知")]
    BuildingNotice {
        /// Which.
        building: String,
    },
    /// A voucher, and whose it is.
    #[error("凭证 {number} {room} {name}")]
    Voucher {
        /// Its number.
        number: String,
        /// Where the person lives.
        room: String,
        /// The person.
        name: String,
    },
    /// A row of a building's list.
    #[error("{building} {room} {name}")]
    ListRow {
        /// The building.
        building: String,
        /// The door.
        room: String,
        /// Who.
        name: String,
    },
    /// A row of a building's notice.
    #[error("{room} {name}")]
    NoticeRow {
        /// The door.
        room: String,
        /// Who.
        name: String,
    },
    /// An entry of a list of findings by its number.
    #[error("第 {entry} 条")]
    ListEntry {
        /// From 1.
        entry: usize,
    },
    /// A row of a table by its number.
    #[error("第 {row} 行")]
    TableRow {
        /// From 1.
        row: usize,
    },
    /// Who signs a notice.
    #[error("落款")]
    Signature,
}

/// What is wrong with the text of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NoticeProblem {
    /// A text without a line that is its title.
    #[error("没有标题；标题单独写一行，以“# ”开头")]
    NoTitle,
    /// A title of its own that is empty.
    #[error("还没有写标题")]
    EmptyTitle,
    /// Nothing below the title.
    #[error("只有标题，没有正文")]
    NoText,
    /// Two titles.
    #[error("有两个标题，通知只能有一个")]
    TwoTitles,
    /// A title behind something else.
    #[error("标题要写在最前面")]
    TitleNotFirst,
    /// A heading without words.
    #[error("“#”后面没有文字")]
    EmptyHeading,
    /// A heading of a third level.
    #[error("标题下面最多两级小标题")]
    TooDeep,
    /// What a notice does not have.
    #[error("通知里不能有表格、图片和代码")]
    NoTables,
    /// A bold passage that does not end.
    #[error("加粗没有结束，少了一个“**”")]
    BoldOpen,
    /// A blank that does not end.
    #[error("“{{”后面少了“}}”")]
    BlankOpen,
    /// A blank that nothing is filled into.
    #[error("没有“{{{blank}}}”这个填空，可用的有：{known}")]
    UnknownBlank {
        /// Its name.
        blank: String,
        /// Those that there are, as they are written.
        known: String,
    },
}
