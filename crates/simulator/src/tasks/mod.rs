//! Tasks 核查任务: the notebook of what sources, staff and clerks were told of rows. A row has one answer, whoever else
//! found something out, wherever the row went and however often it was pushed; a source hears of no other one unless the
//! first was taken back.

mod check;
mod pushed;

use std::collections::BTreeMap;

use linli_district::pushed::{Standing, TaskAnswer, TaskRow};
use linli_domain::operation::EntityId;
use linli_domain::task::{VisitOutcome, Way};
use serde::Serialize;

pub(crate) use check::{Said, are_answered, stand};

use crate::Broken;
use crate::instructions::Deed;
use crate::ledger::Office;

/// Who pushes rows: two, so that both may ask for one person.
const SOURCES: [&str; 2] = ["道口", "热线"];
/// What they want to know.
pub(crate) const QUESTION: &str = "返沪日期";

/// A row as its source has pushed it last.
#[derive(Debug)]
struct Pushed {
    source: usize,
    task: EntityId,
    row: TaskRow,
    /// Its source was told that it is taken back.
    taken_back: bool,
}

impl Pushed {
    fn reference(&self) -> String {
        self.row.reference.clone().unwrap_or_default()
    }
}

/// A visit that a clerk was told is written.
#[derive(Debug)]
struct Visited {
    task: EntityId,
    deed: Deed,
    way: Way,
    outcome: VisitOutcome,
    /// False from when it was taken back, or may be unheard of.
    stands: bool,
}

/// What is promised of tasks.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    pushed: Vec<Pushed>,
    visits: BTreeMap<Office, Vec<Visited>>,
    /// What each source heard last of a row, by its reference.
    heard: BTreeMap<(usize, String), TaskAnswer>,
    /// Up to where each source has heard.
    cursors: [u64; SOURCES.len()],
}

impl Tasks {
    /// A clerk was told that a visit is written, to each of these.
    pub(crate) fn visited(
        &mut self,
        (office, tasks): (Office, &[EntityId]),
        deed: Deed,
        (way, outcome): (Way, VisitOutcome),
    ) {
        let visited = |task: &EntityId| Visited {
            task: *task,
            deed,
            way,
            outcome,
            stands: true,
        };
        let of_office = self.visits.entry(office).or_default();
        of_office.extend(tasks.iter().map(visited));
    }

    /// What fits was taken back, or may be unheard of.
    pub(crate) fn doubt(&mut self, office: Office, fits: impl Fn(&Deed) -> bool) {
        let of_office = self.visits.get_mut(&office).into_iter().flatten();
        of_office
            .filter(|visited| fits(&visited.deed))
            .for_each(|visited| visited.stands = false);
    }

    /// A source hears what became of a row.
    ///
    /// # Errors
    /// It had heard another answer, which nobody took back.
    fn hear(&mut self, source: usize, answer: TaskAnswer) -> Result<(), Broken> {
        let known = (source, answer.reference.clone());
        let before = self.heard.get(&known).filter(|before| **before != answer);
        if let Some(before) = before.filter(|before| before.state == Standing::Answered) {
            let rows = self.pushed.iter().filter(|row| (row.source, row.reference()) == known);
            let tasks: Vec<EntityId> = rows.map(|row| row.task).collect();
            let mut visits = self.visits.values().flatten().filter(|visited| visited.stands);
            if visits.any(|visited| tasks.contains(&visited.task) && visited.is(before)) {
                let detail = format!("{before:?}, then {answer:?}");
                return Err(Broken::promise("a source hears two answers", detail));
            }
        }
        self.heard.insert(known, answer);
        Ok(())
    }
}

impl Visited {
    /// Whether it is an answer as a source hears it.
    fn is(&self, answer: &TaskAnswer) -> bool {
        let (_, at) = self.deed;
        answer.at == Some(at.text()) && answer.outcome == Some(word(self.outcome)) && answer.way == Some(word(self.way))
    }
}

/// A word as sources are told it.
fn word(of: impl Serialize) -> String {
    let word = serde_json::to_value(of).ok();
    word.and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}
