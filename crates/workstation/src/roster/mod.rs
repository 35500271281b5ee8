//! Roster 居民台账: the people and households in memory, and everything done with them.

mod address;
mod board;
mod card;
mod export;
mod find;
mod household;
mod merge;
mod save;
mod tags;

pub(crate) use address::address_look;
pub(crate) use board::{building_board, buildings};
pub(crate) use card::{note_add, resident_card, resident_reveal};
pub(crate) use export::roster_export;
pub(crate) use find::{resident_list, roster_find};
pub(crate) use household::{household_card, household_save};
pub(crate) use merge::{resident_merge, resident_unmerge};
pub(crate) use save::{
    changes, checked as checked_fields, duplicates_of, household_created, resident_delete, resident_save,
};
pub(crate) use tags::{tag_delete, tag_people, tag_save, tags};

use std::collections::HashSet;

use chrono::NaiveDate;
use foldhash::HashMap;
use linli_domain::address::{AddressParts, Estates};
use linli_domain::id_document::{self, DocumentKind};
use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::person_name::NAMELESS;
use linli_domain::record::standing;
use linli_domain::registered::is_elsewhere;
use linli_domain::reservation::Whose;
use linli_domain::smart_check::RosterPerson;
use linli_domain::{mask, pinyin};
use linli_store::search::{Entry, SearchIndex, TextColumn};
use linli_store::{Household, Resident, View};

use find::Chips;

use crate::Error;
use crate::api::roster::{HouseholdRow, ResidentRow};

/// The roster in memory: people and households by id, the search index, and the order of lists. Every check of a round
/// looks a few times for each reservation, so its maps hash with foldhash; ids and texts come from nobody who attacks.
#[derive(Default)]
pub(crate) struct Roster {
    version: Option<i64>,
    pub(crate) residents: HashMap<EntityId, Resident>,
    pub(crate) households: HashMap<EntityId, Household>,
    checked: HashMap<EntityId, RosterPerson>,
    /// What lists count of everybody, as of the day.
    chips: HashMap<EntityId, Chips>,
    day: NaiveDate,
    /// How many homes write their estate so.
    estate_counts: HashMap<String, usize>,
    estates: Estates,
    by_address: HashMap<String, EntityId>,
    /// Households by address.
    homes: Vec<EntityId>,
    /// Their addresses in full and in short, to be searched.
    home_texts: TextColumn,
    by_document: HashMap<String, Vec<EntityId>>,
    by_name: HashMap<String, Vec<EntityId>>,
    pub(crate) people_of: HashMap<EntityId, Vec<EntityId>>,
    index: SearchIndex,
    order: Vec<EntityId>,
}

impl Whose for Roster {
    fn standing(&self, id: EntityId) -> EntityId {
        standing(id, |id| self.residents.get(&id)?.merged_into)
    }

    fn home_of(&self, person: EntityId) -> Option<EntityId> {
        self.residents.get(&person)?.household
    }

    fn address_of(&self, household: EntityId) -> Option<AddressParts> {
        self.households.get(&household).map(parts)
    }

    fn in_full(&self, address: AddressParts) -> AddressParts {
        self.estates.in_full(address)
    }
}

impl linli_domain::smart_check::Roster for Roster {
    fn person(&self, id: EntityId) -> Option<&RosterPerson> {
        self.checked.get(&self.standing(id))
    }
}

impl Roster {
    /// How much more a home of the roster counts for the writing of its estate than a row of a sheet: no sheet has more rows.
    const KNOWN_WEIGHT: usize = 1 << 20;

    pub(crate) fn version(&self) -> Option<i64> {
        self.version
    }

    /// Brings the roster up to a version: only what was touched since, unless something was taken back.
    pub(crate) fn refresh(&mut self, view: View<'_>, version: i64, day: NaiveDate) -> Result<(), Error> {
        if self.day != day {
            self.begin(day);
        }
        let changed = match self.version {
            Some(known) if !view.undone_since(known)? && !self.index.worn() => {
                let households = view.touched_since(known, EntityKind::Household)?;
                let residents = view.touched_since(known, EntityKind::Resident)?;
                // A changed address changes what its people are found by.
                let moved = households
                    .iter()
                    .flat_map(|id| self.people_of.get(id).cloned().unwrap_or_default());
                let residents: Vec<EntityId> = moved.collect::<Vec<_>>().into_iter().chain(residents).collect();
                if households.is_empty() && residents.is_empty() {
                    self.version = Some(version);
                    return Ok(());
                }
                for &id in &households {
                    self.put_household(id, view.household(id)?);
                }
                if !households.is_empty() {
                    self.know_estates();
                    self.sort_homes();
                }
                for id in residents {
                    self.put_resident(id, view.resident(id)?);
                }
                true
            }
            _ => {
                *self = Roster {
                    day,
                    ..Roster::default()
                };
                for household in view.households()? {
                    self.put_household(household.id, Some(household));
                }
                self.know_estates();
                self.sort_homes();
                for resident in view.residents()? {
                    if let Some(id) = resident.id {
                        self.put_resident(id, Some(resident));
                    }
                }
                true
            }
        };
        if changed {
            self.sort();
        }
        self.version = Some(version);
        Ok(())
    }

