//! Registration at the counter: a person of the roster in a few keys, or someone who is not on it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use linli_domain::address::AddressParts;
use linli_domain::id_document::{self, DocumentKind};
use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change, DeviceId, EntityId};
use linli_domain::record::{Field, Recorded};
use linli_domain::refusal::Refusal;
use linli_domain::reservation::{Registration, Reservation, ReservationFact};
use linli_domain::round::{Channel, Decision, Outcome, RoundDefinition};
use linli_domain::smart_check::RoundCheck;
use linli_domain::time::Moment;
use linli_domain::voucher;
use linli_store::issuing::{Answer, Issue, Issuer, RecognisedAll, Waiting};
use linli_store::{Draft, ReservationState, Resident, View};
use serde::Serialize;

use super::awaiting::Why;
use super::{RoundView, finding_rows, rows_of};
use crate::api::rounds::{RegisterRequest, Registered};
use crate::api::{Catalogue, Said, Sentence};
use crate::exchange::joined;
use crate::named::{FormField, Thing};
use crate::roster::{Roster, checked_fields, kind_of, parts};
use crate::workstation::id;
use crate::{Error, Workstation, queue};

/// Where a registration at the counter came from.
const COUNTER: &str = "现场";
/// What the district's form writes there.
const FORM: &str = "扫码填报";

/// Where a registration came from, as screens say it.
#[derive(Debug, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
enum Source {
    /// Registered here.
    #[error("现场")]
    AtCounter,
    /// Typed by the resident into the district's form.
    #[error("扫码填报")]
    ByForm,
    /// As somebody wrote it in a sheet.
    #[error("{text}")]
    AsWritten { text: String },
}

impl Said for Source {
    const CATALOGUE: Catalogue = Catalogue::Timeline;
}

/// Where a reservation came from.
pub(super) fn came_from(state: &Reservation) -> Sentence {
    match state.get(Field::Source).unwrap_or_default() {
        COUNTER => Source::AtCounter,
        FORM => Source::ByForm,
        text => Source::AsWritten { text: text.to_owned() },
    }
    .said()
}

/// Registers someone, or only looks. Where the check finds something against it, nothing is written until `anyway`.
pub(crate) fn register(ws: &Workstation, request: RegisterRequest) -> Result<Registered, Error> {
    let round = id(Thing::Round, &request.round)?;
    let view = ws.round(round)?;
    let fields = fields(ws, &request, &view)?;
    let findings = findings(ws, &view, &fields)?;
    let blocked = findings.iter().any(|finding| finding.blocking);
    if request.look || (blocked && !request.anyway) {
        return Ok(Registered {
            reservation: None,
            findings,
            batch: None,
            voucher: None,
            collect_at: None,
            awaiting: None,
        });
    }
    let entity = ws.new_id();
    let (mut issued, mut awaiting, mut issue) = (None, None, Issue::default());
    let written = ws.write_as(|now| {
        now.round(round)?.ok_or(Error::NotFound { thing: Thing::Round })?;
        let mut fields = fields;
        fields.insert(Field::Number, next_number(now, round)?);
        let (action, facts) = if request.finish {
            let finishing = finish(now, round, entity, &fields, &view.recognised)?;
            (issued, awaiting, issue) = (finishing.serial, finishing.awaiting, finishing.issue);
            (finishing.action, finishing.facts)
        } else {
            (Action::ReservationRegistered, Vec::new())
        };
        let changes = std::iter::once(Change::Create(fields)).chain(facts.into_iter().map(Change::Reservation));
        let drafts = changes.map(|change| Draft::on::<Reservation>(entity, change));
        Ok((action, drafts.collect()))
    })?;
    ws.store().note_issuing(round, &issue, ws.now())?;
    let reservation = queue::one::<Reservation>(ws.store().view(), entity)?;
    let pick_up = reservation.state.get(Field::PickUp);
    let collect_at = pick_up.map(|name| collect_at(&view.definition, name));
    Ok(Registered {
        reservation: rows_of(ws, &[reservation])?.pop(),
        findings,
        batch: written.batch,
        voucher: issued.map(|serial| voucher::number(view.definition.number, serial)),
        collect_at,
        awaiting: awaiting.as_ref().map(Said::said),
    })
}

