//! Filters of lists under a name. They belong to this PC, like its settings: they do not travel.

use crate::api::Empty;
use crate::api::app::{ByName, SavedFilter, SavedFilters};
use crate::named::FormField;
use crate::session::named;
use crate::{Error, Workstation};
use linli_domain::refusal::Refusal;

/// Under which key they are kept.
const FILTERS: &str = "filters";
/// The most that are kept: more would be a list to search in.
const KEPT: usize = 40;

/// All saved filters.
pub(crate) fn filters(ws: &Workstation, _: Empty) -> Result<SavedFilters, Error> {
    let json = ws.store().view().setting(FILTERS)?;
    // What another version wrote in another form is not worth stopping for.
    Ok(json
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default())
}

/// Saves a filter; one of the same name gives way.
pub(crate) fn filter_save(ws: &Workstation, request: SavedFilter) -> Result<SavedFilters, Error> {
    let name = named(FormField::FilterName, &request.name)?.to_owned();
    let mut saved = without(ws, &request.area, &name)?;
    if saved.filters.len() >= KEPT {
        return Err(Refusal::FiltersFull { most: KEPT }.into());
    }
    saved.filters.push(SavedFilter { name, ..request });
    keep(ws, saved)
}

/// Forgets a filter.
pub(crate) fn filter_delete(ws: &Workstation, request: ByName) -> Result<SavedFilters, Error> {
    let saved = without(ws, &request.area, &request.name)?;
    keep(ws, saved)
}

fn without(ws: &Workstation, area: &str, name: &str) -> Result<SavedFilters, Error> {
    let mut saved = filters(ws, Empty {})?;
    saved
        .filters
        .retain(|filter| filter.area != area || filter.name != name);
    Ok(saved)
}

fn keep(ws: &Workstation, saved: SavedFilters) -> Result<SavedFilters, Error> {
    let json = serde_json::to_string(&saved).map_err(|error| Error::Internal(error.to_string()))?;
    ws.store().set_setting(FILTERS, &json)?;
    Ok(saved)
}
