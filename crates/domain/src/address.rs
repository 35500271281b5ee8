//! Residential addresses: 路 + 弄 + 号 + 室 as in Shanghai, 小区 + 幢/栋/号楼 + 单元 + 室 elsewhere, and what people
//! make of them (`12-501`, full-width digits, Chinese numerals). Kept as parts in one writing each.

use std::cmp::Ordering;

/// The parts of a residential address; each in one writing, absent where not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct AddressParts {
    /// Road with lane, or name of the 小区: `齐河路338弄`.
    pub estate: Option<String>,
    /// `12号`, `3幢`.
    pub building: Option<String>,
    /// `2单元`.
    pub unit: Option<String>,
    /// `501`, `501甲`, without 室.
    pub room: Option<String>,
}

/// How two addresses relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same home.
    Same,
    /// The same building, another home.
    SameBuilding,
    /// Different.
    Different,
    /// One of them does not say enough.
    Unknown,
}

/// What ends a building's number, longest first, and how it is written.
const BUILDING_MARKS: [(&str, &str); 7] =
    [("号楼", "号楼"), ("号", "号"), ("幢", "幢"), ("栋", "栋"), ("座", "座"), ("＃", "号"), ("#", "号")];
/// What ends a unit's number.
const UNIT_MARKS: [&str; 2] = ["单元", "门"];
/// What ends a room's number.
const ROOM_MARKS: [char; 3] = ['室', '房', '户'];
/// What names an estate; what follows begins the building.
const ESTATE_MARKS: [&str; 12] = ["弄", "支弄", "小区", "新村", "花园", "公寓", "家园", "苑", "村", "里", "坊", "城"];

impl AddressParts {
    /// Reads an address in one text.
    pub fn parse(text: &str) -> AddressParts {
        let text = normal(text);
        let mut parts = AddressParts::default();
        let rest = parts.take_estate(&text);
        let rest = parts.take_building(rest);
        let rest = parts.take_unit(rest);
        parts.take_room(rest);
        // Words without any number are the name of a place, not of a room.
        let numberless = parts.room.as_deref().is_some_and(|room| !room.contains(|c: char| c.is_ascii_alphanumeric()));
        if numberless && parts.building.is_none() && parts.estate.is_none() {
            parts.estate = parts.room.take();
        }
        parts
    }

    /// Parts given in columns of their own, each brought into its one writing. A column that holds more than its part
    /// (`7号1单元`, `2单元501室`, `12号501`) gives what the others lack; where it contradicts them it stays as it is
    /// written, so that nothing is lost.
    pub fn from_columns(
        estate: Option<&str>,
        building: Option<&str>,
        unit: Option<&str>,
        room: Option<&str>,
    ) -> AddressParts {
        let given = |text: Option<&str>| text.map(normal).filter(|text| !text.is_empty());
        let (estate, building, room) = (given(estate), given(building), given(room));
        let read =
            |text: &Option<String>, read: fn(&str) -> AddressParts| text.as_deref().map(read).unwrap_or_default();
        let estates = read(&estate, AddressParts::parse);
        let buildings = read(&building, AddressParts::of_building_column);
        let rooms = read(&room, AddressParts::within_building);
        let mut parts = AddressParts {
            estate: estates.estate.clone(),
            building: buildings.building.clone(),
            unit: given(unit).map(|unit| unit_of(&unit)),
            room: rooms.room.clone(),
        };
        if !parts.take_missing(&buildings) {
            parts.building = building;
        }
        if !parts.take_missing(&rooms) {
            parts.room = room;
        }
        if !parts.take_missing(&estates) {
            parts.estate = estate;
        }
        parts
    }

    /// A building column: `12`, `12号`, `12幢`, `十二号`, `7号1单元`; any other text is a building's name.
    fn of_building_column(text: &str) -> AddressParts {
        let named = |building: String| AddressParts { building: Some(building), ..AddressParts::default() };
        if is_number(text) {
            return named(format!("{}号", trimmed(text)));
        }
        let marked = BUILDING_MARKS.iter().any(|(mark, _)| text.contains(mark));
        Some(AddressParts::within_building(text))
            .filter(|parts| marked && parts.building.is_some())
            .unwrap_or_else(|| named(text.to_owned()))
    }

