//! Issuing voucher numbers, and their signed QR texts.

use std::collections::HashSet;

use linli_domain::operation::{Action, EntityId};
use linli_domain::round::RoundDefinition;
use linli_domain::voucher::Voucher;
use linli_store::Written;
use linli_store::issuing;

use super::awaiting::{awaiting, counted};
use crate::api::rounds::AwaitingCount;
use crate::exchange::joined;
use crate::session::now;
use crate::{Error, Workstation};

/// What came of issuing.
pub(crate) struct Issued {
    /// What was written.
    pub(crate) written: Written,
    /// What waits as 待发号, and why.
    pub(crate) awaiting: Vec<AwaitingCount>,
}

/// What issuing would do now.
pub(crate) struct Planned {
    /// Reservations that would get a number.
    pub(crate) numbered: HashSet<EntityId>,
    /// What would wait as 待发号, and why.
    pub(crate) awaiting: Vec<AwaitingCount>,
}

/// What [`issue`] would do with `wanted`. No number is given out; where the right or numbers are missing, they are
/// asked for, so that they may be there when the clerk prints.
pub(crate) fn plan(ws: &Workstation, round: EntityId, wanted: &HashSet<EntityId>) -> Result<Planned, Error> {
    let store = ws.store();
    let view = store.view();
    let known = view.round(round)?.ok_or(Error::NotFound { what: "轮次" })?;
    let planned = issuing::issue(view, &known, joined(view)?, Some(wanted))?;
    let reasons = planned.waiting.iter().map(|(_, waiting)| awaiting(view, known.definition.quota, waiting));
    let reasons = reasons.collect::<Result<Vec<_>, Error>>()?;
    store.note_issuing(round, &issuing::Issue { waiting: planned.waiting, ..Default::default() }, now())?;
    let numbered = planned.drafts.iter().map(|draft| draft.entity).collect();
    Ok(Planned { numbered, awaiting: counted(reasons.iter()) })
}

/// Issues voucher numbers, in order of registration, to those of `wanted` that passed and have none yet. What
/// may not be issued now waits.
pub(crate) fn issue(ws: &Workstation, round: EntityId, wanted: &HashSet<EntityId>) -> Result<Issued, Error> {
    let before = ws.round(round)?;
    let mut reasons = Vec::new();
    let mut decided = issuing::Issue::default();
    let written = ws.write(Action::VouchersIssued, |view| {
        let round = view.round(round)?.ok_or(Error::NotFound { what: "轮次" })?;
        let issue = issuing::issue_recognising(view, &round, joined(view)?, Some(wanted), &before.recognised)?;
        for (_, waiting) in &issue.waiting {
            reasons.push(awaiting(view, round.definition.quota, waiting)?);
        }
        let drafts = issue.drafts.clone();
        decided = issue;
        Ok(drafts)
    })?;
    ws.store().note_issuing(round, &decided, now())?;
    Ok(Issued { written, awaiting: counted(reasons.iter()) })
}

/// What a voucher's QR code says.
pub(crate) fn qr_text(
    key: &ed25519_dalek::SigningKey,
    round: EntityId,
    definition: &RoundDefinition,
    serial: u32,
    quantity: u32,
) -> String {
    let quantity = quantity.try_into().unwrap_or(u16::MAX);
    Voucher { round, serial, quantity, until: definition.collection().1 }.qr_text(key)
}