    fn put_household(&mut self, id: EntityId, household: Option<Household>) {
        if let Some(old) = self.households.remove(&id)
            && let Some(homes) = old
                .estate
                .as_ref()
                .and_then(|estate| self.estate_counts.get_mut(estate))
        {
            *homes -= 1;
        }
        if let Some(household) = household {
            if let Some(estate) = &household.estate {
                *self.estate_counts.entry(estate.clone()).or_default() += 1;
            }
            self.households.insert(id, household);
        }
    }

    /// Which estates the homes are of, and with it where each home is.
    fn know_estates(&mut self) {
        self.estate_counts.retain(|_, homes| *homes > 0);
        let written = Estates::of(
            self.estate_counts
                .iter()
                .map(|(estate, homes)| (estate.as_str(), *homes)),
        );
        // 齐河路338-12-501 says the road for the lane: it is no estate of its own.
        let mut counts = self.estate_counts.clone();
        for home in self.households.values().filter(|home| home.unit.is_some()) {
            let meant = written
                .in_full(parts(home))
                .estate
                .filter(|meant| home.estate.as_ref() != Some(meant));
            if meant.is_some()
                && let Some(homes) = home.estate.as_ref().and_then(|estate| counts.get_mut(estate))
            {
                *homes -= 1;
            }
        }
        counts.retain(|_, homes| *homes > 0);
        self.estates = Estates::of(counts.iter().map(|(estate, homes)| (estate.as_str(), *homes)));
        self.by_address = self.homes_among(&self.estates);
    }

    /// Where each home is, among these estates. Of a home that is there twice, the one that says its estate, and then the
    /// older one.
    pub(crate) fn homes_among(&self, estates: &Estates) -> HashMap<String, EntityId> {
        let mut homes: Vec<(&EntityId, &Household)> = self.households.iter().collect();
        homes.sort_unstable_by_key(|(id, household)| (household.estate.is_none(), **id));
        let mut among = HashMap::default();
        among.reserve(homes.len());
        for (id, household) in homes {
            if let Some(key) = estates.in_full(parts(household)).key() {
                among.entry(key).or_insert(*id);
            }
        }
        among
    }

    fn put_resident(&mut self, id: EntityId, resident: Option<Resident>) {
        if let Some(old) = self.residents.remove(&id) {
            self.checked.remove(&id);
            self.chips.remove(&id);
            self.index.remove(id);
            forget(&mut self.by_document, document_key(&old).as_deref(), id);
            forget(&mut self.by_name, old.name.as_deref(), id);
            if let Some(people) = old.household.and_then(|home| self.people_of.get_mut(&home)) {
                people.retain(|person| *person != id);
            }
        }
        let Some(resident) = resident else { return };
        if resident.merged_into.is_none() {
            if let Some(home) = resident.household {
                self.people_of.entry(home).or_default().push(id);
            }
            let document = document_key(&resident);
            self.index.put(id, &self.entry(&resident, document.as_deref()));
            remember(&mut self.by_document, document.as_deref(), id);
            remember(&mut self.by_name, resident.name.as_deref(), id);
            self.checked.insert(id, self.checked_person(&resident));
            self.chips.insert(id, Chips::of(self, &resident, self.day));
        }
        self.residents.insert(id, resident);
    }

    /// A day begins: whether a document is right may depend on it.
    fn begin(&mut self, day: NaiveDate) {
        self.day = day;
        let chips = self
            .chips
            .keys()
            .filter_map(|id| Some((*id, Chips::of(self, self.residents.get(id)?, day))));
        self.chips = chips.collect();
    }

    pub(crate) fn day(&self) -> NaiveDate {
        self.day
    }

    /// Which of the list's chips somebody falls under.
    fn chips_of(&self, resident: &Resident) -> Chips {
        let kept = resident.id.and_then(|id| self.chips.get(&id));
        kept.copied().unwrap_or_else(|| Chips::of(self, resident, self.day))
    }

    fn checked_person(&self, resident: &Resident) -> RosterPerson {
        RosterPerson {
            name: resident.name.clone().unwrap_or_default(),
            document_number: resident.document_number.clone(),
            household: resident.household,
            registered_elsewhere: self.compare_registered(resident),
        }
    }

