//! Reading a home in a text, from the left: what stands at a place, as far as it goes on.

use crate::writing::{is_dash, is_han};

use super::is_numeral;

/// Marks behind a building's number, the longer ones first.
const BUILDINGS: [&str; 8] = ["号楼", "#楼", "号门", "号", "幢", "栋", "座", "#"];
/// What behind 号 or 座 makes it no building's: 2号线, 3号团, 座机.
const NO_BUILDING: &str = "线团桌机球令码药院文公通窗口店床套链章帖台位谈谱标箱";
/// What may stand between the parts of a home.
const BETWEEN: &str = " 的里内-/，,第";
/// The most of it.
const BETWEEN_CHARS: usize = 2;
/// What a number of which something is counted, measured or dated stands before.
const MEASURED: &str =
    "元块斤克个份袋盒瓶箱包只条片粒年月日号点时分秒天度岁人次米升公千万百十多几楼层期路弄支根把颗颂桶罐听张kKgGmMlL%";
/// Numbers that are called, and no rooms.
const CALLED: [&str; 7] = ["110", "119", "120", "122", "911", "114", "315"];
/// The highest last two digits of a room's number: no floor has more doors.
const MOST_DOORS: u32 = 40;
/// Words before a road's name that are none of it.
const BEFORE_ROAD: &str = "住在是到家址区于：:，,。、；;（(";
/// The longest name of a road, in characters.
const ROAD_CHARS: usize = 6;
/// Ends of a road's name.
const ROADS: [char; 4] = ['路', '街', '道', '巷'];

/// What is read of a home, from the left.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) end: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.end..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes a word, where the text goes on with it.
    fn take(&mut self, word: &str) -> bool {
        let there = self.rest().starts_with(word);
        self.end += if there { word.len() } else { 0 };
        there
    }

    fn skip_between(&mut self) {
        for _ in 0..BETWEEN_CHARS {
            let Some(c) = self.next().filter(|c| BETWEEN.contains(*c) || is_dash(*c)) else {
                break;
            };
            self.end += c.len_utf8();
        }
    }

    /// A number: digits with a letter, numerals, or a letter.
    pub(super) fn number(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = if digits > 0 {
            let letter = rest[digits..].chars().next().filter(char::is_ascii_alphabetic);
            let alone = letter.is_some() && !rest[digits + 1..].starts_with(|c: char| c.is_ascii_alphanumeric());
            digits + usize::from(alone && digits >= 3)
        } else if rest.starts_with(|c: char| c.is_ascii_uppercase()) {
            1
        } else {
            rest.chars().take_while(|c| is_numeral(*c)).map(char::len_utf8).sum()
        };
        let number = &rest[..length];
        self.end += length;
        ((1..=4).contains(&digits) || digits == 0 && length > 0).then_some(number)
    }

    /// The mark of a building.
    pub(super) fn building(&mut self) -> Option<&'static str> {
        let mark = BUILDINGS.iter().find(|mark| self.rest().starts_with(**mark))?;
        let behind = self.rest()[mark.len()..].chars().next();
        let other = matches!(*mark, "号" | "座" | "#") && behind.is_some_and(|c| NO_BUILDING.contains(c));
        let gate = *mark == "号门" && !behind.is_some_and(|c| c.is_ascii_digit());
        if other || gate {
            return None;
        }
        // 5号楼道 is of 5号.
        let of_stairs = *mark == "号楼" && behind.is_some_and(|c| matches!(c, '道' | '梯' | '组'));
        let mark = if of_stairs { "号" } else { mark };
        self.end += mark.len();
        Some(mark)
    }

    /// 2单元.
    fn unit(&mut self) -> Option<&'t str> {
        let before = self.end;
        let number = self.number().filter(|_| self.take("单元"));
        if number.is_none() {
            self.end = before;
        }
        number
    }

    /// 5楼, said beside a room of it.
    fn floor(&mut self) {
        let before = self.end;
        let read = self.number().is_some() && (self.take("楼") || self.take("层"));
        if !read {
            self.end = before;
        }
    }

    /// A room: marked, or a number that one has.
    fn room(&mut self) -> Option<(&'t str, bool)> {
        let before = self.end;
        let room = self
            .number()
            .filter(|number| number.chars().count() > 1 || number.is_ascii());
        let marked = room.is_some() && self.room_mark();
        let numeral = |number: &str| number.chars().count() >= 3 && !number.is_ascii();
        let found = room.filter(|number| marked || (is_room(number) || numeral(number)) && !self.is_measured());
        if found.is_none() {
            self.end = before;
        }
        found.map(|number| (number, marked))
    }

    /// Whether a number goes on, or something of it is counted or measured.
    fn is_measured(&self) -> bool {
        let mut behind = self.rest().chars();
        let next = behind.next();
        let goes_on = matches!(next, Some('.' | ':' | '：' | '-')) && behind.next().is_some_and(|c| c.is_ascii_digit());
        goes_on || next.is_some_and(|c| MEASURED.contains(c) || c.is_ascii_alphanumeric())
    }

    fn room_mark(&mut self) -> bool {
        let other = ["房东", "房租", "房子", "房产", "室友", "户人", "户居"];
        let marked = !other.iter().any(|word| self.rest().starts_with(word));
        marked && (self.take("室") || self.take("房间") || self.take("房"))
    }
}

