//! ID numbers: what a row says, and how it fits a resident's.

use chrono::NaiveDate;
use linli_domain::filler::is_filler;
use linli_domain::id_document::{self, DocumentKind};
use linli_domain::writing::compact;

use crate::beginning;
use crate::digits::{Hidden, is_slip};

/// Characters of an ID number.
const ID_CHARACTERS: usize = 18;
/// Digits that a spreadsheet keeps of a number: the rest become 0.
const SPREADSHEET_DIGITS: usize = 15;
/// The fewest digits of an ID number in which letters stand for others.
const LEAST_DIGITS: usize = 10;
/// Characters of an ID number of which the end is cut off.
const CUT_OFF: std::ops::RangeInclusive<usize> = 14..=16;
/// The fewest characters of a number that may be another with a slip.
const LEAST_CHARACTERS: usize = 7;
/// The most digits that are the end of a number and no number.
const LONGEST_TAIL: usize = 8;

/// How the ID number of a row fits a resident's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdFit {
    /// Another number, or another resident's.
    Other,
    /// One of the two says none.
    Silent,
    /// One digit wrong, lost, doubled, or two turned round.
    Slip,
    /// What can be seen of it agrees.
    Masked,
    /// The same, whether with 15 or 18 digits.
    Same,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Document {
    #[default]
    Silent,
    Whole {
        /// As numbers are compared.
        key: String,
        /// Whether its check character is right: then no slip of one digit made it.
        checked: bool,
    },
    Hidden(Hidden),
}

impl Document {
    /// Reads a cell, or part of one.
    pub(crate) fn read(text: &str) -> Document {
        let text = beginning(text.trim());
        if text.is_empty() || is_filler(text) {
            return Document::Silent;
        }
        let text = compact(text);
        if let Some(hidden) = Hidden::read(&text) {
            return Document::Hidden(hidden);
        }
        let number = id_document::without_words(&text).unwrap_or_else(|| without_words(&text));
        let number = without_letters(number);
        let hidden = |hidden: Option<Hidden>| hidden.map_or(Document::Silent, Document::Hidden);
        if number.len() <= LONGEST_TAIL && (!text.is_ascii() || number.len() < LEAST_CHARACTERS) {
            let tail = Hidden::tail(&number);
            // 12345 without a word that it is an end may be anything.
            return hidden(if text.is_ascii() {
                tail.map(Hidden::damaged)
            } else {
                tail
            });
        }
        if may_be_cut(&number) && !is_checked(&number) {
            return hidden(Hidden::head(&number[..SPREADSHEET_DIGITS]).map(Hidden::damaged));
        }
        if number.len() < LEAST_CHARACTERS || number.contains("E+") || id_document::is_no_number(&number) {
            return Document::Silent;
        }
        Document::known(&number)
    }

    /// A resident's.
    pub(crate) fn known(number: &str) -> Document {
        let key = id_document::key(number);
        let checked = is_checked(&key);
        Document::Whole { key, checked }
    }

    /// How it fits a resident's number; `known` is empty where there is none. Whether it is somebody else's is asked elsewhere.
    pub(crate) fn fit(&self, known: &str, known_checked: bool) -> IdFit {
        match self {
            _ if known.is_empty() => IdFit::Silent,
            Document::Silent => IdFit::Silent,
            Document::Hidden(hidden) if hidden.fits(known) => IdFit::Masked,
            Document::Whole { key, .. } if key == known => IdFit::Same,
            Document::Whole { key, checked } => {
                let differs = *checked && known_checked;
                if !differs && known.len() >= LEAST_CHARACTERS && is_slip(key, known) {
                    IdFit::Slip
                } else if CUT_OFF.contains(&key.len())
                    && known.len() == ID_CHARACTERS
                    && known.starts_with(key.as_str())
                {
                    IdFit::Masked
                } else if may_be_cut(key) || may_be_cut(known) {
                    // One in eleven that were cut has the right check character.
                    let same = key.get(..SPREADSHEET_DIGITS) == known.get(..SPREADSHEET_DIGITS);
                    if same { IdFit::Masked } else { IdFit::Silent }
                } else if key.len() < LEAST_DIGITS && known.len() == ID_CHARACTERS && is_digits(key) {
                    IdFit::Silent
                } else {
                    IdFit::Other
                }
            }
            Document::Hidden(hidden) if hidden.damaged => IdFit::Silent,
            Document::Hidden(_) => IdFit::Other,
        }
    }
}

/// Whether a number is right to its check character.
pub(crate) fn is_checked(number: &str) -> bool {
    let kind = DocumentKind::guess(number);
    number.len() == ID_CHARACTERS && id_document::check(kind, number, NaiveDate::MAX).is_ok()
}

/// Whether a spreadsheet may have cut a number: the last three digits became noughts.
fn may_be_cut(number: &str) -> bool {
    number.len() == ID_CHARACTERS && number.ends_with("000")
}

fn is_digits(number: &str) -> bool {
    number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Letters and digits of a number with words or signs beside it.
fn without_words(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '+')
        .collect()
}

/// An ID number with digits for the letters that look like them.
fn without_letters(number: String) -> String {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if number.len() == ID_CHARACTERS && digits >= LEAST_DIGITS {
        number.replace('O', "0").replace(['I', 'L'], "1")
    } else {
        number
    }
}

/// Whether an ID number is a man's; `None` where it does not say.
pub(crate) fn is_mans(number: &str) -> Option<bool> {
    let digit = number
        .as_bytes()
        .get(ID_CHARACTERS - 2)
        .filter(|_| number.len() == ID_CHARACTERS)?;
    digit.is_ascii_digit().then_some(digit % 2 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_fits_however_it_is_written() {
        // 11010519491231002X is the example of GB 11643-1999.
        let known = "11010519491231002X";
        for (written, fit) in [
            ("11010519491231002x", IdFit::Same),
            ("110105 19491231 002X", IdFit::Same),
            ("身份证11010519491231002X（本人）", IdFit::Same),
            ("110105491231002", IdFit::Same),
            ("11010519491231002", IdFit::Slip),
            ("11010519491231022X", IdFit::Slip),
            ("110***********002X", IdFit::Masked),
            ("尾号002X", IdFit::Masked),
            ("002X", IdFit::Masked),
            ("1101051949123100", IdFit::Masked),
            ("11O1O519491231002X", IdFit::Same),
            ("1****************X", IdFit::Masked),
            ("110105194912310000", IdFit::Masked),
            // Damaged, or no number of anybody's.
            ("110105195001011000", IdFit::Silent),
            ("12345", IdFit::Silent),
            ("12345678", IdFit::Silent),
            ("1.10105E+17", IdFit::Silent),
            ("无", IdFit::Silent),
            ("", IdFit::Silent),
            ("110***********0021", IdFit::Other),
            ("440524188001010014", IdFit::Other),
        ] {
            assert_eq!(Document::read(written).fit(known, true), fit, "{written}");
        }
        assert_eq!(Document::read("440524188001010014").fit("", false), IdFit::Silent);
        // A number that was cut on the roster.
        let fit = |written: &str| Document::read(written).fit("110105194912310000", true);
        assert_eq!(fit(known), IdFit::Masked);
        assert_eq!(fit("440524188001010014"), IdFit::Silent);
    }
}
