//! The roster as it is searched: built once, and not changed.

use foldhash::{HashMap, HashMapExt};
use linli_domain::address::split_region;

use crate::address::{Reading, readings};
use crate::digits::{OF_ID, OF_MOBILE};
use crate::document::{Document, is_mans};
use crate::keys::{Keys, Of, hash};
use crate::name::{Alike, characters};
use crate::phone::{self, Said as Phone};
use crate::places::{Door, Places, UNSAID};
use crate::{Alias, Person};

/// The characters at the end of a number that a masked one shows.
pub(crate) const TAIL: usize = 4;
/// Names longer than this are found whole only.
const LONGEST_NAME: usize = 6;
/// Digits of a landline without its area code.
const LANDLINE: usize = 8;

/// A resident as rows are compared with them.
#[derive(Debug, Default)]
pub(crate) struct Resident {
    pub(crate) name: Box<[char]>,
    pub(crate) document: String,
    /// Whether the document's check character is right.
    pub(crate) checked: bool,
    pub(crate) man: Option<bool>,
    pub(crate) phones: Vec<String>,
    /// 0 where it is not known.
    pub(crate) home: u32,
    pub(crate) doors: Vec<Door>,
    /// How many on the roster bear the name.
    pub(crate) bearers: u32,
}

/// A committee's residents, ready to be searched.
#[derive(Debug, Default)]
pub struct Roster {
    pub(crate) residents: Vec<Resident>,
    pub(crate) keys: Keys,
    pub(crate) places: Places,
    pub(crate) alike: Alike,
}

impl Roster {
    /// Reads the residents, and what decisions taught about places.
    pub fn new(people: impl IntoIterator<Item = Person>, aliases: impl IntoIterator<Item = Alias>) -> Roster {
        let mut roster = Roster {
            alike: Alike::new(),
            ..Roster::default()
        };
        let mut last = (String::new(), Door::default());
        for person in people {
            let resident = roster.read(&person, &mut last);
            roster.residents.push(resident);
        }
        for alias in aliases {
            let (written, place) = (first_reading(&alias.written), first_reading(&alias.place));
            roster.places.alias(&written, &place);
        }
        roster.settle();
        roster
    }

    /// Takes from rows that are to be matched which province, city and district others write before the roster's places:
    /// many rosters write none, and then it is what most of them say.
    /// Other rows than before take their place. Whether that may change what is found for a row.
    pub fn hear<'a>(&mut self, addresses: impl IntoIterator<Item = &'a str>) -> bool {
        let regional = addresses
            .into_iter()
            .filter(|address| !split_region(address).0.is_empty());
        let said = regional.map(|address| self.places.said(&readings(address).0, &self.alike));
        let rows: Vec<_> = said.collect();
        self.places.hear(&rows)
    }

    /// How many residents there are.
    pub fn len(&self) -> usize {
        self.residents.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.residents.is_empty()
    }

    /// `last`: the address read before, for people of one household stand together.
    fn read(&mut self, person: &Person, last: &mut (String, Door)) -> Resident {
        let name: Box<[char]> = characters(&person.name).into();
        name.iter().for_each(|c| self.alike.learn(*c));
        let mut doors = Vec::with_capacity(person.addresses.len());
        for address in person.addresses.iter().filter(|address| !address.trim().is_empty()) {
            if *address != last.0 {
                *last = (address.clone(), self.places.learn(&first_reading(address)));
            }
            doors.push(last.1);
        }
        let mut resident = Resident {
            name,
            doors,
            home: person.home.map_or(0, |home| home.saturating_add(1)),
            ..Resident::default()
        };
        if let Document::Whole { key, checked } = Document::read(&person.document) {
            resident.man = is_mans(&key);
            (resident.document, resident.checked) = (key, checked);
        }
        let phones = person.phones.iter().flat_map(|phone| phone::read(phone));
        resident.phones = phones
            .filter_map(|phone| {
                if let Phone::Whole(number) = phone {
                    Some(number)
                } else {
                    None
                }
            })
            .collect();
        resident
    }

    fn settle(&mut self) {
        self.places.settle(&mut self.alike);
        let mut homes: HashMap<Door, u32> = HashMap::new();
        let given = self.residents.iter().map(|resident| resident.home).max().unwrap_or(0);
        for resident in &mut self.residents {
            resident
                .doors
                .iter_mut()
                .for_each(|door| door.place = self.places.same(door.place));
            let door = resident
                .doors
                .iter()
                .find(|door| door.place != UNSAID && (door.room != UNSAID || door.number != UNSAID));
            if let Some(door) = door.filter(|_| resident.home == 0) {
                let next = given + homes.len() as u32 + 1;
                let door = Door {
                    region: UNSAID,
                    ..*door
                };
                resident.home = *homes.entry(door).or_insert(next);
            }
        }
        let mut entries = Vec::with_capacity(self.residents.len() * 24);
        for (place, resident) in (0_u32..).zip(&self.residents) {
            resident.keys(&mut |hash| entries.push(Keys::entry(hash, place)));
        }
        self.keys = Keys::of(&entries);
        for resident in &mut self.residents {
            let same = self.keys.count(hash(Of::Name, &*resident.name));
            resident.bearers = u32::try_from(same).unwrap_or(u32::MAX);
        }
    }
}

