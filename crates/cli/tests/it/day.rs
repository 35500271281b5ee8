//! A day of forty orders, through the district's real program to the two PCs of a committee, by a clock that the test moves: PCs
//! sleep, their clocks jump, the network is gone for an hour. Each alarm rings once in the committee, none for what was done, and in
//! the end every list of the day is as a plain recount has it.

#![cfg(target_os = "linux")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use crate::clock::Clock;
use crate::office::{Office, number};
use crate::town::Town;

const COMMITTEES: &str = "浦东新区\t花木街道\t牡丹一居委会\n";
const DAY: &str = "2026-03-02";
/// That day at midnight in China, in seconds since 1970.
const MIDNIGHT: i64 = 1_772_380_800;
/// Of the forty orders those that are urgent: contact in 30 minutes, reply in two hours.
const URGENT: usize = 12;
const ORDERS: usize = 40;
/// Minutes of the day at which the orders come.
const CAME: i64 = 8 * 60;

/// What was done with an order, in minutes of the day.
#[derive(Debug, Default, Clone)]
struct Done {
    touched: Option<i64>,
    contacted: Option<i64>,
    replied: Option<(i64, &'static str)>,
    returned: Option<i64>,
    dissatisfied: bool,
}

impl Done {
    /// When it ended that the order waits here.
    fn ended(&self) -> Option<i64> {
        self.replied.map(|(at, _)| at).or(self.returned)
    }

    /// When each alarm is to ring, and when what it is for was done: clock, mark, then.
    fn alarms(&self, urgent: bool) -> [(&'static str, &'static str, i64, Option<i64>); 5] {
        let (contact, reply) = if urgent { (30, 120) } else { (120, 24 * 60) };
        let early = |minutes: i64| CAME + (minutes - 30).max(0);
        let contacted = self.contacted.or(self.ended());
        let touched = self.touched.or(self.ended());
        [
            ("untouched", "due", CAME + 30, touched),
            ("contact", "ahead", early(contact), contacted),
            ("contact", "due", CAME + contact, contacted),
            ("reply", "ahead", early(reply), self.ended()),
            ("reply", "due", CAME + reply, self.ended()),
        ]
    }
}

struct Day {
    clock: Clock,
    town: Town,
    front: Office,
    back: Office,
    /// By title.
    ids: BTreeMap<String, String>,
    done: Vec<Done>,
    /// How often each alarm rang: title, clock, mark.
    rang: BTreeMap<(String, String, String), usize>,
    now: i64,
}

fn title(order: usize) -> String {
    format!("工单{order:02}")
}

impl Day {
    fn begin(folder: &std::path::Path) -> Option<Day> {
        let clock = Clock::new(folder)?;
        clock.set(MIDNIGHT + (CAME - 20) * 60);
        let environment = clock.environment();
        let town = Town::start_with(&folder.join("district"), COMMITTEES, environment.to_vec());
        let office = |name: &str| {
            let mut office = Office::at(&folder.join(name));
            for (name, value) in &environment {
                office.set(name, value);
            }
            office.run(&[
                "join",
                &town.ticket("1", &format!("{name}.txt")),
                "--name",
                name,
                "--actor",
                name,
            ]);
            office.run(&["sync"]);
            office
        };
        let (front, back) = (office("前台"), office("后台"));
        let now = CAME - 20;
        let (ids, done, rang) = (BTreeMap::new(), vec![Done::default(); ORDERS], BTreeMap::new());
        Some(Day {
            clock,
            town,
            front,
            back,
            ids,
            done,
            rang,
            now,
        })
    }

    fn at(&mut self, minute: i64) {
        self.now = minute;
        self.clock.set(MIDNIGHT + minute * 60);
    }

