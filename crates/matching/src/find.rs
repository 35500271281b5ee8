//! Finding whom a row means: who may be meant at all, how each fits, and what the rule says of it.

use linli_domain::filler::is_filler;

use crate::address::readings;
use crate::digits::Hidden;
use crate::document::{Document, IdFit};
use crate::door::{self, DoorFit};
use crate::keys::{Of, hash};
use crate::name::{Name, NameFit, NameWay, fit as name_fit};
use crate::phone::{self, PhoneFit, Said as Phone};
use crate::places::{STRANGE, Said, UNSAID};
use crate::roster::{Resident, Roster, TAIL, document_keys, phone_keys, slip_keys, tail};
use crate::rule::{Case, Fits};
use crate::{Candidate, MOST_CANDIDATES, Match, Outcome, Reason, Record, reason, weights};

/// A row as it was read, and what of it is found on the roster at once.
struct Row {
    name: Name,
    document: Document,
    phones: Vec<Phone>,
    doors: Vec<Said>,
    /// Who has the row's document, and who its phones.
    with_document: Vec<u32>,
    with_phone: Vec<u32>,
    /// Households of those.
    homes: Vec<u32>,
    /// Whether somebody bears the name as it is written.
    borne: bool,
    /// Whether a number of the roster, or a place, stands in the row.
    touches: bool,
}

/// Somebody compared with a row.
struct Compared {
    resident: u32,
    fits: Fits,
    way: NameWay,
    weight: f64,
}

impl Roster {
    /// Whom a row means.
    pub fn find(&self, record: &Record<'_>) -> Match {
        let (ways, address) = readings(if is_filler(record.address) { "" } else { record.address });
        let row = self.row(record, self.places.said(&ways, &self.alike));
        let mut all: Vec<Compared> = self
            .may_be(&row)
            .into_iter()
            .map(|resident| self.compared(&row, resident))
            .collect();
        all.sort_by(|a, b| self.order(a, b));
        let accepted = accepted(&row, &all);
        let outcome = match accepted {
            Some(_) => Outcome::Certain,
            None if row.touches || all.iter().any(|one| touches(&row, one)) => Outcome::Undecided,
            None => Outcome::NotOurs,
        };
        let resident = accepted.map(|place| all[place].resident as usize);
        let others = (0..all.len()).filter(|place| Some(*place) != accepted && all[*place].weight > 0.0);
        let listed = accepted.into_iter().chain(others).take(MOST_CANDIDATES);
        let candidates = listed.map(|place| self.candidate(&row, &all[place], &all)).collect();
        Match {
            outcome,
            resident,
            candidates,
            address,
        }
    }

    fn row(&self, record: &Record<'_>, doors: Vec<Said>) -> Row {
        let mut row = Row {
            name: Name::read(record.name),
            document: Document::read(record.document),
            phones: phone::read(record.phone),
            doors,
            with_document: Vec::new(),
            with_phone: Vec::new(),
            homes: Vec::new(),
            borne: false,
            touches: false,
        };
        // 买买提 吐尔逊 is one person where the roster has them.
        let written = crate::name::characters(record.name);
        let whole = Name::Whole(written);
        if row.name != whole && self.bears(&whole) {
            row.name = whole;
        }
        row.borne = self.bears(&row.name);
        if let Document::Whole { key, .. } = &row.document {
            let same = |resident: &u32| self.residents[*resident as usize].document == *key;
            row.with_document = self.keys.get(hash(Of::Document, key.as_str())).filter(same).collect();
        }
        let mut tails: Vec<u32> = Vec::new();
        for phone in &row.phones {
            let number = match phone {
                Phone::Whole(number) => number,
                Phone::Hidden(hidden) => {
                    hidden_keys(hidden, Of::PhoneTail, &mut |hash| tails.extend(self.keys.get(hash)));
                    continue;
                }
            };
            let has = |resident: &Resident| {
                resident
                    .phones
                    .iter()
                    .any(|known| phone.fit(known) == Some(PhoneFit::Same))
            };
            let found = self.keys.get(hash(Of::Phone, number.as_str()));
            row.with_phone
                .extend(found.filter(|resident| has(&self.residents[*resident as usize])));
            // An area code that the roster leaves out.
            for behind in [3, 4]
                .into_iter()
                .filter(|_| number.starts_with('0'))
                .filter_map(|code| number.get(code..))
            {
                let found = self.keys.get(hash(Of::Phone, behind));
                row.with_phone
                    .extend(found.filter(|resident| has(&self.residents[*resident as usize])));
            }
        }
        let hidden = |resident: &u32| {
            let known = &self.residents[*resident as usize].phones;
            let fits = |said: &Phone| known.iter().any(|phone| said.fit(phone) == Some(PhoneFit::Masked));
            row.phones.iter().any(fits)
        };
        tails.retain(hidden);
        let owners = row.with_phone.iter().chain(&tails);
        row.homes = owners.map(|resident| self.residents[*resident as usize].home).collect();
        let ours = |said: &Said| self.places.is_within(said) || self.has_house(said);
        row.touches = !row.with_document.is_empty() || !row.with_phone.is_empty() || row.doors.iter().any(ours);
        row
    }

