//! Identity documents: which kinds there are, and what a number of each kind must look like.
//!
//! Resident ID numbers follow GB 11643-1999 (18 digits, check digit by ISO 7064:1983 MOD 11-2); the first two
//! digits are a province of GB/T 2260. 港澳台居民居住证 uses the same form with regions 81, 82, 83 (国务院令 2018).
//! 外国人永久居留身份证: 18 digits beginning with 9 since 2023, before that 3 letters and 12 digits.

mod kind;

pub use kind::DocumentKind;

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use thiserror::Error;

/// Least characters of a number that identifies somebody.
const IDENTIFYING_CHARACTERS: usize = 5;
/// Least different characters of such a number: 1111…, 0000… and xxxx are typed by people who have none.
const DIFFERENT_CHARACTERS: u32 = 3;

/// Whether a text has the form of an ID number: 18 characters, digits but for an X in the end, or 15 digits.
pub fn has_id_form(number: &str) -> bool {
    let bytes = number.as_bytes();
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    match bytes.len() {
        ID_DIGITS => digits(&bytes[..17]) && matches!(bytes[17], b'0'..=b'9' | b'X' | b'x'),
        OLD_ID_DIGITS => digits(bytes),
        _ => false,
    }
}

/// The ID number in a text that has words beside it, 身份证310…（本人）, or a × for its X; `None` where there is nothing
/// else in it, or more than one number.
pub fn without_words(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .map(|c| {
            if matches!(c, '×' | '✕' | '╳' | 'Х') {
                'X'
            } else {
                c
            }
        })
        .collect();
    let mut runs = plain
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|run| run.bytes().any(|b| b.is_ascii_digit()));
    let number = runs.next().filter(|run| has_id_form(run) && runs.next().is_none())?;
    (number != text && !text.is_ascii()).then(|| number.to_owned())
}

/// Whether a text under a heading of document numbers is none at all: words (未上户, 补办中), a masked number, one character
/// over and over, digits counted up from 1. Whoever writes them has no number to give.
pub fn is_no_number(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let words = digits == 0 || (digits < IDENTIFYING_CHARACTERS && !text.is_ascii());
    let masked = text.contains(['*', '＊', '×']) || text.to_ascii_uppercase().contains("XXX");
    let same = text.len() > 1 && text.chars().all(|c| text.starts_with(c));
    // Eight digits counted up may be a 台胞证.
    let counted = text.len() > 3 && text.len() != 8 && "123456789012345678901234567890".starts_with(&text);
    words || masked || same || counted
}

/// A number as numbers are compared: upper case, without blanks, and one from before 1999 as the 18 digits that it became
/// (GB 11643-1999: the century before the year, the check character behind). Both stand for one person everywhere.
pub fn key(number: &str) -> String {
    let number = compact(number).into_owned();
    let old = number.len() == OLD_ID_DIGITS && check(DocumentKind::ResidentId, &number, NaiveDate::MAX).is_ok();
    if !old {
        return number;
    }
    let first17 = format!("{}19{}", &number[..6], &number[6..]);
    check_character(&first17).map_or(number, |last| format!("{first17}{last}"))
}

/// Whether two numbers are one ([`key`]).
pub fn is_same(one: &str, another: &str) -> bool {
    let old = |number: &str| number.len() == OLD_ID_DIGITS;
    if one == another {
        return true;
    }
    let (one, another) = (compact(one), compact(another));
    // Most are compared with another person's: only an old one may be the same and written otherwise.
    one == another || (old(&one) != old(&another) && key(&one) == key(&another))
}

/// Whether `new` says less than `known` does of one person: no real number against one, or its form from before 1999. The
/// known one stands then.
pub fn says_less(known: (Option<DocumentKind>, &str), new: (Option<DocumentKind>, &str)) -> bool {
    let identified = identifies(known.0, known.1) && !identifies(new.0, new.1);
    let (known, new) = (known.1, new.1);
    identified || (known != new && new.len() < known.len() && is_same(known, new))
}

