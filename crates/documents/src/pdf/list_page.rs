//! What lists for building heads have in common: a title, a few facts above the table, and a foot
//! with the committee, a word on confidentiality and the page number.

use crate::font::Face;
use crate::pdf::canvas::{Area, Canvas, Stroke, Style};
use crate::pdf::flow::{Fit, put_text};
use crate::pdf::paper::{ink, mm, size};
use crate::pdf::table::{Cell, Row, Table};
use crate::pdf::{DocumentPart, Imprint, PdfError};

const FOOT_HEIGHT: f32 = mm(9.0);
const TITLE_HEIGHT: f32 = mm(11.0);
const FACT_HEIGHT: f32 = mm(6.6);
const FACT_LABEL: f32 = mm(19.0);

/// A list of one building, on as many pages as it takes.
pub(crate) struct ListPaper<'a> {
    /// Width and height of the page.
    pub page: (f32, f32),
    /// Blank around the print.
    pub margin: f32,
    /// Title on every page.
    pub title: &'a str,
    /// Facts above the table of the first page: label and text.
    pub facts: Vec<(&'a str, String)>,
    /// Numbers that stand as bars between the facts and the table.
    pub bars: &'a [Bar],
    /// The table's look.
    pub table: Table,
    /// Small print at the foot of every page.
    pub foot: &'a str,
    /// What the last page asks to be signed with: labels of blanks.
    pub signatures: &'a [&'a str],
}

/// A number that is drawn as a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What is counted.
    pub label: String,
    /// How many.
    pub count: usize,
}

/// Height of a bar with the blank below it, and of the bar alone.
const BAR_STEP: f32 = mm(6.4);
const BAR_HEIGHT: f32 = mm(4.2);
/// Room for a bar's label at its left, and for its number behind the longest bar.
const BAR_LABEL: f32 = mm(32.0);
const BAR_COUNT: f32 = mm(14.0);

/// Height of the signatures under the table.
const SIGNATURE_HEIGHT: f32 = mm(14.0);

