//! Tasks: deciding whose they are, giving them to somebody, asking by phone or at the door, and returning them.

use linli_domain::operation::EntityId;
use linli_domain::task::{VisitOutcome, Way};
use linli_workstation::api::tasks::{
    TaskAssign, TaskCard, TaskDecide, TaskListRequest, TaskReturn, TaskRow, TaskVisit, Tray,
};
use linli_workstation::api::{ById, Page};
use linli_workstation::simulation::commands;

use super::{Clerk, Did, PHONES, Stop, WORDS, done, pick};
use crate::Broken;
use crate::tasks::QUESTION;

/// From how many at the top of the list a clerk takes one: few, so that PCs meet.
const TOP: usize = 3;

impl Clerk<'_> {
    /// Somebody sees to a task that presses; now and then tries to answer one that is answered.
    pub(super) fn work_on_tasks(&mut self) -> Result<Option<Did>, Stop> {
        if self.random.percent(5) {
            return self.visit_again();
        }
        let Some(row) = self.listed(None)? else {
            return Ok(None);
        };
        match self.random.below(20) {
            0..=3 => self.decide_whose(&row),
            4..=5 => self.assign(row),
            6..=7 => self.give_back(row),
            _ => self.visit(row),
        }
    }

    /// One of the first of a list.
    fn listed(&mut self, tray: Option<Tray>) -> Result<Option<TaskRow>, Stop> {
        let (offset, limit) = (0, TOP);
        let request = TaskListRequest {
            tray,
            pressing: false,
            building: None,
            assignee: None,
            source: None,
            query: None,
            page: Page { offset, limit },
        };
        let list = done(commands::task_list(&self.pc.workstation, request))?;
        Ok(list.and_then(|list| pick(self.random, &list.rows)))
    }

    fn card(&self, id: String) -> Result<Option<TaskCard>, Stop> {
        done(commands::task_card(&self.pc.workstation, ById { id }))
    }

    fn decide_whose(&mut self, row: &TaskRow) -> Result<Option<Did>, Stop> {
        let Some(card) = self.card(row.id.clone())? else {
            return Ok(None);
        };
        let ids: Vec<String> = card.candidates.into_iter().map(|one| one.resident.id).collect();
        let resident = pick(self.random, &ids).filter(|_| self.random.percent(80));
        let request = TaskDecide {
            ids: vec![row.id.clone()],
            resident,
        };
        let decided = done(commands::task_decide(&self.pc.workstation, request))?;
        Ok(decided
            .and_then(|decided| decided.batch)
            .map(|_| "decides whose a task is"))
    }

    fn assign(&mut self, row: TaskRow) -> Result<Option<Did>, Stop> {
        let to = pick(self.random, &WORDS).map(str::to_owned);
        let request = TaskAssign {
            ids: vec![row.id],
            to: to.filter(|_| self.random.percent(80)),
        };
        let assigned = done(commands::task_assign(&self.pc.workstation, request))?;
        Ok(assigned.and_then(|assigned| assigned.batch).map(|_| "assigns a task"))
    }

    fn give_back(&mut self, row: TaskRow) -> Result<Option<Did>, Stop> {
        let request = TaskReturn {
            ids: vec![row.id],
            reason: "不是本辖区".into(),
        };
        let returned = done(commands::task_return(&self.pc.workstation, request))?;
        Ok(returned.and_then(|returned| returned.batch).map(|_| "returns a task"))
    }

    /// What came of asking, as chance has it.
    fn visited(&mut self, row: &TaskRow) -> TaskVisit {
        let answer = pick(self.random, &PHONES).map(|date| (QUESTION.to_owned(), date.to_owned()));
        let answer = answer.filter(|_| row.asks);
        TaskVisit {
            ids: vec![row.id.clone()],
            way: pick(self.random, &Way::ALL).unwrap_or(Way::Phone),
            outcome: pick(self.random, &VisitOutcome::ALL).unwrap_or(VisitOutcome::NoAnswer),
            learnt: answer.into_iter().collect(),
            note: None,
        }
    }

    /// Somebody asks: one visit answers all sources that asked for the person.
    fn visit(&mut self, row: TaskRow) -> Result<Option<Did>, Stop> {
        let Some(card) = self.card(row.id.clone())? else {
            return Ok(None);
        };
        let ids = card.asked.iter().map(|asked| asked.id.parse::<EntityId>());
        let ids = ids.collect::<Result<Vec<_>, _>>();
        let ids = ids.map_err(|error| Broken::error("an id", &error))?;
        let request = self.visited(&row);
        let found = (request.way, request.outcome);
        let Some(visited) = done(commands::task_visit(&self.pc.workstation, request))? else {
            return Err(Broken::promise("an open task may be visited", format!("{card:?}")).into());
        };
        if visited.changed != ids.len() {
            let detail = format!("{} of {ids:?}", visited.changed);
            return Err(Broken::promise("a visit is for all that asked", detail).into());
        }
        let deed = (self.pc.device, self.pc.shows());
        self.ledger.tasks.visited((self.pc.office, &ids), deed, found);
        Ok(Some("visits"))
    }

    /// What is answered is not asked again.
    fn visit_again(&mut self) -> Result<Option<Did>, Stop> {
        let Some(row) = self.listed(Some(Tray::Answered))? else {
            return Ok(None);
        };
        let request = self.visited(&row);
        match done(commands::task_visit(&self.pc.workstation, request))? {
            Some(_) => Err(Broken::promise("an answered task is not visited again", row.name).into()),
            None => Ok(None),
        }
    }
}
