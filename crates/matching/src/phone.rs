//! Phones: what a row says, and how it fits a resident's and those of the same household.

use linli_domain::phone;

use crate::beginning;
use crate::digits::{Hidden, is_slip};

/// Digits of a mobile.
const MOBILE_DIGITS: usize = 11;
/// Digits of a mobile with a slip.
const SLIPPED: std::ops::RangeInclusive<usize> = 10..=12;
/// The fewest digits of a landline: its area code may be left out.
const LANDLINE_DIGITS: usize = 7;
/// The fewest digits that tell anything of a masked number of which the end is not seen.
const LEAST_SEEN: usize = 7;
/// Digits that are the end of a number and no number.
const TAIL_DIGITS: std::ops::RangeInclusive<usize> = 4..=6;

/// How the phone of a row fits a resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhoneFit {
    /// Another household's.
    Foreign,
    /// Nobody's on the roster.
    New,
    /// The row says none.
    Silent,
    /// Somebody else's in the same household.
    Home,
    /// One digit wrong, lost, doubled, or two turned round.
    Slip,
    /// What can be seen of it agrees.
    Masked,
    /// The same.
    Same,
}

/// A number that a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Whole(String),
    Hidden(Hidden),
}

impl Said {
    /// How it fits one number of a resident: the same, masked or with a slip.
    pub(crate) fn fit(&self, known: &str) -> Option<PhoneFit> {
        match self {
            Said::Whole(said) if is_same(said, known) => Some(PhoneFit::Same),
            Said::Whole(said) if is_mobile(known) && SLIPPED.contains(&said.len()) && is_slip(said, known) => {
                Some(PhoneFit::Slip)
            }
            Said::Hidden(hidden) if hidden.fits(known) => Some(PhoneFit::Masked),
            _ => None,
        }
    }
}

fn is_mobile(number: &str) -> bool {
    number.len() == MOBILE_DIGITS && number.starts_with('1')
}

/// Whether two numbers are one: a landline may leave out its area code.
fn is_same(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let area_left_out = || short.len() >= LANDLINE_DIGITS && long.starts_with('0') && !short.starts_with('0');
    a == b || (long.len() > short.len() && area_left_out() && long.ends_with(short))
}

/// The numbers of a cell, each in one writing without its extension.
pub(crate) fn read(text: &str) -> Vec<Said> {
    let text = beginning(text.trim());
    if text.is_empty() {
        return Vec::new();
    }
    // Letters for noughts and ones: 1380OOO5678.
    let text = match text.chars().filter(char::is_ascii_digit).count() >= LANDLINE_DIGITS {
        true => &text.replace(['O', 'o'], "0").replace(['l', 'I'], "1"),
        false => text,
    };
    let (whole, _) = phone::numbers_in(text);
    if !whole.is_empty() {
        return whole
            .iter()
            .map(|phone| Said::Whole(without_extension(phone.as_str())))
            .collect();
    }
    let pieces = text.split(['/', '、', ';', '；', ',', '，']);
    pieces.filter_map(piece).collect()
}

fn piece(text: &str) -> Option<Said> {
    if let Some(hidden) = Hidden::read(text) {
        let telling = hidden.tail.len() >= *TAIL_DIGITS.start() || hidden.seen() >= LEAST_SEEN;
        return telling.then_some(Said::Hidden(hidden));
    }
    let digits: String = text
        .chars()
        .map(linli_domain::writing::half)
        .filter(char::is_ascii_digit)
        .collect();
    let digits = digits
        .strip_prefix("86")
        .filter(|rest| rest.starts_with('1'))
        .unwrap_or(&digits);
    if phone::check(digits) == Err(phone::PhoneProblem::Placeholder) {
        return None;
    }
    if TAIL_DIGITS.contains(&digits.len()) {
        return Hidden::tail(digits).map(Said::Hidden);
    }
    SLIPPED.contains(&digits.len()).then(|| Said::Whole(digits.to_owned()))
}

fn without_extension(number: &str) -> String {
    let main = if number.starts_with('+') {
        number
    } else {
        number.split('-').next().unwrap_or_default()
    };
    main.chars().filter(|c| c.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_fits_however_it_is_written() {
        for (written, known, fit) in [
            ("138 0000 5678", "13800005678", Some(PhoneFit::Same)),
            ("+86 13800005678（儿子）", "13800005678", Some(PhoneFit::Same)),
            ("13911112222/13800005678", "13800005678", Some(PhoneFit::Same)),
            ("58881234", "02158881234", Some(PhoneFit::Same)),
            ("138****5678", "13800005678", Some(PhoneFit::Masked)),
            ("尾号5678", "13800005678", Some(PhoneFit::Masked)),
            ("1380005678", "13800005678", Some(PhoneFit::Slip)),
            ("138000056788", "13800005678", Some(PhoneFit::Slip)),
            ("13800005687", "13800005678", Some(PhoneFit::Slip)),
            ("138****5679", "13800005678", None),
            ("13900005687", "13800005678", None),
            ("空号", "13800005678", None),
            ("13800000000", "13800000001", None),
        ] {
            let best = read(written).iter().filter_map(|said| said.fit(known)).max();
            assert_eq!(best, fit, "{written}");
        }
    }
}
