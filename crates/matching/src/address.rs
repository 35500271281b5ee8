//! Addresses as people write them: what is said at each level, and where in the text.

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

/// One address of what a sheet has in columns of its own. What the whole address says already is not said again.
pub fn joined(address: &str, estate: &str, building: &str, unit: &str, room: &str) -> String {
    let whole = Understood::of(address);
    let says = |level| whole.at(level).is_some();
    let marked = |text: &str, mark: &str| {
        let text = text.trim();
        let bare = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        format!("{text}{}", if bare { mark } else { "" })
    };
    let mut joined = String::new();
    if !estate.trim().is_empty() && !address.contains(estate.trim()) {
        joined.push_str(estate.trim());
        joined.push(' ');
    }
    joined.push_str(address.trim());
    if !says(Level::Number) {
        joined.push_str(&marked(building, "号"));
    }
    if !says(Level::Unit) {
        joined.push_str(&marked(unit, "单元"));
    }
    if !says(Level::Room) {
        joined.push_str(&marked(room, "室"));
    }
    joined
}

#[cfg(test)]
mod tests;
