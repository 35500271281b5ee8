//! Orders 工单: clerks enter them, take them on, contact, look into, reply, ask back, close and return; and the notebook of the
//! replies they were told are written. Of each turn one reply goes up, the first in the district's order, whoever else replied.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::happened::By;
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};
use linli_domain::order::{Order, OrderFact, OrderResult, OrderStage, Satisfaction, Turn, Urgency};
use linli_domain::task::Way;
use linli_workstation::api::Page;
use linli_workstation::api::orders::{
    OrderAdd, OrderAssign, OrderClose, OrderContact, OrderFound, OrderListRequest, OrderReply, OrderReturn,
    OrderRevisit, OrderRow, OrderSign,
};
use linli_workstation::simulation::commands;

use crate::Broken;
use crate::check::{Sequence, store};
use crate::clerk::{Clerk, Did, PHONES, Stop, WORDS, done, pick};
use crate::instructions::Deed;
use crate::ledger::Office;
use crate::pc::Pc;
use crate::world::World;

/// From how many at the top of the list a clerk takes one: few, so that PCs meet.
const TOP: usize = 2;
/// Kinds of requests: the first two are answered by words alone, so that two PCs soon do.
const CATEGORIES: [&str; 3] = ["咨询", "政策咨询", "投诉"];

/// A reply that a clerk was told is written.
#[derive(Debug)]
struct Told {
    order: EntityId,
    text: String,
    deed: Deed,
    /// False from when it was taken back, or may be unheard of.
    stands: bool,
}

/// What is promised of orders.
#[derive(Debug, Default)]
pub(crate) struct Orders(BTreeMap<Office, Vec<Told>>);

impl Orders {
    /// What fits was taken back, or may be unheard of.
    pub(crate) fn doubt(&mut self, office: Office, fits: impl Fn(&Deed) -> bool) {
        let of_office = self.0.get_mut(&office).into_iter().flatten();
        of_office
            .filter(|told| fits(&told.deed))
            .for_each(|told| told.stands = false);
    }
}

fn listing(stage: Option<OrderStage>, limit: usize) -> OrderListRequest {
    OrderListRequest {
        stage,
        list: None,
        day: None,
        category: None,
        urgency: None,
        assignee: None,
        building: None,
        query: None,
        page: Page { offset: 0, limit },
    }
}

