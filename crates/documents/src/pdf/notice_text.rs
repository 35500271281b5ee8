//! The text of a notice as a clerk writes it: a small part of Markdown.
//! `# ` title, `## ` and `### ` headings (numbered 一、 and （一） by the printer), `- ` and `1. `
//! points, `**bold**`, a line for each paragraph, `附件：` lines, and the fields {楼栋},
//! {居委会} and {日期}. What is not understood is an error with its line, never dropped.

use linli_domain::writing::quoted;

use crate::pdf::{NoticeProblem, PdfError};

/// Text in one weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it says, with fields not yet filled in.
    pub text: String,
    /// Whether it is bold.
    pub bold: bool,
}

/// A part of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading of level 1 (一、) or 2 （一）, without its number.
    Heading {
        /// 1 or 2.
        level: u8,
        /// Its text.
        spans: Vec<Span>,
    },
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A point of a list: with a number as written, or without (printed with the dash it was written with).
    Point {
        /// Number of the point.
        number: Option<u32>,
        /// Its text.
        spans: Vec<Span>,
    },
    /// Names of attachments.
    Attachments(Vec<String>),
}

/// A notice, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeText {
    /// The title.
    pub title: String,
    /// What follows, in order.
    pub blocks: Vec<Block>,
}

/// Names of the fields that may stand in braces.
pub(crate) const FIELDS: [&str; 3] = ["楼栋", "居委会", "日期"];

/// Characters a notice may have: some fifty pages.
pub(super) const MAX_CHARACTERS: usize = 30_000;

pub(super) const ATTACHMENT: &str = "附件：";

impl NoticeText {
    /// Reads the text.
    ///
    /// # Errors
    /// [`PdfError::NoticeText`] with the line: no title or two of them, a bold passage that does
    /// not end, a field nobody knows, a table or picture, a deeper heading.
    pub fn parse(text: &str) -> Result<NoticeText, PdfError> {
        check_length(text.chars().count())?;
        let mut reader = Reader {
            title: None,
            blocks: Vec::new(),
            open: None,
        };
        let mut last = 0;
        for (index, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
            last = index + 1;
            reader.line(last, line.trim())?;
        }
        reader.close()?;
        let title = reader.title.ok_or_else(|| problem(1, NoticeProblem::NoTitle))?;
        if reader.blocks.is_empty() {
            return Err(problem(last.max(1), NoticeProblem::NoText));
        }
        Ok(NoticeText {
            title,
            blocks: reader.blocks,
        })
    }
}

/// Refuses a text of more characters than a notice may have.
pub(super) fn check_length(characters: usize) -> Result<(), PdfError> {
    if characters > MAX_CHARACTERS {
        return Err(PdfError::TooMany {
            count: characters,
            limit: MAX_CHARACTERS,
            what: "characters of a notice",
        });
    }
    Ok(())
}

pub(super) fn problem(line: usize, problem: NoticeProblem) -> PdfError {
    PdfError::NoticeText { line, problem }
}

/// A paragraph or point before its marks are read.
struct Open {
    line: usize,
    number: Option<Option<u32>>,
    text: String,
}

struct Reader {
    title: Option<String>,
    blocks: Vec<Block>,
    open: Option<Open>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), PdfError> {
        if line.is_empty() {
            return self.close();
        }
        if let Some(rest) = line.strip_prefix('#') {
            self.close()?;
            return self.heading(number, rest);
        }
        if line.starts_with('|') || line.starts_with("![") || line.starts_with("```") {
            return Err(problem(number, NoticeProblem::NoTables));
        }
        if let Some(rest) = line.strip_prefix(ATTACHMENT) {
            self.close()?;
            self.blocks.push(Block::Attachments(Vec::new()));
            return self.attachment(number, rest);
        }
        if let Some((point, rest)) = list_point(line) {
            if let (Some(Block::Attachments(_)), None) = (self.blocks.last(), &self.open) {
                return self.attachment(number, rest);
            }
            self.close()?;
            self.open = Some(Open {
                line: number,
                number: Some(point),
                text: rest.trim().to_string(),
            });
            return Ok(());
        }
        // Chinese text has no soft breaks: who begins a new line means one.
        self.close()?;
        self.open = Some(Open {
            line: number,
            number: None,
            text: line.to_string(),
        });
        Ok(())
    }

    fn heading(&mut self, line: usize, rest: &str) -> Result<(), PdfError> {
        let level = 1 + rest.chars().take_while(|&c| c == '#').count();
        let text = rest.trim_start_matches('#').trim();
        if text.is_empty() {
            return Err(problem(line, NoticeProblem::EmptyHeading));
        }
        check_fields(line, text)?;
        match level {
            1 if self.title.is_some() => Err(problem(line, NoticeProblem::TwoTitles)),
            1 if !self.blocks.is_empty() => Err(problem(line, NoticeProblem::TitleNotFirst)),
            1 => {
                self.title = Some(text.replace("**", ""));
                Ok(())
            }
            2 | 3 => {
                let spans = spans(line, text)?;
                self.blocks.push(Block::Heading {
                    level: level as u8 - 1,
                    spans,
                });
                Ok(())
            }
            _ => Err(problem(line, NoticeProblem::TooDeep)),
        }
    }

    fn attachment(&mut self, line: usize, text: &str) -> Result<(), PdfError> {
        check_fields(line, text)?;
        let name = list_point(text.trim()).map_or(text, |(_, rest)| rest).trim();
        if let (Some(Block::Attachments(names)), false) = (self.blocks.last_mut(), name.is_empty()) {
            names.push(name.to_string());
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), PdfError> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        check_fields(open.line, &open.text)?;
        let spans = spans(open.line, &open.text)?;
        self.blocks.push(match open.number {
            None => Block::Paragraph(spans),
            Some(number) => Block::Point { number, spans },
        });
        Ok(())
    }
}

/// The point a line begins, `- text` or `3. text`: its number, and its text.
fn list_point(line: &str) -> Option<(Option<u32>, &str)> {
    for dash in ["- ", "* ", "+ "] {
        if let Some(rest) = line.strip_prefix(dash) {
            return Some((None, rest));
        }
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = line[..digits].parse().ok()?;
    let rest = &line[digits..];
    let text = rest.strip_prefix(". ").or_else(|| rest.strip_prefix("．"))?;
    Some((Some(number), text))
}

fn spans(line: usize, text: &str) -> Result<Vec<Span>, PdfError> {
    let parts: Vec<&str> = text.split("**").collect();
    if parts.len().is_multiple_of(2) {
        return Err(problem(line, NoticeProblem::BoldOpen));
    }
    let spans = parts.into_iter().enumerate().filter(|(_, text)| !text.is_empty());
    Ok(spans
        .map(|(index, text)| Span {
            text: text.to_string(),
            bold: index % 2 == 1,
        })
        .collect())
}

pub(super) fn check_fields(line: usize, text: &str) -> Result<(), PdfError> {
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else {
            return Err(problem(line, NoticeProblem::BlankOpen));
        };
        let name = &rest[start + 1..start + length];
        if !FIELDS.contains(&name) {
            let known = FIELDS.map(|field| format!("{{{field}}}")).join("、");
            let blank = quoted(name).into_owned();
            return Err(problem(line, NoticeProblem::UnknownBlank { blank, known }));
        }
        rest = &rest[start + length + 1..];
    }
    Ok(())
}
