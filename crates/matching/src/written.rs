//! A sheet's row that was read as it is written, as a row to be matched: an address in columns of its own as one, several
//! phones as one text.

use std::collections::BTreeMap;

use linli_domain::import::Column;

use crate::address::Pieces;

/// What stands between the phones of a row.
const BETWEEN_PHONES: &str = "/";

/// Where a row says that somebody is; empty where it is silent.
pub fn place_of(fields: &BTreeMap<Column, String>) -> String {
    let of = |column| fields.get(&column).map(String::as_str).unwrap_or_default();
    Pieces {
        town: of(Column::Town),
        estate: of(Column::Estate),
        address: of(Column::Address),
        building: of(Column::Building),
        unit: of(Column::Unit),
        room: of(Column::Room),
    }
    .joined()
}

/// By which phones a row says that somebody is reached; empty where it is silent.
pub fn phones_of(fields: &BTreeMap<Column, String>) -> String {
    let said = [Column::Phone, Column::SecondPhone].into_iter();
    let said: Vec<&str> = said
        .filter_map(|column| fields.get(&column).map(String::as_str))
        .collect();
    said.join(BETWEEN_PHONES)
}
