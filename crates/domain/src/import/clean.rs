//! Cleaning of writing: width, blanks, invisible characters. Each step that changed something says so.

use super::problem::ProblemCode;
use crate::person_name;
use crate::writing::{half, has_no_place, is_han, is_private_use, of_private_use, of_variant, unprintable};

/// A text and what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// The text in its writing.
    pub text: String,
    /// What was done, and what is the matter with it.
    pub codes: Vec<ProblemCode>,
}

/// What a text is, which says how it is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// Numbers and codes: all blanks go, half width.
    Code,
    /// A person's name: one dot, no blanks inside a Chinese name ([`crate::person_name`]).
    Name,
    /// Words of a place or a relation: blanks between Chinese characters go, half width.
    Words,
    /// Runs of blanks become one, half width.
    Line,
    /// Free text, left in its width.
    Text,
}

/// Cleans a text.
pub(super) fn clean(raw: &str, writing: Writing) -> Cleaned {
    // Most cells are clean, and a sheet has a million.
    if raw.chars().all(is_clean) {
        Cleaned {
            text: raw.to_owned(),
            codes: Vec::new(),
        }
    } else {
        cleaned(raw, writing)
    }
}

/// Whether nothing is ever done to a character, whatever stands beside it.
fn is_clean(c: char) -> bool {
    c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn cleaned(raw: &str, writing: Writing) -> Cleaned {
    let mut codes = Vec::new();
    let mut step = |code, before: &str, after: String| {
        // Blanks at the ends are nobody's business.
        if before.trim() != after.trim() {
            codes.push(code);
        }
        after
    };
    let visible: String = raw.chars().filter(|c| !has_no_place(*c)).collect();
    let text = step(ProblemCode::Invisible, raw, visible);
    let standard = text.chars().map(|c| of_private_use(c).unwrap_or(c)).collect();
    let text = step(ProblemCode::PrivateUse, &text, standard);
    let unified = text.chars().map(|c| of_variant(c).unwrap_or(c)).collect();
    let text = step(ProblemCode::Variant, &text, unified);
    let without = text.trim_start().strip_prefix(['\'', '’', '‘', '`']).map(str::to_owned);
    let text = without.map_or_else(|| text.clone(), |without| step(ProblemCode::Apostrophe, &text, without));
    let half_width = match writing {
        Writing::Name => person_name::usual_width(&text),
        Writing::Text => text.clone(),
        Writing::Code | Writing::Words | Writing::Line => text.chars().map(half).collect(),
    };
    let text = step(ProblemCode::FullWidth, &text, half_width);
    let text = if writing == Writing::Name {
        let dotted = person_name::dotted(&text);
        step(ProblemCode::NameDot, &text, dotted)
    } else {
        text
    };
    let spaced = match writing {
        Writing::Code => text.split_whitespace().collect(),
        Writing::Name => person_name::without_blanks(&text),
        Writing::Words => between_han(&text),
        Writing::Line | Writing::Text => text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let text = step(ProblemCode::Blanks, &text, spaced);
    if text.chars().any(is_private_use) {
        codes.push(ProblemCode::PrivateUseUnknown);
    }
    if text.chars().any(|c| unprintable(c) && !is_private_use(c)) {
        codes.push(ProblemCode::Unprintable);
    }
    Cleaned {
        text: text.trim().to_owned(),
        codes,
    }
}

/// Takes out the blanks beside a Chinese character; runs of the others become one.
fn between_han(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
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
        use ProblemCode::{
            Apostrophe, Blanks, FullWidth, Invisible, NameDot, PrivateUse, PrivateUseUnknown, Unprintable, Variant,
        };
        use Writing::{Code, Line, Name, Text, Words};
        for (raw, writing, text, codes) in [
            ("张 三", Name, "张三", vec![Blanks]),
            ("张\n三", Name, "张三", vec![Blanks]),
            ("John Smith", Name, "John Smith", vec![]),
            ("José García", Name, "José García", vec![]),
            ("  张三 ", Name, "张三", vec![]),
            ("买买提•吐尔逊", Name, "买买提·吐尔逊", vec![NameDot]),
            ("\u{e863}明", Name, "䶮明", vec![PrivateUse]),
            ("⼩明", Name, "小明", vec![Variant]),
            ("\u{e001}明", Name, "\u{e001}明", vec![PrivateUseUnknown]),
            ("１３８", Code, "138", vec![FullWidth]),
            ("'310", Code, "310", vec![Apostrophe]),
            ("310\u{200b}1", Code, "3101", vec![Invisible]),
            ("\u{2066}310\u{2069}", Code, "310", vec![Invisible]),
            ("138 0000", Code, "1380000", vec![Blanks]),
            ("Green Villas 二期", Words, "Green Villas二期", vec![Blanks]),
            ("2020 年  2 月", Line, "2020 年 2 月", vec![Blanks]),
            ("（已搬走）", Text, "（已搬走）", vec![]),
            ("🏠12号\u{fe0f}", Words, "🏠12号", vec![Invisible, Unprintable]),
            ("张\u{1}三\u{fdd0}", Name, "张三", vec![Invisible]),
        ] {
            assert_eq!(
                clean(raw, writing),
                Cleaned {
                    text: text.into(),
                    codes
                },
                "{raw:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_clean_is_what_every_step_leaves(raw in "[0-9A-Za-z\u{4e00}-\u{9fff}]{0,12}") {
            for writing in [Writing::Code, Writing::Name, Writing::Words, Writing::Line, Writing::Text] {
                prop_assert_eq!(clean(&raw, writing), cleaned(&raw, writing));
            }
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(raw in "\\PC{0,30}") {
            for writing in [Writing::Code, Writing::Name, Writing::Words, Writing::Line, Writing::Text] {
                let once = clean(&raw, writing).text;
                let twice = clean(&once, writing).text;
                // A second apostrophe is a second finding, not a missed one.
                prop_assume!(!once.starts_with(['\'', '’', '‘', '`']));
                prop_assert_eq!(once, twice);
            }
        }
    }
}
