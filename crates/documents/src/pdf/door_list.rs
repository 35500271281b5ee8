//! The list with which a building head goes from door to door: whom to see and why, boxes to tick
//! for what was found, room to write. Handed over personally; not for posting.

use crate::font::Fonts;
use crate::pdf::by_hand::{BUILDING, ByHand, COMMITTEE, FACT, Hand, TITLE, TextOf};
use crate::pdf::canvas::Canvas;
use crate::pdf::flow::Align;
use crate::pdf::list_page::ListPaper;
use crate::pdf::paper::{A4, mm};
use crate::pdf::table::{Cell, Column, Table};
use crate::pdf::writer::PdfCanvas;
use crate::pdf::{DocumentPart, Imprint, PdfError};

/// Door-visit lists, one per building, each beginning on a new page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorListInput {
    /// Committee and time of making.
    pub imprint: Imprint,
    /// Title: 上门核查走访表.
    pub title: String,
    /// What can be ticked as the result of a visit: 已见面、不在家、已搬走、拒绝.
    pub results: Vec<String>,
    /// The buildings.
    pub buildings: Vec<DoorListBuilding>,
}

/// The list of one building.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorListBuilding {
    /// Name of the building.
    pub building: String,
    /// Name of the building head; may be empty.
    pub head: String,
    /// By when this list is to come back; may be empty.
    pub deadline: String,
    /// How many homes are to be seen; homes of which it is not known where they are count as none.
    pub doors: usize,
    /// How many people are to be seen.
    pub people: usize,
    /// Whom to see, in the order of the walk.
    pub rows: Vec<DoorVisit>,
}

/// One person to see, or several of one home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorVisit {
    /// Room.
    pub room: String,
    /// Names of the persons to see.
    pub persons: String,
    /// Why.
    pub reason: String,
    /// Phone, as far as the visit needs it; may be empty.
    pub phone: String,
}

impl DoorListInput {
    /// Leaves to the hand what would keep the lists from being printed, as
    /// [`leave_to_hand`](crate::pdf::VouchersInput::leave_to_hand) does. Returns whose rows to look after.
    ///
    /// # Errors
    /// A font that cannot be used.
    pub fn leave_to_hand(&mut self, fonts: &Fonts) -> Result<Vec<ByHand>, PdfError> {
        let mut hand = Hand::new(fonts);
        hand.heads([
            (TextOf::Committee, &mut self.imprint.committee, COMMITTEE),
            (TextOf::DoorListTitle, &mut self.title, TITLE),
        ])?;
        for building in &mut self.buildings {
            hand.heads([
                (TextOf::Building, &mut building.building, BUILDING),
                (TextOf::BuildingHead, &mut building.head, FACT),
                (TextOf::Deadline, &mut building.deadline, FACT),
            ])?;
            for row in &mut building.rows {
                let reason = row.reason.clone();
                hand.cells((&TextOf::VisitReason, &reason), [&mut row.reason])?;
                let room = format!("{}{}", building.building, row.room);
                let persons = TextOf::Person {
                    name: row.persons.clone(),
                };
                hand.cells((&persons, &room), [&mut row.room, &mut row.persons, &mut row.phone])?;
            }
        }
        Ok(hand.done())
    }
}

/// The door lists as one PDF, A4 landscape.
///
/// # Errors
/// No buildings; a character no font has or a text too long, naming building, room and persons.
pub fn door_list(fonts: &Fonts, input: &DoorListInput) -> Result<Vec<u8>, PdfError> {
    let mut canvas = PdfCanvas::new(fonts);
    draw_door_list(&mut canvas, input)?;
    canvas.finish(&input.title, &input.imprint)
}

/// Draws the door lists on a canvas.
///
/// # Errors
/// As [`door_list`].
pub fn draw_door_list(canvas: &mut dyn Canvas, input: &DoorListInput) -> Result<(), PdfError> {
    if input.buildings.is_empty() {
        return Err(PdfError::Nothing { what: "buildings" });
    }
    input
        .buildings
        .iter()
        .try_for_each(|building| draw_building(canvas, input, building))
}

fn draw_building(canvas: &mut dyn Canvas, input: &DoorListInput, building: &DoorListBuilding) -> Result<(), PdfError> {
    let size = match building.doors {
        0 => format!("共 {} 人", building.people),
        doors => format!("共 {doors} 户 {} 人", building.people),
    };
    let mut facts = vec![("楼　栋", format!("{}　（{size}）", building.building))];
    if !building.head.is_empty() {
        facts.push(("楼组长", building.head.clone()));
    }
    if !building.deadline.is_empty() {
        facts.push(("请交回", building.deadline.clone()));
    }
    let paper = ListPaper {
        page: (A4.1, A4.0),
        margin: mm(15.0),
        title: &input.title,
        facts,
        table: columns(),
        foot: "含个人信息，仅供上门走访使用，用后交回，请勿张贴、拍照外传。",
        bars: &[],
        signatures: &["走访人签名", "走访日期", "居委会接收人"],
    };
    let cells: Vec<Vec<Cell>> = building
        .rows
        .iter()
        .enumerate()
        .map(|row| cells(row, &input.results))
        .collect();
    let about = |index: usize| {
        let row = &building.rows[index];
        DocumentPart::ListRow {
            building: building.building.clone(),
            room: row.room.clone(),
            name: row.persons.clone(),
        }
    };
    paper.draw(canvas, &input.imprint, &cells, about).map_err(|error| {
        error.about(|| DocumentPart::DoorList {
            building: building.building.clone(),
        })
    })
}

fn cells((index, row): (usize, &DoorVisit), results: &[String]) -> Vec<Cell> {
    vec![
        Cell::text((index + 1).to_string()),
        Cell::text(row.room.clone()),
        Cell::text(row.persons.clone()),
        Cell::text(row.reason.clone()),
        Cell::text(row.phone.clone()),
        Cell::Boxes(results.to_vec()),
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
            column("序号", 12.0, Align::Centre),
            column("室号", 24.0, Align::Left),
            column("走访对象", 38.0, Align::Left),
            column("事由", 61.0, Align::Left),
            column("电话", 30.0, Align::Left),
            column("走访结果", 46.0, Align::Left),
            column("情况说明", 56.0, Align::Left),
        ],
        size: 10.5,
        row_height: mm(14.0),
    }
}