    fn push(&mut self) {
        self.at(CAME);
        let mut csv = "工单编号,标题,诉求内容,诉求类型,紧急程度,姓名,电话\n".to_owned();
        for order in 0..ORDERS {
            let urgency = if order < URGENT { "紧急" } else { "一般" };
            let _ = writeln!(
                csv,
                "H-{order},{},请尽快处理,求助,{urgency},居民{order},1390000{order:04}",
                title(order)
            );
        }
        let file = self.town.file("orders.csv");
        std::fs::write(&file, csv).unwrap();
        let pushed = self
            .town
            .run(&["push", "orders", &file, "--source", "12345", "--committee", "1"]);
        assert_eq!(number(&pushed, "taken"), ORDERS as u64, "{pushed}");
        self.exchange();
        for row in self.front.run(&["order", "list"]).as_array().unwrap() {
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            self.ids.insert(text("title"), text("id"));
        }
        assert_eq!(self.ids.len(), ORDERS);
    }

    fn exchange(&self) {
        for office in [&self.front, &self.back, &self.front] {
            office.run(&["sync"]);
        }
    }

    fn office(&self, front: bool) -> &Office {
        if front { &self.front } else { &self.back }
    }

    /// Does something with orders at a PC.
    fn does(&self, front: bool, act: &[&str], orders: std::ops::Range<usize>, more: &[&str]) {
        let ids: Vec<&str> = orders.map(|order| self.ids[&title(order)].as_str()).collect();
        self.office(front).run(&[&["order"], act, &ids, more].concat());
    }

    /// What rings at a PC now; in order of time.
    fn alarms(&mut self, front: bool) {
        let answer = self.office(front).run(&["order", "alarms"]);
        let alarms: Vec<&Value> = answer.as_array().unwrap().iter().collect();
        let times: Vec<&str> = alarms.iter().map(|alarm| alarm["at"].as_str().unwrap()).collect();
        assert!(times.is_sorted(), "{times:?}");
        for alarm in alarms {
            let text = |key: &str| alarm[key].as_str().unwrap().to_owned();
            let key = (text("title"), text("clock"), text("mark"));
            *self.rang.entry(key).or_default() += 1;
        }
    }

    /// The PCs that are awake look at the clock, minute after minute, with the exchange between them where there is a network.
    fn pass(&mut self, minutes: std::ops::Range<i64>, awake: &[bool], network: bool) {
        for minute in minutes.step_by(4) {
            self.at(minute);
            for front in awake {
                if network {
                    self.office(*front).run(&["sync"]);
                }
                self.alarms(*front);
                if network {
                    self.office(*front).run(&["sync"]);
                }
            }
        }
    }

    fn list(&self, list: &str) -> BTreeSet<String> {
        let rows = self.back.run(&["order", "list", "--list", list, "--day", DAY]);
        let titles = rows.as_array().unwrap().iter();
        titles.map(|row| row["title"].as_str().unwrap().to_owned()).collect()
    }

    /// The orders of which something is so.
    fn recount(&self, is: impl Fn(&Done, bool) -> bool) -> BTreeSet<String> {
        let orders = self.done.iter().enumerate();
        let fit = orders.filter(|(order, done)| is(done, *order < URGENT));
        fit.map(|(order, _)| title(order)).collect()
    }
}

#[test]
fn forty_orders_are_told_of_once_each_and_every_list_of_the_day_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut day) = Day::begin(folder.path()) else {
        eprintln!("SKIPPED: a day of orders, there is no C compiler here");
        return;
    };
    day.push();
    morning(&mut day);
    noon(&mut day);
    day.exchange();
    every_alarm_rang_once_and_none_for_what_was_done(&day);
    the_lists_are_right(&day);
    let digest = |office: &Office| office.state();
    assert_eq!(digest(&day.front), digest(&day.back));
}

/// Some are seen to at once, while the other PC sleeps; then both look at the clock.
fn morning(day: &mut Day) {
    day.at(CAME + 10);
    day.does(true, &["sign"], 0..20, &[]);
    day.does(true, &["contact"], 0..6, &["--by", "phone"]);
    for order in 0..20 {
        day.done[order].touched = Some(CAME + 10);
    }
    (0..6).for_each(|order| day.done[order].contacted = Some(CAME + 10));
    day.exchange();
    day.pass(CAME + 12..CAME + 60, &[true, false], true);
    day.at(CAME + 60);
    day.does(false, &["contact"], 6..9, &["--note", "电话打不通"]);
    day.does(true, &["reply"], 0..3, &["--result", "solved", "--text", "已修好"]);
    day.does(true, &["return"], 39..40, &["--reason", "不是本辖区"]);
    (6..9).for_each(|order| day.done[order].contacted = Some(CAME + 60));
    (0..3).for_each(|order| day.done[order].replied = Some((CAME + 60, "solved")));
    day.done[39].returned = Some(CAME + 60);
    day.exchange();
}

