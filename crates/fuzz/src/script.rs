//! Bytes read as decisions. Where they end, everything that is asked is the first choice, and the script is over.

/// What is left of the bytes.
#[derive(Clone)]
pub(crate) struct Script<'b> {
    bytes: &'b [u8],
}

impl<'b> Script<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Script<'b> {
        Script { bytes }
    }

    /// Whether nothing is left.
    pub(crate) fn over(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        *first
    }

    /// A number below so many.
    pub(crate) fn below(&mut self, many: usize) -> usize {
        usize::from(self.byte()) % many.max(1)
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    pub(crate) fn number(&mut self) -> u64 {
        match self.byte() {
            small @ 0..=239 => u64::from(small),
            240 => u64::MAX,
            241 => i64::MAX as u64,
            242 => u64::from(u32::MAX),
            _ => u64::from_le_bytes([(); 8].map(|()| self.byte())),
        }
    }

    /// Yes in one case of so many.
    pub(crate) fn rarely(&mut self, many: u8) -> bool {
        self.byte() % many == many - 1
    }

    /// As many bytes as the next one says, four at a time.
    pub(crate) fn some(&mut self) -> &'b [u8] {
        let length = (usize::from(self.byte()) * 4).min(self.bytes.len());
        let (some, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        some
    }

    pub(crate) fn text(&mut self) -> String {
        String::from_utf8_lossy(self.some()).into_owned()
    }

    pub(crate) fn rest(&mut self) -> &'b [u8] {
        std::mem::take(&mut self.bytes)
    }
}
