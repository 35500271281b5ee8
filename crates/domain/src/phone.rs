//! Phone numbers: mobiles by the 工信部 numbering plan (11 digits, 13 to 19), landlines with or without area code.

use thiserror::Error;

/// Digits of a mobile number.
const MOBILE_DIGITS: usize = 11;

/// Digits of a number abroad, its country's code among them: at least those of the smallest countries, at most 15 (E.164).
const ABROAD_DIGITS_MIN: usize = 7;
const ABROAD_DIGITS_MAX: usize = 15;

/// A phone number in one writing: digits, an extension behind a dash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// As stored and dialled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an SMS can reach it.
    pub fn is_mobile(&self) -> bool {
        self.0.len() == MOBILE_DIGITS && self.0.starts_with('1')
    }

    /// Whether it is a number of another country, kept with its `+` as it was written.
    pub fn is_abroad(&self) -> bool {
        self.0.starts_with('+')
    }
}

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhoneProblem {
    /// No number at all.
    #[error("没有电话号码")]
    Empty,
    /// Something that is not a digit.
    #[error("电话号码里有“{0}”")]
    Character(char),
    /// Begins like a mobile, with another number of digits.
    #[error("手机号码应为 11 位，实际 {0} 位")]
    MobileLength(usize),
    /// No mobile network has this beginning.
    #[error("没有以 {0} 开头的手机号段")]
    MobileRange(u8),
    /// Neither a mobile nor a landline.
    #[error("电话号码位数不对（{0} 位）")]
    Length(usize),
    /// Digits that people type who have none to give: 13800000000, 11111111.
    #[error("像是随手填的号码，不是谁的电话")]
    Placeholder,
}

impl PhoneProblem {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            PhoneProblem::Empty => "empty",
            PhoneProblem::Character(_) => "character",
            PhoneProblem::MobileLength(_) => "mobile_length",
            PhoneProblem::MobileRange(_) => "mobile_range",
            PhoneProblem::Length(_) => "length",
            PhoneProblem::Placeholder => "placeholder",
        }
    }

    /// In a clerk's words.
    pub fn text(&self) -> String {
        self.to_string()
    }
}

/// Checks a number and brings it into one writing. Country code, blanks, dashes and brackets go.
///
/// # Errors
/// What is wrong with it.
pub fn check(text: &str) -> Result<Phone, PhoneProblem> {
    let text = text.trim();
    if let Some(abroad) = abroad(text) {
        return abroad;
    }
    let (main, extension) = split_extension(text);
    let digits = without_country(&digits(main)?);
    let problem = match digits.as_bytes() {
        [] => return Err(PhoneProblem::Empty),
        [b'1', second, ..] if digits.len() == MOBILE_DIGITS => {
            (!(b'3'..=b'9').contains(second)).then(|| PhoneProblem::MobileRange(10 + second - b'0'))
        }
        // No landline begins with 1.
        [b'1', ..] => Some(PhoneProblem::MobileLength(digits.len())),
        [b'0', ..] => (!(10..=12).contains(&digits.len())).then_some(PhoneProblem::Length(digits.len())),
        _ => (!(7..=8).contains(&digits.len())).then_some(PhoneProblem::Length(digits.len())),
    };
    match (problem, extension) {
        _ if is_placeholder(&digits) => Err(PhoneProblem::Placeholder),
        (Some(problem), _) => Err(problem),
        (None, None) => Ok(Phone(digits.to_owned())),
        (None, Some(extension)) => Ok(Phone(format!("{digits}-{}", self::digits(extension)?))),
    }
}

/// Whether digits are nobody's number: one digit over and over, eight noughts at the end (a mobile's own part), or counted
/// up from 1.
fn is_placeholder(digits: &str) -> bool {
    let same = digits.len() > 1 && digits.bytes().all(|byte| Some(&byte) == digits.as_bytes().first());
    let counted = digits.len() > 5 && "12345678901234567890".starts_with(digits);
    let noughts = digits.len() == MOBILE_DIGITS && digits.ends_with("00000000");
    same || counted || noughts
}

/// Whether a text under a heading of phones is no number at all: words (空号, 停机, 问儿子), a masked or made-up one. A
/// number with a slip is one.
pub fn is_no_number(text: &str) -> bool {
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    digits < ABROAD_DIGITS_MIN || text.contains(['*', '＊']) || check(text) == Err(PhoneProblem::Placeholder)
}

