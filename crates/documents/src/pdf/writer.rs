//! The canvas that becomes a PDF, through printpdf. The only module that knows that library.
//! Fonts are cut to the characters used once all pages are drawn. A glyph shared by two characters
//! goes into two cuts of the font, so that each is copied out of the PDF as what it was.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, Timelike, Utc};
use printpdf::{
    Color as PdfColor, CurTransMat, FontMetrics, LineDashPattern, LinePoint, Op, PaintMode, ParsedFont, PdfDocument,
    PdfFont, PdfFontHandle, PdfPage, PdfParseErrorSeverity, PdfSaveOptions, Point, Pt, Rect, Rgb, TextItem,
    TextRenderingMode,
};

use crate::font::{FontId, Fonts};
use crate::pdf::by_hand::in_words;
use crate::pdf::canvas::{Area, Canvas, Color, Stroke, Style};
use crate::pdf::kinsoku::overlap;
use crate::pdf::text::normalized;
use crate::pdf::{Context, Imprint, PdfError};

/// One cut of a font: which character is drawn by which glyph, no glyph twice.
#[derive(Default)]
struct CutPlan {
    glyphs: BTreeMap<char, u16>,
    taken: HashMap<u16, char>,
}

/// What the current page's content stream is set to, so that nothing is said twice.
#[derive(Default, PartialEq)]
struct State {
    font: Option<(Cutting, f32)>,
    fill: Option<Color>,
    stroke: Option<Stroke>,
    spacing: f32,
    outlined: bool,
}

/// A cut of a font: the font, and the number of the cut.
type Cutting = (FontId, usize);

/// A document being drawn.
pub(crate) struct PdfCanvas<'f> {
    fonts: &'f Fonts,
    cuts: BTreeMap<FontId, Vec<CutPlan>>,
    cutting_of: HashMap<(FontId, char), usize>,
    done: Vec<PdfPage>,
    size: (f32, f32),
    ops: Vec<Op>,
    state: State,
    open: bool,
}

