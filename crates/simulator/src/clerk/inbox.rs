//! What waits for a person: conflicts, and hand-outs to be looked into; and taking back.

use linli_domain::operation::{Action, Change};
use linli_domain::reservation::ReservationFact;
use linli_workstation::api::Page;
use linli_workstation::api::app::UndoBatch;
use linli_workstation::api::exchange::{ConflictDecide, ConflictDecision, ConflictListRequest, ConflictRow};
use linli_workstation::simulation::commands;

use super::{Clerk, Did, Stop, done, pick};
use crate::Broken;

/// Of how many batches back one is taken back.
const TAKEN_BACK: u32 = 4;

/// Whether the notebook holds what was done.
fn is_relied_on(action: Action) -> bool {
    use Action::{AnswerWritten, Collected, ConflictsSettled, InstructionsAcknowledged, OrdersReplied, TasksVisited};
    matches!(
        action,
        AnswerWritten | Collected | ConflictsSettled | InstructionsAcknowledged | OrdersReplied | TasksVisited
    )
}

impl Clerk<'_> {
    /// Takes back one of the last things that can be.
    pub(super) fn take_back(&mut self) -> Result<Option<Did>, Stop> {
        let back = self.random.below(TAKEN_BACK) as usize;
        let history = self.pc.store().view().history(back + 1)?;
        let Some(batch) = history
            .get(back)
            .filter(|batch| batch.action.undoable() && !batch.withdrawn)
        else {
            return Ok(None);
        };
        let request = UndoBatch { batch: batch.id };
        let answer = done(commands::undo_batch(&self.pc.workstation, request));
        if matches!(answer, Ok(None)) {
            return Ok(None);
        }
        // Also where the power failed: it may have been written before.
        if is_relied_on(batch.action) {
            self.ledger.took_all_back(self.pc.office, (batch.device, batch.at));
        }
        answer?;
        self.summary.undos += 1;
        Ok(Some("takes back"))
    }

    /// Decides a conflict for one of its values, or looks into a hand-out after another one.
    pub(super) fn settle(&mut self) -> Result<Option<Did>, Stop> {
        let (offset, limit) = (0, Page::MAX_ROWS);
        let request = ConflictListRequest {
            clear: false,
            page: Page { offset, limit },
        };
        let list = done(commands::conflict_list(&self.pc.workstation, request))?;
        let Some(row) = list.and_then(|list| pick(self.random, &list.rows)) else {
            return Ok(None);
        };
        let choose = self.random.below(row.values.len() as u32) as usize;
        let decision = ConflictDecision {
            key: row.key.clone(),
            choose,
        };
        let decisions = vec![decision];
        let settled = done(commands::conflict_decide(
            &self.pc.workstation,
            ConflictDecide { decisions },
        ))?;
        let Some(batch) = settled.and_then(|settled| settled.batch) else {
            return Ok(None);
        };
        if row.hand_out {
            self.found(&row, choose == 0, batch)?;
        }
        Ok(Some("settles"))
    }

    /// A clerk found out whether goods went over the second counter, too; over the first one they did.
    fn found(&mut self, row: &ConflictRow, both: bool, batch: i64) -> Result<(), Stop> {
        let id = row.entity.parse().map_err(|error| Broken::error("an id", &error))?;
        let log = self.pc.store().view().changes_of(id)?;
        let written = log.into_iter().filter(|logged| logged.batch == batch);
        let findings: Vec<_> = written
            .filter_map(|logged| match logged.change {
                Some(Change::Reservation(ReservationFact::LookedInto { device, at, given })) => {
                    Some(((device, at), given))
                }
                _ => None,
            })
            .collect();
        if findings.last().is_none_or(|(_, given)| *given != both) {
            return Err(Broken::promise("a finding is not written as it was found", format!("{findings:?}")).into());
        }
        let by = (self.pc.device, self.pc.shows());
        for finding in findings {
            self.ledger.found((self.pc.office, by), id, finding);
        }
        Ok(())
    }
}
