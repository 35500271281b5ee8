//! Lists for building heads: what to hand out in a round, whom to visit.

use linli_documents::pdf;
use linli_domain::mask;
use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_domain::round::RoundDefinition;
use linli_domain::voucher;
use linli_store::{ReservationState, Resident};

use super::buildings::{by_building, check_buildings, homes_by_building};
use super::{Laid, fonts, imprint};
use crate::named::Thing;
use crate::rounds::address_of;
use crate::rounds::pick_up::{self, WhereAndWhen};
use crate::workstation::id;
use crate::{Error, Workstation};

/// People of one home in a row of a door list; a dormitory takes several.
const PEOPLE_IN_A_ROW: usize = 12;
/// Results to tick on a door list.
const VISIT_RESULTS: [&str; 4] = ["已见面", "不在家", "已搬走", "拒绝"];

pub(super) fn handout(ws: &Workstation, round: &str, buildings: Option<&[String]>) -> Result<Laid, Error> {
    let view = ws.round(id(Thing::Round, round)?)?;
    check_buildings(ws, Some(&view), buildings)?;
    let definition = &view.definition;
    let row = |reservation: &&ReservationState| pdf::HandoutRow {
        room: address_of(&reservation.state).short(),
        name: reservation.state.get(Field::Name).unwrap_or_default().to_owned(),
        amount: format!("{} 份", reservation.state.quantity()),
        voucher: number_of(definition, reservation).unwrap_or_else(|| "待发号".into()),
        phone: mask::phone(reservation.state.get(Field::Phone).unwrap_or_default()),
    };
    let list = |(building, group): &(String, Vec<&ReservationState>)| {
        let WhereAndWhen { place, time } = pick_up::of_reservations(definition, group);
        let rows = group.iter().map(row).collect();
        pdf::HandoutBuilding {
            building: building.clone(),
            head: String::new(),
            place,
            time,
            rows,
        }
    };
    let mut input = pdf::HandoutInput {
        imprint: imprint(ws)?,
        round_title: definition.title.clone(),
        buildings: by_building(&view, buildings).iter().map(list).collect(),
    };
    let fonts = fonts()?;
    let by_hand = input.leave_to_hand(fonts)?;
    let what = format!("{}楼组长签收表", definition.ordinal());
    Ok(Laid {
        round: Some(view.id),
        by_hand,
        ..Laid::new(what, pdf::handout(fonts, &input)?)
    })
}

fn number_of(definition: &RoundDefinition, reservation: &ReservationState) -> Option<String> {
    reservation
        .state
        .voucher
        .map(|(serial, _)| voucher::number(definition.number, serial))
}

pub(super) fn door_list(
    ws: &Workstation,
    buildings: Option<&[String]>,
    tag: Option<&str>,
    purpose: &str,
) -> Result<Laid, Error> {
    let groups = homes_by_building(ws, buildings)?;
    let roster = ws.roster()?;
    let visits = |home: &EntityId| -> (usize, Vec<pdf::DoorVisit>) {
        let Some(household) = roster.households.get(home) else {
            return (0, Vec::new());
        };
        let of_home = roster
            .people_of
            .get(home)
            .into_iter()
            .flatten()
            .filter_map(|id| roster.residents.get(id));
        let people: Vec<_> = of_home
            .filter(|person| tag.is_none_or(|tag| person.tags.iter().any(|has| has == tag)))
            .collect();
        let visit = |people: &[&Resident]| {
            let names: Vec<&str> = people.iter().filter_map(|person| person.name.as_deref()).collect();
            let phone = people.iter().find_map(|person| person.phone.as_deref());
            pdf::DoorVisit {
                room: crate::roster::parts(household).short(),
                persons: names.join("、"),
                reason: tag.unwrap_or(purpose).to_owned(),
                phone: phone.map(mask::phone).unwrap_or_default(),
            }
        };
        (people.len(), people.chunks(PEOPLE_IN_A_ROW).map(visit).collect())
    };
    let buildings = groups
        .iter()
        .map(|(building, homes)| {
            let seen: Vec<_> = homes.iter().map(visits).filter(|(people, _)| *people > 0).collect();
            pdf::DoorListBuilding {
                building: building.clone(),
                head: String::new(),
                deadline: String::new(),
                doors: seen.len(),
                people: seen.iter().map(|(people, _)| people).sum(),
                rows: seen.into_iter().flat_map(|(_, rows)| rows).collect(),
            }
        })
        .filter(|building: &pdf::DoorListBuilding| !building.rows.is_empty())
        .collect();
    let mut input = pdf::DoorListInput {
        imprint: imprint(ws)?,
        title: if purpose.trim().is_empty() {
            "上门走访表".into()
        } else {
            purpose.to_owned()
        },
        results: VISIT_RESULTS.iter().map(|result| (*result).to_owned()).collect(),
        buildings,
    };
    let fonts = fonts()?;
    let by_hand = input.leave_to_hand(fonts)?;
    Ok(Laid {
        by_hand,
        ..Laid::new("上门走访表".into(), pdf::door_list(fonts, &input)?)
    })
}
