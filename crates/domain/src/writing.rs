//! Characters as keyboards, old programs and copied files write them: what cannot be seen or printed, full widths, dashes,
//! and characters that a standard one has taken the place of. Import, forms, checks, lists and the district's judge take
//! them from here.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;

/// A character that nobody sees: zero-width and directional marks, variation selectors, control characters.
pub fn invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
        || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// A code that never stands for a character (The Unicode Standard, 23.7).
fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// What no text that is written down holds: what nobody sees, and codes that are no characters.
pub fn has_no_place(c: char) -> bool {
    invisible(c) || is_noncharacter(c)
}

/// A text without what has no place in it.
pub fn placed(text: &str) -> Cow<'_, str> {
    if text.chars().any(has_no_place) {
        Cow::Owned(text.chars().filter(|c| !has_no_place(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A character that makes a list or a screen say something else than it does: control characters, marks that turn the
/// direction of what follows, codes that are no characters. On exports and papers a □ stands for it.
pub fn misleads(c: char) -> bool {
    let direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let control = c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    direction || control || is_noncharacter(c) || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A character that no office prints: one that misleads, that is somebody's own, a picture, lost, or of a plane that
/// Unicode has given to nobody. Foreign scripts are printed, or left to the hand: they are names.
pub fn unprintable(c: char) -> bool {
    misleads(c)
        || is_private_use(c)
        || matches!(c, '\u{20d0}'..='\u{20ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{fffd}'
            | '\u{1f000}'..='\u{1fbff}' | '\u{40000}'..)
}

/// The characters of a text that no office prints, each once, as they are shown to whoever typed them; `None` where there
/// are none.
pub fn unprintables(text: &str) -> Option<String> {
    let mut found = String::new();
    for c in text.chars().filter(|c| unprintable(*c)) {
        if !found.contains(c) {
            found.push(c);
        }
    }
    (!found.is_empty()).then(|| escaped(&found).into_owned())
}

/// What stands at the end of a text that was cut.
pub const CUT: char = '…';
/// The most characters that a message repeats of what somebody wrote: a long address. Whoever looks for the rest finds it
/// at the place the message names; a sheet has a million cells, and each may be quoted several times.
pub const QUOTED_CHARS: usize = 60;

/// A text of at most so many characters; where it is longer, the last of them is [`CUT`].
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most || text.chars().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().take(most.saturating_sub(1)).chain([CUT]).collect())
}

/// A text as messages quote it.
pub fn quoted(text: &str) -> Cow<'_, str> {
    shortened(text, QUOTED_CHARS)
}

/// A text for one line of a terminal: what would steer it, forge another line or turn what follows is written as its code.
pub fn escaped(text: &str) -> Cow<'_, str> {
    let steers = |c: char| misleads(c) || matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().fold(String::with_capacity(text.len() + 16), |mut out, c| {
        if steers(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    }))
}

/// JSON for a terminal: what would steer it is written as JSON writes codes (RFC 8259, 7), so that it says the same.
pub fn escaped_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(misleads) {
        return Cow::Borrowed(json);
    }
    Cow::Owned(json.chars().fold(String::with_capacity(json.len() + 16), |mut out, c| {
        if misleads(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
        out
    }))
}

/// Full-width letters, digits, signs and blanks in their usual width.
pub fn half(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    }
}

/// What people put between groups of digits as a dash.
pub fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '~' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2053}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30fc}'
                | '\u{fe31}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
                | '\u{ff5e}'
                | '\u{ff70}'
    )
}

/// What people put between the parts of a name, or between groups of digits, as a dot in the middle.
pub fn is_middle_dot(c: char) -> bool {
    matches!(
        c,
        '\u{b7}'
            | '\u{387}'
            | '\u{2022}'
            | '\u{2024}'
            | '\u{2027}'
            | '\u{2219}'
            | '\u{22c5}'
            | '\u{25cf}'
            | '\u{25e6}'
            | '\u{2e31}'
            | '\u{2e33}'
            | '\u{30fb}'
            | '\u{fe52}'
            | '\u{ff0e}'
            | '\u{ff61}'
            | '\u{ff65}'
    )
}

