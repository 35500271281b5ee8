//! The world of a run: a district with a few committees, their PCs, time, and what goes wrong.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::TimeDelta;
use linli_district::District;
use linli_district::committee::{Committee, read_lines};
use linli_district::form::Form;
use linli_district::random::Randomness;
use linli_district::round::RoundFile;
use linli_district::storage::{Sqlite, Storage};
use linli_domain::round::{RoundDefinition, RoundKey};
use linli_domain::time::Moment;
use linli_protocol::{EnrolRequest, PullRequest, PushRequest};
use linli_sample::random::Random;

use crate::clerk::{self, Stop};
use crate::ledger::Ledger;
use crate::pc::{Pc, signing_key};
use crate::wire::{Faults, Wire};
use crate::{Broken, check};

/// The first moment of every run: 2020-02-02 08:00 in Shanghai.
const BEGIN: Moment = Moment(1_580_601_600_000);
/// Most PCs of the committee.
const PCS: u32 = 4;
/// Steps of a run, least and most.
const STEPS: (u32, u32) = (120, 260);
/// Exchanges after which everybody must be together once nothing goes wrong any more.
const HEALING: u32 = 12;
/// Most steps of SQLite's machine (times twenty) after which the power fails.
const KILL_WITHIN: u32 = 400;
/// Most acts of the first PC before it joins.
const ALONE: u32 = 20;
/// Most lines of a story kept.
const STORY: usize = 400;

/// How a run is to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    /// Keep the story of the run, to be told where it breaks a promise.
    pub told: bool,
}

/// What came of a run that kept its promises.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Operations in the committee's order.
    pub operations: u64,
    /// Vouchers in people's hands.
    pub vouchers: usize,
    /// Conflicts that wait for a person.
    pub conflicts: usize,
    /// Times the power failed or the disk was full.
    pub faults: u32,
    /// Exchanges that broke off.
    pub broken_off: u32,
}

impl Summary {
    /// Adds another run's.
    pub fn add(&mut self, other: &Summary) {
        self.operations += other.operations;
        self.vouchers += other.vouchers;
        self.conflicts += other.conflicts;
        self.faults += other.faults;
        self.broken_off += other.broken_off;
    }
}

/// The run's chance as the district takes it.
pub(crate) struct Chance(pub(crate) Random);

impl Randomness for Chance {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), linli_district::Error> {
        bytes.iter_mut().for_each(|byte| *byte = self.0.bits().to_be_bytes()[0]);
        Ok(())
    }
}

/// Everything in a run.
pub(crate) struct World {
    pub(crate) now: Moment,
    pub(crate) random: Random,
    pub(crate) district: District,
    pub(crate) committee: Committee,
    pub(crate) pcs: Vec<Pc>,
    pub(crate) ledger: Ledger,
    /// Pushes that the network delivers again, late.
    pub(crate) late: RefCell<Vec<PushRequest>>,
    pub(crate) faults: Faults,
    pub(crate) summary: Summary,
    pub(crate) story: Vec<String>,
    setting: Setting,
    _folder: tempfile::TempDir,
}

/// Plays the run of a seed.
///
/// # Errors
/// The promise it broke, with the story where it is told.
pub fn run(seed: u64, setting: Setting) -> Result<Summary, Broken> {
    let mut world = World::begin(seed, setting)?;
    let played = world.play().and_then(|()| world.heal()).and_then(|()| check::everything(&mut world));
    played
        .map(|()| world.summary)
        .map_err(|broken| Broken { detail: format!("{}\n{}", broken.detail, world.story.join("\n")), ..broken })
}

impl World {
    fn begin(seed: u64, setting: Setting) -> Result<World, Broken> {
        let mut random = Random::new(seed);
        let folder = tempfile::tempdir().map_err(|error| Broken::error("making a folder", &error))?;
        let storage: Arc<dyn Storage> =
            Arc::new(Sqlite::in_memory().map_err(|error| Broken::error("the district's database", &error))?);
        let district = District::new(storage, signing_key(&mut random), "浦东新区");
        let said = |error: linli_district::Error| Broken::error("setting up the district", &error);
        let lines =
            read_lines("浦东新区\t潍坊新村街道\t齐河第二居民委员会\n浦东新区\t潍坊新村街道\t齐河第三居民委员会\n")
                .map_err(said)?;
        district.import_committees(&lines, BEGIN, &mut Chance(random.clone())).map_err(said)?;
        random.bits();
        let committee = district.committee_of_number(1).map_err(said)?;
        let faults = Faults::draw(&mut random);
        let mut world = World {
            now: BEGIN,
            random,
            district,
            committee,
            pcs: Vec::new(),
            ledger: Ledger::default(),
            late: RefCell::default(),
            faults,
            summary: Summary::default(),
            story: Vec::new(),
            setting,
            _folder: folder,
        };
        for number in 0..2 + world.random.below(PCS - 1) {
            let name = format!("pc{number}");
            let pc = Pc::new(world._folder.path(), &name, world.committee.entity, &mut world.random)?;
            world.pcs.push(pc);
        }
        Ok(world)
    }

