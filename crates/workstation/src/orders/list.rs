//! The orders as a list.

use linli_domain::item::{Item as _, Stage as _};
use linli_domain::mask;
use linli_domain::order::{Order, OrderStage, Urgency};
use linli_domain::record::Field;
use linli_domain::time::Moment;
use linli_domain::writing::shortened;
use linli_store::Resident;

use super::OrderView;
use super::day_list::{Span, is_in};
use super::view::is_open;
use crate::api::orders::{DayList, OrderList, OrderListRequest, OrderRow};
use crate::api::roster::ChipCount;
use crate::queue::{Words, by_value, code, minutes_to, slice};
use crate::roster::{Roster, parts};
use crate::{Error, Workstation};

/// Most characters of the line that stands for an order without a title.
const TITLE: usize = 30;

/// A filtered slice, in the order of the work.
pub(crate) fn order_list(ws: &Workstation, request: OrderListRequest) -> Result<OrderList, Error> {
    let now = ws.now();
    let span = Span::of(request.day.as_deref(), now)?;
    let view = ws.orders()?;
    let roster = ws.roster()?;
    let look = Look {
        view: &view,
        roster: &roster,
        now,
    };
    let words = Words::of(request.query.as_deref());
    let found: Vec<usize> = view.in_order().filter(|place| look.says(*place, &words)).collect();
    let here: Vec<usize> = found
        .iter()
        .copied()
        .filter(|place| look.fits(*place, &request))
        .collect();
    let shown: Vec<usize> = here
        .iter()
        .copied()
        .filter(|place| asked(view.order(*place), &request, span))
        .collect();
    let open: Vec<usize> = found
        .iter()
        .copied()
        .filter(|place| is_open(view.order(*place)))
        .collect();
    let of = |value: fn(&Order) -> &str| by_value(open.iter().map(|place| value(view.order(*place))), str::to_owned);
    Ok(OrderList {
        total: shown.len(),
        rows: slice(&shown, request.page)
            .iter()
            .map(|place| look.row(*place))
            .collect(),
        open: here.iter().filter(|place| is_open(view.order(**place))).count(),
        stages: counted(
            OrderStage::ALL,
            |stage| stage.code().to_owned(),
            |stage| here.iter().filter(|place| view.order(**place).stage() == stage).count(),
        ),
        lists: counted(&DayList::ALL, code, |list| {
            here.iter()
                .filter(|place| is_in(view.order(**place), list, span))
                .count()
        }),
        categories: of(|order| order.get(Field::Category)),
        urgencies: counted(
            &Urgency::ALL,
            |urgency| urgency.code().to_owned(),
            |urgency| {
                open.iter()
                    .filter(|place| view.order(**place).urgency() == urgency)
                    .count()
            },
        ),
        buildings: by_value(open.iter().filter_map(|place| look.building(*place)), |name| name),
        assignees: of(|order| order.assigned.as_deref().unwrap_or_default()),
        all: view.len(),
    })
}

/// How many there are of each.
fn counted<T: Copy>(all: &[T], key: impl Fn(T) -> String, count: impl Fn(T) -> usize) -> Vec<ChipCount> {
    let one = |one: &T| ChipCount {
        key: key(*one),
        count: count(*one),
    };
    all.iter().map(one).collect()
}

/// Whether an order is at the stage and in the list that are asked for, or open where neither is.
fn asked(order: &Order, request: &OrderListRequest, span: Span) -> bool {
    let neither = request.stage.is_none() && request.list.is_none();
    (!neither || is_open(order))
        && request.stage.is_none_or(|stage| order.stage() == stage)
        && request.list.is_none_or(|list| is_in(order, list, span))
}

/// Rows of the list as they are at a moment.
pub(super) struct Look<'v> {
    pub(super) view: &'v OrderView,
    pub(super) roster: &'v Roster,
    pub(super) now: Moment,
}

