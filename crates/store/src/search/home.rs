//! A home as clerks and the lists write it: `1号302`, `1-302`, `1栋2单元302` mean what the roster has as `1号楼302室`.

use linli_domain::writing::is_dash;

/// Most digits of a building's or room's number; a longer row of digits is a phone or document.
const MAX_DIGITS: usize = 5;
/// What stands behind a building's number, the longer before what it begins with.
const BUILDINGS: [&str; 7] = ["号楼", "号", "栋", "幢", "楼", "座", "#"];
/// What stands behind the number of something inside a building.
const INSIDE: [&str; 5] = ["单元", "梯", "门", "层", "室"];
/// What follows a number that is no building's and no room's.
const OUTSIDE: [&str; 3] = ["弄", "路", "巷"];

/// A word that names a building, or a home by its numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Home<'w> {
    /// Building, perhaps unit and floor, room.
    numbers: Vec<&'w str>,
    /// Whether the last number is a room's.
    room: bool,
}

impl<'w> Home<'w> {
    /// Reads a word; none where it is nothing but digits, or no home.
    pub fn of(word: &'w str) -> Option<Home<'w>> {
        let (mut rest, mut numbers, mut marked) = (word, Vec::new(), true);
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if !marked || !(1..=MAX_DIGITS).contains(&digits) {
                return None;
            }
            numbers.push(&rest[..digits]);
            let after = without_marks(&rest[digits..]);
            marked = after.len() < rest.len() - digits;
            rest = after;
        }
        let room = !marked || word.ends_with('室');
        (marked || numbers.len() > 1).then_some(Home { numbers, room })
    }

    /// A number that stands in every address of such a home: the longest, which the fewest others have.
    pub(super) fn number(&self) -> &'w str {
        self.numbers
            .iter()
            .copied()
            .max_by_key(|number| number.len())
            .unwrap_or_default()
    }

    /// Whether a room is named, and not only a building.
    pub(super) fn is_room(&self) -> bool {
        self.room
    }

    /// Whether an address is of this home or building: its numbers in order, each a whole number of the right kind.
    pub fn is_in(&self, address: &[u8]) -> bool {
        let mut from = 0;
        self.numbers.iter().enumerate().all(|(place, number)| {
            let last = place + 1 == self.numbers.len();
            let fits = |at: &usize| {
                let after = &address[at + number.len()..];
                match (last && self.room, place) {
                    (true, _) => is_room(after),
                    (_, 0) => begins(after, &BUILDINGS) || begins(after, &["-"]),
                    _ => true,
                }
            };
            let found = whole(address, number).filter(|at| *at >= from).find(fits);
            from = found.map_or(from, |at| at + number.len());
            found.is_some()
        })
    }
}

/// Whether a whole number of an address is a room's, by what follows it.
pub(super) fn is_room(after: &[u8]) -> bool {
    !begins(after, &BUILDINGS) && !begins(after, &OUTSIDE) && !begins(after, &["-", "单元"])
}

/// Where a number stands by itself, and not inside a longer one.
fn whole<'t>(text: &'t [u8], number: &'t str) -> impl Iterator<Item = usize> {
    super::places(text, number).filter(move |at| is_whole(text, *at, number.len()))
}

/// Whether the digits at a place are a whole number.
pub(super) fn is_whole(text: &[u8], at: usize, length: usize) -> bool {
    let digit = |place: Option<usize>| place.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    !digit(at.checked_sub(1)) && !digit(Some(at + length))
}

fn begins(text: &[u8], marks: &[&str]) -> bool {
    marks.iter().any(|mark| text.starts_with(mark.as_bytes()))
}

fn without_marks(mut text: &str) -> &str {
    while let Some(rest) = BUILDINGS
        .iter()
        .chain(&INSIDE)
        .find_map(|mark| text.strip_prefix(mark))
        .or_else(|| text.strip_prefix(is_dash))
    {
        text = rest;
    }
    text
}
