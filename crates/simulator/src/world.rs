//! The world of a run: a district with a few committees, their PCs, time, and what goes wrong.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::TimeDelta;
use linli_district::District;
use linli_district::committee::{Caller, Committee, read_lines};
use linli_district::random::Randomness;
use linli_district::storage::{Sqlite, Storage};
use linli_domain::operation::Hash;
use linli_domain::time::Moment;
use linli_protocol::PushRequest;
use linli_sample::random::Random;

use crate::clerk::{Clerk, Stop};
use crate::ledger::{Ledger, Office};
use crate::pc::{Pc, signing_key};
use crate::stick::Stick;
use crate::wire::Faults;
use crate::{Broken, check};

/// The first moment of every run: 2020-02-02 08:00 in Shanghai.
const BEGIN: Moment = Moment(1_580_601_600_000);
/// The district's committees: district, town, name.
const COMMITTEES: &str = "浦东新区\t潍坊新村街道\t齐河第二居民委员会
浦东新区\t潍坊新村街道\t齐河第三居民委员会
浦东新区\t花木街道\t牡丹第一居民委员会";
/// Steps of a run, least and most.
const STEPS: (u32, u32) = (120, 260);
/// In how many of a hundred runs there are sticks.
const BY_STICK: u32 = 60;
/// How often in a hundred times that it could, the district takes a PC's access away.
const REVOKED: u32 = 30;
/// How often in a hundred acts a newer program shows.
const NEWER: u32 = 15;
/// In how many of a hundred runs sources push rows at the beginning.
const TASKED: u32 = 70;
/// Most steps of SQLite's machine (times twenty) after which the power fails.
pub(crate) const KILL_WITHIN: u32 = 400;
/// Most lines of a story kept.
const STORY: usize = 400;

/// How a run is to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    /// Keep the story of the run, to be told where it breaks a promise.
    pub told: bool,
}

/// What came of runs that kept their promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Runs of one, two and three committees.
    pub runs: [usize; 3],
    /// Runs with sticks.
    pub runs_with_sticks: usize,
    /// Runs in which a newer program wrote.
    pub runs_with_newer: usize,
    /// Committees.
    pub committees: usize,
    /// Operations in the committees' orders.
    pub operations: u64,
    /// Vouchers printed.
    pub printed: usize,
    /// Of these, in people's hands at the end.
    pub vouchers: usize,
    /// Times a clerk was told that the round's numbers are all given.
    pub quota_ends: usize,
    /// Times a clerk was told that other PCs have the round's last numbers.
    pub numbers_elsewhere: usize,
    /// Times a PC gave numbers back.
    pub numbers_returned: usize,
    /// Times a clerk was told that another PC has the right to issue.
    pub rights_contested: usize,
    /// Times a clerk was told that the district has not decided.
    pub held: usize,
    /// Decisions of the district between committees.
    pub decided: usize,
    /// Batches taken back.
    pub undos: usize,
    /// Conflicts that wait for a person.
    pub conflicts: usize,
    /// Times the power failed or the disk was full.
    pub faults: u32,
    /// Exchanges that broke off.
    pub broken_off: u32,
    /// Sticks written.
    pub sticks: usize,
    /// Sticks that were refused: in the wrong place, or damaged.
    pub sticks_refused: usize,
    /// PCs that only sticks connect.
    pub unconnected: usize,
    /// Operations of newer programs.
    pub newer: usize,
    /// Reservations that were handed out at more than one counter.
    pub handed_out_twice: usize,
    /// PCs whose access was taken away.
    pub revoked: usize,
    /// Instructions that a clerk acknowledged.
    pub acknowledged: usize,
    /// Rows that sources pushed.
    pub rows: usize,
    /// Of these, answered at the end.
    pub answered: usize,
    /// Rows that more than one visit found something out about.
    pub answered_twice: usize,
    /// Kinds of entities in the orders: each a bit, by its stored number.
    pub kinds: u32,
    /// The end: hashes of all states, of PCs and district, and of all orders.
    pub state: Hash,
}

impl Default for Summary {
    fn default() -> Summary {
        Summary {
            runs: [0; 3],
            runs_with_sticks: 0,
            runs_with_newer: 0,
            committees: 0,
            operations: 0,
            printed: 0,
            vouchers: 0,
            quota_ends: 0,
            numbers_elsewhere: 0,
            numbers_returned: 0,
            rights_contested: 0,
            held: 0,
            decided: 0,
            undos: 0,
            conflicts: 0,
            faults: 0,
            broken_off: 0,
            sticks: 0,
            sticks_refused: 0,
            unconnected: 0,
            newer: 0,
            handed_out_twice: 0,
            revoked: 0,
            acknowledged: 0,
            rows: 0,
            answered: 0,
            answered_twice: 0,
            kinds: 0,
            state: Hash::ZERO,
        }
    }
}