    /// What stands behind the estate: building, unit, room, as far as they are said.
    fn within_building(text: &str) -> AddressParts {
        let mut parts = AddressParts::default();
        let rest = parts.take_building(text);
        let rest = parts.take_unit(rest);
        parts.take_room(rest);
        parts
    }

    /// Takes the parts that are missing here; none of them, and `false`, where a part there contradicts one here.
    fn take_missing(&mut self, other: &AddressParts) -> bool {
        let contradicts = |here: &Option<String>, there: &Option<String>| {
            here.is_some() && there.is_some() && number_of(here) != number_of(there)
        };
        let pairs = [(&self.building, &other.building), (&self.unit, &other.unit), (&self.room, &other.room)];
        if pairs.into_iter().any(|(here, there)| contradicts(here, there)) {
            return false;
        }
        for (here, there) in
            [(&mut self.building, &other.building), (&mut self.unit, &other.unit), (&mut self.room, &other.room)]
        {
            *here = here.take().or_else(|| there.clone());
        }
        true
    }

    fn take_estate<'t>(&mut self, text: &'t str) -> &'t str {
        let end = ESTATE_MARKS.iter().filter_map(|mark| Some(text.rfind(mark)? + mark.len())).max();
        let road = || {
            // A road without a lane: `齐河路12号501`.
            let at = ["路", "街", "大道", "巷"].iter().filter_map(|mark| Some(text.rfind(mark)? + mark.len())).max()?;
            text[at..].starts_with(|c: char| c.is_ascii_digit()).then_some(at)
        };
        let Some(end) = end.or_else(road) else {
            return self.take_leading_name(text);
        };
        let (estate, rest) = text.split_at(end);
        self.estate = Some(estate.to_owned());
        rest
    }

    /// A name in front of the first digit: `齐河二居12号501`.
    fn take_leading_name<'t>(&mut self, text: &'t str) -> &'t str {
        let end = text.find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(0);
        let (name, rest) = text.split_at(end);
        self.estate = Some(name.trim_end_matches('-').to_owned()).filter(|name| !name.is_empty());
        rest
    }

    fn take_building<'t>(&mut self, text: &'t str) -> &'t str {
        for (mark, written) in BUILDING_MARKS {
            if let Some((number, rest)) = text.split_once(mark)
                && is_number(number)
            {
                // `12号甲501`: the suffix belongs to the building.
                let (suffix, rest) = split_suffix(rest);
                self.building = Some(format!("{}{written}{suffix}", trimmed(number)));
                return rest.trim_start_matches('-');
            }
        }
        // `12-501`, `12-2-501`
        if let Some((number, rest)) = text.split_once('-')
            && is_number(number)
            && rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            self.building = Some(format!("{}号", trimmed(number)));
            return rest;
        }
        text
    }

    fn take_unit<'t>(&mut self, text: &'t str) -> &'t str {
        for mark in UNIT_MARKS {
            if let Some((number, rest)) = text.split_once(mark)
                && is_number(number)
            {
                self.unit = Some(format!("{}单元", trimmed(number)));
                return rest.trim_start_matches('-');
            }
        }
        if let Some((number, rest)) = text.split_once('-')
            && is_number(number)
            && is_number(rest.trim_end_matches(ROOM_MARKS))
        {
            self.unit = Some(format!("{}单元", trimmed(number)));
            return rest;
        }
        text
    }

    fn take_room(&mut self, text: &str) {
        let room = text.trim_matches('-').trim_end_matches(ROOM_MARKS);
        self.room = Some(room.to_owned()).filter(|room| !room.is_empty());
    }

    /// The whole address: `齐河路338弄12号2单元501室`.
    pub fn display(&self) -> String {
        format!("{}{}", self.estate.as_deref().unwrap_or_default(), self.within_estate())
    }

    /// Without the estate: `12号501室`.
    pub fn within_estate(&self) -> String {
        let room = self.room.as_deref().map(room_display).unwrap_or_default();
        [self.building.as_deref(), self.unit.as_deref(), Some(room.as_str())].into_iter().flatten().collect()
    }

    /// For narrow lists: `12-501`, `3-2-1001`.
    pub fn short(&self) -> String {
        let number = |part: &Option<String>| {
            part.as_deref().map(|part| part.trim_end_matches(['号', '楼', '幢', '栋', '座', '单', '元']).to_owned())
        };
        let parts: Vec<String> =
            [number(&self.building), number(&self.unit), self.room.clone()].into_iter().flatten().collect();
        parts.join("-")
    }

    /// What "one per address" and matching compare. Kinds of building marks do not matter: `12号` and `12幢` of one
    /// estate are the same house written by two people. A room of which neither building nor estate is said is no home:
    /// every building has a 101.
    pub fn key(&self) -> Option<String> {
        let room = self.room.as_deref().filter(|_| self.building.is_some() || self.estate.is_some())?;
        let estate = self.estate.as_deref().unwrap_or_default();
        Some(format!("{estate}|{}|{}|{room}", number_of(&self.building), number_of(&self.unit)))
    }

    /// What tells homes of different committees apart: an address without an estate may be anywhere.
    pub fn home(&self) -> Option<String> {
        self.estate.as_ref().and_then(|_| self.key())
    }

    /// Compares two addresses; an estate that one of them leaves out is taken to be the same.
    pub fn compare(&self, other: &AddressParts) -> Comparison {
        let estates_differ = matches!((&self.estate, &other.estate), (Some(a), Some(b)) if !a.ends_with(b.as_str()) && !b.ends_with(a.as_str()));
        if estates_differ {
            return Comparison::Different;
        }
        let (Some(room), Some(other_room)) = (&self.room, &other.room) else { return Comparison::Unknown };
        let within = |parts: &AddressParts| [number_of(&parts.building), number_of(&parts.unit)];
        if within(self) == within(other) && room == other_room {
            Comparison::Same
        } else if self.building == other.building {
            Comparison::SameBuilding
        } else {
            Comparison::Different
        }
    }

    /// Compares in the order a clerk expects: 2号 before 12号, 501 before 1203.
    pub fn natural_cmp(&self, other: &AddressParts) -> Ordering {
        fn parts(address: &AddressParts) -> [&str; 4] {
            let parts = [&address.estate, &address.building, &address.unit, &address.room];
            parts.map(|part| part.as_deref().unwrap_or_default())
        }
        parts(self)
            .into_iter()
            .zip(parts(other))
            .map(|(a, b)| natural_cmp(a, b))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

/// A room with its 室 where it is a number: `501室`, but `地下室`.
fn room_display(room: &str) -> String {
    if room.starts_with(|c: char| c.is_ascii_alphanumeric()) { format!("{room}室") } else { room.to_owned() }
}

/// The floor a room number says: 501 → 5, 1203 → 12, B101 → −1; `None` where it says none.
pub fn floor(room: &str) -> Option<i32> {
    if let Some(below) = room.strip_prefix(['B', '-']) {
        return below.chars().next()?.to_digit(10).map(|floor| -(floor as i32));
    }
    let digits: String = room.chars().take_while(char::is_ascii_digit).collect();
    match digits.len() {
        3 | 4 => digits[..digits.len() - 2].parse().ok(),
        _ => None,
    }
}

/// Compares texts with numbers in them by the numbers' size: `2号` before `12号`.
pub fn natural_cmp(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal; // Soon seen, and frequent: homes of one estate and building.
    }
    let (mut a, mut b) = (chunks(a), chunks(b));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => {
                let numbers = a.parse::<u64>().ok().zip(b.parse::<u64>().ok());
                let order = numbers.map_or_else(|| a.cmp(b), |(a, b)| a.cmp(&b));
                if order.is_ne() {
                    return order;
                }
            }
        }
    }
}

