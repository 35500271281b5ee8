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

fn is_mask(character: char) -> bool {
    matches!(character, '*' | '＊')
}

/// Characters of which neighbours form one word or number: 13:30, A-12, 021-5888, COVID.
fn is_word(character: char) -> bool {
    match character {
        '!'..='~' => true,
        '\u{C0}'..='\u{24F}' | '\u{370}'..='\u{52F}' | '\u{1E00}'..='\u{1EFF}' => true,
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => true,
        _ => false,
    }
}

/// The part of a full-width closing mark that is blank, on its right: what may stand over the edge.
pub fn blank_right(character: char) -> f32 {
    if "、。，．）》」』】〕〉〗］｝”’；：".contains(character) { 0.5 } else { 0.0 }
}
