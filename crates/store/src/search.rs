//! Search while typing: a compact copy of what people are looked up by, kept in memory and scanned.
//!
//! A full-text index of trigrams finds nothing for one or two characters, which is how Chinese names are typed;
//! a scan of a few megabytes answers within a blink and finds every part of a name. Nothing of it is on disk.

mod column;
mod home;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use linli_domain::operation::EntityId;
use linli_domain::writing::{half, is_middle_dot};
use memchr::memmem::Finder;

pub use column::TextColumn;
use column::{END, ReadingColumn, SharedColumn};
pub use home::Home;

/// What a person is found by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Name as written.
    pub name: String,
    /// Readings of the name, the usual one first, each as syllables: `[["zhang", "xiao", "ming"]]`. Usually one.
    pub readings: Vec<Vec<String>>,
    /// Phones, digits only.
    pub phones: Vec<String>,
    /// Document number, in each of its forms.
    pub documents: Vec<String>,
    /// Full address, e.g. `齐河路338弄12号501室`.
    pub address: String,
}

/// A hit and how good it is: 0 is best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Rank of the way it matched.
    pub rank: u8,
    /// Who.
    pub id: EntityId,
}

/// The most words of a query that are looked at.
const MAX_WORDS: usize = 6;
/// Digits that must be typed before the end of a phone or document number is compared.
const MIN_NUMBER_DIGITS: usize = 3;
/// Rebuild when more than one row in this many is dead.
const DEAD_SHARE: usize = 4;
/// Ways to match, best first.
mod rank {
    pub const WHOLE_NAME: u8 = 0;
    pub const NAME_START: u8 = 1;
    pub const READING_START: u8 = 2;
    pub const NAME_PART: u8 = 3;
    pub const READING_PART: u8 = 4;
    /// Another reading than the usual one: 丽 is lí in 丽水 and in hardly any name.
    pub const OTHER_READING: u8 = 5;
    /// A room by its number: asked for more often than whoever's telephone ends so.
    pub const ROOM: u8 = 6;
    pub const NUMBER: u8 = 7;
    pub const ADDRESS: u8 = 8;
    /// Of a row that does not match.
    pub const NONE: u8 = u8::MAX;
}

/// The index.
#[derive(Default)]
pub struct SearchIndex {
    ids: Vec<Option<EntityId>>,
    rows: HashMap<EntityId, u32>,
    dead: usize,
    names: TextColumn,
    readings: ReadingColumn,
    numbers: TextColumn,
    addresses: SharedColumn,
}

