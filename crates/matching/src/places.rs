//! The places of the roster: lanes, estates, hamlets and roads that are no lane's; and what a row says of them.

mod near;
mod symbols;

use foldhash::{HashMap, HashMapExt};
use linli_domain::address::floor;
use near::{is_near, near_keys};
use symbols::Symbols;
pub(crate) use symbols::{STRANGE, UNSAID};

use crate::address::Reading;
use crate::keys::Keys;
use crate::name::Alike;
use crate::region::{Region, RegionFit, Regions};

/// Characters in front of a name that may be a city's or a town's: 浦东齐河路.
const TOWN_CHARACTERS: usize = 2;

/// A place of the roster. Names are from the widest to the narrowest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Place {
    road: u32,
    lane: u32,
    sub_lane: u32,
    names: Vec<u32>,
    /// The first of them, where it is a village's and others follow.
    village: u32,
    phase: u32,
    group: u32,
}

/// Road, 弄 and 支弄.
type LaneOf = (u32, u32, u32);
/// Names and phase.
type EstateOf = (Vec<u32>, u32);

/// A door of the roster, or of a row. What is not said is [`UNSAID`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Door {
    pub(crate) place: u32,
    pub(crate) number: u32,
    /// The number without what parts it: 8 of 8号甲.
    pub(crate) whole_number: u32,
    pub(crate) unit: u32,
    pub(crate) floor: u32,
    pub(crate) room: u32,
    /// Of a room with a number.
    pub(crate) part: u32,
    /// By [`Regions::learn`]; of a row it is in [`Said`].
    pub(crate) region: u32,
}

/// How far what a row says of the place is a place of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PlaceFit {
    /// Another.
    Other,
    /// A name that the roster has nowhere.
    Strange,
    Unsaid,
    /// The road of a lane, the village of a hamlet.
    Wider,
    /// After a guess.
    Near,
    Exact,
}

/// A name in a row: what it may be on the roster.
#[derive(Debug, Clone, Default)]
struct Mention {
    exact: Option<u32>,
    near: Vec<u32>,
    /// Bytes that stand before it and are no part of it: 浦东 of 浦东齐河路.
    behind: usize,
}

impl Mention {
    fn is(&self, name: u32) -> bool {
        self.exact == Some(name)
    }

    fn may_be(&self, name: u32) -> bool {
        self.is(name) || self.near.contains(&name)
    }

    fn is_known(&self) -> bool {
        self.exact.is_some() || !self.near.is_empty()
    }
}

/// What a row says of the place and the door.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    road: Option<Mention>,
    names: Vec<Mention>,
    /// The first of them, where it is a village's and others follow.
    village: Option<Mention>,
    lane: u32,
    sub_lane: u32,
    phase: u32,
    group: u32,
    guessed: bool,
    lane_unmarked: bool,
    region: Region,
    /// Its room has a name and no number.
    pub(crate) room_by_name: bool,
    /// Its place is none.
    pub(crate) door: Door,
    /// Places of the roster that may be meant.
    pub(crate) places: Vec<u32>,
}

/// All places.
#[derive(Debug, Default)]
pub(crate) struct Places {
    symbols: Symbols,
    names: Symbols,
    /// Of each name the places that have it; by its number.
    by_name: Vec<Vec<u32>>,
    /// Of each lane, and of [`UNSAID`], by road.
    by_lane: HashMap<(u32, u32), Vec<u32>>,
    places: Vec<Place>,
    ids: HashMap<Place, u32>,
    /// Of each place the first that is the same.
    same: Vec<u32>,
    near: Keys,
    /// The names in their writing, by number.
    texts: Vec<Vec<char>>,
    /// Written so and meaning that place of the roster.
    aliases: Vec<(Place, u32)>,
    regions: Regions,
}

impl Places {
    /// The door that an address of the roster names.
    pub(crate) fn learn(&mut self, reading: &Reading) -> Door {
        let place = self.place_of(reading);
        let place = if place == Place::default() {
            UNSAID
        } else {
            self.id(place)
        };
        let floor = reading
            .floor
            .clone()
            .or_else(|| floor(reading.room.as_deref()?).map(|floor| floor.to_string()));
        let region = self.regions.learn(&reading.region);
        let mut symbol = |part: &Option<String>| self.symbols.learn(part.as_ref());
        Door {
            place,
            region,
            number: symbol(&reading.number),
            whole_number: symbol(&whole_number(reading)),
            part: symbol(&reading.part),
            unit: symbol(&reading.unit),
            floor: symbol(&floor),
            room: symbol(&reading.room),
        }
    }

