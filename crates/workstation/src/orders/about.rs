//! Whom orders are about: the resident and the home of the roster, as far as an order says them, and the phone. Each order is
//! looked at once, until a resident or a home is touched.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use foldhash::HashMap;
use linli_domain::address::AddressParts;
use linli_domain::item::Item as _;
use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::order::Order;
use linli_domain::phone;
use linli_domain::record::Field;
use linli_domain::reservation::Whose as _;
use linli_store::{ItemState, Resident, View};

use crate::Error;
use crate::roster::{Roster, age};
use crate::rounds::match_person;

/// What the tags of special groups contain 特殊人群: whoever is in one waits for nobody else who is as pressing.
const SPECIAL: [&str; 9] = ["独居", "高龄", "孕", "产妇", "儿童", "残疾", "残障", "慢病", "慢性病"];
/// The age in years from which somebody is of great age without a tag: that of 高龄津贴.
const OLD: u32 = 80;
const OLD_GROUP: &str = "高龄";
/// The age in years below which somebody is a child without a tag.
const GROWN: u32 = 14;
const CHILD_GROUP: &str = "儿童";

/// Whom an order is about.
#[derive(Debug, Default)]
pub(crate) struct About {
    /// Who asks, where name and phone, or name and home, are one resident's.
    pub(crate) resident: Option<EntityId>,
    /// The home that it names, else that of who asks.
    pub(crate) household: Option<EntityId>,
    /// The number to ring, in one writing.
    pub(crate) phone: Option<Arc<str>>,
}

/// Knows whom orders are about.
#[derive(Debug, Default)]
pub(crate) struct Recogniser(Mutex<Recognised>);

#[derive(Debug, Default)]
struct Recognised {
    /// The data's version at which residents and homes were read.
    version: i64,
    all: HashMap<EntityId, Arc<About>>,
}

impl Recogniser {
    /// Forgets what may have become another since: everything where a resident or a home was touched.
    ///
    /// # Errors
    /// The database's.
    pub(super) fn bring_up(&self, view: View<'_>) -> Result<(), Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = std::mem::take(&mut *kept);
        let version = view.version()?;
        let touched = |kind| view.touched_since(known.version, kind);
        if version < known.version
            || view.undone_since(known.version)?
            || !touched(EntityKind::Resident)?.is_empty()
            || !touched(EntityKind::Household)?.is_empty()
        {
            kept.version = version;
            return Ok(());
        }
        let orders = touched(EntityKind::Order)?;
        let Recognised { mut all, .. } = known;
        orders.iter().for_each(|id| drop(all.remove(id)));
        *kept = Recognised { version, all };
        Ok(())
    }

    /// Whom each order is about.
    pub(super) fn of(&self, roster: &Roster, items: &[ItemState<Order>]) -> Vec<Arc<About>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let about = |one: &ItemState<Order>| {
            let known = kept.all.entry(one.id);
            known.or_insert_with(|| Arc::new(about(roster, &one.state))).clone()
        };
        items.iter().map(about).collect()
    }
}

fn about(roster: &Roster, order: &Order) -> About {
    let get = |field| Some(order.get(field).to_owned()).filter(|text| !text.is_empty());
    let phone = get(Field::Phone).map(|written| phone::check(&written).map_or(written, |it| it.as_str().to_owned()));
    let person = Resident {
        name: get(Field::Name),
        document_number: get(Field::DocumentNumber),
        phone: phone.clone(),
        ..Resident::default()
    };
    let who = order.who();
    let named = who.household.filter(|home| roster.households.contains_key(home));
    let address = get(Field::Address);
    let home = named.or_else(|| roster.household_at(&AddressParts::parse(address.as_deref()?)));
    let known = who.resident.map(|id| roster.standing(id));
    let known = known.filter(|id| roster.residents.contains_key(id));
    let resident = known.or_else(|| match_person(roster, &person, home));
    About {
        resident,
        household: home.or_else(|| roster.home_of(resident?)),
        phone: phone.map(Arc::from),
    }
}

/// The special groups of whoever asks; where nobody knows who that is, those of the home.
pub(super) fn groups(roster: &Roster, about: &About, today: NaiveDate) -> Vec<String> {
    let home = about.household.and_then(|home| roster.people_of.get(&home));
    let people: Vec<&Resident> = match about.resident {
        Some(id) => roster.residents.get(&id).into_iter().collect(),
        None => home
            .into_iter()
            .flatten()
            .filter_map(|id| roster.residents.get(id))
            .collect(),
    };
    let mut groups: Vec<String> = Vec::new();
    for group in people.into_iter().flat_map(|person| groups_of(person, today)) {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

fn groups_of(person: &Resident, today: NaiveDate) -> Vec<String> {
    let special = |tag: &&String| SPECIAL.iter().any(|part| tag.contains(part));
    let mut groups: Vec<String> = person.tags.iter().filter(special).cloned().collect();
    let by_age = match person.birth_date.as_deref().and_then(|birth| age(birth, today)) {
        Some(years) if years >= OLD => Some(OLD_GROUP),
        Some(years) if years < GROWN => Some(CHILD_GROUP),
        _ => None,
    };
    let new = by_age.filter(|group| groups.iter().all(|tag| !tag.contains(group)));
    groups.extend(new.map(str::to_owned));
    groups
}
