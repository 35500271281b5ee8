//! The program itself: settings, changes, jobs, history, opening what was exported, check and backup.

use std::collections::BTreeSet;
use std::path::Path;

use linli_domain::operation::{Action, Change, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_store::{CheckProblem, Draft};

use crate::api::app::{
    Changes, ChangesSince, CheckReport, CommitteeCard, History, HistoryRequest, JobStatus, OpenPath, RailCounts,
    Settings, Topic,
};
use crate::api::{Done, Empty, JobRequest, Said, Sentence};
use crate::named::{Attempt, FormField, Unfit};
use crate::session::{named, named_or_none};
use crate::workstation::done;
use crate::{Error, Session, Workstation, timeline};

/// The most lines of history one answer carries.
const MAX_HISTORY: usize = 200;
/// Type sizes there are, in pixels.
pub(crate) const TYPE_SIZES: [u8; 3] = [14, 16, 18];

pub(crate) fn settings(ws: &Workstation, _: Empty) -> Result<Settings, Error> {
    ws.settings()
}

pub(crate) fn settings_save(ws: &Workstation, request: Settings) -> Result<Settings, Error> {
    let before = ws.settings()?;
    let actor = if request.actor == before.actor {
        before.actor
    } else {
        named(FormField::Actor, &request.actor)?.to_owned()
    };
    if !TYPE_SIZES.contains(&request.type_size) {
        return Err(Error::unfit(FormField::TypeSize, &Unfit::TypeSize));
    }
    if !request.export_folder.is_empty() {
        // Any name in it: no export could be written there.
        ws.folder.place_for(&Path::new(&request.export_folder).join("导出"))?;
    }
    ws.save_settings(&Settings { actor, ..request })?;
    ws.settings()
}

pub(crate) fn committee(ws: &Workstation, _: Empty) -> Result<CommitteeCard, Error> {
    let committee = ws.committee()?;
    Ok(CommitteeCard {
        name: committee.name,
        district: committee.district,
        phone: committee.phone,
        address: committee.address,
    })
}

pub(crate) fn committee_save(ws: &Workstation, request: CommitteeCard) -> Result<Done, Error> {
    let before = ws.committee()?;
    // What an older program took keeps nobody from changing the rest.
    if request.district != before.district {
        named_or_none(FormField::District, request.district.as_deref())?;
    }
    let name = if request.name == before.name {
        before.name
    } else {
        named(FormField::Committee, &request.name)?.to_owned()
    };
    let text = |value: Option<String>| value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let written = ws.write(Action::CommitteeChanged, |view| {
        let before = view.committee()?.ok_or(Error::NotReady)?;
        let changes: std::collections::BTreeMap<Field, FieldChange> = [
            (Field::Name, Some(before.name), Some(name)),
            (Field::District, before.district, text(request.district)),
            (Field::Phone, before.phone, text(request.phone)),
            (Field::Address, before.address, text(request.address)),
        ]
        .into_iter()
        .filter(|(_, seen, to)| seen != to)
        .map(|(field, seen, to)| (field, FieldChange { seen, to }))
        .collect();
        let draft = Draft {
            kind: EntityKind::Committee,
            entity: before.id,
            change: Change::Set(changes.clone()),
        };
        Ok(if changes.is_empty() { Vec::new() } else { vec![draft] })
    })?;
    Ok(done(written))
}

/// The data's version, what was touched since the one asked about, and the numbers of the rail. Where nothing was, nothing
/// but the version is read.
pub(crate) fn changes_since(ws: &Workstation, request: ChangesSince) -> Result<Changes, Error> {
    let store = ws.store();
    let view = store.view();
    let version = view.version()?;
    if version == request.version {
        return Ok(Changes {
            version,
            topics: Vec::new(),
            counts: None,
        });
    }
    let kinds = if request.version > version {
        None
    } else {
        view.kinds_touched_since(request.version)?
    };
    let topics: BTreeSet<Topic> = match kinds {
        Some(kinds) => kinds.into_iter().map(Topic::of).chain([Topic::History]).collect(),
        None => Topic::ALL.into(),
    };
    let to_acknowledge = view.to_acknowledge(&ws.settings_of(&store)?.actor)?;
    let (to_review, to_notify) = view.waiting_counts()?;
    // Whose open tasks are is asked of the store by itself.
    drop(store);
    let counts = RailCounts {
        to_review,
        to_notify,
        to_acknowledge,
        to_verify: ws.open_rows()?,
        to_reply: ws.open_orders()?,
    };
    Ok(Changes {
        version,
        topics: topics.into_iter().collect(),
        counts: Some(counts),
    })
}

pub(crate) fn job_status(session: &Session, request: JobRequest) -> Result<JobStatus, Error> {
    session.jobs.status(&request)
}

pub(crate) fn job_cancel(session: &Session, request: JobRequest) -> Result<Empty, Error> {
    session.jobs.cancel(&request)?;
    Ok(Empty {})
}

pub(crate) fn history(ws: &Workstation, request: HistoryRequest) -> Result<History, Error> {
    let store = ws.store();
    let only: &[Action] = if request.imports {
        &[
            Action::RosterImported,
            Action::ReservationsImported,
            Action::TasksImported,
        ]
    } else {
        &[]
    };
    let items = timeline::Reader::new(ws, &store)?.history(request.limit.min(MAX_HISTORY), only)?;
    Ok(History { items })
}

/// Opens an exported file or its folder.
pub(crate) fn path_open(ws: &Workstation, request: OpenPath) -> Result<Empty, Error> {
    let path = Path::new(&request.path);
    if !ws.has_exported(path) {
        return Err(Error::NotOurs);
    }
    let opened = if request.folder {
        ws.host.reveal(path)
    } else {
        ws.host.open(path)
    };
    opened.map_err(|error| Error::system(Attempt::OpenFile, &error))?;
    Ok(Empty {})
}

/// Prints an exported file with the program the system has for it.
pub(crate) fn path_print(ws: &Workstation, request: OpenPath) -> Result<Empty, Error> {
    let path = Path::new(&request.path);
    if !ws.has_exported(path) {
        return Err(Error::NotOurs);
    }
    ws.host
        .print_file(path)
        .map_err(|error| Error::system(Attempt::PrintFile, &error))?;
    Ok(Empty {})
}

pub(crate) fn database_check(ws: &Workstation, _: Empty) -> Result<CheckReport, Error> {
    check(ws)
}

/// What a check found, as a sentence.
fn found(problem: &CheckProblem) -> Sentence {
    match problem {
        CheckProblem::Lost(loss) => crate::remarks::lost(loss),
        other => other.said(),
    }
}

/// Checks the database, the log's chain and signatures, and the state against the log.
///
/// # Errors
/// The database cannot be read at all.
pub fn check(ws: &Workstation) -> Result<CheckReport, Error> {
    // A connection of its own: checking a large log must not hold up the counter.
    let report = ws.connect()?.check()?;
    Ok(CheckReport {
        ok: report.problems.is_empty(),
        operations: report.operations,
        batches: report.batches,
        state_hash: report.state.to_string(),
        digest: report.digest.to_string(),
        problems: report.problems.iter().map(found).collect(),
    })
}