impl Summary {
    /// Adds another run's numbers.
    pub fn add(&mut self, other: &Summary) {
        self.runs = std::array::from_fn(|place| self.runs[place] + other.runs[place]);
        self.runs_with_sticks += other.runs_with_sticks;
        self.runs_with_newer += other.runs_with_newer;
        self.committees += other.committees;
        self.operations += other.operations;
        self.printed += other.printed;
        self.vouchers += other.vouchers;
        self.quota_ends += other.quota_ends;
        self.numbers_elsewhere += other.numbers_elsewhere;
        self.numbers_returned += other.numbers_returned;
        self.rights_contested += other.rights_contested;
        self.held += other.held;
        self.decided += other.decided;
        self.undos += other.undos;
        self.conflicts += other.conflicts;
        self.faults += other.faults;
        self.broken_off += other.broken_off;
        self.sticks += other.sticks;
        self.sticks_refused += other.sticks_refused;
        self.unconnected += other.unconnected;
        self.newer += other.newer;
        self.handed_out_twice += other.handed_out_twice;
        self.revoked += other.revoked;
        self.acknowledged += other.acknowledged;
        self.rows += other.rows;
        self.answered += other.answered;
        self.answered_twice += other.answered_twice;
        self.kinds |= other.kinds;
        // In whatever order they were played.
        self.state = Hash(std::array::from_fn(|place| self.state.0[place] ^ other.state.0[place]));
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

/// A sequence of its own: a copy would give the same ids twice.
pub(crate) fn fork(random: &mut Random) -> Random {
    Random::new(random.bits())
}

/// Everything in a run.
pub(crate) struct World {
    pub(crate) now: Moment,
    pub(crate) random: Random,
    pub(crate) district: District,
    /// Committees, by their office.
    pub(crate) committees: Vec<Committee>,
    /// PCs of all committees; the first of each opens its office.
    pub(crate) pcs: Vec<Pc>,
    pub(crate) ledger: Ledger,
    /// Rounds the district has opened.
    pub(crate) rounds: u32,
    /// Pushes that the network delivers again, late.
    pub(crate) late: RefCell<Vec<(Caller, PushRequest)>>,
    /// Sticks on their way, and whether there are any in this run.
    pub(crate) sticks: Vec<Stick>,
    pub(crate) by_stick: bool,
    pub(crate) faults: Faults,
    pub(crate) summary: Summary,
    pub(crate) story: Vec<String>,
    setting: Setting,
    pub(crate) folder: tempfile::TempDir,
}

/// Plays the run of a seed, with the district's database in memory.
///
/// # Errors
/// The promise it broke, with the story where it is told.
pub fn run(seed: u64, setting: Setting) -> Result<Summary, Broken> {
    let storage = Sqlite::in_memory().map_err(|error| Broken::error("the district's database", &error))?;
    run_on(seed, setting, Arc::new(storage))
}

/// Plays the run of a seed on an empty database of the district.
///
/// # Errors
/// As [`run`].
pub fn run_on(seed: u64, setting: Setting, storage: Arc<dyn Storage>) -> Result<Summary, Broken> {
    let mut world = World::begin(seed, setting, storage)?;
    let played = world
        .play()
        .and_then(|()| world.heal())
        .and_then(|()| world.late_sticks_change_nothing())
        .and_then(|()| check::everything(&mut world));
    played.map(|()| world.summary).map_err(|broken| Broken {
        detail: format!("{}\n{}", broken.detail, world.story.join("\n")),
        ..broken
    })
}

impl World {
    fn begin(seed: u64, setting: Setting, storage: Arc<dyn Storage>) -> Result<World, Broken> {
        let mut random = Random::new(seed);
        let folder = tempfile::tempdir().map_err(|error| Broken::error("making a folder", &error))?;
        let district = District::new(storage, signing_key(&mut random), "浦东新区");
        let said = |error: linli_district::Error| Broken::error("setting up the district", &error);
        let mut lines = read_lines(COMMITTEES).map_err(said)?;
        // Half of the runs are of one committee, a sixth of three.
        lines.truncate(1 + random.below(6).saturating_sub(2).div_ceil(2) as usize);
        district
            .import_committees(&lines, BEGIN, &mut Chance(fork(&mut random)))
            .map_err(said)?;
        let committees = district.committees().map_err(said)?;
        let faults = Faults::draw(&mut random);
        let by_stick = random.percent(BY_STICK);
        let mut world = World {
            now: BEGIN,
            random,
            district,
            committees,
            pcs: Vec::new(),
            ledger: Ledger::default(),
            rounds: 0,
            late: RefCell::default(),
            sticks: Vec::new(),
            by_stick,
            faults,
            summary: Summary::default(),
            story: Vec::new(),
            setting,
            folder,
        };
        for office in 0..world.committees.len() {
            world.set_up_office(office)?;
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

    /// The PCs of a committee that have joined.
    pub(crate) fn joined(&self, office: Office) -> impl Iterator<Item = &Pc> {
        self.pcs
            .iter()
            .filter(move |pc| pc.office == office && pc.caller.is_some())
    }

    /// A PC of a committee, as the district knows it.
    pub(crate) fn caller(&self, office: Office) -> Result<Caller, Broken> {
        let joined = self.joined(office).find_map(|pc| pc.caller);
        joined.ok_or_else(|| Broken::promise("no PC joined", "the first one always does"))
    }

    /// Time goes on, mostly by minutes, now and then by days.
    pub(crate) fn pass_time(&mut self) {
        let seconds = match self.random.below(20) {
            0 => 86_400 * i64::from(self.random.below(5) + 1),
            1..=3 => 3_600 * i64::from(self.random.below(9) + 1),
            _ => i64::from(self.random.below(180) + 1),
        };
        self.now = Moment(self.now.0 + seconds * 1_000);
    }

    fn play(&mut self) -> Result<(), Broken> {
        for office in 0..self.committees.len() {
            if self.random.percent(30) && self.rounds == 0 {
                self.open_round()?;
            }
            self.begin_office(office)?;
        }
        self.open_round()?;
        if self.random.percent(TASKED) {
            self.push_rows()?;
        }
        let steps = STEPS.0 + self.random.below(STEPS.1 - STEPS.0);
        for _ in 0..steps {
            self.pass_time();
            let pc = self.random.below(self.pcs.len() as u32) as usize;
            match self.random.below(100) {
                0..=60 if self.pcs[pc].caller.is_some() => self.act(pc)?,
                61..=81 => self.exchange(pc)?,
                82..=83 => self.cut_off(pc),
                84..=85 => self.turn_clock(pc),
                86 => self.restart(pc)?,
                87 if self.random.percent(30) => self.open_round()?,
                88..=89 => self.decide()?,
                90..=91 => self.deliver_late()?,
                92..=93 => self.register_by_form()?,
                94 | 99 => self.work_on_rows()?,
                95..=96 => self.join(pc)?,
                97 if self.random.percent(REVOKED) => self.revoke(pc)?,
                98 => self.send_instruction()?,
                _ => {}
            }
            if self.by_stick {
                match self.random.below(100) {
                    0..=9 => self.write_stick(pc)?,
                    10..=19 => self.deliver_stick()?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// A PC said that all it has written is kept.
    pub(crate) fn acknowledge(&mut self, at: usize) -> Result<(), Broken> {
        let seq = self.pcs[at].last_seq()?;
        self.ledger.acknowledge(self.pcs[at].device, seq);
        Ok(())
    }

    pub(crate) fn clerk(&mut self, at: usize) -> Clerk<'_> {
        self.pcs[at].set_clock(self.now);
        Clerk {
            pc: &mut self.pcs[at],
            random: &mut self.random,
            ledger: &mut self.ledger,
            summary: &mut self.summary,
        }
    }

    /// A clerk does something; sometimes the power fails or the disk is full while it is written.
    pub(crate) fn act(&mut self, at: usize) -> Result<(), Broken> {
        let (kill, full) = (self.random.thousandth(40), self.random.thousandth(20));
        let within = self.random.below(KILL_WITHIN) + 1;
        let pc = &mut self.pcs[at];
        let said = |error: linli_store::Error| Broken::error("setting up a fault", &error);
        pc.store().kill_after(kill.then_some(within)).map_err(said)?;
        if full {
            pc.store().fill_disk(Some(0)).map_err(said)?;
        }
        let newer = self.pcs[at].newer && self.random.percent(NEWER);
        let mut clerk = self.clerk(at);
        let did = if newer { clerk.act_newer() } else { clerk.act() };
        let pc = &mut self.pcs[at];
        pc.store().kill_after(None).map_err(said)?;
        pc.store().fill_disk(None).map_err(said)?;
        match did {
            Ok(did) => {
                self.acknowledge(at)?;
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
    pub(crate) fn restart(&mut self, at: usize) -> Result<(), Broken> {
        let pc = &mut self.pcs[at];
        pc.restart()?;
        let (seq, promised) = (pc.last_seq()?, self.ledger.acknowledged_by(pc.device));
        if seq < promised {
            return Err(Broken::promise(
                "acknowledged work is gone after a crash",
                format!("{seq} of {promised}"),
            ));
        }
        // What a crash cut off may have been written whole: then it is kept like everything else.
        self.ledger.acknowledge(pc.device, seq);
        let name = pc.name.clone();
        self.tell(|| format!("{name} starts again"));
        Ok(())
    }

    pub(crate) fn cut_off(&mut self, at: usize) {
        let hours = i64::from(self.random.below(60) + 1);
        self.pcs[at].offline_until = Moment(self.now.0 + hours * 3_600_000);
        let name = self.pcs[at].name.clone();
        self.tell(|| format!("{name} has no network for {hours} h"));
    }

    fn turn_clock(&mut self, at: usize) {
        let days = i64::from(self.random.below(1_500)) - 750;
        self.pcs[at].skew = TimeDelta::days(days);
    }

    /// The run's chance for something that the district does.
    pub(crate) fn chance(&mut self) -> Chance {
        Chance(fork(&mut self.random))
    }
}
