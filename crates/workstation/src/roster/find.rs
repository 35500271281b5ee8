//! The search box, and the filtered list.

use std::collections::HashSet;

use linli_domain::id_document::{self, DocumentKind};
use linli_domain::voucher;
use linli_store::Resident;

use super::{Roster, kind_of};
use crate::api::Page;
use crate::api::roster::{ChipCount, FindRequest, FindResponse, ResidentListRequest, ResidentListResponse};
use crate::{Error, Workstation};

/// The most people one search answers with.
const MAX_HITS: usize = 200;
/// The most households one search answers with.
const MAX_HOUSEHOLDS: usize = 20;

/// Finds people, households and vouchers by whatever was typed.
pub(crate) fn roster_find(ws: &Workstation, request: FindRequest) -> Result<FindResponse, Error> {
    let roster = ws.roster()?;
    let today = ws.today();
    let (found, total) = roster.find(&request.query, request.limit.min(MAX_HITS));
    let mut seen = HashSet::new();
    let homes = found.iter().filter_map(|resident| resident.household).filter(|home| seen.insert(*home));
    let households = homes
        .filter_map(|home| roster.households.get(&home))
        .take(MAX_HOUSEHOLDS)
        .map(|household| roster.household_row(household))
        .collect();
    Ok(FindResponse {
        residents: found.iter().map(|resident| roster.row(resident, today)).collect(),
        total,
        households,
        voucher: voucher::parse_number(&request.query).map(|(round, serial)| voucher::number(round, serial)),
    })
}

/// The chips over the list.
const CHIPS: [&str; 5] = ["no_document", "bad_document", "no_phone", "no_household", "registered_elsewhere"];

/// A filtered slice of the roster.
pub(crate) fn resident_list(ws: &Workstation, request: ResidentListRequest) -> Result<ResidentListResponse, Error> {
    let roster = ws.roster()?;
    let today = ws.today();
    let query = request.query.as_deref().map(str::trim).filter(|query| !query.is_empty());
    let candidates: Vec<&Resident> = match query {
        Some(query) => roster.find(query, usize::MAX).0,
        None => roster.people().collect(),
    };
    let in_filter: Vec<&Resident> =
        candidates.into_iter().filter(|resident| in_filter(&roster, resident, &request)).collect();
    let lacks = |chip: &str, resident: &Resident| lacks(&roster, chip, resident, today);
    let counts = CHIPS
        .iter()
        .map(|chip| ChipCount {
            key: (*chip).to_owned(),
            count: in_filter.iter().filter(|resident| lacks(chip, resident)).count(),
        })
        .collect();
    let rows: Vec<&Resident> = match request.only.as_deref() {
        Some(only) => in_filter.into_iter().filter(|resident| lacks(only, resident)).collect(),
        None => in_filter,
    };
    Ok(ResidentListResponse {
        total: rows.len(),
        rows: slice(&rows, request.page).iter().map(|resident| roster.row(resident, today)).collect(),
        counts,
    })
}

fn in_filter(roster: &Roster, resident: &Resident, request: &ResidentListRequest) -> bool {
    let home = resident.household.and_then(|id| roster.households.get(&id));
    let matches = |wanted: &Option<String>, actual: Option<&String>| {
        wanted.as_ref().is_none_or(|wanted| actual.is_some_and(|actual| actual == wanted))
    };
    request.tag.as_ref().is_none_or(|tag| resident.tags.contains(tag))
        && matches(&request.estate, home.and_then(|home| home.estate.as_ref()))
        && matches(&request.building, home.and_then(|home| home.building.as_ref()))
}

fn lacks(roster: &Roster, chip: &str, resident: &Resident, today: chrono::NaiveDate) -> bool {
    match chip {
        "no_document" => resident.document_number.is_none(),
        "bad_document" => document_problem(resident, today).is_some(),
        "no_phone" => resident.phone.is_none(),
        "no_household" => resident.household.is_none(),
        "registered_elsewhere" => roster.registered_elsewhere(resident),
        _ => false,
    }
}

/// What is wrong with a person's document number; nothing where there is none.
pub(crate) fn document_problem(resident: &Resident, today: chrono::NaiveDate) -> Option<String> {
    let number = resident.document_number.as_deref()?;
    let kind = match kind_of(resident) {
        DocumentKind::Missing => DocumentKind::guess(number),
        kind => kind,
    };
    id_document::check(kind, number, today).err().map(|problem| problem.text())
}

/// The rows of a page.
pub(crate) fn slice<T>(rows: &[T], page: Page) -> &[T] {
    let start = page.offset.min(rows.len());
    let end = start.saturating_add(page.limit.min(Page::MAX_ROWS)).min(rows.len());
    &rows[start..end]
}