/// The numbers that stand in a text of any kind, in order, each once, and whether other words stand beside them:
/// 电话：138…, 138…（儿子）.
pub fn numbers_in(text: &str) -> (Vec<Phone>, bool) {
    let mut numbers: Vec<Phone> = Vec::new();
    let mut words = false;
    let runs = text
        .split(|c: char| !belongs_to_number(c))
        .map(|run| run.trim_matches(['转', '分', '机']));
    for run in runs.filter(|run| run.contains(|c: char| c.is_numeric())) {
        match check(run) {
            Ok(phone) => push_new(&mut numbers, phone),
            // Two numbers with a blank between them.
            Err(_) => {
                let parts: Vec<Result<Phone, PhoneProblem>> = run.split_whitespace().map(check).collect();
                words |= parts.iter().any(Result::is_err);
                parts
                    .into_iter()
                    .flatten()
                    .for_each(|phone| push_new(&mut numbers, phone));
            }
        }
    }
    let said = text
        .chars()
        .any(|c| !belongs_to_number(c) && (c.is_alphanumeric() || c == '*'));
    (numbers, words || said)
}

fn push_new(numbers: &mut Vec<Phone>, phone: Phone) {
    if !numbers.contains(&phone) {
        numbers.push(phone);
    }
}

fn belongs_to_number(c: char) -> bool {
    digits(c.encode_utf8(&mut [0; 4])).is_ok() || matches!(c, '转' | '分' | '机' | '＋')
}

fn split_extension(text: &str) -> (&str, Option<&str>) {
    ["转", "分机"]
        .iter()
        .find_map(|mark| {
            text.split_once(mark)
                .map(|(main, rest)| (main, Some(rest.trim_start_matches("分机"))))
        })
        .unwrap_or((text, None))
}

fn digits(text: &str) -> Result<String, PhoneProblem> {
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '(' | ')' | '（' | '）' | '+' | '－' | '\u{a0}' | '.' | '·' | '．' => {}
            // Dashes of all kinds, from hyphens to minus signs.
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => {}
            '０'..='９' => digits.push(char::from(b'0' + (c as u32 - '０' as u32) as u8)),
            other => return Err(PhoneProblem::Character(other)),
        }
    }
    Ok(digits)
}

/// Without China's code. Behind it areas are written without their 0: +86 21 5888 1234.
fn without_country(digits: &str) -> String {
    let rest = ["0086", "86"]
        .iter()
        .find_map(|code| digits.strip_prefix(code).filter(|rest| rest.len() >= 10));
    match rest {
        Some(rest) if rest.starts_with("10") && rest.len() == 10 => format!("0{rest}"),
        Some(rest) if !rest.starts_with(['0', '1']) => format!("0{rest}"),
        Some(rest) => rest.to_owned(),
        None => without_trunk(digits).to_owned(),
    }
}

/// A mobile without the 0 that was once dialled before those of other cities. No area begins with 013 to 019.
fn without_trunk(digits: &str) -> &str {
    let mobile = digits.strip_prefix('0').filter(|rest| rest.len() == MOBILE_DIGITS);
    mobile
        .filter(|rest| matches!(rest.as_bytes(), [b'1', b'3'..=b'9', ..]))
        .unwrap_or(digits)
}

/// A number of another country: a `+` or 00 and a code that is not China's. Its digits are not ours to judge beyond
/// their count (ITU-T E.164: at most 15).
fn abroad(text: &str) -> Option<Result<Phone, PhoneProblem>> {
    let opens = |c: char| c.is_whitespace() || matches!(c, '(' | '（' | '[' | '【');
    let bare = text.trim_start_matches(opens);
    let plus = bare.starts_with(['+', '＋']);
    let rest = bare.trim_start_matches(['+', '＋']).trim_start_matches(opens);
    let code = if plus {
        rest
    } else {
        rest.strip_prefix("00").or_else(|| north_american(text))?
    };
    if code.is_empty() || code.starts_with("86") || code.starts_with('0') {
        return None;
    }
    // A bracket that was opened before the code is closed behind it.
    let opened = text
        .chars()
        .take_while(|c| !c.is_ascii_digit())
        .any(|c| "(（[【".contains(c));
    let code = if opened {
        code.replacen([')', '）', ']', '】'], " ", 1)
    } else {
        code.to_owned()
    };
    Some(digits(&code).and_then(|digits| match digits.len() {
        ABROAD_DIGITS_MIN..=ABROAD_DIGITS_MAX => Ok(Phone(format!(
            "+{}",
            code.split_whitespace().collect::<Vec<_>>().join(" ")
        ))),
        length => Err(PhoneProblem::Length(length)),
    }))
}