    pub(crate) fn tell(&mut self, line: impl FnOnce() -> String) {
        if self.setting.told {
            if self.story.len() == STORY {
                self.story.remove(0);
            }
            self.story.push(line());
        }
    }

    /// Time goes on, mostly by minutes, now and then by days.
    fn pass_time(&mut self) {
        let seconds = match self.random.below(20) {
            0 => 86_400 * i64::from(self.random.below(5) + 1),
            1..=3 => 3_600 * i64::from(self.random.below(9) + 1),
            _ => i64::from(self.random.below(180) + 1),
        };
        self.now = Moment(self.now.0 + seconds * 1_000);
    }

    fn play(&mut self) -> Result<(), Broken> {
        // The first PC may have worked on its own before it joins with what it has.
        for _ in 0..self.random.below(ALONE) {
            self.pass_time();
            self.act(0)?;
        }
        if self.random.percent(70) {
            let imported = clerk::import_roster(&mut self.pcs[0], self.now, &mut self.random);
            imported.map_err(|_| Broken::promise("an import failed", "where nothing disturbs it"))?;
            let seq = self.pcs[0].last_seq()?;
            self.ledger.acknowledge(self.pcs[0].device, seq);
        }
        self.join(0)?;
        self.open_round()?;
        // Most of the others are there from the beginning.
        for at in 1..self.pcs.len() {
            if self.random.percent(80) {
                self.join(at)?;
            }
        }
        let steps = STEPS.0 + self.random.below(STEPS.1 - STEPS.0);
        for _ in 0..steps {
            self.pass_time();
            let pc = self.random.below(self.pcs.len() as u32) as usize;
            match self.random.below(100) {
                0..=54 if self.pcs[pc].caller.is_some() => self.act(pc)?,
                55..=79 => self.exchange(pc)?,
                80..=83 => self.cut_off(pc),
                84..=85 => self.turn_clock(pc),
                86..=87 => self.restart(pc)?,
                88 => self.open_round()?,
                90..=91 => self.deliver_late()?,
                92..=94 => self.register_by_form()?,
                95.. => self.join(pc)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A clerk does something; sometimes the power fails or the disk is full while it is written.
    fn act(&mut self, at: usize) -> Result<(), Broken> {
        let (kill, full) = (self.random.thousandth(40), self.random.thousandth(20));
        let within = self.random.below(KILL_WITHIN) + 1;
        let pc = &mut self.pcs[at];
        let said = |error: linli_store::Error| Broken::error("setting up a fault", &error);
        pc.store.kill_after(kill.then_some(within)).map_err(said)?;
        if full {
            pc.store.fill_disk(Some(0)).map_err(said)?;
        }
        let did = clerk::act(pc, self.now, &mut self.random, &mut self.ledger);
        pc.store.kill_after(None).map_err(said)?;
        pc.store.fill_disk(None).map_err(said)?;
        match did {
            Ok(did) => {
                let seq = self.pcs[at].last_seq()?;
                self.ledger.acknowledge(self.pcs[at].device, seq);
                if let Some(did) = did {
                    let name = self.pcs[at].name.clone();
                    self.tell(|| format!("{name} {did}"));
                }
                Ok(())
            }
            Err(Stop::Broken(broken)) => Err(broken),
            Err(Stop::Fault) => {
                self.summary.faults += 1;
                self.restart(at)
            }
        }
    }

    /// The PC is switched off and on.
    fn restart(&mut self, at: usize) -> Result<(), Broken> {
        let pc = &mut self.pcs[at];
        pc.restart()?;
        let (seq, promised) = (pc.last_seq()?, self.ledger.acknowledged_by(pc.device));
        if seq < promised {
            return Err(Broken::promise("acknowledged work is gone after a crash", format!("{seq} of {promised}")));
        }
        // What a crash cut off may have been written whole: then it is kept like everything else.
        self.ledger.acknowledge(pc.device, seq);
        let name = pc.name.clone();
        self.tell(|| format!("{name} starts again"));
        Ok(())
    }

    fn cut_off(&mut self, at: usize) {
        let hours = i64::from(self.random.below(60) + 1);
        self.pcs[at].offline_until = Moment(self.now.0 + hours * 3_600_000);
        let name = self.pcs[at].name.clone();
        self.tell(|| format!("{name} has no network for {hours} h"));
    }

    fn turn_clock(&mut self, at: usize) {
        let days = i64::from(self.random.below(1_500)) - 750;
        self.pcs[at].skew = TimeDelta::days(days);
    }

    /// A PC asks to belong to the committee; where it does already, nothing.
    fn join(&mut self, at: usize) -> Result<(), Broken> {
        if self.pcs[at].caller.is_some() {
            return Ok(());
        }
        let mut chance = Chance(self.random.clone());
        self.random.bits();
        let said = |error: linli_district::Error| Broken::error("joining", &error);
        let code = self.district.enrol_code(self.committee.id, self.now, &mut chance).map_err(said)?;
        let own = self.pcs[at].store.own_device().map_err(|error| Broken::error("joining", &error))?;
        let last_seq = self.pcs[at].last_seq()?;
        let request = EnrolRequest {
            code,
            device: own.id,
            name: self.pcs[at].name.clone(),
            verifying_key: own.verifying_key,
            committee: Some(self.pcs[at].committee).filter(|_| last_seq > 0),
            last_seq,
        };
        let enrolled = self.district.enrol(&request, "sim", self.now, &mut chance).map_err(said)?;
        let caller = self.district.authenticate(&enrolled.token, self.now).map_err(said)?;
        let pc = &mut self.pcs[at];
        pc.caller = Some(caller);
        pc.committee = enrolled.committee;
        pc.store.set_letter(&enrolled.letter).map_err(|error| Broken::error("joining", &error))?;
        let name = pc.name.clone();
        self.tell(|| format!("{name} joins"));
        Ok(())
    }

    fn open_round(&mut self) -> Result<(), Broken> {
        let mut chance = Chance(self.random.clone());
        self.random.bits();
        let number = self.ledger.rounds() as u32 + 1;
        let quota = 5 + self.random.below(60);
        let file = RoundFile { definition: definition(number, quota), only_listed: false, shares: Vec::new() };
        let opened = self.district.open_round(&file, self.now, &mut chance);
        let opened = opened.map_err(|error| Broken::error("opening a round", &error))?;
        self.ledger.quota(opened.round, quota);
        self.tell(|| format!("the district opens round {number} with {quota}"));
        Ok(())
    }
}

fn definition(number: u32, quota: u32) -> RoundDefinition {
    RoundDefinition {
        campaign: "口罩预约".into(),
        number,
        title: format!("第{number}轮口罩预约登记购买"),
        key: RoundKey::Household,
        quota,
        max_quantity: 5,
        opens: "2020-02-02T08:00".into(),
        closes: "2022-02-04T20:00".into(),
        collect_from: None,
        collect_until: None,
        exclude_earlier: false,
        pick_ups: Vec::new(),
        district: true,
        templates: Vec::new(),
    }
}

/// Exchanges, and what comes from outside.
impl World {
    pub(crate) fn caller(&self) -> Result<linli_district::committee::Caller, Broken> {
        let joined = self.pcs.iter().find_map(|pc| pc.caller);
        joined.ok_or_else(|| Broken::promise("no PC joined", "the first one always does"))
    }

    /// A PC exchanges with the district, as far as the network and the power go.
    fn exchange(&mut self, at: usize) -> Result<(), Broken> {
        let Some(caller) = self.pcs[at].caller else { return Ok(()) };
        if self.pcs[at].offline_until > self.now {
            return Ok(());
        }
        let kill = self.random.thousandth(60).then(|| self.random.below(KILL_WITHIN * 4) + 1);
        let said = |error: linli_store::Error| Broken::error("setting up a fault", &error);
        self.pcs[at].store.kill_after(kill).map_err(said)?;
        let wire = Wire {
            district: &self.district,
            caller,
            now: self.now,
            faults: self.faults,
            late: &self.late,
            random: RefCell::new(self.random.clone()),
        };
        self.random.bits();
        let pc = &mut self.pcs[at];
        let clock = pc.clock(self.now);
        let done = linli_sync::exchange(&mut pc.store, &wire, clock, &mut |_, _| ());
        pc.store.kill_after(None).map_err(said)?;
        let name = pc.name.clone();
        match done {
            Ok(_) => self.tell(|| format!("{name} exchanges")),
            Err(linli_sync::Error::Store(error)) if error.is_fault() => {
                self.summary.faults += 1;
                return self.restart(at);
            }
            Err(error) if error.is_retryable() => {
                self.summary.broken_off += 1;
                self.tell(|| format!("{name} exchanges until: {error}"));
            }
            Err(error) => return Err(Broken::error(&format!("an exchange of {name}"), &error)),
        }
        let seq = self.pcs[at].last_seq()?;
        self.ledger.acknowledge(self.pcs[at].device, seq);
        Ok(())
    }

    /// A resident fills in the form on a phone.
    fn register_by_form(&mut self) -> Result<(), Broken> {
        let mut chance = Chance(self.random.clone());
        self.random.bits();
        let said = |error: linli_district::Error| Broken::error("the residents' form", &error);
        let round = u64::from(self.random.below(self.ledger.rounds() as u32)) + 1;
        let open = self.district.form(round, u64::from(self.random.below(2)) + 1).map_err(said)?;
        let form = Form {
            name: "王晓明".into(),
            document_kind: "missing".into(),
            phone: format!("138000{:05}", self.random.below(100_000)),
            estate: "齐河路338弄".into(),
            building: format!("{}号", self.random.below(3) + 1),
            room: format!("{}01", self.random.below(4) + 1),
            quantity: "1".into(),
            ..Form::default()
        };
        self.district.register(&open, &form, "sim", self.now, &mut chance).map_err(said)?;
        self.tell(|| "a resident registers by form".into());
        Ok(())
    }

    /// A push that the network kept arrives again.
    fn deliver_late(&mut self) -> Result<(), Broken> {
        let mut late = self.late.borrow_mut();
        if late.is_empty() {
            return Ok(());
        }
        let at = self.random.below(late.len() as u32) as usize;
        let request = late.swap_remove(at);
        drop(late);
        match self.district.push(self.caller()?, &request, self.now) {
            Ok(_) | Err(linli_district::Error::Denied(_)) => Ok(()),
            Err(error) => Err(Broken::error("a late delivery", &error)),
        }
    }

    /// The network works and everybody exchanges until nothing is left to say.
    fn heal(&mut self) -> Result<(), Broken> {
        self.faults = Faults::default();
        self.late.borrow_mut().clear();
        for _ in 0..HEALING {
            self.now = Moment(self.now.0 + 60_000);
            for at in 0..self.pcs.len() {
                self.pcs[at].offline_until = Moment(0);
                self.exchange_undisturbed(at)?;
            }
            if self.quiet()? {
                return Ok(());
            }
        }
        Err(Broken::promise("the PCs do not come together", format!("after {HEALING} exchanges each")))
    }

    fn exchange_undisturbed(&mut self, at: usize) -> Result<(), Broken> {
        let Some(caller) = self.pcs[at].caller else { return Ok(()) };
        let wire = Wire {
            district: &self.district,
            caller,
            now: self.now,
            faults: Faults::default(),
            late: &self.late,
            random: RefCell::new(self.random.clone()),
        };
        let pc = &mut self.pcs[at];
        let clock = pc.clock(self.now);
        let done = linli_sync::exchange(&mut pc.store, &wire, clock, &mut |_, _| ());
        let done = done.map_err(|error| Broken::error("an exchange that nothing disturbs", &error))?;
        let name = self.pcs[at].name.clone();
        self.tell(|| format!("{name}, undisturbed: {done:?}"));
        if done.differs {
            return Err(Broken::promise("a PC sees that its state is not the district's", &self.pcs[at].name));
        }
        let (device, seq) = (self.pcs[at].device, self.pcs[at].last_seq()?);
        self.ledger.acknowledge(device, seq);
        Ok(())
    }

    /// Whether nothing waits and everybody has everything.
    fn quiet(&self) -> Result<bool, Broken> {
        let last = self.district.pull(self.caller()?, PullRequest { after: u64::MAX >> 1 });
        let last = last.map_err(|error| Broken::error("asking the district", &error))?.last;
        for pc in self.pcs.iter().filter(|pc| pc.caller.is_some()) {
            let view = pc.store.view();
            let said = |error: linli_store::Error| Broken::error("reading a store", &error);
            if view.waiting().map_err(said)? > 0 || view.received_up_to().map_err(said)? < last {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
