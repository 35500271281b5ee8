//! Rounds 轮次, the main job: registering, checking, reviewing, notifying, vouchers, collecting, exporting.

mod awaiting;
mod collect;
mod correct;
mod export;
mod list;
mod numbers;
mod open;
pub(crate) mod pick_up;
mod register;
mod review;
mod view;
mod vouchers;

pub(crate) use awaiting::{Counted, Why, counts, how_many};
pub(crate) use collect::{collect, step_back, voucher_verify};
pub(crate) use correct::{reservation_correct, reservation_withdraw};
pub(crate) use export::round_export;
pub use list::check_round;
pub(crate) use list::{reservation_card, reservation_list};
pub(crate) use numbers::{numbers_printed, tell_of_unsure};
pub use open::{RoundFileProblem, find_round, read_round_file};
pub(crate) use open::{round_list, round_open, round_read, round_show};
pub(crate) use register::{last_number, match_person, number, parse_number, register};
pub(crate) use review::{notify, pass_clear, review, sms_ask};
pub(crate) use view::{RoundView, Version};
pub(crate) use vouchers::{Issued, Planned, issue, plan, qr_text};

use std::borrow::Cow;
use std::collections::BTreeMap;

use foldhash::HashMap;
use linli_domain::address::AddressParts;
use linli_domain::item::Item as _;
use linli_domain::mask;
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::record::Field;
use linli_domain::reservation::Reservation;
use linli_domain::round::{RoundDefinition, RoundKey};
use linli_domain::smart_check::Finding;
use linli_domain::voucher;
use linli_store::issuing::{Answer, Issuer, Recognised, RecognisedAll, Waiting};
use linli_store::{ReservationState, Resident, Round, View};

use crate::api::rounds::{FindingRow, IssuingCard, ReservationRow, UnsureNumbers};
use crate::api::{Catalogue, Sentence};
use crate::exchange::joined;
use crate::roster::Roster;
use crate::{Error, Workstation, queue, timeline};

/// Of whom the roster recognises a reservation that does not say so itself: the residents' form names no record of the
/// roster, nor does who was registered before the roster knew them.
fn recognised(roster: &Roster, state: &Reservation) -> Option<Recognised> {
    let (resident, household) = (state.id(Field::Resident), state.id(Field::Household));
    if resident.is_some() && household.is_some() {
        return None;
    }
    let get = |field| state.get(field).map(str::to_owned);
    let (name, document_number) = (get(Field::Name), get(Field::DocumentNumber));
    let person = Resident {
        name,
        document_number,
        phone: get(Field::Phone),
        ..Resident::default()
    };
    let at = roster.household_at(&state.record.address());
    let known = Recognised {
        resident: resident.or_else(|| match_person(roster, &person, at)),
        household: household.or(at),
    };
    (known != Recognised { resident, household }).then_some(known)
}

/// Whether the roster recognises a reservation that names nobody as being a person's.
pub(crate) fn is_recognised_as(roster: &Roster, state: &Reservation, resident: EntityId) -> bool {
    recognised(roster, state).is_some_and(|known| known.resident == Some(resident))
}

fn filled<'r>(recognised: &RecognisedAll, reservation: &'r ReservationState) -> Cow<'r, Reservation> {
    let known = recognised.get(&reservation.id);
    known.map_or(Cow::Borrowed(&reservation.state), |known| {
        known.fill(&reservation.state)
    })
}

/// What this PC may issue in a round now.
pub(crate) struct Issuing {
    /// Numbers it can still give out without asking anybody.
    pub(crate) free: u32,
    /// Areas in which it has the right to issue; `None` without a district.
    pub(crate) rights: Option<Vec<String>>,
    /// What may be on paper after the data was put back to a backup.
    unsure: Option<UnsureNumbers>,
    /// What waits as 待发号, and why.
    awaiting: HashMap<EntityId, Why>,
}

impl Issuing {
    /// Why a reservation will get no voucher: it waits for nothing that could still come by itself.
    pub(crate) fn no_voucher(&self, reservation: EntityId) -> Option<&Why> {
        self.awaiting.get(&reservation).filter(|why| why.is_no_voucher())
    }

    /// For the round's card; `unprinted`: vouchers that have their number and are not on paper.
    pub(crate) fn card(&self, unprinted: usize) -> IssuingCard {
        IssuingCard {
            free: self.free,
            unprinted,
            awaiting: self.awaiting.len(),
            reasons: counts(&awaiting::counted(self.awaiting.values())),
            rights: self.rights.clone(),
            unsure: self.unsure,
        }
    }
}

