//! Search while typing: a compact copy of what people are looked up by, kept in memory and scanned.
//!
//! A full-text index of trigrams finds nothing for one or two characters, which is how Chinese names are typed;
//! a scan of a few megabytes answers within a blink and finds every part of a name. Nothing of it is on disk.

use std::collections::HashMap;

use linli_domain::operation::EntityId;
use memchr::memmem::Finder;

/// What a person is found by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Name as written.
    pub name: String,
    /// Readings of the name, each as syllables: `[["zhang", "xiao", "ming"]]`. Usually one.
    pub readings: Vec<Vec<String>>,
    /// Phones, digits only.
    pub phones: Vec<String>,
    /// Document number.
    pub document: Option<String>,
    /// Full address, e.g. `齐河路338弄12号501室`.
    pub address: String,
}

/// A hit and how good it is: 0 is best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Rank of the way it matched.
    pub rank: u8,
    /// Place among equals.
    place: u32,
    /// Who.
    pub id: EntityId,
}

/// The most words of a query that are looked at.
const MAX_WORDS: usize = 6;
/// Digits that must be typed before the end of a phone or document number is compared.
const MIN_NUMBER_DIGITS: usize = 3;
/// Rebuild when more than one row in this many is dead.
const DEAD_SHARE: usize = 4;
/// Ends a field inside a column; cannot be typed.
const END: u8 = b'\n';

/// Ways to match, best first.
mod rank {
    pub const WHOLE_NAME: u8 = 0;
    pub const NAME_START: u8 = 1;
    pub const READING_START: u8 = 2;
    pub const NAME_PART: u8 = 3;
    pub const READING_PART: u8 = 4;
    pub const NUMBER: u8 = 5;
    pub const ADDRESS: u8 = 6;
}

/// One kind of text of all rows, one after the other, each ended by [`END`].
#[derive(Default)]
struct TextColumn {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl TextColumn {
    fn push(&mut self, parts: impl Iterator<Item = impl AsRef<str>>) {
        for part in parts {
            self.text.extend_from_slice(part.as_ref().as_bytes());
            self.text.push(END);
        }
        self.ends.push(self.text.len() as u32);
    }

    fn row(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[row] as usize]
    }

    /// The row that a place is in; it is not before `from`.
    fn row_at(&self, at: usize, from: usize) -> usize {
        // A frequent word's next place is near: steps that double reach it sooner than halving all that is left.
        let mut step = 1;
        while self.ends.get(from + step).is_some_and(|end| *end as usize <= at) {
            step *= 2;
        }
        let near = from + step / 2..(from + step).min(self.ends.len());
        near.start + self.ends[near].partition_point(|end| *end as usize <= at)
    }

    /// Calls `hit` with each row that contains the word, once, in order, until it accepts one of its places.
    fn each_row(&self, word: &Finder<'_>, mut hit: impl FnMut(usize, &[u8], usize) -> bool) {
        let mut row = 0;
        let mut from = 0;
        while let Some(found) = word.find(&self.text[from..]) {
            let at = from + found;
            row = self.row_at(at, row);
            let start = row.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
            let end = self.ends[row] as usize;
            from = if hit(row, &self.text[start..end], at - start) { end } else { at + 1 };
        }
    }
}

/// The index.
#[derive(Default)]
pub struct SearchIndex {
    ids: Vec<Option<EntityId>>,
    rows: HashMap<EntityId, u32>,
    dead: usize,
    names: TextColumn,
    readings: TextColumn,
    /// Per row: which letters its syllables begin with (bit 0 is `a`).
    initials: Vec<u32>,
    numbers: TextColumn,
    addresses: TextColumn,
}

/// How a word is looked up, by what it is made of.
enum Word<'q> {
    Letters(&'q str),
    Digits(&'q str),
    Text(&'q str),
}

impl Word<'_> {
    fn of(word: &str) -> Word<'_> {
        if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            Word::Letters(word)
        } else if word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'X') {
            Word::Digits(word)
        } else {
            Word::Text(word)
        }
    }
}

impl SearchIndex {
    /// People in the index.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Puts a person in, in place of an older entry.
    pub fn put(&mut self, id: EntityId, entry: &Entry) {
        self.remove(id);
        let row = self.ids.len();
        self.ids.push(Some(id));
        self.rows.insert(id, row as u32);
        self.names.push([&entry.name].into_iter());
        self.readings.push(entry.readings.iter().map(|reading| reading.join(" ")));
        let letters = entry.readings.iter().flatten().filter_map(|syllable| letter_bit(*syllable.as_bytes().first()?));
        self.initials.push(letters.fold(0, |mask, bit| mask | bit));
        self.numbers.push(entry.phones.iter().chain(entry.document.as_ref()));
        self.addresses.push([&entry.address].into_iter());
    }

    /// Takes a person out.
    pub fn remove(&mut self, id: EntityId) {
        if let Some(row) = self.rows.remove(&id) {
            self.ids[row as usize] = None;
            self.dead += 1;
        }
    }

    /// Whether so many entries were replaced that building anew is worth it.
    pub fn worn(&self) -> bool {
        self.dead * DEAD_SHARE > self.ids.len()
    }

