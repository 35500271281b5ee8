//! The notice of a round for the door of a building: who may collect, where, when and how much,
//! and the list of vouchers. It hangs in public: the caller gives names and rooms already masked.

use chrono::{Datelike, NaiveDate};

use crate::font::{Face, Fonts};
use crate::pdf::by_hand::{BUILDING, ByHand, Hand, TextOf, broad, longest};
use crate::pdf::canvas::{Area, Canvas, Recording, Stroke, Style};
use crate::pdf::flow::{Fit, put_text};
use crate::pdf::paper::{A4, ink, mm, size};
use crate::pdf::writer::PdfCanvas;
use crate::pdf::{DocumentPart, Imprint, PdfError};

/// Notices of a round, one per building, each beginning on a new page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundNoticeInput {
    /// Committee and time of making.
    pub imprint: Imprint,
    /// Title of the round: 第2轮口罩预约购买.
    pub round_title: String,
    /// Who may collect.
    pub who: String,
    /// How much, and for whom not; may be empty.
    pub limits: String,
    /// What to bring and other remarks; may be empty.
    pub remarks: String,
    /// Date under the signature.
    pub date: NaiveDate,
    /// Heading of the third column: 凭证号 or 数量.
    pub third_column: String,
    /// The buildings.
    pub buildings: Vec<RoundNoticeBuilding>,
}

/// The notice of one building.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundNoticeBuilding {
    /// Name of the building; empty: for everybody.
    pub building: String,
    /// Where.
    pub place: String,
    /// When.
    pub time: String,
    /// Who may collect there, in the order of rooms; may be empty.
    pub rows: Vec<PostedRow>,
}

/// One line of the posted list, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedRow {
    /// Room, masked: 5**室.
    pub room: String,
    /// Name, masked: 王*英.
    pub name: String,
    /// Voucher number or amount, as the third column says.
    pub third: String,
}

const SIDE: f32 = mm(22.0);
const WIDTH: f32 = A4.0 - 2.0 * SIDE;
const TOP: f32 = mm(24.0);
const BOTTOM: f32 = A4.1 - mm(20.0);
const SIGNATURE: f32 = mm(24.0);
const ROW: f32 = mm(6.6);
const GUTTER: f32 = mm(6.0);
const RULE: Stroke = Stroke {
    width: 0.5,
    color: ink::BLACK,
    dash: None,
};
const ROW_STYLE: Style = Style {
    face: Face::Sans,
    size: 11.0,
    color: ink::BLACK,
};
const PALE_RULE: Stroke = Stroke {
    width: 0.4,
    color: ink::PALE,
    dash: None,
};

impl RoundNoticeInput {
    /// Leaves to the hand what would keep the posted lists from being printed, as
    /// [`leave_to_hand`](crate::pdf::VouchersInput::leave_to_hand) does. Returns which rows to look after. The notice's
    /// own text is not touched: nobody writes into what hangs on a door.
    ///
    /// # Errors
    /// A font that cannot be used.
    pub fn leave_to_hand(&mut self, fonts: &Fonts) -> Result<Vec<ByHand>, PdfError> {
        let mut hand = Hand::new(fonts);
        for building in &mut self.buildings {
            hand.heads([
                (TextOf::Building, &mut building.building, BUILDING),
                (TextOf::PickUp, &mut building.place, PLACE),
                (TextOf::Time, &mut building.time, PLACE),
            ])?;
            for row in &mut building.rows {
                let room = format!("{}{}", building.building, row.room);
                let person = TextOf::Person { name: row.name.clone() };
                hand.frame((&person, &room), &mut row.texts())?;
                if row.texts().iter().any(|text| broad(text) > ALWAYS_FITS) {
                    hand.cut((&person, &room), row, |row| longest(row.texts()), fits)?;
                }
            }
        }
        Ok(hand.done())
    }
}

impl PostedRow {
    fn texts(&mut self) -> [&mut String; 3] {
        [&mut self.room, &mut self.name, &mut self.third]
    }
}

/// Width of six lines beside a label, in characters.
const PLACE: usize = 240;
/// Width up to which no text of a posted row can be too long for its place, in characters.
const ALWAYS_FITS: usize = 10;

