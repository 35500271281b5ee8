//! Number formats: what a cell's number is to whoever sees it.
//! ECMA-376-1 §18.8.30 (built-in formats) and §18.8.31 (format codes); xls and XML 2003 use the same codes.

use std::rc::Rc;

use chrono::{Duration, NaiveDate};
use linli_domain::import::CellKind;

use super::bounds::MAX_FORMAT_CHARS;

/// The first serial day that is none: 1 January 10000.
const SERIAL_END: f64 = 2_958_466.0;
/// Days between the two systems of counting, 1900 and 1904.
const DAYS_1904: f64 = 1_462.0;
/// Seconds of a day, whose parts are the decimals of a serial day.
const DAY_SECONDS: f64 = 86_400.0;

/// How a number is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Format {
    /// As a number.
    #[default]
    Plain,
    /// As a date, a time or both.
    Moment,
    /// As hours, minutes and seconds, also beyond a day (`[h]:mm`).
    Elapsed,
    /// A whole number with zeros before it or characters in it (`000000`, `00-000`, `0"号"`).
    Pattern(Rc<[Piece]>),
}

/// One place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// A digit; a zero where there is none.
    Zero,
    /// A digit; nothing where there is none.
    Digit,
    /// This character.
    Char(char),
}

impl Format {
    /// One of the formats that files only name by number.
    pub(super) fn built_in(id: u32) -> Format {
        match id {
            // 27 to 36 and 50 to 58 are dates and times in the Chinese edition, as in the other East Asian ones.
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => Format::Moment,
            46 => Format::Elapsed,
            _ => Format::Plain,
        }
    }

    /// A format code. Of its sections the first counts, which is for numbers above zero. One that is longer than any
    /// program writes shows numbers as they are.
    pub(super) fn parse(code: &str) -> Format {
        if code.chars().nth(MAX_FORMAT_CHARS).is_some() {
            return Format::Plain;
        }
        if code.eq_ignore_ascii_case("General") || code == "Standard" || code.contains("通用格式") {
            return Format::Plain;
        }
        let Some(tokens) = tokens(code) else {
            return Format::Plain;
        };
        let letters = |token: &Token| match token {
            Token::Symbol(c) => c.to_ascii_lowercase(),
            _ => ' ',
        };
        if tokens.iter().any(|token| matches!(token, Token::Elapsed)) {
            return Format::Elapsed;
        }
        if tokens
            .iter()
            .map(letters)
            .any(|c| matches!(c, 'y' | 'm' | 'd' | 'h' | 's'))
        {
            return Format::Moment;
        }
        pattern(&tokens).map_or(Format::Plain, |pieces| Format::Pattern(pieces.into()))
    }

    /// The number as shown; nothing where it is shown as any number is, or cannot be shown so.
    pub(super) fn show(&self, number: f64, from_1904: bool) -> Option<(String, CellKind)> {
        match self {
            Format::Plain => None,
            Format::Moment => Some((moment(number, from_1904)?, CellKind::Date)),
            Format::Elapsed => Some((elapsed(number)?, CellKind::Date)),
            Format::Pattern(pieces) => Some((filled(pieces, number)?, CellKind::Text)),
        }
    }
}

enum Token {
    Symbol(char),
    Literal(char),
    Elapsed,
}

/// The first section of a code; nothing where it holds under a condition.
fn tokens(code: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            ';' => break,
            '"' => tokens.extend(chars.by_ref().take_while(|c| *c != '"').map(Token::Literal)),
            '\\' | '!' => tokens.extend(chars.next().map(Token::Literal)),
            // Width and filling, nothing to read.
            '_' | '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if inside.starts_with(['<', '>', '=']) {
                    return None;
                }
                let unit = inside.to_ascii_lowercase();
                if !unit.is_empty() && ["h", "m", "s"].iter().any(|of| unit.chars().all(|c| of.contains(c))) {
                    tokens.push(Token::Elapsed);
                }
            }
            c => tokens.push(Token::Symbol(c)),
        }
    }
    Some(tokens)
}