/// Eleven digits that are grouped as North America does, 1-380-000-1234: three, three and four behind the country's 1. A
/// Chinese mobile is grouped 138-0000-1234.
fn north_american(text: &str) -> Option<&str> {
    let groups: Vec<usize> = text
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .filter(|length| *length > 0)
        .collect();
    (text.starts_with(['1', '(', '（']) && groups == [1, 3, 3, 4]).then(|| text.trim_start_matches(['(', '（']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_writings_come_out_the_same() {
        for text in [
            "13800005678",
            "138 0000 5678",
            "+86 138-0000-5678",
            "008613800005678",
            "0138 0000 5678",
            "１３８００００５６７８",
        ] {
            assert_eq!(check(text).as_ref().map(Phone::as_str), Ok("13800005678"), "{text}");
            assert!(check(text).is_ok_and(|phone| phone.is_mobile()));
        }
        for (text, expected) in [
            ("(021)5888-1234", "02158881234"),
            ("58881234", "58881234"),
            ("021-58881234转801", "02158881234-801"),
            ("0573-8280123", "05738280123"),
        ] {
            assert_eq!(check(text).as_ref().map(Phone::as_str), Ok(expected), "{text}");
        }
    }

    #[test]
    fn numbers_abroad_stay_as_they_are_written() {
        for (text, expected) in [
            ("+1 (866) 555-0143", "+1 (866) 555-0143"),
            ("00852 9123  4567", "+852 9123 4567"),
            ("＋44 7911 123456", "+44 7911 123456"),
            ("(+1)3800001234", "+1 3800001234"),
            ("（+1）4155550142", "+1 4155550142"),
            ("( +1 ) 380 000 1234", "+1 380 000 1234"),
            ("(+1)380-000-1234", "+1 380-000-1234"),
            ("+(1) 380 000 1234", "+1 380 000 1234"),
            ("(+852)91234567", "+852 91234567"),
            ("（+81）90-1234-5678", "+81 90-1234-5678"),
            ("(001)3800001234", "+1 3800001234"),
            ("1-380-000-1234", "+1-380-000-1234"),
            ("1 (380) 000-1234", "+1 (380) 000-1234"),
        ] {
            assert!(
                check(text).is_ok_and(|p| p.as_str() == expected && p.is_abroad() && !p.is_mobile()),
                "{text}"
            );
        }
        for (text, expected) in [
            ("+86 21 5888 1234", "02158881234"),
            ("0086-10-88881234", "01088881234"),
            ("86 573 8280123", "05738280123"),
            ("138–0000–1234", "13800001234"),
            ("138.0000.1234", "13800001234"),
            ("(+86)13800001234", "13800001234"),
            ("（+86）21 5888 1234", "02158881234"),
            ("(86)138 0000 1234", "13800001234"),
            ("+(86) 138-0000-1234", "13800001234"),
        ] {
            assert!(
                check(text).is_ok_and(|p| p.as_str() == expected && !p.is_abroad()),
                "{text}: {:?}",
                check(text)
            );
        }
        assert_eq!(check("+1 23"), Err(PhoneProblem::Length(3)));
    }

    #[test]
    fn each_flaw_is_named() {
        for (text, problem) in [
            ("", PhoneProblem::Empty),
            ("1380000567", PhoneProblem::MobileLength(10)),
            ("138000056789", PhoneProblem::MobileLength(12)),
            ("12800005678", PhoneProblem::MobileRange(12)),
            ("588812", PhoneProblem::Length(6)),
            ("1380000567O", PhoneProblem::Character('O')),
            ("0108 8888 12345", PhoneProblem::Length(13)),
            ("12345678", PhoneProblem::Placeholder),
            ("12345678901", PhoneProblem::Placeholder),
            ("11111111", PhoneProblem::Placeholder),
            ("11111111111", PhoneProblem::Placeholder),
            ("13800000000", PhoneProblem::Placeholder),
            ("19900000000", PhoneProblem::Placeholder),
            ("13400", PhoneProblem::MobileLength(5)),
        ] {
            assert_eq!(check(text), Err(problem), "{text}");
        }
        for text in ["13888888889", "13911111112", "18800000001", "66668888", "02100000001"] {
            assert!(check(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn numbers_are_found_among_words() {
        for (text, numbers, words) in [
            ("13800001234（儿子）", &["13800001234"][..], true),
            ("儿子138 0000 1234", &["13800001234"], true),
            ("电话：13800001234", &["13800001234"], true),
            (
                "手机13800001234座机021-58881234转801",
                &["13800001234", "02158881234-801"],
                true,
            ),
            ("13800001234 13800001235", &["13800001234", "13800001235"], false),
            ("13800001234/13800001234", &["13800001234"], false),
            ("儿子(+1)3800001234", &["+1 3800001234"], true),
            ("138****1234", &[], true),
            ("空号", &[], true),
            ("", &[], false),
        ] {
            let (found, said) = numbers_in(text);
            assert_eq!(
                (found.iter().map(Phone::as_str).collect::<Vec<_>>(), said),
                (numbers.to_vec(), words),
                "{text}"
            );
        }
    }
}
