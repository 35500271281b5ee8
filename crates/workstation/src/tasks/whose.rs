//! Whose open rows are: found on the roster by what the rows say, and kept for as long as roster, rows and decisions are the
//! same.
//!
//! Decisions teach, on every PC alike, since they are in the log: a row that says the same as one that was decided on is
//! the same person's, and another name of a place is known from then on. What is taken back is no longer known.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use foldhash::{HashMap, HashSet};
use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::record::{self as domain, Field};
use linli_domain::reservation::Whose as _;
use linli_domain::task::Task;
use linli_matching::address::{Level, Understood};
use linli_matching::{Alias, Match, Person, Record};
use linli_store::{Household, ItemState, View};

use crate::Error;
use crate::roster::{Roster, parts};

/// What a row says of whom it means: name, number, phone, address.
type Said = [String; 4];

fn said(written: &domain::Record) -> Said {
    let fields = [Field::Name, Field::DocumentNumber, Field::Phone, Field::Address];
    fields.map(|field| written.get(field).unwrap_or_default().to_owned())
}

/// What was decided of rows, as far as it teaches something.
#[derive(Debug, Default)]
struct Taught {
    /// Who rows are that say the same again.
    people: HashMap<Said, EntityId>,
    /// Other names of places, each with the place.
    places: Vec<(String, String)>,
}

/// Finds on the roster whose rows are.
#[derive(Debug, Default)]
pub(crate) struct Finder(Mutex<Option<Index>>);

/// The roster as it is searched, and what was found.
#[derive(Debug)]
struct Index {
    /// The data's version at which residents and homes were read.
    version: i64,
    taught: Taught,
    /// Made when the first row is looked for: whoever has no open rows never waits for it.
    matcher: OnceLock<Matcher>,
    /// Of how many rows it was heard where the committee is.
    heard: usize,
    found: HashMap<Said, Arc<Found>>,
}

/// The residents as rows are compared with them.
#[derive(Debug)]
struct Matcher {
    roster: linli_matching::Roster,
    /// By their places in it.
    people: Arc<Vec<EntityId>>,
}

/// What was found for a row: whoever may be meant, and whether it is certain.
#[derive(Debug)]
pub(crate) struct Found {
    found: Match,
    /// Residents by their places in what was searched.
    people: Arc<Vec<EntityId>>,
    /// Whom a row was decided for that says the same.
    taught: Option<EntityId>,
}

impl Found {
    /// The resident it is, where that needs no look.
    pub(crate) fn certain(&self) -> Option<EntityId> {
        let certain = self.found.resident.and_then(|place| self.people.get(place)).copied();
        self.taught.or(certain)
    }

    /// Whether nothing in it touches this committee.
    pub(crate) fn is_nobodys(&self) -> bool {
        self.taught.is_none() && self.found.outcome == linli_matching::Outcome::NotOurs
    }

    /// Whoever may be meant, best first, with the reasons.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = (EntityId, &[linli_matching::Reason])> {
        let candidates = self.found.candidates.iter();
        candidates.filter_map(|one| Some((*self.people.get(one.resident)?, one.reasons.as_slice())))
    }

    /// The address as it was understood.
    pub(crate) fn address(&self) -> &Understood {
        &self.found.address
    }
}

impl Finder {
    /// Forgets what was found where a resident or a home was touched since.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn bring_up(&self, view: View<'_>) -> Result<(), Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = kept.take()
            && !index.is_stale(view)?
        {
            let version = view.version()?;
            *kept = Some(Index { version, ..index });
        }
        Ok(())
    }

    /// What is found for rows that are open, each by what it says. `version`: of the data, as old as the roster at most.
    pub(crate) fn find(
        &self,
        version: i64,
        roster: &Roster,
        items: &[ItemState<Task>],
        open: &[usize],
    ) -> Vec<Arc<Found>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taught = Taught::by(roster, items);
        let mut known = match kept.take() {
            Some(index) if index.taught.places == taught.places => index.taught_anew(taught),
            _ => Index::of(version, taught),
        };
        if !open.is_empty() {
            known.hear(roster, items);
        }
        let mut found: HashMap<Said, Arc<Found>> = HashMap::default();
        let mut all = Vec::with_capacity(open.len());
        for place in open {
            let said = said(&items[*place].state.record);
            let one = match found.get(&said).or_else(|| known.found.get(&said)) {
                Some(one) => one.clone(),
                None => Arc::new(known.find(roster, &said)),
            };
            found.insert(said, one.clone());
            all.push(one);
        }
        *kept = Some(Index { found, ..known });
        all
    }

    /// What is found for one row, whoever it was decided for, or for what was written anywhere else: once the tasks are read.
    pub(crate) fn look(&self, roster: &Roster, written: &domain::Record) -> Option<Arc<Found>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (index, said) = (kept.as_ref()?, said(written));
        let known = index.found.get(&said).cloned();
        Some(known.unwrap_or_else(|| Arc::new(index.find(roster, &said))))
    }
}

