//! A message's own words: without what it quotes, whom it calls, and what the chat puts for pictures.

use crate::writing::{half, invisible};

/// The longest name behind an @, in characters.
const CALLED_CHARS: usize = 20;
/// The longest word in brackets that stands for a picture or a face: [动画表情].
const PLACEHOLDER_CHARS: usize = 6;
/// Whom an @ calls that is nobody.
const EVERYBODY: &str = "@所有人";

/// The words that a message's writer wrote himself, in usual width. What was taken out leaves a blank.
pub(super) fn words_of(text: &str) -> String {
    let mut own = String::with_capacity(text.len());
    let mut rest = without_quoted_head(text);
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '@' | '＠' => called(rest),
            '[' | '［' => placeholder(rest),
            '引' => quotation(rest),
            '>' if own.is_empty() || own.ends_with('\n') => line(rest),
            _ => 0,
        };
        let length = skipped.max(c.len_utf8());
        match skipped {
            0 if invisible(c) => {}
            0 => own.push(usual(c)),
            _ => own.push(' '),
        }
        rest = &rest[length..];
    }
    own
}

/// Usual width, but for the signs that part Chinese clauses.
fn usual(c: char) -> char {
    match c {
        '，' | '！' | '？' | '；' | '：' | '～' => c,
        '\r' => '\n',
        c => half(c),
    }
}

/// 「李四：在吗」 and a line of dashes, before the answer to it.
fn without_quoted_head(text: &str) -> &str {
    let quoted = text.trim_start().strip_prefix(['「', '『']);
    let Some((inside, answer)) = quoted.and_then(|quoted| quoted.split_once(['」', '』'])) else {
        return text;
    };
    if !inside.contains(['：', ':']) {
        return text;
    }
    answer.trim_start_matches(|c: char| c.is_whitespace() || crate::writing::is_dash(c))
}

/// The bytes of `@小陈`, as far as the blank behind it; all people are no one.
fn called(text: &str) -> usize {
    if text.starts_with(EVERYBODY) {
        return 0;
    }
    let ends = |c: char| c.is_whitespace() || "，。！？：；,!?:;、".contains(c);
    let name = text.char_indices().skip(1).take(CALLED_CHARS + 1);
    let end = name.clone().find(|(_, c)| ends(*c)).map(|(at, _)| at);
    // A long run without a blank is a name and a sentence: only the sign goes.
    end.unwrap_or_else(|| {
        if text.chars().nth(CALLED_CHARS).is_none() {
            text.len()
        } else {
            1
        }
    })
}

/// The bytes of `[图片]`.
fn placeholder(text: &str) -> usize {
    let close = text
        .char_indices()
        .take(PLACEHOLDER_CHARS + 2)
        .find(|(_, c)| matches!(c, ']' | '］'));
    let words = |end: &usize| !text[..*end].contains(|c: char| c.is_ascii_digit());
    close.map(|(at, c)| at + c.len_utf8()).filter(words).unwrap_or(0)
}

/// The bytes of 引用 “…”, or of a line that begins with 引用.
fn quotation(text: &str) -> usize {
    let Some(quoted) = text.strip_prefix("引用") else {
        return 0;
    };
    let (open, close) = (
        quoted.find(['“', '「', '"', '『']),
        quoted.find('\n').unwrap_or(quoted.len()),
    );
    let inside = open.filter(|open| *open < close).and_then(|open| {
        let first = open + quoted[open..].chars().next()?.len_utf8();
        let end = first + quoted[first..].find(['”', '」', '"', '』'])?;
        Some(end + quoted[end..].chars().next()?.len_utf8())
    });
    let length = inside.unwrap_or(close);
    // 我引用一下: a word like any other.
    if inside.is_none() && !quoted.starts_with(['：', ':', ' ', '【']) && !quoted[..length].contains("消息") {
        return 0;
    }
    "引用".len() + length
}

fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}
