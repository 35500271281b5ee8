//! Records of a binary workbook, and reading in them: every read is within the bytes there are.

/// Continue: more of the record before it.
const CONTINUE: u16 = 0x003c;
/// The most records that continue another: each holds 8 KB, so that the largest file has a tenth of them.
const MAX_CONTINUED: usize = 100_000;

/// One record, with what continues it.
pub(super) struct Record<'s> {
    pub(super) kind: u16,
    parts: Vec<&'s [u8]>,
}

impl<'s> Record<'s> {
    pub(super) fn input(&self) -> Input<'_> {
        Input {
            parts: &self.parts,
            at: 0,
        }
    }

    /// How many bytes it takes in the stream.
    pub(super) fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.len() + 4).sum()
    }

    /// The bytes before any continuation.
    pub(super) fn first(&self) -> &'s [u8] {
        self.parts.first().copied().unwrap_or_default()
    }
}

/// The records of a stream, one after the other; nothing in place of one that is cut off or has no end, and then no more.
pub(super) fn records(stream: &[u8]) -> impl Iterator<Item = Option<Record<'_>>> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        // Some programs fill the stream's last sector with zeros.
        if rest.len() < 4 || rest.iter().take(4).all(|byte| *byte == 0) {
            return None;
        }
        let Some((kind, data, mut after)) = one(rest) else {
            rest = &[];
            return Some(None);
        };
        let mut parts = vec![data];
        while let Some((CONTINUE, data, further)) = one(after) {
            if parts.len() > MAX_CONTINUED {
                rest = &[];
                return Some(None);
            }
            parts.push(data);
            after = further;
        }
        rest = after;
        Some(Some(Record { kind, parts }))
    })
}

fn one(stream: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (head, rest) = stream.split_first_chunk::<4>()?;
    let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
    let (data, rest) = rest.split_at_checked(length)?;
    Some((u16::from_le_bytes([head[0], head[1]]), data, rest))
}

/// A place in a record.
pub(super) struct Input<'r> {
    parts: &'r [&'r [u8]],
    at: usize,
}

impl Input<'_> {
    /// Bytes in one piece; nothing where they go beyond the record. May cross into a continuation.
    pub(super) fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let part = self.part()?;
            let taken = part.len().min(count - bytes.len());
            bytes.extend_from_slice(&part[..taken]);
            self.at += taken;
        }
        Some(bytes)
    }

    /// Bytes in place.
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        match self.part()?.first_chunk::<N>().copied() {
            Some(bytes) => {
                self.at += N;
                Some(bytes)
            }
            None => self.bytes(N)?.try_into().ok(),
        }
    }

    pub(super) fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let taken = self.part()?.len().min(count);
            self.at += taken;
            count -= taken;
        }
        Some(())
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// The rest of the present part; the next one where it is used up.
    fn part(&mut self) -> Option<&[u8]> {
        while self.parts.first().is_some_and(|part| part.len() == self.at) {
            (self.parts, self.at) = (&self.parts[1..], 0);
        }
        self.parts.first().map(|part| &part[self.at..])
    }

    /// Characters after a byte of flags (XLUnicodeStringNoCch).
    pub(super) fn unicode(&mut self, length: usize) -> Option<String> {
        let wide = self.u8()? & 1 != 0;
        self.characters(length, wide)
    }

    /// So many characters. Where a continuation begins within them, its first byte says anew how wide they are.
    fn characters(&mut self, mut length: usize, mut wide: bool) -> Option<String> {
        let mut units = Vec::new();
        while length > 0 {
            if self.parts.first().is_some_and(|part| part.len() == self.at) {
                wide = self.u8()? & 1 != 0;
            }
            let size = if wide { 2 } else { 1 };
            let part = self.part()?;
            let here = (part.len() / size).min(length);
            if here == 0 {
                return None;
            }
            let unit = |bytes: &[u8]| u16::from_le_bytes([bytes[0], bytes.get(1).copied().unwrap_or_default()]);
            units.extend(part[..here * size].chunks_exact(size).map(unit));
            self.at += here * size;
            length -= here;
        }
        Some(String::from_utf16_lossy(&units))
    }

    /// A text with fonts and reading aids, which are passed over (XLUnicodeRichExtendedString).
    pub(super) fn rich(&mut self) -> Option<String> {
        let length = usize::from(self.u16()?);
        let flags = self.u8()?;
        let runs = if flags & 8 != 0 { usize::from(self.u16()?) } else { 0 };
        let aids = if flags & 4 != 0 { self.u32()? as usize } else { 0 };
        let text = self.characters(length, flags & 1 != 0)?;
        // A table that ends here still has this text.
        let _ = self.skip(runs * 4).and_then(|()| self.skip(aids));
        Some(text)
    }
}