    /// Whether somebody lives in the house that a row names, or behind its number and room where no place is said.
    fn has_house(&self, said: &Said) -> bool {
        let (number, room) = (said.door.number, said.door.room);
        let there = |of: Of, key: (u32, u32, u32)| self.keys.get(hash(of, key)).next().is_some();
        let house = |place: &u32| self.keys.get(hash(Of::House, (*place, number))).next().is_some();
        let somewhere = || room == UNSAID || there(Of::Door, (UNSAID, number, room));
        let known = number != UNSAID && number != STRANGE;
        known && (said.places.iter().any(house) || !said.says_place() && somewhere())
    }

    fn bears(&self, name: &Name) -> bool {
        let Name::Whole(name) = name else { return false };
        let mut found = self.keys.get(hash(Of::Name, name.as_slice()));
        found.any(|resident| *self.residents[resident as usize].name == **name)
    }

    /// Everybody whom the row may mean.
    fn may_be(&self, row: &Row) -> Vec<u32> {
        let mut found = row.with_document.clone();
        let mut meet = |hash: u32| found.extend(self.keys.get(hash));
        match &row.document {
            Document::Whole { key, .. } if row.with_document.is_empty() => document_keys(key, &mut meet),
            Document::Hidden(hidden) => hidden_keys(hidden, Of::DocumentTail, &mut meet),
            _ => {}
        }
        for phone in &row.phones {
            match phone {
                Phone::Whole(number) if row.with_phone.is_empty() => phone_keys(number, &mut meet),
                Phone::Whole(_) => {}
                Phone::Hidden(hidden) => hidden_keys(hidden, Of::PhoneTail, &mut meet),
            }
        }
        row.homes
            .iter()
            .filter(|home| **home != 0)
            .for_each(|home| meet(hash(Of::Household, *home)));
        for said in &row.doors {
            let (number, room) = (said.door.number, said.door.room);
            for place in said.places.iter().filter(|_| number != UNSAID || room != UNSAID) {
                found.extend(self.keys.get(hash(Of::Door, (*place, number, room))));
                // Whoever lives in the house, where a name tells little or is not quite theirs.
                if room == UNSAID || !matches!(row.name, Name::Whole(_)) {
                    let alike = |resident: &u32| self.name_fit(&row.name, *resident).0 != NameFit::Other;
                    found.extend(self.keys.get(hash(Of::House, (*place, number))).filter(alike));
                }
            }
        }
        found.extend(&row.with_phone);
        self.named(&row.name, &mut found);
        // Nothing else tells: whoever lives behind such a number and room.
        if found.is_empty() || !matches!(row.name, Name::Whole(_)) {
            for said in row.doors.iter().filter(|said| said.places.is_empty()) {
                let door = (said.door.number, said.door.room);
                if door.0 != UNSAID && door.1 != UNSAID {
                    found.extend(self.keys.few(hash(Of::Door, (UNSAID, door.0, door.1))));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whoever bears a name, or one of which it is a slip.
    fn named(&self, name: &Name, found: &mut Vec<u32>) {
        let mut hashes: Vec<u32> = Vec::new();
        match name {
            Name::Whole(name) => {
                found.extend(self.keys.get(hash(Of::Name, name.as_slice())));
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
            _ => return,
        }
        let slips = |resident: &u32| self.name_fit(name, *resident).0 == NameFit::Slip;
        for hash in hashes {
            // Whoever may be accepted for a slip is met by a number or a door, too.
            found.extend(self.keys.few(hash).filter(slips));
        }
    }

    fn compared(&self, row: &Row, resident: u32) -> Compared {
        let known = &self.residents[resident as usize];
        let (name, way) = self.name_fit(&row.name, resident);
        let others = !row.with_document.is_empty() && row.with_document.binary_search(&resident).is_err();
        let id = if others {
            IdFit::Other
        } else {
            row.document.fit(&known.document, known.checked)
        };
        let fits = Fits {
            name,
            id,
            phone: phone_fit(row, known),
            door: self.door_fit(row, known),
        };
        let seen = if let Document::Hidden(hidden) = &row.document {
            hidden.seen()
        } else {
            usize::MAX
        };
        let weight = weights::of(&fits, known.bearers as usize, self.residents.len(), seen);
        Compared {
            resident,
            fits,
            way,
            weight,
        }
    }

    fn name_fit(&self, name: &Name, resident: u32) -> (NameFit, NameWay) {
        let known = &self.residents[resident as usize];
        name_fit(name, &known.name, known.man, &self.alike)
    }

    /// The best of all doors, and of all ways to read the row.
    fn door_fit(&self, row: &Row, known: &Resident) -> DoorFit {
        let fits = row.doors.iter().flat_map(|said| {
            known.doors.iter().map(move |door| {
                let place = self.places.fit(said, door.place);
                let floor = said.door.floor != UNSAID && door.floor != UNSAID && said.door.floor != door.floor;
                door::fit(said, door, place, floor)
            })
        });
        fits.max().unwrap_or(DoorFit::Vague)
    }

    /// Best first; of equals by what the roster says of them, so that its order does not matter.
    fn order(&self, a: &Compared, b: &Compared) -> std::cmp::Ordering {
        let of = |one: &Compared| &self.residents[one.resident as usize];
        let (x, y) = (of(a), of(b));
        b.weight
            .total_cmp(&a.weight)
            .then_with(|| (&x.name, &x.document, &x.phones).cmp(&(&y.name, &y.document, &y.phones)))
            .then(a.resident.cmp(&b.resident))
    }

    fn candidate(&self, row: &Row, one: &Compared, all: &[Compared]) -> Candidate {
        let mut reasons = reason::of(&one.fits, one.way);
        if row.name == Name::Several {
            reasons.push(Reason::NameSeveral);
        }
        if one.fits.name == NameFit::Slip && row.borne {
            reasons.push(Reason::NameOfAnother);
        }
        let case = one.fits.case();
        if case == Case::Certain && all.iter().any(|other| stands_against(one, other)) {
            reasons.push(Reason::Rival);
        }
        Candidate {
            resident: one.resident as usize,
            score: weights::score(one.weight, self.residents.len()),
            reasons,
        }
    }
}

fn hidden_keys(hidden: &Hidden, of: Of, meet: &mut impl FnMut(u32)) {
    if hidden.tail.len() >= TAIL {
        meet(hash(of, tail(&hidden.tail)));
    } else if of == Of::DocumentTail && hidden.head.len() >= crate::digits::OF_ID.begin() {
        meet(hash(
            Of::DocumentPart(1),
            (&hidden.head[..crate::digits::OF_ID.begin()], ""),
        ));
    }
}

fn phone_fit(row: &Row, known: &Resident) -> PhoneFit {
    if row.phones.is_empty() {
        return PhoneFit::Silent;
    }
    let own = row
        .phones
        .iter()
        .flat_map(|said| known.phones.iter().filter_map(|phone| said.fit(phone)))
        .max();
    let at_home = || known.home != 0 && row.homes.contains(&known.home);
    match own {
        Some(PhoneFit::Slip) | None if at_home() => PhoneFit::Home,
        // The whole number is another household's.
        Some(PhoneFit::Slip) | None if !row.with_phone.is_empty() => PhoneFit::Foreign,
        Some(own) => own,
        None => PhoneFit::New,
    }
}

/// Whether another resident keeps one from being accepted.
fn stands_against(one: &Compared, other: &Compared) -> bool {
    other.resident != one.resident && other.fits.rivals() && !one.fits.are_better_than(&other.fits)
}

/// Who may be accepted without a look: the place in the list.
fn accepted(row: &Row, all: &[Compared]) -> Option<usize> {
    if row.name == Name::Several {
        return None;
    }
    let alone = |one: &Compared| {
        let of_another = one.fits.name == NameFit::Slip && row.borne;
        !of_another && !all.iter().any(|other| stands_against(one, other))
    };
    all.iter()
        .position(|one| one.fits.case() == Case::Certain && alone(one))
}

/// Whether a row touches this committee by somebody: by their door, by part of a number beside a name that fits, or by their
/// name where nothing speaks against it. Whole numbers are asked of the row.
fn touches(row: &Row, one: &Compared) -> bool {
    let Fits { name, id, phone, door } = one.fits;
    let named = matches!(name, NameFit::Same | NameFit::Slip | NameFit::Part);
    let (part_of_id, part_of_phone) = (id >= IdFit::Slip, phone >= PhoneFit::Home);
    let of_number = (part_of_id || part_of_phone) && name != NameFit::Other || part_of_id && part_of_phone;
    let clear = id != IdFit::Other && door != DoorFit::Contrary;
    let name_only = row.document == Document::Silent && row.doors.is_empty() && row.phones.is_empty();
    door >= DoorFit::Building || of_number || name == NameFit::Same && clear || named && name_only
}
