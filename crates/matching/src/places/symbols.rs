//! Texts by numbers.

use foldhash::HashMap;

/// Nothing is said.
pub(crate) const UNSAID: u32 = 0;
/// Something that the roster has nowhere.
pub(crate) const STRANGE: u32 = u32::MAX;

/// Texts by numbers, from 1.
#[derive(Debug, Default)]
pub(crate) struct Symbols(pub(super) HashMap<String, u32>);

impl Symbols {
    pub(super) fn learn(&mut self, text: Option<&String>) -> u32 {
        let Some(text) = text else { return UNSAID };
        if let Some(known) = self.0.get(text) {
            return *known;
        }
        let next = self.0.len() as u32 + 1;
        self.0.insert(text.clone(), next);
        next
    }

    /// What the roster has; [`STRANGE`] where it has it nowhere.
    pub(super) fn of(&self, text: Option<&String>) -> u32 {
        text.map_or(UNSAID, |text| self.0.get(text).copied().unwrap_or(STRANGE))
    }
}
