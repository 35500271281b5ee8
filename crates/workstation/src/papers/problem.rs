//! Why a document is not made, as a clerk is told.

use linli_documents::font::FontError;
use linli_documents::pdf::{Context, DocumentPart, NoticeProblem, PdfError};
use linli_domain::writing::quoted;
use serde::Serialize;
use thiserror::Error;

use crate::api::{Catalogue, Said, Sentence};

/// What a copy, a step of a poster and a voucher are not: [`PdfError::TooMany`] has its own sentence for these.
const CHARACTERS: &str = "characters of a notice";
const PAGES: &str = "pages";

/// Nothing was written. Where a sentence says within, it says what the text belongs to, or what is wrong with it.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
enum PaperProblem {
    /// No font has a character.
    #[error("“{character}”字（{context}）没有可用的字体，没有生成文件；请安装生僻字字体，或先用同音字代替")]
    MissingCharacter {
        character: char,
        #[serde(skip)]
        context: String,
    },
    /// A text that is longer than its place.
    #[error("“{text}”太长，印不下（{context}），没有生成文件")]
    DoesNotFit {
        text: String,
        #[serde(skip)]
        context: String,
    },
    /// More than a QR code holds.
    #[error("二维码内容太长（{length} 字节，{context}），没有生成文件")]
    QrTooLong {
        length: usize,
        #[serde(skip)]
        context: String,
    },
    /// An empty list.
    #[error("没有可以打印的内容")]
    NothingToPrint,
    /// A notice with too much text.
    #[error("通知太长，最多 {limit} 个字，请删短，或分成几份")]
    NoticeTooLong { limit: usize },
    /// More pages than a file has.
    #[error("一次最多 {limit} 页，请分楼栋生成")]
    TooManyPages { limit: usize },
    /// More copies, vouchers or steps.
    #[error("一次最多 {limit} 份，请分楼栋生成")]
    TooManyCopies { limit: usize },
    /// A notice that is not written as it should be.
    #[error("通知第 {line} 行：{{within}}")]
    NoticeLine { line: usize },
    /// A font that is there and cannot be read.
    #[error("字体 {font} 读不了，没有生成文件；请重新安装这个字体，或把它移走")]
    FontUnreadable { font: String },
    /// A fault of this program.
    #[error("文件没有生成：{reason}")]
    NotWritten { reason: String },
}

impl Said for PaperProblem {
    const CATALOGUE: Catalogue = Catalogue::Papers;
}

impl Said for DocumentPart {
    const CATALOGUE: Catalogue = Catalogue::Papers;
}

impl Said for NoticeProblem {
    const CATALOGUE: Catalogue = Catalogue::Papers;
}

/// What a clerk is told of a document that is not made.
pub(crate) fn problem(error: &PdfError) -> Sentence {
    let parts = |context: &Context| context.0.iter().map(Said::said).collect();
    let (said, within) = match error {
        PdfError::MissingCharacter { character, context } => (
            PaperProblem::MissingCharacter {
                character: *character,
                context: context.to_string(),
            },
            parts(context),
        ),
        PdfError::DoesNotFit { text, context } => (
            PaperProblem::DoesNotFit {
                text: quoted(text).into_owned(),
                context: context.to_string(),
            },
            parts(context),
        ),
        PdfError::QrTooLong { length, context } => (
            PaperProblem::QrTooLong {
                length: *length,
                context: context.to_string(),
            },
            parts(context),
        ),
        PdfError::NoticeText { line, problem } => (PaperProblem::NoticeLine { line: *line }, vec![problem.said()]),
        other => (without(other), Vec::new()),
    };
    said.around(within)
}

/// The same of what is said by itself.
fn without(error: &PdfError) -> PaperProblem {
    match error {
        PdfError::Nothing { .. } => PaperProblem::NothingToPrint,
        &PdfError::TooMany { limit, what, .. } => match what {
            CHARACTERS => PaperProblem::NoticeTooLong { limit },
            PAGES => PaperProblem::TooManyPages { limit },
            _ => PaperProblem::TooManyCopies { limit },
        },
        PdfError::Font(FontError::Read { path, .. }) => PaperProblem::FontUnreadable {
            font: path.display().to_string(),
        },
        PdfError::Font(FontError::Damaged { name, .. }) => PaperProblem::FontUnreadable { font: name.clone() },
        other => PaperProblem::NotWritten {
            reason: other.to_string(),
        },
    }
}