    fn place_of(&mut self, reading: &Reading) -> Place {
        let names: Vec<u32> = reading
            .names
            .iter()
            .map(|named| self.names.learn(Some(&named.name)))
            .collect();
        Place {
            village: village(reading).map_or(UNSAID, |name| self.names.learn(Some(name))),
            road: self.names.learn(reading.road.as_ref()),
            lane: self.symbols.learn(reading.lane.as_ref()),
            sub_lane: self.symbols.learn(reading.sub_lane.as_ref()),
            names,
            phase: self.symbols.learn(reading.phase.as_ref()),
            group: self.symbols.learn(reading.group.as_ref()),
        }
    }

    /// Places are numbered from 1.
    fn id(&mut self, place: Place) -> u32 {
        let next = self.places.len() as u32 + 1;
        let id = *self.ids.entry(place.clone()).or_insert(next);
        if id == next {
            self.places.push(place);
        }
        id
    }

    /// A writing that means a place of the roster.
    pub(crate) fn alias(&mut self, written: &Reading, place: &Reading) {
        let place = self.place_of(place);
        let written = self.place_of(written);
        if let Some(id) = self.ids.get(&place).copied().filter(|_| written != Place::default()) {
            self.aliases.push((written, id));
        }
    }

    /// Once all are learnt: which estate is which lane, and what finds them.
    pub(crate) fn settle(&mut self, alike: &mut Alike) {
        self.regions.settle([]);
        self.join_lanes_and_estates();
        self.texts = vec![Vec::new(); self.names.0.len() + 1];
        for (text, number) in &self.names.0 {
            self.texts[*number as usize] = text.chars().collect();
        }
        self.texts.iter().flatten().for_each(|c| alike.learn(*c));
        let mut entries = Vec::new();
        for (number, text) in (0_u32..).zip(&self.texts).skip(1) {
            near_keys(text, alike, |hash| entries.push(Keys::entry(hash, number)));
        }
        self.near = Keys::of(&entries);
        self.by_name = vec![Vec::new(); self.texts.len()];
        self.by_lane = HashMap::new();
        let mut firsts: HashMap<&Place, u32> = HashMap::new();
        self.same = (1_u32..)
            .zip(&self.places)
            .map(|(id, place)| *firsts.entry(place).or_insert(id))
            .collect();
        let own = firsts.into_iter();
        let aliases = self
            .aliases
            .iter()
            .map(|(place, id)| (place, self.same[*id as usize - 1]));
        for (place, id) in own.chain(aliases) {
            place
                .names
                .iter()
                .for_each(|name| self.by_name[*name as usize].push(id));
            if place.road != UNSAID || place.lane != UNSAID {
                self.by_lane.entry((place.road, place.lane)).or_default().push(id);
                self.by_lane.entry((UNSAID, place.lane)).or_default().push(id);
                // A road is no lane of it; of these it may have thousands.
                if place.lane == UNSAID || place.group != UNSAID {
                    self.by_lane.entry((place.road, UNSAID)).or_default().push(id);
                }
            }
        }
    }

    /// A place by the number that all its writings on the roster share.
    pub(crate) fn same(&self, place: u32) -> u32 {
        let known = (place as usize).checked_sub(1).and_then(|place| self.same.get(place));
        known.copied().unwrap_or(UNSAID)
    }

    /// 齐河路338弄 and 晨晖苑 are one place where the roster somewhere says both, and neither with another.
    fn join_lanes_and_estates(&mut self) {
        let mut estates: HashMap<LaneOf, Vec<EstateOf>> = HashMap::new();
        let mut lanes: HashMap<EstateOf, Vec<LaneOf>> = HashMap::new();
        for place in &self.places {
            let lane = (place.road, place.lane, place.sub_lane);
            if place.names.is_empty() || place.lane == UNSAID {
                continue;
            }
            let estate = (place.names.clone(), place.phase);
            let known = estates.entry(lane).or_default();
            // One is taken, and two are as good as many.
            if known.len() < 2 && !known.contains(&estate) {
                known.push(estate.clone());
            }
            let known = lanes.entry(estate).or_default();
            if known.len() < 2 && !known.contains(&lane) {
                known.push(lane);
            }
        }
        for place in &mut self.places {
            let lane = (place.road, place.lane, place.sub_lane);
            if place.names.is_empty()
                && let Some([(names, phase)]) = estates.get(&lane).map(Vec::as_slice)
            {
                (place.names, place.phase) = (names.clone(), *phase);
            } else if place.lane == UNSAID
                && let Some([lane]) = lanes.get(&(place.names.clone(), place.phase)).map(Vec::as_slice)
            {
                (place.road, place.lane, place.sub_lane) = *lane;
            }
        }
    }

    /// What a row says, each way it may be read. Guesses stand only where nothing else names a place of the roster.
    pub(crate) fn said(&self, readings: &[Reading], alike: &Alike) -> Vec<Said> {
        let mut all: Vec<Said> = Vec::with_capacity(1);
        for reading in readings.iter().filter(|reading| !reading.is_empty()) {
            if reading.guessed && all.iter().any(|said| !said.places.is_empty()) {
                break;
            }
            all.push(self.one(reading, alike));
        }
        all
    }

