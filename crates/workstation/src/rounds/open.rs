//! Opening a round, finding one by number, and rounds in numbers.

use linli_domain::item::Stage as _;
use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::refusal::Refusal;
use linli_domain::reservation::Reservation;
use linli_domain::reservation::created;
use linli_domain::round::{RoundDefinition, Stage};
use linli_domain::time::Moment;
use linli_domain::writing::quoted;
use linli_store::{Draft, Round, View};
use serde::Serialize;
use std::collections::BTreeMap;
use thiserror::Error;

use crate::api::rounds::{ByRound, RoundCard, RoundList, RoundSave, RoundSummary};
use crate::api::{ByToken, Catalogue, Done, Empty, Said};
use crate::exchange::joined;
use crate::named::Thing;
use crate::workstation::{done, id};
use crate::{Error, Workstation, timeline};

/// All rounds, newest first.
pub(crate) fn round_list(ws: &Workstation, _: Empty) -> Result<RoundList, Error> {
    let store = ws.store();
    let view = store.view();
    let rounds = view
        .rounds()?
        .iter()
        .map(|round| summary(view, round, ws.now()))
        .collect::<Result<_, _>>()?;
    Ok(RoundList { rounds })
}

/// A round's definition, numbers and history.
pub(crate) fn round_show(ws: &Workstation, request: ByRound) -> Result<RoundCard, Error> {
    let wanted = id(Thing::Round, &request.round)?;
    let known = ws.round(wanted)?;
    let store = ws.store();
    let view = store.view();
    let issuing = known.issuing.card(known.unprinted(view)?.len());
    let round = view.round(wanted)?.ok_or(Error::NotFound { thing: Thing::Round })?;
    Ok(RoundCard {
        summary: summary(view, &round, ws.now())?,
        issuing,
        timeline: timeline::Reader::new(ws, &store)?.of_entities(&[round.id])?,
        form: round.form,
        definition: round.definition,
    })
}

/// A round in numbers.
fn summary(view: View<'_>, round: &Round, now: Moment) -> Result<RoundSummary, Error> {
    let counts = view.stage_counts::<Reservation>(Some(round.id))?;
    let count = |stage: Stage| {
        counts
            .iter()
            .find(|(code, ..)| code == stage.code())
            .map_or(0, |(_, count, _)| *count)
    };
    let vouchers: usize = counts.iter().map(|(.., vouchers)| vouchers).sum();
    let definition = &round.definition;
    Ok(RoundSummary {
        id: round.id.to_string(),
        number: definition.number,
        campaign: definition.campaign.clone(),
        title: definition.title.clone(),
        opens: definition.opens.clone(),
        closes: definition.closes.clone(),
        open: definition.open_at(now.local()),
        quota: definition.quota,
        total: counts.iter().map(|(_, count, _)| count).sum(),
        pending: count(Stage::Pending),
        to_notify: count(Stage::ToNotify),
        notified: count(Stage::Notified),
        rejected: count(Stage::Rejected),
        vouchers,
        collected: count(Stage::Collected),
        handed_out_twice: view.handed_out_twice(round.id)?,
        left: view.serials_left(round, joined(view)?)?,
    })
}

/// Opens a round, or changes one.
pub(crate) fn round_open(ws: &Workstation, request: RoundSave) -> Result<Done, Error> {
    // Whether a round is the district's is not for a PC to say.
    let mut definition = RoundDefinition {
        district: false,
        ..request.definition
    };
    let known = request.id.as_deref().map(|text| id(Thing::Round, text)).transpose()?;
    let action = if known.is_some() {
        Action::RoundChanged
    } else {
        definition.check()?;
        Action::RoundOpened
    };
    let written = ws.write(action, |view| {
        let rounds = view.rounds()?;
        let taken = |round: &&Round| {
            Some(round.id) != known
                && round.definition.campaign == definition.campaign
                && round.definition.number == definition.number
        };
        if rounds.iter().find(taken).is_some() {
            let RoundDefinition { campaign, number, .. } = definition;
            return Err(Error::RoundExists {
                campaign: quoted(&campaign).into_owned(),
                number,
            });
        }
        let Some(entity) = known else {
            let json = json(&definition)?;
            let change = created([(Field::Definition, Some(json))]);
            return Ok(vec![Draft {
                kind: EntityKind::Round,
                entity: ws.new_id(),
                change,
            }]);
        };
        let before = view.round(entity)?.ok_or(Error::NotFound { thing: Thing::Round })?;
        definition.district = before.definition.district;
        definition.check_change(&before.definition)?;
        may_change(view, &before, &definition)?;
        let seen = serde_json::to_string(&before.definition).ok();
        let json = json(&definition)?;
        let change = Change::Set(BTreeMap::from([(
            Field::Definition,
            FieldChange { seen, to: Some(json) },
        )]));
        Ok(vec![Draft {
            kind: EntityKind::Round,
            entity,
            change,
        }])
    })?;
    Ok(done(written))
}