/// Whether a row's texts fit their places.
fn fits(fonts: &Fonts, row: &PostedRow) -> Result<(), PdfError> {
    let line = Area::new(0.0, 0.0, (WIDTH - GUTTER) / 2.0, ROW);
    put_cells(
        &mut Recording::new(fonts),
        line,
        ROW_STYLE,
        [&row.room, &row.name, &row.third],
    )
}

/// The notices as one PDF.
///
/// # Errors
/// No buildings; a character no font has or a text too long, naming building and line.
pub fn round_notice(fonts: &Fonts, input: &RoundNoticeInput) -> Result<Vec<u8>, PdfError> {
    let mut canvas = PdfCanvas::new(fonts);
    draw_round_notice(&mut canvas, input)?;
    canvas.finish(&input.round_title, &input.imprint)
}

/// Draws the notices on a canvas.
///
/// # Errors
/// As [`round_notice`].
pub fn draw_round_notice(canvas: &mut dyn Canvas, input: &RoundNoticeInput) -> Result<(), PdfError> {
    if input.buildings.is_empty() {
        return Err(PdfError::Nothing { what: "buildings" });
    }
    for building in &input.buildings {
        draw_building(canvas, input, building).map_err(|error| {
            error.about(|| DocumentPart::BuildingNotice {
                building: building.building.clone(),
            })
        })?;
    }
    Ok(())
}

fn draw_building(
    canvas: &mut dyn Canvas,
    input: &RoundNoticeInput,
    building: &RoundNoticeBuilding,
) -> Result<(), PdfError> {
    canvas.begin_page(A4);
    let mut y = draw_head(canvas, input, building)?;
    let mut rest = building.rows.as_slice();
    let mut page = 1;
    while !rest.is_empty() {
        // The signature stands under the last rows, so room for it is kept on every page.
        let lines = (((BOTTOM - SIGNATURE - y) / ROW) as usize).saturating_sub(1);
        let take = rest.len().min(lines * 2);
        if take > 0 {
            y = draw_rows(canvas, y, input, &rest[..take])?;
            rest = &rest[take..];
        }
        if !rest.is_empty() {
            draw_page_number(canvas, page, building)?;
            page += 1;
            canvas.begin_page(A4);
            y = TOP;
        }
    }
    if page > 1 {
        draw_page_number(canvas, page, building)?;
    }
    draw_signature(canvas, y + mm(7.0), input)
}

fn draw_head(
    canvas: &mut dyn Canvas,
    input: &RoundNoticeInput,
    building: &RoundNoticeBuilding,
) -> Result<f32, PdfError> {
    let title = Style {
        face: Face::SerifBold,
        size: size::ERHAO,
        color: ink::BLACK,
    };
    let area = Area::new(SIDE, TOP, WIDTH, mm(20.0));
    let text = format!("{}通知", input.round_title);
    let mut y = TOP + put_text(canvas, area, title, Fit::block(2, 12.0).centred(), &text)?;
    y += mm(7.0);
    let salutation = Style {
        face: Face::Serif,
        size: size::SANHAO,
        color: ink::BLACK,
    };
    let area = Area::new(SIDE, y, WIDTH, mm(14.0));
    let addressed = if building.building.is_empty() {
        "各位"
    } else {
        building.building.as_str()
    };
    let text = format!("{addressed}居民：");
    y += put_text(canvas, area, salutation, Fit::block(2, 9.0), &text)? + mm(5.0);
    let facts = [
        ("购买对象", &input.who),
        ("地　　点", &building.place),
        ("时　　间", &building.time),
        ("限　　量", &input.limits),
        ("注意事项", &input.remarks),
    ];
    let start = y;
    y += mm(3.0);
    for (label, text) in facts.into_iter().filter(|(_, text)| !text.is_empty()) {
        y = draw_fact(canvas, y, label, text)?;
    }
    canvas.line((SIDE, start), (SIDE + WIDTH, start), RULE);
    canvas.line((SIDE, y), (SIDE + WIDTH, y), RULE);
    Ok(y + mm(6.0))
}