/// Whether a number identifies somebody: it passes the check of its kind, or looks like a real one with a slip in its
/// last character. 待补, 123456, 111111111111111111 and their like are the same for many and identify nobody.
pub fn identifies(stated: Option<DocumentKind>, number: &str) -> bool {
    if !number.is_ascii() || number.len() < IDENTIFYING_CHARACTERS || different(number) < DIFFERENT_CHARACTERS {
        return false;
    }
    match DocumentKind::of(stated.filter(|kind| *kind != DocumentKind::Missing), number) {
        // A birth date that lies ahead is a question of the day, not of the form.
        kind @ (DocumentKind::ResidentId | DocumentKind::HkMoTwResidence | DocumentKind::ForeignPermanentResident) => {
            matches!(
                check(kind, number, NaiveDate::MAX),
                Ok(_) | Err(IdProblem::CheckDigit { .. })
            )
        }
        _ if is_no_number(number) => false,
        DocumentKind::Other | DocumentKind::Missing => number.bytes().any(|byte| byte.is_ascii_digit()),
        kind => check(kind, number, NaiveDate::MAX).is_ok() && number.bytes().any(|byte| byte.is_ascii_digit()),
    }
}

/// A number in upper case, without blanks: mostly as it is.
fn compact(number: &str) -> Cow<'_, str> {
    if number
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    {
        return Cow::Borrowed(number);
    }
    Cow::Owned(
        number
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_uppercase)
            .collect(),
    )
}

/// How many different characters an ASCII text has. Asked for every reservation after each change of one.
fn different(text: &str) -> u32 {
    text.bytes()
        .fold(0_u128, |seen, byte| {
            seen | 1_u128.checked_shl(u32::from(byte)).unwrap_or(0)
        })
        .count_ones()
}

/// Digits of a resident ID number since 1999.
const ID_DIGITS: usize = 18;
/// Digits before 1999.
const OLD_ID_DIGITS: usize = 15;
/// No living person was born before.
pub(crate) const EARLIEST_BIRTH_YEAR: i32 = 1900;
/// Weights of ISO 7064 MOD 11-2 for the first 17 digits, as GB 11643-1999 lists them.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters for the remainders 0 to 10.
const CHECK_CHARACTERS: &[u8; 11] = b"10X98765432";
/// First two digits: provinces of GB/T 2260, and 71, 81, 82 for 台湾, 香港, 澳门.
const PROVINCES: [u8; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82,
];
/// First two digits of 港澳台居民居住证.
const RESIDENCE_REGIONS: [u8; 3] = [81, 82, 83];
/// Length of passport numbers, by ICAO Doc 9303: up to nine characters; some countries print fewer.
const PASSPORT_LENGTH: std::ops::RangeInclusive<usize> = 5..=9;

/// What is wrong with a number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdProblem {
    /// Not the right number of characters.
    #[error("{kind}号码应为 {expected}，实际 {actual} 位")]
    Length {
        /// Of what.
        kind: &'static str,
        /// How many there should be, in words.
        expected: &'static str,
        /// How many there are.
        actual: usize,
    },
    /// A character that cannot stand there.
    #[error("证件号码第 {position} 位“{character}”不对")]
    Character {
        /// From 1.
        position: usize,
        /// What stands there.
        character: char,
    },
    /// The region does not exist.
    #[error("身份证号开头“{0}”不是有效的地区码")]
    Region(String),
    /// The birth date does not exist, or lies ahead.
    #[error("身份证号中的出生日期“{0}”不对")]
    BirthDate(String),
    /// The last character does not fit the others: usually a mistyped digit.
    #[error("身份证号校验不通过：可能有一位写错（末位应为 {expected}）")]
    CheckDigit {
        /// What it should be.
        expected: char,
    },
    /// A number where there is no document.
    #[error("证件类型为“无证件”，却填了号码")]
    NumberWithoutDocument,
}