fn issuing_now(
    view: View<'_>,
    round: &Round,
    reservations: &[ReservationState],
    recognised: &RecognisedAll,
) -> Result<Issuing, Error> {
    let mut issuer = Issuer::recognising(view, round, reservations, joined(view)?, Cow::Borrowed(recognised))?;
    let own = view.own_device()?;
    let areas = |holders: &BTreeMap<String, DeviceId>| {
        holders
            .iter()
            .filter(|(_, holder)| **holder == own)
            .map(|(area, _)| area.clone())
            .collect()
    };
    let (free, rights) = (issuer.free(), issuer.holders().map(areas));
    let mut awaiting = HashMap::default();
    for reservation in reservations.iter().filter(|reservation| reservation.state.is_due()) {
        let waiting = match issuer.answer(reservation)? {
            Answer::Number(_) => continue,
            Answer::Waits(waiting) => waiting,
            Answer::Served => Waiting::Served,
        };
        awaiting.insert(reservation.id, Why::of(view, round.definition.quota, &waiting)?);
    }
    let unsure = numbers::unsure(view, round.id, round.definition.quota)?;
    Ok(Issuing {
        free,
        rights,
        unsure,
        awaiting,
    })
}

/// Reservations that got a voucher in earlier rounds of the campaign, where the round asks for it, with the round's number.
fn served_earlier(
    view: View<'_>,
    round: EntityId,
    definition: &RoundDefinition,
) -> Result<Vec<(u32, ReservationState)>, Error> {
    let mut served = Vec::new();
    if !definition.exclude_earlier {
        return Ok(served);
    }
    for other in view.rounds()? {
        let earlier = other.id != round
            && other.definition.campaign == definition.campaign
            && other.definition.number < definition.number;
        if earlier {
            let with_voucher = view
                .reservations(other.id)?
                .into_iter()
                .filter(|one| one.state.voucher.is_some());
            served.extend(with_voucher.map(|reservation| (other.definition.number, reservation)));
        }
    }
    Ok(served)
}

/// Their keys by a round's rule, with the round in which each was served.
fn keys_served(served: &[(u32, ReservationState)], rule: RoundKey, roster: &Roster) -> HashMap<String, u32> {
    let keys = |(number, reservation): &(u32, ReservationState)| {
        let known = recognised(roster, &reservation.state).unwrap_or_default();
        let state = &reservation.state;
        let (keys, number) = (state.keys_recognised(&known.fill(state), rule, roster), *number);
        keys.into_iter().map(move |key| (key, number))
    };
    served.iter().flat_map(keys).collect()
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
        source: register::came_from(state),
        stage: state.stage(),
        findings: findings.iter().filter(|finding| finding.blocking()).count(),
        voucher: state
            .voucher
            .map(|(serial, _)| voucher::number(definition.number, serial)),
        awaiting: None,
        last_notice: last_notice(state),
        sms_waits: state.sms_asked.is_some(),
        again: state.handed_out_again(),
    }
}

/// What came of the last try to tell somebody, e.g. 未接通 11-29 15:04 电话.
fn last_notice(state: &Reservation) -> Option<Sentence> {
    match state.sms_asked {
        Some(at) => Some(timeline::last_asked(at)),
        None => state
            .attempts
            .last()
            .map(|attempt| timeline::last_told(attempt.channel, attempt.outcome, attempt.at)),
    }
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

/// A reservation of any round as a row.
fn row_of(ws: &Workstation, id: EntityId) -> Result<ReservationRow, Error> {
    let reservation = queue::one::<Reservation>(ws.store().view(), id)?;
    rows_of(ws, &[reservation])?
        .pop()
        .ok_or_else(queue::missing::<Reservation>)
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
            said: found(finding),
            blocking: finding.blocking(),
        })
        .collect()
}

/// A finding as a sentence.
pub(crate) fn found(finding: &Finding) -> Sentence {
    let values = finding.values().into_iter();
    Sentence {
        catalogue: Catalogue::Findings,
        code: finding.code().to_owned(),
        values: values.map(|(name, value)| (name.to_owned(), value)).collect(),
        within: Vec::new(),
        text: finding.text(),
    }
}
