//! Chinese numerals.

/// By value.
const NUMERALS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// The usual numeral for one of cheques, 壹佰贰拾; any other character as it is.
fn usual(c: char) -> char {
    match c {
        '壹' | '弌' => '一',
        '贰' | '貳' | '弍' => '二',
        '叁' | '參' | '叄' => '三',
        '肆' => '四',
        '伍' => '五',
        '陆' | '陸' => '六',
        '柒' => '七',
        '捌' => '八',
        '玖' => '九',
        '拾' => '十',
        '佰' => '百',
        '仟' => '千',
        c => c,
    }
}

/// Whether a character is a numeral of cheques only. Some are surnames, too: 陆家宅, 伍.
pub(super) fn is_of_cheques(c: char) -> bool {
    usual(c) != c
}

/// Whether a character stands in numerals, not as cheques have them.
pub(super) fn is_numeral(c: char) -> bool {
    NUMERALS.contains(&c) || matches!(c, '〇' | '十' | '百' | '千' | '两')
}

fn digit(c: char) -> Option<u32> {
    match usual(c) {
        '〇' => Some(0),
        '两' => Some(2),
        c => NUMERALS
            .iter()
            .position(|numeral| *numeral == c)
            .map(|value| value as u32),
    }
}

/// 十二 → 12, 三百三十八 → 338, 五〇一 → 501; `None` for what is no number.
pub(super) fn value(run: &[char]) -> Option<u32> {
    if !run.iter().any(|c| matches!(usual(*c), '十' | '百' | '千')) {
        let mut all = run.iter().map(|c| digit(*c));
        return all.try_fold(0_u32, |sum, digit| sum.checked_mul(10)?.checked_add(digit?));
    }
    let (mut sum, mut last, mut unit) = (0_u32, None, u32::MAX);
    for c in run {
        let of = match usual(*c) {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => {
                last = Some(digit(*c)?);
                continue;
            }
        };
        if of >= unit {
            return None;
        }
        unit = of;
        sum += last.take().unwrap_or(1) * of;
    }
    Some(sum + last.unwrap_or(0))
}

/// A name in which numbers are digits: 齐河二村 and 齐河2村 are one.
pub(super) fn with_digits(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len());
    let mut at = 0;
    while at < characters.len() {
        let run = characters[at..].iter().take_while(|c| is_numeral(**c)).count();
        match value(&characters[at..at + run]).filter(|_| run > 0) {
            Some(value) => out.push_str(&value.to_string()),
            None => out.extend(&characters[at..at + run.max(1)]),
        }
        at += run.max(1);
    }
    out
}