impl<'v> Look<'v> {
    /// The resident who asks.
    pub(super) fn resident(&self, place: usize) -> Option<&'v Resident> {
        self.roster.residents.get(&self.view.about(place).resident?)
    }

    /// `齐河路338弄12号`, of the home that is meant.
    fn building(&self, place: usize) -> Option<String> {
        let home = self.roster.households.get(&self.view.about(place).household?)?;
        let building = home.building.as_deref()?;
        Some(format!("{}{building}", home.estate.as_deref().unwrap_or_default()))
    }

    /// Whether an order is of the kind, the urgency, the building and whose it is that are asked for.
    fn fits(&self, place: usize, request: &OrderListRequest) -> bool {
        let order = self.view.order(place);
        let is = |wanted: &Option<String>, it: &str| wanted.as_deref().is_none_or(|wanted| wanted == it);
        let here = |building: &String| self.building(place).as_ref() == Some(building);
        is(&request.category, order.get(Field::Category))
            && is(&request.assignee, order.assigned.as_deref().unwrap_or_default())
            && request.urgency.is_none_or(|urgency| order.urgency() == urgency)
            && request.building.as_ref().is_none_or(here)
    }

    /// Whether each word is in what the order says, or in what the roster has of who asks.
    fn says(&self, place: usize, words: &Words) -> bool {
        if words.is_empty() {
            return true;
        }
        const WRITTEN: [Field; 7] = [
            Field::Title,
            Field::Body,
            Field::Name,
            Field::Phone,
            Field::Address,
            Field::Category,
            Field::Reference,
        ];
        let order = self.view.order(place);
        let person = self.resident(place);
        let address = self.roster.address(self.view.about(place).household);
        let known = person.map(|person| [&person.name, &person.phone, &person.document_number]);
        let known = known.into_iter().flatten().flatten().map(String::as_str);
        let written = WRITTEN.map(|field| order.get(field));
        let texts: Vec<&str> = known.chain(written).chain(address.as_deref()).collect();
        words.are_in(&texts, self.name(place).as_deref().unwrap_or_default())
    }

    /// Who asks: as the order says, else as the roster has them.
    pub(super) fn name(&self, place: usize) -> Option<String> {
        let written = written(self.view.order(place), Field::Name);
        written.or_else(|| self.resident(place)?.name.clone())
    }

    /// A row of the list.
    pub(super) fn row(&self, place: usize) -> OrderRow {
        let order = self.view.order(place);
        let about = self.view.about(place);
        let known = self.resident(place);
        let home = about.household.and_then(|home| self.roster.households.get(&home));
        let next = self.view.next(place);
        let phone = about.phone.as_deref().or_else(|| known?.phone.as_deref());
        let minutes_left = next.map(|(_, due)| minutes_to(due, self.now));
        OrderRow {
            id: self.view.id(place).to_string(),
            stage: order.stage(),
            cause: order.turn.recalled.as_ref().map(|_| order.turn.cause),
            urgency: order.urgency(),
            category: written(order, Field::Category),
            title: title(order),
            name: self.name(place),
            phone: phone.map(mask::phone),
            address: written(order, Field::Address).or_else(|| self.roster.address(about.household)),
            room: home.map(|home| parts(home).short()),
            resident: about.resident.map(|id| id.to_string()),
            source: written(order, Field::Source),
            given: order.turn.from.text(),
            again: !order.earlier.is_empty(),
            urged: !order.turn.urged.is_empty(),
            consultation: order.is_consultation(),
            clock: next.map(|(clock, _)| clock),
            due: next.map(|(_, due)| due.text()),
            overdue: next.is_some_and(|(_, due)| due <= self.now),
            minutes_left,
            assignee: order.assigned.clone(),
            groups: self.view.groups(place).to_vec(),
            same: self.view.same(place),
            result: order.turn.reply().map(|reply| reply.result),
            satisfaction: order.turn.satisfaction(),
        }
    }
}

/// A value of an order; none where its source is silent.
pub(super) fn written(order: &Order, field: Field) -> Option<String> {
    Some(order.get(field).to_owned()).filter(|text| !text.is_empty())
}

/// What is asked for in one line.
pub(super) fn title(order: &Order) -> String {
    let first = || order.get(Field::Body).lines().next().unwrap_or_default();
    written(order, Field::Title).unwrap_or_else(|| shortened(first(), TITLE).into_owned())
}
