//! Homes and people.

use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_sample::random::Random;
use linli_store::{Error, Resident};
use linli_workstation::api::ById;
use linli_workstation::api::import::ImportTarget;
use linli_workstation::api::roster::{HouseholdSave, MergeRequest, ResidentFields, ResidentSave, TagPeople, TagSave};
use linli_workstation::simulation::commands;
use linli_workstation::{Progress, import};

use super::{BUILDINGS, Clerk, Did, PHONES, ROOMS, Stop, WORDS, done, pick, queue};

/// Fields that clerks change.
const FIELDS: [Field; 3] = [Field::Name, Field::Phone, Field::Note];
/// Tags that clerks give.
const TAGS: [&str; 3] = ["高龄", "党员", "独居老人"];
/// People of the district who may stand on several committees' rosters.
const KNOWN_EVERYWHERE: u32 = 24;

/// The estate whose last building is on the rosters of all committees: each home is one committee's.
pub(crate) const DISPUTED: &str = "齐河路338弄";
/// Where a committee's other buildings are.
const ESTATES: [&str; 3] = ["潍坊路100弄", "潍坊路200弄", "牡丹路50弄"];

/// The document of somebody who may register anywhere.
pub(crate) fn document(random: &mut Random) -> String {
    format!("E{:07}", 1_000_000 + random.below(KNOWN_EVERYWHERE))
}

fn estate(office: usize, building: u32) -> &'static str {
    if building == BUILDINGS {
        DISPUTED
    } else {
        ESTATES[office % ESTATES.len()]
    }
}

/// Where somebody of a committee may live, as people write it.
pub(crate) fn somewhere(office: usize, random: &mut Random) -> String {
    let (building, room) = (random.below(BUILDINGS) + 1, random.below(ROOMS) + 1);
    format!("{}{building}号{room}01室", estate(office, building))
}

