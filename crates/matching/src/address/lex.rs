//! From a text to numbers with their marks, and words.

use std::ops::Range;

use linli_domain::writing::{half, invisible, is_dash, of_private_use, of_variant};

use super::numerals::{is_numeral, is_of_cheques, value};
use crate::traditional::simplified;

/// What a number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Lane,
    SubLane,
    Number,
    Unit,
    Floor,
    Room,
    Group,
    Phase,
    /// 50米 from another place.
    Distance,
    /// 5# may be a building.
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) span: Range<usize>,
    pub(super) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Number {
        value: String,
        mark: Mark,
    },
    Words {
        words: String,
        /// Where each character begins in the text as written.
        begins: Vec<usize>,
    },
    /// A blank, comma or bracket.
    Break,
    /// Between the numbers of 12-501.
    Dash,
}

/// Marks behind numbers, the longer ones first.
const MARKS: [(&str, Mark); 25] = [
    ("支弄", Mark::SubLane),
    ("号院", Mark::Lane),
    ("号楼", Mark::Number),
    ("#楼", Mark::Number),
    ("号门", Mark::Number),
    ("单元", Mark::Unit),
    ("房间", Mark::Room),
    ("弄", Mark::Lane),
    ("号", Mark::Number),
    ("#", Mark::Number),
    ("幢", Mark::Number),
    ("栋", Mark::Number),
    ("座", Mark::Number),
    ("门", Mark::Unit),
    ("梯", Mark::Unit),
    ("楼", Mark::Floor),
    ("层", Mark::Floor),
    ("室", Mark::Room),
    ("房", Mark::Room),
    ("户", Mark::Room),
    ("组", Mark::Group),
    ("队", Mark::Group),
    ("期", Mark::Phase),
    ("区", Mark::Phase),
    ("米", Mark::Distance),
];
/// What stands behind a number that belongs to a name: 经3路, 齐河2村.
const OF_NAME: [char; 14] = [
    '路', '街', '村', '道', '巷', '坊', '里', '园', '苑', '大', '中', '小', '新', '城',
];
/// Parts of a house behind or before its mark.
const PARTS: [char; 4] = ['甲', '乙', '丙', '丁'];
/// What in brackets speaks of another place or time.
const ASIDE: [char; 5] = ['原', '旧', '曾', '近', '靠'];
/// Fewest digits with blanks between them that are one number.
const APART: usize = 3;
/// Fewest characters of a room's number that is written in numerals without a mark: 五〇一.
const BARE_NUMERALS: usize = 3;

struct Text {
    characters: Vec<char>,
    /// Where each begins and ends in the text as written.
    spans: Vec<Range<usize>>,
}

/// One writing of a character; a blank for signs that part words.
fn usual(c: char) -> char {
    let c = of_private_use(c).or_else(|| of_variant(c)).unwrap_or(c);
    match half(c).to_ascii_uppercase() {
        '衖' => '弄',
        '/' | '\\' | '|' | '.' | '．' => '-',
        c if is_dash(c) => '-',
        ',' | '，' | '、' | ';' | '；' | ':' | '：' | '。' | '"' | '“' | '”' => ' ',
        c if c.is_whitespace() => ' ',
        c => simplified(c),
    }
}

impl Text {
    fn of(text: &str) -> Text {
        let mut out = Text {
            characters: Vec::with_capacity(text.len() / 2),
            spans: Vec::with_capacity(text.len() / 2),
        };
        for (at, c) in text.char_indices().filter(|(_, c)| !invisible(*c)) {
            let before = out.characters.last().is_some_and(char::is_ascii_digit);
            let numeral = out.characters.last().is_some_and(|c| is_numeral(*c));
            out.characters.push(match usual(c) {
                // Letters for digits: 2O1, 20l.
                'O' if before => '0',
                'O' | '○' if numeral => '〇',
                _ if before && c == 'l' => '1',
                c => c,
            });
            out.spans.push(at..at + c.len_utf8());
        }
        out.join_digits();
        out
    }

