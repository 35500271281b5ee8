//! Where in a message a home or a building is named: the place of it in the text, which [`AddressParts`] then reads. A date
//! (12号), an amount (3-5斤), a gate (2号门) and a phone are none.

mod reader;

use std::ops::Range;

use crate::address::AddressParts;
use reader::{Reader, dashed, lane, room_alone, spaced, storey, within};

/// Days of a month: a higher number before 号 is no date.
const DAYS: u32 = 31;
/// What behind a bare 12号 makes it a building.
const OF_BUILDING: [&str; 39] = [
    "楼道",
    "楼梯",
    "楼组",
    "居民",
    "全体",
    "整",
    "门口",
    "门洞",
    "门栋",
    "里",
    "底楼",
    "一楼",
    "二楼",
    "三楼",
    "四楼",
    "五楼",
    "六楼",
    "顶楼",
    "地下",
    "电梯",
    "停电",
    "停水",
    "没电",
    "没水",
    "漏水",
    "门禁",
    "下水",
    "大门",
    "门前",
    "这边",
    "的电梯",
    "的楼道",
    "的大门",
    "的居民",
    "的业主",
    "的老",
    "的阿",
    "的邻居",
    "这里",
];
/// What before a place says that it is the writer's own.
const OWN: [&str; 22] = [
    "我家",
    "我家在",
    "住",
    "我是",
    "我们家",
    "我们是",
    "我家是",
    "地址",
    "住址",
    "门牌",
    "门牌号",
    "房号",
    "室号",
    "我这",
    "我在",
    "本人",
    "这里是",
    "住在",
    "家在",
    "我们",
    "我",
    "咱家",
];
/// What before a place says that it is another's.
const OTHERS: [&str; 8] = ["隔壁", "楼上", "楼下", "对面", "邻居", "对门", "隔壁的", "上面"];
/// What stands between a home and a name in a speaker's name.
const SEPARATORS: &str = " -—_–/·.、，,:：()（）[]【】室#|｜";

/// A home in a speaker's name, and what is left of the name.
#[derive(Debug, Default)]
pub(super) struct InName {
    pub(super) home: Option<AddressParts>,
    pub(super) name: Option<String>,
}

/// A home in a message.
#[derive(Debug, Default)]
pub(super) struct InMessage {
    pub(super) home: Option<AddressParts>,
    /// Where homes stand, in order.
    spans: Vec<Range<usize>>,
}

impl InMessage {
    /// The message without its homes, a blank for each.
    pub(super) fn without(&self, text: &str) -> String {
        let (mut rest, mut from) = (String::with_capacity(text.len()), 0);
        for span in &self.spans {
            rest.push_str(&text[from..span.start]);
            rest.push(' ');
            from = span.end;
        }
        rest.push_str(&text[from..]);
        rest
    }
}

/// A home as it was found.
#[derive(Debug)]
struct Seen {
    span: Range<usize>,
    parts: AddressParts,
    /// Whether it is said to be the writer's own, or another's.
    own: bool,
    others: bool,
    /// Whether a room alone is marked as one.
    marked: bool,
}

impl Seen {
    fn rank(&self) -> u32 {
        let whole = self.parts.building.is_some() && self.parts.room.is_some();
        let (own, others) = (u32::from(self.own), u32::from(self.others));
        own * 4 + u32::from(whole) * 3 + u32::from(self.parts.building.is_some()) - others.min(1)
    }
}

/// A home in one writing: 12号501.
pub(super) fn written(home: &AddressParts) -> String {
    let parts = [&home.estate, &home.building, &home.unit, &home.room];
    parts.into_iter().flatten().map(String::as_str).collect()
}

/// The home in a speaker's name.
pub(super) fn in_name(name: &str) -> InName {
    let usual: String = name.chars().map(crate::writing::half).collect();
    let found = seen(&usual, true);
    let Some(seen) = found.into_iter().max_by_key(Seen::rank) else {
        let name = usual.trim();
        return InName {
            home: None,
            name: (!name.is_empty()).then(|| name.to_owned()),
        };
    };
    let separates = |c: char| SEPARATORS.contains(c) || c.is_whitespace();
    let pieces = [&usual[seen.span.end..], &usual[..seen.span.start]];
    let mut pieces = pieces
        .iter()
        .map(|piece| piece.trim_matches(separates))
        .filter(|piece| !piece.is_empty());
    InName {
        home: Some(seen.parts),
        name: pieces.next().map(str::to_owned),
    }
}

