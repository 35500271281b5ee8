//! What somebody asks for at the counter.

use std::collections::BTreeMap;

use linli_domain::operation::Action;
use linli_domain::order::{LONG_TEXT, Order, OrderFact, SHORT_TEXT};
use linli_domain::phone;
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::smart_check::Finding;
use linli_store::{Draft, Resident};

use crate::api::orders::{OrderAdd, OrderAdded};
use crate::named::{FormField, Thing};
use crate::queue::{asked, optional};
use crate::roster::Roster;
use crate::workstation::id;
use crate::{Error, Workstation, rounds};

/// From whom an order is that a clerk enters.
const COUNTER: &str = "居民来访";

/// Enters an order, taken on by whoever enters it.
pub(crate) fn order_add(ws: &Workstation, request: OrderAdd) -> Result<OrderAdded, Error> {
    let fields = {
        let roster = ws.roster()?;
        let resident = request
            .resident
            .as_deref()
            .map(|text| known(&roster, text))
            .transpose()?;
        fields(&roster, &request, resident)?
    };
    let order = ws.new_id();
    let create = created(fields.into_iter().map(|(field, text)| (field, Some(text))));
    let written = ws.write(Action::OrdersEntered, |_| {
        let signed = Draft::on::<Order>(order, OrderFact::Signed);
        Ok(vec![Draft::on::<Order>(order, create), signed])
    })?;
    let view = ws.orders()?;
    Ok(OrderAdded {
        id: order.to_string(),
        batch: written.batch,
        same: view.same(view.place(order)?),
    })
}

fn known<'r>(roster: &'r Roster, text: &str) -> Result<&'r Resident, Error> {
    let missing = || Error::NotFound { thing: Thing::Resident };
    roster.residents.get(&id(Thing::Resident, text)?).ok_or_else(missing)
}

/// What is written: what the roster has of a resident stands where the clerk wrote nothing.
fn fields(roster: &Roster, request: &OrderAdd, resident: Option<&Resident>) -> Result<BTreeMap<Field, String>, Error> {
    let title = asked(FormField::Title, &request.title, SHORT_TEXT)?;
    let text = |field, text: &Option<String>, most| {
        let text = optional(field, text.as_deref(), most)?;
        Ok::<_, Error>(text.map(str::to_owned))
    };
    let phone = text(FormField::Phone, &request.phone, SHORT_TEXT)?;
    let phone = phone.map(|typed| checked(&typed)).transpose()?;
    let name = text(FormField::Name, &request.name, SHORT_TEXT)?;
    let address = text(FormField::Address, &request.address, LONG_TEXT)?;
    // What is asked for elsewhere is about the place that the clerk writes.
    let home = resident
        .filter(|_| address.is_none())
        .and_then(|person| person.household);
    let fields = [
        (Field::Title, Some(title.to_owned())),
        (Field::Body, text(FormField::Body, &request.body, LONG_TEXT)?),
        (Field::Name, name.or_else(|| resident?.name.clone())),
        (Field::Phone, phone.or_else(|| resident?.phone.clone())),
        (Field::Address, address.or_else(|| roster.address(home))),
        (
            Field::Category,
            text(FormField::Category, &request.category, SHORT_TEXT)?,
        ),
        (Field::Urgency, Some(request.urgency.code().to_owned())),
        (Field::Source, Some(COUNTER.to_owned())),
        (
            Field::Resident,
            resident.and_then(|person| person.id).map(|id| id.to_string()),
        ),
        (Field::Household, home.map(|id| id.to_string())),
    ];
    let said = fields.into_iter().filter_map(|(field, text)| Some((field, text?)));
    Ok(said.collect())
}

/// A number in one writing.
fn checked(typed: &str) -> Result<String, Error> {
    let phone = phone::check(typed);
    let phone =
        phone.map_err(|problem| Error::invalid(FormField::Phone, rounds::found(&Finding::PhoneWrong(problem))))?;
    Ok(phone.as_str().to_owned())
}