impl IdProblem {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            IdProblem::Length { .. } => "length",
            IdProblem::Character { .. } => "character",
            IdProblem::Region(_) => "region",
            IdProblem::BirthDate(_) => "birth_date",
            IdProblem::CheckDigit { .. } => "check_digit",
            IdProblem::NumberWithoutDocument => "number_without_document",
        }
    }

    /// In a clerk's words.
    pub fn text(&self) -> String {
        self.to_string()
    }
}

/// A number found to be right, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdDocument {
    kind: DocumentKind,
    number: String,
    birth_date: Option<NaiveDate>,
    male: Option<bool>,
}

impl IdDocument {
    /// What it is.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The number: upper case, without blanks.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The birth date it says.
    pub fn birth_date(&self) -> Option<NaiveDate> {
        self.birth_date
    }

    /// 男 or 女, as it says.
    pub fn sex(&self) -> Option<&'static str> {
        self.male.map(|male| if male { "男" } else { "女" })
    }

    /// Whether it is a 15-digit number from before 1999: valid then, to be renewed now.
    pub fn is_old(&self) -> bool {
        self.kind == DocumentKind::ResidentId && self.number.len() == OLD_ID_DIGITS
    }
}

/// Checks a number of a kind. `today` tells which birth dates lie ahead.
///
/// # Errors
/// What is wrong with it.
pub fn check(kind: DocumentKind, text: &str, today: NaiveDate) -> Result<IdDocument, IdProblem> {
    let number = compact(text).into_owned();
    let plain = |number: String| IdDocument {
        kind,
        number,
        birth_date: None,
        male: None,
    };
    match kind {
        DocumentKind::ResidentId if number.chars().count() == OLD_ID_DIGITS => old_resident_id(number, today),
        DocumentKind::ResidentId => eighteen(kind, number, &PROVINCES, today),
        DocumentKind::HkMoTwResidence => eighteen(kind, number, &RESIDENCE_REGIONS, today),
        DocumentKind::ForeignPermanentResident if number.starts_with('9') => foreign_resident(number, today),
        DocumentKind::ForeignPermanentResident => {
            shape(
                &number,
                "外国人永久居留身份证",
                "18 位数字，或 3 个字母加 12 位数字",
                15..=15,
            )?;
            positions(&number, |place, c| {
                if place < 3 {
                    c.is_ascii_alphabetic()
                } else {
                    c.is_ascii_digit()
                }
            })?;
            Ok(plain(number))
        }
        DocumentKind::Passport => {
            shape(&number, "护照", "5 到 9 位", PASSPORT_LENGTH)?;
            positions(&number, |_, c| c.is_ascii_alphanumeric())?;
            Ok(plain(number))
        }
        DocumentKind::HkMoPermit => {
            shape(
                &number,
                "港澳居民来往内地通行证",
                "H 或 M 加 8 位（或 10 位）数字",
                9..=11,
            )?;
            positions(&number, |place, c| {
                if place == 0 {
                    matches!(c, 'H' | 'M')
                } else {
                    c.is_ascii_digit()
                }
            })?;
            Ok(plain(number))
        }
        DocumentKind::TwPermit => {
            shape(&number, "台湾居民来往大陆通行证", "8 位（旧版 10 位）", 8..=11)?;
            positions(&number, |_, c| c.is_ascii_alphanumeric())?;
            Ok(plain(number))
        }
        DocumentKind::Other => Ok(plain(number)),
        DocumentKind::Missing if number.is_empty() => Ok(plain(number)),
        DocumentKind::Missing => Err(IdProblem::NumberWithoutDocument),
    }
}

/// The check character of the first 17 digits (ISO 7064 MOD 11-2); `None` where they are not 17 digits.
pub fn check_character(first17: &str) -> Option<char> {
    let digits = first17.as_bytes();
    (digits.len() == WEIGHTS.len() && digits.iter().all(u8::is_ascii_digit)).then_some(())?;
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    CHECK_CHARACTERS.get((sum % 11) as usize).map(|byte| char::from(*byte))
}

