//! Why a document was not made. Nothing has been written when one of these is returned.

use crate::font::FontError;

/// Why a document was not made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// No font has a character. Installing a fuller fallback font helps.
    #[error("no font can print {character:?} (U+{:04X}), needed for {context}", u32::from(*character))]
    MissingCharacter {
        /// The character.
        character: char,
        /// What it belongs to, as far as the document knows: room and name, voucher, line of text.
        context: String,
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
        context: String,
    },
    /// A QR code cannot hold the text.
    #[error("a QR code cannot hold {length} bytes, needed for {context}")]
    QrTooLong {
        /// Bytes of the text.
        length: usize,
        /// What it belongs to.
        context: String,
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
        problem: String,
    },
    /// The PDF library refused an operation, which is a fault of this program.
    #[error("the PDF could not be written: {0}")]
    Writer(String),
}

impl PdfError {
    /// Says what the failing text belongs to (a person, a voucher), in front of what is known.
    pub(crate) fn about(mut self, what: impl FnOnce() -> String) -> PdfError {
        match &mut self {
            PdfError::MissingCharacter { context, .. }
            | PdfError::DoesNotFit { context, .. }
            | PdfError::QrTooLong { context, .. } => {
                let what = what();
                if context.is_empty() {
                    *context = what;
                } else {
                    *context = format!("{what}，{context}");
                }
            }
            PdfError::Font(_)
            | PdfError::Nothing { .. }
            | PdfError::TooMany { .. }
            | PdfError::NoticeText { .. }
            | PdfError::Writer(_) => {}
        }
        self
    }
}
