//! The building head's copy of a round: who gets what, with a column to sign in.
//! It shows only what handing out needs; it is not for posting.

use crate::font::Fonts;
use crate::pdf::by_hand::{BUILDING, ByHand, COMMITTEE, FACT, Hand, TITLE, TextOf};
use crate::pdf::canvas::Canvas;
use crate::pdf::flow::Align;
use crate::pdf::list_page::ListPaper;
use crate::pdf::paper::{A4, mm};
use crate::pdf::table::{Cell, Column, Table};
use crate::pdf::writer::PdfCanvas;
use crate::pdf::{DocumentPart, Imprint, PdfError};

/// Handouts of a round, one list per building, each beginning on a new page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoutInput {
    /// Committee and time of making.
    pub imprint: Imprint,
    /// Title of the round: 第2轮口罩预约购买.
    pub round_title: String,
    /// The buildings.
    pub buildings: Vec<HandoutBuilding>,
}

/// The list of one building.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoutBuilding {
    /// Name of the building: 南泉路120弄12号.
    pub building: String,
    /// Name of the building head; may be empty.
    pub head: String,
    /// Where the vouchers are used.
    pub place: String,
    /// When.
    pub time: String,
    /// Who gets a voucher.
    pub rows: Vec<HandoutRow>,
}

/// One voucher to hand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoutRow {
    /// Room: 501室.
    pub room: String,
    /// Name.
    pub name: String,
    /// What and how much.
    pub amount: String,
    /// Voucher number.
    pub voucher: String,
    /// Phone, as far as the visit needs it; may be empty.
    pub phone: String,
}

impl HandoutInput {
    /// Leaves to the hand what would keep the lists from being printed, as
    /// [`leave_to_hand`](crate::pdf::VouchersInput::leave_to_hand) does. Returns whose rows to look after.
    ///
    /// # Errors
    /// A font that cannot be used.
    pub fn leave_to_hand(&mut self, fonts: &Fonts) -> Result<Vec<ByHand>, PdfError> {
        let mut hand = Hand::new(fonts);
        hand.heads([
            (TextOf::Committee, &mut self.imprint.committee, COMMITTEE),
            (TextOf::RoundTitle, &mut self.round_title, TITLE),
        ])?;
        for building in &mut self.buildings {
            hand.heads([
                (TextOf::Building, &mut building.building, BUILDING),
                (TextOf::BuildingHead, &mut building.head, FACT),
                (TextOf::PickUp, &mut building.place, FACT),
                (TextOf::Time, &mut building.time, FACT),
            ])?;
            for row in &mut building.rows {
                let room = format!("{}{}", building.building, row.room);
                let person = TextOf::Person { name: row.name.clone() };
                let texts = [
                    &mut row.room,
                    &mut row.name,
                    &mut row.amount,
                    &mut row.voucher,
                    &mut row.phone,
                ];
                hand.cells((&person, &room), texts)?;
            }
        }
        Ok(hand.done())
    }
}

/// The handouts as one PDF.
///
/// # Errors
/// No buildings; a character no font has or a text too long, naming building, room and person.
pub fn handout(fonts: &Fonts, input: &HandoutInput) -> Result<Vec<u8>, PdfError> {
    let mut canvas = PdfCanvas::new(fonts);
    draw_handout(&mut canvas, input)?;
    canvas.finish(&input.round_title, &input.imprint)
}

/// Draws the handouts on a canvas.
///
/// # Errors
/// As [`handout`].
pub fn draw_handout(canvas: &mut dyn Canvas, input: &HandoutInput) -> Result<(), PdfError> {
    if input.buildings.is_empty() {
        return Err(PdfError::Nothing { what: "buildings" });
    }
    input
        .buildings
        .iter()
        .try_for_each(|building| draw_building(canvas, input, building))
}

fn draw_building(canvas: &mut dyn Canvas, input: &HandoutInput, building: &HandoutBuilding) -> Result<(), PdfError> {
    let title = format!("{}凭证发放签收表", input.round_title);
    let mut facts = vec![
        (
            "楼　栋",
            format!("{}　（共 {} 份）", building.building, building.rows.len()),
        ),
        ("地　点", building.place.clone()),
        ("时　间", building.time.clone()),
    ];
    if !building.head.is_empty() {
        facts.insert(1, ("楼组长", building.head.clone()));
    }
    let paper = ListPaper {
        page: A4,
        margin: mm(16.0),
        title: &title,
        facts,
        table: columns(),
        foot: "含个人信息，仅供发放使用，用后交回，请勿张贴、拍照外传。",
        bars: &[],
        signatures: &["楼组长签名", "交回日期"],
    };
    let cells: Vec<Vec<Cell>> = building.rows.iter().enumerate().map(cells).collect();
    let about = |index: usize| {
        let row = &building.rows[index];
        DocumentPart::ListRow {
            building: building.building.clone(),
            room: row.room.clone(),
            name: row.name.clone(),
        }
    };
    paper.draw(canvas, &input.imprint, &cells, about).map_err(|error| {
        error.about(|| DocumentPart::HandoutList {
            building: building.building.clone(),
        })
    })
}

fn cells((index, row): (usize, &HandoutRow)) -> Vec<Cell> {
    vec![
        Cell::text((index + 1).to_string()),
        Cell::text(row.room.clone()),
        Cell::text(row.name.clone()),
        Cell::text(row.amount.clone()),
        Cell::text(row.voucher.clone()),
        Cell::text(row.phone.clone()),
        Cell::text(""),
    ]
}

fn columns() -> Table {
    let column = |heading: &str, width: f32, align| Column {
        heading: heading.to_string(),
        width: mm(width),
        align,
    };
    Table {
        columns: vec![
            column("序号", 11.0, Align::Centre),
            column("室号", 24.0, Align::Left),
            column("姓名", 29.0, Align::Left),
            column("数量", 25.0, Align::Left),
            column("凭证号", 27.0, Align::Left),
            column("电话", 29.0, Align::Left),
            column("签收", 33.0, Align::Left),
        ],
        size: 10.5,
        row_height: mm(9.0),
    }
}
