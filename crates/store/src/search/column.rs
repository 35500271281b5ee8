//! What a person is found by, kind by kind: all rows' texts one after the other, so that a scan reads straight on.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem::{self, Finder};

use super::{Home, rank};

/// Ends a field inside a column; cannot be typed.
pub(super) const END: u8 = b'\n';

/// One kind of text of all rows, one after the other, each ended by a line feed.
#[derive(Default)]
pub struct TextColumn {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl TextColumn {
    /// Adds a row of several fields.
    pub fn push(&mut self, fields: impl Iterator<Item = impl AsRef<str>>) {
        for field in fields {
            self.text.extend_from_slice(field.as_ref().as_bytes());
            self.text.push(END);
        }
        self.ends.push(self.text.len() as u32);
    }

    /// A row's fields, each ended by a line feed.
    pub fn row(&self, row: usize) -> &[u8] {
        &self.text[range(&self.ends, row)]
    }

    /// The rows that contain the word, each once, in order, with the first of its places that is accepted.
    pub fn rows<'c>(
        &'c self,
        word: &'c str,
        accept: impl Fn(&[u8], usize) -> bool + 'c,
    ) -> impl Iterator<Item = (usize, &'c [u8], usize)> {
        let (word, mut row, mut from) = (Finder::new(word), 0, 0);
        std::iter::from_fn(move || {
            while let Some(found) = word.find(&self.text[from..]) {
                row = row_at(&self.ends, from + found, row);
                let Range { start, end } = range(&self.ends, row);
                let (text, at) = (&self.text[start..end], from + found - start);
                if accept(text, at) {
                    from = end;
                    return Some((row, text, at));
                }
                from += found + 1;
            }
            None
        })
    }

    /// The rows that contain every one of the words, or are of the home that a word names, in order.
    pub fn rows_with<'c>(&'c self, words: &'c [&'c str]) -> impl Iterator<Item = usize> {
        let words: Vec<(&str, Option<Home<'_>>)> = words.iter().map(|word| (*word, Home::of(word))).collect();
        // What every row has that is found: of a home as it is written elsewhere, its last number.
        let needle = |(word, home): &(&'c str, Option<Home<'c>>)| home.as_ref().map_or(*word, Home::number);
        let longest = words.iter().map(needle).max_by_key(|needle| needle.len());
        let all = move |text: &[u8]| {
            words.iter().all(|(word, home)| {
                memmem::find(text, word.as_bytes()).is_some() || home.as_ref().is_some_and(|home| home.is_in(text))
            })
        };
        let rows = longest.into_iter().flat_map(|word| self.rows(word, |_, _| true));
        rows.filter(move |(_, text, _)| all(text)).map(|(row, ..)| row)
    }

    #[cfg(test)]
    pub(super) fn parts(&self) -> (&[u8], &[u32]) {
        (&self.text, &self.ends)
    }
}

/// Where a row lies, by where each ends.
fn range(ends: &[u32], row: usize) -> Range<usize> {
    row.checked_sub(1).map_or(0, |before| ends[before] as usize)..ends[row] as usize
}

/// The row that a place is in, by where each row ends; it is not before `from`.
pub(super) fn row_at(ends: &[u32], at: usize, from: usize) -> usize {
    // A frequent word's next place is near: steps that double reach it sooner than halving all that is left.
    let mut step = 1;
    while ends.get(from + step).is_some_and(|end| *end as usize <= at) {
        step *= 2;
    }
    let near = from + step / 2..(from + step).min(ends.len());
    near.start + ends[near].partition_point(|end| *end as usize <= at)
}

/// A column in which neighbouring rows often say the same, as people of one home do: said once.
#[derive(Default)]
pub(super) struct SharedColumn {
    pub(super) texts: TextColumn,
    /// Per text: the first row that has it.
    firsts: Vec<u32>,
    rows: u32,
}

impl SharedColumn {
    pub(super) fn push(&mut self, text: &str) {
        let same = self.firsts.len().checked_sub(1).is_some_and(|last| {
            let before = self.texts.row(last);
            before.strip_suffix(&[END]) == Some(text.as_bytes())
        });
        if !same {
            self.texts.push([text].into_iter());
            self.firsts.push(self.rows);
        }
        self.rows += 1;
    }

