//! Where a line of Chinese text may be broken: GB/T 15834-2011 §5.1 (punctuation that may not
//! begin or end a line) and the custom of not splitting words, numbers and masked names.
//! The line breakers of Unicode (UAX 14) do not know “ ” and —— as Chinese writes them.

/// Marks that may not begin a line: everything that closes or follows.
const NOT_FIRST: &str = "、。，．；：？！）》」』】〕〉〗〙〛］｝”’·・～〜‐–％‰℃°′″〞々ー﹐﹑﹒﹔﹕﹖﹗%!),.:;?]}⋯／";

/// Marks that may not end a line: everything that opens or stands before a number.
const NOT_LAST: &str = "（《「『【〔〈〖〘〚［｛“‘〝￥＄￡$¥£€№#＃(［[{";

/// Marks written as pairs that may not be torn apart.
const PAIRED: &str = "—…⋯―";

/// Whether a line may end after `before` and the next begin with `after`, which `next` follows.
pub fn may_break(before: char, after: char, next: Option<char>) -> bool {
    if after.is_whitespace() {
        return false;
    }
    if before == after && PAIRED.contains(before) {
        return false;
    }
    if after == '—' || after == '…' {
        // A dash or ellipsis of two may begin a line; one alone joins what is on both sides.
        return next == Some(after) && !NOT_LAST.contains(before) && before != '*';
    }
    if splits_range(before, after) {
        return false;
    }
    if NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    if before.is_whitespace() {
        return true;
    }
    // The star of a masked name belongs to the name on both sides.
    if is_mask(before) || is_mask(after) {
        return false;
    }
    !(is_word(before) && is_word(after))
}

/// Whether a break here parts a range, as in 9:00—11:30 or 2～3日. Not wrong, but only for want of
/// a better place.
pub fn splits_range(before: char, after: char) -> bool {
    "—–～~".contains(before) && after.is_ascii_digit()
}

fn is_mask(character: char) -> bool {
    matches!(character, '*' | '＊')
}

/// Characters of which neighbours form one word or number: 13:30, A-12, 021-5888, COVID.
fn is_word(character: char) -> bool {
    matches!(
        character,
        '!'..='~'
            | '\u{C0}'..='\u{24F}'
            | '\u{370}'..='\u{52F}'
            | '\u{1E00}'..='\u{1EFF}'
            | '０'..='９'
            | 'Ａ'..='Ｚ'
            | 'ａ'..='ｚ'
    )
}

/// The part of a full-width closing mark that is blank, on its right: what may stand over the edge.
pub fn blank_right(character: char) -> f32 {
    if "、。，．）》」』】〕〉〗］｝”’；：".contains(character) {
        0.5
    } else {
        0.0
    }
}

/// How much closer two neighbouring marks stand than their boxes, in thousandths of the size:
/// of two blank halves that meet one is left out, as in ”“ and ），.
pub fn overlap(before: char, after: char) -> u16 {
    let blank_left = "（《「『【〔〈〖［｛“‘".contains(after);
    if blank_right(before) > 0.0 && (blank_left || blank_right(after) > 0.0) {
        500
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines may end where the bar stands and nowhere else.
    const PLACES: &[(&str, &str)] = &[
        ("closing marks stay with what they close", "你|好，|世|界。"),
        ("opening marks stay with what they open", "请|到|（底|楼）|登|记"),
        ("Chinese quotation marks", "称|为|“现|场”|和|“扫|码”"),
        ("a dash of two is one mark", "转|告|——|特|别|是"),
        ("an ellipsis of two is one mark", "暂|不|安|排|……|待|货"),
        ("a single dash begins no line", "上|海—|北|京"),
        ("numbers", "共|10,000.50|元"),
        ("ranges of time", "于|9:00—11:30|来"),
        ("Latin words break at blanks", "请|用 |Excel |文|件"),
        ("a sign after a number", "达|37.3℃|以|上，|占|95％"),
        ("a sign before a number", "每|只|￥2.00|元"),
        ("masked names", "请|张*三|来"),
        ("room numbers", "5**室"),
        ("title marks after each other", "《通|知》|（附|件）"),
        ("middle dot in a name", "阿|依·|古|丽"),
    ];

    #[test]
    fn lines_end_only_where_they_may() {
        for (why, marked) in PLACES {
            let text: Vec<char> = marked.chars().filter(|&c| c != '|').collect();
            let mut found = String::from(text[0]);
            for (index, &after) in text.iter().enumerate().skip(1) {
                if may_break(text[index - 1], after, text.get(index + 1).copied()) {
                    found.push('|');
                }
                found.push(after);
            }
            assert_eq!(found, *marked, "{why}");
        }
    }

    #[test]
    fn marks_close_up_only_where_blank_meets_blank() {
        assert_eq!(overlap('”', '“'), 500, "closing before opening");
        assert_eq!(overlap('）', '。'), 500, "closing before closing");
        assert_eq!(overlap('（', '“'), 0, "their blank halves do not meet");
        assert_eq!(overlap('好', '，'), 0, "a character has no blank half");
    }
}