fn pattern(tokens: &[Token]) -> Option<Vec<Piece>> {
    let piece = |token: &Token| match token {
        Token::Symbol('0') => Some(Piece::Zero),
        Token::Symbol('#') => Some(Piece::Digit),
        Token::Literal(c) => Some(Piece::Char(*c)),
        // A fraction, a decimal, a percentage, an exponent or text is shown as the number it is.
        Token::Symbol(c) if "?.,%eE@".contains(*c) || c.is_ascii_alphabetic() => None,
        Token::Symbol(c) => Some(Piece::Char(*c)),
        Token::Elapsed => None,
    };
    let pieces: Vec<Piece> = tokens.iter().map(piece).collect::<Option<_>>()?;
    let zeros = pieces.iter().filter(|piece| **piece == Piece::Zero).count();
    let words = pieces
        .iter()
        .any(|piece| matches!(piece, Piece::Char(c) if !c.is_whitespace()));
    let digits = pieces.iter().any(|piece| !matches!(piece, Piece::Char(_)));
    (digits && (zeros > 1 || words)).then_some(pieces)
}

/// The digits of a whole number in their places, from the right; what is left over stands at the first place.
fn filled(pieces: &[Piece], number: f64) -> Option<String> {
    // From 16 digits on the last ones are not the writer's: such a number must be seen to be damaged.
    if number.fract() != 0.0 || !(0.0..1e15).contains(&number) {
        return None;
    }
    let digits = format!("{number:.0}");
    let mut rest: Vec<char> = if number == 0.0 {
        Vec::new()
    } else {
        digits.chars().collect()
    };
    let first = pieces.iter().position(|piece| !matches!(piece, Piece::Char(_)))?;
    let mut shown = Vec::new();
    for (place, piece) in pieces.iter().enumerate().rev() {
        match piece {
            Piece::Char(c) => shown.push(*c),
            Piece::Zero => shown.push(rest.pop().unwrap_or('0')),
            Piece::Digit => shown.extend(rest.pop()),
        }
        if place == first {
            shown.extend(rest.drain(..).rev());
        }
    }
    Some(shown.iter().rev().collect::<String>().trim().to_owned())
}