    /// 7 0 1 is 701, where each digit stands by itself.
    fn join_digits(&mut self) {
        let mut at = 0;
        while at < self.characters.len() {
            let rest = &self.characters[at..];
            let run = rest.iter().take_while(|c| c.is_ascii_digit() || **c == ' ').count();
            let mut pieces = rest[..run].split(|c| *c == ' ').filter(|piece| !piece.is_empty());
            let many = pieces.clone().count() >= APART;
            if many && pieces.all(|piece| piece.len() == 1) {
                let kept: Vec<usize> = (at..at + run).filter(|place| self.characters[*place] != ' ').collect();
                let characters: Vec<char> = kept.iter().map(|place| self.characters[*place]).collect();
                let spans: Vec<Range<usize>> = kept.iter().map(|place| self.spans[*place].clone()).collect();
                self.characters.splice(at..at + run, characters);
                self.spans.splice(at..at + run, spans);
                at += kept.len();
            } else {
                at += run.max(1);
            }
        }
    }

    fn at(&self, place: usize) -> Option<char> {
        self.characters.get(place).copied()
    }

    fn span(&self, from: usize, to: usize) -> Range<usize> {
        let begin = self.spans.get(from).map_or(0, |span| span.start);
        let end = to
            .checked_sub(1)
            .and_then(|last| self.spans.get(last))
            .map_or(begin, |span| span.end);
        begin..end
    }

    fn starts_with(&self, from: usize, word: &str) -> bool {
        let rest = self.characters.get(from..).unwrap_or_default();
        word.chars().zip(rest).filter(|(a, b)| a == *b).count() == word.chars().count()
    }

    /// The end of a bracket that speaks of another place, or of the bracket's sign alone.
    fn bracket(&self, from: usize) -> usize {
        let aside = self.at(from + 1).is_some_and(|c| ASIDE.contains(&c));
        let close = self.characters[from..]
            .iter()
            .position(|c| matches!(c, ')' | '）' | ']' | '】'));
        close.filter(|_| aside).map_or(from + 1, |close| from + close + 1)
    }

    /// The mark from a place on, and its end.
    fn mark(&self, from: usize) -> Option<(Mark, usize)> {
        let from = if self.at(from) == Some(' ') { from + 1 } else { from };
        let (word, mark) = MARKS.iter().find(|(word, _)| self.starts_with(from, word))?;
        let end = from + word.chars().count();
        let next = self.at(end);
        let goes_on = match *word {
            // 8号门卫室, 3门面房: no door.
            "门" | "号门" => next.is_some_and(|c| !(c.is_ascii_digit() || matches!(c, '-' | ' ') || is_numeral(c))),
            // 3组团 is an estate's part, 2队部 none.
            "房" | "户" | "组" | "队" => matches!(next, Some('团' | '部' | '型' | '产' | '东' | '主')),
            _ => false,
        };
        if *word == "号门" && goes_on {
            return Some((Mark::Number, end - 1));
        }
        (!goes_on).then_some((*mark, end))
    }

    /// Digits with a letter beside them, `12`, `501A`, `B101`, or a letter alone before a mark; the end.
    fn number(&self, from: usize) -> Option<(String, usize)> {
        let letter = |place: usize| self.at(place).filter(char::is_ascii_uppercase);
        let digits = |place: usize| {
            self.characters[place..]
                .iter()
                .take_while(|c| c.is_ascii_digit())
                .count()
        };
        let begin = from + usize::from(letter(from).is_some());
        let mut end = begin + digits(begin.min(self.characters.len()));
        if end == begin {
            let marked = matches!(self.mark(end), Some((Mark::Number | Mark::Phase | Mark::Unit, _)));
            let alone = begin > from && marked;
            return alone.then(|| (self.characters[from..end].iter().collect(), end));
        }
        if letter(end).is_some() && letter(end + 1).is_none() && !self.at(end + 1).is_some_and(|c| c.is_ascii_digit()) {
            end += 1;
        }
        let number: String = self.characters[from..end].iter().collect();
        let bare = number.trim_start_matches('0');
        Some((if bare.is_empty() { number } else { bare.to_owned() }, end))
    }

