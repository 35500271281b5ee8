//! Issuing voucher numbers, and their signed QR texts.

use std::collections::HashSet;

use linli_domain::operation::{Action, EntityId};
use linli_domain::round::RoundDefinition;
use linli_domain::voucher::Voucher;
use linli_store::issuing::{self, Issue, RecognisedAll};
use linli_store::{Round, View, Written};

use super::awaiting::{Counted, Why, counted};
use crate::exchange::joined;
use crate::named::Thing;
use crate::{Error, Workstation};

/// What came of issuing.
pub(crate) struct Issued {
    /// What was written.
    pub(crate) written: Written,
    /// What waits as 待发号, and why.
    pub(crate) awaiting: Counted,
}

/// What issuing would do now.
pub(crate) struct Planned {
    /// Reservations that would get a number.
    pub(crate) numbered: HashSet<EntityId>,
    /// What would wait as 待发号, and why.
    pub(crate) awaiting: Counted,
}

/// Who of `wanted` may have a number now, and why the others wait: the same answer for what is shown and for what is
/// issued.
fn decide(
    view: View<'_>,
    round: &Round,
    wanted: &HashSet<EntityId>,
    recognised: &RecognisedAll,
) -> Result<(Issue, Vec<Why>), Error> {
    let issue = issuing::issue_recognising(view, round, joined(view)?, Some(wanted), recognised)?;
    let reasons = issue
        .waiting
        .iter()
        .map(|(_, waiting)| Why::of(view, round.definition.quota, waiting));
    let reasons = reasons.collect::<Result<_, Error>>()?;
    Ok((issue, reasons))
}

/// What [`issue`] would do with `wanted`. No number is given out; where the right or numbers are missing, they are
/// asked for, so that they may be there when the clerk prints.
pub(crate) fn plan(ws: &Workstation, round: EntityId, wanted: &HashSet<EntityId>) -> Result<Planned, Error> {
    let before = ws.round(round)?;
    let store = ws.store();
    let view = store.view();
    let known = view.round(round)?.ok_or(Error::NotFound { thing: Thing::Round })?;
    let (planned, reasons) = decide(view, &known, wanted, &before.recognised)?;
    store.note_issuing(
        round,
        &Issue {
            waiting: planned.waiting,
            ..Issue::default()
        },
        ws.now(),
    )?;
    let numbered = planned.drafts.iter().map(|draft| draft.entity).collect();
    Ok(Planned {
        numbered,
        awaiting: counted(reasons.iter()),
    })
}

/// Issues voucher numbers, in order of registration, to those of `wanted` that passed and have none yet. What
/// may not be issued now waits.
pub(crate) fn issue(ws: &Workstation, round: EntityId, wanted: &HashSet<EntityId>) -> Result<Issued, Error> {
    let before = ws.round(round)?;
    let mut decided = (Issue::default(), Vec::new());
    let written = ws.write(Action::VouchersIssued, |view| {
        let round = view.round(round)?.ok_or(Error::NotFound { thing: Thing::Round })?;
        decided = decide(view, &round, wanted, &before.recognised)?;
        Ok(decided.0.drafts.clone())
    })?;
    let (issue, reasons) = decided;
    ws.store().note_issuing(round, &issue, ws.now())?;
    Ok(Issued {
        written,
        awaiting: counted(reasons.iter()),
    })
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
    Voucher {
        round,
        serial,
        quantity,
        until: definition.collection().1,
    }
    .qr_text(key)
}
