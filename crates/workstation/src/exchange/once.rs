//! One exchange with the district, and what is remembered of it.

use chrono::TimeDelta;
use linli_domain::digest::Digest;
use linli_domain::operation::Action;
use linli_domain::time::Moment;
use linli_store::{Store, View};
use linli_sync::{District, Exchanged, Fault, Fetched, Turn, exchange, fetch_attachments, rebuild};
use serde::{Deserialize, Serialize};

use super::membership::Membership;
use super::words;
use crate::api::{Said, Sentence};
use crate::named::Attempt;
use crate::{Error, Workstation};

/// Under which key the outcome is kept, so that every program on this data knows it.
const OUTCOME: &str = "exchange_outcome";
/// A database is built anew at most so often: where that does not help, the difference is not the data's.
const BETWEEN_REBUILDS: TimeDelta = TimeDelta::hours(24);

/// What came of trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// This PC belongs to no district.
    Alone,
    /// Another program on this data is exchanging.
    Elsewhere,
    /// Done.
    Done(Exchanged),
}

/// What is remembered of exchanges.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Outcome {
    /// When the last one came to its end.
    pub(super) last_success: Option<Moment>,
    /// What was wrong with the last one.
    pub(super) problem: Option<Sentence>,
    /// The district could not be reached; it is tried again.
    pub(super) offline: bool,
    /// Minutes by which this PC's clock is ahead, where that is too much.
    pub(super) clock_off: Option<i64>,
    /// The district takes nothing more from this PC under its id: it must join again.
    pub(super) cut_off: bool,
    /// Registrations by the residents' form that are here.
    pub(super) registrations: usize,
    /// Why attachments are not all here.
    pub(super) attachments: Option<Sentence>,
    /// When the database was last built anew.
    pub(super) rebuilt: Option<Moment>,
    /// Which program did, and what the district's digests were then.
    pub(super) rebuilt_for: Option<String>,
}

impl Outcome {
    pub(super) fn of(view: View<'_>) -> Result<Outcome, Error> {
        // What another version wrote is only about the past.
        Ok(view
            .setting(OUTCOME)?
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default())
    }

    pub(super) fn save(&self, store: &Store) -> Result<(), Error> {
        let json = serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(store.set_setting(OUTCOME, &json)?)
    }
}

/// Why attachments are not all here.
pub(crate) fn attachments_problem(view: View<'_>) -> Result<Option<Sentence>, Error> {
    Ok(Outcome::of(view)?.attachments)
}

/// Exchanges with the district, on a connection of its own.
///
/// # Errors
/// The network, the district's refusal, or this PC's data. What was done until then stays done.
pub fn exchange_once(ws: &Workstation) -> Result<Tried, Error> {
    crate::clock::check(ws.now())?;
    let mut store = ws.connect()?;
    let Some(membership) = Membership::of(store.view())? else {
        return Ok(Tried::Alone);
    };
    let folder = ws.folder.root();
    let turn = Turn::take(folder).map_err(|error| Error::system(Attempt::WriteFolder, &error))?;
    let Some(_turn) = turn else { return Ok(Tried::Elsewhere) };
    let district = membership.district()?;
    let tried = {
        let _running = ws.line.begin();
        whole(ws, &mut store, &district)
    };
    note(&store, &tried, ws.now())?;
    let done = tried?;
    attach(ws, &mut store, &district)?;
    Ok(Tried::Done(done))
}

/// Fetches attachments, until somebody asks for an exchange. What goes wrong is kept and is no trouble of the exchange.
fn attach(ws: &Workstation, store: &mut Store, district: &dyn District) -> Result<(), Error> {
    let fetched = fetch_attachments(store, district, ws.now(), &mut || !ws.line.is_asked());
    let problem = match fetched {
        Ok(Fetched { fault: Some(fault), .. }) => Some(words::fault(&fault).said()),
        Ok(Fetched { fault: None, .. }) => None,
        Err(error) => Some(Error::from(error).body().said),
    };
    let before = Outcome::of(store.view())?;
    if before.attachments == problem {
        Ok(())
    } else {
        Outcome {
            attachments: problem,
            ..before
        }
        .save(store)
    }
}