/// How a word is looked up, by what it is made of.
enum Word<'q> {
    Letters(&'q str),
    Digits(&'q str),
    Text(&'q str, Option<Home<'q>>),
}

impl Word<'_> {
    fn of(word: &str) -> Word<'_> {
        if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            Word::Letters(word)
        } else if word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'X') {
            Word::Digits(word)
        } else {
            Word::Text(word, Home::of(word))
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
        self.names.push([written(&entry.name).to_lowercase()].into_iter());
        self.readings.push(&entry.readings);
        self.numbers.push(entry.phones.iter().chain(&entry.documents));
        self.addresses.push(&entry.address);
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
        let Some((first, others)) = words.split_first() else {
            return (Vec::new(), 0);
        };
        let mut ranks = self.scan(&Word::of(first));
        if !others.is_empty() {
            let others: Vec<Word<'_>> = others.iter().map(|word| Word::of(word)).collect();
            for (row, rank) in ranks.iter_mut().enumerate().filter(|(_, rank)| **rank != rank::NONE) {
                let best = others
                    .iter()
                    .try_fold(*rank, |best, word| Some(best.min(self.match_row(row, word)?)));
                *rank = best.unwrap_or(rank::NONE);
            }
        }
        let total = ranks.iter().filter(|rank| **rank != rank::NONE).count();
        // Rank by rank through the rows: nothing is sorted, and no more is built than is shown.
        let best = (rank::WHOLE_NAME..=rank::ADDRESS).flat_map(|rank| {
            let hit = move |row: usize| {
                Some(Hit {
                    rank,
                    id: self.ids[row]?,
                })
            };
            memchr::memchr_iter(rank, &ranks).filter_map(hit)
        });
        (best.take(limit).collect(), total)
    }

    /// The rank of every row.
    fn scan(&self, word: &Word<'_>) -> Vec<u8> {
        let mut ranks = vec![rank::NONE; self.ids.len()];
        let mut rooms = Vec::new();
        // The worst rank first: better ones are written over it.
        if let Word::Digits(text) | Word::Text(text, _) = word {
            let room = Room::of(word);
            for (address, found, at) in self.addresses.texts.rows(text, number_begins) {
                ranks[self.addresses.rows(address)].fill(rank::ADDRESS);
                rooms.extend(room.as_ref().filter(|room| room.is_from(found, at)).map(|_| address));
            }
        }
        match word {
            Word::Letters(letters) => self.readings.rank_all(letters.as_bytes(), &mut ranks),
            Word::Digits(digits) if digits.len() >= MIN_NUMBER_DIGITS => {
                let whole = |numbers: &[u8], at: usize| ends_or_begins(numbers, at, digits.len());
                for (row, ..) in self.numbers.rows(digits, whole) {
                    ranks[row] = rank::NUMBER;
                }
                for address in rooms {
                    ranks[self.addresses.rows(address)].fill(rank::ROOM);
                }
            }
            Word::Digits(_) => {}
            Word::Text(text, home) => {
                if let Some(home) = home {
                    for (address, ..) in self.addresses.texts.rows(home.number(), |text, _| home.is_in(text)) {
                        ranks[self.addresses.rows(address)].fill(home_rank(home));
                    }
                }
                for (row, name, at) in self.names.rows(text, |_, _| true) {
                    ranks[row] = name_rank(name, at, text.len());
                }
            }
        }
        if self.dead > 0 {
            ranks
                .iter_mut()
                .zip(&self.ids)
                .filter(|(_, id)| id.is_none())
                .for_each(|(rank, _)| *rank = rank::NONE);
        }
        ranks
    }

    fn match_row(&self, row: usize, word: &Word<'_>) -> Option<u8> {
        let in_address = |word: &str| {
            let address = self.addresses.row(row);
            places(address, word)
                .any(|at| number_begins(address, at))
                .then_some(rank::ADDRESS)
        };
        match word {
            Word::Letters(letters) => self.readings.rank(row, letters.as_bytes()),
            Word::Digits(digits) => {
                let numbers = self.numbers.row(row);
                let number = digits.len() >= MIN_NUMBER_DIGITS
                    && places(numbers, digits).any(|at| ends_or_begins(numbers, at, digits.len()));
                let room = Room::of(word).is_some_and(|room| room.is_from(self.addresses.row(row), 0));
                let number = number.then_some(rank::NUMBER).or_else(|| in_address(digits));
                room.then_some(rank::ROOM).or(number)
            }
            Word::Text(text, home) => {
                let name = self.names.row(row);
                memchr::memmem::find(name, text.as_bytes())
                    .map(|at| name_rank(name, at, text.len()))
                    .or_else(|| {
                        let home = home.as_ref().filter(|home| home.is_in(self.addresses.row(row)));
                        home.map(home_rank).or_else(|| in_address(text))
                    })
            }
        }
    }
}

/// A room that is looked for by its number alone.
struct Room<'q> {
    number: &'q str,
    finder: Finder<'q>,
}

impl<'q> Room<'q> {
    fn of(word: &Word<'q>) -> Option<Room<'q>> {
        match word {
            Word::Digits(number) if number.len() >= MIN_NUMBER_DIGITS => Some(Room {
                number,
                finder: Finder::new(*number),
            }),
            _ => None,
        }
    }

    /// Whether an address is a room of this number, which stands nowhere before `from`.
    fn is_from(&self, address: &[u8], from: usize) -> bool {
        let length = self.number.len();
        let mut from = from;
        while let Some(found) = address.get(from..).and_then(|rest| self.finder.find(rest)) {
            let at = from + found;
            if home::is_whole(address, at, length) && home::is_room(&address[at + length..]) {
                return true;
            }
            from = at + 1;
        }
        false
    }
}

fn home_rank(home: &Home<'_>) -> u8 {
    if home.is_room() { rank::ROOM } else { rank::ADDRESS }
}

/// Where a word stands in a text, also where it overlaps itself: 222 ends 12222.
fn places<'t>(text: &'t [u8], word: &'t str) -> impl Iterator<Item = usize> {
    let first = word.as_bytes().first().copied();
    let begins = move |(_, byte): &(usize, &u8)| Some(**byte) == first;
    text.iter()
        .enumerate()
        .filter(begins)
        .map(|(at, _)| at)
        .filter(move |at| text[*at..].starts_with(word.as_bytes()))
}

/// Full-width to half-width, without the dots that part names: whoever types leaves them out.
fn written(text: &str) -> String {
    let parted = |c: char| if c == ',' { ' ' } else { c };
    text.chars()
        .map(half)
        .map(parted)
        .filter(|c| *c != '.' && !is_middle_dot(*c))
        .collect()
}

/// As names are written here, in small letters; a lone `x` at the end of digits is an ID number's.
fn normal(query: &str) -> String {
    let words = written(query).to_lowercase();
    let words = words.split_whitespace().map(|word| {
        if is_number(word) {
            word.to_uppercase()
        } else {
            word.to_owned()
        }
    });
    words.fold(String::new(), |all, word| all + &word + " ")
}

fn is_number(word: &str) -> bool {
    word.strip_suffix('x')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
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
