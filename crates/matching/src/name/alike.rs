//! Characters that sound or look alike.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};
use linli_domain::pinyin;

/// Characters that are taken for each other by eye: in each line those that share all but a radical or a stroke.
const LOOK: &str = include_str!("../../data/look_alike.txt");
/// Readings of a character that are kept: further ones are rare in names.
const READINGS: usize = 2;

/// Readings of the characters that names of the roster have, and characters that look alike.
#[derive(Debug, Default)]
pub(crate) struct Alike {
    syllables: BTreeMap<String, u16>,
    readings: HashMap<char, [u16; READINGS]>,
    /// Lines of [`LOOK`] in which a character stands.
    looks: HashMap<char, Vec<u16>>,
}

impl Alike {
    /// With the table of characters that look alike.
    pub(crate) fn new() -> Alike {
        let mut looks: HashMap<char, Vec<u16>> = HashMap::new();
        let lines = LOOK.lines().filter(|line| !line.starts_with('#'));
        for (line, place) in lines.zip(0_u16..) {
            line.chars()
                .filter(|c| !c.is_whitespace())
                .for_each(|c| looks.entry(c).or_default().push(place));
        }
        Alike {
            looks,
            ..Alike::default()
        }
    }

    /// Reads a character of the roster.
    pub(crate) fn learn(&mut self, c: char) {
        if self.looks.is_empty() {
            self.looks = Alike::new().looks;
        }
        if self.readings.contains_key(&c) {
            return;
        }
        let mut readings = [0; READINGS];
        for (place, syllable) in readings.iter_mut().zip(sounds(c)) {
            let next = self.syllables.len() as u16 + 1;
            *place = *self.syllables.entry(syllable).or_insert(next);
        }
        self.readings.insert(c, readings);
    }

    /// The number of a character's first reading; 0 where it is not known.
    pub(crate) fn syllable(&self, c: char) -> u16 {
        self.of(c)[0]
    }

    /// Whether two characters sound alike in one of their readings, whatever the tone.
    pub(crate) fn sound(&self, a: char, b: char) -> bool {
        let (a, b) = (self.of(a), self.of(b));
        a.iter().any(|reading| *reading != 0 && b.contains(reading))
    }

    fn of(&self, c: char) -> [u16; READINGS] {
        if let Some(known) = self.readings.get(&c) {
            return *known;
        }
        // Of a row: a syllable that no name of the roster has is like none.
        let mut readings = [0; READINGS];
        let known = sounds(c).filter_map(|syllable| self.syllables.get(&syllable).copied());
        readings
            .iter_mut()
            .zip(known)
            .for_each(|(place, reading)| *place = reading);
        readings
    }

    /// Whether two characters are taken for each other by eye.
    pub(crate) fn look(&self, a: char, b: char) -> bool {
        let lines = self.looks.get(&a).zip(self.looks.get(&b));
        lines.is_some_and(|(a, b)| a.iter().any(|line| b.contains(line)))
    }
}

/// The sounds of a character, each once: syllables without what many speakers do not tell apart, in the south above all (zh
/// and z, ch and c, sh and s; en and eng, in and ing).
fn sounds(c: char) -> impl Iterator<Item = String> {
    let readings = pinyin::readings(c.encode_utf8(&mut [0; 4]));
    let mut sounds: Vec<String> = Vec::with_capacity(READINGS);
    for syllable in readings.into_iter().filter_map(|reading| reading.into_iter().next()) {
        let sound = sound(&syllable);
        if !sounds.contains(&sound) {
            sounds.push(sound);
        }
    }
    sounds.into_iter()
}

fn sound(syllable: &str) -> String {
    let mut sound = syllable.to_owned();
    if sound.starts_with(['z', 'c', 's']) && sound.as_bytes().get(1) == Some(&b'h') {
        sound.remove(1);
    }
    if sound.ends_with("eng") || sound.ends_with("ing") {
        sound.pop();
    }
    sound
}