impl<'f> PdfCanvas<'f> {
    pub(crate) fn new(fonts: &'f Fonts) -> PdfCanvas<'f> {
        PdfCanvas {
            fonts,
            cuts: BTreeMap::new(),
            cutting_of: HashMap::new(),
            done: Vec::new(),
            size: (0.0, 0.0),
            ops: Vec::new(),
            state: State::default(),
            open: false,
        }
    }

    /// Ends the document and returns the file's bytes.
    pub(crate) fn finish(mut self, title: &str, imprint: &Imprint) -> Result<Vec<u8>, PdfError> {
        self.end_page();
        let mut document = PdfDocument::new(&in_words(title));
        describe(&mut document, imprint);
        for (&id, plans) in &self.cuts {
            let font = self
                .fonts
                .font(id)
                .ok_or_else(|| PdfError::Writer("lost font".into()))?;
            for (number, plan) in plans.iter().enumerate() {
                let cut = font.cut(&plan.glyphs)?;
                let mut parsed = ParsedFont::with_glyph_data(
                    cut.bytes,
                    0,
                    Some(subset_name(id, number)),
                    cut.glyphs,
                    cut.widths,
                    cut.units_per_em,
                    FontMetrics {
                        ascent: cut.ascent,
                        descent: cut.descent,
                    },
                );
                let metrics = &mut parsed.pdf_font_metrics;
                (metrics.y_min, metrics.y_max) = (cut.descent, cut.ascent);
                document
                    .resources
                    .fonts
                    .map
                    .insert(resource_id((id, number)), PdfFont::new(parsed));
            }
        }
        document.pages = self.done;
        let mut warnings = Vec::new();
        let options = PdfSaveOptions {
            image_optimization: None,
            ..PdfSaveOptions::default()
        };
        let bytes = document.save(&options, &mut warnings);
        match warnings
            .into_iter()
            .find(|w| w.severity == PdfParseErrorSeverity::Error)
        {
            Some(warning) => Err(PdfError::Writer(warning.msg)),
            None => Ok(bytes),
        }
    }

    fn end_page(&mut self) {
        if !self.open {
            return;
        }
        let ops = std::mem::take(&mut self.ops);
        let (width, height) = (Pt(self.size.0), Pt(self.size.1));
        self.done.push(PdfPage::new(width.into(), height.into(), ops));
        self.state = State::default();
        self.open = false;
    }

    /// The cut in which `character` is drawn with the given font's glyph.
    fn cutting(&mut self, id: FontId, character: char) -> Result<usize, PdfError> {
        if let Some(&number) = self.cutting_of.get(&(id, character)) {
            return Ok(number);
        }
        let glyph = self
            .fonts
            .font(id)
            .and_then(|font| font.glyph(character))
            .ok_or_else(|| PdfError::Writer("lost glyph".into()))?;
        let plans = self.cuts.entry(id).or_default();
        let free = plans.iter().position(|plan| !plan.taken.contains_key(&glyph.id));
        let number = free.unwrap_or_else(|| {
            plans.push(CutPlan::default());
            plans.len() - 1
        });
        plans[number].glyphs.insert(character, glyph.id);
        plans[number].taken.insert(glyph.id, character);
        self.cutting_of.insert((id, character), number);
        Ok(number)
    }

    /// The text in stretches of one cut of one font each.
    fn stretches(&mut self, style: Style, text: &str) -> Result<Vec<(Cutting, String)>, PdfError> {
        let mut stretches: Vec<(Cutting, String)> = Vec::new();
        for character in normalized(text).chars() {
            let missing = || PdfError::MissingCharacter {
                character,
                context: Context::default(),
            };
            let id = self.fonts.find(style.face, character)?.ok_or_else(missing)?;
            let cutting = (id, self.cutting(id, character)?);
            match stretches.last_mut() {
                Some((last, text)) if *last == cutting => text.push(character),
                _ => stretches.push((cutting, character.to_string())),
            }
        }
        Ok(stretches)
    }

    fn set_fill(&mut self, color: Color) {
        if self.state.fill != Some(color) {
            self.state.fill = Some(color);
            self.ops.push(Op::SetFillColor { col: pdf_color(color) });
        }
    }

    fn set_font(&mut self, cutting: Cutting, size: f32) {
        if self.state.font != Some((cutting, size)) {
            self.state.font = Some((cutting, size));
            let font = PdfFontHandle::External(resource_id(cutting));
            self.ops.push(Op::SetFont { font, size: Pt(size) });
        }
    }

    /// Makes characters heavier that only a regular font has, by drawing their outline too.
    fn set_weight(&mut self, style: Style, font: FontId) {
        let outlined = self.fonts.lacks_weight(style.face, font);
        if outlined {
            self.set_stroke(Stroke {
                width: rounded(style.size * BOLD_OUTLINE),
                color: style.color,
                dash: None,
            });
        }
        if self.state.outlined != outlined {
            self.state.outlined = outlined;
            let mode = if outlined {
                TextRenderingMode::FillStroke
            } else {
                TextRenderingMode::Fill
            };
            self.ops.push(Op::SetTextRenderingMode { mode });
        }
    }

    fn set_stroke(&mut self, stroke: Stroke) {
        if self.state.stroke == Some(stroke) {
            return;
        }
        self.state.stroke = Some(stroke);
        self.ops.push(Op::SetOutlineColor {
            col: pdf_color(stroke.color),
        });
        self.ops.push(Op::SetOutlineThickness { pt: Pt(stroke.width) });
        let dash = match stroke.dash {
            Some((on, off)) => LineDashPattern::new(0.0, &[on, off]),
            None => LineDashPattern::default(),
        };
        self.ops.push(Op::SetLineDashPattern { dash });
    }

    fn point(&self, (x, y): (f32, f32)) -> Point {
        Point {
            x: Pt(rounded(x)),
            y: Pt(rounded(self.size.1 - y)),
        }
    }
}

impl Canvas for PdfCanvas<'_> {
    fn fonts(&self) -> &Fonts {
        self.fonts
    }

    fn begin_page(&mut self, size: (f32, f32)) {
        self.end_page();
        self.size = size;
        self.open = true;
    }

    fn text(&mut self, position: (f32, f32), style: Style, spacing: f32, text: &str) -> Result<(), PdfError> {
        let stretches = self.stretches(style, text)?;
        let mut last = None;
        let spacing = rounded(spacing);
        self.set_fill(style.color);
        self.ops.push(Op::StartTextSection);
        if self.state.spacing != spacing {
            self.state.spacing = spacing;
            self.ops.push(Op::SetCharacterSpacing { multiplier: spacing });
        }
        self.ops.push(Op::SetTextCursor {
            pos: self.point(position),
        });
        for (cutting, text) in stretches {
            self.set_font(cutting, rounded(style.size));
            self.set_weight(style, cutting.0);
            let items = closed_up(&text, last);
            last = text.chars().last();
            self.ops.push(Op::ShowText { items });
        }
        self.ops.push(Op::EndTextSection);
        Ok(())
    }

