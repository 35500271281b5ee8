//! Taking back and bringing back: by key, from a toast, from a line of the history.

use linli_domain::operation::{Action, EntityId};
use linli_domain::record::Field;
use linli_domain::refusal::Refusal;
use linli_store::View;

use crate::api::Empty;
use crate::api::app::{RedoBatch, Redone, UndoBatch, Undone};
use crate::{Error, Workstation, timeline};

/// Takes back the last action of the clerk working now that can be.
pub(crate) fn undo_last(ws: &Workstation, _: Empty) -> Result<Undone, Error> {
    let last = {
        let store = ws.store();
        store.view().last_undoable(&ws.settings_of(&store)?.actor)?
    };
    match last {
        Some(batch) => undo_batch(ws, UndoBatch { batch: batch.id }),
        None => Ok(Undone {
            said: None,
            changed: 0,
            kept: Vec::new(),
            batch: None,
            of: None,
        }),
    }
}

/// Takes one batch back.
pub(crate) fn undo_batch(ws: &Workstation, request: UndoBatch) -> Result<Undone, Error> {
    let batch = ws.store().view().batch(request.batch)?;
    if batch.action.stops_undo() {
        return Err(Refusal::AnswerStands.into());
    }
    if !batch.action.undoable() && batch.action != Action::Undone {
        return Err(Refusal::NotUndoable { action: batch.action }.into());
    }
    // Before: a registration that is taken back has no name afterwards.
    let whose = whose(ws.store().view(), batch.id)?;
    let undo = ws.undo(request.batch)?;
    let store = ws.store();
    let kept = undo
        .kept
        .iter()
        .map(|id| kept_text(store.view(), *id))
        .collect::<Result<_, _>>()?;
    let said = timeline::Reader::new(ws, &store)?.batch(&batch)?;
    Ok(Undone {
        said: Some(timeline::detailed(said, whose.as_deref())),
        changed: undo.changed,
        kept,
        batch: undo.written.batch,
        of: Some(batch.id),
    })
}

/// Brings back what the clerk working now took back last, as long as nothing was done since.
pub(crate) fn redo_last(ws: &Workstation, _: Empty) -> Result<Redone, Error> {
    let last = {
        let store = ws.store();
        store.view().last_redoable(&ws.settings_of(&store)?.actor)?
    };
    match last {
        Some(batch) => redo_batch(ws, RedoBatch { batch }),
        None => Ok(Redone { said: None, of: None }),
    }
}

/// Brings one batch back.
pub(crate) fn redo_batch(ws: &Workstation, request: RedoBatch) -> Result<Redone, Error> {
    let redo = ws.redo(request.batch)?;
    let store = ws.store();
    let said = timeline::Reader::new(ws, &store)?.batch(&redo.batch)?;
    let whose = whose(store.view(), redo.batch.id)?;
    Ok(Redone {
        said: Some(timeline::detailed(said, whose.as_deref())),
        of: Some(redo.batch.id),
    })
}

/// Whose a batch is that is about one person.
fn whose(view: View<'_>, batch: i64) -> Result<Option<String>, Error> {
    let Some(id) = view.batch_subject(batch)? else {
        return Ok(None);
    };
    Ok(match view.reservation(id)? {
        Some(reservation) => reservation.state.get(Field::Name).map(str::to_owned),
        None => view.resident(id)?.and_then(|resident| resident.name),
    })
}

fn kept_text(view: View<'_>, id: EntityId) -> Result<String, Error> {
    if let Some(resident) = view.resident(id)? {
        return Ok(format!("{}（后来有新的登记）", resident.name.unwrap_or_default()));
    }
    if let Some(home) = view.household(id)? {
        return Ok(format!("{}（有人住）", crate::roster::parts(&home).display()));
    }
    Ok("一条后来用到的记录".into())
}