/// The front PC sleeps for two hours, the other has no network for one of them, and its clock jumps back and forth.
fn noon(day: &mut Day) {
    day.pass(CAME + 62..CAME + 90, &[false], true);
    day.pass(CAME + 90..CAME + 150, &[false], false);
    day.at(CAME + 30);
    day.alarms(false);
    day.at(CAME + 150);
    day.does(false, &["contact"], 12..20, &["--by", "door"]);
    day.does(
        false,
        &["reply"],
        3..6,
        &["--result", "explained", "--text", "暂时修不了"],
    );
    for order in 12..20 {
        day.done[order].contacted = Some(CAME + 150);
    }
    (3..6).for_each(|order| day.done[order].replied = Some((CAME + 150, "explained")));
    day.exchange();
    day.pass(CAME + 180..CAME + 220, &[true, false], true);
    day.at(CAME + 220);
    day.does(
        true,
        &["revisit"],
        4..5,
        &["--said", "dissatisfied", "--words", "还在漏"],
    );
    day.done[4].dissatisfied = true;
    day.exchange();
}

fn every_alarm_rang_once_and_none_for_what_was_done(day: &Day) {
    assert!(day.rang.values().all(|times| *times == 1), "{:?}", day.rang);
    for (order, done) in day.done.iter().enumerate() {
        for (clock, mark, at, until) in done.alarms(order < URGENT) {
            let key = (title(order), clock.to_owned(), mark.to_owned());
            let rang = day.rang.contains_key(&key);
            let never = until.is_some_and(|until| until <= at) || at > day.now;
            let surely = mark == "due" && until.is_none() && at <= day.now;
            assert!(!(never && rang), "{key:?} rang: {done:?}");
            assert!(!surely || rang, "{key:?} did not ring: {done:?}");
        }
    }
}

fn the_lists_are_right(day: &Day) {
    let due = |urgent: bool| {
        if urgent {
            (CAME + 30, CAME + 120)
        } else {
            (CAME + 120, CAME + 24 * 60)
        }
    };
    let now = day.now;
    assert_eq!(day.list("came").len(), ORDERS);
    let taken_on = |done: &Done, _| done.touched.is_some() || done.contacted.is_some();
    assert_eq!(day.list("signed"), day.recount(taken_on));
    // Of the second three the clerk wrote down only why there was none.
    let spoken = |done: &Done| done.contacted.filter(|at| *at != CAME + 60);
    let in_time = |done: &Done, urgent| spoken(done).is_some_and(|at| at <= due(urgent).0);
    assert_eq!(day.list("contacted_in_time"), day.recount(in_time));
    let replied = |done: &Done, urgent| done.replied.is_some_and(|(at, _)| at <= due(urgent).1);
    assert_eq!(day.list("replied_in_time"), day.recount(replied));
    let overdue = |done: &Done, urgent| {
        let over = |done: Option<i64>, at: i64| done.is_none() && at <= now;
        let touched = done.touched.or(done.contacted);
        done.ended().is_none()
            && (over(None, due(urgent).1) || over(done.contacted, due(urgent).0) || over(touched, CAME + 30))
    };
    assert_eq!(day.list("overdue"), day.recount(overdue));
    assert_eq!(
        day.list("unsolved"),
        day.recount(|done, _| done.replied.is_some_and(|(_, gives)| gives == "explained"))
    );
    assert_eq!(day.list("dissatisfied"), day.recount(|done, _| done.dissatisfied));
    assert_eq!(day.list("returned"), day.recount(|done, _| done.returned.is_some()));
    let report = day.front.run(&["order", "report", "--day", DAY]);
    let lists = report["lists"]
        .as_array()
        .unwrap()
        .iter()
        .zip(report["all"].as_array().unwrap());
    for (list, count) in lists {
        let listed = day.list(list.as_str().unwrap()).len() as u64;
        assert_eq!(count.as_u64(), Some(listed), "{list}");
    }
}
