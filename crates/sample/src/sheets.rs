//! The sheets of a sample, with the mess of real ones: titles, merged cells, hints, full-width digits, numbers that
//! Excel damaged, two phones in a cell, 室 and 号 in each other's column. Every damage is on record.

use chrono::NaiveDate;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};
use serde::Serialize;

use crate::committee::{Committee, Household, Person};
use crate::random::Random;

/// A damaged cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// Sheet row, from 1.
    pub row: u32,
    /// Column letter.
    pub column: String,
    /// `excel_number`, `full_width`, `blanks`, `two_phones`, `swapped`, `line_break`.
    pub kind: &'static str,
    /// What stands there.
    pub value: String,
}

const ROSTER_HEADERS: [&str; 13] = [
    "序号",
    "小区",
    "楼栋",
    "室号",
    "姓名",
    "性别",
    "证件类型",
    "证件号码",
    "手机号码",
    "户籍地址",
    "与户主关系",
    "人员类别",
    "备注",
];
/// Rows above the roster's data: title, note, header, hints.
const ROSTER_FIRST_ROW: u32 = 4;
/// Columns by their place.
const BUILDING: u16 = 2;
const ROOM: u16 = 3;
const NAME: u16 = 4;
const DOCUMENT: u16 = 7;
const PHONE: u16 = 8;

pub(crate) fn roster(committee: &Committee) -> Result<(Vec<u8>, Vec<Damage>), XlsxError> {
    let mut random = Random::new(committee.seed ^ 0x5eed);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("居民名册")?;
    let centred = Format::new().set_bold().set_align(FormatAlign::Center);
    sheet.merge_range(0, 0, 0, 12, &format!("{}居民信息登记表", committee.name), &centred)?;
    sheet.merge_range(
        1,
        0,
        1,
        12,
        "填表日期：2020年1月20日　　制表：社区工作站",
        &Format::new(),
    )?;
    for (column, header) in ROSTER_HEADERS.iter().enumerate() {
        sheet.write_string_with_format(2, column as u16, *header, &centred)?;
    }
    sheet.write_string(3, NAME, "必填，如：张三")?;
    sheet.write_string(3, DOCUMENT, "必填，18位")?;
    sheet.write_string(3, PHONE, "选填，11位手机号")?;
    let mut damages = Vec::new();
    let mut row = ROSTER_FIRST_ROW;
    for (household, person) in committee.people() {
        roster_row(sheet, row, household, person, &mut random, &mut damages)?;
        row += 1;
    }
    sheet.write_string(row, 0, "合计")?;
    sheet.write_number(row, 4, f64::from(row - ROSTER_FIRST_ROW))?;
    let bytes = workbook.save_to_buffer()?;
    Ok((bytes, damages))
}

fn roster_row(
    sheet: &mut Worksheet,
    row: u32,
    household: &Household,
    person: &Person,
    random: &mut Random,
    damages: &mut Vec<Damage>,
) -> Result<(), XlsxError> {
    let building = format!(
        "{}{}",
        household.building,
        household.unit.as_deref().unwrap_or_default()
    );
    let cells = [
        (1, household.estate.as_str()),
        (5, person.sex),
        (6, person.document_kind),
        (9, person.registered_address.as_deref().unwrap_or_default()),
        (10, person.relation),
    ];
    sheet.write_number(row, 0, f64::from(row - ROSTER_FIRST_ROW + 1))?;
    for (column, text) in cells {
        sheet.write_string(row, column, text)?;
    }
    sheet.write_string(row, 11, person.tags.join("、"))?;
    let mut damage = |column: u16, kind, value: String| {
        let column = char::from(b'A' + column as u8).to_string();
        damages.push(Damage {
            row: row + 1,
            column,
            kind,
            value,
        });
    };
    if household.unit.is_none() && random.thousandth(6) {
        damage(BUILDING, "swapped", format!("{}室", household.room));
        sheet.write_string(row, BUILDING, format!("{}室", household.room))?;
        sheet.write_string(row, ROOM, &household.building)?;
    } else {
        sheet.write_string(row, BUILDING, &building)?;
        sheet.write_string(row, ROOM, &household.room)?;
    }
    let name = messy_name(&person.name, random);
    if let Some((kind, name)) = &name {
        damage(NAME, kind, name.clone());
    }
    sheet.write_string(row, NAME, name.map_or_else(|| person.name.clone(), |(_, name)| name))?;
    if let Some(number) = &person.document_number {
        document_cell(sheet, row, number, random, &mut damage)?;
    }
    if let Some(phone) = &person.phone {
        phone_cell(sheet, row, phone, random, &mut damage)?;
    }
    Ok(())
}

fn messy_name(name: &str, random: &mut Random) -> Option<(&'static str, String)> {
    let mut characters = name.chars();
    let first = characters.next()?;
    match random.below(1000) {
        0..=7 => Some(("blanks", format!("{first} {}", characters.as_str()))),
        8..=10 => Some(("line_break", format!("{first}\n{}", characters.as_str()))),
        _ => None,
    }
}