/// A Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Whether a text names somebody or something: it has a letter, a digit or a character. Marks and blanks alone name nothing, on
/// paper or as a part of a file's name.
pub fn names(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() || is_private_use(c))
}

/// Whether a text has a letter or a character: no office is called by a number alone.
pub fn has_letter(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic() || is_private_use(c))
}

/// Where programs kept characters that Unicode did not have yet.
pub fn is_private_use(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

/// U+E815 to U+E864, where GBK programs keep the characters of its codes FE50 to FEA0: their standard characters, in
/// this order. Source: GB 18030-2022, which gives each code its standard character.
const GBK_HAN: &str = "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟\
     㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱\
     䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟\
     䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻";
/// The first of them.
const GBK_HAN_FIRST: u32 = 0xe815;

/// The standard character for a private-use one of GBK (GB 18030-2022: the 80 of [`GBK_HAN`], the vertical signs, the
/// two letters with tone marks, and the description characters); `None` for every other character.
pub fn of_private_use(c: char) -> Option<char> {
    match c {
        '\u{e815}'..='\u{e864}' => GBK_HAN.chars().nth((c as u32 - GBK_HAN_FIRST) as usize),
        // GBK has 、 before 。, Unicode the other way round.
        '\u{e78e}' => Some('\u{fe12}'),
        '\u{e78f}' => Some('\u{fe11}'),
        '\u{e78d}'..='\u{e796}' => char::from_u32(c as u32 - 0xe78d + 0xfe10),
        '\u{e7c7}' => Some('\u{1e3f}'),
        '\u{e7c8}' => Some('\u{1f9}'),
        '\u{e7e7}' => Some('\u{303e}'),
        '\u{e7e8}'..='\u{e7f3}' => char::from_u32(c as u32 - 0xe7e8 + 0x2ff0),
        _ => None,
    }
}

/// What the radicals U+2E80 to U+2EF3 stand for, in this order; a wide blank where one stands for itself, or for what
/// NFKC says. Unicode's decompositions leave them out. Source: Unicode Character
/// Database, EquivalentUnifiedIdeograph; where that names a component outside the Basic Multilingual Plane (⻊), the
/// character that it is a form of (足).
const RADICALS: &str = "　厂乛乚乙亻冂　刀刂卜㔾小小兀尣尢　巳幺彑彐忄心扌攵　旡日月歺　民氵氺灬爫爫丬牛\
     犭王疋目示礻竹糹纟罓罒　　　羊羊　耂肀聿肉臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶邑\
     钅長镸长门阜阝雨青韦页风飞食飠飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀　";
/// The first of them.
const RADICALS_FIRST: u32 = 0x2e80;

/// The character that a radical or a compatibility character stands for: text copied from a PDF says ⼩ (U+2F29) for 小,
/// Korean and Japanese programs have a second 李 (U+F9E1). `None` where it stands for itself.
pub fn of_variant(c: char) -> Option<char> {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}').then_some(())?;
    let radical = (c as u32)
        .checked_sub(RADICALS_FIRST)
        .and_then(|place| RADICALS.chars().nth(place as usize));
    radical
        .filter(|standard| *standard != '\u{3000}')
        .or_else(|| std::iter::once(c).nfkc().next().filter(|s| *s != c))
}

/// A text without what cannot be seen, and with standard characters.
pub fn standard(text: &str) -> String {
    let visible = text.chars().filter(|c| !invisible(*c));
    visible
        .map(|c| of_private_use(c).unwrap_or(c))
        .map(|c| of_variant(c).unwrap_or(c))
        .collect()
}