    /// `document`: the number as numbers are compared. One from before 1999 is found as the 18 digits that it became, too.
    fn entry(&self, resident: &Resident, document: Option<&str>) -> Entry {
        let name = resident.name.clone().unwrap_or_default();
        let number = resident.document_number.as_deref();
        let since = document.filter(|since| Some(*since) != number);
        Entry {
            readings: pinyin::readings(&name),
            name,
            phones: resident.phone.iter().chain(&resident.second_phone).cloned().collect(),
            documents: number.into_iter().chain(since).map(str::to_owned).collect(),
            address: self.address(resident.household).unwrap_or_default(),
        }
    }

    /// Orders the people by their homes' order and by name; who has no home comes last.
    fn sort(&mut self) {
        let places: HashMap<EntityId, usize> = self.homes.iter().copied().zip(0..).collect();
        let place = |resident: &Resident| resident.household.and_then(|home| places.get(&home)).copied();
        let people = self
            .residents
            .values()
            .filter(|resident| resident.merged_into.is_none());
        let mut keyed: Vec<(usize, &str, EntityId)> = people
            .filter_map(|person| {
                Some((
                    place(person).unwrap_or(usize::MAX),
                    person.name.as_deref().unwrap_or_default(),
                    person.id?,
                ))
            })
            .collect();
        keyed.sort_unstable();
        self.order = keyed.into_iter().map(|(.., id)| id).collect();
    }

    /// Orders the households by address: searching then stops at as many as are shown.
    fn sort_homes(&mut self) {
        let known: HashSet<EntityId> = self.homes.iter().copied().collect();
        self.homes.retain(|id| self.households.contains_key(id));
        // Behind those in order, where sorting finds them soon.
        self.homes
            .extend(self.households.keys().filter(|id| !known.contains(id)));
        let mut homes: Vec<(EntityId, AddressParts)> = self
            .homes
            .iter()
            .filter_map(|id| Some((*id, parts(self.households.get(id)?))))
            .collect();
        homes.sort_by(|(_, a), (_, b)| a.natural_cmp(b));
        self.home_texts = TextColumn::default();
        for (_, address) in &homes {
            self.home_texts.push([address.display(), address.short()].into_iter());
        }
        self.homes = homes.into_iter().map(|(id, _)| id).collect();
    }

