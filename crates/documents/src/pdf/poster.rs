//! The poster of a round, A4: what it is about in large type, a QR code to scan from two metres,
//! the steps, and when.

use crate::font::{Face, Fonts};
use crate::pdf::canvas::{Area, Canvas, Stroke, Style};
use crate::pdf::flow::{Fit, put_text};
use crate::pdf::paper::{A4, ink, mm, size};
use crate::pdf::qr::{Robustness, put_qr};
use crate::pdf::writer::PdfCanvas;
use crate::pdf::{DocumentPart, Imprint, PdfError};

/// Steps a poster has room for.
pub const MAX_STEPS: usize = 5;

/// A poster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrPosterInput {
    /// Committee and time of making.
    pub imprint: Imprint,
    /// What it is about, in a few large characters: 第2轮口罩预约登记.
    pub title: String,
    /// One sentence under the title; may be empty.
    pub subtitle: String,
    /// When registration is open.
    pub window: String,
    /// Address behind the QR code.
    pub qr: String,
    /// What to do with the code: 微信扫一扫，填写预约登记.
    pub qr_caption: String,
    /// The address behind the code in letters, for those who type it; may be empty.
    pub address: String,
    /// Steps in order, one to five short sentences.
    pub steps: Vec<String>,
    /// Whom to ask, and for those without a phone: where to register in person; may be empty.
    pub contact: String,
}

const SIDE: f32 = mm(18.0);
const WIDTH: f32 = A4.0 - 2.0 * SIDE;
const QR: f32 = mm(96.0);

/// The poster as a PDF of one page.
///
/// # Errors
/// No steps or more than [`MAX_STEPS`]; a character no font has; a text too long.
pub fn qr_poster(fonts: &Fonts, input: &QrPosterInput) -> Result<Vec<u8>, PdfError> {
    let mut canvas = PdfCanvas::new(fonts);
    draw_qr_poster(&mut canvas, input)?;
    canvas.finish(&input.title, &input.imprint)
}

/// Draws the poster on a canvas.
///
/// # Errors
/// As [`qr_poster`].
pub fn draw_qr_poster(canvas: &mut dyn Canvas, input: &QrPosterInput) -> Result<(), PdfError> {
    if input.steps.is_empty() {
        return Err(PdfError::Nothing { what: "steps" });
    }
    if input.steps.len() > MAX_STEPS {
        let count = input.steps.len();
        return Err(PdfError::TooMany {
            count,
            limit: MAX_STEPS,
            what: "steps",
        });
    }
    canvas.begin_page(A4);
    draw_all(canvas, input).map_err(|error| {
        error.about(|| DocumentPart::Poster {
            title: input.title.clone(),
        })
    })
}

fn draw_all(canvas: &mut dyn Canvas, input: &QrPosterInput) -> Result<(), PdfError> {
    let banner = Area::new(0.0, 0.0, A4.0, mm(70.0));
    draw_banner(canvas, banner, input)?;
    let window = Area::new(SIDE, banner.bottom() + mm(8.0), WIDTH, mm(15.0));
    draw_window(canvas, window, input)?;
    let code = Area::new((A4.0 - QR) / 2.0, window.bottom() + mm(8.0), QR, QR);
    draw_code(canvas, code, input)?;
    let below = if input.address.is_empty() { 19.0 } else { 24.0 };
    let steps = Area::new(SIDE, code.bottom() + mm(below), WIDTH, mm(44.0));
    draw_steps(canvas, steps, &input.steps)?;
    let foot = Area::new(SIDE, steps.bottom() + mm(6.0), WIDTH, mm(18.0));
    draw_foot(canvas, foot, input)
}

fn draw_banner(canvas: &mut dyn Canvas, area: Area, input: &QrPosterInput) -> Result<(), PdfError> {
    canvas.fill(&[area], ink::BLUE);
    let small = Style {
        face: Face::Sans,
        size: 15.0,
        color: ink::WHITE,
    };
    let committee = Area::new(SIDE, mm(11.0), WIDTH, mm(8.0));
    put_text(
        canvas,
        committee,
        small,
        Fit::line(8.0).centred(),
        &input.imprint.committee,
    )?;
    let big = Style {
        face: Face::SansBold,
        size: 46.0,
        color: ink::WHITE,
    };
    let title = Area::new(SIDE, mm(20.0), WIDTH, mm(30.0));
    let fit = Fit {
        leading: 1.2,
        ..Fit::block(2, 14.0).centred().in_middle()
    };
    let one_line = Fit {
        lines: 1,
        smallest: 34.0,
        ..fit
    };
    // One line if it stays large; two smaller ones otherwise.
    if put_text(canvas, title, big, one_line, &input.title).is_err() {
        put_text(canvas, title, Style { size: 36.0, ..big }, fit, &input.title)?;
    }
    let middle = Style {
        face: Face::Sans,
        size: 17.0,
        color: ink::WHITE,
    };
    let subtitle = Area::new(SIDE, mm(51.0), WIDTH, mm(14.0));
    put_text(
        canvas,
        subtitle,
        middle,
        Fit::block(2, 8.0).centred().in_middle(),
        &input.subtitle,
    )?;
    Ok(())
}