/// A pick-up point as it is told to who stands at the counter: name, address, hours.
fn collect_at(definition: &RoundDefinition, name: &str) -> String {
    let point = definition.pick_ups.iter().find(|point| point.name == name);
    let more = point.map_or(["", ""], |point| [point.address.as_str(), point.hours.as_str()]);
    let parts = std::iter::once(name).chain(more);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What the counter does in one step.
struct Finishing {
    action: Action,
    facts: Vec<ReservationFact>,
    serial: Option<u32>,
    awaiting: Option<Why>,
    /// As for issuing in bulk, for the wishes of this PC.
    issue: Issue,
}

/// Passed, told face to face, voucher issued; or passed only, where no number can be given now.
fn finish(
    view: View<'_>,
    round: EntityId,
    entity: EntityId,
    fields: &BTreeMap<Field, String>,
    recognised: &RecognisedAll,
) -> Result<Finishing, Error> {
    let round = view.round(round)?.ok_or(Error::NotFound { thing: Thing::Round })?;
    let state = candidate(fields)?;
    let quantity = state.quantity();
    let reservations = view.reservations(round.id)?;
    let mut issuer = Issuer::recognising(view, &round, &reservations, joined(view)?, Cow::Borrowed(recognised))?;
    issuer.begins(entity);
    let candidate = ReservationState { id: entity, state };
    let served = issuer.areas(&candidate)?;
    let passed = ReservationFact::Reviewed {
        decision: Decision::Passed,
        reason: None,
    };
    match issuer.answer(&candidate)? {
        // The voucher is in the resident's hand: it is corrected by stepping back, not by undo.
        Answer::Number(serial) => Ok(Finishing {
            action: Action::ServedAtCounter,
            facts: vec![
                passed,
                ReservationFact::Notified {
                    channel: Channel::Counter,
                    outcome: Outcome::Reached,
                    note: None,
                },
                ReservationFact::VoucherIssued { serial, quantity },
            ],
            serial: Some(serial),
            awaiting: None,
            issue: Issue {
                served,
                ..Issue::default()
            },
        }),
        Answer::Waits(Waiting::QuotaUsedUp) => Err(Error::QuotaUsedUp {
            quota: round.definition.quota,
        }),
        Answer::Waits(waiting) => Ok(Finishing {
            action: Action::ReservationRegistered,
            facts: vec![passed],
            serial: None,
            awaiting: Some(Why::of(view, round.definition.quota, &waiting)?),
            issue: Issue {
                waiting: vec![(entity, waiting)],
                ..Issue::default()
            },
        }),
        Answer::Served => Err(Refusal::KeyServed {
            rule: round.definition.key,
        }
        .into()),
    }
}

/// The reservation that these fields make.
fn candidate(fields: &BTreeMap<Field, String>) -> Result<Reservation, Error> {
    let change = Change::Create(fields.clone());
    let recorded = Recorded {
        change: &change,
        device: DeviceId(uuid::Uuid::nil()),
        actor: "",
        at: Moment(0),
    };
    Reservation::fold(std::iter::once(recorded)).ok_or(Error::Internal("预约没有轮次".into()))
}

/// The fields of the new reservation.
fn fields(ws: &Workstation, request: &RegisterRequest, view: &RoundView) -> Result<BTreeMap<Field, String>, Error> {
    let roster = ws.roster()?;
    let mut resident = match request.resident.as_deref() {
        Some(text) => roster
            .residents
            .get(&id(Thing::Resident, text)?)
            .cloned()
            .ok_or(Error::NotFound { thing: Thing::Resident })?,
        None => Resident::default(),
    };
    let mut typed_address = None;
    if let Some(form) = &request.person {
        typed_address = form.address.as_deref().map(AddressParts::parse);
        let form = crate::api::roster::ResidentFields {
            address: None,
            ..form.clone()
        };
        let typed = checked_fields(ws, &roster, (&form, &resident), &mut Vec::new())?;
        override_with(&mut resident, &typed);
    }
    if resident.name.is_none() {
        return Err(Error::Missing { field: FormField::Name });
    }
    let at = |address: &Option<AddressParts>| roster.household_at(address.as_ref()?);
    let matched = resident
        .id
        .or_else(|| match_person(&roster, &resident, at(&typed_address)));
    let home = resident.household.and_then(|id| roster.households.get(&id)).map(parts);
    let address = roster.as_known(typed_address.or(home).unwrap_or_default());
    let household = roster.household_at(&address).or(resident.household);
    let document_kind = Some(kind_of(&resident).code().to_owned());
    let registration = Registration {
        number: None,
        resident: matched,
        household,
        name: resident.name,
        document_kind,
        document_number: resident.document_number,
        phone: resident.phone,
        address,
        quantity: Some(request.quantity.to_string()),
        registered_at: Some(ws.now().text()),
        source: COUNTER.to_owned(),
        pick_up: request.pick_up.clone(),
        note: request.note.clone(),
    };
    match registration.change(view.id, &view.definition) {
        Change::Create(fields) => Ok(fields),
        _ => Err(Error::Internal("预约没有内容".into())),
    }
}

fn override_with(resident: &mut Resident, typed: &BTreeMap<Field, Option<String>>) {
    let own = [Field::Name, Field::DocumentKind, Field::DocumentNumber, Field::Phone];
    for (field, value) in typed.iter().filter(|(field, _)| own.contains(field)) {
        resident.set(*field, value.clone());
    }
}

/// The person of the roster a registration is for: by document number, or by name together with the home or the
/// phone. A name alone never decides, nor do two people who fit alike.
pub(crate) fn match_person(roster: &Roster, person: &Resident, home: Option<EntityId>) -> Option<EntityId> {
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let stated = person.document_kind.as_deref().and_then(DocumentKind::parse);
    let number = person
        .document_number
        .as_deref()
        .filter(|number| id_document::identifies(stated, number));
    let by_document = || unique(roster.with_document(number?));
    let by_name = || {
        let fits = |other: &&Resident| {
            // A number that identifies nobody contradicts nobody.
            let of_kind = other.document_kind.as_deref().and_then(DocumentKind::parse);
            let stands = other
                .document_number
                .as_deref()
                .filter(|number| id_document::identifies(of_kind, number));
            let contradicted = number
                .zip(stands)
                .is_some_and(|(one, another)| !id_document::is_same(one, another));
            !contradicted && ((home.is_some() && other.household == home) || same(&person.phone, &other.phone))
        };
        unique(roster.with_name(person.name.as_deref()?).filter(fits))
    };
    by_document().or_else(by_name)
}

fn unique<'r>(mut found: impl Iterator<Item = &'r Resident>) -> Option<EntityId> {
    let first = found.next()?;
    found.next().is_none().then_some(first.id).flatten()
}

