//! Where a row's person lives: columns and a combined address brought together.

use std::collections::BTreeMap;

use super::column::Column;
use super::problem::ProblemCode;
use crate::address::{AddressParts, Comparison};
use crate::registered::is_same_as_home;

/// A remark about a place: the columns it is about, the value as it was, and what was made of it.
pub(super) type PlaceRemark = (Column, ProblemCode, String, String);

/// Replaces the place columns of a row by parts in one writing each.
pub(super) fn settle(fields: &mut BTreeMap<Column, String>) -> Vec<PlaceRemark> {
    let mut remarks = Vec::new();
    swap_back(fields, &mut remarks);
    let get = |column| fields.get(&column).map(String::as_str);
    let room = get(Column::Room).unwrap_or_default().to_owned();
    let mut parts = AddressParts::from_columns(
        get(Column::Estate),
        get(Column::Building),
        get(Column::Unit),
        get(Column::Room),
    );
    if get(Column::Building).is_none() && parts.building.is_some() && !room.is_empty() {
        remarks.push((Column::Room, ProblemCode::Split, room, parts.within_estate()));
    }
    let address = get(Column::Address).map(str::to_owned);
    let mut whole = None;
    if let Some(address) = address {
        let read = AddressParts::parse(&address);
        match parts.compare(&read) {
            Comparison::Unknown if parts.room.is_none() && read.room.is_none() => {
                remarks.push((
                    Column::Address,
                    ProblemCode::AddressUnsplit,
                    address.clone(),
                    String::new(),
                ));
                whole = Some(address);
            }
            Comparison::Unknown | Comparison::Same => {
                parts = AddressParts {
                    estate: parts.estate.or(read.estate),
                    building: parts.building.or(read.building),
                    unit: parts.unit.or(read.unit),
                    room: parts.room.or(read.room),
                };
            }
            Comparison::SameBuilding | Comparison::Different => {
                remarks.push((Column::Address, ProblemCode::AddressConflict, address, parts.display()));
            }
        }
    }
    let settled = [
        (Column::Estate, parts.estate),
        (Column::Building, parts.building),
        (Column::Unit, parts.unit),
        (Column::Room, parts.room),
        (Column::Address, whole),
    ];
    for (column, value) in settled {
        match value {
            Some(value) => fields.insert(column, value),
            None => fields.remove(&column),
        };
    }
    remarks
}

/// Tells a row of which the settled parts say no home, and keeps them whole.
pub(super) fn settle_incomplete(fields: &mut BTreeMap<Column, String>) -> Option<PlaceRemark> {
    let parts = parts_of(fields);
    if fields.contains_key(&Column::Address) || parts == AddressParts::default() || parts.key().is_some() {
        return None;
    }
    let (column, missing) = match &parts {
        AddressParts { room: Some(_), .. } => (Column::Room, "楼栋"),
        AddressParts { building: Some(_), .. } => (Column::Building, "室号"),
        _ => (Column::Estate, "楼栋和室号"),
    };
    fields.insert(Column::Address, parts.display());
    Some((column, ProblemCode::HomeIncomplete, parts.display(), missing.to_owned()))
}

fn parts_of(fields: &BTreeMap<Column, String>) -> AddressParts {
    let part = |column| fields.get(&column).cloned();
    AddressParts {
        estate: part(Column::Estate),
        building: part(Column::Building),
        unit: part(Column::Unit),
        room: part(Column::Room),
    }
}

/// A registered address that only says it is the home becomes the home's address, once that is settled.
pub(super) fn settle_registered(fields: &mut BTreeMap<Column, String>) -> Option<PlaceRemark> {
    let said = fields
        .get(&Column::RegisteredAddress)
        .filter(|text| is_same_as_home(text))?
        .clone();
    let home = parts_of(fields);
    home.key()?;
    fields.insert(Column::RegisteredAddress, home.display());
    Some((Column::RegisteredAddress, ProblemCode::SameAsHome, said, home.display()))
}

/// 室 in the building's column and 号 in the room's.
fn swap_back(fields: &mut BTreeMap<Column, String>, remarks: &mut Vec<PlaceRemark>) {
    let (Some(building), Some(room)) = (fields.get(&Column::Building), fields.get(&Column::Room)) else {
        return;
    };
    let marked = room.ends_with(['号', '幢', '栋', '楼']) && !building.ends_with(['号', '幢', '栋', '楼']);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text.len());
    let bare = matches!(
        (digits(building.trim_end_matches('室')), digits(room)),
        (Some(3..=4), Some(1..=2))
    );
    if marked || building.ends_with('室') || bare {
        let (building, room) = (building.clone(), room.clone());
        remarks.push((
            Column::Building,
            ProblemCode::Swapped,
            format!("{building}，{room}"),
            format!("{room}，{building}"),
        ));
        fields.insert(Column::Building, room);
        fields.insert(Column::Room, building);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(cells: &[(Column, &str)]) -> (BTreeMap<Column, String>, Vec<ProblemCode>) {
        let mut fields = cells
            .iter()
            .map(|(column, text)| (*column, (*text).to_owned()))
            .collect();
        let mut remarks = settle(&mut fields);
        remarks.extend(settle_incomplete(&mut fields));
        (fields, remarks.into_iter().map(|(_, code, ..)| code).collect())
    }

    #[test]
    fn columns_and_addresses_come_together() {
        use Column::{Address, Building, Estate, Room, Unit};
        type Cells = Vec<(Column, &'static str)>;
        let cases: [(Cells, Cells, Vec<ProblemCode>); 10] = [
            (
                vec![(Room, "101")],
                vec![(Room, "101"), (Address, "101室")],
                vec![ProblemCode::HomeIncomplete],
            ),
            (
                vec![(Building, "12")],
                vec![(Building, "12号"), (Address, "12号")],
                vec![ProblemCode::HomeIncomplete],
            ),
            (
                vec![(Estate, "前进小区")],
                vec![(Estate, "前进小区"), (Address, "前进小区")],
                vec![ProblemCode::HomeIncomplete],
            ),
            (
                vec![(Building, "12"), (Room, "501室")],
                vec![(Building, "12号"), (Room, "501")],
                vec![],
            ),
            (
                vec![(Building, "501室"), (Room, "12号")],
                vec![(Building, "12号"), (Room, "501")],
                vec![ProblemCode::Swapped],
            ),
            (
                vec![(Building, "501"), (Room, "12")],
                vec![(Building, "12号"), (Room, "501")],
                vec![ProblemCode::Swapped],
            ),
            (
                vec![(Room, "12号2单元501")],
                vec![(Building, "12号"), (Unit, "2单元"), (Room, "501")],
                vec![ProblemCode::Split],
            ),
            (
                vec![(Address, "齐河路338弄12号501室")],
                vec![(Estate, "齐河路338弄"), (Building, "12号"), (Room, "501")],
                vec![],
            ),
            (
                vec![(Address, "养老院")],
                vec![(Address, "养老院")],
                vec![ProblemCode::AddressUnsplit],
            ),
            (
                vec![(Building, "12号"), (Room, "501"), (Address, "13号501")],
                vec![(Building, "12号"), (Room, "501")],
                vec![ProblemCode::AddressConflict],
            ),
        ];
        for (cells, expected, codes) in cases {
            let expected = expected
                .into_iter()
                .map(|(column, text)| (column, text.to_owned()))
                .collect();
            assert_eq!(settled(&cells), (expected, codes), "{cells:?}");
        }
    }
}