/// An exchange, and another one after the database was built anew where the states differ.
fn whole(ws: &Workstation, store: &mut Store, district: &dyn District) -> Result<Exchanged, Error> {
    let mut progress = |received, last| ws.line.progress(received, last);
    let done = exchange(store, district, ws.now(), &mut progress)?;
    let outcome = Outcome::of(store.view())?;
    if !may_help(&outcome, &done, ws.now()) {
        return Ok(done);
    }
    rebuild(store, (ws.folder.root(), ws.key()), district, &mut progress)?;
    Outcome {
        rebuilt: Some(ws.now()),
        rebuilt_for: Some(stand(&done)),
        ..outcome
    }
    .save(store)?;
    Ok(exchange(store, district, ws.now(), &mut progress)?)
}

/// Whether to build the database anew: not where that was done lately, nor where this program did and the district still
/// says the same, for it would come to the same.
fn may_help(outcome: &Outcome, done: &Exchanged, now: Moment) -> bool {
    // Done in the future: the clock was wrong then.
    let lately = |at: Moment| (0..BETWEEN_REBUILDS.num_milliseconds()).contains(&now.0.saturating_sub(at.0));
    done.differs && !outcome.rebuilt.is_some_and(lately) && outcome.rebuilt_for.as_ref() != Some(&stand(done))
}

/// This program, and what the district's digests are.
fn stand(done: &Exchanged) -> String {
    let digests = done
        .theirs
        .iter()
        .map(|digest| format!(" {}:{}", digest.kind, Digest(digest.sum)));
    std::iter::once(env!("CARGO_PKG_VERSION").to_owned())
        .chain(digests)
        .collect()
}

fn note(store: &Store, tried: &Result<Exchanged, Error>, now: Moment) -> Result<(), Error> {
    let before = Outcome::of(store.view())?;
    let outcome = match tried {
        Ok(done) => Outcome {
            last_success: Some(now),
            problem: words::left(done).map(|left| left.said()),
            offline: false,
            cut_off: false,
            clock_off: done.clock_off.map(|off| off.num_minutes()),
            registrations: match done.received {
                0 => before.registrations,
                _ => store.view().batches_of(Action::RegisteredByForm)?,
            },
            ..before
        },
        Err(error) => Outcome {
            problem: Some(what_is_wrong(error)),
            offline: matches!(error, Error::Exchange(error) if error.is_retryable()),
            cut_off: matches!(error, Error::Exchange(error) if error.is_cut_off()),
            ..before
        },
    };
    outcome.save(store)
}

/// What the district says of it, where it is the district's to say.
fn what_is_wrong(error: &Error) -> Sentence {
    match error {
        Error::Exchange(linli_sync::Error::District(fault)) => words::fault(fault).said(),
        other => other.body().said,
    }
}

/// Whether trying again soon is worthwhile as soon as the network is back.
pub(super) fn unreachable(error: &Error) -> bool {
    matches!(
        error,
        Error::Exchange(linli_sync::Error::District(Fault::Unreachable(_)))
    )
}

#[cfg(test)]
mod tests {
    use linli_protocol::KindDigest;

    use super::*;

    #[test]
    fn a_database_is_built_anew_once_a_day_and_never_again_for_the_same() {
        let day = BETWEEN_REBUILDS.num_milliseconds();
        let differing = |sum| Exchanged {
            differs: true,
            theirs: vec![KindDigest {
                kind: 4,
                sum: [sum; 32],
            }],
            ..Exchanged::default()
        };
        let before = Outcome::default();
        assert!(may_help(&before, &differing(1), Moment(0)));
        assert!(!may_help(&before, &Exchanged::default(), Moment(0)), "nothing differs");
        let rebuilt = Outcome {
            rebuilt: Some(Moment(day)),
            rebuilt_for: Some(stand(&differing(1))),
            ..before
        };
        assert!(!may_help(&rebuilt, &differing(2), Moment(day + 1)), "lately");
        assert!(may_help(&rebuilt, &differing(2), Moment(2 * day)));
        assert!(
            may_help(&rebuilt, &differing(2), Moment(day - 1)),
            "the clock was wrong then"
        );
        assert!(
            !may_help(&rebuilt, &differing(1), Moment(9 * day)),
            "it would come to the same"
        );
        let newer = Outcome {
            rebuilt_for: Some(stand(&differing(1)).replace(env!("CARGO_PKG_VERSION"), "0")),
            ..rebuilt
        };
        assert!(
            may_help(&newer, &differing(1), Moment(9 * day)),
            "another program may fold it otherwise"
        );
    }
}