    /// Looks up what was typed: every word must match. Returns the best `limit` hits and how many there are.
    pub fn find(&self, query: &str, limit: usize) -> (Vec<Hit>, usize) {
        let query = normal(query);
        let mut words: Vec<&str> = query.split_whitespace().take(MAX_WORDS).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let Some((first, others)) = words.split_first() else { return (Vec::new(), 0) };
        let mut hits = self.scan(&Word::of(first));
        hits.retain_mut(|hit| {
            let row = hit.place as usize;
            others.iter().all(|word| {
                let rank = self.match_row(row, &Word::of(word));
                hit.rank = hit.rank.min(rank.unwrap_or(u8::MAX));
                rank.is_some()
            })
        });
        let total = hits.len();
        if total > limit {
            hits.select_nth_unstable(limit);
            hits.truncate(limit);
        }
        hits.sort_unstable();
        (hits, total)
    }

    fn scan(&self, word: &Word<'_>) -> Vec<Hit> {
        let mut best = BestHits { index: self, hits: Vec::new() };
        match word {
            Word::Letters(letters) => self.scan_readings(letters, &mut best),
            Word::Digits(digits) => {
                if digits.len() >= MIN_NUMBER_DIGITS {
                    self.numbers.each_row(&Finder::new(digits), |row, text, at| {
                        let whole = ends_or_begins(text, at, digits.len());
                        whole.then(|| best.add(row, rank::NUMBER)).is_some()
                    });
                }
                self.scan_addresses(digits, &mut best);
            }
            Word::Text(text) => {
                self.names.each_row(&Finder::new(text), |row, name, at| {
                    best.add(row, name_rank(name, at, text.len()));
                    true
                });
                self.scan_addresses(text, &mut best);
            }
        }
        best.into_hits()
    }

    fn scan_addresses(&self, word: &str, best: &mut BestHits<'_>) {
        self.addresses.each_row(&Finder::new(word), |row, address, at| {
            let whole = number_begins(address, at);
            if whole {
                best.add(row, rank::ADDRESS);
            }
            whole
        });
    }

    fn scan_readings(&self, letters: &str, best: &mut BestHits<'_>) {
        let Some(bit) = letters.bytes().next().and_then(letter_bit) else { return };
        for (row, _) in self.initials.iter().enumerate().filter(|(_, mask)| **mask & bit != 0) {
            if let Some(rank) = reading_rank(self.readings.row(row), letters.as_bytes()) {
                best.add(row, rank);
            }
        }
    }

    fn match_row(&self, row: usize, word: &Word<'_>) -> Option<u8> {
        let in_address = |word: &str| {
            let address = self.addresses.row(row);
            memchr::memmem::find_iter(address, word).any(|at| number_begins(address, at)).then_some(rank::ADDRESS)
        };
        match word {
            Word::Letters(letters) => reading_rank(self.readings.row(row), letters.as_bytes()),
            Word::Digits(digits) => {
                let numbers = self.numbers.row(row);
                let number = digits.len() >= MIN_NUMBER_DIGITS
                    && memchr::memmem::find_iter(numbers, digits).any(|at| ends_or_begins(numbers, at, digits.len()));
                number.then_some(rank::NUMBER).or_else(|| in_address(digits))
            }
            Word::Text(text) => {
                let name = self.names.row(row);
                memchr::memmem::find(name, text.as_bytes())
                    .map(|at| name_rank(name, at, text.len()))
                    .or_else(|| in_address(text))
            }
        }
    }
}

/// Collects hits row by row, keeping the better of two for the same row.
struct BestHits<'i> {
    index: &'i SearchIndex,
    hits: Vec<Hit>,
}

impl BestHits<'_> {
    fn add(&mut self, row: usize, rank: u8) {
        if let Some(id) = self.index.ids[row] {
            self.hits.push(Hit { rank, place: row as u32, id });
        }
    }

    fn into_hits(mut self) -> Vec<Hit> {
        self.hits.sort_unstable_by_key(|hit| (hit.place, hit.rank));
        self.hits.dedup_by_key(|hit| hit.place);
        self.hits
    }
}

