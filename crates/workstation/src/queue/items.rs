//! The items of a list in memory: read whole when the list is first asked for, and brought up by what was touched since.
//!
//! Must stay true: a list that was brought up is the same as one that is read anew.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::HashMap;
use linli_domain::item::Item;
use linli_domain::operation::EntityId;
use linli_store::{ItemState, View};

use crate::Error;

/// One in so many items touched, and the list is read anew: reading many one by one takes longer.
const READ_ANEW: usize = 8;

/// The items of a list, in its order.
#[derive(Debug)]
pub(crate) struct Items<I> {
    list: Option<EntityId>,
    /// The data's version.
    version: i64,
    items: Vec<ItemState<I>>,
    places: HashMap<EntityId, usize>,
}

/// What was touched since a list was read.
pub(crate) struct Touched<I> {
    /// Items of the list, as they are now.
    pub(crate) here: Vec<ItemState<I>>,
    /// Whether any of other lists were.
    pub(crate) elsewhere: bool,
}

impl<I> Deref for Items<I> {
    type Target = [ItemState<I>];

    fn deref(&self) -> &[ItemState<I>] {
        &self.items
    }
}

impl<I: Item> Items<I> {
    /// Reads a list; without one, all items of a kind that has only one.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn read(view: View<'_>, list: Option<EntityId>) -> Result<Items<I>, Error> {
        let mut items = Items {
            list,
            version: view.version()?,
            items: view.items(list)?,
            places: HashMap::default(),
        };
        items.find_places();
        Ok(items)
    }

    /// An item's place in the order of the list, from 0.
    pub(crate) fn place(&self, id: EntityId) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// One item.
    pub(crate) fn one(&self, id: EntityId) -> Option<&ItemState<I>> {
        self.items.get(self.place(id)?)
    }

    /// What was touched since the list was read; `None`: so much, or such that it is read anew.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn touched(&self, view: View<'_>) -> Result<Option<Touched<I>>, Error> {
        if view.undone_since(self.version)? {
            return Ok(None);
        }
        let ids = view.touched_since(self.version, I::KIND)?;
        if ids.len() * READ_ANEW > self.items.len() {
            return Ok(None);
        }
        let mut touched = Touched {
            here: Vec::with_capacity(ids.len()),
            elsewhere: false,
        };
        for id in ids {
            match view.item::<I>(id)? {
                Some(one) if one.state.list() == self.list => touched.here.push(one),
                Some(_) if !self.places.contains_key(&id) => touched.elsewhere = true,
                // It left the list.
                _ => return Ok(None),
            }
        }
        Ok(Some(touched))
    }

    /// Takes in what was touched, as it is at a version of the data.
    pub(crate) fn take_in(&mut self, touched: Vec<ItemState<I>>, version: i64) {
        debug_assert!(
            touched.iter().all(|one| one.state.list() == self.list),
            "an item of another list"
        );
        let mut moved = false;
        for one in touched {
            match self.places.get(&one.id).and_then(|place| self.items.get_mut(*place)) {
                Some(known) => {
                    moved |= known.order() != one.order();
                    *known = one;
                }
                None => {
                    moved = true;
                    self.items.push(one);
                }
            }
        }
        self.version = version;
        if moved {
            self.items.sort_by(|one, other| one.order().cmp(&other.order()));
            self.find_places();
        }
    }

    fn find_places(&mut self) {
        debug_assert!(
            self.items.is_sorted_by(|one, other| one.order() < other.order()),
            "a list out of order"
        );
        let places = self.items.iter().enumerate().map(|(place, one)| (one.id, place));
        self.places = places.collect();
    }
}

/// Keeps the items of a kind that has only one list.
#[derive(Debug)]
pub(crate) struct Shelf<I>(Mutex<Option<Arc<Items<I>>>>);

impl<I> Default for Shelf<I> {
    fn default() -> Shelf<I> {
        Shelf(Mutex::new(None))
    }
}

impl<I: Item> Shelf<I> {
    /// The items as they are now.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn now(&self, view: View<'_>) -> Result<Arc<Items<I>>, Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let version = view.version()?;
        if let Some(items) = kept.as_ref().filter(|items| items.version == version) {
            return Ok(items.clone());
        }
        // A list that somebody still reads stays as it is; another one is read then.
        let items = Arc::new(match kept.take().and_then(Arc::into_inner) {
            Some(known) => known.brought_up(view, version)?,
            None => Items::read(view, None)?,
        });
        *kept = Some(items.clone());
        Ok(items)
    }
}

impl<I: Item> Items<I> {
    fn brought_up(mut self, view: View<'_>, version: i64) -> Result<Items<I>, Error> {
        match self.touched(view)? {
            Some(touched) => self.take_in(touched.here, version),
            None => self = Items::read(view, self.list)?,
        }
        Ok(self)
    }
}
