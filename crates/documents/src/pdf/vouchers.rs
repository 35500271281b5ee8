//! Voucher sheets: eight 购买凭证 on an A4 page, to be cut apart along dashed lines.
//! Vouchers stand in the order given, left to right and top to bottom, so that a cut pile is in
//! order; a long name or address is set smaller or on more lines, never over the edge.

use crate::font::{Face, Fonts};
use crate::pdf::by_hand::{ByHand, COMMITTEE, Hand, TextOf, broad, longest};
use crate::pdf::canvas::{Area, Canvas, Recording, Stroke, Style};
use crate::pdf::flow::{Fit, put_text};
use crate::pdf::paper::{A4, ink, mm};
use crate::pdf::qr::{Robustness, put_qr};
use crate::pdf::writer::PdfCanvas;
use crate::pdf::{DocumentPart, Imprint, PdfError};

/// Vouchers on one A4 page.
pub const VOUCHERS_PER_PAGE: usize = COLUMNS * ROWS;

/// Vouchers one file may hold: 2,500 pages. Beyond, print with [`voucher_files`].
pub const MAX_VOUCHERS: usize = 20_000;

const COLUMNS: usize = 2;
const ROWS: usize = 4;

/// Blank around the print of one voucher. Office printers leave out the last 4 to 5 mm of a page.
const MARGIN: (f32, f32) = (mm(7.5), mm(5.5));
const QR_SIDE: f32 = mm(29.0);
const GAP: f32 = mm(2.5);
const HEAD: f32 = mm(10.5);
const BAND: f32 = mm(12.6);

/// A sheet of vouchers of one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VouchersInput {
    /// Committee and time of making.
    pub imprint: Imprint,
    /// Title of the round: 第2轮口罩预约购买.
    pub round_title: String,
    /// Small print on every voucher, two or three short sentences; may be empty.
    pub fine_print: String,
    /// The vouchers, in the order in which they are to be printed.
    pub vouchers: Vec<Voucher>,
}

/// One voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    /// Number as people read it: 0200-0137.
    pub number: String,
    /// Name of the person, masked or not as the caller decides.
    pub name: String,
    /// Address in the committee: 12号501室.
    pub room: String,
    /// What and how much: 口罩 5只.
    pub amount: String,
    /// Where to buy or collect.
    pub place: String,
    /// When.
    pub time: String,
    /// Text of the QR code, already signed; empty on a specimen, which shows a frame there that says so.
    pub qr: String,
}

/// Widths, in characters, that fit a voucher: of the round's title, and of the small print.
const TITLE: usize = 34;
const FINE_PRINT: usize = 200;

/// What stands on a specimen in place of the QR code.
const SPECIMEN: &str = "样张　打印时给号";

/// Width up to which no text of a voucher can be too long for its place, in characters.
const ALWAYS_FITS: usize = 20;

impl VouchersInput {
    /// Leaves to the hand what would keep the sheets from being printed: frames where no font has a character, a text cut
    /// that is too long for its place. Returns whose vouchers to look after.
    ///
    /// # Errors
    /// A font that cannot be used.
    pub fn leave_to_hand(&mut self, fonts: &Fonts) -> Result<Vec<ByHand>, PdfError> {
        let mut hand = Hand::new(fonts);
        hand.heads([
            (TextOf::Committee, &mut self.imprint.committee, COMMITTEE),
            (TextOf::RoundTitle, &mut self.round_title, TITLE),
            (TextOf::FinePrint, &mut self.fine_print, FINE_PRINT),
        ])?;
        for voucher in &mut self.vouchers {
            let (room, place) = (voucher.room.clone(), voucher.place.clone());
            let person = TextOf::Person {
                name: voucher.name.clone(),
            };
            hand.frame(
                (&person, &room),
                &mut [&mut voucher.name, &mut voucher.room, &mut voucher.amount],
            )?;
            hand.frame((&TextOf::PickUp, &place), &mut [&mut voucher.place, &mut voucher.time])?;
            if voucher.texts().into_iter().any(|text| broad(text) > ALWAYS_FITS) {
                hand.cut((&person, &room), voucher, |voucher| longest(voucher.texts()), fits)?;
            }
        }
        Ok(hand.done())
    }
}

impl Voucher {
    fn texts(&mut self) -> [&mut String; 5] {
        [
            &mut self.name,
            &mut self.room,
            &mut self.amount,
            &mut self.place,
            &mut self.time,
        ]
    }
}

/// Whether a voucher's texts fit their places.
fn fits(fonts: &Fonts, voucher: &Voucher) -> Result<(), PdfError> {
    let mut canvas = Recording::new(fonts);
    let body = body_of(Area::new(0.0, 0.0, A4.0 / COLUMNS as f32, A4.1 / ROWS as f32).inset(MARGIN.0, MARGIN.1));
    draw_person(&mut canvas, person_of(body), voucher)?;
    draw_where(&mut canvas, Area::new(body.x, body.bottom(), body.width, BAND), voucher)
}

