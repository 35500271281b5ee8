//! Whom a row may mean at all: whoever has something in common with it.
//!
//! What very many share tells nobody apart: of those only some are met, and [`Cut`] remembers in which field. Nobody is lost
//! whom another field finds; and whether somebody not met may stand against one is asked before that one is accepted.

use crate::digits::{Hidden, OF_ID};
use crate::document::{Document, IdFit};
use crate::door::DoorFit;
use crate::find::Row;
use crate::keys::{Keys, Of, hash};
use crate::name::{Name, NameFit};
use crate::phone::{PhoneFit, Said as Phone};
use crate::places::UNSAID;
use crate::roster::{Roster, TAIL, document_keys, phone_keys, slip_keys, tail};
use crate::rule::Fits;

/// The most households whose phone one number is: one that more have is no household's.
const MOST_HOMES: usize = 100;

/// Fields in which not all were met who agree with the row.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cut {
    pub(crate) name: bool,
    /// Of those whose name is a slip or of whom a part is told.
    pub(crate) like_name: bool,
    pub(crate) id: bool,
    pub(crate) phone: bool,
    /// Of those who live with whoever has the phone.
    pub(crate) home: bool,
    pub(crate) door: bool,
}

impl Cut {
    /// Whether somebody who was not met may stand against one with these fits. He agrees in such fields alone, and in two
    /// of them, for one by itself makes nobody a rival; so whoever agrees best in all of them, and in something besides, is
    /// better than he.
    pub(crate) fn hides_rival(&self, fits: &Fits) -> bool {
        let more_than_alike = if self.like_name { NameFit::Same } else { NameFit::Slip };
        let more_than_home = if self.home { PhoneFit::Slip } else { PhoneFit::Home };
        // Not all met, agrees best, agrees at all.
        let fields = [
            (self.name, fits.name == NameFit::Same, fits.name >= more_than_alike),
            (self.id, fits.id == IdFit::Same, fits.id >= IdFit::Slip),
            (self.phone, fits.phone == PhoneFit::Same, fits.phone >= more_than_home),
            (self.door, fits.door == DoorFit::Full, fits.door >= DoorFit::Building),
        ];
        let partly = [self.like_name && !self.name, self.home && !self.phone];
        let cut = fields
            .iter()
            .map(|(cut, ..)| *cut)
            .chain(partly)
            .filter(|cut| *cut)
            .count();
        let best = fields.iter().all(|(cut, best, _)| !cut || *best);
        let besides = fields.iter().any(|(cut, _, agrees)| !cut && *agrees);
        cut >= 2 && !(best && besides)
    }
}

/// Those met so far.
pub(crate) struct Met<'k> {
    keys: &'k Keys,
    people: Vec<u32>,
}

impl<'k> Met<'k> {
    pub(crate) fn none(keys: &'k Keys) -> Met<'k> {
        let people = Vec::new();
        Met { keys, people }
    }

    /// Meets whoever has a key; `cut` becomes true where they are too many.
    pub(crate) fn all(&mut self, hash: u32, cut: &mut bool) {
        self.only(hash, cut, |_| true);
    }

    pub(crate) fn only(&mut self, hash: u32, cut: &mut bool, wanted: impl Fn(&u32) -> bool) {
        let (people, many) = self.keys.some(hash);
        *cut |= many;
        self.people.extend(people.filter(wanted));
    }

    /// Each once, in order.
    pub(crate) fn people(mut self) -> Vec<u32> {
        self.people.sort_unstable();
        self.people.dedup();
        self.people
    }
}

impl Roster {
    /// Who has the document that a row says.
    pub(crate) fn with_document(&self, document: &Document, cut: &mut bool) -> Vec<u32> {
        let mut met = Met::none(&self.keys);
        if let Document::Whole { key, .. } = document {
            let same = |resident: &u32| self.residents[*resident as usize].document == *key;
            met.only(hash(Of::Document, key.as_str()), cut, same);
        }
        met.people()
    }

    /// Who has one of the phones that a row says: whole, and with a part hidden.
    pub(crate) fn with_phones(&self, phones: &[Phone], cut: &mut bool) -> (Vec<u32>, Vec<u32>) {
        let (mut whole, mut hidden) = (Met::none(&self.keys), Met::none(&self.keys));
        let has = |resident: &u32, fit: PhoneFit| {
            let known = &self.residents[*resident as usize].phones;
            let mut said = phones.iter();
            said.any(|said| known.iter().any(|phone| said.fit(phone) == Some(fit)))
        };
        let same = |resident: &u32| has(resident, PhoneFit::Same);
        for phone in phones {
            match phone {
                Phone::Whole(number) => {
                    whole.only(hash(Of::Phone, number.as_str()), cut, same);
                    // An area code that the roster leaves out.
                    for code in [3, 4].into_iter().filter(|_| number.starts_with('0')) {
                        if let Some(behind) = number.get(code..) {
                            whole.only(hash(Of::Phone, behind), cut, same);
                        }
                    }
                }
                Phone::Hidden(part) => {
                    if let Some(hash) = hidden_key(part, Of::PhoneTail) {
                        hidden.only(hash, cut, |resident| has(resident, PhoneFit::Masked));
                    }
                }
            }
        }
        (whole.people(), hidden.people())
    }