    /// A number in numerals: before a mark, or three and more of them at an end.
    fn numerals(&self, from: usize) -> Option<(String, usize)> {
        let numerals = self.characters[from..].iter();
        let run = numerals.take_while(|c| is_numeral(**c) || is_of_cheques(**c)).count();
        let end = from + run;
        // 陆弄, 伍组 may be a family's.
        let surname = run == 1 && is_of_cheques(self.characters[from]);
        let marked = match self.mark(end) {
            Some((Mark::Lane | Mark::SubLane | Mark::Group | Mark::Distance, _)) => !surname,
            mark => mark.is_some(),
        };
        let alone = run >= BARE_NUMERALS && self.at(end).is_none_or(|c| matches!(c, ' ' | '-' | ')'));
        let value = value(&self.characters[from..end]).filter(|_| run > 0 && (marked || alone))?;
        Some((value.to_string(), end))
    }
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let text = Text::of(text);
    let mut tokens = Vec::new();
    let mut words: Option<usize> = None;
    let mut at = 0;
    while let Some(c) = text.at(at) {
        let number = match c {
            _ if c.is_ascii_alphanumeric() => text.number(at),
            _ if is_numeral(c) || is_of_cheques(c) => text.numerals(at),
            _ => None,
        };
        let of_name = |end: usize| {
            words.is_some() && text.at(end).is_some_and(|c| OF_NAME.contains(&c)) && !room_follows(&text, end)
        };
        let number = number.filter(|(_, end)| !of_name(*end));
        let (what, end) = match (c, number) {
            (_, Some((value, end))) => marked(&text, value, end),
            ('(' | '（' | '[' | '【', None) => (What::Break, text.bracket(at)),
            (' ' | ')' | '）' | ']' | '】', None) => (What::Break, at + 1),
            ('-', None) => (What::Dash, at + 1),
            _ => {
                words.get_or_insert(at);
                at += 1;
                continue;
            }
        };
        if let Some(from) = words.take() {
            push_words(&text, from, at, &mut tokens);
        }
        tokens.push(Token {
            span: text.span(at, end),
            what,
        });
        at = end;
    }
    if let Some(from) = words {
        push_words(&text, from, at, &mut tokens);
    }
    tokens
}

/// 12里的501, 12中501: what follows is a room and no name.
fn room_follows(text: &Text, from: usize) -> bool {
    let behind = text.characters[from..]
        .iter()
        .find(|c| !matches!(c, '里' | '中' | '的' | '面'));
    behind.is_some_and(char::is_ascii_digit)
}

/// 第12号, 临12号, NO12: what stands before a number and is no word.
fn push_words(text: &Text, from: usize, to: usize, tokens: &mut Vec<Token>) {
    let words: String = text.characters[from..to].iter().collect();
    let bare = words.trim_end_matches('第');
    let bare = bare.strip_suffix("NO").unwrap_or(bare);
    if !bare.is_empty() {
        let to = from + bare.chars().count();
        let begins = text.spans[from..to].iter().map(|span| span.start).collect();
        tokens.push(Token {
            span: text.span(from, to),
            what: What::Words {
                words: bare.to_owned(),
                begins,
            },
        });
    }
}

/// A number with its mark and what belongs to it: 12号甲, 12甲号.
fn marked(text: &Text, mut value: String, end: usize) -> (What, usize) {
    let part = |place: usize| text.at(place).filter(|c| PARTS.contains(c));
    let mut end = end;
    if let Some(c) = part(end) {
        value.push(c);
        end += 1;
    }
    let Some((mark, mut end)) = text.mark(end) else {
        return (
            What::Number {
                value,
                mark: Mark::None,
            },
            end,
        );
    };
    if mark == Mark::Number
        && let Some(c) = part(end)
    {
        value.push(c);
        end += 1;
    }
    (What::Number { value, mark }, end)
}