/// Whether digits are a room's by themselves: three or four, the last two of them a door.
pub(super) fn is_room(number: &str) -> bool {
    let digits = number.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let door = digits
        .len()
        .checked_sub(2)
        .and_then(|at| digits.get(at..)?.parse::<u32>().ok());
    matches!(digits.len(), 3 | 4)
        && door.is_some_and(|door| (1..=MOST_DOORS).contains(&door))
        && !CALLED.contains(&digits)
}

/// 齐河路338弄, and where it begins.
pub(super) fn lane(reader: &mut Reader<'_>) -> (String, usize) {
    let at = reader.end;
    match reader.number().filter(|_| reader.rest().starts_with('弄')) {
        Some(number) => {
            reader.take("弄");
            reader.skip_between();
            let road = road_before(&reader.text[..at]);
            (format!("{road}{number}弄"), at - road.len())
        }
        None => {
            reader.end = at;
            (String::new(), at)
        }
    }
}

/// 12楼501 is a building's room, 5楼501 a floor's.
pub(super) fn storey(reader: &mut Reader<'_>, number: &str) -> Option<(String, bool)> {
    let before = reader.end;
    let room = reader.take("楼").then(|| reader.room()).flatten();
    if room.is_none() {
        reader.end = before;
    }
    let (room, _) = room?;
    let floor = room.len() == number.len() + 2 && room.starts_with(number);
    Some((
        if floor {
            room.to_owned()
        } else {
            format!("{number}号楼{room}")
        },
        true,
    ))
}

/// 501室, and 501 where a home is likely; whether it is marked.
pub(super) fn room_alone(reader: &mut Reader<'_>, number: &str, likely: bool) -> Option<(String, bool)> {
    let marked = number.chars().count() >= 3 && reader.room_mark();
    let bare = likely && is_room(number) && ends_room(reader);
    (marked || bare).then(|| (number.to_owned(), marked))
}

/// Whether a bare number ends where a room's does: 501 要菜, 501的, but not 501元 or 301医院.
fn ends_room(reader: &Reader<'_>) -> bool {
    let rest = reader.rest();
    let other = rest.starts_with("医院") || rest.starts_with(['路', '/', '-']);
    !other && !reader.is_measured()
}

/// What stands behind a building: unit, floor and room, as they are to be read; and whether the room is marked.
pub(super) fn within(reader: &mut Reader<'_>) -> (String, bool) {
    let before = reader.end;
    reader.skip_between();
    let unit = reader.unit().map(|unit| format!("{unit}单元")).unwrap_or_default();
    let after_unit = reader.end;
    reader.skip_between();
    reader.floor();
    reader.skip_between();
    let dashed = unit.is_empty().then(|| unit_and_room(reader)).flatten();
    if let Some(dashed) = dashed {
        return (dashed, false);
    }
    match reader.room() {
        Some((room, marked)) => (format!("{unit}{room}"), marked),
        None => {
            reader.end = if unit.is_empty() { before } else { after_unit };
            (unit, false)
        }
    }
}

/// 2-501 behind a building.
fn unit_and_room(reader: &mut Reader<'_>) -> Option<String> {
    let before = reader.end;
    let unit = reader.number().filter(|unit| unit.len() <= 2 && unit.is_ascii());
    let dash = reader.next().filter(|c| *c == '/' || is_dash(*c));
    let room = unit.zip(dash).and_then(|(unit, dash)| {
        reader.end += dash.len_utf8();
        Some(format!("{unit}-{}", reader.room()?.0))
    });
    if room.is_none() {
        reader.end = before;
    }
    room
}

/// 12-501, 3-2-501; 6-1 where it is said to be the writer's home.
pub(super) fn dashed(reader: &mut Reader<'_>, first: &str, own: bool) -> Option<String> {
    let before = reader.end;
    let mut numbers = vec![first];
    while numbers.len() < 4 {
        let Some(dash) = reader.next().filter(|c| *c == '/' || is_dash(*c)) else {
            break;
        };
        reader.end += dash.len_utf8();
        let Some(number) = reader.number().filter(|number| number.is_ascii()) else {
            break;
        };
        numbers.push(number);
    }
    let marked = reader.room_mark();
    let last = numbers.last().copied().unwrap_or_default();
    let short = first.len() <= 3 && first.is_ascii() && !first.trim_start_matches('0').is_empty();
    let room = marked || (is_room(last) || own && numbers.len() == 2) && !reader.is_measured();
    let found = (2..=3).contains(&numbers.len()) && short && room;
    if !found {
        reader.end = before;
    }
    found.then(|| numbers.join("-"))
}

/// 12 501, where a home is likely.
pub(super) fn spaced(reader: &mut Reader<'_>, first: &str, likely: bool) -> Option<String> {
    let before = reader.end;
    let blank = reader.take(" ");
    let short = first.len() <= 2 && first.bytes().all(|byte| byte.is_ascii_digit());
    let room = (blank && short && likely).then(|| reader.room()).flatten();
    if room.is_none() {
        reader.end = before;
    }
    room.map(|(room, _)| format!("{first}-{room}"))
}

/// The road before a lane's number.
fn road_before(text: &str) -> &str {
    if !text.ends_with(ROADS) {
        return "";
    }
    let from = text.char_indices().rev().take(ROAD_CHARS);
    let from = from.take_while(|(_, c)| is_han(*c) && !BEFORE_ROAD.contains(*c)).last();
    from.map_or("", |(at, _)| &text[at..])
}
