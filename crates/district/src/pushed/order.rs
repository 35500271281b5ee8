//! Orders 工单: what residents ask for through the hotline, with clocks that run.

mod progress;
mod rules;
mod staff;

use std::collections::BTreeMap;

use linli_domain::entity::State;
use linli_domain::happened::{By, Cause, Reasoned};
use linli_domain::import::{Column, ImportKind};
use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change};
use linli_domain::order::{LONG_TEXT, Order, OrderFact, OrderResult, OrderStage, SHORT_TEXT, Satisfaction, Urgency};
use linli_domain::record::Field;
use linli_domain::task;
use linli_domain::time::{self, Moment};
use linli_domain::writing::quoted;
use linli_matching::written::{phones_of, place_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::{clean, code, moment, reference};
use super::{Beside, Content, Fill, Known, Labels, Said, Standing, Told};
use crate::Error;
use crate::storage::Transaction;

pub use progress::{OrderCount, OrderProgress};
pub use rules::{OrderRules, Rule};
pub use staff::OwnAnswer;

/// How a title ends that was too long for one.
const CUT: char = '…';
/// What people write in a column that asks whether.
const YES: [&str; 6] = ["是", "直办", "区级直办", "√", "Y", "y"];

/// What a resident asks for. What its source does not know is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OrderRow {
    /// The source's own number of the order, at most 60 characters: by it an order is known again, corrected and recalled.
    /// Where it is left out, one is made of what the order says and the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// 标题; the beginning of what is asked for where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// 诉求内容, at most 2,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// 诉求类型 in the source's words, at most 60 characters: 求助, 投诉, 咨询 …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// 紧急程度: `urgent`, `pressing` or `ordinary`, or 紧急, 加急, 一般. Ordinary where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<String>,
    /// 姓名 of whoever asks, at most 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 电话, whole or masked, at most 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// 地址 as it was written down, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What else there is to say, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// 居委会, by its name or by town and name, where the source knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub committee: Option<String>,
    /// When the source took the order in, in China Standard Time: `2022-04-12 08:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<String>,
    /// Until when it is to be replied to, in China Standard Time. As the district set for its kind where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// 区级直办: the district answers it itself, and no committee gets it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub handled_by_district: bool,
}

/// A reply, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replied {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<OrderResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    satisfaction: Option<Satisfaction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    closed: bool,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrderAnswer {
    /// The source's own number of it.
    pub reference: String,
    /// How far it is: answered, returned by its committee, taken back, or open again.
    pub state: Standing,
    /// What the reply gives: `solved` or `explained`.
    pub result: Option<String>,
    /// The reply.
    pub reply: Option<String>,
    /// What the resident says of it: `satisfied`, `acceptable`, `dissatisfied` or `not_reached`; it comes after the reply.
    pub satisfaction: Option<String>,
    /// In his own words.
    pub words: Option<String>,
    /// Whether it is done with.
    pub closed: bool,
    /// When it was replied to, returned or taken back, in China Standard Time: `2022-04-12T09:30:00`.
    pub at: Option<String>,
    /// The committee; none where the district answers it itself.
    pub committee: Option<String>,
    /// Who of it, as the entry names them.
    pub by: Option<String>,
    /// Why its committee returned it, or why it was taken back.
    pub reason: Option<String>,
}

impl OrderRow {
    /// How pressing it is.
    pub fn urgency(&self) -> Urgency {
        let said = self.urgency.as_deref().and_then(Urgency::read);
        said.unwrap_or_default()
    }

    /// A title, and the body behind it: of a title that is too long, the whole stands in the body.
    fn titled(&self) -> (Option<String>, Option<String>) {
        let whole = [&self.title, &self.body].into_iter().flatten().next();
        let short = whole.map(|text| match text.chars().count() > SHORT_TEXT {
            true => text.chars().take(SHORT_TEXT - 1).chain([CUT]).collect(),
            false => text.clone(),
        });
        let body = match (&self.title, &self.body) {
            (Some(title), Some(body)) if title.chars().count() > SHORT_TEXT => Some(format!("{title}\n{body}")),
            (Some(title), None) if title.chars().count() > SHORT_TEXT => Some(title.clone()),
            (_, body) => body.clone(),
        };
        (short, body)
    }
}