/// The voucher sheets as one PDF.
///
/// # Errors
/// No vouchers or more than [`MAX_VOUCHERS`]; a character no font has, a text too long or a QR
/// text too long, each naming the voucher and the person.
pub fn vouchers(fonts: &Fonts, input: &VouchersInput) -> Result<Vec<u8>, PdfError> {
    let mut canvas = PdfCanvas::new(fonts);
    draw_vouchers(&mut canvas, input)?;
    canvas.finish(&input.round_title, &input.imprint)
}

/// The voucher sheets as several PDFs of at most `per_file` vouchers (rounded up to full pages),
/// made one at a time, so that a large job can show progress and be cancelled between files.
pub fn voucher_files<'a>(
    fonts: &'a Fonts,
    input: &'a VouchersInput,
    per_file: usize,
) -> impl Iterator<Item = Result<Vec<u8>, PdfError>> + 'a {
    let per_file = per_file.clamp(1, MAX_VOUCHERS).next_multiple_of(VOUCHERS_PER_PAGE);
    input.vouchers.chunks(per_file).map(move |part| {
        let mut canvas = PdfCanvas::new(fonts);
        draw_sheets(&mut canvas, input, part)?;
        canvas.finish(&input.round_title, &input.imprint)
    })
}

/// Draws the voucher sheets on a canvas.
///
/// # Errors
/// As [`vouchers`].
pub fn draw_vouchers(canvas: &mut dyn Canvas, input: &VouchersInput) -> Result<(), PdfError> {
    if input.vouchers.is_empty() {
        return Err(PdfError::Nothing { what: "vouchers" });
    }
    if input.vouchers.len() > MAX_VOUCHERS {
        let count = input.vouchers.len();
        return Err(PdfError::TooMany {
            count,
            limit: MAX_VOUCHERS,
            what: "vouchers",
        });
    }
    draw_sheets(canvas, input, &input.vouchers)
}

fn draw_sheets(canvas: &mut dyn Canvas, input: &VouchersInput, vouchers: &[Voucher]) -> Result<(), PdfError> {
    let (width, height) = (A4.0 / COLUMNS as f32, A4.1 / ROWS as f32);
    for page in vouchers.chunks(VOUCHERS_PER_PAGE) {
        canvas.begin_page(A4);
        draw_cut_lines(canvas, page.len().div_ceil(COLUMNS))?;
        for (index, voucher) in page.iter().enumerate() {
            let (column, row) = (index % COLUMNS, index / COLUMNS);
            let cell = Area::new(column as f32 * width, row as f32 * height, width, height);
            draw_voucher(canvas, cell.inset(MARGIN.0, MARGIN.1), input, voucher)
                .map_err(|error| error.about(|| about(voucher)))?;
        }
    }
    Ok(())
}

fn about(voucher: &Voucher) -> DocumentPart {
    DocumentPart::Voucher {
        number: voucher.number.clone(),
        room: voucher.room.clone(),
        name: voucher.name.clone(),
    }
}

/// Dashed lines under each used row and between the columns, with scissors at their beginning.
fn draw_cut_lines(canvas: &mut dyn Canvas, rows: usize) -> Result<(), PdfError> {
    const SCISSORS: f32 = 9.0;
    let stroke = Stroke {
        width: 0.5,
        color: ink::PALE,
        dash: Some((3.0, 2.5)),
    };
    let scissors = style(Face::Sans, SCISSORS, ink::PALE);
    let edge = mm(4.0);
    let (middle, row) = (A4.0 / 2.0, A4.1 / ROWS as f32);
    let bottom = row * rows as f32;
    canvas.line((middle, edge), (middle, bottom.min(A4.1 - edge)), stroke);
    for number in 1..=rows.min(ROWS - 1) {
        let y = row * number as f32;
        canvas.text((edge, y + SCISSORS * 0.38), scissors, 0.0, "✂")?;
        canvas.line((edge + SCISSORS + 2.0, y), (A4.0 - edge, y), stroke);
    }
    Ok(())
}

/// The middle of a voucher: the person and the QR code.
fn body_of(area: Area) -> Area {
    Area::new(area.x, area.y + HEAD + mm(1.8), area.width, mm(30.5))
}

/// The part of it that says who.
fn person_of(body: Area) -> Area {
    Area {
        width: body.width - QR_SIDE - GAP,
        ..body
    }
}

fn draw_voucher(canvas: &mut dyn Canvas, area: Area, input: &VouchersInput, voucher: &Voucher) -> Result<(), PdfError> {
    draw_head(canvas, Area { height: HEAD, ..area }, input)?;
    let body = body_of(area);
    draw_code(
        canvas,
        Area::new(body.right() - QR_SIDE, body.y, QR_SIDE, QR_SIDE),
        &voucher.qr,
    )?;
    draw_person(canvas, person_of(body), voucher)?;
    let foot = Area::new(area.x, body.bottom() + mm(1.0), area.width, 0.0);
    draw_foot(
        canvas,
        Area {
            height: area.bottom() - foot.y,
            ..foot
        },
        input,
        voucher,
    )
}

