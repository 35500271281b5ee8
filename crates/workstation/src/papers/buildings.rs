//! Buildings asked for on paper, with whom they hold, in walking order.

use std::collections::{BTreeMap, HashSet};

use linli_domain::address::natural_cmp;
use linli_domain::item::Item as _;
use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_domain::round::Stage;
use linli_domain::writing::quoted;
use linli_store::ReservationState;

use crate::rounds::{RoundView, address_of};
use crate::{Error, Workstation};

/// Reservations that are (to be) served, by building.
pub(super) fn by_building<'v>(
    view: &'v RoundView,
    buildings: Option<&[String]>,
) -> Vec<(String, Vec<&'v ReservationState>)> {
    let mut groups: BTreeMap<String, Vec<&ReservationState>> = BTreeMap::new();
    for reservation in view.reservations.iter() {
        let state = &reservation.state;
        if !matches!(state.stage(), Stage::ToNotify | Stage::Notified | Stage::Collected) {
            continue;
        }
        let (estate, building) = place(reservation);
        if wanted(buildings, &estate, &building) {
            groups
                .entry(format!("{estate}{building}"))
                .or_default()
                .push(reservation);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|(a, _), (b, _)| natural_cmp(a, b));
    for (_, group) in &mut groups {
        group.sort_by(|a, b| address_of(&a.state).natural_cmp(&address_of(&b.state)));
    }
    groups
}

pub(super) fn place(reservation: &ReservationState) -> (String, String) {
    let get = |field| reservation.state.get(field).unwrap_or_default().to_owned();
    (get(Field::Estate), get(Field::Building))
}

/// Asks for every building.
const ALL_BUILDINGS: &str = "all";

/// Whether a building is among those asked for.
pub(super) fn wanted(buildings: Option<&[String]>, estate: &str, building: &str) -> bool {
    buildings.is_none_or(|all| all.iter().any(|asked| is_meant(asked, estate, building)))
}

/// Whether `estate|building`, `building` or `all` means this building.
pub(super) fn is_meant(asked: &str, estate: &str, building: &str) -> bool {
    asked == ALL_BUILDINGS
        || asked == building
        || asked == format!("{estate}|{building}")
        || asked == format!("{estate}{building}")
}

/// Refuses a building that is neither on the roster nor in the round: a notice that is missing would not be missed.
pub(super) fn check_buildings(
    ws: &Workstation,
    round: Option<&RoundView>,
    buildings: Option<&[String]>,
) -> Result<(), Error> {
    let roster = ws.roster()?;
    let homes = roster.households.values().map(|home| {
        (
            home.estate.clone().unwrap_or_default(),
            home.building.clone().unwrap_or_default(),
        )
    });
    let known: HashSet<(String, String)> = homes
        .chain(round.into_iter().flat_map(|view| view.reservations.iter().map(place)))
        .collect();
    let unknown = buildings
        .unwrap_or_default()
        .iter()
        .find(|asked| !known.iter().any(|(estate, building)| is_meant(asked, estate, building)));
    match unknown {
        Some(building) => Err(Error::NoSuchBuilding {
            building: quoted(building).into_owned(),
        }),
        None => Ok(()),
    }
}

/// Buildings asked for, with their households in walking order.
pub(super) fn homes_by_building(
    ws: &Workstation,
    buildings: Option<&[String]>,
) -> Result<Vec<(String, Vec<EntityId>)>, Error> {
    check_buildings(ws, None, buildings)?;
    let roster = ws.roster()?;
    let mut groups: BTreeMap<String, Vec<EntityId>> = BTreeMap::new();
    for home in roster.households.values() {
        let (estate, building) = (
            home.estate.clone().unwrap_or_default(),
            home.building.clone().unwrap_or_default(),
        );
        if wanted(buildings, &estate, &building) {
            groups.entry(format!("{estate}{building}")).or_default().push(home.id);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|(a, _), (b, _)| natural_cmp(a, b));
    for (_, homes) in &mut groups {
        homes.sort_by(|a, b| {
            let of = |id: &EntityId| roster.households.get(id).map(crate::roster::parts).unwrap_or_default();
            of(a).natural_cmp(&of(b))
        });
    }
    Ok(groups)
}

pub(super) fn in_building(reservation: &ReservationState, building: Option<&str>) -> bool {
    let (estate, of) = place(reservation);
    building.is_none_or(|asked| wanted(Some(&[asked.to_owned()]), &estate, &of))
}
