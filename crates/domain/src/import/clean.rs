//! Cleaning of writing: width, blanks, invisible characters. Each step that changed something says so.

use super::problem::ProblemCode;

/// A text and what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cleaned {
    pub(super) text: String,
    pub(super) codes: Vec<ProblemCode>,
}

/// How blanks inside are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blanks {
    /// All go: numbers, codes.
    None,
    /// Only those between Chinese characters go: names (张 三, but John Smith).
    BetweenLatin,
    /// Runs become one: free text.
    Single,
}

/// Cleans a text.
pub(super) fn clean(raw: &str, blanks: Blanks, half_width: bool) -> Cleaned {
    let mut codes = Vec::new();
    let mut step = |code, before: &str, after: String| {
        // Blanks at the ends are nobody's business.
        if before.trim() != after.trim() {
            codes.push(code);
        }
        after
    };
    let visible: String = raw.chars().filter(|c| !invisible(*c)).collect();
    let text = step(ProblemCode::Invisible, raw, visible);
    let without = text.trim_start().strip_prefix(['\'', '’', '‘', '`']).map(str::to_owned);
    let text = without.map_or_else(|| text.clone(), |without| step(ProblemCode::Apostrophe, &text, without));
    let text = if half_width {
        let half = text.chars().map(half).collect();
        step(ProblemCode::FullWidth, &text, half)
    } else {
        text
    };
    let spaced = match blanks {
        Blanks::None => text.split_whitespace().collect(),
        Blanks::Single => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Blanks::BetweenLatin => between_latin(&text),
    };
    let text = step(ProblemCode::Blanks, &text, spaced);
    Cleaned { text: text.trim().to_owned(), codes }
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
        || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Full-width letters, digits, signs and blanks to their usual width.
pub(super) fn half(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    }
}

fn between_latin(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic() || c == '.');
        if latin(out.chars().next_back()) && latin(word.chars().next()) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_change_is_named() {
        use ProblemCode::{Apostrophe, FullWidth, Invisible};
        for (raw, blanks, text, codes) in [
            ("张 三", Blanks::BetweenLatin, "张三", vec![ProblemCode::Blanks]),
            ("张\n三", Blanks::BetweenLatin, "张三", vec![ProblemCode::Blanks]),
            ("John Smith", Blanks::BetweenLatin, "John Smith", vec![]),
            ("  张三 ", Blanks::BetweenLatin, "张三", vec![]),
            ("１３８", Blanks::None, "138", vec![FullWidth]),
            ("'310", Blanks::None, "310", vec![Apostrophe]),
            ("310\u{200b}1", Blanks::None, "3101", vec![Invisible]),
            ("138 0000", Blanks::None, "1380000", vec![ProblemCode::Blanks]),
        ] {
            assert_eq!(clean(raw, blanks, true), Cleaned { text: text.into(), codes }, "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(raw in "\\PC{0,30}") {
            for blanks in [Blanks::None, Blanks::BetweenLatin, Blanks::Single] {
                let once = clean(&raw, blanks, true).text;
                let twice = clean(&once, blanks, true).text;
                // A second apostrophe is a second finding, not a missed one.
                prop_assume!(!once.starts_with(['\'', '’', '‘', '`']));
                prop_assert_eq!(once, twice);
            }
        }
    }
}