fn draw_fact(canvas: &mut dyn Canvas, y: f32, label: &str, text: &str) -> Result<f32, PdfError> {
    let bold = Style {
        face: Face::SansBold,
        size: 13.0,
        color: ink::BLACK,
    };
    let plain = Style {
        face: Face::Serif,
        size: 13.0,
        color: ink::BLACK,
    };
    let head = Area::new(SIDE + mm(2.0), y, mm(24.0), mm(6.0));
    put_text(canvas, head, bold, Fit::block(1, 9.0), label)?;
    let value = Area::new(head.right(), y, SIDE + WIDTH - head.right() - mm(2.0), mm(34.0));
    let fit = Fit {
        leading: 1.45,
        ..Fit::block(6, 8.0)
    };
    Ok(y + put_text(canvas, value, plain, fit, text)? + mm(3.6))
}

/// Draws rows in two columns side by side, the left one filled first; returns where they end.
fn draw_rows(canvas: &mut dyn Canvas, y: f32, input: &RoundNoticeInput, rows: &[PostedRow]) -> Result<f32, PdfError> {
    let lines = rows.len().div_ceil(2);
    let width = (WIDTH - GUTTER) / 2.0;
    let head = Style {
        face: Face::SansBold,
        size: 11.0,
        color: ink::BLACK,
    };
    for (number, rows) in rows.chunks(lines.max(1)).enumerate() {
        let x = SIDE + (width + GUTTER) * number as f32;
        let line = Area::new(x, y, width, ROW);
        canvas.fill(&[line], ink::TINT);
        put_cells(canvas, line, head, ["室号", "姓名", &input.third_column])?;
        for (index, row) in rows.iter().enumerate() {
            let line = Area {
                y: y + ROW * (index + 1) as f32,
                ..line
            };
            put_cells(canvas, line, ROW_STYLE, [&row.room, &row.name, &row.third]).map_err(|error| {
                error.about(|| DocumentPart::NoticeRow {
                    room: row.room.clone(),
                    name: row.name.clone(),
                })
            })?;
            canvas.line((x, line.bottom()), (line.right(), line.bottom()), PALE_RULE);
        }
        canvas.line((x, y), (line.right(), y), RULE);
        canvas.line((x, line.bottom()), (line.right(), line.bottom()), RULE);
    }
    Ok(y + ROW * (lines + 1) as f32)
}

fn put_cells(canvas: &mut dyn Canvas, line: Area, style: Style, texts: [&str; 3]) -> Result<(), PdfError> {
    let shares = [0.32, 0.34, 0.34];
    let mut x = line.x;
    for (share, text) in shares.into_iter().zip(texts) {
        let cell = Area::new(x, line.y, line.width * share, line.height).inset(mm(1.2), 0.0);
        put_text(
            canvas,
            cell,
            style,
            Fit {
                leading: 1.05,
                ..Fit::block(2, 4.5).in_middle()
            },
            text,
        )?;
        x += line.width * share;
    }
    Ok(())
}

fn draw_signature(canvas: &mut dyn Canvas, y: f32, input: &RoundNoticeInput) -> Result<(), PdfError> {
    let style = Style {
        face: Face::Serif,
        size: size::SIHAO,
        color: ink::BLACK,
    };
    let date = input.date;
    let date = format!("{}年{}月{}日", date.year(), date.month(), date.day());
    for (text, top) in [(input.imprint.committee.as_str(), 0.0), (date.as_str(), mm(8.0))] {
        let area = Area::new(SIDE + WIDTH / 2.0, y + top, WIDTH / 2.0, mm(6.0));
        put_text(canvas, area, style, Fit::block(1, 6.0).centred(), text)?;
    }
    Ok(())
}

fn draw_page_number(canvas: &mut dyn Canvas, page: usize, building: &RoundNoticeBuilding) -> Result<(), PdfError> {
    let style = Style {
        face: Face::Sans,
        size: size::XIAOWU,
        color: ink::GREY,
    };
    let area = Area::new(SIDE, A4.1 - mm(15.0), WIDTH, mm(5.0));
    let text = format!("{}　第 {page} 页", building.building);
    put_text(canvas, area, style, Fit::line(5.0).centred(), &text)?;
    Ok(())
}
