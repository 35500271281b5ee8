//! The queue of a round, and a reservation's card.

use linli_domain::item::Item as _;
use linli_domain::operation::EntityId;
use linli_domain::pinyin;
use linli_domain::record::Field;
use linli_domain::reservation::Reservation;
use linli_domain::round::Stage;
use linli_domain::writing::half;
use linli_store::ReservationState;
use linli_store::search::Home;

use super::{RoundView, finding_rows};
use crate::api::ById;
use crate::api::roster::ChipCount;
use crate::api::rounds::{
    CheckedReservation, NoticeRow, ReservationCard, ReservationListRequest, ReservationListResponse, ReviewRow,
};
use crate::named::Thing;
use crate::queue::{by_stage, by_value, missing, one, slice};
use crate::roster::document_kind;
use crate::workstation::id;
use crate::{Error, Workstation, timeline};

/// A filtered slice of a round's queue.
pub(crate) fn reservation_list(
    ws: &Workstation,
    request: ReservationListRequest,
) -> Result<ReservationListResponse, Error> {
    let view = ws.round(id(Thing::Round, &request.round)?)?;
    let in_building = |place: &usize| {
        let building = view.reservations[*place].state.get(Field::Building);
        request
            .building
            .as_deref()
            .is_none_or(|wanted| building == Some(wanted))
    };
    let query = request
        .query
        .as_deref()
        .map(str::trim)
        .filter(|query| !query.is_empty());
    let found: Vec<usize> = (0..view.reservations.len())
        .filter(|place| query.is_none_or(|query| matches(&view, *place, query)))
        .collect();
    let here: Vec<usize> = found.iter().copied().filter(in_building).collect();
    let shown: Vec<usize> = here
        .iter()
        .copied()
        .filter(|place| {
            request
                .stage
                .is_none_or(|stage| view.reservations[*place].state.stage() == stage)
        })
        .filter(|place| request.findings.is_none_or(|findings| view.clear(*place) != findings))
        .collect();
    Ok(ReservationListResponse {
        total: shown.len(),
        rows: slice(&shown, request.page)
            .iter()
            .filter_map(|place| view.row(*place))
            .collect(),
        counts: counts(&view, &here),
        buildings: buildings(&view, &found),
    })
}

fn counts(view: &RoundView, places: &[usize]) -> Vec<ChipCount> {
    let of = |stage| {
        places
            .iter()
            .filter(move |place| view.reservations[**place].state.stage() == stage)
    };
    let mut counts = by_stage(places.iter().map(|place| &view.reservations[*place]));
    let clear = of(Stage::Pending).filter(|place| view.clear(**place)).count();
    let pending = of(Stage::Pending).count();
    counts.push(ChipCount {
        key: "without_findings".into(),
        count: clear,
    });
    counts.push(ChipCount {
        key: "with_findings".into(),
        count: pending - clear,
    });
    counts
}

fn buildings(view: &RoundView, places: &[usize]) -> Vec<ChipCount> {
    let of = |place: &usize| view.reservations[*place].state.get(Field::Building).unwrap_or_default();
    by_value(places.iter().map(of), str::to_owned)
}

/// Every word of the query must be in the name, its pinyin, the phone, the document, the address or the numbers.
fn matches(view: &RoundView, place: usize, query: &str) -> bool {
    let ReservationState { state, .. } = &view.reservations[place];
    let name = state.get(Field::Name).unwrap_or_default();
    let voucher = view.row(place).and_then(|row| row.voucher).unwrap_or_default();
    let address = super::address_of(state);
    let display = address.display();
    let query: String = query.chars().map(half).collect();
    query.split_whitespace().all(|word| {
        let ends = |field| word.len() >= 3 && state.get(field).is_some_and(|value| value.ends_with(word));
        name.contains(word)
            || display.contains(word)
            || Home::of(word).is_some_and(|home| home.is_in(display.as_bytes()))
            || address.short().contains(word)
            || voucher.contains(word)
            || state.get(Field::Number).is_some_and(|number| number.contains(word))
            || ends(Field::Phone)
            || ends(Field::DocumentNumber)
            || (word.bytes().all(|byte| byte.is_ascii_alphabetic()) && reads(name, &word.to_lowercase()))
    })
}

fn reads(name: &str, letters: &str) -> bool {
    pinyin::readings(name).iter().any(|reading| {
        let initials: String = reading.iter().filter_map(|syllable| syllable.chars().next()).collect();
        initials.contains(letters) || reading.concat().starts_with(letters)
    })
}

/// Everything about one reservation.
pub(crate) fn reservation_card(ws: &Workstation, request: ById) -> Result<ReservationCard, Error> {
    let wanted = id(Thing::Reservation, &request.id)?;
    let (round, timeline) = {
        let store = ws.store();
        let reservation = one::<Reservation>(store.view(), wanted)?;
        (
            reservation.state.round,
            timeline::Reader::new(ws, &store)?.of_entities(&[wanted])?,
        )
    };
    let view = ws.round(round)?;
    let place = view.place(wanted).ok_or_else(missing::<Reservation>)?;
    let row = view.row(place).ok_or_else(missing::<Reservation>)?;
    let state = &view.reservations[place].state;
    let roster = ws.roster()?;
    let known = view.filled(&view.reservations[place]);
    let resident = known.id(Field::Resident).and_then(|id| roster.residents.get(&id));
    let household = known.id(Field::Household).and_then(|id| roster.households.get(&id));
    Ok(ReservationCard {
        row,
        document_kind: document_kind(state.get(Field::DocumentKind), state.get(Field::DocumentNumber)),
        resident: resident.map(|resident| roster.row(resident, ws.today())),
        household: household.map(|household| roster.household_row(household)),
        findings: finding_rows(&view.findings[place]),
        review: state.review.as_ref().map(|review| ReviewRow {
            decision: review.decision,
            reason: review.reason.clone(),
            by: review.by.clone(),
            at: review.at.text(),
        }),
        notices: state
            .attempts
            .iter()
            .map(|attempt| NoticeRow {
                channel: attempt.channel,
                outcome: attempt.outcome,
                by: attempt.by.clone(),
                at: attempt.at.text(),
                note: attempt.note.clone(),
            })
            .collect(),
        pick_up: state.get(Field::PickUp).map(str::to_owned),
        collected_at: state.collected.map(|at| at.text()),
        again: state.again.iter().map(crate::timeline::again).collect(),
        note: state.get(Field::Note).map(str::to_owned),
        correctable: super::correct::correctable(state),
        timeline,
    })
}

/// The smart check of every reservation of a round, in order of registration.
///
/// # Errors
/// There is no such round.
pub fn check_round(ws: &Workstation, round: EntityId) -> Result<Vec<CheckedReservation>, Error> {
    let view = ws.round(round)?;
    Ok(view
        .reservations
        .iter()
        .zip(&view.findings)
        .map(|(reservation, findings)| CheckedReservation {
            id: reservation.id.to_string(),
            number: reservation.state.get(Field::Number).unwrap_or_default().to_owned(),
            name: reservation.state.get(Field::Name).unwrap_or_default().to_owned(),
            findings: finding_rows(findings),
        })
        .collect())
}
