//! The orders in memory, in the order of the work, each with whom it is about and which clock runs out next.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use foldhash::HashMap;
use linli_domain::happened::By;
use linli_domain::item::Item as _;
use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::order::{Clock, Order, OrderStage, Turn, Urgency};
use linli_domain::record::Field;
use linli_domain::time::Moment;

use super::about::{About, groups};
use crate::queue::{Items, Version, missing};
use crate::{Error, Workstation};

/// What a view stands on: where nothing of these was touched, it is as it was.
pub(super) const STANDS_ON: [EntityKind; 3] = [EntityKind::Order, EntityKind::Resident, EntityKind::Household];
/// Orders of the same kind of one person or home that came within this time of each other are pointed out.
const SAME_WITHIN: TimeDelta = TimeDelta::days(30);

/// The orders as they are at a version of the data.
#[derive(Debug)]
pub(crate) struct OrderView {
    items: Arc<Items<Order>>,
    /// Of each item.
    about: Vec<Arc<About>>,
    next: Vec<Option<(Clock, Moment)>>,
    groups: Vec<Vec<String>>,
    /// Items in the order of the work.
    in_order: Vec<usize>,
    of_resident: HashMap<EntityId, Vec<usize>>,
    of_household: HashMap<EntityId, Vec<usize>>,
    of_phone: HashMap<Arc<str>, Vec<usize>>,
}

impl OrderView {
    /// Reads the orders, or brings up those in memory.
    pub(crate) fn of(ws: &Workstation, version: Version) -> Result<OrderView, Error> {
        let items = {
            let store = ws.store();
            ws.recogniser.bring_up(store.view())?;
            ws.order_shelf.now(store.view())?
        };
        let roster = ws.roster()?;
        let about = ws.recogniser.of(&roster, &items);
        let groups_of = |(one, about): (&_, &Arc<About>)| match is_open(one) {
            true => groups(&roster, about, version.day),
            false => Vec::new(),
        };
        let states = || items.iter().map(|one| &one.state);
        let groups: Vec<Vec<String>> = states().zip(&about).map(groups_of).collect();
        let next: Vec<_> = states().map(next).collect();
        let mut in_order: Vec<usize> = (0..items.len()).collect();
        in_order.sort_by_cached_key(|place| {
            let order = &items[*place].state;
            let waits =
                next[*place].map(|(_, due)| (order.urgency() != Urgency::Urgent, groups[*place].is_empty(), due));
            (waits.is_none(), waits, Reverse(last_done(order)), *place)
        });
        Ok(OrderView {
            of_resident: by(&about, |about| about.resident),
            of_household: by(&about, |about| about.household),
            of_phone: by(&about, |about| about.phone.clone()),
            items,
            about,
            next,
            groups,
            in_order,
        })
    }

    /// How many orders there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Places of all orders, in the order of the work.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = usize> {
        self.in_order.iter().copied()
    }

    /// The place of an order.
    ///
    /// # Errors
    /// It is not there (any more).
    pub(crate) fn place(&self, id: EntityId) -> Result<usize, Error> {
        self.items.place(id).ok_or_else(missing::<Order>)
    }

    pub(crate) fn order(&self, place: usize) -> &Order {
        &self.items[place].state
    }

    pub(crate) fn id(&self, place: usize) -> EntityId {
        self.items[place].id
    }

    pub(crate) fn about(&self, place: usize) -> &About {
        &self.about[place]
    }

    /// Which clock runs out next, and when; none once it is no longer open.
    pub(crate) fn next(&self, place: usize) -> Option<(Clock, Moment)> {
        self.next[place]
    }

    /// The special groups of whoever asks, while it is open.
    pub(crate) fn groups(&self, place: usize) -> &[String] {
        &self.groups[place]
    }

    /// When the next of all clocks runs out.
    pub(crate) fn soonest(&self) -> Option<Moment> {
        self.next.iter().flatten().map(|(_, due)| *due).min()
    }

    /// Places of the orders of some residents, or of a home.
    pub(crate) fn about_any(&self, residents: &[EntityId], household: Option<EntityId>) -> BTreeSet<usize> {
        let theirs = residents.iter().filter_map(|id| self.of_resident.get(id));
        let of_home = household.and_then(|home| self.of_household.get(&home));
        theirs.chain(of_home).flatten().copied().collect()
    }

    /// Places of other orders of the same person, phone or home.
    pub(crate) fn beside(&self, place: usize) -> BTreeSet<usize> {
        let about = self.about(place);
        let mut beside = self.about_any(about.resident.as_slice(), about.household);
        let rings = about.phone.as_ref().and_then(|phone| self.of_phone.get(phone));
        beside.extend(rings.into_iter().flatten());
        beside.remove(&place);
        beside
    }

    /// How many of those are of the same kind and came at about the same time.
    pub(crate) fn same(&self, place: usize) -> usize {
        let order = self.order(place);
        let alike = |other: &Order| {
            let apart = order.came().since(other.came()).abs();
            apart <= SAME_WITHIN
                && other.get(Field::Category) == order.get(Field::Category)
                && other.stage() != OrderStage::Recalled
        };
        let beside = self.beside(place);
        beside.into_iter().filter(|other| alike(self.order(*other))).count()
    }
}

pub(super) fn is_open(order: &Order) -> bool {
    order.stage().is_open()
}

fn next(order: &Order) -> Option<(Clock, Moment)> {
    order.running().into_iter().min_by_key(|(_, due)| *due)
}

/// When something was last done about an order, in this turn.
pub(super) fn last_done(order: &Order) -> Moment {
    let Turn {
        from,
        replies,
        revisits,
        closed,
        returned,
        recalled,
        ..
    } = &order.turn;
    let reasoned = [returned, recalled].into_iter().flatten().map(|one| &one.did);
    let did = replies.iter().map(|one| &one.did);
    let did = did
        .chain(revisits.iter().map(|one| &one.did))
        .chain(closed)
        .chain(reasoned);
    did.map(|By { at, .. }| *at).max().unwrap_or(*from)
}

/// Places by something that orders are about.
fn by<K: std::hash::Hash + Eq>(about: &[Arc<About>], of: impl Fn(&About) -> Option<K>) -> HashMap<K, Vec<usize>> {
    let mut by: HashMap<K, Vec<usize>> = HashMap::default();
    for (place, about) in about.iter().enumerate() {
        if let Some(key) = of(about) {
            by.entry(key).or_default().push(place);
        }
    }
    by
}
