//! Rounds 轮次, the main job: registering, checking, reviewing, notifying, vouchers, collecting, exporting.

mod awaiting;
mod collect;
mod correct;
mod export;
mod list;
mod open;
pub(crate) mod pick_up;
mod register;
mod review;
mod vouchers;

pub(crate) use collect::{collect, step_back, voucher_verify};
pub(crate) use correct::{reservation_correct, reservation_withdraw};
pub(crate) use export::{round_export, safe};
pub use list::check_round;
pub(crate) use list::{reservation_card, reservation_list};
pub use open::{find_round, read_round_file};
pub(crate) use open::{round_list, round_open, round_read, round_show};
pub(crate) use register::{last_number, match_person, number, register};
pub(crate) use review::{notify, pass_clear, review, sms_ask};
pub(crate) use vouchers::{Issued, Planned, issue, plan, qr_text};

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use linli_domain::address::AddressParts;
use linli_domain::mask;
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::record::{Field, standing};
use linli_domain::reservation::Reservation;
use linli_domain::round::RoundDefinition;
use linli_domain::smart_check::{Finding, RoundCheck};
use linli_domain::voucher;
use linli_store::issuing::{Answer, Issuer, is_due};
use linli_store::{ReservationState, Resident, Round, View};

use crate::api::rounds::{Awaiting, FindingRow, IssuingCard, ReservationRow};
use crate::exchange::joined;
use crate::roster::Roster;
use crate::{Error, Workstation, timeline};

/// A round as it is now: its reservations in order of registration, and what the smart check finds.
pub(crate) struct RoundView {
    pub(crate) version: (i64, u64),
    pub(crate) day: NaiveDate,
    pub(crate) id: EntityId,
    pub(crate) definition: RoundDefinition,
    pub(crate) reservations: Vec<ReservationState>,
    pub(crate) findings: Vec<Vec<Finding>>,
    pub(crate) issuing: Issuing,
    places: HashMap<EntityId, usize>,
}

impl RoundView {
    pub(crate) fn load(ws: &Workstation, id: EntityId, version: (i64, u64)) -> Result<RoundView, Error> {
        let (definition, reservations, issuing, earlier) = {
            let store = ws.store();
            let view = store.view();
            let round = view.round(id)?.ok_or(Error::NotFound { what: "轮次" })?;
            let reservations = view.reservations(id)?;
            let issuing = issuing_now(view, &round, &reservations)?;
            let definition = round.definition;
            let earlier = served_earlier(view, id, &definition)?;
            (definition, reservations, issuing, earlier)
        };
        let roster = ws.roster()?;
        let day = ws.today();
        let check = RoundCheck { round: &definition, today: day, roster: &*roster, earlier: &earlier };
        let known: Vec<_> = reservations.iter().map(|reservation| recognised(&roster, &reservation.state)).collect();
        let findings = check.check(known.iter().map(|state| &**state));
        drop(roster);
        let places = reservations.iter().enumerate().map(|(place, reservation)| (reservation.id, place)).collect();
        Ok(RoundView { version, day, id, definition, reservations, findings, issuing, places })
    }

    /// A reservation's place in the order of registration, from 0.
    pub(crate) fn place(&self, id: EntityId) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// Whether "pass all without findings" takes it.
    pub(crate) fn clear(&self, place: usize) -> bool {
        self.findings.get(place).is_some_and(|findings| !findings.iter().any(Finding::blocking))
    }

    /// Reservations whose voucher has its number, is not among the printed ones, and was not handed in.
    pub(crate) fn unprinted<'v>(
        &'v self,
        printed: &'v HashSet<EntityId>,
    ) -> impl Iterator<Item = &'v ReservationState> + 'v {
        let waits = |state: &Reservation| state.voucher.is_some() && state.collected.is_none();
        self.reservations.iter().filter(move |one| waits(&one.state) && !printed.contains(&one.id))
    }

    pub(crate) fn row(&self, place: usize) -> Option<ReservationRow> {
        let reservation = self.reservations.get(place)?;
        let findings = self.findings.get(place).map(Vec::as_slice).unwrap_or_default();
        let mut row = row(reservation, &self.definition, place, findings);
        row.awaiting = self.issuing.awaiting.get(&reservation.id).cloned();
        Some(row)
    }
}

/// A reservation with what the roster knows of it now. The residents' form names no record of the roster, nor does who was
/// registered before the roster knew them.
fn recognised<'r>(roster: &Roster, state: &'r Reservation) -> Cow<'r, Reservation> {
    let (resident, household) = (state.id(Field::Resident), state.id(Field::Household));
    if resident.is_some() && household.is_some() {
        return Cow::Borrowed(state);
    }
    let get = |field| state.get(field).map(str::to_owned);
    let (name, document_number) = (get(Field::Name), get(Field::DocumentNumber));
    let person = Resident { name, document_number, phone: get(Field::Phone), ..Resident::default() };
    let address = state.record.address();
    let found = [
        (Field::Resident, resident.or_else(|| match_person(roster, &person, Some(&address)))),
        (Field::Household, household.or_else(|| roster.household_at(&address))),
    ];
    let mut known = state.clone();
    known.record.fields.extend(found.into_iter().filter_map(|(field, id)| Some((field, id?.to_string()))));
    Cow::Owned(known)
}

