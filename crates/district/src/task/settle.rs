//! What a committee wrote of a row that had gone elsewhere, its committee now is told: that it is answered, or that it is
//! to be answered all the same, where the answer was taken back.

use linli_domain::entity::State;
use linli_domain::happened::Cause;
use linli_domain::item::Item as _;
use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::task::{Task, TaskStage};
use linli_domain::time::Moment;

use super::pass::{give, known, withdraw};
use super::{Kept, Standing, source};
use crate::sequence::Sequence;
use crate::storage::Transaction;
use crate::{DISTRICT, District, Error, values};

impl District {
    /// Tells committees what others wrote of rows that they have; gives of how many rows.
    ///
    /// # Errors
    /// The database's: those before are told.
    pub fn settle_tasks(&self, now: Moment) -> Result<usize, Error> {
        let sql = "SELECT task FROM pushed_task WHERE committee = $1 AND unsettled = 1";
        let rows = self.read(|transaction| Ok(transaction.query(sql, &values![DISTRICT])?))?;
        let names = self.names()?;
        for row in &rows {
            let task: EntityId = row.get(0)?;
            self.write(|transaction| {
                let by = |kept: &Kept| {
                    kept.answered_by
                        .and_then(|id| names.get(&id))
                        .cloned()
                        .unwrap_or_default()
                };
                settle(self, transaction, task, &by, now)
            })?;
        }
        Ok(rows.len())
    }
}

fn settle(
    district: &District,
    transaction: &mut dyn Transaction,
    task: EntityId,
    by: &dyn Fn(&Kept) -> String,
    now: Moment,
) -> Result<(), Error> {
    let Some(before) = Kept::all(transaction, [task])?.pop() else {
        return Ok(());
    };
    source::lock(transaction, &before.source, now)?;
    if let Some(holder) = before.holder {
        transaction.lock(holder)?;
    }
    let Some(mut kept) = Kept::locked(transaction, [task])?
        .pop()
        .filter(|kept| kept.holder == before.holder)
    else {
        return Ok(()); // It has gone on meanwhile, and is settled there.
    };
    kept.unsettled = false;
    kept.save(transaction)?;
    let Some(holder) = kept.holder.filter(|holder| kept.answered_by != Some(*holder)) else {
        return Ok(());
    };
    let mut sequence = Sequence::open(district, transaction, holder)?;
    let state = known(&mut sequence, &[task])?.state(EntityKind::Task, task);
    let stage = state.as_ref().and_then(State::task).map(Task::stage);
    match (kept.standing, stage) {
        (Standing::Answered, _) => {
            let by = by(&kept);
            withdraw(sequence, &[task], (&format!("{by}已核查"), Cause::Answered), now)
        }
        // Its own answer came too late, and counts now.
        (Standing::Open | Standing::TakenBack, Some(TaskStage::Answered)) => sequence.follow(&[(task, state)]),
        (Standing::Open, _) => give(sequence, &kept, "先前的核查结果已撤销", now),
        _ => Ok(()),
    }
}