fn eighteen(kind: DocumentKind, number: String, regions: &[u8], today: NaiveDate) -> Result<IdDocument, IdProblem> {
    let expected = if kind == DocumentKind::ResidentId {
        "18 位（旧证 15 位）"
    } else {
        "18 位"
    };
    shape(&number, kind.label(), expected, ID_DIGITS..=ID_DIGITS)?;
    positions(&number, |place, c| c.is_ascii_digit() || (place == 17 && c == 'X'))?;
    let region = &number[..6];
    let known = region[..2]
        .parse()
        .is_ok_and(|province: u8| regions.contains(&province));
    if !known {
        return Err(IdProblem::Region(region[..2].to_owned()));
    }
    finish(kind, number, 6, today)
}

fn foreign_resident(number: String, today: NaiveDate) -> Result<IdDocument, IdProblem> {
    let kind = DocumentKind::ForeignPermanentResident;
    shape(
        &number,
        kind.label(),
        "18 位数字，或 3 个字母加 12 位数字",
        ID_DIGITS..=ID_DIGITS,
    )?;
    positions(&number, |place, c| c.is_ascii_digit() || (place == 17 && c == 'X'))?;
    finish(kind, number, 6, today)
}

/// Birth date, check character and sex of an 18-character number.
fn finish(kind: DocumentKind, number: String, birth_at: usize, today: NaiveDate) -> Result<IdDocument, IdProblem> {
    let birth = birth_date(&number[birth_at..birth_at + 8], today)?;
    let expected = check_character(&number[..17]);
    if let Some(expected) = expected.filter(|expected| !number.ends_with(*expected)) {
        return Err(IdProblem::CheckDigit { expected });
    }
    let male = number.as_bytes().get(16).map(|digit| digit % 2 == 1);
    Ok(IdDocument {
        kind,
        number,
        birth_date: Some(birth),
        male,
    })
}

fn old_resident_id(number: String, today: NaiveDate) -> Result<IdDocument, IdProblem> {
    positions(&number, |_, c| c.is_ascii_digit())?;
    if !number[..2]
        .parse()
        .is_ok_and(|province: u8| PROVINCES.contains(&province))
    {
        return Err(IdProblem::Region(number[..2].to_owned()));
    }
    let birth = birth_date(&format!("19{}", &number[6..12]), today)?;
    let male = number.as_bytes().last().map(|digit| digit % 2 == 1);
    Ok(IdDocument {
        kind: DocumentKind::ResidentId,
        number,
        birth_date: Some(birth),
        male,
    })
}

fn birth_date(digits: &str, today: NaiveDate) -> Result<NaiveDate, IdProblem> {
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    let (year, month, day) = (part(0..4), part(4..6), part(6..8));
    let date = || NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, day?);
    date()
        .filter(|date| date.year() >= EARLIEST_BIRTH_YEAR && *date <= today)
        .ok_or_else(|| IdProblem::BirthDate(digits.to_owned()))
}

fn shape(
    number: &str,
    kind: &'static str,
    expected: &'static str,
    allowed: std::ops::RangeInclusive<usize>,
) -> Result<(), IdProblem> {
    let actual = number.chars().count();
    if allowed.contains(&actual) {
        Ok(())
    } else {
        Err(IdProblem::Length { kind, expected, actual })
    }
}

fn positions(number: &str, fits: impl Fn(usize, char) -> bool) -> Result<(), IdProblem> {
    match number
        .chars()
        .enumerate()
        .find(|(place, character)| !fits(*place, *character))
    {
        None => Ok(()),
        Some((place, character)) => Err(IdProblem::Character {
            position: place + 1,
            character,
        }),
    }
}

#[cfg(test)]
mod tests;