impl ListPaper<'_> {
    /// Draws the list; `about` names a row when one of its texts cannot be printed.
    pub(crate) fn draw(
        &self,
        canvas: &mut dyn Canvas,
        imprint: &Imprint,
        cells: &[Vec<Cell>],
        about: impl Fn(usize) -> DocumentPart,
    ) -> Result<(), PdfError> {
        let mut rows: Vec<Row> = Vec::with_capacity(cells.len());
        for (index, cells) in cells.iter().enumerate() {
            let row = self.table.row(canvas.fonts(), cells);
            rows.push(row.map_err(|error| error.about(|| about(index)))?);
        }
        let facts = FACT_HEIGHT * self.facts.len() as f32 + mm(2.0) + self.bars_height();
        let whole = self.page.1 - 2.0 * self.margin - FOOT_HEIGHT - TITLE_HEIGHT;
        let signed = if self.signatures.is_empty() {
            0.0
        } else {
            SIGNATURE_HEIGHT
        };
        let pages = self.table.pages(&rows, (whole - facts, whole, signed))?;
        for (number, range) in pages.iter().enumerate() {
            canvas.begin_page(self.page);
            let mut y = self.draw_title(canvas)?;
            if number == 0 {
                y = self.draw_facts(canvas, y)?;
                y = self.draw_bars(canvas, y)?;
            }
            let bottom = self.table.draw(canvas, (self.margin, y), &rows[range.clone()])?;
            if number + 1 == pages.len() {
                self.draw_signatures(canvas, bottom)?;
            }
            self.draw_foot(canvas, imprint, (number + 1, pages.len()))?;
        }
        Ok(())
    }

    fn width(&self) -> f32 {
        self.page.0 - 2.0 * self.margin
    }

    fn draw_title(&self, canvas: &mut dyn Canvas) -> Result<f32, PdfError> {
        let style = Style {
            face: Face::SerifBold,
            size: 18.0,
            color: ink::BLACK,
        };
        let area = Area::new(self.margin, self.margin, self.width(), TITLE_HEIGHT - mm(2.0));
        put_text(canvas, area, style, Fit::line(8.0).centred(), self.title)?;
        Ok(self.margin + TITLE_HEIGHT)
    }

    fn draw_facts(&self, canvas: &mut dyn Canvas, mut y: f32) -> Result<f32, PdfError> {
        let grey = Style {
            face: Face::Sans,
            size: size::WUHAO,
            color: ink::GREY,
        };
        let black = Style {
            face: Face::SansBold,
            size: size::WUHAO,
            color: ink::BLACK,
        };
        for (label, text) in &self.facts {
            let line = Area::new(self.margin, y, self.width(), FACT_HEIGHT);
            put_text(
                canvas,
                Area {
                    width: FACT_LABEL,
                    ..line
                },
                grey,
                Fit::line(8.0),
                label,
            )?;
            let value = Area {
                x: line.x + FACT_LABEL,
                width: line.width - FACT_LABEL,
                ..line
            };
            put_text(
                canvas,
                value,
                black,
                Fit {
                    leading: 1.1,
                    ..Fit::block(2, 6.0).in_middle()
                },
                text,
            )?;
            y += FACT_HEIGHT;
        }
        Ok(y + mm(2.0))
    }

    fn bars_height(&self) -> f32 {
        match self.bars.is_empty() {
            true => 0.0,
            false => BAR_STEP * self.bars.len() as f32 + mm(3.0),
        }
    }

    /// Draws the bars one below the other, the longest as long as there is room for.
    fn draw_bars(&self, canvas: &mut dyn Canvas, top: f32) -> Result<f32, PdfError> {
        let style = Style {
            face: Face::Sans,
            size: size::XIAOWU,
            color: ink::BLACK,
        };
        let most = self.bars.iter().map(|bar| bar.count).max().unwrap_or_default().max(1);
        let room = self.width() - BAR_LABEL - BAR_COUNT;
        let mut y = top;
        for bar in self.bars {
            let label = Area::new(self.margin, y, BAR_LABEL - mm(2.0), BAR_HEIGHT);
            put_text(canvas, label, style, Fit::line(5.0).right(), &bar.label)?;
            let left = self.margin + BAR_LABEL;
            let length = room * bar.count as f32 / most as f32;
            canvas.fill(&[Area::new(left, y, length, BAR_HEIGHT)], ink::BLUE);
            let count = Area::new(left + length + mm(1.5), y, BAR_COUNT - mm(1.5), BAR_HEIGHT);
            put_text(canvas, count, style, Fit::line(5.0), &bar.count.to_string())?;
            y += BAR_STEP;
        }
        Ok(top + self.bars_height())
    }

    fn draw_signatures(&self, canvas: &mut dyn Canvas, table_bottom: f32) -> Result<(), PdfError> {
        if self.signatures.is_empty() {
            return Ok(());
        }
        let style = Style {
            face: Face::Sans,
            size: size::WUHAO,
            color: ink::BLACK,
        };
        let stroke = Stroke {
            width: 0.5,
            color: ink::BLACK,
            dash: None,
        };
        let part = self.width() / self.signatures.len() as f32;
        for (index, label) in self.signatures.iter().enumerate() {
            let x = self.margin + part * index as f32;
            let area = Area::new(x, table_bottom + mm(6.0), part, mm(5.0));
            let label_area = Area {
                width: mm(24.0),
                ..area
            };
            put_text(canvas, label_area, style, Fit::line(7.0), label)?;
            canvas.line(
                (x + mm(24.0), area.bottom()),
                (x + part - mm(8.0), area.bottom()),
                stroke,
            );
        }
        Ok(())
    }

    fn draw_foot(
        &self,
        canvas: &mut dyn Canvas,
        imprint: &Imprint,
        (page, pages): (usize, usize),
    ) -> Result<(), PdfError> {
        let y = self.page.1 - self.margin - mm(5.0);
        let style = Style {
            face: Face::Sans,
            size: 8.0,
            color: ink::GREY,
        };
        let line = Area::new(self.margin, y, self.width(), mm(5.0));
        let text = format!("{}　{}", imprint.committee, self.foot);
        let left = Area {
            width: line.width - mm(34.0),
            ..line
        };
        put_text(canvas, left, style, Fit::line(4.5), &text)?;
        let count = format!("第 {page} 页　共 {pages} 页");
        let right = Area {
            x: line.right() - mm(33.0),
            width: mm(33.0),
            ..line
        };
        put_text(canvas, right, style, Fit::line(5.0).right(), &count)?;
        Ok(())
    }
}
