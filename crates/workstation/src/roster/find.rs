//! The search box, and the filtered list.

use chrono::NaiveDate;
use linli_domain::id_document::{self, DocumentKind, IdProblem};
use linli_domain::voucher;
use linli_domain::writing::half;
use linli_store::{Household, Resident};

use super::{Roster, kind_of};
use crate::api::roster::{
    ChipCount, FindRequest, FindResponse, HouseholdRow, ResidentListRequest, ResidentListResponse,
};
use crate::api::rounds::ReservationRow;
use crate::queue::{by_value, slice};
use crate::{Error, Workstation, rounds};

/// The most people one search answers with.
const MAX_HITS: usize = 200;
/// The most rounds whose reservations of one number are shown.
const MAX_ROUNDS: usize = 6;
/// The most households one search answers with.
const MAX_HOUSEHOLDS: usize = 20;

/// Finds people, households and vouchers by whatever was typed.
pub(crate) fn roster_find(ws: &Workstation, request: FindRequest) -> Result<FindResponse, Error> {
    let mut reservations = of_voucher(ws, &request.query)?;
    reservations.extend(of_number(ws, &request.query)?);
    let roster = ws.roster()?;
    let today = ws.today();
    let (found, total) = roster.find(&request.query, request.limit.min(MAX_HITS));
    Ok(FindResponse {
        residents: found.iter().map(|resident| roster.row(resident, today)).collect(),
        total,
        households: homes(&roster, &request.query),
        reservations,
    })
}

/// Households with every word of the query in their address; empty ones too, which no person leads to. A house is
/// asked for by its number: without a digit in the query nobody means one.
fn homes(roster: &Roster, query: &str) -> Vec<HouseholdRow> {
    let query: String = query.chars().map(half).collect();
    if !query.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let words: Vec<&str> = query.split_whitespace().collect();
    roster
        .homes_with(&words)
        .take(MAX_HOUSEHOLDS)
        .map(|home| roster.household_row(home))
        .collect()
}

fn of_voucher(ws: &Workstation, query: &str) -> Result<Vec<ReservationRow>, Error> {
    let Some((number, serial)) = voucher::parse_number(query) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    {
        let store = ws.store();
        let view = store.view();
        for round in view.rounds()?.iter().filter(|round| round.definition.number == number) {
            found.extend(view.reservation_of_serial(round.id, serial)?);
        }
    }
    rounds::rows_of(ws, &found)
}

/// Reservations of a 预约号, the newest round first: each round counts from 1.
fn of_number(ws: &Workstation, query: &str) -> Result<Vec<ReservationRow>, Error> {
    let Some(number) = rounds::parse_number(query) else {
        return Ok(Vec::new());
    };
    let found = ws.store().view().reservations_numbered(&number)?;
    let mut rows = rounds::rows_of(ws, &found)?;
    rows.reverse();
    rows.truncate(MAX_ROUNDS);
    Ok(rows)
}

/// The chips over the list: what people lack, or what is particular about them.
const CHIPS: [&str; 5] = [
    "no_document",
    "bad_document",
    "no_phone",
    "no_household",
    "registered_elsewhere",
];

/// Which of the chips somebody falls under: a bit for each. Kept, because a list counts them for everybody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Chips(u8);

impl Chips {
    pub(super) fn of(roster: &Roster, resident: &Resident, today: NaiveDate) -> Chips {
        let under = [
            resident.document_number.is_none(),
            document_problem(resident, today).is_some(),
            resident.phone.is_none(),
            resident.household.is_none(),
            roster.registered_elsewhere(resident),
        ];
        Chips(
            under
                .iter()
                .zip(0..)
                .map(|(under, chip)| u8::from(*under) << chip)
                .sum(),
        )
    }

    fn has(self, chip: usize) -> bool {
        self.0 & (1 << chip) != 0
    }
}

/// A filtered slice of the roster.
pub(crate) fn resident_list(ws: &Workstation, request: ResidentListRequest) -> Result<ResidentListResponse, Error> {
    let roster = ws.roster()?;
    let today = ws.today();
    let query = request
        .query
        .as_deref()
        .map(str::trim)
        .filter(|query| !query.is_empty());
    let found: Vec<&Resident> = match query {
        Some(query) => roster.find(query, usize::MAX).0,
        None => roster.people().collect(),
    };
    let filter = Filter {
        roster: &roster,
        request: &request,
    };
    let here: Vec<&Resident> = found
        .iter()
        .copied()
        .filter(|resident| filter.tag(resident) && filter.place(resident))
        .collect();
    let under: Vec<Chips> = here.iter().map(|resident| roster.chips_of(resident)).collect();
    let chip = |chip: usize| ChipCount {
        key: CHIPS[chip].to_owned(),
        count: under.iter().filter(|chips| chips.has(chip)).count(),
    };
    let all = ChipCount {
        key: "all".into(),
        count: here.len(),
    };
    let counts = std::iter::once(all).chain((0..CHIPS.len()).map(chip)).collect();
    let rows: Vec<&Resident> = match request.only.as_deref() {
        Some(only) => {
            let only = CHIPS.iter().position(|chip| *chip == only);
            let chosen = here.into_iter().zip(under);
            chosen
                .filter(|(_, chips)| only.is_some_and(|chip| chips.has(chip)))
                .map(|(resident, _)| resident)
                .collect()
        }
        None => here,
    };
    let tags = found
        .iter()
        .filter(|resident| filter.place(resident))
        .flat_map(|resident| &resident.tags);
    let tagged = found.iter().filter(|resident| filter.tag(resident));
    let building = |(estate, building): (&str, &str)| format!("{estate}|{building}");
    Ok(ResidentListResponse {
        total: rows.len(),
        rows: slice(&rows, request.page)
            .iter()
            .map(|resident| roster.row(resident, today))
            .collect(),
        counts,
        buildings: by_value(tagged.filter_map(|resident| filter.building(resident)), building),
        tags: by_value(tags, String::clone),
    })
}

/// A list's filter, each part on its own: a chip counts what it would leave, whatever it is set to now.
struct Filter<'a> {
    roster: &'a Roster,
    request: &'a ResidentListRequest,
}

impl<'a> Filter<'a> {
    fn home(&self, resident: &Resident) -> Option<&'a Household> {
        self.roster.households.get(&resident.household?)
    }

    fn tag(&self, resident: &Resident) -> bool {
        self.request.tag.as_ref().is_none_or(|tag| resident.tags.contains(tag))
    }

    fn place(&self, resident: &Resident) -> bool {
        if self.request.estate.is_none() && self.request.building.is_none() {
            return true;
        }
        let home = self.home(resident);
        let matches = |wanted: &Option<String>, actual: Option<&String>| {
            wanted
                .as_ref()
                .is_none_or(|wanted| actual.is_some_and(|actual| actual == wanted))
        };
        matches(&self.request.estate, home.and_then(|home| home.estate.as_ref()))
            && matches(&self.request.building, home.and_then(|home| home.building.as_ref()))
    }

    /// Estate and building.
    fn building(&self, resident: &Resident) -> Option<(&'a str, &'a str)> {
        let home = self.home(resident)?;
        Some((home.estate.as_deref().unwrap_or_default(), home.building.as_deref()?))
    }
}

/// What is wrong with a person's document number; nothing where there is none.
pub(crate) fn document_problem(resident: &Resident, today: NaiveDate) -> Option<IdProblem> {
    let number = resident.document_number.as_deref()?;
    let kind = match kind_of(resident) {
        DocumentKind::Missing => DocumentKind::guess(number),
        kind => kind,
    };
    id_document::check(kind, number, today).err()
}