    /// Everybody whom the row may mean.
    pub(crate) fn may_be(&self, row: &mut Row) -> Vec<u32> {
        let mut met = Met::none(&self.keys);
        let mut cut = row.cut;
        met.people.extend(&row.with_document);
        met.people.extend(&row.with_phone);
        self.numbered(row, &mut met, &mut cut);
        self.behind_doors(row, &mut met, &mut cut);
        let slips = self.named(&row.name, &mut met, &mut cut);
        let whole = matches!(row.name, Name::Whole(_));
        if cut.name {
            self.behind_any_door(row, &mut met, &mut cut);
        } else if met.people.is_empty() || !whole {
            // Nothing else tells: whoever lives behind such a number and room.
            for said in row.doors.iter().filter(|said| said.places.is_empty()) {
                let door = (said.door.number, said.door.room);
                if door.0 != UNSAID && door.1 != UNSAID {
                    met.people
                        .extend(self.keys.few(hash(Of::Door, (UNSAID, door.0, door.1))));
                }
            }
        }
        // Beside a number that is not told whole, nothing finds who has part of a name.
        cut.like_name = slips && (cut.id || cut.phone || cut.home);
        row.cut = cut;
        met.people()
    }

    /// Whoever has a number of the row, or one of which it is a slip or a part, and who lives with them.
    fn numbered(&self, row: &Row, met: &mut Met<'_>, cut: &mut Cut) {
        match &row.document {
            Document::Whole { key, .. } if row.with_document.is_empty() => {
                document_keys(key, &mut |hash| met.all(hash, &mut cut.id));
            }
            Document::Hidden(hidden) => match hidden_key(hidden, Of::DocumentTail) {
                Some(hash) => met.all(hash, &mut cut.id),
                None => cut.id |= self.is_common(&row.name),
            },
            _ => {}
        }
        for phone in &row.phones {
            match phone {
                Phone::Whole(number) if row.with_phone.is_empty() => {
                    phone_keys(number, &mut |hash| met.all(hash, &mut cut.phone));
                }
                Phone::Whole(_) => {}
                Phone::Hidden(hidden) => match hidden_key(hidden, Of::PhoneTail) {
                    Some(hash) => met.all(hash, &mut cut.phone),
                    None => cut.phone |= self.is_common(&row.name),
                },
            }
        }
        cut.home |= row.homes.len() > MOST_HOMES;
        for home in row.homes.iter().take(MOST_HOMES) {
            met.all(hash(Of::Household, *home), &mut cut.home);
        }
    }

    /// Whoever lives behind a door of a place that the row names.
    fn behind_doors(&self, row: &Row, met: &mut Met<'_>, cut: &mut Cut) {
        for said in &row.doors {
            let (number, room) = (said.door.number, said.door.room);
            for place in said.places.iter().filter(|_| number != UNSAID || room != UNSAID) {
                met.all(hash(Of::Door, (*place, number, room)), &mut cut.door);
                // Whoever lives in the house, where a name tells little or is not quite theirs.
                if room == UNSAID || !matches!(row.name, Name::Whole(_)) {
                    let alike = |resident: &u32| self.name_fit(&row.name, *resident).0 != NameFit::Other;
                    met.only(hash(Of::House, (*place, number)), &mut cut.door, alike);
                }
            }
        }
    }

    /// Whoever lives behind such a door wherever that is: by a name that very many bear they are not met.
    fn behind_any_door(&self, row: &Row, met: &mut Met<'_>, cut: &mut Cut) {
        for said in &row.doors {
            match (said.door.number, said.door.room) {
                (UNSAID, UNSAID) => {}
                (_, UNSAID) => cut.door = true,
                (number, room) => {
                    met.all(hash(Of::Door, (UNSAID, number, room)), &mut cut.door);
                    met.all(hash(Of::Door, (UNSAID, number, UNSAID)), &mut cut.door);
                }
            }
        }
    }

    fn is_common(&self, name: &Name) -> bool {
        matches!(name, Name::Whole(name) if self.keys.some(hash(Of::Name, name.as_slice())).1)
    }

    /// Whoever bears a name, or one of which it is a slip. Tells whether others may whom the name does not find.
    fn named(&self, name: &Name, met: &mut Met<'_>, cut: &mut Cut) -> bool {
        let mut hashes: Vec<u32> = Vec::new();
        match name {
            Name::Whole(name) => {
                met.all(hash(Of::Name, name.as_slice()), &mut cut.name);
                slip_keys(name, &mut |hash| hashes.push(hash));
                hashes.push(hash(Of::NameWithout, name.as_slice()));
            }
            Name::Part { seen, rest: false, .. } => {
                let open: Vec<usize> = (0..seen.len()).filter(|at| seen[*at].is_none()).collect();
                let told: Vec<char> = seen.iter().flatten().copied().collect();
                if let [at] = open[..] {
                    hashes.push(hash(Of::NameBut(at as u8), (&told[..at], &told[at..])));
                }
            }
            Name::Part { short: Some(short), .. } => hashes.push(hash(Of::NameWithout, short.as_slice())),
            Name::Part { .. } => return true,
            Name::Silent | Name::Several => return false,
        }
        let slips = |resident: &u32| self.name_fit(name, *resident).0 == NameFit::Slip;
        for hash in &hashes {
            // Whoever may be accepted for a slip is met by a number or a door, too.
            met.people.extend(self.keys.few(*hash).filter(slips));
        }
        !matches!(name, Name::Whole(_)) || hashes.iter().any(|hash| self.keys.are_many(*hash))
    }
}

/// The key of a number of which a part is hidden; `None` where too little is seen of it.
fn hidden_key(hidden: &Hidden, of: Of) -> Option<u32> {
    let begin = OF_ID.begin();
    if hidden.tail.len() >= TAIL {
        Some(hash(of, tail(&hidden.tail)))
    } else if of == Of::DocumentTail && hidden.head.len() >= begin {
        Some(hash(Of::DocumentPart(1), (&hidden.head[..begin], "")))
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
