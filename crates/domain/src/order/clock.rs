//! An order's clocks and the alarms by which they are told: the order brings its times along, as the district set them for its
//! kind; where it brings none, they are those of how pressing it is.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Order, Turn, Urgency};
use crate::item::Item as _;
use crate::record::Field;
use crate::time::{Moment, deadline};

/// The longest time that is set for a clock, in minutes: a year.
const LONGEST: u32 = 366 * 24 * 60;

/// How long each thing may take, in minutes from when the order was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Clocks {
    /// Until anybody touches it: then somebody is reminded.
    pub untouched: u32,
    /// Until the resident is contacted.
    pub contact: u32,
    /// Until the reply.
    pub reply: u32,
    /// How long before a clock runs out it is told.
    pub ahead: u32,
}

impl Clocks {
    /// Of an order that brings none: an urgent one is replied to in 2 hours, others in 24.
    pub fn of(urgency: Urgency) -> Clocks {
        let (contact, reply) = match urgency {
            Urgency::Urgent => (30, 2 * 60),
            Urgency::Pressing => (60, 24 * 60),
            Urgency::Ordinary => (2 * 60, 24 * 60),
        };
        Clocks {
            untouched: 30,
            contact,
            reply,
            ahead: 30,
        }
    }

    /// Whether each can be meant.
    pub fn are_plausible(&self) -> bool {
        let each = [self.untouched, self.contact, self.reply, self.ahead];
        each.iter().all(|minutes| (1..=LONGEST).contains(minutes))
    }

    /// How long a clock runs, in minutes.
    fn minutes(&self, clock: Clock) -> u32 {
        match clock {
            Clock::Untouched => self.untouched,
            Clock::Contact => self.contact,
            Clock::Reply => self.reply,
        }
    }
}

/// What an order's clocks run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// That anybody touches it.
    Untouched,
    /// That the resident is contacted.
    Contact,
    /// That the resident is replied to.
    Reply,
}

impl Clock {
    /// All of them.
    pub const ALL: [Clock; 3] = [Clock::Untouched, Clock::Contact, Clock::Reply];

    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            Clock::Untouched => "签收",
            Clock::Contact => "先行联系",
            Clock::Reply => "答复",
        }
    }
}

/// When a clock is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Soon it runs out.
    Ahead,
    /// It has run out: the committee's lead is told.
    Due,
}

impl Mark {
    /// Both.
    pub const ALL: [Mark; 2] = [Mark::Ahead, Mark::Due];
}

/// One telling of one clock. Where the clock is set anew, its alarms are others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Alarm {
    /// When it is to ring.
    pub at: Moment,
    /// Which clock.
    pub clock: Clock,
    /// Whether the clock has run out.
    pub mark: Mark,
}

impl Order {
    /// Its times as set.
    pub fn clocks(&self) -> Clocks {
        let json = self.record.get(Field::Clocks);
        let set: Option<Clocks> = json.and_then(|json| serde_json::from_str(json).ok());
        set.filter(Clocks::are_plausible)
            .unwrap_or_else(|| Clocks::of(self.urgency()))
    }

    /// When a clock runs out, whether or not it still runs.
    pub fn due(&self, clock: Clock) -> Moment {
        self.due_in(&self.turn, clock)
    }

    /// The same in one of its turns. A deadline that its source names stands for the reply in the first turn, and later as long
    /// as it lies ahead of that turn.
    pub fn due_in(&self, turn: &Turn, clock: Clock) -> Moment {
        let named = (clock == Clock::Reply)
            .then(|| deadline(self.get(Field::Deadline)))
            .flatten();
        let minutes = self.clocks().minutes(clock);
        named
            .filter(|named| *named > turn.from)
            .unwrap_or_else(|| after(turn.from, i64::from(minutes)))
    }

    /// The clocks that still run, or have run out with nothing done, and when each runs out.
    pub fn running(&self) -> Vec<(Clock, Moment)> {
        let runs = |clock: &Clock| match clock {
            Clock::Untouched => !self.turn.is_touched(),
            Clock::Contact => self.turn.contacts.is_empty(),
            Clock::Reply => true,
        };
        let all = Clock::ALL.into_iter().filter(|_| self.stage().is_open()).filter(runs);
        all.map(|clock| (clock, self.due(clock))).collect()
    }

    /// The alarms of its running clocks that did not ring, in order of time. Once it was told that a clock ran out, nothing
    /// tells that it will, not even by a clock of a PC's that was put back.
    pub fn alarms(&self) -> Vec<Alarm> {
        let ahead = i64::from(self.clocks().ahead);
        let of = |(clock, due): (Clock, Moment)| {
            let early = (clock != Clock::Untouched).then(|| Alarm {
                at: after(due, -ahead).max(self.turn.from),
                clock,
                mark: Mark::Ahead,
            });
            early.into_iter().chain([Alarm {
                at: due,
                clock,
                mark: Mark::Due,
            }])
        };
        let mut alarms: Vec<Alarm> = self.running().into_iter().flat_map(of).collect();
        let told = |alarm: &Alarm, rang: &Alarm| {
            let over = rang.mark == Mark::Due && rang.clock == alarm.clock && rang.at >= alarm.at;
            rang == alarm || (over && alarm.mark == Mark::Ahead)
        };
        alarms.retain(|alarm| !self.turn.rang.iter().any(|rang| told(alarm, rang)));
        alarms.sort_unstable();
        alarms
    }

    /// The alarms to ring now, in order of time. That a clock is about to run out is said no more once it has.
    pub fn ringing(&self, now: Moment) -> Vec<Alarm> {
        let mut alarms = self.alarms();
        let is_over = |clock| self.due(clock) <= now;
        alarms.retain(|alarm| alarm.at <= now && (alarm.mark == Mark::Due || !is_over(alarm.clock)));
        alarms
    }
}

fn after(from: Moment, minutes: i64) -> Moment {
    Moment(from.0.saturating_add(TimeDelta::minutes(minutes).num_milliseconds()))
}
