//! Reading an address: one text, or columns of a sheet or form, become parts in one writing each.

use super::{AddressParts, number_of, region};

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
        // 延吉新村街道, 西城区: what names an estate may stand in the name of a district.
        let (region, rest) = region::split(&text);
        let rest = parts.take_estate(rest);
        let rest = parts.take_building(rest);
        let rest = parts.take_unit(rest);
        parts.take_room(rest);
        // Words without any number are the name of a place, not of a room.
        let numberless = parts.room.as_deref().is_some_and(|room| !room.contains(|c: char| c.is_ascii_alphanumeric()));
        if numberless && parts.building.is_none() && parts.estate.is_none() {
            parts.estate = parts.room.take();
        }
        if !region.is_empty() {
            parts.estate = Some(format!("{region}{}", parts.estate.unwrap_or_default()));
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
        self.room = Some(without_floor(room).to_owned()).filter(|room| !room.is_empty());
    }
}

/// A room without the floor that it says itself: `5楼501` is 501, while `5楼东` stays.
fn without_floor(room: &str) -> &str {
    let Some((floor, rest)) = room.split_once(['楼', '层']) else { return room };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let said = digits(floor) && digits(rest) && rest.len() == floor.len() + 2 && rest.starts_with(floor);
    if said { rest } else { room }
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

/// By value; 〇 is 零, too.
const NUMERALS: [char; 13] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '〇', '百'];
/// Marks before which a Chinese numeral is a number, not a name (齐河二村 stays).
const NUMERAL_MARKS: [&str; 7] = ["号", "弄", "单元", "室", "幢", "栋", "楼"];

fn numerals_to_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !NUMERALS.contains(&c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let marked = NUMERAL_MARKS.iter().any(|mark| after.starts_with(mark));
        let number = (end > 0 && (marked || is_room(run, after))).then(|| numeral(run));
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

/// A room's number digit by digit at the end: 五〇一.
fn is_room(run: &str, after: &str) -> bool {
    after.is_empty() && run.chars().count() >= 3 && !run.contains('十')
}

/// 十二 → 12, 三十 → 30, 五〇一 → 501.
fn numeral(run: &str) -> Option<u32> {
    let value = |c: char| match c {
        '〇' => Some(0),
        _ => NUMERALS.iter().position(|numeral| *numeral == c).map(|value| value as u32),
    };
    if let Some((hundreds, rest)) = run.split_once('百') {
        let rest = rest.trim_start_matches(['零', '〇']);
        let rest = if rest.is_empty() { 0 } else { numeral(rest).filter(|rest| *rest < 100)? };
        return Some(value(single(hundreds)?)? * 100 + rest);
    }
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
