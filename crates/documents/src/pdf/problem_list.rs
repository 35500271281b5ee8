//! What an import found, as a list on paper: the clerk corrects the sheet beside it. Not for posting.

use linli_domain::writing::shortened;

use crate::font::{Face, Fonts};
use crate::pdf::canvas::{Canvas, Style};
use crate::pdf::flow::Align;
use crate::pdf::list_page::ListPaper;
use crate::pdf::paper::{A4, ink, mm};
use crate::pdf::table::{Cell, Column, Table};
use crate::pdf::text::width_of;
use crate::pdf::writer::PdfCanvas;
use crate::pdf::{DocumentPart, Imprint, PdfError};

/// Size of the table's text in points.
const SIZE: f32 = 10.0;
/// Instead of a character that no font has: bytes nobody could read are among what an import finds.
const UNPRINTABLE: char = '？';

/// The findings of one import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemListInput {
    /// Committee and time of making.
    pub imprint: Imprint,
    /// The file.
    pub file: String,
    /// In one line: how many rows, how many cells were not taken.
    pub summary: String,
    /// The findings in the order of the sheet.
    pub rows: Vec<ProblemLine>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemLine {
    /// Sheet, row and column.
    pub place: String,
    /// What the cell held.
    pub value: String,
    /// What was found, in words.
    pub text: String,
    /// 没有导入 or 请留意.
    pub taken: String,
}

/// The list as a PDF, A4 portrait.
///
/// # Errors
/// A text too long for its page.
pub fn problem_list(fonts: &Fonts, input: &ProblemListInput) -> Result<Vec<u8>, PdfError> {
    let mut canvas = PdfCanvas::new(fonts);
    draw_problem_list(&mut canvas, input)?;
    canvas.finish("导入问题清单", &input.imprint)
}

/// Draws the list on a canvas.
///
/// # Errors
/// As [`problem_list`].
pub fn draw_problem_list(canvas: &mut dyn Canvas, input: &ProblemListInput) -> Result<(), PdfError> {
    let fonts = canvas.fonts();
    let text = |text: &str| Cell::text(printable(fonts, text));
    let cells: Vec<Vec<Cell>> = (1..)
        .zip(&input.rows)
        .map(|(number, row)| {
            vec![
                Cell::text(number.to_string()),
                text(&row.place),
                text(&row.value),
                text(&row.text),
                text(&row.taken),
                Cell::text(""),
            ]
        })
        .collect();
    let facts = vec![
        ("文　件", printable(fonts, &input.file)),
        ("结　果", input.summary.clone()),
    ];
    let paper = ListPaper {
        page: A4,
        margin: mm(14.0),
        title: "导入问题清单",
        facts,
        table: columns(),
        foot: "含个人信息，仅供核对改表使用，用后销毁，请勿张贴、外传。",
        bars: &[],
        signatures: &[],
    };
    paper.draw(canvas, &input.imprint, &cells, |index| DocumentPart::ListEntry {
        entry: index + 1,
    })
}

/// Characters of a cell: some twenty lines of the narrowest column.
const LONGEST: usize = 120;

/// A text on one line of its own, no longer than its cell, with what cannot be printed replaced.
pub(super) fn printable(fonts: &Fonts, text: &str) -> String {
    let style = Style {
        face: Face::Sans,
        size: SIZE,
        color: ink::BLACK,
    };
    let known = |c: char| width_of(fonts, style, c.encode_utf8(&mut [0; 4])).is_ok();
    let shown = |c: char| match c {
        c if c.is_whitespace() => ' ',
        c if known(c) => c,
        _ => UNPRINTABLE,
    };
    shortened(text, LONGEST).chars().map(shown).collect()
}

fn columns() -> Table {
    let column = |heading: &str, width: f32, align| Column {
        heading: heading.to_owned(),
        width: mm(width),
        align,
    };
    Table {
        columns: vec![
            column("序号", 12.0, Align::Centre),
            column("位置", 36.0, Align::Left),
            column("原来的内容", 40.0, Align::Left),
            column("问题", 62.0, Align::Left),
            column("结果", 18.0, Align::Left),
            column("改好", 14.0, Align::Left),
        ],
        size: SIZE,
        row_height: mm(8.0),
    }
}
