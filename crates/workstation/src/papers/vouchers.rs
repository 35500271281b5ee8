//! Voucher sheets. Shown, issued and printed are three things: a sheet that is shown has frames where numbers are
//! missing; numbers are given out when it is printed or saved; what has a number and is not on paper is offered again.

use std::collections::HashSet;

use linli_documents::pdf;
use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_domain::refusal::Refusal;
use linli_domain::reservation::Reservation;
use linli_domain::round::RoundDefinition;
use linli_domain::voucher;
use linli_store::ReservationState;

use super::buildings::in_building;
use super::{Laid, fonts, imprint};
use crate::api::vouchers::VouchersRequest;
use crate::named::Thing;
use crate::queue::ids;
use crate::rounds::pick_up;
use crate::rounds::{self, Counted, Issued, Planned, Why, address_of};
use crate::workstation::id;
use crate::{Error, Workstation};

/// On every voucher.
const VOUCHER_FINE_PRINT: &str = "请本人携带证件按时领取，过期作废。凭证一人一份，转让无效。";
/// On a specimen, where the number will stand.
const NUMBER_TO_COME: &str = "打印时给号";

/// Whose vouchers were shown: what is printed is what the clerk looked at.
pub(super) struct Sheet {
    round: EntityId,
    ids: HashSet<EntityId>,
}

/// Lays out what is asked for, in order of building and room. Gives out no number.
pub(super) fn show(ws: &Workstation, request: &VouchersRequest) -> Result<Laid, Error> {
    let round = id(Thing::Round, &request.round)?;
    let asked: Option<HashSet<EntityId>> = request.ids.as_deref().map(ids::<Reservation, _>).transpose()?;
    let view = ws.round(round)?;
    let wanted = |one: &&ReservationState| {
        asked.as_ref().is_none_or(|asked| asked.contains(&one.id)) && in_building(one, request.building.as_deref())
    };
    let due = view.reservations.iter().filter(wanted).filter(|one| one.state.is_due());
    let Planned { numbered, awaiting } = rounds::plan(ws, round, &due.map(|one| one.id).collect())?;
    let unprinted = view.unprinted(ws.store().view())?;
    let again = request.reprint || asked.is_some();
    let shown = |one: &&ReservationState| {
        numbered.contains(&one.id) || (one.state.voucher.is_some() && (again || unprinted.contains(&one.id)))
    };
    let chosen: Vec<&ReservationState> = view.reservations.iter().filter(wanted).filter(shown).collect();
    if chosen.is_empty() {
        return Err(nothing_to_print(view.definition.quota, &awaiting));
    }
    let sheet = Sheet {
        round,
        ids: chosen.iter().map(|one| one.id).collect(),
    };
    let to_issue = chosen.iter().filter(|one| one.state.voucher.is_none()).count();
    Ok(Laid {
        sheet: Some(sheet),
        to_issue,
        awaiting: rounds::counts(&awaiting),
        ..lay_out(ws, round, &view.definition, chosen)?
    })
}

/// Gives out the numbers that are missing, and lays the sheet out with them. What failed after that has its number and
/// is not on paper: it is offered again.
pub(super) fn issue(ws: &Workstation, sheet: &Sheet) -> Result<Laid, Error> {
    let Sheet { round, ids } = sheet;
    let Issued { written, awaiting } = rounds::issue(ws, *round, ids)?;
    let view = ws.round(*round)?;
    let has = |one: &&ReservationState| ids.contains(&one.id) && one.state.voucher.is_some();
    let chosen: Vec<&ReservationState> = view.reservations.iter().filter(has).collect();
    if chosen.is_empty() {
        return Err(nothing_to_print(view.definition.quota, &awaiting));
    }
    let serial = |one: &&ReservationState| Some((one.id, one.state.voucher?.0));
    let vouchers = chosen.iter().filter_map(serial).collect();
    Ok(Laid {
        vouchers,
        issued: written.entities,
        awaiting: rounds::counts(&awaiting),
        ..lay_out(ws, *round, &view.definition, chosen)?
    })
}

fn lay_out(
    ws: &Workstation,
    round: EntityId,
    definition: &RoundDefinition,
    mut chosen: Vec<&ReservationState>,
) -> Result<Laid, Error> {
    chosen.sort_by(|a, b| address_of(&a.state).natural_cmp(&address_of(&b.state)));
    let key = ws.store().view().voucher_key()?;
    let voucher = |one: &&ReservationState| {
        let (state, issued) = (&one.state, one.state.voucher);
        pdf::Voucher {
            number: issued.map_or(NUMBER_TO_COME.into(), |(serial, _)| {
                voucher::number(definition.number, serial)
            }),
            name: state.get(Field::Name).unwrap_or_default().to_owned(),
            room: address_of(state).within_estate(),
            amount: format!("{} 份", issued.map_or(state.quantity(), |(_, quantity)| quantity)),
            place: state.get(Field::PickUp).unwrap_or_default().to_owned(),
            time: pick_up::of_reservations(definition, &[one]).time,
            qr: issued.map_or(String::new(), |(serial, quantity)| {
                rounds::qr_text(&key, round, definition, serial, quantity)
            }),
        }
    };
    let mut input = pdf::VouchersInput {
        imprint: imprint(ws)?,
        round_title: definition.title.clone(),
        fine_print: VOUCHER_FINE_PRINT.into(),
        vouchers: chosen.iter().map(voucher).collect(),
    };
    let fonts = fonts()?;
    let by_hand = input.leave_to_hand(fonts)?;
    let what = format!("{}购买凭证", definition.ordinal());
    Ok(Laid {
        round: Some(round),
        by_hand,
        ..Laid::new(what, pdf::vouchers(fonts, &input)?)
    })
}

fn nothing_to_print(quota: u32, awaiting: &Counted) -> Error {
    // Whoever is served already waits for nothing: the others' reason is the one to be told.
    let waiting: Vec<_> = awaiting.iter().filter(|(why, _)| *why != Why::Served).collect();
    match waiting.as_slice() {
        [] => Refusal::NothingToPrint.into(),
        [(Why::QuotaUsedUp { .. } | Why::NumbersUsedUp { .. }, _)] => Error::QuotaUsedUp { quota },
        several => {
            let reasons = several.iter().copied().map(rounds::how_many).collect();
            Error::RefusedWith(Refusal::AllWait, reasons)
        }
    }
}