fn draw_window(canvas: &mut dyn Canvas, area: Area, input: &QrPosterInput) -> Result<(), PdfError> {
    canvas.fill(&[area], ink::BLUE_TINT);
    canvas.fill(&[Area { width: mm(2.0), ..area }], ink::RED);
    let label = Style {
        face: Face::SansBold,
        size: 15.0,
        color: ink::RED,
    };
    let head = Area::new(area.x + mm(7.0), area.y, mm(26.0), area.height);
    put_text(canvas, head, label, Fit::line(10.0), "预约时间")?;
    let value = Area::new(head.right(), area.y, area.right() - head.right() - mm(4.0), area.height);
    let text = Style {
        face: Face::SansBold,
        size: 19.0,
        color: ink::BLACK,
    };
    put_text(canvas, value, text, Fit::block(2, 8.0).in_middle(), &input.window)?;
    Ok(())
}

fn draw_code(canvas: &mut dyn Canvas, area: Area, input: &QrPosterInput) -> Result<(), PdfError> {
    put_qr(canvas, area, Robustness::Quartile, &input.qr)?;
    let stroke = Stroke {
        width: 3.0,
        color: ink::BLUE,
        dash: None,
    };
    let (reach, far) = (mm(14.0), mm(2.0));
    let outer = area.inset(-far, -far);
    for (x, into) in [(outer.x, 1.0), (outer.right(), -1.0)] {
        for (y, down) in [(outer.y, 1.0), (outer.bottom(), -1.0)] {
            canvas.line((x - into * 1.5, y), (x + into * reach, y), stroke);
            canvas.line((x, y), (x, y + down * reach), stroke);
        }
    }
    let style = Style {
        face: Face::SansBold,
        size: 18.0,
        color: ink::BLUE,
    };
    let caption = Area::new(SIDE, outer.bottom() + mm(3.0), WIDTH, mm(9.0));
    put_text(canvas, caption, style, Fit::line(9.0).centred(), &input.qr_caption)?;
    let small = Style {
        face: Face::Sans,
        size: 12.0,
        color: ink::GREY,
    };
    let address = Area::new(SIDE, caption.bottom(), WIDTH, mm(6.0));
    put_text(canvas, address, small, Fit::line(6.0).centred(), &input.address)?;
    Ok(())
}

fn draw_steps(canvas: &mut dyn Canvas, area: Area, steps: &[String]) -> Result<(), PdfError> {
    let gap = mm(4.0);
    let width = (area.width - gap * (steps.len() as f32 - 1.0)) / steps.len() as f32;
    for (index, step) in steps.iter().enumerate() {
        let x = area.x + (width + gap) * index as f32;
        let card = Area::new(x, area.y, width, area.height);
        canvas.fill(&[card], ink::TINT);
        canvas.fill(
            &[Area {
                height: mm(1.2),
                ..card
            }],
            ink::BLUE,
        );
        let number = Style {
            face: Face::SansBold,
            size: 24.0,
            color: ink::BLUE,
        };
        let head = Area::new(x + mm(4.0), card.y + mm(4.0), width - mm(8.0), mm(11.0));
        put_text(canvas, head, number, Fit::line(10.0), &(index + 1).to_string())?;
        let text = Style {
            face: Face::Sans,
            size: size::SIHAO,
            color: ink::BLACK,
        };
        let body = Area::new(head.x, head.bottom() + mm(2.0), head.width, mm(25.0));
        put_text(canvas, body, text, Fit::block(6, 7.0), step)?;
    }
    Ok(())
}

fn draw_foot(canvas: &mut dyn Canvas, area: Area, input: &QrPosterInput) -> Result<(), PdfError> {
    let style = Style {
        face: Face::Sans,
        size: 12.5,
        color: ink::GREY,
    };
    put_text(canvas, area, style, Fit::block(3, 7.0).centred(), &input.contact)?;
    Ok(())
}