    /// Households with every one of the words in their address, in its order.
    pub(crate) fn homes_with<'r>(&'r self, words: &'r [&'r str]) -> impl Iterator<Item = &'r Household> {
        self.home_texts
            .rows_with(words)
            .filter_map(|row| self.households.get(&self.homes[row]))
    }

    /// All people, by address and name.
    pub(crate) fn people(&self) -> impl Iterator<Item = &Resident> {
        self.order.iter().filter_map(|id| self.residents.get(id))
    }

    /// Finds people. An ID number from before 1999 finds who is known by the one it became.
    pub(crate) fn find(&self, query: &str, limit: usize) -> (Vec<&Resident>, usize) {
        let (mut hits, mut total) = self.index.find(query, limit);
        let since = id_document::key(query.trim());
        if total == 0 && since.len() > query.trim().len() {
            (hits, total) = self.index.find(&since, limit);
        }
        (
            hits.iter().filter_map(|hit| self.residents.get(&hit.id)).collect(),
            total,
        )
    }

    /// People with a document number.
    pub(crate) fn with_document(&self, number: &str) -> impl Iterator<Item = &Resident> {
        self.by_document
            .get(&id_document::key(number))
            .into_iter()
            .flatten()
            .filter_map(|id| self.residents.get(id))
    }

    /// People with a name.
    pub(crate) fn with_name(&self, name: &str) -> impl Iterator<Item = &Resident> {
        self.by_name
            .get(name)
            .into_iter()
            .flatten()
            .filter_map(|id| self.residents.get(id))
    }

    /// The household at an address, however it is written. Where no home of the roster says its estate, whoever says one
    /// means it.
    pub(crate) fn household_at(&self, address: &AddressParts) -> Option<EntityId> {
        let estate = address.estate.clone().filter(|_| !self.says_no_estate());
        let address = AddressParts {
            estate,
            ..address.clone()
        };
        self.by_address.get(&self.estates.in_full(address).key()?).copied()
    }

    /// An address as the roster writes it: that of the household there, or with the estate it can only mean.
    pub(crate) fn as_known(&self, address: AddressParts) -> AddressParts {
        let home = self.household_at(&address).and_then(|id| self.households.get(&id));
        home.map_or_else(|| self.estates.in_full(address), parts)
    }

    /// The estates of the roster and of a sheet that is being read. What the roster writes stays as it writes it.
    pub(crate) fn estates_with(&self, sheet: impl Iterator<Item = String>) -> Estates {
        let mut counts: HashMap<String, usize> = HashMap::default();
        sheet.for_each(|estate| *counts.entry(estate).or_default() += 1);
        self.estate_counts.iter().for_each(|(estate, homes)| {
            *counts.entry(estate.clone()).or_default() += homes * Self::KNOWN_WEIGHT;
        });
        Estates::of(counts.iter().map(|(estate, rows)| (estate.as_str(), *rows)))
    }

    /// Whether no home of the roster says its estate.
    pub(crate) fn says_no_estate(&self) -> bool {
        self.estate_counts.is_empty()
    }

    /// A household's address in full.
    pub(crate) fn address(&self, household: Option<EntityId>) -> Option<String> {
        self.households
            .get(&household?)
            .map(|household| parts(household).display())
    }

    /// 人户分离: registered at another address than the one lived at.
    pub(crate) fn registered_elsewhere(&self, resident: &Resident) -> bool {
        let known = resident.id.and_then(|id| self.checked.get(&id));
        known.map_or_else(|| self.compare_registered(resident), |known| known.registered_elsewhere)
    }

    fn compare_registered(&self, resident: &Resident) -> bool {
        let home = resident.household.and_then(|id| self.households.get(&id)).map(parts);
        match (&resident.registered_address, home) {
            (Some(registered), Some(home)) => is_elsewhere(registered, &home),
            _ => false,
        }
    }

    /// A person as lists show them.
    pub(crate) fn row(&self, resident: &Resident, today: NaiveDate) -> ResidentRow {
        let home = resident.household.and_then(|id| self.households.get(&id)).map(parts);
        ResidentRow {
            id: resident.id.map(|id| id.to_string()).unwrap_or_default(),
            name: resident.name.clone().unwrap_or_else(|| NAMELESS.into()),
            sex: resident.sex.clone(),
            age: resident.birth_date.as_deref().and_then(|birth| age(birth, today)),
            address: home.as_ref().map(AddressParts::display),
            room: home.as_ref().map(AddressParts::short),
            household: resident.household.map(|id| id.to_string()),
            phone: resident.phone.as_deref().map(mask::phone),
            document: resident.document_number.as_deref().map(mask::document),
            document_kind: kind_of(resident),
            registered_elsewhere: self.registered_elsewhere(resident),
            tags: resident.tags.clone(),
        }
    }

    /// A household as lists show it.
    pub(crate) fn household_row(&self, household: &Household) -> HouseholdRow {
        HouseholdRow {
            id: household.id.to_string(),
            address: parts(household).display(),
            estate: household.estate.clone(),
            building: household.building.clone(),
            unit: household.unit.clone(),
            room: household.room.clone(),
            number: household.number.clone(),
            residents: self.people_of.get(&household.id).map_or(0, Vec::len),
        }
    }
}

fn document_key(resident: &Resident) -> Option<String> {
    resident.document_number.as_deref().map(id_document::key)
}

fn remember(by: &mut HashMap<String, Vec<EntityId>>, key: Option<&str>, id: EntityId) {
    if let Some(key) = key {
        by.entry(key.to_owned()).or_default().push(id);
    }
}

fn forget(by: &mut HashMap<String, Vec<EntityId>>, key: Option<&str>, id: EntityId) {
    if let Some(ids) = key.and_then(|key| by.get_mut(key)) {
        ids.retain(|known| *known != id);
    }
}

/// The parts of a household's address.
pub(crate) fn parts(household: &Household) -> AddressParts {
    AddressParts {
        estate: household.estate.clone(),
        building: household.building.clone(),
        unit: household.unit.clone(),
        room: household.room.clone(),
    }
}

/// What a person's document is; a number without a kind is what it looks like.
pub(crate) fn kind_of(resident: &Resident) -> DocumentKind {
    document_kind(resident.document_kind.as_deref(), resident.document_number.as_deref())
}

/// What a document is of which this is written.
pub(crate) fn document_kind(kind: Option<&str>, number: Option<&str>) -> DocumentKind {
    let stated = kind.and_then(DocumentKind::parse);
    number.map_or(stated.unwrap_or(DocumentKind::Missing), |number| {
        DocumentKind::of(stated, number)
    })
}

/// Full years.
pub(crate) fn age(birth_date: &str, today: NaiveDate) -> Option<u32> {
    let birth = NaiveDate::parse_from_str(birth_date, "%Y-%m-%d").ok()?;
    today.years_since(birth)
}