    fn fill(&mut self, areas: &[Area], color: Color) {
        self.set_fill(color);
        for area in areas {
            let corner = self.point((area.x, area.bottom()));
            let rectangle = Rect {
                x: corner.x,
                y: corner.y,
                width: Pt(rounded(area.width)),
                height: Pt(rounded(area.height)),
                mode: Some(PaintMode::Fill),
                winding_order: None,
            };
            self.ops.push(Op::DrawRectangle { rectangle });
        }
    }

    /// In a coordinate system of its own, so that the file holds small whole numbers: a third of
    /// the size and of the time.
    fn fill_grid(&mut self, corner: (f32, f32), step: f32, squares: &[(usize, usize, usize, usize)], color: Color) {
        self.set_fill(color);
        let origin = self.point(corner);
        let matrix = CurTransMat::Raw([step, 0.0, 0.0, -step, origin.x.0, origin.y.0]);
        self.ops.push(Op::SaveGraphicsState);
        self.ops.push(Op::SetTransformationMatrix { matrix });
        for &(x, y, width, height) in squares {
            let rectangle = Rect {
                x: Pt(x as f32),
                y: Pt(y as f32),
                width: Pt(width as f32 + OVERLAP),
                height: Pt(height as f32 + OVERLAP),
                mode: Some(PaintMode::Fill),
                winding_order: None,
            };
            self.ops.push(Op::DrawRectangle { rectangle });
        }
        self.ops.push(Op::RestoreGraphicsState);
    }

    fn line(&mut self, from: (f32, f32), to: (f32, f32), stroke: Stroke) {
        self.set_stroke(stroke);
        let points = [from, to]
            .map(|at| LinePoint {
                p: self.point(at),
                bezier: false,
            })
            .to_vec();
        self.ops.push(Op::DrawLine {
            line: printpdf::Line {
                points,
                is_closed: false,
            },
        });
    }
}

/// The text of one stretch, pulled together where two marks meet with their blank halves.
fn closed_up(text: &str, mut before: Option<char>) -> Vec<TextItem> {
    let mut items = Vec::new();
    let mut start = 0;
    for (at, character) in text.char_indices() {
        let kern = before.map_or(0, |before| overlap(before, character));
        if kern > 0 {
            if at > start {
                items.push(TextItem::Text(text[start..at].to_string()));
            }
            items.push(TextItem::Offset(f32::from(kern)));
            start = at;
        }
        before = Some(character);
    }
    items.push(TextItem::Text(text[start..].to_string()));
    items
}

/// Width of the outline that makes a regular character look bold, as part of the size: more, and the characters of
/// thirty strokes, which are rare ones, run together.
const BOLD_OUTLINE: f32 = 0.025;

/// Neighbouring squares of a grid overlap by this part of a square, or viewers show hairlines.
const OVERLAP: f32 = 0.02;

/// Hundredths of a point: finer than any printer, and short to write.
fn rounded(length: f32) -> f32 {
    (length * 100.0).round() / 100.0
}

fn pdf_color(color: Color) -> PdfColor {
    let part = |channel: u8| (f32::from(channel) / 255.0 * 1000.0).round() / 1000.0;
    PdfColor::Rgb(Rgb {
        r: part(color.red),
        g: part(color.green),
        b: part(color.blue),
        icc_profile: None,
    })
}

fn resource_id((id, number): Cutting) -> printpdf::FontId {
    printpdf::FontId(format!("T{}C{number}", id.0))
}

/// The name with the tag a cut font must carry: six letters of its own (ISO 32000-1, 9.6.4).
fn subset_name(id: FontId, number: usize) -> String {
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    format!(
        "LNL{}{}{}+Linli{}",
        letter(id.0 / 26),
        letter(id.0),
        letter(number),
        id.0
    )
}

fn describe(document: &mut PdfDocument, imprint: &Imprint) {
    let utc = imprint.created.with_timezone(&Utc);
    let created = printpdf::DateTime {
        date: printpdf::Date {
            year: utc.year(),
            month: utc.month() as u8,
            day: utc.day() as u8,
        },
        time: printpdf::Time {
            hour: utc.hour() as u8,
            minute: utc.minute() as u8,
            second: utc.second() as u8,
            millisecond: 0,
        },
        offset: printpdf::Offset {
            hours: 0,
            minutes: 0,
            seconds: 0,
            milliseconds: 0,
        },
    };
    let info = &mut document.metadata.info;
    info.creation_date = created;
    info.modification_date = created;
    info.metadata_date = created;
    info.author = in_words(&imprint.committee);
    info.creator = "Linli".to_string();
    info.producer = "Linli".to_string();
}
