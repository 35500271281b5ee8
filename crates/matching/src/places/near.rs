//! Names of places that are another's after a guess.

use crate::address::base_name;
use crate::keys::{Of, hash};
use crate::name::{Alike, is_left_out};

/// Characters of a name cut short.
const CUT_SHORT: std::ops::RangeInclusive<usize> = 2..=5;
/// Characters of a name of which one may be left out, at least one more.
const CUT_SHORT_KNOWN: usize = 3;
/// Longer ones are no place's name, but a text.
const LONGEST: usize = 24;

/// Under which hashes a name is found by those who write it otherwise.
pub(super) fn near_keys(name: &[char], alike: &Alike, mut key: impl FnMut(u32)) {
    if name.len() > LONGEST {
        return;
    }
    let text: String = name.iter().collect();
    key(hash(Of::NameWithout, base_name(&text)));
    let sounds: Vec<u16> = name.iter().map(|c| alike.syllable(*c)).collect();
    if sounds.iter().all(|sound| *sound != 0) {
        key(hash(Of::NameSound, sounds));
    }
    for at in 0..name.len() {
        key(hash(Of::NameBut(at as u8), (&name[..at], &name[at + 1..])));
    }
    if name.len() >= CUT_SHORT_KNOWN {
        key(hash(Of::NameCharacters, name));
        (0..name.len()).for_each(|at| {
            key(hash(
                Of::NameCharacters,
                [&name[..at], &name[at + 1..]].concat().as_slice(),
            ))
        });
    }
    for length in CUT_SHORT.filter(|length| *length <= name.len()) {
        key(hash(Of::Name, &name[..length]));
    }
}

/// Whether a name is another after a guess: by its sound, by one character that looks alike, or cut short.
pub(super) fn is_near(said: &[char], known: &[char], alike: &Alike) -> bool {
    let text = |name: &[char]| name.iter().collect::<String>();
    let (a, b) = (text(said), text(known));
    let cut = said.len() >= *CUT_SHORT.start() && known.starts_with(said) && !is_road(&b);
    // 晨晖 and 晨晖小区 may be 晨晖苑, 晨晖公寓 is another.
    let kindless = base_name(&a) == base_name(&b)
        && [base_name(&a), base_name(&b)]
            .iter()
            .any(|base| a == *base || b == *base);
    let loosely = base_name(&a) == base_name(&b) && a.ends_with("区");
    let both_roads = base_name(&a) == base_name(&b) && is_road(&a) && is_road(&b);
    let left_out = known.len() > CUT_SHORT_KNOWN && said.len() + 1 == known.len() && is_left_out(said, known);
    if cut || kindless || loosely || both_roads || left_out {
        return true;
    }
    if said.len() != known.len() {
        return false;
    }
    let differ: Vec<(char, char)> = said
        .iter()
        .copied()
        .zip(known.iter().copied())
        .filter(|(a, b)| a != b)
        .collect();
    differ.iter().all(|(a, b)| alike.sound(*a, *b)) || matches!(differ[..], [(a, b)] if alike.look(a, b))
}

fn is_road(name: &str) -> bool {
    name.ends_with(['路', '街', '道', '巷'])
}