    pub(super) fn row(&self, row: usize) -> &[u8] {
        self.texts
            .row(self.firsts.partition_point(|first| *first as usize <= row) - 1)
    }

    /// The rows that have a text.
    pub(super) fn rows(&self, text: usize) -> Range<usize> {
        self.firsts[text] as usize..self.firsts.get(text + 1).map_or(self.rows, |next| *next) as usize
    }
}

/// Readings of all rows. Names are made of some four hundred syllables: each has a number, so that what was typed is
/// compared with each syllable once and not with each row's text.
pub(super) struct ReadingColumn {
    syllables: Vec<String>,
    numbers: HashMap<String, u32>,
    /// The numbers of the syllables; each reading ends with [`NO_SYLLABLE`].
    text: Vec<u32>,
    ends: Vec<u32>,
}

/// The number of the empty syllable, which begins like nothing that is typed.
const NO_SYLLABLE: u32 = 0;

impl Default for ReadingColumn {
    fn default() -> ReadingColumn {
        ReadingColumn {
            syllables: vec![String::new()],
            numbers: HashMap::new(),
            text: Vec::new(),
            ends: Vec::new(),
        }
    }
}

impl ReadingColumn {
    pub(super) fn push(&mut self, readings: &[Vec<String>]) {
        for reading in readings {
            for syllable in reading {
                let number = self.number(syllable);
                self.text.push(number);
            }
            self.text.push(NO_SYLLABLE);
        }
        self.ends.push(self.text.len() as u32);
    }

    fn number(&mut self, syllable: &str) -> u32 {
        if let Some(number) = self.numbers.get(syllable) {
            return *number;
        }
        let number = self.syllables.len() as u32;
        self.syllables.push(syllable.to_owned());
        self.numbers.insert(syllable.to_owned(), number);
        number
    }

    /// Writes down the rank of every row that reads as the letters.
    pub(super) fn rank_all(&self, letters: &[u8], ranks: &mut [u8]) {
        let common: Vec<usize> = self
            .syllables
            .iter()
            .map(|syllable| common(syllable, letters))
            .collect();
        let mut row = 0;
        // Straight on through all syllables, most of which begin otherwise: rows are looked at only where one fits.
        for (at, syllable) in self.text.iter().enumerate() {
            let common = common[*syllable as usize];
            if common > 0 && self.reads_on(&self.text[at + 1..], letters, common) {
                row = row_at(&self.ends, at, row);
                ranks[row] = ranks[row].min(self.rank_at(range(&self.ends, row).start, at));
            }
        }
    }

    /// The rank of a row; none where it does not read as the letters.
    pub(super) fn rank(&self, row: usize, letters: &[u8]) -> Option<u8> {
        let fits = |at: &usize| {
            let letters_common = common(&self.syllables[self.text[*at] as usize], letters);
            letters_common > 0 && self.reads_on(&self.text[at + 1..], letters, letters_common)
        };
        let row = range(&self.ends, row);
        row.clone().filter(fits).map(|at| self.rank_at(row.start, at)).min()
    }

    /// The rank of what reads from a syllable on: best where the usual reading begins, which is a row's first.
    fn rank_at(&self, row: usize, at: usize) -> u8 {
        match &self.text[row..at] {
            [] => rank::READING_START,
            before if before.contains(&NO_SYLLABLE) => rank::OTHER_READING,
            _ => rank::READING_PART,
        }
    }

    /// Whether the letters after a syllable that has up to `common` of them spell the beginning of what follows it,
    /// each syllable by its initial, a beginning of it, or the whole: `zxm`, `zhangxm`, `zhangxi` for `zhang xiao ming`.
    fn reads_on(&self, following: &[u32], letters: &[u8], common_letters: usize) -> bool {
        if common_letters == letters.len() {
            return true;
        }
        let Some((next, following)) = following.split_first() else {
            return false;
        };
        // The longest reading first: `xian` is one syllable before it is `xi an`.
        (1..=common_letters).rev().any(|taken| {
            let letters = &letters[taken..];
            self.reads_on(following, letters, common(&self.syllables[*next as usize], letters))
        })
    }
}

/// How many letters a syllable and what was typed have in common.
fn common(syllable: &str, letters: &[u8]) -> usize {
    syllable.bytes().zip(letters).take_while(|(a, b)| a == *b).count()
}
