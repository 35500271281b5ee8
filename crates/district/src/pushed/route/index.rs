//! All residents of the district, as rows are compared with them, and the committee of each.

use std::collections::BTreeMap;
use std::sync::mpsc::{SyncSender, sync_channel};

use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::record::{ADDRESS, Field};
use linli_domain::time::Moment;
use linli_matching::address::Pieces;
use linli_matching::{Candidate, Level, Match, Outcome, Person, Reason, Record, Roster, Understood};
use sha2::{Digest as _, Sha256};

use super::super::Said;
use super::Routed;
use super::houses::{Houses, Width};
use crate::committee::Committee;
use crate::sequence::entities::Entities;
use crate::storage::Transaction;
use crate::{District, Error};

/// Committees that are read ahead while residents are taken in.
const AHEAD: usize = 2;
/// From this score on a candidate tells the committee: rather this resident than all others together.
const LIKELY: f64 = 0.5;
/// Most other committees that are named: who passes a row on looks at them one by one.
const OTHERS: usize = 3;

/// What rows are compared with.
pub(crate) struct Index {
    /// Of which state of the rosters.
    pub(super) version: [u8; 32],
    /// When.
    pub(super) built_at: Moment,
    committees: Vec<Committee>,
    roster: Roster,
    /// The committee of each resident.
    of_resident: Vec<u16>,
    houses: Houses,
}

/// A committee's residents and homes.
struct Read {
    committee: u16,
    people: Vec<Person>,
}

/// What says which state all rosters are in.
pub(super) fn version(transaction: &mut dyn Transaction) -> Result<[u8; 32], Error> {
    let sql = "SELECT committee, kind, sum FROM digest WHERE kind IN (3, 4) ORDER BY committee, kind";
    let mut hash = Sha256::new();
    for row in transaction.query(sql, &[])? {
        hash.update(row.get::<[u8; 16]>(0)?);
        hash.update([row.get::<u8>(1)?]);
        hash.update(row.get::<[u8; 32]>(2)?);
    }
    Ok(hash.finalize().into())
}

impl Index {
    /// Reads all residents, committee by committee.
    pub(super) fn build(district: &District, version: [u8; 32], now: Moment) -> Result<Index, Error> {
        let committees = district.committees()?;
        let mut of_resident = Vec::new();
        let (send, receive) = sync_channel(AHEAD);
        let (roster, houses) = std::thread::scope(|scope| {
            let reading = scope.spawn(|| read(district, &committees, send));
            let people = receive.into_iter().flat_map(|Read { committee, people }| {
                of_resident.extend(std::iter::repeat_n(committee, people.len()));
                people
            });
            let roster = Roster::new(people, []);
            let houses = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (roster, houses)
        });
        Ok(Index {
            version,
            built_at: now,
            committees,
            roster,
            of_resident,
            houses: houses?,
        })
    }

    /// Where a row belongs. `named`: the committee that it names itself.
    pub(super) fn route(&self, row: &Said<'_>, named: Option<EntityId>) -> Routed {
        let address = row.address.unwrap_or_default();
        let found = self.roster.find(&Record {
            name: row.name.unwrap_or_default(),
            document: row.document_number.unwrap_or_default(),
            phone: row.phone.unwrap_or_default(),
            address,
        });
        let known = |id| self.committees.iter().position(|one| one.id == id);
        let named = match named.map(|id| (id, known(id))) {
            // It came after all this was read.
            Some((id, None)) => return Routed::to(id),
            Some((_, Some(place))) => u16::try_from(place).ok(),
            None => None,
        };
        let lived = self.lived_in(&found.address, address);
        match self.ranked(&found, named, lived).split_first() {
            Some((first, others)) => Routed::To {
                committee: self.committees[usize::from(*first)].id,
                others: others.iter().take(OTHERS).map(|place| self.name(*place)).collect(),
            },
            None => Routed::Nobody(self.why_nobody(row, &found.address)),
        }
    }

    /// Committees that a row may belong to, the likeliest first.
    fn ranked(&self, found: &Match, named: Option<u16>, lived: Option<(Width, Vec<u16>)>) -> Vec<u16> {
        let certain = found.resident.map(|resident| self.of_resident[resident]);
        let people = self.committees_of(found, |one| one.score >= LIKELY || has(one, Reason::IdSame));
        let phones = self.committees_of(found, |one| has(one, Reason::PhoneSame) || has(one, Reason::PhoneHome));
        let at = |width| {
            let of_width = lived.iter().filter(move |(known, _)| *known == width);
            of_width.flat_map(|(_, committees)| committees.iter().copied())
        };
        let mut ranked: Vec<u16> = certain.into_iter().chain(named).collect();
        if named.is_none() {
            ranked.extend(people.into_iter().chain(at(Width::House)));
        }
        // What tells less counts only where nothing tells more.
        for less in [phones, at(Width::Place).collect(), at(Width::Road).collect()] {
            if ranked.is_empty() {
                ranked = less;
            }
        }
        let mut seen = Vec::new();
        ranked.retain(|committee| {
            !seen.contains(committee) && {
                seen.push(*committee);
                true
            }
        });
        ranked
    }

