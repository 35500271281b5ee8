//! One writing of what people type: signs, brackets, numerals.

/// Half-width, without blanks, remarks in brackets, postcode and full stop; dashes of all kinds as `-`; Chinese numerals
/// before 号, 弄, 单元, 室 as digits.
pub(super) fn normal(text: &str) -> String {
    let half: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}' | '，' | ','))
        .map(|c| match c {
            '－' | '—' | '–' | '―' | '/' | '／' | '_' => '-',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .collect();
    let bare = without_brackets(&half.to_ascii_uppercase());
    let digits = numerals_to_digits(bare.trim_end_matches(STOPS));
    without_ordinals(without_postcode(&digits))
}

/// Signs behind an address that are no part of it.
const STOPS: [char; 7] = ['。', '.', ';', '、', ':', '!', '?'];
/// What may tell one home from another in brackets: 三期, 东区, 3幢.
const TELLING: [&str; 8] = ["期", "区", "号", "弄", "幢", "栋", "座", "单元"];
/// Ends of names that only name the place once more: （晨晖小区）.
const NAMES: [&str; 3] = ["小区", "社区", "居民区"];
/// What in brackets speaks of another place or time: 原15号.
const ASIDE: [char; 4] = ['原', '旧', '曾', '近'];

/// Without what stands in brackets, unless it tells one home from another, or is everything that is said.
fn without_brackets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(['(', '[', '【']) {
        out.push_str(before);
        let (inside, after) = behind.split_once([')', ']', '】']).unwrap_or((behind, ""));
        if !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit()) {
            // 501(2) is not 5012.
            out.push_str(&format!("({inside})"));
        } else if tells(inside) {
            out.push_str(inside);
        }
        rest = after;
    }
    out.push_str(rest);
    if out.is_empty() {
        text.replace(['(', ')', '[', ']', '【', '】'], "")
    } else {
        out
    }
}

fn tells(inside: &str) -> bool {
    let letters = inside
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "甲乙丙丁东西南北中".contains(c));
    let named = NAMES.iter().any(|name| inside.ends_with(name)) || inside.starts_with(ASIDE);
    letters || !named && TELLING.iter().any(|mark| inside.ends_with(mark))
}

/// Digits of a postcode.
const POSTCODE: usize = 6;

/// 200126上海市…: an address without its postcode.
fn without_postcode(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let named = text[digits..].starts_with(|c: char| !c.is_ascii() && !"号弄室幢栋座楼单门组房户".contains(c));
    if digits == POSTCODE && named {
        &text[digits..]
    } else {
        text
    }
}

/// 第12号 is 12号, while 第二新村 stays.
fn without_ordinals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('第');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let behind = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        let numbered = behind.len() < piece.len() && NUMERAL_MARKS.iter().any(|mark| behind.starts_with(mark));
        if !numbered {
            out.push('第');
        }
        out.push_str(piece);
    }
    out
}

/// By value; 〇 is 零, too.
const NUMERALS: [char; 13] = [
    '零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '〇', '百',
];
/// Marks before which a Chinese numeral is a number, not a name (齐河二村 stays).
const NUMERAL_MARKS: [&str; 7] = ["号", "弄", "单元", "室", "幢", "栋", "楼"];

fn numerals_to_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !NUMERALS.contains(&c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let marked = NUMERAL_MARKS.iter().any(|mark| after.starts_with(mark));
        let number = (end > 0 && (marked || is_room(run, after))).then(|| numeral(run));
        if let Some(number) = number.flatten() {
            out.push_str(&number.to_string());
            rest = after;
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// A room's number digit by digit at the end: 五〇一.
fn is_room(run: &str, after: &str) -> bool {
    after.is_empty() && run.chars().count() >= 3 && !run.contains('十')
}

/// 十二 → 12, 三十 → 30, 五〇一 → 501.
fn numeral(run: &str) -> Option<u32> {
    let value = |c: char| match c {
        '〇' => Some(0),
        _ => NUMERALS
            .iter()
            .position(|numeral| *numeral == c)
            .map(|value| value as u32),
    };
    if let Some((hundreds, rest)) = run.split_once('百') {
        let rest = rest.trim_start_matches(['零', '〇']);
        let rest = if rest.is_empty() {
            0
        } else {
            numeral(rest).filter(|rest| *rest < 100)?
        };
        return Some(value(single(hundreds)?)? * 100 + rest);
    }
    match run.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { value(single(tens)?)? };
            let ones = if ones.is_empty() { 0 } else { value(single(ones)?)? };
            Some(tens * 10 + ones)
        }
        None => run
            .chars()
            .try_fold(0u32, |sum, c| sum.checked_mul(10)?.checked_add(value(c)?)),
    }
}

/// The character of a text of one.
pub(super) fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}
