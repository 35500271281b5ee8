//! Numbers in messages: in digits and in Chinese, and values that are dangerous.

use super::lexicon::{Hit, Words};
use crate::writing::half;

/// What is measured, below and above which value it is dangerous. Source: the alarm limits of home devices' manuals and of
/// 中国高血压防治指南 (180 mmHg and more, an emergency with any complaint; here 200, for without one it is not),
/// 中国2型糖尿病防治指南 (below 3.9 mmol/L low; above 16.7 danger of ketoacidosis; here 20), blood oxygen below 90 %.
const MEASURED: [(&str, f64, f64); 14] = [
    ("血氧", 90.0, 1_000.0),
    ("血氧饱和度", 90.0, 1_000.0),
    ("血糖", 3.4, 20.0),
    ("血压", 70.0, 200.0),
    ("高压", 70.0, 200.0),
    ("心率", 40.0, 150.0),
    ("心跳", 40.0, 150.0),
    ("体温", 30.0, 40.0),
    ("发烧", 0.0, 40.0),
    ("发热", 0.0, 40.0),
    ("高烧", 0.0, 40.0),
    ("高热", 0.0, 40.0),
    ("烧到", 0.0, 40.0),
    ("发高烧", 0.0, 40.0),
];
/// The highest value that a word can mean: 发烧3天40 is no fever of 340, and a year none.
const HIGHEST: f64 = 999.0;
/// What may stand between the word and its value.
const BETWEEN: &str = "掉跌剩落是到了已经高低飙升降只有才测出来为值都又空腹餐后现在的约大概量一直烧:： 快、";
/// The most characters of it.
const BETWEEN_CHARS: usize = 8;

/// Words whose value is dangerous.
pub(super) fn dangerous<'w>(words: &'w Words<'_>) -> impl Iterator<Item = (usize, &'w Hit)> {
    words.hits.iter().enumerate().filter(|(_, hit)| {
        let measured = MEASURED.iter().find(|(word, ..)| is_of(words.word(hit), word));
        let value = measured.and_then(|_| value_behind(&words.text[hit.end..]));
        let beyond = |(_, low, high): &(&str, f64, f64)| value.is_some_and(|value| value < *low || value >= *high);
        measured.is_some_and(beyond)
    })
}

/// Whether a word measures what a shorter one does: 高烧不退, but not 血糖仪.
fn is_of(word: &str, measured: &str) -> bool {
    word.strip_prefix(measured)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['不', '很', '太']))
}

/// The value that follows a word: 40度, 39度8, 四十度. Days and times are none.
fn value_behind(text: &str) -> Option<f64> {
    let gap = text.chars().take(BETWEEN_CHARS).take_while(|c| BETWEEN.contains(*c));
    let gap: usize = gap.map(char::len_utf8).sum();
    let (value, length) = read(&text[gap..])?;
    let behind = &text[gap + length..];
    let tenth = behind
        .strip_prefix('度')
        .and_then(|rest| rest.chars().next()?.to_digit(10))
        .map_or(0.0, |tenth| f64::from(tenth) / 10.0);
    let other = behind.starts_with([
        '天', '小', '个', '日', '月', '年', '次', '点', '号', '盒', '片', '楼', '周', '多',
    ]);
    (!other && value > 0.0 && value <= HIGHEST).then_some(value + tenth)
}

/// The most digits of a number.
const MOST_DIGITS: usize = 6;
/// Numerals by value.
const NUMERALS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// A number at the beginning of a text, and its length in bytes: 3, 1.5, ３, 十二, 两, 半, 一百二十.
pub(super) fn read(text: &str) -> Option<(f64, usize)> {
    digits(text).or_else(|| numerals(text))
}

fn digits(text: &str) -> Option<(f64, usize)> {
    let mut number = String::new();
    let mut length = 0;
    for c in text.chars() {
        let usual = half(c);
        let point = usual == '.' && !number.is_empty() && !number.contains('.');
        if !usual.is_ascii_digit() && !point || number.len() > MOST_DIGITS {
            break;
        }
        number.push(usual);
        length += c.len_utf8();
    }
    if number.ends_with('.') {
        number.pop();
        length -= 1;
    }
    let whole = !text[length..].starts_with(|c: char| half(c).is_ascii_digit());
    Some((number.parse().ok()?, length)).filter(|_| whole)
}

fn numerals(text: &str) -> Option<(f64, usize)> {
    let (mut sum, mut last, mut length) = (0.0, None, 0);
    for c in text.chars().take(MOST_DIGITS) {
        let of = |digit: usize| Some(digit as f64);
        let digit = match c {
            '两' | '俩' => of(2),
            '半' if length == 0 => return Some((0.5, c.len_utf8())),
            _ => NUMERALS.iter().position(|numeral| *numeral == c).and_then(of),
        };
        let ten = match c {
            '十' => 10.0,
            '百' => 100.0,
            _ if digit.is_some() && last.is_none() => {
                last = digit;
                length += c.len_utf8();
                continue;
            }
            _ => break,
        };
        sum += last.take().unwrap_or(1.0) * ten;
        length += c.len_utf8();
    }
    (length > 0).then_some((sum + last.unwrap_or(0.0), length))
}
