//! One cell of one field: what is taken of it, and what is said about it.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};

use super::clean::{Cleaned, Writing, clean};
use super::column::Column;
use super::due::{due, of_serial};
use super::grid::{CellKind, CellRef};
use super::problem::{ProblemCode, Severity};
use super::written_time;
use crate::filler::is_filler;
use crate::id_document::{self, DocumentKind};
use crate::{order, phone};

/// The longest text a field may hold, in characters; what an order asks for may be longer.
pub(super) const MAX_CHARS: usize = 500;
/// Day 0 of spreadsheet dates (Excel's 1900 system, with its leap-year flaw).
const SERIAL_EPOCH: (i32, u32, u32) = (1899, 12, 30);
/// Serial days taken for dates: 1920 to 2100.
const SERIAL_DAYS: std::ops::RangeInclusive<u64> = 7_306..=73_050;
/// Digits from which a spreadsheet loses the last ones.
const SAFE_DIGITS: usize = 15;

/// How a local time is kept.
const LOCAL: &str = "%Y-%m-%dT%H:%M:%S";

/// Something said about a cell: a code, whether it was taken, and what it became.
pub(super) type Remark = (ProblemCode, Severity, String);

/// What became of a cell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// Values by field: a phone cell may fill two.
    pub(super) values: Vec<(Column, String)>,
    /// What is to be said.
    pub(super) remarks: Vec<Remark>,
}

impl Taken {
    pub(super) fn value(column: Column, text: String) -> Taken {
        Taken {
            values: vec![(column, text)],
            remarks: Vec::new(),
        }
    }

    pub(super) fn refused(code: ProblemCode, became: String) -> Taken {
        Taken {
            values: Vec::new(),
            remarks: vec![(code, Severity::Error, became)],
        }
    }

    pub(super) fn warn(mut self, code: ProblemCode, became: impl Into<String>) -> Taken {
        self.remarks.push((code, Severity::Warning, became.into()));
        self
    }
}

/// Takes one non-empty cell of a mapped column. `kind`: what the row says its document is; a number by itself is
/// judged by what it looks like.
pub(super) fn take(column: Column, cell: CellRef<'_>, kind: Option<DocumentKind>, today: NaiveDate) -> Taken {
    if let Some(refused) = unusable(column, cell) {
        return refused;
    }
    let cleaned = cleaned(column, cell.text);
    let text = cleaned.text;
    let says_nothing = match column {
        // 0 is an amount, and 无证件 says of a document that there is none; 无 says nothing.
        Column::Quantity => text.is_empty() || (is_filler(&text) && !text.contains('0')),
        Column::DocumentKind => is_filler(&text) && !(text.contains('证') && DocumentKind::parse(&text).is_some()),
        Column::Tags => tags(&text).is_empty(),
        _ => is_filler(&text),
    };
    if says_nothing {
        return Taken::default();
    }
    let (text, decimal) = match whole_number(&text).filter(|_| !matches!(column, Column::Quantity | Column::Note)) {
        Some(whole) => (whole.to_owned(), true),
        None => (text, false),
    };
    let became = text.clone();
    let mut taken = match column {
        Column::DocumentNumber => document(&text, kind, today),
        Column::DocumentKind => document_kind(text),
        Column::Phone | Column::SecondPhone => phones(column, &text),
        Column::BirthDate => birth(&text, today),
        Column::RegisteredAt => registered(&text),
        Column::Sex => sex(&text),
        Column::Quantity => quantity(&text),
        Column::Tags => Taken::value(column, tags(&text)),
        // A number of a row, a room or a formula's 0 that slid into the column of names.
        Column::Name if text.chars().all(|c| c.is_ascii_digit()) => {
            Taken::value(column, text).warn(ProblemCode::NameOfDigits, String::new())
        }
        Column::Name => name(text),
        _ => Taken::value(column, text),
    };
    let codes = cleaned
        .codes
        .into_iter()
        .chain(decimal.then_some(ProblemCode::Notation));
    for code in codes {
        taken = taken.warn(code, became.clone());
    }
    taken
}

/// Signs of a name column in which somebody wrote more than one name: two people, a serial number, a remark.
const BESIDE_A_NAME: [char; 14] = [
    '、', '，', ',', '/', '；', ';', '&', '+', '*', '(', ')', '（', '）', '#',
];