impl Clerk<'_> {
    /// Somebody sees to an order that presses, enters one, or works on one that is replied to.
    pub(crate) fn work_on_orders(&mut self) -> Result<Option<Did>, Stop> {
        if self.random.percent(5) {
            return self.enter_order();
        }
        if self.random.percent(10) {
            return self.ask_back();
        }
        let Some(row) = self.an_order(None)? else {
            return self.enter_order();
        };
        match self.random.below(20) {
            0 => self.take_on(row),
            1 => self.give_to(row),
            2..=3 => self.contact(row),
            4 => self.find_out(row),
            5 => self.return_order(row),
            _ => self.reply(row),
        }
    }

    /// One of the first of a list.
    fn an_order(&mut self, stage: Option<OrderStage>) -> Result<Option<OrderRow>, Stop> {
        let list = done(commands::order_list(&self.pc.workstation, listing(stage, TOP)))?;
        Ok(list.and_then(|list| pick(self.random, &list.rows)))
    }

    fn word(&mut self) -> String {
        pick(self.random, &WORDS).unwrap_or_default().to_owned()
    }

    fn enter_order(&mut self) -> Result<Option<Did>, Stop> {
        let request = OrderAdd {
            title: self.word(),
            body: None,
            name: Some(self.word()),
            phone: pick(self.random, &PHONES).map(str::to_owned),
            address: None,
            category: pick(self.random, &CATEGORIES).map(str::to_owned),
            urgency: pick(self.random, &Urgency::ALL).unwrap_or_default(),
            resident: None,
        };
        let added = done(commands::order_add(&self.pc.workstation, request))?;
        Ok(added.map(|_| "enters an order"))
    }

    fn take_on(&mut self, row: OrderRow) -> Result<Option<Did>, Stop> {
        let signed = done(commands::order_sign(
            &self.pc.workstation,
            OrderSign { ids: vec![row.id] },
        ))?;
        Ok(signed.and_then(|signed| signed.batch).map(|_| "takes an order on"))
    }

    fn give_to(&mut self, row: OrderRow) -> Result<Option<Did>, Stop> {
        let to = self.random.percent(80).then(|| self.word());
        let request = OrderAssign { ids: vec![row.id], to };
        let given = done(commands::order_assign(&self.pc.workstation, request))?;
        Ok(given
            .and_then(|given| given.batch)
            .map(|_| "gives an order to somebody"))
    }

    fn contact(&mut self, row: OrderRow) -> Result<Option<Did>, Stop> {
        let way = pick(self.random, &Way::ALL).filter(|_| self.random.percent(80));
        let request = OrderContact {
            ids: vec![row.id],
            way,
            note: way.is_none().then(|| self.word()),
        };
        let contacted = done(commands::order_contact(&self.pc.workstation, request))?;
        Ok(contacted.map(|_| "contacts a resident"))
    }

    fn find_out(&mut self, row: OrderRow) -> Result<Option<Did>, Stop> {
        let request = OrderFound {
            ids: vec![row.id],
            facts: self.word(),
            reasonable: pick(self.random, &[true, false]),
        };
        let found = done(commands::order_found(&self.pc.workstation, request))?;
        Ok(found.and_then(|found| found.batch).map(|_| "looks into an order"))
    }

    fn return_order(&mut self, row: OrderRow) -> Result<Option<Did>, Stop> {
        let request = OrderReturn {
            ids: vec![row.id],
            reason: "不是本辖区".into(),
        };
        let returned = done(commands::order_return(&self.pc.workstation, request))?;
        Ok(returned.map(|_| "returns an order"))
    }

    /// Refused only where nothing says yet whether the resident was contacted, and more than words is asked for.
    fn reply(&mut self, row: OrderRow) -> Result<Option<Did>, Stop> {
        let text = format!("答复{:016x}", self.random.bits());
        let request = OrderReply {
            ids: vec![row.id.clone()],
            result: pick(self.random, &OrderResult::ALL).unwrap_or(OrderResult::Explained),
            text: text.clone(),
            answer: None,
            close: row.consultation && self.random.percent(50),
        };
        let replied = done(commands::order_reply(&self.pc.workstation, request))?;
        if replied.is_none() {
            let ready = row.consultation || matches!(row.stage, OrderStage::Contacted);
            return match ready {
                true => Err(Broken::promise("an open order may be replied to", format!("{row:?}")).into()),
                false => Ok(None),
            };
        }
        let order = row.id.parse().map_err(|error| Broken::error("an id", &error))?;
        let deed = (self.pc.device, self.pc.shows());
        let of_office = self.ledger.orders.0.entry(self.pc.office).or_default();
        of_office.push(Told {
            order,
            text,
            deed,
            stands: true,
        });
        Ok(Some("replies to an order"))
    }

    /// Somebody asks back or closes what is replied to; it is not replied to again.
    fn ask_back(&mut self) -> Result<Option<Did>, Stop> {
        let stages = [OrderStage::Replied, OrderStage::Revisited];
        let stage = pick(self.random, &stages);
        let Some(row) = self.an_order(stage)? else {
            return Ok(None);
        };
        match self.random.below(4) {
            0 => self.reply_again(row),
            1 => {
                let closed = done(commands::order_close(
                    &self.pc.workstation,
                    OrderClose { ids: vec![row.id] },
                ))?;
                Ok(closed.map(|_| "closes an order"))
            }
            _ => {
                let request = OrderRevisit {
                    ids: vec![row.id],
                    satisfaction: pick(self.random, &Satisfaction::ALL).unwrap_or(Satisfaction::NotReached),
                    words: None,
                };
                let asked = done(commands::order_revisit(&self.pc.workstation, request))?;
                Ok(asked.map(|_| "asks a resident back"))
            }
        }
    }

    fn reply_again(&mut self, row: OrderRow) -> Result<Option<Did>, Stop> {
        let request = OrderReply {
            ids: vec![row.id.clone()],
            result: OrderResult::Solved,
            text: "再答复".into(),
            answer: None,
            close: false,
        };
        match done(commands::order_reply(&self.pc.workstation, request))? {
            Some(_) => Err(Broken::promise("an order is replied to once", format!("{row:?}")).into()),
            None => Ok(None),
        }
    }
}