impl Matcher {
    fn of(roster: &Roster, places: &[(String, String)]) -> Matcher {
        let mut homes: HashMap<EntityId, u32> = HashMap::default();
        let (mut people, mut ids) = (Vec::new(), Vec::new());
        for resident in roster.people() {
            let Some(id) = resident.id else { continue };
            let next = homes.len() as u32;
            let home = resident.household.map(|home| *homes.entry(home).or_insert(next));
            people.push(Person {
                name: resident.name.clone().unwrap_or_default(),
                document: resident.document_number.clone().unwrap_or_default(),
                phones: resident.phone.iter().chain(&resident.second_phone).cloned().collect(),
                home,
                addresses: roster.address(resident.household).into_iter().collect(),
            });
            ids.push(id);
        }
        let alias = |(written, place): &(String, String)| Alias {
            written: written.clone(),
            place: place.clone(),
        };
        Matcher {
            roster: linli_matching::Roster::new(people, places.iter().map(alias)),
            people: Arc::new(ids),
        }
    }
}

impl Index {
    fn of(version: i64, taught: Taught) -> Index {
        Index {
            version,
            taught,
            matcher: OnceLock::new(),
            heard: 0,
            found: HashMap::default(),
        }
    }

    /// The same after other decisions, which taught no other names of places: only rows that say what was decided on are
    /// looked for again.
    fn taught_anew(mut self, taught: Taught) -> Index {
        let people = &taught.people;
        self.found.retain(|said, one| one.taught == people.get(said).copied());
        Index { taught, ..self }
    }

    /// Whether a resident or a home was touched since it was made.
    fn is_stale(&self, view: View<'_>) -> Result<bool, Error> {
        let touched = |kind| view.touched_since(self.version, kind).map(|ids| !ids.is_empty());
        Ok(view.undone_since(self.version)? || touched(EntityKind::Resident)? || touched(EntityKind::Household)?)
    }

    fn matcher(&self, roster: &Roster) -> &Matcher {
        self.matcher.get_or_init(|| Matcher::of(roster, &self.taught.places))
    }

    /// Hears from all rows, old and new, which city and district others write before the committee's places.
    fn hear(&mut self, roster: &Roster, items: &[ItemState<Task>]) {
        if std::mem::replace(&mut self.heard, items.len()) == items.len() {
            return;
        }
        self.matcher(roster);
        let addresses = items.iter().map(|item| item.state.get(Field::Address));
        if self.matcher.get_mut().is_some_and(|known| known.roster.hear(addresses)) {
            self.found.clear();
        }
    }

    fn find(&self, roster: &Roster, said: &Said) -> Found {
        let matcher = self.matcher(roster);
        let [name, document, phone, address] = said;
        let record = Record {
            name,
            document,
            phone,
            address,
        };
        Found {
            found: matcher.roster.find(&record),
            people: matcher.people.clone(),
            taught: self.taught.people.get(said).copied(),
        }
    }
}

impl Taught {
    /// What decisions teach. Where two rows that say the same were decided differently, nothing is known of them.
    fn by(roster: &Roster, items: &[ItemState<Task>]) -> Taught {
        let mut taught = Taught::default();
        let mut differing: HashSet<Said> = HashSet::default();
        for task in items.iter().map(|one| &one.state) {
            let decided = task.decision().and_then(|decided| decided.resident);
            let known = decided.map(|id| roster.standing(id));
            let Some(resident) = known.filter(|id| roster.residents.contains_key(id)) else {
                continue;
            };
            let said = said(&task.record);
            if taught
                .people
                .insert(said.clone(), resident)
                .is_some_and(|known| known != resident)
            {
                differing.insert(said);
            }
            taught
                .places
                .extend(other_name(roster, resident, task.get(Field::Address)));
        }
        taught.people.retain(|said, _| !differing.contains(said));
        taught.places.sort_unstable();
        taught.places.dedup();
        taught
    }
}

/// Another name of a resident's estate, where a row says the same number and room there.
fn other_name(roster: &Roster, resident: EntityId, address: &str) -> Option<(String, String)> {
    let home = roster.residents.get(&resident)?.household;
    let home: &Household = roster.households.get(&home?)?;
    let (written, known) = (Understood::of(address), Understood::of(&parts(home).display()));
    let agrees = |level| written.at(level).is_some() && written.at(level) == known.at(level);
    let name = written.at(Level::Estate)?;
    let estate = home.estate.as_deref()?;
    let new = !estate.contains(name) && agrees(Level::Number) && agrees(Level::Room);
    new.then(|| (name.to_owned(), estate.to_owned()))
}