/// A serial day as date, time of day (below day 1) or both, to the second.
fn moment(serial: f64, from_1904: bool) -> Option<String> {
    let serial = if from_1904 && serial >= 1.0 {
        serial + DAYS_1904
    } else {
        serial
    };
    if !(0.0..SERIAL_END).contains(&serial) {
        return None;
    }
    let seconds = (serial * DAY_SECONDS).round();
    let (day, second) = ((seconds / DAY_SECONDS).floor(), seconds % DAY_SECONDS);
    if day == 0.0 {
        return elapsed(serial);
    }
    // The 1900 system has a 29 February 1900, so days before it are one further on.
    let epoch = NaiveDate::from_ymd_opt(1899, 12, if day < 60.0 { 31 } else { 30 })?;
    let midnight = epoch
        .checked_add_signed(Duration::days(day as i64))?
        .and_hms_opt(0, 0, 0)?;
    let at = midnight.checked_add_signed(Duration::seconds(second as i64))?;
    Some(
        at.format(if second == 0.0 { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S" })
            .to_string(),
    )
}

fn elapsed(days: f64) -> Option<String> {
    let seconds = (0.0..SERIAL_END)
        .contains(&days)
        .then(|| (days * DAY_SECONDS).round() as u64)?;
    Some(format!(
        "{:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    ))
}

/// An ISO moment as a spreadsheet program writes it, without what says nothing: midnight, fractions of a second, the
/// date of a mere time.
pub(super) fn iso(text: &str) -> String {
    if let Some(duration) = text.strip_prefix("PT") {
        return iso_duration(duration).unwrap_or_else(|| text.to_owned());
    }
    let text = text.trim_end_matches('Z');
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let time = time.split('.').next().unwrap_or_default();
    match (date, time) {
        (date, "" | "00:00:00" | "00:00") => date.to_owned(),
        ("1899-12-30" | "1899-12-31", time) => time.to_owned(),
        (date, time) => format!("{date}T{time}"),
    }
}

/// `14H05M00S` as `14:05:00`.
fn iso_duration(text: &str) -> Option<String> {
    let (hours, rest) = text.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
    let number = |text: &str| text.parse::<u32>().ok();
    Some(format!(
        "{:02}:{:02}:{:02}",
        number(hours)?,
        number(minutes)?,
        number(seconds)?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_as_its_format_says() {
        for (code, number, shown) in [
            ("000000", 4.0, Some("000004")),
            ("00-000", 4_012.0, Some("04-012")),
            ("00000\\-0", 123_456.0, Some("12345-6")),
            ("000\\-0000\\-0000", 13_800_005_678.0, Some("138-0000-5678")),
            ("###\\-####", 1_234.0, Some("-1234")),
            ("\"A\"0000_);[Red]\\(0000\\)", 12.0, Some("A0012")),
            ("0\"号\"", 12.0, Some("12号")),
            ("0号楼", 3.0, Some("3号楼")),
            ("00", 0.0, Some("00")),
            ("00", 123.0, Some("123")),
            ("0000", 12.5, None),
            ("0000", -5.0, None),
            ("000000000000000000", 310_115_197_001_011_234.0, None),
            ("General", 4.0, None),
            ("G/通用格式", 4.0, None),
            ("0", 4.0, None),
            ("0_ ", 4.0, None),
            ("0_);[Red]\\(0\\)", 4.0, None),
            ("#,##0", 4_000.0, None),
            ("0.00", 4.0, None),
            ("0%", 1.0, None),
            ("0.00E+00", 4.0, None),
            ("@", 4.0, None),
            ("[>9]00;0", 4.0, None),
            ("[$-804]000", 4.0, Some("004")),
        ] {
            let said = Format::parse(code).show(number, false);
            assert_eq!(said.as_ref().map(|(text, _)| text.as_str()), shown, "{code}");
            assert!(said.is_none_or(|(_, kind)| kind == CellKind::Text), "{code}");
        }
    }

    #[test]
    fn dates_and_times_are_whole_to_the_second() {
        for (code, serial, shown) in [
            ("yyyy\"年\"m\"月\"d\"日\";@", 43_864.0, Some("2020-02-03")),
            ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", 43_864.0, Some("2020-02-03")),
            (
                "yyyy/m/d h:mm",
                43_864.0 + 8.0 / 24.0 + 61.0 / 86_400.0,
                Some("2020-02-03T08:01:01"),
            ),
            ("上午/下午h\"时\"mm\"分\"", 0.5, Some("12:00:00")),
            ("h:mm:ss AM/PM", 0.75 + 5.0 / 86_400.0, Some("18:00:05")),
            ("[h]:mm", 26.0 / 24.0, Some("26:00:00")),
            ("[mm]:ss", 61.0 / 1_440.0, Some("01:01:00")),
            ("d", 1.0, Some("1900-01-01")),
            ("d", 59.0, Some("1900-02-28")),
            ("d", 61.0, Some("1900-03-01")),
            ("yyyy-mm-dd", 13_800_005_678.0, None),
            ("yyyy-mm-dd", -1.0, None),
        ] {
            let said = Format::parse(code).show(serial, false);
            assert_eq!(said.as_ref().map(|(text, _)| text.as_str()), shown, "{code}");
            assert!(said.is_none_or(|(_, kind)| kind == CellKind::Date), "{code}");
        }
        assert_eq!(Format::Moment.show(42_402.0, true).unwrap().0, "2020-02-03");
    }

    #[test]
    fn iso_moments_lose_what_says_nothing() {
        for (text, shown) in [
            ("2020-02-03", "2020-02-03"),
            ("2020-02-03T00:00:00.000", "2020-02-03"),
            ("2020-02-03T08:01:02.5", "2020-02-03T08:01:02"),
            ("1899-12-31T14:05:00.000", "14:05:00"),
            ("PT14H05M00S", "14:05:00"),
            ("PT09H05M00.500S", "09:05:00"),
        ] {
            assert_eq!(iso(text), shown);
        }
    }
}