/// What this PC may issue in a round now.
pub(crate) struct Issuing {
    /// Numbers it can still give out without asking anybody.
    pub(crate) free: u32,
    /// Areas in which it has the right to issue; `None` without a district.
    pub(crate) rights: Option<Vec<String>>,
    /// What waits as 待发号, and why.
    awaiting: HashMap<EntityId, Awaiting>,
}

impl Issuing {
    /// For the round's card; `unprinted`: vouchers that have their number and are not on paper.
    pub(crate) fn card(&self, unprinted: usize) -> IssuingCard {
        IssuingCard {
            free: self.free,
            unprinted,
            awaiting: self.awaiting.len(),
            reasons: awaiting::counted(self.awaiting.values()),
            rights: self.rights.clone(),
        }
    }
}

fn issuing_now(view: View<'_>, round: &Round, reservations: &[ReservationState]) -> Result<Issuing, Error> {
    let mut issuer = Issuer::new(view, round, reservations, joined(view)?)?;
    let own = view.own_device()?;
    let areas = |holders: &BTreeMap<String, DeviceId>| {
        holders.iter().filter(|(_, holder)| **holder == own).map(|(area, _)| area.clone()).collect()
    };
    let (free, rights) = (issuer.free(), issuer.holders().map(areas));
    let mut awaiting = HashMap::new();
    for reservation in reservations.iter().filter(|reservation| is_due(&reservation.state)) {
        if let Answer::Waits(waiting) = issuer.answer(reservation)? {
            awaiting.insert(reservation.id, awaiting::awaiting(view, round.definition.quota, &waiting)?);
        }
    }
    Ok(Issuing { free, rights, awaiting })
}

/// Keys served in earlier rounds of the campaign, where the round asks for it.
fn served_earlier(
    view: linli_store::View<'_>,
    round: EntityId,
    definition: &RoundDefinition,
) -> Result<HashMap<String, u32>, Error> {
    let mut served = HashMap::new();
    if !definition.exclude_earlier {
        return Ok(served);
    }
    let merged = view.merged()?;
    for other in view.rounds()? {
        let earlier = other.id != round
            && other.definition.campaign == definition.campaign
            && other.definition.number < definition.number;
        if !earlier {
            continue;
        }
        for reservation in view.reservations(other.id)? {
            if reservation.state.voucher.is_some() {
                let keys = reservation.state.keys(definition.key, |id| standing(id, |id| merged.get(&id).copied()));
                served.extend(keys.into_iter().map(|key| (key, other.definition.number)));
            }
        }
    }
    Ok(served)
}

fn row(
    reservation: &ReservationState,
    definition: &RoundDefinition,
    place: usize,
    findings: &[Finding],
) -> ReservationRow {
    let state = &reservation.state;
    let get = |field| state.get(field).map(str::to_owned);
    let address = address_of(state);
    ReservationRow {
        id: reservation.id.to_string(),
        round: state.round.to_string(),
        round_title: definition.title.clone(),
        position: place as u32 + 1,
        number: get(Field::Number).unwrap_or_default(),
        name: get(Field::Name).unwrap_or_default(),
        room: Some(address.short()).filter(|text| !text.is_empty()),
        address: Some(address.display()).filter(|text| !text.is_empty()),
        phone: state.get(Field::Phone).map(mask::phone),
        document: state.get(Field::DocumentNumber).map(mask::document),
        quantity: state.quantity(),
        registered_at: get(Field::RegisteredAt).unwrap_or_default(),
        source: get(Field::Source).unwrap_or_default(),
        stage: state.stage(),
        findings: findings.iter().filter(|finding| finding.blocking()).count(),
        voucher: state.voucher.map(|(serial, _)| voucher::number(definition.number, serial)),
        awaiting: None,
        last_notice: last_notice(state),
        sms_waits: state.sms_asked.is_some(),
    }
}

fn last_notice(state: &Reservation) -> Option<String> {
    if let Some(at) = state.sms_asked {
        return Some(format!("{} 短信已请求，待发送", at.minutes_text()));
    }
    let attempt = state.attempts.last()?;
    let outcome = timeline::outcome_text(attempt.channel, attempt.outcome);
    Some(format!("{} {} {}", attempt.at.minutes_text(), attempt.channel.label(), outcome))
}

/// The address a reservation gives.
pub(crate) fn address_of(state: &Reservation) -> AddressParts {
    let get = |field| state.get(field).map(str::to_owned);
    AddressParts {
        estate: get(Field::Estate),
        building: get(Field::Building),
        unit: get(Field::Unit),
        room: get(Field::Room),
    }
}

/// Reservations of any rounds as rows, with their place in their round.
pub(crate) fn rows_of(ws: &Workstation, reservations: &[ReservationState]) -> Result<Vec<ReservationRow>, Error> {
    let mut rows = Vec::with_capacity(reservations.len());
    for reservation in reservations {
        let view = ws.round(reservation.state.round)?;
        rows.extend(view.place(reservation.id).and_then(|place| view.row(place)));
    }
    Ok(rows)
}

/// Findings as the screens and the command line get them.
pub(crate) fn finding_rows(findings: &[Finding]) -> Vec<FindingRow> {
    findings
        .iter()
        .map(|finding| FindingRow {
            code: finding.code().to_owned(),
            text: finding.text(),
            blocking: finding.blocking(),
        })
        .collect()
}