fn draw_code(canvas: &mut dyn Canvas, area: Area, qr: &str) -> Result<(), PdfError> {
    if !qr.is_empty() {
        return put_qr(canvas, area, Robustness::Medium, qr);
    }
    canvas.frame(
        area,
        Stroke {
            width: 0.8,
            color: ink::GREY,
            dash: Some((3.0, 2.5)),
        },
    );
    let grey = style(Face::SansBold, 12.0, ink::GREY);
    let inner = area.inset(mm(5.0), mm(9.0));
    put_text(
        canvas,
        inner,
        grey,
        Fit {
            leading: 1.4,
            ..Fit::block(3, 6.0).centred().in_middle()
        },
        SPECIMEN,
    )?;
    Ok(())
}

fn draw_head(canvas: &mut dyn Canvas, area: Area, input: &VouchersInput) -> Result<(), PdfError> {
    let kind = mm(20.0);
    let committee = Area::new(area.x, area.y, area.width - kind, mm(3.6));
    let small = style(Face::Sans, 7.5, ink::GREY);
    put_text(canvas, committee, small, Fit::line(4.5), &input.imprint.committee)?;
    let title = Area::new(area.x, area.y + mm(3.9), area.width - kind, mm(5.6));
    let bold = style(Face::SerifBold, 12.5, ink::BLACK);
    put_text(canvas, title, bold, Fit::line(6.0), &input.round_title)?;
    let mark = Area::new(area.right() - kind + mm(1.0), area.y + mm(2.2), kind - mm(1.0), mm(6.4));
    canvas.fill(&[mark], ink::BLUE);
    let white = style(Face::SansBold, 10.5, ink::WHITE);
    put_text(canvas, mark, white, Fit::line(8.0).centred(), "购买凭证")?;
    let rule = Stroke {
        width: 0.8,
        color: ink::BLUE,
        dash: None,
    };
    canvas.line((area.x, area.bottom()), (area.right(), area.bottom()), rule);
    Ok(())
}

fn draw_person(canvas: &mut dyn Canvas, area: Area, voucher: &Voucher) -> Result<(), PdfError> {
    let row = |top: f32, height: f32| Area::new(area.x, area.y + mm(top), area.width, mm(height));
    let label = style(Face::Sans, 7.0, ink::GREY);
    put_text(canvas, row(0.0, 2.8), label, Fit::line(6.0), "凭证号")?;
    let number = style(Face::SansBold, 21.0, ink::BLACK);
    put_text(canvas, row(3.0, 7.6), number, Fit::line(8.0), &voucher.number)?;
    let name = style(Face::SerifBold, 15.0, ink::BLACK);
    put_text(
        canvas,
        row(12.0, 6.6),
        name,
        Fit::block(2, 6.0).in_middle(),
        &voucher.name,
    )?;
    let room = style(Face::Serif, 10.5, ink::BLACK);
    put_text(
        canvas,
        row(19.2, 5.0),
        room,
        Fit::block(2, 5.0).in_middle(),
        &voucher.room,
    )?;
    let amount = style(Face::SansBold, 11.5, ink::BLUE);
    put_text(
        canvas,
        row(24.8, 5.4),
        amount,
        Fit::block(2, 5.5).in_middle(),
        &voucher.amount,
    )?;
    Ok(())
}

fn draw_foot(canvas: &mut dyn Canvas, area: Area, input: &VouchersInput, voucher: &Voucher) -> Result<(), PdfError> {
    let band = Area::new(area.x, area.y, area.width, BAND);
    draw_where(canvas, band, voucher)?;
    let small = Area::new(area.x, band.bottom() + mm(1.2), area.width, 0.0);
    let small = Area {
        height: (area.bottom() - small.y).max(0.0),
        ..small
    };
    let grey = style(Face::Sans, 6.5, ink::GREY);
    put_text(canvas, small, grey, Fit::block(4, 4.0), &input.fine_print)?;
    Ok(())
}

fn draw_where(canvas: &mut dyn Canvas, band: Area, voucher: &Voucher) -> Result<(), PdfError> {
    canvas.fill(&[band], ink::BLUE_TINT);
    let lines = [("地点", &voucher.place, 0.8, 6.4), ("时间", &voucher.time, 7.4, 4.6)];
    for (label, text, top, height) in lines {
        let line = Area::new(band.x + mm(2.0), band.y + mm(top), band.width - mm(4.0), mm(height));
        let grey = style(Face::Sans, 8.0, ink::GREY);
        let head = Area { width: mm(7.5), ..line };
        put_text(canvas, head, grey, Fit::line(8.0), label)?;
        let value = Area::new(line.x + mm(8.5), line.y, line.width - mm(8.5), line.height);
        let black = style(Face::Sans, 9.0, ink::BLACK);
        put_text(
            canvas,
            value,
            black,
            Fit {
                leading: 1.12,
                ..Fit::block(2, 4.5).in_middle()
            },
            text,
        )?;
    }
    Ok(())
}

fn style(face: Face, size: f32, color: crate::pdf::canvas::Color) -> Style {
    Style { face, size, color }
}