fn chunks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let digit = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
        let (chunk, after) = rest.split_at(end);
        rest = after;
        Some(chunk)
    })
}

/// A part without the mark that says what it is.
fn number_of(part: &Option<String>) -> String {
    part.as_deref().unwrap_or_default().replace(['号', '楼', '幢', '栋', '座', '单', '元'], "")
}

fn unit_of(text: &str) -> String {
    let number = UNIT_MARKS.iter().find_map(|mark| text.strip_suffix(mark)).unwrap_or(text);
    if is_number(number) { format!("{}单元", trimmed(number)) } else { text.to_owned() }
}

/// Digits, or one letter (`A座`), or digits with a letter.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 6 && text.chars().all(|c| c.is_ascii_alphanumeric())
}

fn trimmed(number: &str) -> &str {
    let trimmed = number.trim_start_matches('0');
    if trimmed.is_empty() { number } else { trimmed }
}

fn split_suffix(rest: &str) -> (&str, &str) {
    let end = rest.chars().next().filter(|c| "甲乙丙丁".contains(*c)).map_or(0, char::len_utf8);
    rest.split_at(end)
}

/// Half-width, without blanks; dashes of all kinds as `-`; Chinese numerals before 号, 弄, 单元, 室 as digits.
fn normal(text: &str) -> String {
    let half: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}' | '，' | ','))
        .map(|c| match c {
            '－' | '—' | '–' | '―' | '/' | '／' | '_' => '-',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .collect();
    numerals_to_digits(&half.to_ascii_uppercase())
}

const NUMERALS: [char; 11] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
/// Marks before which a Chinese numeral is a number, not a name (齐河二村 stays).
const NUMERAL_MARKS: [&str; 7] = ["号", "弄", "单元", "室", "幢", "栋", "楼"];

fn numerals_to_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !NUMERALS.contains(&c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let number = (end > 0 && NUMERAL_MARKS.iter().any(|mark| after.starts_with(mark))).then(|| numeral(run));
        if let Some(number) = number.flatten() {
            out.push_str(&number.to_string());
            rest = after;
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// 十二 → 12, 三十 → 30, 五〇一-style digit runs are left to the caller.
fn numeral(run: &str) -> Option<u32> {
    let value = |c: char| NUMERALS.iter().position(|numeral| *numeral == c).map(|value| value as u32);
    match run.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { value(single(tens)?)? };
            let ones = if ones.is_empty() { 0 } else { value(single(ones)?)? };
            Some(tens * 10 + ones)
        }
        None => run.chars().try_fold(0u32, |sum, c| sum.checked_mul(10)?.checked_add(value(c)?)),
    }
}

fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    fn parts(estate: &str, building: &str, unit: &str, room: &str) -> AddressParts {
        let part = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        AddressParts { estate: part(estate), building: part(building), unit: part(unit), room: part(room) }
    }

    #[test]
    fn reads_what_people_write() {
        for (text, expected) in [
            ("齐河路338弄12号501室", parts("齐河路338弄", "12号", "", "501")),
            ("齐河路 338 弄 12 号 501", parts("齐河路338弄", "12号", "", "501")),
            ("齐河二村12号501", parts("齐河二村", "12号", "", "501")),
            ("１２号５０１室", parts("", "12号", "", "501")),
            ("12-501", parts("", "12号", "", "501")),
            ("3-2-1001", parts("", "3号", "2单元", "1001")),
            ("幸福小区3幢2单元1001室", parts("幸福小区", "3幢", "2单元", "1001")),
            ("12号楼3单元501室", parts("", "12号楼", "3单元", "501")),
            ("十二号五〇一", parts("", "12号", "", "五〇一")),
            ("齐河路12号501室", parts("齐河路", "12号", "", "501")),
            ("12号甲501室", parts("", "12号甲", "", "501")),
            ("A座1203", parts("", "A座", "", "1203")),
            ("012号0501室", parts("", "12号", "", "0501")),
            ("12号地下室", parts("", "12号", "", "地下")),
            ("某处", parts("某处", "", "", "")),
            ("", parts("", "", "", "")),
        ] {
            assert_eq!(AddressParts::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn columns_are_read_alike() {
        let full = parts("齐河路338弄", "12号", "2单元", "501");
        for (building, unit, room) in
            [("12", Some("2"), "501"), ("12号", Some("2单元"), "501室"), ("12幢", None, "2单元501")]
        {
            let read = AddressParts::from_columns(Some("齐河路338弄"), Some(building), unit, Some(room));
            assert_eq!(read.key(), full.key(), "{building} {room}");
        }
        let read = AddressParts::from_columns;
        assert_eq!(
            read(Some("齐河路338弄"), Some("7号1单元"), None, Some("1004")),
            parts("齐河路338弄", "7号", "1单元", "1004")
        );
        assert_eq!(read(Some("齐河路338弄"), Some("7号1004"), None, None), parts("齐河路338弄", "7号", "", "1004"));
        assert_eq!(read(None, Some("7号北楼"), None, Some("1004")), parts("", "7号北楼", "", "1004"));
        assert_eq!(read(None, Some("12"), None, Some("13号501")), parts("", "12号", "", "13号501"));
        assert_eq!(
            read(Some("齐河路338弄3号"), Some("4"), None, Some("501")),
            parts("齐河路338弄3号", "4号", "", "501")
        );
        assert_eq!(read(None, None, None, None), AddressParts::default());
    }

    #[test]
    fn a_room_without_building_or_estate_is_no_home() {
        for (address, home) in [
            (parts("", "", "", "101"), false),
            (parts("", "", "2单元", "101"), false),
            (parts("", "1号", "", ""), false),
            (parts("", "1号", "", "101"), true),
            (parts("前进村", "", "", "101"), true),
        ] {
            assert_eq!(address.key().is_some(), home, "{address:?}");
        }
    }

    #[test]
    fn compares_and_orders_like_a_clerk() {
        let parse = AddressParts::parse;
        assert_eq!(parse("齐河路338弄12号501室").compare(&parse("12-501")), Comparison::Same);
        assert_eq!(parse("齐河路338弄12号501室").compare(&parse("12号502")), Comparison::SameBuilding);
        assert_eq!(parse("齐河路338弄12号501室").compare(&parse("三林路1弄12号501")), Comparison::Different);
        assert_eq!(parse("12号501").compare(&parse("齐河路")), Comparison::Unknown);
        assert_eq!(parse("2号501").natural_cmp(&parse("12号101")), Ordering::Less);
        assert_eq!(parse("12号501").natural_cmp(&parse("12号1203")), Ordering::Less);
        for (room, expected) in [("501", Some(5)), ("1203", Some(12)), ("B101", Some(-1)), ("12", None), ("地下", None)]
        {
            assert_eq!(floor(room), expected, "{room}");
        }
    }

    proptest! {
        #[test]
        fn what_is_displayed_reads_back(lane in 1..2000u32, building in 1..200u32, unit in 0..9u32, room in 101..3000u32) {
            let unit = if unit == 0 { String::new() } else { format!("{unit}单元") };
            let address = parts(&format!("齐河路{lane}弄"), &format!("{building}号"), &unit, &room.to_string());
            prop_assert_eq!(AddressParts::parse(&address.display()), address);
        }

        /// Every number that stood in a column is in the address: two homes never become one.
        #[test]
        fn no_column_loses_a_number(
            estate in "(齐河路[1-9]弄)?([1-9]号)?", building in "([1-9][号幢]?)?([1-9]单元)?(北楼)?",
            unit in "([1-9](单元)?)?", room in "([1-9]号)?([1-9]单元)?([1-9]0[1-9]室?)?",
        ) {
            let read = AddressParts::from_columns(Some(&estate), Some(&building), Some(&unit), Some(&room)).display();
            let numbers = |text: &str| -> BTreeSet<String> {
                text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(str::to_owned).collect()
            };
            let typed = [estate, building, unit, room].iter().flat_map(|text| numbers(text)).collect();
            prop_assert_eq!(numbers(&read), typed);
        }

        #[test]
        fn nothing_typed_breaks_it(text in "\\PC{0,40}") {
            let _ = AddressParts::parse(&text).display();
        }
    }
}