/// A number or code in its one writing: half width, upper case, nothing that cannot be seen and no blanks.
pub fn compact(text: &str) -> String {
    let seen = text
        .chars()
        .filter(|c| !invisible(*c))
        .map(half)
        .filter(|c| !c.is_whitespace());
    seen.flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gbk_s_private_characters_have_their_standard_ones() {
        // GB 18030-2022, each with its two bytes: FE50, FE59, FE6C, FE90, FE9F, FEA0.
        for (private, standard) in [
            ('\u{e815}', '⺁'),
            ('\u{e81e}', '龴'),
            ('\u{e831}', '𡗗'),
            ('\u{e854}', '龺'),
            ('\u{e863}', '䶮'),
            ('\u{e864}', '龻'),
        ] {
            assert_eq!(of_private_use(private), Some(standard), "{private:?}");
        }
        assert_eq!(GBK_HAN.chars().count(), 80);
        let known: Vec<char> = ('\u{e000}'..='\u{f8ff}').filter_map(of_private_use).collect();
        assert_eq!(known.len(), 80 + 10 + 2 + 13);
        assert!(known.iter().all(|c| !is_private_use(*c)));
        assert_eq!(
            known.iter().collect::<std::collections::HashSet<_>>().len(),
            known.len(),
            "each once"
        );
        assert_eq!(of_private_use('\u{e000}'), None);
    }

    #[test]
    fn radicals_and_second_codes_are_one_character() {
        assert_eq!(standard("⼩⾕\u{f9e1}\u{200b}𠀀"), "小谷李𠀀");
        assert_eq!(
            standard("⻢六⻰七⻬八⻩九⻋十⺠一⻄门二王⻓三⻨四⻳⺟⺀"),
            "马六龙七齐八黄九车十民一西门二王长三麦四龟母⺀"
        );
        assert_eq!(RADICALS.chars().count(), 0x2ef4 - 0x2e80);
        assert!(RADICALS.chars().all(|c| c == '\u{3000}' || is_han(c)));
        assert_eq!(of_variant('小'), None);
        // Unified in spite of its place among the compatibility characters.
        assert_eq!(of_variant('\u{fa11}'), None);
    }

    #[test]
    fn what_no_paper_shows_is_told_from_names_in_any_script() {
        let cases = [
            ("控制", "\u{1}\u{7f}\u{85}", true, true),
            ("方向", "\u{202e}\u{2066}\u{200f}", true, true),
            ("无字", "\u{fdd0}\u{ffff}\u{1fffe}", true, true),
            ("看不见", "\u{200b}\u{fe0f}\u{ad}", true, false),
            ("自造字", "\u{e001}", false, true),
            ("图", "🏠☎\u{1f1e8}\u{20e3}", false, true),
            ("丢失", "\u{fffd}", false, true),
            ("名字", "张𬭎㛃ئۈমสมชายАннаé①㎡，。\t", false, false),
        ];
        for (what, characters, no_place, no_print) in cases {
            for c in characters.chars() {
                assert_eq!((has_no_place(c), unprintable(c)), (no_place, no_print), "{what} {c:?}");
            }
        }
        assert_eq!(placed("张\u{202e}三\u{200b}"), "张三");
        assert_eq!(unprintables("🏠12🏠\u{1}").as_deref(), Some("🏠\\u{1}"));
        assert_eq!(unprintables("12号"), None);
    }

    #[test]
    fn a_message_quotes_no_more_than_it_says() {
        let whole = "齐".repeat(QUOTED_CHARS);
        assert!(matches!(quoted(&whole), Cow::Borrowed(text) if text == whole));
        let cut = quoted(&format!("{whole}𠀀")).into_owned();
        assert_eq!(
            (cut.chars().count(), cut.strip_suffix(CUT)),
            (QUOTED_CHARS, whole.strip_suffix('齐'))
        );
        assert_eq!(quoted(&cut), cut, "quoted again it is the same");
        assert_eq!((shortened("𠀀𠀁", 1), shortened("甲", 0)), ("…".into(), "…".into()));
    }

    #[test]
    fn one_line_stays_one_line_on_a_terminal() {
        assert_eq!(escaped("张三\t12号"), "张三\t12号");
        assert_eq!(escaped("甲\u{1b}[2J\n乙\u{202e}"), "甲\\u{1b}[2J\\u{a}乙\\u{202e}");
        assert_eq!(
            escaped_json("[\"甲\u{9b}\u{202e}\u{e0001}\"]"),
            r#"["甲\u009b\u202e\udb40\udc01"]"#
        );
    }

    #[test]
    fn numbers_have_one_writing() {
        assert_eq!(compact("\u{202d}１１0105 19491231002ｘ\u{202c}"), "11010519491231002X");
    }
}