    fn one(&self, reading: &Reading, alike: &Alike) -> Said {
        let symbol = |part: &Option<String>| self.symbols.of(part.as_ref());
        let mut said = Said {
            road: reading.road.as_ref().map(|road| self.mention(road, alike)),
            names: Vec::new(),
            village: None,
            lane: symbol(&reading.lane),
            sub_lane: symbol(&reading.sub_lane),
            phase: symbol(&reading.phase),
            group: symbol(&reading.group),
            guessed: reading.guessed,
            lane_unmarked: reading.lane_unmarked,
            region: reading.region.clone(),
            room_by_name: reading
                .room
                .as_ref()
                .is_some_and(|room| !room.contains(|c: char| c.is_ascii_digit())),
            door: Door {
                place: UNSAID,
                region: UNSAID,
                number: symbol(&reading.number),
                whole_number: symbol(&whole_number(reading)),
                part: symbol(&reading.part),
                unit: symbol(&reading.unit),
                floor: symbol(&reading.floor),
                room: symbol(&reading.room),
            },
            places: Vec::new(),
        };
        for named in &reading.names {
            let mention = self.mention(&named.name, alike);
            if named.firm || mention.is_known() {
                said.names.push(mention);
            }
        }
        if village(reading).is_some() {
            said.village = said.names.first().cloned();
        }
        if let Some((road, mention)) = reading.road.as_ref().zip(said.road.as_ref()) {
            said.region.read_unmarked(&road[..mention.behind]);
        }
        said.places = self.meant(&said);
        said
    }

    /// How the region that a row says is that of a home.
    pub(crate) fn region_fit(&self, said: &Said, home: &Door) -> RegionFit {
        self.regions.fit(&said.region, home.region)
    }

    /// Whether a region is the committee's, as far as that is known.
    pub(crate) fn is_in_region(&self, said: &Region) -> bool {
        self.regions.fit(said, UNSAID) == RegionFit::Agrees
    }

    /// Takes the regions that rows write before places of the roster, in place of those of other rows. Whether that
    /// changed which is the committee's.
    pub(crate) fn hear(&mut self, rows: &[Vec<Said>]) -> bool {
        let named = rows
            .iter()
            .filter_map(|ways| ways.iter().find(|said| !said.places.is_empty()));
        self.regions.settle(named.map(|said| &said.region))
    }

    /// Whether a row names a place of the roster that is the committee's as a whole: a road may go on beyond it.
    pub(crate) fn is_within(&self, said: &Said) -> bool {
        let whole = |place: &u32| {
            self.places
                .get(*place as usize - 1)
                .is_some_and(|place| place.lane != UNSAID || place.road == UNSAID)
        };
        said.places
            .iter()
            .any(|place| whole(place) || said.door.number == UNSAID)
    }

    fn mention(&self, text: &str, alike: &Alike) -> Mention {
        let exact = |text: &str| self.names.0.get(text).copied();
        let behind_town = || {
            let begins = text.char_indices().skip(TOWN_CHARACTERS).map(|(at, _)| at);
            begins
                .filter(|at| text[*at..].chars().count() > TOWN_CHARACTERS)
                .find_map(|at| Some((exact(&text[at..])?, at)))
        };
        let without_kind = || ["小区", "社区"].iter().find_map(|kind| exact(text.strip_suffix(kind)?));
        let own = exact(text).or_else(without_kind).map(|number| (number, 0));
        if let Some((number, behind)) = own.or_else(behind_town) {
            return Mention {
                exact: Some(number),
                near: Vec::new(),
                behind,
            };
        }
        let said: Vec<char> = text.chars().collect();
        let mut near = Vec::new();
        near_keys(&said, alike, |hash| near.extend(self.near.few(hash)));
        near.sort_unstable();
        near.dedup();
        near.retain(|number| is_near(&said, &self.texts[*number as usize], alike));
        Mention {
            exact: None,
            near,
            behind: 0,
        }
    }

