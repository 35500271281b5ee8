//! Addresses as people write them: what is said at each level, and where in the text.

mod house;
mod lex;
mod names;
mod numerals;
mod reading;

use std::ops::Range;

pub(crate) use names::base as base_name;
pub(crate) use reading::{Reading, readings};

/// A level of an address, from the widest to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 省, 市, 区, 街道, 镇 and 居委会.
    Region,
    /// 路, 街, 大道, 巷.
    Road,
    /// 弄.
    Lane,
    /// 支弄.
    SubLane,
    /// 小区, 新村, 村, 宅: a place by its name.
    Estate,
    /// 期 or 区 of an estate.
    Phase,
    /// 组 or 队 of a village.
    Group,
    /// 号, 幢, 栋, 座.
    Number,
    /// 单元.
    Unit,
    /// 楼, 层.
    Floor,
    /// 室.
    Room,
}

/// What is said at a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Of what.
    pub level: Level,
    /// In its one writing, without the mark: `338` of 三百三十八弄.
    pub value: String,
    /// Where it stands in the text as written, in bytes.
    pub span: Range<usize>,
}

/// An address as it was understood, in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Understood {
    /// What was understood; what is in no span was passed over.
    pub parts: Vec<Part>,
}

impl Understood {
    /// Reads an address.
    pub fn of(text: &str) -> Understood {
        reading::understood(text)
    }

    /// What is said at a level first.
    pub fn at(&self, level: Level) -> Option<&str> {
        self.parts
            .iter()
            .find(|part| part.level == level)
            .map(|part| part.value.as_str())
    }
}

/// An address as a sheet has it in columns of its own; what it has no column for is empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pieces<'a> {
    /// 街镇.
    pub town: &'a str,
    /// 小区, with its lane.
    pub estate: &'a str,
    /// A whole address, or what of it stands in one column.
    pub address: &'a str,
    /// 号, 幢: a bare number is a 号.
    pub building: &'a str,
    /// 单元.
    pub unit: &'a str,
    /// 室.
    pub room: &'a str,
}

impl Pieces<'_> {
    /// All of them as one address. What the whole address says already is not said again.
    pub fn joined(self) -> String {
        let [town, estate, address] = [self.town, self.estate, self.address].map(str::trim);
        let whole = Understood::of(address);
        let mut joined = String::new();
        if !address.contains(town) {
            joined.push_str(town);
        }
        if !address.contains(estate) {
            joined.push_str(estate);
            joined.push_str(if address.is_empty() { "" } else { " " });
        }
        joined.push_str(address);
        for (level, piece, mark) in [
            (Level::Number, self.building.trim(), "号"),
            (Level::Unit, self.unit.trim(), "单元"),
            (Level::Room, self.room.trim(), "室"),
        ] {
            if piece.is_empty() || whole.at(level).is_some() {
                continue;
            }
            // 12-501 and 12 are two numbers, and so are they here.
            let ends = |text: &str| text.ends_with(|c: char| c.is_ascii_alphanumeric());
            joined.push_str(if ends(&joined) { " " } else { "" });
            joined.push_str(piece);
            let bare = piece.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            joined.push_str(if bare { mark } else { "" });
        }
        joined
    }
}

#[cfg(test)]
mod tests;