/// Full-width to half-width, small letters; a lone `x` at the end of digits is an ID number's.
fn normal(query: &str) -> String {
    let half: String = query
        .chars()
        .map(|c| match c {
            '\u{3000}' | ',' | '，' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .collect::<String>()
        .to_lowercase();
    half.split_whitespace().map(|word| if is_number(word) { word.to_uppercase() } else { word.to_owned() }).fold(
        String::new(),
        |mut all, word| {
            all.push_str(&word);
            all.push(' ');
            all
        },
    )
}

fn is_number(word: &str) -> bool {
    word.strip_suffix('x').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn letter_bit(letter: u8) -> Option<u32> {
    letter.is_ascii_lowercase().then(|| 1 << (letter - b'a'))
}

/// `2号` must not be found inside `12号`.
fn number_begins(address: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| address.get(before));
    !(address.get(at).is_some_and(u8::is_ascii_digit) && before.is_some_and(u8::is_ascii_digit))
}

/// The word is the beginning or the end of a phone or document number.
fn ends_or_begins(numbers: &[u8], at: usize, length: usize) -> bool {
    at == 0 || numbers.get(at - 1) == Some(&END) || numbers.get(at + length) == Some(&END)
}

fn name_rank(name: &[u8], at: usize, length: usize) -> u8 {
    match (at, name.len() - 1 - length) {
        (0, 0) => rank::WHOLE_NAME,
        (0, _) => rank::NAME_START,
        _ => rank::NAME_PART,
    }
}

fn reading_rank(readings: &[u8], letters: &[u8]) -> Option<u8> {
    let mut best = None;
    for reading in readings.split(|byte| *byte == END).filter(|reading| !reading.is_empty()) {
        if reads_as(reading, letters) {
            return Some(rank::READING_START);
        }
        let later = reading.iter().enumerate().filter(|(_, byte)| **byte == b' ');
        if later.into_iter().any(|(at, _)| reads_as(&reading[at + 1..], letters)) {
            best = Some(rank::READING_PART);
        }
    }
    best
}

/// Whether `letters` spell the beginning of `syllables`, each by its initial, a beginning of it, or the whole:
/// `zxm`, `zhangxm`, `zhangxi` for `zhang xiao ming`.
fn reads_as(syllables: &[u8], letters: &[u8]) -> bool {
    if letters.is_empty() {
        return true;
    }
    let end = memchr::memchr(b' ', syllables).unwrap_or(syllables.len());
    let common = syllables[..end].iter().zip(letters).take_while(|(a, b)| a == b).count();
    let next = syllables.get(end + 1..).unwrap_or_default();
    // The longest reading first: `xian` is one syllable before it is `xi an`.
    (1..=common).rev().any(|taken| taken == letters.len() || (!next.is_empty() && reads_as(next, &letters[taken..])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> EntityId {
        EntityId(Uuid::from_u128(number))
    }

    fn index() -> SearchIndex {
        let people = [
            ("张晓明", "zhang xiao ming", "13800005678", "310115197001011234", "齐河路338弄12号501室"),
            ("张明", "zhang ming", "13900001111", "31011519800101123X", "齐河路338弄2号501室"),
            ("王㛃", "wang jie", "02158881234", "", "齐河路338弄3号102室"),
            ("明晓", "ming xiao", "", "", "齐河路338弄112号1501室"),
        ];
        let mut index = SearchIndex::default();
        for (number, (name, reading, phone, document, address)) in (1..).zip(people) {
            let entry = Entry {
                name: name.into(),
                readings: vec![reading.split(' ').map(str::to_owned).collect()],
                phones: vec![phone.into()],
                document: Some(document.to_owned()).filter(|d| !d.is_empty()),
                address: address.into(),
            };
            index.put(id(number), &entry);
        }
        index
    }

    #[test]
    fn finds_by_everything_a_clerk_types() {
        let cases: [(&str, &[u128]); 18] = [
            ("张", &[1, 2]),
            ("明", &[4, 1, 2]),
            ("晓明", &[1]),
            ("㛃", &[3]),
            ("zxm", &[1]),
            ("zhangxm", &[1]),
            ("ZhangXi", &[1]),
            ("xm", &[1]),
            ("ming", &[4, 1, 2]),
            ("5678", &[1]),
            ("1234", &[1, 3]),
            ("123x", &[2]),
            ("12号 501", &[1]),
            ("501 １２号", &[1]),
            ("2号", &[2]),
            ("50", &[1, 2]),
            ("张 12号", &[1]),
            ("赵", &[]),
        ];
        let index = index();
        for (query, expected) in cases {
            let (hits, total) = index.find(query, 10);
            let found: Vec<EntityId> = hits.iter().map(|hit| hit.id).collect();
            assert_eq!(found, expected.iter().map(|n| id(*n)).collect::<Vec<_>>(), "{query}");
            assert_eq!(total, expected.len(), "{query}");
        }
    }

    #[test]
    fn a_place_is_in_the_row_that_ends_after_it() {
        let mut column = TextColumn::default();
        ["", "a", "", "bcd", "ef"].into_iter().for_each(|text| column.push([text].into_iter()));
        for at in 0..column.text.len() {
            let row = column.ends.iter().position(|end| *end as usize > at).unwrap();
            for from in 0..=row {
                assert_eq!(column.row_at(at, from), row, "place {at} from row {from}");
            }
        }
    }

    #[test]
    fn replaced_and_removed_people_are_found_as_they_are_now() {
        let mut index = index();
        index.put(id(1), &Entry { name: "章晓明".into(), ..Entry::default() });
        index.remove(id(2));
        assert_eq!(index.find("张", 10).1, 0);
        assert_eq!(index.find("章", 10).1, 1);
        assert_eq!(index.len(), 3);
    }

    #[test]
    fn the_best_come_first_and_the_limit_holds() {
        let index = index();
        let (hits, total) = index.find("张明", 10);
        assert_eq!((hits.len(), total), (1, 1));
        assert_eq!(index.find("张", 1).0.len(), 1);
        assert_eq!(index.find("张", 1).1, 2);
    }
}