/// The home that a message names, together with what its speaker's name says: 501室 is of the speaker's building.
pub(super) fn in_message(text: &str, speaker: Option<&AddressParts>) -> InMessage {
    let seen = seen(text, false);
    let spans = seen.iter().map(|seen| seen.span.clone()).collect();
    let building = seen
        .iter()
        .find(|seen| seen.parts.building.is_some())
        .map(|seen| seen.parts.clone());
    // Of equals the first.
    let best = seen.into_iter().rev().max_by_key(Seen::rank);
    let home = best.and_then(|best| completed(best, building.as_ref(), speaker));
    InMessage { home, spans }
}

fn completed(seen: Seen, building: Option<&AddressParts>, speaker: Option<&AddressParts>) -> Option<AddressParts> {
    let parts = seen.parts;
    match (&parts.building, &parts.room) {
        (Some(_), None) => match speaker.filter(|home| home.building == parts.building && home.room.is_some()) {
            Some(home) => Some(home.clone()),
            None => Some(parts),
        },
        (None, Some(_)) => {
            let of = building.or(speaker).filter(|home| home.building.is_some());
            match of {
                Some(of) if seen.own || seen.marked && !seen.others => Some(AddressParts {
                    room: parts.room,
                    unit: None,
                    ..of.clone()
                }),
                Some(_) => None,
                None => Some(parts),
            }
        }
        _ => Some(parts),
    }
}

/// All homes of a text, in order. `loose`: it is a name, in which a number is a home's sooner.
fn seen(text: &str, loose: bool) -> Vec<Seen> {
    let mut found: Vec<Seen> = Vec::new();
    let (mut end, mut before) = (0, None);
    for (at, c) in text.char_indices() {
        if at >= end
            && begins(c, before)
            && let Some(seen) = seen_at(text, at, loose)
        {
            end = seen.span.end;
            found.push(seen);
        }
        before = Some(c);
    }
    found
}

/// Whether a number may begin at a character.
fn begins(c: char, before: Option<char>) -> bool {
    let number = c.is_ascii_digit() || c.is_ascii_alphabetic() || is_numeral(c);
    let goes_on = |before: char| {
        before.is_ascii_alphanumeric()
            || is_numeral(before)
            || matches!(before, '.' | '-' | '/' | ':' | '月' | '+' | '*')
    };
    number && !before.is_some_and(goes_on)
}

fn is_numeral(c: char) -> bool {
    "零〇一二三四五六七八九十百".contains(c)
}

fn seen_at(text: &str, at: usize, loose: bool) -> Option<Seen> {
    let mut reader = Reader { text, end: at };
    let before = text[..at].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '是'));
    let own = OWN.iter().any(|word| before.ends_with(word));
    let likely = own || before.is_empty() || loose && at == 0;
    let (lane, start) = lane(&mut reader);
    let number = reader.number()?;
    let (home, marked) = if let Some(mark) = reader.building() {
        let (rest, marked) = within(&mut reader);
        let alone = rest.is_empty() && lane.is_empty();
        if alone && !(loose || own || is_building(number, mark, reader.rest())) {
            return None;
        }
        (format!("{number}{mark}{rest}"), marked)
    } else if let Some(dashed) = dashed(&mut reader, number, own) {
        (dashed, false)
    } else if let Some(spaced) = spaced(&mut reader, number, likely || loose) {
        (spaced, false)
    } else {
        storey(&mut reader, number).or_else(|| room_alone(&mut reader, number, likely))?
    };
    let parts = AddressParts::parse(&format!("{lane}{home}"));
    let named = parts.building.is_some() || parts.room.is_some();
    named.then(|| Seen {
        span: start..reader.end,
        parts,
        own,
        others: OTHERS.iter().any(|word| before.ends_with(word)),
        marked,
    })
}

/// Whether a building is named without a room, and no date and no gate.
fn is_building(number: &str, mark: &str, rest: &str) -> bool {
    let whole = ["一栋", "一幢", "一座"]
        .iter()
        .any(|word| format!("{number}{mark}") == **word);
    let date = number.parse::<u32>().is_ok_and(|number| number <= DAYS) || !number.is_ascii();
    match mark {
        "号" => !date || OF_BUILDING.iter().any(|word| rest.starts_with(word)) || names_floor(rest),
        _ => !whole,
    }
}

/// 4楼 behind a building.
fn names_floor(rest: &str) -> bool {
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    behind.len() < rest.len() && behind.starts_with(['楼', '层'])
}