fn first_reading(address: &str) -> Reading {
    readings(address).0.into_iter().next().unwrap_or_default()
}

impl Resident {
    fn keys(&self, key: &mut impl FnMut(u32)) {
        key(hash(Of::Name, &*self.name));
        slip_keys(&self.name, key);
        if (3..=LONGEST_NAME).contains(&self.name.len()) {
            for at in 0..self.name.len() {
                key(hash(
                    Of::NameWithout,
                    [&self.name[..at], &self.name[at + 1..]].concat().as_slice(),
                ));
            }
        }
        if !self.document.is_empty() {
            document_keys(&self.document, key);
            key(hash(Of::DocumentTail, tail(&self.document)));
        }
        for phone in &self.phones {
            phone_keys(phone, key);
            key(hash(Of::PhoneTail, tail(phone)));
        }
        for door in &self.doors {
            key(hash(Of::Door, (door.place, door.number, door.room)));
            key(hash(Of::Door, (UNSAID, door.number, door.room)));
            key(hash(Of::House, (door.place, door.number)));
            if door.whole_number != door.number {
                key(hash(Of::House, (door.place, door.whole_number)));
            }
        }
        if self.home != 0 {
            key(hash(Of::Household, self.home));
        }
    }
}

/// The last characters of a number.
pub(crate) fn tail(number: &str) -> &str {
    let from = number.len().saturating_sub(TAIL);
    number.get(from..).unwrap_or(number)
}

/// Under which hashes a name is found by its slips: with one character left open, and in any order.
pub(crate) fn slip_keys(name: &[char], key: &mut impl FnMut(u32)) {
    if !(2..=LONGEST_NAME).contains(&name.len()) {
        return;
    }
    for at in 0..name.len() {
        key(hash(Of::NameBut(at as u8), (&name[..at], &name[at + 1..])));
    }
    let mut sorted = name.to_vec();
    sorted.sort_unstable();
    key(hash(Of::NameCharacters, sorted.as_slice()));
}

/// Under which hashes a document's number is found: whole, and by what any slip leaves.
pub(crate) fn document_keys(number: &str, key: &mut impl FnMut(u32)) {
    key(hash(Of::Document, number));
    for (part, at) in OF_ID.of(number).into_iter().flatten().zip(0_u8..) {
        key(hash(Of::DocumentPart(at), part));
    }
}

/// The same of a phone.
pub(crate) fn phone_keys(number: &str, key: &mut impl FnMut(u32)) {
    key(hash(Of::Phone, number));
    // A landline may leave out its area code.
    let local = number.len().saturating_sub(LANDLINE);
    if number.starts_with('0') && local > 0 {
        key(hash(Of::Phone, &number[local..]));
        key(hash(Of::Phone, &number[local + 1..]));
    }
    for (part, at) in OF_MOBILE.of(number).into_iter().flatten().zip(0_u8..) {
        key(hash(Of::PhonePart(at), part));
    }
}