fn document_cell(
    sheet: &mut Worksheet,
    row: u32,
    number: &str,
    random: &mut Random,
    damage: &mut impl FnMut(u16, &'static str, String),
) -> Result<(), XlsxError> {
    match (random.below(1000), number.parse::<f64>()) {
        // Stored as a number, as Excel does with 18 digits typed into a cell of format General.
        (0..=5, Ok(value)) => {
            damage(DOCUMENT, "excel_number", number.to_owned());
            sheet.write_number(row, DOCUMENT, value)?;
        }
        (6..=10, _) => {
            let wide: String = number.chars().map(full_width).collect();
            damage(DOCUMENT, "full_width", wide.clone());
            sheet.write_string(row, DOCUMENT, wide)?;
        }
        (11..=15, _) if number.len() == 18 => {
            let spaced = format!("{} {} {}", &number[..6], &number[6..14], &number[14..]);
            damage(DOCUMENT, "blanks", spaced.clone());
            sheet.write_string(row, DOCUMENT, spaced)?;
        }
        _ => {
            sheet.write_string(row, DOCUMENT, number)?;
        }
    }
    Ok(())
}

fn phone_cell(
    sheet: &mut Worksheet,
    row: u32,
    phone: &str,
    random: &mut Random,
    damage: &mut impl FnMut(u16, &'static str, String),
) -> Result<(), XlsxError> {
    match random.below(1000) {
        0..=5 => {
            let two = format!("{phone}/5{:07}", random.below(10_000_000));
            damage(PHONE, "two_phones", two.clone());
            sheet.write_string(row, PHONE, two)?;
        }
        6..=10 => {
            let wide: String = phone.chars().map(full_width).collect();
            damage(PHONE, "full_width", wide.clone());
            sheet.write_string(row, PHONE, wide)?;
        }
        // Phones fit a number: harmless, and very common.
        11..=400 => {
            sheet.write_number(row, PHONE, phone.parse::<f64>().unwrap_or_default())?;
        }
        _ => {
            sheet.write_string(row, PHONE, phone)?;
        }
    }
    Ok(())
}

fn full_width(c: char) -> char {
    if c.is_ascii_graphic() {
        char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)
    } else {
        c
    }
}

const RESERVATION_HEADERS: [&str; 10] = [
    "提交时间",
    "姓名",
    "证件类型",
    "证件号码",
    "手机号码",
    "小区",
    "楼栋",
    "室号",
    "预约数量",
    "来源",
];

/// The QR form's export of a round: about a quarter of the households, some of them twice, some with a wrong digit,
/// some by people who are not on the roster, a few outside the window.
pub(crate) fn reservations(committee: &Committee, round: u32) -> Result<Vec<u8>, XlsxError> {
    let mut random = Random::new(committee.seed ^ u64::from(round) << 32);
    let mut rows: Vec<(u32, [String; 10])> = Vec::new();
    for household in committee
        .households
        .iter()
        .filter(|household| !household.people.is_empty())
    {
        if !random.percent(25) {
            continue;
        }
        let times = if random.percent(6) { 2 } else { 1 };
        for time in 0..times {
            let adults = household.people.iter().filter(|person| person.phone.is_some());
            let Some(person) = adults
                .cycle()
                .nth(time)
                .filter(|_| household.people.iter().any(|p| p.phone.is_some()))
            else {
                break;
            };
            rows.push(reservation(household, person, committee.opens(round), &mut random));
        }
    }
    rows.sort();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("填报明细")?;
    for (column, header) in RESERVATION_HEADERS.iter().enumerate() {
        sheet.write_string(0, column as u16, *header)?;
    }
    for (row, (_, cells)) in (1..).zip(&rows) {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(row, column as u16, cell)?;
        }
    }
    workbook.save_to_buffer()
}

fn reservation(household: &Household, person: &Person, opens: NaiveDate, random: &mut Random) -> (u32, [String; 10]) {
    // Minutes after the round opens; most come in the first hours. A few are before or after the window.
    let minutes = match random.below(100) {
        0 => 3_700,
        1..=60 => random.below(90),
        _ => random.below(3_500),
    };
    let day = opens + chrono::Days::new(u64::from((minutes + 8 * 60) / 1440));
    let clock = (minutes + 8 * 60) % 1440;
    let mut number = person.document_number.clone().unwrap_or_default();
    let mut name = person.name.clone();
    match random.below(100) {
        0..=2 if number.len() == 18 => {
            let last = if number.ends_with('1') { "2" } else { "1" };
            number.replace_range(17.., last);
        }
        3..=4 => {
            name = "访客甲".into();
            number = String::new();
        }
        _ => {}
    }
    let cells = [
        format!("{day} {:02}:{:02}:00", clock / 60, clock % 60),
        name,
        person.document_kind.to_owned(),
        number,
        person.phone.clone().unwrap_or_default(),
        household.estate.clone(),
        format!(
            "{}{}",
            household.building,
            household.unit.as_deref().unwrap_or_default()
        ),
        household.room.clone(),
        (1 + random.below(5)).to_string(),
        "扫码".to_owned(),
    ];
    (minutes, cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_documents::sheet::read_workbook;

    #[test]
    fn every_recorded_damage_stands_in_the_sheet() {
        let committee = Committee::invent(600, 5);
        let (bytes, damages) = roster(&committee).unwrap();
        let grid = &read_workbook("roster.xlsx", &bytes).unwrap()[0];
        assert!(damages.len() > 20, "{} damages", damages.len());
        for damage in &damages {
            let column = u32::from(damage.column.as_bytes()[0] - b'A');
            let cell = grid.cell(damage.row - 1, column);
            if damage.kind == "excel_number" {
                assert!(cell.lossy && cell.text.contains("E+17"), "{damage:?}: {cell:?}");
            } else {
                assert_eq!(cell.text, damage.value, "{damage:?}");
            }
        }
        assert_eq!(roster(&committee).unwrap().1, damages);
    }
}