/// How pressing a text says that an order is, by its code; none where nothing is said.
fn urgency(text: &Option<String>) -> Result<Option<String>, String> {
    let Some(text) = clean(text, Column::Category, ("紧急程度", SHORT_TEXT))? else {
        return Ok(None);
    };
    let read = Urgency::read(&text).map(|urgency| Some(urgency.code().to_owned()));
    read.ok_or_else(|| format!("紧急程度“{}”读不懂，应写紧急、加急或一般", quoted(&text)))
}

impl Content for OrderRow {
    type Item = Order;
    type Found = Replied;
    type Answer = OrderAnswer;
    type Rules = OrderRules;

    const WORD: &'static str = "order";
    const DAMAGED: &'static str = "damaged_order";
    const PUSHED: Action = Action::OrdersPushed;
    const CHANGED: Action = Action::OrdersChanged;
    const LABELS: Labels = Labels {
        open: "办理中",
        answered: "已答复",
        result: "答复",
    };
    const IMPORT: ImportKind = ImportKind::Orders;
    const COLUMNS: &'static str =
        "工单编号、标题、诉求内容、诉求类型、紧急程度、姓名、电话、地址、派单时间、期限、居委会";

    fn said(&self) -> Said<'_> {
        Said {
            name: self.name.as_deref(),
            document_number: None,
            phone: self.phone.as_deref(),
            address: self.address.as_deref(),
            committee: self.committee.as_deref(),
        }
    }

    fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    fn checked(&self) -> Result<OrderRow, String> {
        let short = |text: &Option<String>, column, name| clean(text, column, (name, SHORT_TEXT));
        let long = |text: &Option<String>, column, name| clean(text, column, (name, task::LONG_TEXT));
        let row = OrderRow {
            reference: self.reference.as_deref().map(reference).transpose()?.flatten(),
            title: long(&self.title, Column::Title, "标题")?,
            body: clean(&self.body, Column::Body, ("诉求内容", LONG_TEXT))?,
            category: short(&self.category, Column::Category, "诉求类型")?,
            urgency: urgency(&self.urgency)?,
            name: short(&self.name, Column::Name, "姓名")?,
            phone: short(&self.phone, Column::Phone, "电话")?,
            // Blanks stay: 12 501 is not 12501.
            address: long(&self.address, Column::RegisteredAddress, "地址")?,
            note: long(&self.note, Column::Note, "备注")?,
            committee: short(&self.committee, Column::Source, "居委会")?,
            registered_at: moment(&self.registered_at, "派单时间")?,
            deadline: moment(&self.deadline, "期限")?,
            handled_by_district: self.handled_by_district,
        };
        let (title, body) = row.titled();
        if title.is_none() {
            return Err("标题、诉求内容都没有".into());
        }
        match body.map_or(0, |body| body.chars().count()) {
            count if count > LONG_TEXT => Err(format!("标题和诉求内容共 {count} 字，最多 {LONG_TEXT} 字")),
            _ => Ok(row),
        }
    }

    /// As it says itself while that lies ahead, or as long from when it was given as the district set for its kind.
    fn due(&self, _: Option<Moment>, given_at: Moment, rules: &OrderRules) -> Moment {
        let own = self.deadline.as_deref().and_then(time::deadline);
        let minutes = rules.clocks(self).reply;
        own.filter(|own| *own > given_at)
            .unwrap_or_else(|| rules::after(given_at, minutes))
    }

    /// The deadline only where its source names one: else its clocks say it, anew each time that it is given.
    fn fields(&self, known: Known<'_>, rules: &OrderRules) -> Result<Vec<Fill>, Error> {
        let (title, body) = self.titled();
        Ok(vec![
            (Field::Title, title),
            (Field::Body, body),
            (Field::Category, self.category.clone()),
            (Field::Urgency, Some(self.urgency().code().to_owned())),
            (Field::Name, self.name.clone()),
            (Field::Phone, self.phone.clone()),
            (Field::Address, self.address.clone()),
            (Field::Note, self.note.clone()),
            (Field::RegisteredAt, self.registered_at.clone()),
            (Field::Deadline, self.deadline.clone()),
            (Field::Source, Some(known.source.to_owned())),
            (Field::Reference, Some(known.reference.to_owned())),
            (Field::Clocks, Some(serde_json::to_string(&rules.clocks(self))?)),
        ])
    }

    fn unread(reference: Option<String>, text: String) -> OrderRow {
        OrderRow {
            reference,
            body: Some(text),
            ..OrderRow::default()
        }
    }

    fn of_cells(cells: &BTreeMap<Column, String>, note: Option<String>) -> OrderRow {
        let of = |column| cells.get(&column).cloned();
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        OrderRow {
            reference: of(Column::Reference),
            title: of(Column::Title),
            body: of(Column::Body),
            category: of(Column::Category),
            urgency: of(Column::Urgency),
            name: of(Column::Name),
            phone: said(phones_of(cells)),
            address: said(place_of(cells)),
            committee: of(Column::Committee),
            registered_at: of(Column::RegisteredAt),
            deadline: of(Column::Deadline),
            handled_by_district: of(Column::ByDistrict).is_some_and(|text| YES.contains(&text.trim())),
            note,
        }
    }

    fn rules(transaction: &mut dyn Transaction) -> Result<OrderRules, Error> {
        OrderRules::load(transaction)
    }

    fn stays(&self, rules: &OrderRules) -> Option<String> {
        match self.handled_by_district {
            true => Some("来源写明区级直办".into()),
            false => rules.stays(self),
        }
    }

    fn beside(&self, given_at: Moment, rules: &OrderRules) -> Beside {
        Beside {
            category: self.category.clone(),
            urgency: Some(self.urgency().code().to_owned()),
            contact_by: Some(rules::after(given_at, rules.clocks(self).contact)),
            ..Beside::default()
        }
    }

    fn item(state: &State) -> Option<&Order> {
        state.order()
    }

    fn standing(order: &Order) -> Standing {
        match order.stage() {
            OrderStage::ToSign | OrderStage::Signed | OrderStage::Contacted | OrderStage::Handling => Standing::Open,
            OrderStage::Replied | OrderStage::Revisited | OrderStage::Closed => Standing::Answered,
            OrderStage::Returned => Standing::Returned,
            OrderStage::Recalled => Standing::TakenBack,
        }
    }

    fn found(order: &Order) -> Option<(Replied, &By)> {
        let reply = order.turn.reply()?;
        let satisfaction = order.turn.satisfaction();
        let said = order
            .turn
            .revisits
            .iter()
            .rfind(|one| Some(one.satisfaction) == satisfaction);
        let replied = Replied {
            result: Some(reply.result),
            reply: Some(reply.text.clone()),
            satisfaction,
            words: said.and_then(|revisit| revisit.words.clone()),
            closed: order.turn.closed.is_some(),
        };
        Some((replied, &reply.did))
    }

    fn reason(order: &Order) -> Option<&Reasoned> {
        match order.stage() {
            OrderStage::Returned => order.turn.returned.as_ref(),
            OrderStage::Recalled => order.turn.recalled.as_ref(),
            _ => None,
        }
    }

    fn seen(order: &Order, beside: &mut Beside) {
        beside.contacted = !order.turn.contacts.is_empty();
        beside.dissatisfied = order.turn.satisfaction() == Some(Satisfaction::Dissatisfied);
    }

    fn withdrawn(reason: String, cause: Cause) -> Change {
        OrderFact::Recalled { reason, cause }.into()
    }

    fn given_again(reason: String) -> Change {
        OrderFact::GivenAgain { reason }.into()
    }

    fn answer(told: Told<OrderRow>) -> Result<OrderAnswer, Error> {
        let replied = told.outcome.found;
        let text = |text: String| (!text.is_empty()).then_some(text);
        Ok(OrderAnswer {
            reference: told.reference,
            state: told.state,
            result: code(&replied.result)?,
            reply: replied.reply,
            satisfaction: code(&replied.satisfaction)?,
            words: replied.words,
            closed: replied.closed,
            at: text(told.outcome.at),
            committee: told.committee,
            by: text(told.outcome.by),
            reason: told.outcome.reason,
        })
    }
}
