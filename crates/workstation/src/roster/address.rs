//! What the roster makes of an address while it is typed: the home it means, or homes that may be meant. A home that is
//! not there is added only where somebody says so.

use linli_domain::address::AddressParts;

use super::{Roster, parts};
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
    Ok(AddressSeen {
        building_known: known || in_building(&roster, &written).next().is_some(),
        suggested: if known {
            Vec::new()
        } else {
            suggest(&roster, &request.address, &written)
        },
        written: written.display(),
        known,
    })
}

/// The homes of an address's building; all of that number where no estate is said and none is the only one.
fn in_building<'r>(roster: &'r Roster, address: &'r AddressParts) -> impl Iterator<Item = AddressParts> + 'r {
    let homes = roster
        .households
        .values()
        .filter(|_| address.building.is_some())
        .map(parts);
    homes
        .filter(|home| home.building == address.building && (address.estate.is_none() || home.estate == address.estate))
}

/// Homes whose address holds what is typed, those of its building first, each in the order of the doors.
fn suggest(roster: &Roster, typed: &str, written: &AddressParts) -> Vec<String> {
    // As typed, and as the roster would write it: 1-60 is 1号60.
    let within = written.within_estate();
    let as_typed: Vec<&str> = typed.split_whitespace().collect();
    let mut homes: Vec<AddressParts> = Vec::new();
    for words in [as_typed.as_slice(), &[within.as_str()]] {
        if words.iter().any(|word| !word.is_empty()) {
            homes.extend(roster.homes_with(words).map(parts));
        }
    }
    let elsewhere = |home: &AddressParts| home.building != written.building;
    homes.sort_by(|a, b| elsewhere(a).cmp(&elsewhere(b)).then_with(|| a.natural_cmp(b)));
    homes.dedup();
    homes.iter().take(SUGGESTED).map(AddressParts::display).collect()
}