impl Clerk<'_> {
    /// Imports the whole roster from a sheet: every home with somebody in it.
    pub(crate) fn import_roster(&mut self) -> Result<(), Stop> {
        let mut sheet = String::from("姓名,证件号码,小区,楼栋,室号\n");
        for building in 1..=BUILDINGS {
            for room in 1..=ROOMS {
                for _ in 0..=self.random.below(2) {
                    let name = pick(self.random, &WORDS).unwrap_or_default();
                    let number = Some(document(self.random)).filter(|_| self.random.percent(70));
                    let (number, estate) = (number.unwrap_or_default(), estate(self.pc.office, building));
                    sheet.push_str(&format!("{name},{number},{estate},{building}号,{room}01\n"));
                }
            }
        }
        let (ws, target) = (&self.pc.workstation, ImportTarget::Roster);
        let read = import::open_file(ws, "台账.csv", sheet.into_bytes(), target, &[]);
        done(read.and_then(|request| import::import(ws, &request, &Progress::default())))?;
        Ok(())
    }

    fn save(&mut self, id: Option<EntityId>, fields: ResidentFields) -> Result<bool, Stop> {
        let request = ResidentSave {
            id: id.map(|id| id.to_string()),
            fields,
            tags: None,
            anyway: true,
        };
        let saved = done(commands::resident_save(&self.pc.workstation, request))?;
        Ok(saved.is_some_and(|saved| saved.batch.is_some()))
    }

    fn person(&mut self, address: String) -> ResidentFields {
        ResidentFields {
            name: pick(self.random, &WORDS).map(str::to_owned),
            document_number: Some(document(self.random)).filter(|_| self.random.percent(70)),
            address: Some(address),
            ..ResidentFields::default()
        }
    }

    /// A home that may be there already: with somebody in it, or empty.
    pub(super) fn new_home(&mut self) -> Result<Option<Did>, Stop> {
        let (building, room) = (self.random.below(BUILDINGS) + 1, self.random.below(ROOMS) + 1);
        let estate = estate(self.pc.office, building);
        let added = if self.random.percent(50) {
            let person = self.person(format!("{estate}{building}号{room}01室"));
            self.save(None, person)?
        } else {
            let request = HouseholdSave {
                id: None,
                estate: Some(estate.to_owned()),
                building: Some(format!("{building}号")),
                unit: None,
                room: Some(format!("{room}01")),
                number: None,
                note: None,
            };
            done(commands::household_save(&self.pc.workstation, request))?.is_some()
        };
        Ok(added.then_some("adds a home"))
    }

    pub(super) fn new_people(&mut self) -> Result<Option<Did>, Stop> {
        let Some(home) = pick(self.random, &self.pc.store().view().households()?) else {
            return Ok(None);
        };
        for _ in 0..=self.random.below(2) {
            let whole = self.random.percent(80);
            let person = self.person(queue::said(&home, whole));
            self.save(None, person)?;
        }
        Ok(Some("adds people"))
    }

    /// Somebody; mostly one of few, so that two PCs are at the same person.
    fn resident(&mut self) -> Result<Option<(EntityId, Resident)>, Error> {
        let residents = self.pc.store().view().residents()?;
        let within = if self.random.percent(60) {
            residents.len().min(4)
        } else {
            residents.len()
        };
        let resident = pick(self.random, &residents[..within]);
        Ok(resident.and_then(|resident| Some((resident.id?, resident))))
    }

    pub(super) fn edit(&mut self) -> Result<Option<Did>, Stop> {
        let Some((id, _)) = self.resident()? else {
            return Ok(None);
        };
        let to = |words: &[&str], random: &mut Random| {
            let word = pick(random, words).map(str::to_owned).unwrap_or_default();
            // An empty text takes the value away.
            Some(word).map(|word| if random.percent(80) { word } else { String::new() })
        };
        let fields = match pick(self.random, &FIELDS) {
            Some(Field::Phone) => ResidentFields {
                phone: to(&PHONES, self.random),
                ..ResidentFields::default()
            },
            Some(Field::Note) => ResidentFields {
                note: to(&WORDS, self.random),
                ..ResidentFields::default()
            },
            _ => ResidentFields {
                name: pick(self.random, &WORDS).map(str::to_owned),
                ..ResidentFields::default()
            },
        };
        Ok(self.save(Some(id), fields)?.then_some("edits"))
    }

    /// Gives somebody a tag, or takes it away; a word that the dictionary does not have is added first.
    pub(super) fn tag(&mut self) -> Result<Option<Did>, Stop> {
        let (Some(tag), Some((id, resident))) = (pick(self.random, &TAGS), self.resident()?) else {
            return Ok(None);
        };
        let known = self.pc.store().view().tags()?.iter().any(|known| known.name == tag);
        if !known {
            let (id, name) = (None, tag.to_owned());
            let saved = done(commands::tag_save(&self.pc.workstation, TagSave { id, name }))?;
            return Ok(saved.map(|_| "adds a tag"));
        }
        let request = TagPeople {
            ids: vec![id.to_string()],
            add: !resident.tags.iter().any(|has| has == tag),
            tag: tag.to_owned(),
        };
        let tagged = done(commands::tag_people(&self.pc.workstation, request))?;
        Ok(tagged.map(|_| "tags"))
    }

    pub(super) fn remove(&mut self) -> Result<Option<Did>, Stop> {
        let Some((id, _)) = self.resident()? else {
            return Ok(None);
        };
        let id = id.to_string();
        let removed = done(commands::resident_delete(&self.pc.workstation, ById { id }))?;
        Ok(removed.map(|_| "removes"))
    }

    /// Makes two records of one home one person. Of one home: people of two buildings have two areas.
    pub(super) fn merge(&mut self) -> Result<Option<Did>, Stop> {
        let people = {
            let opened = self.pc.store();
            let Some(home) = pick(self.random, &opened.view().households()?) else {
                return Ok(None);
            };
            opened.view().residents_of(home.id)?
        };
        let ids: Vec<EntityId> = people.iter().filter_map(|resident| resident.id).collect();
        let [keep, drop, ..] = ids.as_slice() else {
            return Ok(None);
        };
        let (keep, drop) = if self.random.percent(50) {
            (keep, drop)
        } else {
            (drop, keep)
        };
        let request = MergeRequest {
            keep: keep.to_string(),
            drop: drop.to_string(),
            take: Vec::new(),
        };
        let merged = done(commands::resident_merge(&self.pc.workstation, request))?;
        Ok(merged.map(|_| "merges"))
    }
}
