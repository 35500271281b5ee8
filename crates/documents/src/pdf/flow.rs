//! Lines of text put into areas: aligned, shrunk if allowed, refused if they do not fit.
//! What is drawn here stays inside its area; the property tests hold the documents to it.

use std::borrow::Cow;

use crate::pdf::canvas::{ASCENT, Area, Canvas, Style};
use crate::pdf::text::{Line, Measure, Span, width_of, wrap};
use crate::pdf::{Context, PdfError, by_hand};

/// Where lines stand between left and right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
}

/// How a text is fitted into an area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Place between left and right.
    pub align: Align,
    /// Smallest size in points to which the text may shrink; its own size forbids shrinking.
    pub smallest: f32,
    /// Most lines it may take; more are still allowed in less size if they fit the height.
    pub lines: usize,
    /// Distance of baselines as a multiple of the size.
    pub leading: f32,
    /// Whether the lines stand in the middle of the height, or at its top.
    pub middle: bool,
}

impl Fit {
    /// One line, at the left, in the middle of the height, not smaller than `smallest` points.
    pub const fn line(smallest: f32) -> Fit {
        Fit {
            align: Align::Left,
            smallest,
            lines: 1,
            leading: 1.25,
            middle: true,
        }
    }

    /// As many as `lines` lines from the top, not smaller than `smallest` points.
    pub const fn block(lines: usize, smallest: f32) -> Fit {
        Fit {
            align: Align::Left,
            smallest,
            lines,
            leading: 1.3,
            middle: false,
        }
    }

    /// The same, in the middle of the width.
    pub const fn centred(self) -> Fit {
        Fit {
            align: Align::Centre,
            ..self
        }
    }

    /// The same, at the right edge.
    pub const fn right(self) -> Fit {
        Fit {
            align: Align::Right,
            ..self
        }
    }

    /// The same, in the middle of the height.
    pub const fn in_middle(self) -> Fit {
        Fit { middle: true, ..self }
    }
}

/// Step by which a text shrinks until it fits.
const SHRINK: f32 = 0.94;

/// Letters of a text that an error quotes.
const QUOTED: usize = 24;

/// Prints a line with its baseline at `baseline`, beginning at `x`; frames to write in are drawn.
///
/// # Errors
/// As [`Canvas::text`].
pub fn put_line(canvas: &mut dyn Canvas, (mut x, baseline): (f32, f32), line: &Line) -> Result<(), PdfError> {
    for span in &line.spans {
        for part in span.text.split_inclusive(by_hand::is_frame) {
            let text = part.trim_end_matches(by_hand::is_frame);
            if !text.is_empty() {
                canvas.text((x, baseline), span.style, line.spacing, text)?;
            }
            let width = width_of(canvas.fonts(), span.style, text)?;
            x += width + line.spacing * text.chars().count() as f32;
            if let Some(frame) = part.chars().next_back().and_then(by_hand::frame_width) {
                let width = f32::from(frame) * span.style.size / 1000.0;
                by_hand::draw_frame(canvas, (x, baseline), width, span.style);
                x += width + line.spacing;
            }
        }
    }
    Ok(())
}

/// Prints a text into an area, in less size and on more lines if it must.
/// Returns the height it took.
///
/// # Errors
/// [`PdfError::DoesNotFit`] if it does not fit even in the smallest size; a missing character.
pub fn put_text(canvas: &mut dyn Canvas, area: Area, style: Style, fit: Fit, text: &str) -> Result<f32, PdfError> {
    let (style, lines) = fit_text(canvas, area, style, fit, text)?;
    let step = style.size * fit.leading;
    let height = step * (lines.len() as f32 - 1.0) + style.size;
    let top = if fit.middle {
        area.y + (area.height - height).max(0.0) / 2.0
    } else {
        area.y
    };
    for (index, line) in lines.iter().enumerate() {
        let baseline = top + ASCENT * style.size + step * index as f32;
        let slack = (area.width - line.width).max(0.0);
        let x = match fit.align {
            Align::Left => area.x,
            Align::Centre => area.x + slack / 2.0,
            Align::Right => area.x + slack,
        };
        put_line(canvas, (x, baseline), line)?;
    }
    Ok(height)
}

/// The size and lines in which a text fits an area.
fn fit_text(
    canvas: &dyn Canvas,
    area: Area,
    style: Style,
    fit: Fit,
    text: &str,
) -> Result<(Style, Vec<Line>), PdfError> {
    let measure = Measure {
        width: area.width,
        first_indent: 0.0,
        justify: false,
    };
    let mut size = style.size;
    loop {
        let style = Style { size, ..style };
        let span = [Span {
            style,
            text: Cow::Borrowed(text),
        }];
        let lines = wrap(canvas.fonts(), &span, measure)?;
        let height = size * fit.leading * (lines.len() as f32 - 1.0) + size;
        if lines.len() <= fit.lines && height <= area.height + 0.01 {
            return Ok((style, lines));
        }
        if size <= fit.smallest {
            let text = text.chars().take(QUOTED).collect();
            return Err(PdfError::DoesNotFit {
                text,
                context: Context::default(),
            });
        }
        size = (size * SHRINK).max(fit.smallest);
    }
}