/// What the smart check would find against a reservation that is not yet written.
fn findings(
    ws: &Workstation,
    view: &super::RoundView,
    fields: &BTreeMap<Field, String>,
) -> Result<Vec<crate::api::rounds::FindingRow>, Error> {
    let candidate = candidate(fields)?;
    let earlier = super::served_earlier(ws.store().view(), view.id, &view.definition)?;
    let roster = ws.roster()?;
    let earlier = super::keys_served(&earlier, view.definition.key, &roster);
    let check = RoundCheck {
        round: &view.definition,
        today: ws.today(),
        roster: &*roster,
        earlier: &earlier,
    };
    let known = view.reservations.iter();
    let known = known.map(|one| (&one.state, check.alone(&one.state, &view.filled(one))));
    let all: Vec<_> = known
        .chain([(&candidate, check.alone(&candidate, &candidate))])
        .collect();
    let mut found = check.together(all.iter().map(|(one, alone)| (*one, alone)));
    Ok(finding_rows(&found.pop().unwrap_or_default()))
}

/// The next 预约号 of this PC in a round: its letter and a running number.
pub(crate) fn next_number(view: View<'_>, round: EntityId) -> Result<String, Error> {
    let letter = view.device_letter()?;
    let last = last_number(view, round, &letter)?;
    Ok(number(&letter, last + 1))
}

/// The last running number this PC gave out in a round.
pub(crate) fn last_number(view: View<'_>, round: EntityId, letter: &str) -> Result<u32, Error> {
    let numbers = view.reservations(round)?;
    let of_this_pc = numbers.iter().filter_map(|reservation| {
        reservation
            .state
            .get(Field::Number)?
            .strip_prefix(letter)?
            .parse::<u32>()
            .ok()
    });
    Ok(of_this_pc.max().unwrap_or(0))
}

/// A 预约号 in writing.
pub(crate) fn number(letter: &str, running: u32) -> String {
    format!("{letter}{running:05}")
}

/// A 预约号 as it may be typed: the letter small, the noughts left out. `None` where it is none.
pub(crate) fn parse_number(typed: &str) -> Option<String> {
    let typed = typed.trim().to_ascii_uppercase();
    let running = typed.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = &typed[..typed.len() - running.len()];
    let is_number = (1..=2).contains(&letters.len()) && (1..=5).contains(&running.len());
    let running: u32 = running.parse().ok().filter(|_| is_number)?;
    Some(number(letters, running))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_as_it_may_be_typed() {
        let cases = [
            ("W00012", Some("W00012")),
            (" w12 ", Some("W00012")),
            ("A1", Some("A00001")),
        ];
        let none = ["12", "w", "w123456", "zxm", "W1-2", "abc12", ""].map(|typed| (typed, None));
        for (typed, expected) in cases.into_iter().chain(none) {
            assert_eq!(parse_number(typed).as_deref(), expected, "{typed}");
        }
    }
}