/// A name; 1.张三 without its serial number. What may be two people, or a name with a remark, is kept and asked about.
fn name(text: String) -> Taken {
    let counted = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let behind = counted
        .strip_prefix(['.', '、', '．'])
        .map(str::trim)
        .filter(|name| is_spelled(name));
    match behind.filter(|_| counted.len() < text.len()) {
        Some(name) => Taken::value(Column::Name, name.to_owned()).warn(ProblemCode::Notation, name.to_owned()),
        None if is_spelled(&text) => Taken::value(Column::Name, text),
        None => Taken::value(Column::Name, text).warn(ProblemCode::NameUnlike, String::new()),
    }
}

/// Whether a text has nothing that no name has.
fn is_spelled(text: &str) -> bool {
    !text.is_empty() && !text.contains(BESIDE_A_NAME) && !text.contains(|c: char| c.is_ascii_digit())
}

/// The digits of a number that a program wrote with a decimal point: `101.0`.
fn whole_number(text: &str) -> Option<&str> {
    let (whole, fraction) = text.split_once('.')?;
    let zeros = !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0');
    (zeros && !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit())).then_some(whole)
}

/// A text in the writing of its field: the same in a sheet's cell and in a form.
pub fn cleaned(column: Column, text: &str) -> Cleaned {
    clean(text, writing(column))
}

fn writing(column: Column) -> Writing {
    use Column::{
        BirthDate, Estate, Name, Note, Phone, RegisteredAddress, RegisteredAt, Relation, SecondPhone, Source, Tags,
    };
    match column {
        Name => Writing::Name,
        Note | Column::Body => Writing::Text,
        Column::Title | Column::Category => Writing::Line,
        RegisteredAddress | RegisteredAt | BirthDate | Phone | SecondPhone | Tags => Writing::Line,
        Estate | Relation | Source => Writing::Words,
        _ => Writing::Code,
    }
}

fn is_truth(text: &str) -> bool {
    ["TRUE", "FALSE"].contains(&text.trim())
}

