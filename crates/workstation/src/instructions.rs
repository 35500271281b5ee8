//! Instructions 上级要求: reading what the district sent, acknowledging it, and what is attached.

use linli_domain::instruction::{Attachment, Instruction};
use linli_domain::operation::{Action, Change, EntityId};
use linli_domain::refusal::Refusal;
use linli_store::{InstructionState, Kept, View};

use crate::api::instructions::{
    AcknowledgedRow, AttachmentRequest, AttachmentRow, AttachmentState, InstructionAcknowledge, InstructionCard,
    InstructionList, InstructionListRequest, InstructionRow,
};
use crate::api::{ById, ByToken, Done, Exported};
use crate::exchange::attachments_problem;
use crate::file_name::safe;
use crate::memory::NamedBytes;
use crate::named::Thing;
use crate::queue::{each, ids, one, slice};
use crate::workstation::{done, id};
use crate::{Error, Workstation};

/// A filtered slice, newest first.
pub(crate) fn instruction_list(ws: &Workstation, request: InstructionListRequest) -> Result<InstructionList, Error> {
    let store = ws.store();
    let clerk = ws.settings_of(&store)?.actor;
    let instructions = ws.instructions.now(store.view())?;
    let words: Vec<&str> = request
        .query
        .as_deref()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let says = |state: &Instruction| {
        words
            .iter()
            .all(|word| state.title().contains(word) || state.body().contains(word))
    };
    let waits = |one: &&InstructionState| !one.state.acknowledged_by(&clerk);
    let newest = instructions.iter().rev();
    let shown: Vec<&InstructionState> = newest
        .filter(|one| !request.waiting || waits(one))
        .filter(|one| says(&one.state))
        .collect();
    Ok(InstructionList {
        total: shown.len(),
        rows: slice(&shown, request.page)
            .iter()
            .map(|one| row(one.id, &one.state, &clerk))
            .collect(),
        all: instructions.len(),
        waiting: instructions.iter().filter(waits).count(),
    })
}

fn row(id: EntityId, state: &Instruction, clerk: &str) -> InstructionRow {
    InstructionRow {
        id: id.to_string(),
        title: state.title().to_owned(),
        sent_at: state.sent_at.text(),
        attachments: state.attachments().len(),
        acknowledged: state.acknowledged_by(clerk),
        clerks: state.acknowledged.len(),
    }
}

/// One to be read.
pub(crate) fn instruction_card(ws: &Workstation, request: ById) -> Result<InstructionCard, Error> {
    let id = id(Thing::Instruction, &request.id)?;
    let store = ws.store();
    let view = store.view();
    let state = one::<Instruction>(view, id)?.state;
    let attachments: Vec<AttachmentRow> = state
        .attachments()
        .iter()
        .map(|attachment| attachment_row(view, attachment))
        .collect::<Result<_, _>>()?;
    let missing = attachments.iter().any(|one| one.state == AttachmentState::Coming);
    Ok(InstructionCard {
        row: row(id, &state, &ws.settings_of(&store)?.actor),
        body: state.body().to_owned(),
        problem: if missing { attachments_problem(view)? } else { None },
        attachments,
        acknowledged: state
            .acknowledged
            .iter()
            .map(|one| AcknowledgedRow {
                by: one.by.clone(),
                at: one.at.text(),
            })
            .collect(),
    })
}

fn attachment_row(view: View<'_>, attachment: &Attachment) -> Result<AttachmentRow, Error> {
    let (state, received) = match view.attachment(attachment.hash)? {
        Kept::Whole => (AttachmentState::Whole, attachment.size),
        Kept::Part(received) => (AttachmentState::Coming, received),
        Kept::Wrong(_) => (AttachmentState::Wrong, 0),
    };
    Ok(AttachmentRow {
        hash: attachment.hash.to_string(),
        name: attachment.name.clone(),
        size: attachment.size,
        received,
        state,
        has_pages: attachment.has_pages(),
        may_be_opened: attachment.may_be_opened(),
    })
}

/// Acknowledges as the clerk working now. What is acknowledged by them already stays as it is.
pub(crate) fn instruction_acknowledge(ws: &Workstation, request: InstructionAcknowledge) -> Result<Done, Error> {
    let ids: Vec<EntityId> = ids::<Instruction, _>(&request.ids)?;
    let clerk = ws.settings()?.actor;
    let written = ws.write(Action::InstructionsAcknowledged, |view| {
        each(view, &ids, |one: &InstructionState| {
            let new = !one.state.acknowledged_by(&clerk);
            Ok(new.then_some(Change::Acknowledged))
        })
    })?;
    Ok(done(written))
}

/// Puts a file into memory, for its pages to be shown.
pub(crate) fn attachment_open(ws: &Workstation, request: AttachmentRequest) -> Result<ByToken, Error> {
    let (attachment, bytes) = whole(ws, &request)?;
    if !attachment.has_pages() {
        return Err(Refusal::NoPages.into());
    }
    Ok(ByToken {
        token: ws.files.put(NamedBytes {
            name: attachment.name,
            media_type: "application/pdf",
            bytes,
        }),
    })
}

/// Writes a file out.
pub(crate) fn attachment_save(ws: &Workstation, request: AttachmentRequest) -> Result<Exported, Error> {
    let (attachment, bytes) = whole(ws, &request)?;
    let path = ws.export_path(request.path.as_deref(), &safe(&attachment.name))?;
    ws.save_export(&path, &bytes, 0)
}

/// A file that is all here, with its bytes.
fn whole(ws: &Workstation, request: &AttachmentRequest) -> Result<(Attachment, Vec<u8>), Error> {
    let store = ws.store();
    let view = store.view();
    let state = one::<Instruction>(view, id(Thing::Instruction, &request.id)?)?.state;
    let attachment = state
        .attachments()
        .into_iter()
        .find(|one| one.hash.to_string() == request.hash);
    let attachment = attachment.ok_or(Error::NotFound {
        thing: Thing::Attachment,
    })?;
    match view.attachment_bytes(attachment.hash)? {
        Some(bytes) => Ok((attachment, bytes)),
        None => Err(Refusal::AttachmentIncomplete.into()),
    }
}
