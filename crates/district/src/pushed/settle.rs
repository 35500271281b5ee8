//! What a committee wrote of a row that had gone elsewhere, its committee now is told: that it is answered, or that it is
//! to be answered all the same, where the answer was taken back.

use linli_domain::entity::State;
use linli_domain::happened::Cause;
use linli_domain::operation::EntityId;
use linli_domain::time::Moment;

use super::pass::{Why, give, known, withdraw};
use super::{Content, Kept, OrderRow, Standing, TaskRow, source};
use crate::sequence::Sequence;
use crate::storage::Transaction;
use crate::{DISTRICT, District, Error, values};

impl District {
    /// Tells committees what others wrote of rows that they have; gives of how many rows.
    ///
    /// # Errors
    /// The database's: those before are told.
    pub fn settle_rows(&self, now: Moment) -> Result<usize, Error> {
        Ok(self.settle_kind::<TaskRow>(now)? + self.settle_kind::<OrderRow>(now)?)
    }

    fn settle_kind<R: Content>(&self, now: Moment) -> Result<usize, Error> {
        let sql = "SELECT item FROM pushed WHERE committee = $1 AND unsettled = 1 AND kind = $2";
        let params = values![DISTRICT, R::KIND.number()];
        let rows = self.read(|transaction| Ok(transaction.query(sql, &params)?))?;
        if rows.is_empty() {
            return Ok(0);
        }
        let names = self.names()?;
        for row in &rows {
            let item: EntityId = row.get(0)?;
            self.write(|transaction| {
                let by = |kept: &Kept| {
                    kept.answered_by
                        .and_then(|id| names.get(&id))
                        .cloned()
                        .unwrap_or_default()
                };
                settle::<R>(self, transaction, item, &by, now)
            })?;
        }
        Ok(rows.len())
    }
}

fn settle<R: Content>(
    district: &District,
    transaction: &mut dyn Transaction,
    item: EntityId,
    by: &dyn Fn(&Kept) -> String,
    now: Moment,
) -> Result<(), Error> {
    let Some(before) = Kept::all(transaction, [item])?.pop() else {
        return Ok(());
    };
    source::lock(transaction, &before.source, now)?;
    if let Some(holder) = before.holder {
        transaction.lock(holder)?;
    }
    let Some(mut kept) = Kept::locked(transaction, [item])?
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
    let rules = R::rules(transaction)?;
    let mut sequence = Sequence::open(district, transaction, holder)?;
    let state: Option<State> = known(&mut sequence, &[item])?.state(R::KIND, item);
    let standing = state.as_ref().and_then(R::item).map(R::standing);
    match (kept.standing, standing) {
        (Standing::Answered, _) => {
            let said = format!("{}{}", by(&kept), R::LABELS.answered);
            withdraw::<R>(sequence, &[item], (&said, Cause::Answered), now)
        }
        // Its own answer came too late, and counts now.
        (Standing::Open | Standing::TakenBack, Some(Standing::Answered)) => sequence.follow(&[(item, state)]),
        (Standing::Open, _) => {
            let reason = format!("先前的{}已撤销", R::LABELS.result);
            give::<R>(sequence, &kept, &rules, (Why::waits(&reason), now))
        }
        _ => Ok(()),
    }
}
