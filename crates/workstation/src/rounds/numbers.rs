//! Numbers that may be on paper after the data was put back to a backup: asked of whoever has the papers.

use linli_domain::operation::{Action, Change, EntityId, EntityKind, Note};
use linli_domain::round::RoundDefinition;
use linli_store::{LoggedChange, View};

use crate::api::Done;
use crate::api::rounds::{NumbersPrinted, UnsureNumbers};
use crate::exchange::joined;
use crate::named::{FormField, Thing, Unfit};
use crate::workstation::{done, id};
use crate::{Error, Workstation};

/// What has to be asked of a round; `None` where nothing has, or the district has to be heard first.
pub(super) fn unsure(view: View<'_>, round: EntityId, quota: u32) -> Result<Option<UnsureNumbers>, Error> {
    if joined(view)? && view.is_restored()? {
        return Ok(None);
    }
    let unsure = view.unsure_numbers(round)?;
    let first = unsure.iter().map(|numbers| numbers.first).min();
    let last = unsure
        .iter()
        .map(|numbers| numbers.last.unwrap_or(quota).min(quota))
        .max();
    Ok(first
        .zip(last)
        .filter(|(first, last)| first <= last)
        .map(|(first, last)| UnsureNumbers { first, last }))
}

/// Somebody looked at the papers: they go up to a number.
pub(crate) fn numbers_printed(ws: &Workstation, request: NumbersPrinted) -> Result<Done, Error> {
    let round = id(Thing::Round, &request.round)?;
    let (asked, quota, answered) = {
        let store = ws.store();
        let view = store.view();
        let RoundDefinition { quota, .. } = view
            .round(round)?
            .ok_or(Error::NotFound { thing: Thing::Round })?
            .definition;
        (unsure(view, round, quota)?, quota, view.numbers_answered(round)?)
    };
    let invalid = |why| Error::unfit(FormField::LastPrinted, &why);
    let (first, last) = match (asked, answered) {
        (Some(UnsureNumbers { first, last }), _) => (first, last),
        // A number that was mistyped is put right by a higher one.
        (None, Some((first, last))) if request.last > last => (first, quota),
        (None, Some((_, last))) => return Err(invalid(Unfit::OnlyHigher { last })),
        (None, None) => return Err(invalid(Unfit::NoneInQuestion)),
    };
    // Where the quota was raised after the backup, and papers go beyond the one that is known, it is raised first: a number
    // that is mistyped would end the round.
    if request.last > last {
        return Err(invalid(Unfit::NotInQuestion {
            first,
            last,
            number: request.last,
        }));
    }
    ws.store().printed_up_to(round, request.last)?;
    // It is not undone. It is in the log for a district that this PC joins later.
    let on_paper = Note::NumbersOnPaper {
        first,
        last: request.last,
        looked: true,
    };
    let written = ws.record(Action::PapersLookedUp, EntityKind::Round, round, on_paper)?;
    Ok(done(written))
}

/// Before a PC that was on its own belongs to a district: numbers that may be on paper, of which nobody has said whether they
/// are, go into the log, and with it to the district, which leases them to nobody until somebody does. What this PC said last
/// of a round is not said again.
pub(crate) fn tell_of_unsure(ws: &Workstation) -> Result<(), Error> {
    let untold = untold(ws.store().view())?;
    for (round, note) in untold {
        ws.record(Action::Printed, EntityKind::Round, round, note)?;
    }
    Ok(())
}

fn untold(view: View<'_>) -> Result<Vec<(EntityId, Note)>, Error> {
    let (own, mut untold) = (view.own_device()?, Vec::new());
    for round in view.rounds()? {
        let Some(UnsureNumbers { first, last }) = unsure(view, round.id, round.definition.quota)? else {
            continue;
        };
        let looked = false;
        let note = Note::NumbersOnPaper { first, last, looked };
        let log = view.changes_of(round.id)?.into_iter().rev();
        let mut said = log.filter(|logged| logged.device == own).filter_map(on_paper);
        if said.next().as_ref() != Some(&note) {
            untold.push((round.id, note));
        }
    }
    Ok(untold)
}

/// What an entry of the log says of numbers on paper.
fn on_paper(logged: LoggedChange) -> Option<Note> {
    match logged.change {
        Some(Change::Noted(note @ Note::NumbersOnPaper { .. })) => Some(note),
        _ => None,
    }
}