/// 0.5, which is no number of a house; 12.501 is one and its room.
fn is_part(text: &str) -> bool {
    text.trim()
        .strip_prefix("0.")
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Cells of which nothing can be taken, whatever the field.
fn unusable(column: Column, cell: CellRef<'_>) -> Option<Taken> {
    let length = cell.length();
    let exponent = cell
        .text
        .trim()
        .split_once(['E', 'e'])
        .is_some_and(|(mantissa, power)| {
            mantissa.parse::<f64>().is_ok() && power.trim_start_matches('+').parse::<u8>().is_ok()
        });
    let number_field = matches!(column, Column::DocumentNumber | Column::Phone | Column::SecondPhone);
    // A box that was ticked, or a part of something, is no building and no room.
    let of_no_place = column.is_place() && (is_truth(cell.text) || is_part(cell.text));
    if cell.kind == CellKind::Error || of_no_place {
        Some(Taken::refused(ProblemCode::CellError, String::new()))
    } else if cell.kind == CellKind::Uncalculated {
        Some(Taken::refused(ProblemCode::Uncalculated, String::new()))
    } else if cell.text.contains('\u{fffd}') {
        Some(Taken::refused(ProblemCode::UnreadableCharacter, String::new()))
    } else if length > most(column) {
        Some(Taken::refused(ProblemCode::TooLong, length.to_string()))
    } else if number_field && (cell.lossy || exponent) {
        Some(Taken::refused(ProblemCode::NumberDamaged, String::new()))
    } else if cell.kind == CellKind::Date
        && !matches!(
            column,
            Column::BirthDate | Column::RegisteredAt | Column::Deadline | Column::Note
        )
    {
        Some(Taken::refused(ProblemCode::TurnedIntoDate, String::new()))
    } else {
        None
    }
}

/// The longest text that a field may hold, in characters.
fn most(column: Column) -> usize {
    match column {
        Column::Title | Column::Body => order::LONG_TEXT,
        _ => MAX_CHARS,
    }
}

/// Takes a cell of a row whose person is looked for later: without what nobody sees, and otherwise as it is written, masked
/// numbers and all.
pub(super) fn take_written(column: Column, cell: CellRef<'_>, today: NaiveDate) -> Taken {
    if let Some(refused) = unusable(column, cell) {
        return refused;
    }
    // A blank may stand between two names, or between a number and a room.
    let writing = match column {
        Column::Note | Column::Body => Writing::Text,
        _ => Writing::Line,
    };
    let Cleaned { text, codes } = clean(cell.text, writing);
    if is_filler(&text) {
        return Taken::default();
    }
    let text = match whole_number(&text).filter(|_| column != Column::Note) {
        Some(whole) => whole.to_owned(),
        None => text,
    };
    let became = text.clone();
    let taken = match column {
        Column::Deadline => deadline(&text, today),
        Column::RegisteredAt => came(text),
        _ => Taken::value(column, text),
    };
    codes
        .into_iter()
        .fold(taken, |taken, code| taken.warn(code, became.clone()))
}

fn document(text: &str, kind: Option<DocumentKind>, today: NaiveDate) -> Taken {
    let number = text.to_uppercase();
    if let Some(alone) = id_document::without_words(&number) {
        return document(&alone, kind, today).warn(ProblemCode::Notation, alone);
    }
    if id_document::is_no_number(&number) {
        return Taken::refused(ProblemCode::DocumentInvalid, String::new());
    }
    let taken = Taken::value(Column::DocumentNumber, number.clone());
    let kind = DocumentKind::of(kind, &number);
    match id_document::check(kind, &number, today) {
        Err(problem) => taken.warn(ProblemCode::DocumentInvalid, problem.text()),
        Ok(_) if number.len() > SAFE_DIGITS && number.ends_with("000") => {
            taken.warn(ProblemCode::NumberSuspect, String::new())
        }
        Ok(_) => taken,
    }
}

fn document_kind(text: String) -> Taken {
    match DocumentKind::parse(&text) {
        Some(kind) => Taken::value(Column::DocumentKind, kind.code().to_owned()),
        None => Taken::default().warn(ProblemCode::KindUnknown, String::new()),
    }
}

/// One or two phones, and words beside them.
fn phones(column: Column, text: &str) -> Taken {
    if let Ok(phone) = phone::check(text) {
        if phone.is_abroad() {
            return Taken::value(column, phone.as_str().to_owned()).warn(ProblemCode::PhoneAbroad, phone.as_str());
        }
        let same = text.bytes().filter(u8::is_ascii_digit).count() == phone.as_str().len();
        let taken = Taken::value(column, phone.as_str().to_owned());
        return if same {
            taken
        } else {
            taken.warn(ProblemCode::Notation, phone.as_str())
        };
    }
    let (found, words) = phone::numbers_in(text);
    let numbers: Vec<String> = found.iter().map(|phone| phone.as_str().to_owned()).collect();
    let abroad = found
        .iter()
        .find(|phone| phone.is_abroad())
        .map(|phone| phone.as_str().to_owned());
    let taken = numbers_taken(column, text, &numbers, words);
    match abroad {
        Some(number) => taken.warn(ProblemCode::PhoneAbroad, number),
        None => taken,
    }
}

fn numbers_taken(column: Column, text: &str, numbers: &[String], words: bool) -> Taken {
    match numbers {
        [] if phone::is_no_number(text) => Taken::refused(ProblemCode::PhoneInvalid, String::new()),
        [] => Taken::value(column, text.to_owned()).warn(ProblemCode::PhoneInvalid, String::new()),
        [only] if words => Taken::value(column, only.clone()).warn(ProblemCode::PhoneRemark, only.clone()),
        [only] => Taken::value(column, only.clone()).warn(ProblemCode::Notation, only.clone()),
        [first, second, more @ ..] => {
            let mut taken = Taken::value(column, first.clone());
            if column == Column::Phone {
                taken.values.push((Column::SecondPhone, second.clone()));
                taken = taken.warn(ProblemCode::TwoPhones, second.clone());
            } else {
                taken = taken.warn(ProblemCode::PhoneDropped, second.clone());
            }
            for number in more {
                taken = taken.warn(ProblemCode::PhoneDropped, number.clone());
            }
            if words {
                taken.warn(ProblemCode::PhoneRemark, first.clone())
            } else {
                taken
            }
        }
    }
}

/// A birth date: nobody alive was born before 1900, and nobody ahead of today.
fn birth(text: &str, today: NaiveDate) -> Taken {
    let born = |at: NaiveDateTime| at.year() >= id_document::EARLIEST_BIRTH_YEAR && at.date() <= today;
    date(
        Column::BirthDate,
        text,
        written_time::date(text).filter(|at| born(*at)),
        "%Y-%m-%d",
    )
}

/// A time of registration. One that is not read stays open: the time of the import would make everybody late.
fn registered(text: &str) -> Taken {
    if let Some(day) = written_time::day_alone(text) {
        return Taken::value(Column::RegisteredAt, day.to_string()).warn(ProblemCode::DateInvalid, day.to_string());
    }
    match written_time::range_start(text) {
        Some(start) => {
            let taken = date(Column::RegisteredAt, start, written_time::time(start), LOCAL);
            match taken.values.first().map(|(_, at)| at.clone()) {
                Some(became) => taken.warn(ProblemCode::Notation, became),
                None => taken,
            }
        }
        None => date(Column::RegisteredAt, text, written_time::time(text), LOCAL),
    }
}

/// Until when a row is to be answered.
fn deadline(text: &str, today: NaiveDate) -> Taken {
    let write = |at: NaiveDateTime| at.format(LOCAL).to_string();
    match (due(text, today), serial(text)) {
        (Some(at), _) => Taken::value(Column::Deadline, write(at)),
        (None, Some(at)) => {
            let at = write(of_serial(at));
            Taken::value(Column::Deadline, at.clone()).warn(ProblemCode::DateSerial, at)
        }
        (None, None) => Taken::refused(ProblemCode::DateInvalid, String::new()),
    }
}

/// When an order came. It decides nothing: what is not read is a remark.
fn came(text: String) -> Taken {
    let taken = date(Column::RegisteredAt, &text, written_time::time(&text), LOCAL);
    match taken.values.is_empty() {
        true => Taken::value(Column::Note, text),
        false => taken,
    }
}

fn date(column: Column, text: &str, read: Option<NaiveDateTime>, format: &str) -> Taken {
    let write = |at: NaiveDateTime| at.format(format).to_string();
    if let Some(at) = read {
        return Taken::value(column, write(at));
    }
    match serial(text) {
        Some(at) => Taken::value(column, write(at)).warn(ProblemCode::DateSerial, write(at)),
        None => Taken::refused(ProblemCode::DateInvalid, String::new()),
    }
}

/// The time that a spreadsheet's number of days stands for.
fn serial(text: &str) -> Option<NaiveDateTime> {
    let serial = text
        .parse::<f64>()
        .ok()
        .filter(|serial| SERIAL_DAYS.contains(&(*serial as u64)))?;
    let (year, month, day) = SERIAL_EPOCH;
    let seconds = (serial.fract() * 86_400.0).round() as i64;
    let midnight = NaiveDate::from_ymd_opt(year, month, day)?.checked_add_days(Days::new(serial as u64))?;
    midnight
        .and_hms_opt(0, 0, 0)?
        .checked_add_signed(chrono::TimeDelta::seconds(seconds))
}

fn sex(text: &str) -> Taken {
    match text {
        "男" | "男性" | "M" | "m" | "1" => Taken::value(Column::Sex, "男".into()),
        "女" | "女性" | "F" | "f" | "2" => Taken::value(Column::Sex, "女".into()),
        _ => Taken::refused(ProblemCode::SexInvalid, String::new()),
    }
}

fn quantity(text: &str) -> Taken {
    let number = text.trim_end_matches(['个', '只', '份', '件', '包', '盒', '袋']);
    let number = number.strip_suffix(".0").unwrap_or(number);
    match number.parse::<u32>() {
        Ok(quantity @ 1..) if number == text => Taken::value(Column::Quantity, quantity.to_string()),
        Ok(quantity @ 1..) => {
            Taken::value(Column::Quantity, quantity.to_string()).warn(ProblemCode::Notation, quantity.to_string())
        }
        _ => Taken::refused(ProblemCode::QuantityInvalid, String::new()),
    }
}

fn tags(text: &str) -> String {
    let tags = text.split(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '，' | ';' | '；' | '/'));
    // 否 under 独居 is the answer to a question, and no group of people.
    tags.filter(|tag| !is_filler(tag) && !matches!(*tag, "否" | "不是" | "非" | "N" | "n"))
        .collect::<Vec<_>>()
        .join("、")
}

#[cfg(test)]
mod tests;