    /// Places of the roster that what is said names.
    fn meant(&self, said: &Said) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        let names = said
            .names
            .iter()
            .flat_map(|mention| mention.exact.iter().chain(&mention.near));
        names.for_each(|name| found.extend(&self.by_name[*name as usize]));
        let roads = said
            .road
            .iter()
            .flat_map(|mention| mention.exact.iter().chain(&mention.near))
            .copied();
        let roads: Vec<u32> = if said.road.is_some() {
            roads.collect()
        } else {
            vec![UNSAID]
        };
        let by_lane = roads.iter().filter(|road| **road != UNSAID || said.lane != UNSAID);
        by_lane.for_each(|road| found.extend(self.by_lane.get(&(*road, said.lane)).into_iter().flatten()));
        found.sort_unstable();
        found.dedup();
        found.retain(|place| self.fit(said, *place) >= PlaceFit::Near);
        found
    }

    /// How far what is said is a place of the roster, or what is written for it.
    pub(crate) fn fit(&self, said: &Said, place: u32) -> PlaceFit {
        let Some(known) = (place as usize).checked_sub(1).and_then(|place| self.places.get(place)) else {
            let wrong = said.guessed || said.lane_unmarked;
            return match said.says_place() {
                true if wrong => PlaceFit::Other,
                true => PlaceFit::Strange,
                false => PlaceFit::Unsaid,
            };
        };
        let aliases = self
            .aliases
            .iter()
            .filter(|(_, id)| self.same(*id) == place)
            .map(|(alias, _)| said.fit(alias));
        // What is written otherwise says nothing against the place.
        let by_alias = aliases.filter(|fit| *fit >= PlaceFit::Near);
        let says_house = said.door.number != UNSAID || said.door.room != UNSAID;
        match by_alias.fold(said.fit(known), PlaceFit::max) {
            // A road or a lane by itself is meant where it is a place of its own.
            PlaceFit::Wider if known.lane != UNSAID && says_house && !said.places.is_empty() => PlaceFit::Other,
            fit => fit,
        }
    }
}

impl Said {
    pub(crate) fn says_place(&self) -> bool {
        self.road.is_some() || !self.names.is_empty() || self.lane != UNSAID || self.group != UNSAID
    }

    fn fit(&self, place: &Place) -> PlaceFit {
        let both = |said: u32, known: u32| said != UNSAID && known != UNSAID;
        let differs = |said: u32, known: u32| both(said, known) && said != known;
        let pairs = [
            (self.lane, place.lane),
            (self.sub_lane, place.sub_lane),
            (self.group, place.group),
            (self.phase, place.phase),
        ];
        let lane = both(self.lane, place.lane);
        let lane_of_road = self.lane != UNSAID && place.lane == UNSAID && place.road != UNSAID;
        let deeper = lane && self.sub_lane != UNSAID && place.sub_lane == UNSAID;
        let hamlet = self.group != UNSAID && place.group == UNSAID && place.road != UNSAID;
        if pairs.into_iter().any(|(said, known)| differs(said, known)) || lane_of_road || deeper || hamlet {
            return PlaceFit::Other;
        }
        let other_village = |said: &Mention| place.village != UNSAID && !said.may_be(place.village);
        if self.village.as_ref().is_some_and(other_village) {
            return PlaceFit::Other;
        }
        let mut near = self.guessed;
        let mut road = false;
        if let Some(mention) = self.road.as_ref().filter(|_| place.road != UNSAID) {
            road = true;
            near |= !mention.is(place.road);
            if !mention.may_be(place.road) {
                return PlaceFit::Other;
            }
        }
        let (mut named, mut narrowest, mut strange) = (false, false, false);
        for mention in &self.names {
            let at = place.names.iter().position(|name| mention.may_be(*name));
            match at {
                Some(at) => {
                    named = true;
                    narrowest |= at + 1 == place.names.len();
                    near |= mention.exact.is_none();
                }
                None if mention.exact.is_some() && (lane || !place.names.is_empty()) => return PlaceFit::Other,
                None => strange = true,
            }
        }
        let whole_road = road && place.lane == UNSAID;
        let placed = lane || named || whole_road;
        // A road, or a name, that the roster has nowhere.
        let strange_road = self.road.is_some() && !road;
        if (strange && !place.names.is_empty() || strange_road) && !placed {
            return PlaceFit::Other;
        }
        let group = both(self.group, place.group);
        let missing = place.sub_lane != UNSAID && self.sub_lane == UNSAID;
        if (lane || narrowest || whole_road || group) && !missing {
            return if near { PlaceFit::Near } else { PlaceFit::Exact };
        }
        // What was guessed, and is no place, is wrong.
        if self.guessed || self.lane_unmarked {
            return PlaceFit::Other;
        }
        if lane || named || road {
            PlaceFit::Wider
        } else if self.says_place() {
            PlaceFit::Strange
        } else {
            PlaceFit::Unsaid
        }
    }
}

/// 8 of 8号甲 and 8号附1: the digits alone.
fn whole_number(reading: &Reading) -> Option<String> {
    let number = reading.number.as_ref()?;
    let bare = number.trim_start_matches('临');
    let digits = bare.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    Some(if digits.is_empty() { number } else { digits }.to_owned())
}

/// The name of a village in which another place is named.
fn village(reading: &Reading) -> Option<&String> {
    let first = reading.names.first().filter(|named| named.name.ends_with('村'))?;
    (reading.names.len() > 1 || reading.group.is_some()).then_some(&first.name)
}
