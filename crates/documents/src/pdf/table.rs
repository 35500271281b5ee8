//! Tables: columns of given widths, rows as high as their text needs, headings repeated on every
//! page. Rows are measured first, so that a page number can say of how many.

use std::borrow::Cow;
use std::ops::Range;

use crate::font::{Face, Fonts};
use crate::pdf::canvas::{ASCENT, Area, Canvas, Stroke, Style};
use crate::pdf::flow::{Align, Fit, put_line, put_text};
use crate::pdf::paper::{ink, mm};
use crate::pdf::text::{Line, Measure, Span, width_of, wrap};
use crate::pdf::{Context, DocumentPart, PdfError};
use linli_domain::writing::CUT;

/// Blank at the left and right of a cell.
const PADDING: f32 = mm(1.4);
const LEADING: f32 = 1.22;
const RULE: Stroke = Stroke {
    width: 0.5,
    color: ink::BLACK,
    dash: None,
};

/// A column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Its heading.
    pub heading: String,
    /// Its width in points.
    pub width: f32,
    /// Place of the text in its cells.
    pub align: Align,
}

/// What stands in a cell.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    /// Text, on as many lines as it needs; empty for a cell to be filled in by hand.
    Text(String),
    /// Little boxes to tick, each with its label.
    Boxes(Vec<String>),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }
}

/// The look of a table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub columns: Vec<Column>,
    /// Size of the text in points.
    pub size: f32,
    /// Least height of a row: a row to be signed needs more than its text.
    pub row_height: f32,
}

/// A row ready to be drawn: the lines of each cell.
pub(crate) struct Row {
    cells: Vec<Vec<Line>>,
    /// Whether a cell's lines have a box before each label.
    boxes: Vec<bool>,
    pub height: f32,
}

/// The sign for "box here" while lines are broken; drawn as a rectangle, never as text.
const BOX: char = '□';

impl Table {
    fn style(&self) -> Style {
        Style {
            face: Face::Sans,
            size: self.size,
            color: ink::BLACK,
        }
    }

    /// Width of all columns.
    pub(crate) fn width(&self) -> f32 {
        self.columns.iter().map(|column| column.width).sum()
    }

    /// Height of the headings.
    pub(crate) fn head_height(&self) -> f32 {
        self.size * 2.2
    }

    /// Measures one row.
    pub(crate) fn row(&self, fonts: &Fonts, cells: &[Cell]) -> Result<Row, PdfError> {
        let style = self.style();
        let mut laid = Vec::with_capacity(self.columns.len());
        let mut boxes = Vec::with_capacity(self.columns.len());
        for (column, cell) in self.columns.iter().zip(cells) {
            let width = column.width - 2.0 * PADDING;
            let measure = Measure {
                width,
                first_indent: 0.0,
                justify: false,
            };
            laid.push(match cell {
                Cell::Text(text) => wrap(
                    fonts,
                    &[Span {
                        style,
                        text: Cow::Borrowed(text),
                    }],
                    measure,
                )?,
                Cell::Boxes(labels) => box_lines(fonts, style, labels, width)?,
            });
            boxes.push(matches!(cell, Cell::Boxes(_)));
        }
        let heights = laid
            .iter()
            .zip(&boxes)
            .map(|(lines, boxed)| style.size * (leading(*boxed) * (lines.len() as f32 - 1.0) + 1.0));
        let needed = heights.fold(0.0, f32::max) + 2.0 * PADDING;
        Ok(Row {
            cells: laid,
            boxes,
            height: needed.max(self.row_height),
        })
    }

    /// Which rows stand on which page, when the first page has `first` points of height for the
    /// table and the others `next`, and what follows the table needs `tail` points.
    pub(crate) fn pages(
        &self,
        rows: &[Row],
        (first, next, tail): (f32, f32, f32),
    ) -> Result<Vec<Range<usize>>, PdfError> {
        let mut pages = Vec::new();
        let (mut start, mut left) = (0, first - self.head_height());
        for (index, row) in rows.iter().enumerate() {
            if row.height > left {
                // An empty first page is allowed when its heading leaves no room for a row.
                if index > start || (index == 0 && pages.is_empty() && first < next) {
                    pages.push(start..index);
                }
                start = index;
                left = next - self.head_height();
                if row.height > left {
                    return Err(PdfError::DoesNotFit {
                        text: CUT.into(),
                        context: Context(vec![DocumentPart::TableRow { row: index + 1 }]),
                    });
                }
            }
            left -= row.height;
        }
        if left < tail {
            // The last row goes along, so that a signature never stands without a table.
            let last = rows.len().saturating_sub(1).max(start);
            pages.push(start..last);
            start = last;
        }
        pages.push(start..rows.len());
        Ok(pages)
    }

