//! Reading an address: one text, or columns of a sheet or form, become parts in one writing each.

use super::door::{is_about_moving, is_door};
use super::writing::{normal, single};
use super::{AddressParts, number_of, region};

/// What ends a building's number, longest first, and how it is written.
const BUILDING_MARKS: [(&str, &str); 8] = [
    ("号楼", "号楼"),
    ("#楼", "号楼"),
    ("号", "号"),
    ("幢", "幢"),
    ("栋", "栋"),
    ("座", "座"),
    ("＃", "号"),
    ("#", "号"),
];
/// What ends a unit's number.
const UNIT_MARKS: [&str; 2] = ["单元", "门"];
/// What may stand behind a room's number, or a building's, for a part of it.
const PARTS: &str = "甲乙丙丁东西南北中";
/// What is written behind a room of who lives in it.
const TENANTS: [&str; 8] = ["租", "租户", "出租", "租客", "租住", "租房", "自住", "自有"];
/// What ends a room's number.
const ROOM_MARKS: [char; 3] = ['室', '房', '户'];
/// Digits from which a number before 楼 is a building's: no house has so many floors.
const NO_FLOOR_DIGITS: usize = 3;
/// The longest name of an estate's part, in characters: 十二期.
const LONGEST_PHASE: usize = 3;
/// What names an estate; what follows begins the building.
const ESTATE_MARKS: [&str; 12] = [
    "弄", "支弄", "小区", "新村", "花园", "公寓", "家园", "苑", "村", "里", "坊", "城",
];

impl AddressParts {
    /// Reads an address in one text. Words of which no door can be told (村东头老王家隔壁, 小区门口, 李家村三组) stay
    /// whole, as the name of a place.
    pub fn parse(text: &str) -> AddressParts {
        let text = normal(text);
        let parts = AddressParts::split(&text);
        let no_door = parts
            .room
            .as_deref()
            .is_some_and(|room| !is_door(room, parts.building.is_some()));
        if no_door || is_about_moving(&text) {
            return AddressParts {
                estate: Some(text),
                ..AddressParts::default()
            };
        }
        parts
    }

    fn split(text: &str) -> AddressParts {
        let mut parts = AddressParts::default();
        // 延吉新村街道, 西城区: what names an estate may stand in the name of a district.
        let (region, rest) = region::split(text);
        let rest = parts.take_estate(rest);
        let rest = parts.take_building(rest);
        let rest = parts.take_unit(rest);
        parts.take_room(rest);
        // Words without any number are the name of a place, not of a room.
        let numberless = parts
            .room
            .as_deref()
            .is_some_and(|room| !room.contains(|c: char| c.is_ascii_alphanumeric()));
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
        let named = |building: String| AddressParts {
            building: Some(building),
            ..AddressParts::default()
        };
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
        let pairs = [
            (&self.building, &other.building),
            (&self.unit, &other.unit),
            (&self.room, &other.room),
        ];
        if pairs.into_iter().any(|(here, there)| contradicts(here, there)) {
            return false;
        }
        for (here, there) in [
            (&mut self.building, &other.building),
            (&mut self.unit, &other.unit),
            (&mut self.room, &other.room),
        ] {
            *here = here.take().or_else(|| there.clone());
        }
        true
    }

    fn take_estate<'t>(&mut self, text: &'t str) -> &'t str {
        let end = ESTATE_MARKS
            .iter()
            .filter_map(|mark| Some(text.rfind(mark)? + mark.len()))
            .max();
        let road = || {
            // A road without a lane: `齐河路12号501`.
            let at = ["路", "街", "大道", "巷"]
                .iter()
                .filter_map(|mark| Some(text.rfind(mark)? + mark.len()))
                .max()?;
            text[at..].starts_with(|c: char| c.is_ascii_digit()).then_some(at)
        };
        let Some(end) = end.or_else(road) else {
            return self.take_leading_name(text);
        };
        let (estate, rest) = text.split_at(end + phase(&text[end..]));
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
                let (suffix, rest) = split_suffix(without_gate(rest));
                self.building = Some(format!("{}{written}{suffix}", trimmed(number)));
                return rest.trim_start_matches('-');
            }
        }
        // 101楼3单元: where a unit follows, and from a number that no floor has.
        if let Some((number, rest)) = text.split_once('楼')
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && is_number(number)
            && (number.len() >= NO_FLOOR_DIGITS || UNIT_MARKS.iter().any(|mark| rest.contains(mark)))
        {
            self.building = Some(format!("{}号楼", trimmed(number)));
            return rest.trim_start_matches('-');
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
        let text = text.trim_matches('-');
        let room = without_tenant(text);
        self.room = Some(without_floor(room.trim_end_matches(ROOM_MARKS)).to_owned()).filter(|room| !room.is_empty());
    }
}

/// A room without who lives in it, where the room is said: 501室租户. A part of a room is its own: 501室A is 501A.
fn without_tenant(room: &str) -> String {
    let part = |behind: &str| single(behind).is_some_and(|c| c.is_ascii_alphabetic() || PARTS.contains(c));
    match room.split_once('室') {
        Some((number, behind)) if is_number(number) && TENANTS.contains(&behind) => number.to_owned(),
        Some((number, behind)) if is_number(number) && part(behind) => format!("{number}{behind}"),
        _ => room.to_owned(),
    }
}

/// A room without the floor that it says itself: `5楼501` is 501, while `5楼东` stays.
fn without_floor(room: &str) -> &str {
    let Some((floor, rest)) = room.split_once(['楼', '层']) else {
        return room;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let said = digits(floor) && digits(rest) && rest.len() == floor.len() + 2 && rest.starts_with(floor);
    if said { rest } else { room }
}

/// Behind a building's number without the door that it also is: 8号门501, but 8号门卫室.
fn without_gate(rest: &str) -> &str {
    let behind = rest.strip_prefix('门');
    behind
        .filter(|behind| behind.is_empty() || behind.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(rest)
}

/// How long the part of an estate is that follows its name: 三期, 东区, A区.
fn phase(text: &str) -> usize {
    let ends = text.char_indices().take(LONGEST_PHASE).skip(1);
    let end = ends
        .filter(|(_, c)| matches!(c, '期' | '区'))
        .map(|(at, c)| at + c.len_utf8())
        .next();
    end.filter(|end| !text[..*end].ends_with("小区") && text.len() > *end)
        .unwrap_or(0)
}

fn unit_of(text: &str) -> String {
    let number = UNIT_MARKS
        .iter()
        .find_map(|mark| text.strip_suffix(mark))
        .unwrap_or(text);
    if is_number(number) {
        format!("{}单元", trimmed(number))
    } else {
        text.to_owned()
    }
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
    let end = rest
        .chars()
        .next()
        .filter(|c| "甲乙丙丁".contains(*c))
        .map_or(0, char::len_utf8);
    rest.split_at(end)
}
