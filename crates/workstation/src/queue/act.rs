//! Work on items by their ids: each is read in the transaction that writes, its kind's rule decides, and what comes of it is
//! drafted.

use linli_domain::item::Item;
use linli_domain::operation::{Change, EntityId};
use linli_store::{Draft, ItemState, View};

use crate::Error;
use crate::named::Thing;
use crate::workstation::id;

/// The ids of a request about items of a kind.
///
/// # Errors
/// One is none.
pub(crate) fn ids<I: Item, C: FromIterator<EntityId>>(texts: &[String]) -> Result<C, Error> {
    texts.iter().map(|text| id(Thing::of(I::KIND), text)).collect()
}

/// An item as it is now.
///
/// # Errors
/// It is not there (any more), or the database's.
pub(crate) fn one<I: Item>(view: View<'_>, id: EntityId) -> Result<ItemState<I>, Error> {
    view.item(id)?.ok_or_else(|| missing::<I>())
}

/// An item is not there (any more).
pub(crate) fn missing<I: Item>() -> Error {
    Error::NotFound {
        thing: Thing::of(I::KIND),
    }
}

/// One change for each item that needs it.
///
/// # Errors
/// One is not there (any more), its rule refuses, or the database's: nothing is drafted then.
pub(crate) fn each<I: Item, C: Into<Change>>(
    view: View<'_>,
    ids: &[EntityId],
    mut decide: impl FnMut(&ItemState<I>) -> Result<Option<C>, Error>,
) -> Result<Vec<Draft>, Error> {
    let mut drafts = Vec::new();
    for id in ids {
        let change = decide(&one(view, *id)?)?;
        drafts.extend(change.map(|change| Draft::on::<I>(*id, change)));
    }
    Ok(drafts)
}