    /// Draws the headings and rows from `(x, y)` down, and returns where the table ends.
    pub(crate) fn draw(&self, canvas: &mut dyn Canvas, (x, y): (f32, f32), rows: &[Row]) -> Result<f32, PdfError> {
        let head = Area::new(x, y, self.width(), self.head_height());
        canvas.fill(&[head], ink::TINT);
        let bold = Style {
            face: Face::SansBold,
            size: self.size,
            color: ink::BLACK,
        };
        let mut left = x;
        for column in &self.columns {
            let cell = Area::new(left, y, column.width, head.height).inset(1.0, 0.0);
            put_text(canvas, cell, bold, Fit::line(5.0).centred(), &column.heading)?;
            left += column.width;
        }
        canvas.line((x, y), (head.right(), y), RULE);
        let mut top = head.bottom();
        canvas.line((x, top), (head.right(), top), RULE);
        for row in rows {
            self.draw_row(canvas, (x, top), row)?;
            top += row.height;
            canvas.line((x, top), (head.right(), top), RULE);
        }
        let mut left = x;
        canvas.line((left, y), (left, top), RULE);
        for column in &self.columns {
            left += column.width;
            canvas.line((left, y), (left, top), RULE);
        }
        Ok(top)
    }

    fn draw_row(&self, canvas: &mut dyn Canvas, (x, top): (f32, f32), row: &Row) -> Result<(), PdfError> {
        let mut left = x;
        for ((column, lines), boxed) in self.columns.iter().zip(&row.cells).zip(&row.boxes) {
            let step = self.size * leading(*boxed);
            let height = step * (lines.len() as f32 - 1.0) + self.size;
            let first = top + (row.height - height) / 2.0 + ASCENT * self.size;
            for (index, line) in lines.iter().enumerate() {
                let slack = column.width - 2.0 * PADDING - line.width;
                let shift = match column.align {
                    Align::Left => 0.0,
                    Align::Centre => slack / 2.0,
                    Align::Right => slack,
                };
                let at = (left + PADDING + shift, first + step * index as f32);
                if *boxed {
                    self.put_boxes(canvas, at, line)?;
                } else {
                    put_line(canvas, at, line)?;
                }
            }
            left += column.width;
        }
        Ok(())
    }

    /// Draws a line of labels, with a rectangle wherever the box sign stands.
    fn put_boxes(&self, canvas: &mut dyn Canvas, (mut x, baseline): (f32, f32), line: &Line) -> Result<(), PdfError> {
        let stroke = Stroke {
            width: 0.6,
            color: ink::BLACK,
            dash: None,
        };
        let side = self.size * 0.82;
        for span in &line.spans {
            for part in span.text.split_inclusive(BOX) {
                let label = part.trim_end_matches(BOX);
                if !label.is_empty() {
                    canvas.text((x, baseline), span.style, 0.0, label)?;
                    x += width_of(canvas.fonts(), span.style, label)?;
                }
                if part.ends_with(BOX) {
                    let top = baseline - side * 0.9;
                    canvas.frame(Area::new(x + self.size * 0.09, top, side, side), stroke);
                    x += self.size;
                }
            }
        }
        Ok(())
    }
}

/// Distance of lines as a multiple of the size; boxes need more to be ticked.
fn leading(boxed: bool) -> f32 {
    if boxed { 1.7 } else { LEADING }
}

/// Labels with their boxes, as many on a line as fit; a label is never torn.
fn box_lines(fonts: &Fonts, style: Style, labels: &[String], width: f32) -> Result<Vec<Line>, PdfError> {
    let mut texts: Vec<String> = Vec::new();
    for label in labels {
        let boxed = format!("{BOX} {label}");
        if width_of(fonts, style, &boxed)? > width {
            return Err(PdfError::DoesNotFit {
                text: label.clone(),
                context: Context::default(),
            });
        }
        let longer = texts.last().map(|line| format!("{line}  {boxed}"));
        match (longer, texts.last_mut()) {
            (Some(longer), Some(line)) if width_of(fonts, style, &longer)? <= width => {
                *line = longer;
            }
            _ => texts.push(boxed),
        }
    }
    let line = |text: String| Line {
        spans: vec![Span {
            style,
            text: Cow::Owned(text),
        }],
        width,
        spacing: 0.0,
    };
    Ok(texts.into_iter().map(line).collect())
}
