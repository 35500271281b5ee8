//! What layout may do to paper: put text, fill areas, draw lines. Two canvases: the PDF writer,
//! and [`Recording`], with which tests ask where everything landed.
//! Coordinates are points from the top left corner of the page; text is placed by its baseline.

use crate::font::{Face, Fonts};
use crate::pdf::PdfError;
use crate::pdf::text::width_of;

/// A colour of the screen, 8 bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Font and weight.
    pub face: Face,
    /// Size in points.
    pub size: f32,
    /// Ink.
    pub color: Color,
}

/// A rectangle on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Area {
    /// An area by its upper left corner and its size.
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Area {
        Area { x, y, width, height }
    }

    /// Right edge.
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    /// Lower edge.
    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// The area without a border of the given widths on the left/right and top/bottom.
    pub fn inset(&self, horizontal: f32, vertical: f32) -> Area {
        Area::new(
            self.x + horizontal,
            self.y + vertical,
            (self.width - 2.0 * horizontal).max(0.0),
            (self.height - 2.0 * vertical).max(0.0),
        )
    }
}

/// A drawn line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Thickness in points.
    pub width: f32,
    /// Ink.
    pub color: Color,
    /// Length of dashes and of the gaps between them in points; solid without.
    pub dash: Option<(f32, f32)>,
}

/// Paper to put things on, page after page.
pub trait Canvas {
    /// The fonts text is printed with.
    fn fonts(&self) -> &Fonts;

    /// Starts a new page of this width and height.
    fn begin_page(&mut self, size: (f32, f32));

    /// Prints one line of text with its baseline starting at `(x, baseline)`, with `spacing`
    /// points added after each character.
    ///
    /// # Errors
    /// A character no font has, or a font that cannot be used.
    fn text(&mut self, position: (f32, f32), style: Style, spacing: f32, text: &str) -> Result<(), PdfError>;

    /// Fills rectangles with a colour.
    fn fill(&mut self, areas: &[Area], color: Color);

    /// Fills rectangles of a square grid that begins at `corner` and has `step` points between its
    /// lines; each by its column, row, width and height in squares.
    fn fill_grid(&mut self, corner: (f32, f32), step: f32, squares: &[(usize, usize, usize, usize)], color: Color) {
        let area = |&(x, y, width, height): &(usize, usize, usize, usize)| {
            let (x, y) = (corner.0 + x as f32 * step, corner.1 + y as f32 * step);
            Area::new(x, y, width as f32 * step, height as f32 * step)
        };
        let areas: Vec<Area> = squares.iter().map(area).collect();
        self.fill(&areas, color);
    }

    /// Draws a straight line.
    fn line(&mut self, from: (f32, f32), to: (f32, f32), stroke: Stroke);

    /// Draws the edge of a rectangle.
    fn frame(&mut self, area: Area, stroke: Stroke) {
        let half = stroke.width / 2.0;
        let (left, top, right, bottom) = (area.x, area.y, area.right(), area.bottom());
        self.line((left - half, top), (right + half, top), stroke);
        self.line((left - half, bottom), (right + half, bottom), stroke);
        self.line((left, top), (left, bottom), stroke);
        self.line((right, top), (right, bottom), stroke);
    }
}

/// Something that was put on a page of a [`Recording`].
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A line of text and the box it takes: its width, and its em box in height.
    Text {
        /// What it says.
        text: String,
        /// How it looks.
        style: Style,
        /// Where it is.
        area: Area,
    },
    /// A filled rectangle.
    Fill(Area),
    /// A line, as the rectangle between its ends.
    Line(Area),
}

/// Part of the em box above the baseline in the bundled fonts.
pub(crate) const ASCENT: f32 = 0.88;

/// A canvas that remembers what was put where.
#[derive(Debug)]
pub struct Recording<'f> {
    fonts: &'f Fonts,
    /// Sizes of the pages.
    pub sizes: Vec<(f32, f32)>,
    /// What is on each page, in the order of drawing.
    pub pages: Vec<Vec<Mark>>,
}

impl<'f> Recording<'f> {
    /// An empty recording.
    pub fn new(fonts: &'f Fonts) -> Recording<'f> {
        Recording {
            fonts,
            sizes: Vec::new(),
            pages: Vec::new(),
        }
    }

    fn push(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }
}

impl Canvas for Recording<'_> {
    fn fonts(&self) -> &Fonts {
        self.fonts
    }

    fn begin_page(&mut self, size: (f32, f32)) {
        self.sizes.push(size);
        self.pages.push(Vec::new());
    }

    fn text(&mut self, (x, baseline): (f32, f32), style: Style, spacing: f32, text: &str) -> Result<(), PdfError> {
        let gaps = text.chars().count().saturating_sub(1) as f32;
        let width = width_of(self.fonts, style, text)? + gaps * spacing;
        let area = Area::new(x, baseline - ASCENT * style.size, width, style.size);
        self.push(Mark::Text {
            text: text.to_string(),
            style,
            area,
        });
        Ok(())
    }

    fn fill(&mut self, areas: &[Area], _color: Color) {
        for &area in areas {
            self.push(Mark::Fill(area));
        }
    }

    fn line(&mut self, from: (f32, f32), to: (f32, f32), _stroke: Stroke) {
        let (x, y) = (from.0.min(to.0), from.1.min(to.1));
        let area = Area::new(x, y, (from.0 - to.0).abs(), (from.1 - to.1).abs());
        self.push(Mark::Line(area));
    }
}
