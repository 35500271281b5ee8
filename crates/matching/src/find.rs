//! Finding whom a row means: who may be meant at all, how each fits, and what the rule says of it.

use foldhash::{HashMap, HashMapExt};
use linli_domain::filler::is_filler;

use crate::address::{Reading, readings};
use crate::document::{Document, IdFit};
use crate::door::{self, DoorFit};
use crate::keys::{Of, hash};
use crate::meet::Cut;
use crate::name::{Name, NameFit, NameWay, fit as name_fit};
use crate::phone::{self, PhoneFit, Said as Phone};
use crate::places::{STRANGE, Said, UNSAID};
use crate::region::RegionFit;
use crate::roster::{Resident, Roster};
use crate::rule::{Case, Fits};
use crate::{Candidate, MOST_CANDIDATES, Match, Outcome, Reason, Record, reason, weights};

/// A row as it was read, and what of it is found on the roster at once.
pub(crate) struct Row {
    pub(crate) name: Name,
    pub(crate) document: Document,
    pub(crate) phones: Vec<Phone>,
    pub(crate) doors: Vec<Said>,
    /// Who has the row's document, and who its phones, in order.
    pub(crate) with_document: Vec<u32>,
    pub(crate) with_phone: Vec<u32>,
    /// Households of those, in order.
    pub(crate) homes: Vec<u32>,
    /// Whether somebody bears the name as it is written.
    borne: bool,
    /// Whether a number of the roster, or a place, stands in the row.
    touches: bool,
    /// Whether it says a province, city or district that cannot be judged, and no place of the roster.
    elsewhere: bool,
    /// Where not everybody was met.
    pub(crate) cut: Cut,
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
        let mut row = self.row(record, &ways);
        let mut all: Vec<Compared> = self
            .may_be(&mut row)
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
        // Whoever bears the name is shown, however much speaks against them.
        let shown = |one: &Compared| one.weight > 0.0 || one.fits.name == NameFit::Same;
        let others = (0..all.len()).filter(|place| Some(*place) != accepted && shown(&all[*place]));
        let listed = accepted.into_iter().chain(others).take(MOST_CANDIDATES);
        let candidates = listed.map(|place| self.candidate(&row, &all[place], &all)).collect();
        Match {
            outcome,
            resident,
            candidates,
            address,
        }
    }

    /// With how many a row is compared.
    #[cfg(test)]
    pub(crate) fn compares(&self, record: &Record<'_>) -> usize {
        let (ways, _) = readings(record.address);
        let mut row = self.row(record, &ways);
        self.may_be(&mut row).len()
    }

    fn row(&self, record: &Record<'_>, ways: &[Reading]) -> Row {
        let doors = self.places.said(ways, &self.alike);
        let mut name = Name::read(record.name);
        // 买买提 吐尔逊 is one person where the roster has them.
        let whole = Name::Whole(crate::name::characters(record.name));
        if name != whole && self.bears(&whole) {
            name = whole;
        }
        let document = Document::read(record.document);
        let phones = phone::read(record.phone);
        let mut cut = Cut::default();
        let with_document = self.with_document(&document, &mut cut.id);
        let (with_phone, hidden) = self.with_phones(&phones, &mut cut.phone);
        let owners = with_phone.iter().chain(&hidden);
        let mut homes: Vec<u32> = owners.map(|resident| self.residents[*resident as usize].home).collect();
        homes.retain(|home| *home != 0);
        homes.sort_unstable();
        homes.dedup();
        let places = doors.iter().any(|said| !said.places.is_empty());
        let elsewhere = !places && ways.iter().any(|way| !self.places.is_in_region(&way.region));
        let ours = |said: &Said| self.places.is_within(said) || self.has_house(said);
        Row {
            borne: self.bears(&name),
            touches: !with_document.is_empty() || !with_phone.is_empty() || doors.iter().any(ours),
            elsewhere,
            name,
            document,
            phones,
            doors,
            with_document,
            with_phone,
            homes,
            cut,
        }
    }

    /// Whether somebody lives in the house that a row names, or behind its number and room where no place is said.
    fn has_house(&self, said: &Said) -> bool {
        let (number, room) = (said.door.number, said.door.room);
        let there = |of: Of, key: (u32, u32, u32)| self.keys.get(hash(of, key)).next().is_some();
        let house = |place: &u32, number| self.keys.get(hash(Of::House, (*place, number))).next().is_some();
        let somewhere = || room == UNSAID || there(Of::Door, (UNSAID, number, room));
        let known = |number| number != UNSAID && number != STRANGE;
        // Of 8号甲 and 8号 one may be the other.
        let of_place = |number| known(number) && said.places.iter().any(|place| house(place, number));
        of_place(number) || of_place(said.door.whole_number) || known(number) && !said.says_place() && somewhere()
    }

    fn bears(&self, name: &Name) -> bool {
        let Name::Whole(name) = name else { return false };
        if name.is_empty() {
            return false;
        }
        let mut found = self.keys.get(hash(Of::Name, name.as_slice()));
        found.any(|resident| *self.residents[resident as usize].name == **name)
    }

    fn compared(&self, row: &Row, resident: u32) -> Compared {
        let known = &self.residents[resident as usize];
        let (name, way) = self.name_fit(&row.name, resident);
        let id = match row.document.fit(&known.document, known.checked) {
            IdFit::Same => IdFit::Same,
            _ if !row.with_document.is_empty() => IdFit::Other,
            fit => fit,
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

    pub(crate) fn name_fit(&self, name: &Name, resident: u32) -> (NameFit, NameWay) {
        let known = &self.residents[resident as usize];
        name_fit(name, &known.name, known.man, &self.alike)
    }

    /// The best of all doors, and of all ways to read the row.
    fn door_fit(&self, row: &Row, known: &Resident) -> DoorFit {
        let fits = row.doors.iter().flat_map(|said| {
            known.doors.iter().map(move |door| {
                let place = self.places.fit(said, door.place);
                let floor = said.door.floor != UNSAID && door.floor != UNSAID && said.door.floor != door.floor;
                let fit = door::fit(said, door, place, floor);
                match self.places.region_fit(said, door) {
                    RegionFit::Agrees => fit,
                    RegionFit::Unknown => fit.min(DoorFit::Vague),
                    RegionFit::Other => DoorFit::Contrary,
                }
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

fn phone_fit(row: &Row, known: &Resident) -> PhoneFit {
    if row.phones.is_empty() {
        return PhoneFit::Silent;
    }
    let own = row
        .phones
        .iter()
        .flat_map(|said| known.phones.iter().filter_map(|phone| said.fit(phone)))
        .max();
    let at_home = || row.homes.binary_search(&known.home).is_ok();
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
    if row.name == Name::Several || row.elsewhere {
        return None;
    }
    // Of how many each fits are that may stand against another: where thousands fit, few of these differ.
    let mut rivals: HashMap<Fits, u32> = HashMap::new();
    let against = all.iter().filter(|one| one.fits.rivals());
    against.for_each(|one| *rivals.entry(one.fits).or_insert(0) += 1);
    let alone = |one: &Compared| {
        let of_another = one.fits.name == NameFit::Slip && row.borne;
        let itself = |fits: &Fits, count: u32| *fits == one.fits && count == 1;
        let stands = |(fits, count): (&Fits, &u32)| !itself(fits, *count) && !one.fits.are_better_than(fits);
        !of_another && !row.cut.hides_rival(&one.fits) && !rivals.iter().any(stands)
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
