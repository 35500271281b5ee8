//! What the roster makes of an address while it is typed: the home it means, or homes that may be meant. A home that is
//! not there is added only where somebody says so.

use linli_domain::address::AddressParts;

use super::Roster;
use crate::api::roster::{AddressLook, AddressSeen};
use crate::{Error, Workstation};

/// Homes suggested: as many as fit under the field.
const SUGGESTED: usize = 6;

/// Looks an address up.
pub(crate) fn address_look(ws: &Workstation, request: AddressLook) -> Result<AddressSeen, Error> {
    let roster = ws.roster()?;
    let typed = AddressParts::parse(&request.address);
    let written = roster.as_known(typed.clone());
    let known = roster.household_at(&typed).is_some();
    let suggested = if known { Vec::new() } else { suggest(&roster, &request.address, &written)? };
    Ok(AddressSeen {
        building_known: known || building_known(&roster, &written),
        written: written.display(),
        known,
        suggested,
    })
}

fn building_known(roster: &Roster, address: &AddressParts) -> bool {
    let Some(building) = &address.building else { return false };
    roster.homes().any(|home| {
        home.building.as_ref() == Some(building) && (address.estate.is_none() || home.estate == address.estate)
    })
}

/// Homes whose address begins with what is typed, in its building first, by the order of the doors.
fn suggest(roster: &Roster, typed: &str, written: &AddressParts) -> Result<Vec<String>, Error> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let (typed, within) = (plain(typed), written.within_estate());
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let mut homes: Vec<AddressParts> = roster
        .homes()
        .filter(|home| {
            let full = home.display();
            let inside = home.within_estate();
            full.contains(&typed) || (!within.is_empty() && inside.starts_with(&within))
        })
        .collect();
    homes.sort_by(AddressParts::natural_cmp);
    homes.dedup();
    homes.truncate(SUGGESTED);
    Ok(homes.iter().map(AddressParts::display).collect())
}
