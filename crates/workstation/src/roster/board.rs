//! Building board 楼栋图: each building as floors × rooms, coloured by a lens.

use std::collections::{BTreeMap, HashMap};

use linli_domain::address::{floor, natural_cmp};
use linli_domain::item::{Item as _, Stage as _};
use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_domain::round::Stage;
use linli_store::Household;

use super::{Roster, parts};
use crate::api::Empty;
use crate::api::roster::{Board, BoardCell, BoardFloor, BoardRequest, BuildingRow, Buildings, ChipCount, Lens};
use crate::api::tasks::Tray;
use crate::named::Thing;
use crate::tasks::TaskView;
use crate::workstation::id;
use crate::{Error, Workstation};

/// All buildings, in natural order.
pub(crate) fn buildings(ws: &Workstation, _: Empty) -> Result<Buildings, Error> {
    let roster = ws.roster()?;
    let mut rows: HashMap<(String, String), BuildingRow> = HashMap::new();
    for household in roster.households.values() {
        let (estate, building) = place(household);
        let row = rows
            .entry((estate.clone(), building.clone()))
            .or_insert_with(|| BuildingRow {
                estate,
                building,
                households: 0,
                residents: 0,
            });
        row.households += 1;
        row.residents += roster.people_of.get(&household.id).map_or(0, Vec::len);
    }
    let mut buildings: Vec<BuildingRow> = rows.into_values().collect();
    buildings.sort_by(|a, b| natural_cmp(&a.estate, &b.estate).then_with(|| natural_cmp(&a.building, &b.building)));
    Ok(Buildings { buildings })
}

fn place(household: &Household) -> (String, String) {
    (
        household.estate.clone().unwrap_or_default(),
        household.building.clone().unwrap_or_default(),
    )
}

/// One building under a lens.
pub(crate) fn building_board(ws: &Workstation, request: BoardRequest) -> Result<Board, Error> {
    let stages = match &request.lens {
        Lens::Round { round } => stages_by_household(ws, id(Thing::Round, round)?)?,
        _ => HashMap::new(),
    };
    let tasks = matches!(request.lens, Lens::Tasks).then(|| ws.tasks()).transpose()?;
    let roster = ws.roster()?;
    let wanted = (request.estate.clone(), request.building.clone());
    let mut homes: Vec<&Household> = roster
        .households
        .values()
        .filter(|home| place(home) == wanted)
        .collect();
    homes.sort_by(|a, b| parts(a).natural_cmp(&parts(b)));
    let mut units: Vec<String> = homes.iter().map(|home| home.unit.clone().unwrap_or_default()).collect();
    units.dedup();
    let mut floors: BTreeMap<Option<i32>, Vec<BoardCell>> = BTreeMap::new();
    for home in homes {
        let storey = home.room.as_deref().and_then(floor);
        floors
            .entry(storey)
            .or_default()
            .push(cell((&roster, tasks.as_deref()), home, &request.lens, &stages));
    }
    let mut legend: BTreeMap<String, usize> = BTreeMap::new();
    floors
        .values()
        .flatten()
        .for_each(|cell| *legend.entry(cell.state.clone()).or_default() += 1);
    Ok(Board {
        units,
        floors: floors
            .into_iter()
            .rev()
            .map(|(floor, cells)| BoardFloor { floor, cells })
            .collect(),
        legend: legend
            .into_iter()
            .map(|(key, count)| ChipCount { key, count })
            .collect(),
    })
}

/// The furthest stage any reservation of a household has come to; turned down only where there is no other.
fn stages_by_household(ws: &Workstation, round: EntityId) -> Result<HashMap<EntityId, Stage>, Error> {
    let view = ws.round(round)?;
    let far = |stage: Stage| (stage != Stage::Rejected, stage.steps());
    let mut stages = HashMap::new();
    for reservation in view.reservations.iter() {
        let Some(home) = view.filled(reservation).id(Field::Household) else {
            continue;
        };
        let stage = reservation.state.stage();
        let furthest = stages.entry(home).or_insert(stage);
        if far(stage) > far(*furthest) {
            *furthest = stage;
        }
    }
    Ok(stages)
}

fn cell(
    (roster, tasks): (&Roster, Option<&TaskView>),
    home: &Household,
    lens: &Lens,
    stages: &HashMap<EntityId, Stage>,
) -> BoardCell {
    let people: Vec<_> = roster
        .people_of
        .get(&home.id)
        .into_iter()
        .flatten()
        .filter_map(|person| roster.residents.get(person))
        .collect();
    let (state, count) = match lens {
        Lens::Occupied => (if people.is_empty() { "empty" } else { "occupied" }, people.len()),
        Lens::Round { .. } => match stages.get(&home.id) {
            None => ("none", 0),
            Some(Stage::Pending) => ("registered", 1),
            Some(Stage::ToNotify) => ("passed", 1),
            Some(stage) => (stage.code(), 1),
        },
        Lens::Tag { tag } => {
            let tagged = people.iter().filter(|person| person.tags.contains(tag)).count();
            (if tagged > 0 { "tagged" } else { "none" }, tagged)
        }
        Lens::RegisteredElsewhere => {
            let elsewhere = people
                .iter()
                .filter(|person| roster.registered_elsewhere(person))
                .count();
            (if elsewhere > 0 { "elsewhere" } else { "none" }, elsewhere)
        }
        Lens::Tasks => {
            let has = |person: &EntityId, tray| {
                tasks.is_some_and(|view| view.about(*person).any(|place| view.lies(place).tray == tray))
            };
            // People, as the list and the paper have them, however many sources asked.
            let ids = || people.iter().filter_map(|person| person.id);
            let lying = |tray| ids().filter(|person| has(person, tray)).count();
            match (lying(Tray::ToVisit), lying(Tray::Answered)) {
                (0, 0) => ("none", 0),
                (0, visited) => ("visited", visited),
                (open, _) => ("to_visit", open),
            }
        }
    };
    BoardCell {
        household: home.id.to_string(),
        unit: home.unit.clone(),
        room: home.room.clone().unwrap_or_default(),
        state: state.to_owned(),
        count,
        who: people.iter().filter_map(|person| person.name.clone()).collect(),
    }
}
