//! Residential addresses: 路 + 弄 + 号 + 室 as in Shanghai, 小区 + 幢/栋/号楼 + 单元 + 室 elsewhere, and what people
//! make of them (`12-501`, full-width digits, Chinese numerals). Kept as parts in one writing each.

mod door;
mod estates;
mod order;
mod read;
mod region;
mod writing;

pub use estates::Estates;
pub use order::{floor, natural_cmp};
pub use region::{names as region_names, split as split_region};

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

impl AddressParts {
    /// The whole address: `齐河路338弄12号2单元501室`.
    pub fn display(&self) -> String {
        format!("{}{}", self.estate.as_deref().unwrap_or_default(), self.within_estate())
    }

    /// Without the estate: `12号501室`.
    pub fn within_estate(&self) -> String {
        let room = self.room.as_deref().map(room_display).unwrap_or_default();
        [self.building.as_deref(), self.unit.as_deref(), Some(room.as_str())]
            .into_iter()
            .flatten()
            .collect()
    }

    /// For narrow lists: `12-501`, `3-2-1001`.
    pub fn short(&self) -> String {
        let number = |part: &Option<String>| {
            part.as_deref().map(|part| {
                part.trim_end_matches(['号', '楼', '幢', '栋', '座', '单', '元'])
                    .to_owned()
            })
        };
        let parts: Vec<String> = [number(&self.building), number(&self.unit), self.room.clone()]
            .into_iter()
            .flatten()
            .collect();
        parts.join("-")
    }

    /// What "one per address" and matching compare. Kinds of building marks do not matter: `12号` and `12幢` of one
    /// estate are the same house written by two people; nor does whether 省, 市, 区 and 街道 stand before it. A room
    /// without building and estate may be anywhere, and is no home; nor are words that name no door.
    pub fn key(&self) -> Option<String> {
        let estate = self.bare_estate();
        let said = self.building.is_some() || !estate.is_empty();
        self.within_key()
            .filter(|_| said)
            .map(|within| format!("{estate}|{within}"))
    }

    /// What tells homes of different committees apart: an address without an estate may be anywhere.
    pub fn home(&self) -> Option<String> {
        self.key().filter(|_| !self.bare_estate().is_empty())
    }

    /// The estate without 省, 市, 区 and 街道.
    fn bare_estate(&self) -> &str {
        region::split(self.estate.as_deref().unwrap_or_default()).1
    }

    fn within_key(&self) -> Option<String> {
        let room = self
            .room
            .as_deref()
            .filter(|room| door::is_door(room, self.building.is_some()))?;
        // `0501`, as sheets write a room that is sorted as a text.
        let number = room.trim_start_matches('0');
        let room = if number.starts_with(|c: char| c.is_ascii_digit()) {
            number
        } else {
            room
        };
        Some(format!(
            "{}|{}|{room}",
            number_of(&self.building),
            number_of(&self.unit)
        ))
    }

    /// Compares two addresses; an estate that one of them leaves out is taken to be the same.
    pub fn compare(&self, other: &AddressParts) -> Comparison {
        let regions = [self, other].map(|address| region::split(address.estate.as_deref().unwrap_or_default()).0);
        let (a, b) = (self.bare_estate(), other.bare_estate());
        let estates_differ =
            !a.is_empty() && !b.is_empty() && a != b && !estates::ends_with(a, b) && !estates::ends_with(b, a);
        if estates_differ || region::contradict(regions[0], regions[1]) {
            return Comparison::Different;
        }
        let estates_said = !a.is_empty() && !b.is_empty();
        match (self.within_key(), other.within_key()) {
            _ if !estates_said && (self.building.is_none() || other.building.is_none()) => Comparison::Unknown,
            (Some(a), Some(b)) if a == b => Comparison::Same,
            (Some(_), Some(_)) if number_of(&self.building) == number_of(&other.building) => Comparison::SameBuilding,
            (Some(_), Some(_)) => Comparison::Different,
            _ => Comparison::Unknown,
        }
    }
}

/// A room with its 室 where it is a number: `501室`, but `地下室`.
fn room_display(room: &str) -> String {
    if room.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        format!("{room}室")
    } else {
        room.to_owned()
    }
}

/// A part without the mark that says what it is.
fn number_of(part: &Option<String>) -> String {
    part.as_deref()
        .unwrap_or_default()
        .replace(['号', '楼', '幢', '栋', '座', '单', '元'], "")
}

#[cfg(test)]
mod tests;
