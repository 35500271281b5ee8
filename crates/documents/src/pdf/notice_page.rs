//! The pages of an official document: the type area of GB/T 9704-2012 (156 × 225 mm), its grid of
//! 22 lines 28 pt apart, what stays together on a page, and page numbers — 1 — at the outer edge.

use crate::font::Face;
use crate::pdf::PdfError;
use crate::pdf::canvas::{ASCENT, Canvas, Style};
use crate::pdf::flow::put_line;
use crate::pdf::paper::{A4, ink, mm, size};
use crate::pdf::text::{Line, width_of};

/// Left edge and width of the type area (订口 28 mm), top (天头 37 mm) and height.
const LEFT: f32 = mm(28.0);
pub(crate) const WIDTH: f32 = mm(156.0);
const TOP: f32 = mm(37.0);
const HEIGHT: f32 = mm(225.0);

/// Distance of lines, and how many make a page.
const PITCH: f32 = 28.0;
pub(crate) const LINES: usize = 22;

/// Page numbers stand 7 mm under the type area.
const NUMBER_TOP: f32 = TOP + HEIGHT + mm(7.0);

/// A line on the grid of a notice.
pub(crate) struct GridLine {
    /// Left end, in points from the edge of the type area.
    pub x: f32,
    /// What it says.
    pub line: Line,
    /// Whether the next line must stand on the same page: headings.
    pub keep: bool,
    /// Whether it is dropped at the top of a page: blank lines.
    pub blank: bool,
}

impl GridLine {
    pub(crate) fn blank() -> GridLine {
        GridLine {
            x: 0.0,
            line: Line::default(),
            keep: false,
            blank: true,
        }
    }

    /// A blank line that belongs to the signature under it.
    pub(crate) fn seal() -> GridLine {
        GridLine {
            keep: true,
            ..GridLine::blank()
        }
    }
}

/// Lines of text that go with the signature to its page: it never stands there alone.
const WITH_SIGNATURE: usize = 2;

/// Divides lines into pages. A heading stays with the line after it, and the signature with the
/// last lines of the text.
pub(crate) fn paginate(mut lines: Vec<GridLine>, signature: Vec<GridLine>) -> Vec<Vec<GridLine>> {
    let text_end = lines.len();
    for line in &mut lines[text_end.saturating_sub(WITH_SIGNATURE)..] {
        line.keep = true;
    }
    lines.extend(signature);
    let mut pages: Vec<Vec<GridLine>> = vec![Vec::new()];
    let mut lines = lines.into_iter().peekable();
    let mut group = Vec::new();
    while let Some(line) = lines.next() {
        let ends = !line.keep || lines.peek().is_none();
        group.push(line);
        // A run of headings longer than a page cannot stay together.
        if !ends && group.len() < LINES / 2 {
            continue;
        }
        if pages.last().is_some_and(|page| page.len() + group.len() > LINES) {
            pages.push(Vec::new());
        }
        if let Some(page) = pages.last_mut() {
            let top = page.is_empty();
            let skip = if top {
                group.iter().take_while(|line| line.blank).count()
            } else {
                0
            };
            page.extend(group.drain(..).skip(skip));
        }
    }
    pages
}

pub(crate) fn draw_pages(canvas: &mut dyn Canvas, pages: &[Vec<GridLine>]) -> Result<(), PdfError> {
    for (index, page) in pages.iter().enumerate() {
        canvas.begin_page(A4);
        for (row, grid) in page.iter().enumerate() {
            let size = grid.line.spans.first().map_or(size::SANHAO, |span| span.style.size);
            let top = TOP + PITCH * row as f32 + (PITCH - size) / 2.0;
            put_line(canvas, (LEFT + grid.x, top + ASCENT * size), &grid.line)?;
        }
        draw_number(canvas, index + 1)?;
    }
    Ok(())
}

/// — 1 — in 四号, one character from the right edge on odd pages and from the left on even ones.
fn draw_number(canvas: &mut dyn Canvas, number: usize) -> Result<(), PdfError> {
    let style = Style {
        face: Face::Serif,
        size: size::SIHAO,
        color: ink::BLACK,
    };
    let text = format!("— {number} —");
    let width = width_of(canvas.fonts(), style, &text)?;
    let x = if number % 2 == 1 {
        LEFT + WIDTH - width - style.size
    } else {
        LEFT + style.size
    };
    canvas.text((x, NUMBER_TOP + ASCENT * style.size), style, 0.0, &text)
}
