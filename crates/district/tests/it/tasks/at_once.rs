//! What is done to one row while somebody else does something to it: each hears what is true for them.

use linli_district::pushed::pass::TakeBack;
use linli_district::pushed::push::{Incoming, Push, Pushed, Verdict};
use linli_district::pushed::route::{ByName, Routed, Routing};
use linli_district::pushed::{Said, TaskRow};
use linli_district::{District, Error};
use linli_domain::item::Item as _;
use linli_domain::record::Field;
use linli_domain::task::TaskStage;

use super::{pushed, row, state, task_of, verdicts};
use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district};
use crate::together::{at_once, two};

/// How often two do the same at once.
const TURNS: usize = 8;

/// Where rows belong by their names, and what somebody else does while that is being found out.
struct Meanwhile<'d>(&'d District, &'d dyn Fn());

impl Routing for Meanwhile<'_> {
    fn route(&self, rows: &[Said<'_>]) -> Result<Vec<Routed>, Error> {
        (self.1)();
        ByName::of(self.0)?.route(rows)
    }
}

fn pushed_while(district: &District, rows: &[TaskRow], other: &dyn Fn()) -> Pushed {
    let incoming = |(row, content): (usize, &TaskRow)| Incoming {
        row,
        source: "道口".into(),
        content: content.clone(),
        damage: None,
    };
    let push = Push::of((1..).zip(rows).map(incoming).collect());
    district.push_rows(&push, &Meanwhile(district, other), NOW).unwrap()
}

#[test]
fn of_those_who_push_one_reference_at_once_one_alone_hears_that_it_is_taken() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let (mut first, mut second) = (Pc::of(&district, 1), Pc::of(&district, 2));
        let here = [row("D-1", "张三", "牡丹一居委会"), row("D-2", "李四", "")];
        let there = [row("D-1", "张山", "牡丹二居委会"), row("D-2", "李四", "")];
        let late = pushed_while(&district, &there, &|| {
            assert_eq!(verdicts(&pushed(&district, &here)), [Verdict::Taken; 2], "{name}");
        });
        assert_eq!(verdicts(&late), [Verdict::Changed, Verdict::Known], "{name}");
        assert_eq!((late.taken, late.changed, late.known), (0, 1, 1), "{name}");
        let task = task_of(&district, "D-1");
        let left = state(&mut first, &district, task).unwrap();
        assert_eq!(left.stage(), TaskStage::TakenBack, "{name}");
        let went = state(&mut second, &district, task).unwrap();
        assert_eq!(
            (went.stage(), went.get(Field::Name)),
            (TaskStage::Open, "张山"),
            "{name}"
        );

        // The same correction, twice at once; and one while staff pass the row on, which the correction does not say.
        let corrected = [row("D-1", "张山山", "牡丹二居委会")];
        let again = pushed_while(&district, &corrected, &|| {
            assert_eq!(verdicts(&pushed(&district, &corrected)), [Verdict::Changed], "{name}");
        });
        assert_eq!(verdicts(&again), [Verdict::Known], "{name}");
        let one = committee(&district, 1).id;
        let noted = [TaskRow {
            note: Some("发热".into()),
            ..corrected[0].clone()
        }];
        let passed = pushed_while(&district, &noted, &|| {
            district
                .pass_row::<TaskRow>(task, one, "住在一居", NOW, &mut Counting(90))
                .unwrap();
        });
        assert_eq!(verdicts(&passed), [Verdict::Changed], "{name}");
        let committee = passed.rows[0].committee.as_deref();
        assert_eq!(committee, Some("花木街道牡丹一居委会"), "{name}: where staff put it");
        let late = pushed_while(&district, &corrected, &|| {
            district
                .take_back::<TaskRow>("道口", &["D-1".to_owned()], "误推", NOW)
                .unwrap();
        });
        assert_eq!(verdicts(&late), [Verdict::Closed], "{name}");
        for pc in [&mut first, &mut second] {
            pc.exchange(&district);
            assert!(pc.agrees(&district), "{name}");
        }
    }
}

#[test]
fn two_servers_take_a_row_once_and_take_it_back_once() {
    for database in databases::each() {
        let (name, districts) = (database.name, two(&database));
        for turn in 0..TURNS {
            let reference = format!("D-{turn}");
            let people = ["张三", "李四"];
            let heard = at_once(&districts, |district, server| {
                verdicts(&pushed(district, &[row(&reference, people[server], "牡丹一居委会")]))[0]
            });
            let taken = heard.iter().filter(|verdict| **verdict == Verdict::Taken).count();
            assert_eq!(taken, 1, "{name}: {heard:?}");
            assert!(heard.contains(&Verdict::Changed), "{name}: {heard:?}");
            let mut back = at_once(&districts, |district, _| {
                let rows = district
                    .take_back::<TaskRow>("道口", std::slice::from_ref(&reference), "误推", NOW)
                    .unwrap();
                rows[0].verdict
            });
            back.sort_unstable_by_key(|verdict| *verdict == TakeBack::Known);
            assert_eq!(back, [TakeBack::TakenBack, TakeBack::Known], "{name}");
        }
    }
}