    /// Committees of candidates, best first.
    fn committees_of(&self, found: &Match, tells: impl Fn(&Candidate) -> bool) -> Vec<u16> {
        let telling = found
            .candidates
            .iter()
            .filter(|one| found.outcome != Outcome::NotOurs && tells(one));
        telling.map(|one| self.of_resident[one.resident]).collect()
    }

    /// The committees of what an address says; where it names a town, of that town if any is.
    fn lived_in(&self, understood: &Understood, address: &str) -> Option<(Width, Vec<u16>)> {
        let (width, mut committees) = self.houses.of(understood)?;
        let in_town = |place: &u16| address.contains(&self.committees[usize::from(*place)].town);
        if committees.iter().any(in_town) {
            committees.retain(in_town);
        }
        Some((width, committees))
    }

    fn name(&self, place: u16) -> String {
        self.committees[usize::from(place)].full_name()
    }

    /// Why no committee has a row, in words.
    fn why_nobody(&self, row: &Said<'_>, address: &Understood) -> String {
        if self.roster.is_empty() {
            return "各居委会还没有居民台账，也没有写明居委会".into();
        }
        let numbers = row.document_number.is_some() || row.phone.is_some();
        let place = [Level::Road, Level::Lane, Level::Estate]
            .iter()
            .any(|level| address.at(*level).is_some());
        let why = match (row.address, numbers) {
            (Some(_), _) if place => "地址不在本区任何居委会，台账里也没有这个人",
            (Some(_), _) => "地址看不出路、弄或小区，台账里也没有这个人",
            (None, true) => "没有地址，证件号码和电话在台账里都没有",
            (None, false) => "只有姓名，没有别的线索",
        };
        match row.committee {
            Some(name) => format!("没有叫“{name}”的居委会；{why}"),
            None => why.to_owned(),
        }
    }
}

fn has(candidate: &Candidate, reason: Reason) -> bool {
    candidate.reasons.contains(&reason)
}

/// Reads committee after committee, gives their residents away, and keeps where homes are.
fn read(district: &District, committees: &[Committee], send: SyncSender<Read>) -> Result<Houses, Error> {
    let mut houses = Houses::default();
    let mut homes = 0;
    for (committee, one) in (0..).zip(committees) {
        let mut entities = Entities::default();
        district.read(|transaction| {
            entities = Entities::default();
            entities.load_all(transaction, one.id, &[EntityKind::Household, EntityKind::Resident])
        })?;
        let people = people(&entities, committee, &mut houses, &mut homes);
        if send.send(Read { committee, people }).is_err() {
            break; // Whoever takes them has ended.
        }
    }
    Ok(houses)
}

/// The residents of a committee. `homes`: how many homes there were before.
fn people(entities: &Entities, committee: u16, houses: &mut Houses, homes: &mut u32) -> Vec<Person> {
    let records: BTreeMap<EntityId, _> = entities
        .ids()
        .filter_map(|id| Some((id, entities.record(id)?)))
        .collect();
    // A household has no name of its own.
    let (residents, households): (Vec<_>, Vec<_>) = records
        .iter()
        .partition(|(_, record)| record.get(Field::Name).is_some());
    let mut addresses: BTreeMap<EntityId, (u32, String)> = BTreeMap::new();
    for (id, household) in households {
        let [estate, building, unit, room] = ADDRESS.map(|field| household.get(field).unwrap_or_default());
        let address = Pieces {
            estate,
            building,
            unit,
            room,
            ..Pieces::default()
        }
        .joined();
        houses.learn(&Understood::of(&address), committee);
        *homes += 1;
        addresses.insert(*id, (*homes, address));
    }
    let mut people = Vec::new();
    for (_, record) in residents
        .into_iter()
        .filter(|(_, record)| record.get(Field::MergedInto).is_none())
    {
        let of = |field| record.get(field).unwrap_or_default().to_owned();
        let home = record.get(Field::Household).and_then(|id| id.parse().ok());
        let home = home.and_then(|id: EntityId| addresses.get(&id).cloned());
        let phones = [of(Field::Phone), of(Field::SecondPhone)];
        people.push(Person {
            name: of(Field::Name),
            document: of(Field::DocumentNumber),
            phones: phones.into_iter().filter(|phone| !phone.is_empty()).collect(),
            home: home.as_ref().map(|(home, _)| *home),
            addresses: home.map(|(_, address)| address).into_iter().collect(),
        });
    }
    people
}