/// Reads the definition in an uploaded file, to be looked at before the round is opened.
pub(crate) fn round_read(ws: &Workstation, request: ByToken) -> Result<RoundDefinition, Error> {
    let file = ws.files.get(&request.token).ok_or(Error::NotFound {
        thing: Thing::UploadedFile,
    })?;
    let text = linli_documents::text::decode(&file.bytes).ok_or(RoundFileProblem::NoText)?;
    read_round_file(&text)
}

fn json(definition: &RoundDefinition) -> Result<String, Error> {
    serde_json::to_string(definition).map_err(|error| Error::Internal(error.to_string()))
}

/// Whether a round may become this one: what was issued or leased stands, and the district's rules are its own.
fn may_change(view: View<'_>, before: &Round, after: &RoundDefinition) -> Result<(), Error> {
    let known = &before.definition;
    if known.district && (known.quota, known.key) != (after.quota, after.key) {
        return Err(Refusal::DistrictsRound.into());
    }
    let issued = view.last_serial(before.id)?;
    if known.key != after.key && (issued > 0 || joined(view)?) {
        return Err(if issued > 0 {
            Refusal::RuleIssuedBy
        } else {
            Refusal::RuleInUse
        }
        .into());
    }
    if after.quota < issued {
        return Err(Refusal::QuotaBelowIssued { issued }.into());
    }
    let leased = view.leases(before.id)?.last().map_or(0, |lease| lease.last);
    if after.quota < leased.min(known.quota) {
        return Err(Refusal::QuotaBelowLeased { leased }.into());
    }
    if after.number != known.number && issued > 0 {
        return Err(Refusal::NumberIssued.into());
    }
    Ok(())
}

/// Reads a round's definition from a TOML file.
///
/// # Errors
/// Where it cannot be read, or what is wrong in it.
pub fn read_round_file(text: &str) -> Result<RoundDefinition, Error> {
    let definition: RoundDefinition = toml::from_str(text).map_err(|error| unread(text, &error))?;
    definition.check()?;
    Ok(definition)
}

/// What a clerk has to look at in a round's file: the parser names it in English, and its place.
fn unread(text: &str, error: &toml::de::Error) -> RoundFileProblem {
    if let Some(field) = error.message().strip_prefix("missing field ") {
        let entry = quoted(field.trim_matches('`')).into_owned();
        return RoundFileProblem::EntryMissing { entry };
    }
    let at = error.span().map_or(0, |span| span.start).min(text.len());
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count();
    let written = text.lines().nth(line).unwrap_or_default().trim();
    RoundFileProblem::Line {
        line: line + 1,
        written: quoted(written).into_owned(),
    }
}

/// Why a round's file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RoundFileProblem {
    /// Something else than text.
    #[error("不是文本文件")]
    NoText,
    /// Something is not in it.
    #[error("缺少 {entry} 这一项")]
    EntryMissing {
        /// By its name in the file.
        entry: String,
    },
    /// A line that is not understood.
    #[error("第 {line} 行“{written}”")]
    Line {
        /// From 1.
        line: usize,
        /// What stands there.
        written: String,
    },
}

impl Said for RoundFileProblem {
    const CATALOGUE: Catalogue = Catalogue::Rounds;
}

/// The round a person names: its number, `活动名#number` where several campaigns have that number, or its id.
///
/// # Errors
/// There is none, or there are several.
pub fn find_round(ws: &Workstation, text: &str) -> Result<EntityId, Error> {
    if let Ok(id) = text.parse::<EntityId>() {
        return Ok(id);
    }
    let (campaign, number) = match text.rsplit_once('#') {
        Some((campaign, number)) => (Some(campaign), number),
        None => (None, text),
    };
    let number: u32 = number
        .trim()
        .parse()
        .map_err(|_| Error::NotFound { thing: Thing::Round })?;
    let rounds = ws.store().view().rounds()?;
    let found: Vec<&Round> = rounds
        .iter()
        .filter(|round| round.definition.number == number)
        .filter(|round| campaign.is_none_or(|campaign| round.definition.campaign == campaign))
        .collect();
    match found.as_slice() {
        [round] => Ok(round.id),
        [] => Err(Error::NotFound { thing: Thing::Round }),
        several => Err(Error::RoundNotClear {
            number,
            count: several.len(),
        }),
    }
}