/// A reply in a committee's order: by whom and when it was written, and what it says.
type Written = (DeviceId, By, String);

/// The replies of each order in a committee's order, by turns, without what was taken back.
fn replies(sequence: &Sequence) -> BTreeMap<EntityId, Vec<Vec<Written>>> {
    let undos = sequence.changes(EntityKind::Batch);
    let undone: BTreeSet<(DeviceId, u64)> = undos.filter_map(|(_, _, change)| change.undone()).collect();
    let mut all: BTreeMap<EntityId, Vec<Vec<Written>>> = BTreeMap::new();
    for (header, order, change) in sequence.changes(EntityKind::Order) {
        let Change::Order(fact) = change else { continue };
        if undone.contains(&(header.device, header.batch)) {
            continue;
        }
        let turns = all.entry(order).or_insert_with(|| vec![Vec::new()]);
        match fact {
            OrderFact::GivenAgain { .. } => turns.push(Vec::new()),
            OrderFact::Replied { turn, text, .. } => {
                let of = (turn as usize).min(turns.len() - 1);
                let by = By {
                    by: header.actor,
                    at: header.at,
                };
                turns[of].push((header.device, by, text));
            }
            _ => {}
        }
    }
    all
}

/// Every reply that a clerk was told of is in the order, and on every PC the first of each turn is the reply; all PCs list the
/// same.
pub(crate) fn stand(world: &World, office: Office, sequence: &Sequence) -> Result<(), Broken> {
    let written = replies(sequence);
    let told = world.ledger.orders.0.get(&office).into_iter().flatten();
    for told in told.filter(|told| told.stands) {
        let mut of_order = written.get(&told.order).into_iter().flatten().flatten();
        if !of_order.any(|(device, by, text)| (*device, by.at) == told.deed && *text == told.text) {
            return Err(Broken::promise("a reply is forgotten", format!("{told:?}")));
        }
    }
    let mut first: Option<String> = None;
    for pc in world.joined(office) {
        are_as_written(pc, &written)?;
        let list = listed(pc)?;
        let first = first.get_or_insert_with(|| list.clone());
        if *first != list {
            let detail = format!("{} has {list}, the first {first}", pc.name);
            return Err(Broken::promise("two PCs list other orders", detail));
        }
    }
    Ok(())
}

fn are_as_written(pc: &Pc, written: &BTreeMap<EntityId, Vec<Vec<Written>>>) -> Result<(), Broken> {
    for one in pc.store().view().items::<Order>(None).map_err(store)? {
        let order: &Order = &one.state;
        let none = vec![Vec::new()];
        let turns = written.get(&one.id).unwrap_or(&none);
        let reply = |turn: &Turn| turn.reply().map(|reply| (reply.did.clone(), reply.text.clone()));
        let counts = order.turns().map(reply);
        let first = turns
            .iter()
            .map(|turn| turn.first().map(|(_, by, text)| (by.clone(), text.clone())));
        if !counts.eq(first) {
            let detail = format!("{} on {}: {order:?}, {turns:?}", one.id, pc.name);
            return Err(Broken::promise("another reply than the first counts", detail));
        }
    }
    Ok(())
}

/// The list of a PC, but for what depends on its clock.
fn listed(pc: &Pc) -> Result<String, Broken> {
    let list = commands::order_list(&pc.workstation, listing(None, Page::MAX_ROWS));
    let list = list.map_err(|error| Broken::error("listing orders", &error))?;
    let mut text = format!("{:?} {:?} {:?}", list.stages, list.categories, list.assignees);
    for row in list.rows {
        let what = (row.stage, row.urgency, row.title, row.name, row.due);
        text.push_str(&format!("\n{} {what:?} {:?} {:?}", row.id, row.assignee, row.same));
    }
    Ok(text)
}
