//! The exports of orders: what is open, what was replied to, what was returned, and one for each list of a day.

use linli_documents::sheet::ColumnKind::{self, Number, Text, Time};
use linli_domain::happened::Reasoned;
use linli_domain::item::{Item as _, Stage as _};
use linli_domain::operation::EntityKind;
use linli_domain::order::{Clock, Contact, Found, Order, OrderStage, Reply};
use linli_domain::record::Field;
use linli_domain::time::Moment;

use super::day_list::{Span, is_in};
use super::list::{Look, title};
use super::view::is_open;
use crate::api::Exported;
use crate::api::orders::{DayList, OrderExport, OrderExportRequest};
use crate::queue::{Export, export};
use crate::{Error, Workstation};

/// An order as a row of an export, and its number there.
struct Row<'v> {
    look: &'v Look<'v>,
    place: usize,
    index: usize,
}

/// A column: what it is called, and what stands there.
type Column = (&'static str, ColumnKind, fn(&Row<'_>) -> String);

impl OrderExport {
    fn name(self) -> String {
        match self {
            OrderExport::Open => "待办工单导出".to_owned(),
            OrderExport::Replied => "已答复工单导出".to_owned(),
            OrderExport::Returned => "退回清单导出".to_owned(),
            OrderExport::Overdue | OrderExport::NotContacted | OrderExport::Unsolved | OrderExport::Dissatisfied => {
                format!("{}工单导出", self.list().map(DayList::label).unwrap_or_default())
            }
        }
    }

    /// The list that it is of.
    fn list(self) -> Option<DayList> {
        match self {
            OrderExport::Open | OrderExport::Replied => None,
            OrderExport::Returned => Some(DayList::Returned),
            OrderExport::Overdue => Some(DayList::Overdue),
            OrderExport::NotContacted => Some(DayList::NotContacted),
            OrderExport::Unsolved => Some(DayList::Unsolved),
            OrderExport::Dissatisfied => Some(DayList::Dissatisfied),
        }
    }

    fn takes(self, order: &Order, span: Span) -> bool {
        let replied = [OrderStage::Replied, OrderStage::Revisited, OrderStage::Closed];
        match self.list() {
            Some(list) => is_in(order, list, span),
            None if self == OrderExport::Open => is_open(order),
            None => replied.contains(&order.stage()),
        }
    }

    fn columns(self) -> impl Iterator<Item = &'static Column> {
        let columns: &[Column] = match self {
            OrderExport::Open | OrderExport::Overdue | OrderExport::NotContacted => &WORK,
            OrderExport::Replied | OrderExport::Unsolved | OrderExport::Dissatisfied => &REPLY,
            OrderExport::Returned => &RETURNED,
        };
        WRITTEN.iter().chain(columns)
    }
}

/// Writes one of the exports, in the order of the work.
pub(crate) fn order_export(ws: &Workstation, request: OrderExportRequest) -> Result<Exported, Error> {
    let OrderExportRequest { which, day, path } = request;
    let now = ws.now();
    let span = Span::of(day.as_deref(), now)?;
    let view = ws.orders()?;
    let rows: Vec<Vec<String>> = {
        let roster = ws.roster()?;
        let look = Look {
            view: &view,
            roster: &roster,
            now,
        };
        let places = view.in_order().filter(|place| which.takes(view.order(*place), span));
        let cells = |(place, index)| {
            let row = Row {
                look: &look,
                place,
                index,
            };
            which.columns().map(|(.., value)| value(&row)).collect()
        };
        places.zip(1..).map(cells).collect()
    };
    let name = which.name();
    let of_day = day.map(|day| format!("（{day}）")).unwrap_or_default();
    let wanted = Export {
        title: format!("{}{of_day}", name.trim_end_matches("导出")),
        name,
        columns: which
            .columns()
            .map(|(name, kind, _)| ((*name).to_owned(), *kind))
            .collect(),
        of: (EntityKind::Committee, ws.committee_id()),
    };
    export(ws, wanted, &rows, path.as_deref())
}

/// What each of them begins with: the order as its source wrote it, and how far it is.
const WRITTEN: [Column; 13] = [
    ("序号", Number, |row| row.index.to_string()),
    ("来源", Text, |row| row.get(Field::Source)),
    ("来源编号", Text, |row| row.get(Field::Reference)),
    ("紧急程度", Text, |row| row.order().urgency().label().to_owned()),
    ("诉求类型", Text, |row| row.get(Field::Category)),
    ("标题", Text, |row| title(row.order())),
    ("诉求内容", Text, |row| row.get(Field::Body)),
    ("姓名", Text, |row| row.look.name(row.place).unwrap_or_default()),
    ("联系电话", Text, |row| row.phone()),
    ("地址", Text, |row| {
        row.look.row(row.place).address.unwrap_or_default()
    }),
    ("下发时间", Time, |row| row.order().turn.from.minutes_text()),
    ("办理状态", Text, |row| row.order().stage().label().to_owned()),
    ("负责人", Text, |row| {
        row.order().assigned.clone().unwrap_or_default()
    }),
];

const WORK: [Column; 6] = [
    ("特殊人群", Text, |row| row.look.view.groups(row.place).join("、")),
    ("先行联系时限", Time, |row| row.due(Clock::Contact)),
    ("答复时限", Time, |row| row.due(Clock::Reply)),
    ("先行联系", Text, |row| {
        row.order().turn.contacts.last().map(contacted).unwrap_or_default()
    }),
    ("核实情况", Text, |row| row.found(|found| found.facts.clone())),
    ("诉求是否合理", Text, |row| row.found(judged)),
];

const REPLY: [Column; 10] = [
    ("先行联系", Text, |row| {
        row.order().turn.contacts.last().map(contacted).unwrap_or_default()
    }),
    ("核实情况", Text, |row| row.found(|found| found.facts.clone())),
    ("诉求是否合理", Text, |row| row.found(judged)),
    ("办理结果", Text, |row| {
        row.reply(|reply| reply.result.label().to_owned())
    }),
    ("答复内容", Text, |row| row.reply(|reply| reply.text.clone())),
    ("答复人", Text, |row| row.reply(|reply| reply.did.by.clone())),
    ("答复时间", Time, |row| {
        row.reply(|reply| reply.did.at.minutes_text())
    }),
    ("满意度", Text, |row| {
        let said = row.order().turn.satisfaction();
        said.map(|said| said.label().to_owned()).unwrap_or_default()
    }),
    ("居民原话", Text, |row| {
        let said = row.order().turn.revisits.iter().rev();
        said.filter_map(|revisit| revisit.words.clone())
            .next()
            .unwrap_or_default()
    }),
    ("办结时间", Time, |row| {
        let closed = row.order().turn.closed.as_ref();
        closed.map(|did| did.at.minutes_text()).unwrap_or_default()
    }),
];

const RETURNED: [Column; 3] = [
    ("退回原因", Text, |row| row.returned(|why| why.reason.clone())),
    ("退回人", Text, |row| row.returned(|why| why.did.by.clone())),
    ("退回时间", Time, |row| {
        row.returned(|why| why.did.at.minutes_text())
    }),
];

impl Row<'_> {
    fn order(&self) -> &Order {
        self.look.view.order(self.place)
    }

    fn get(&self, field: Field) -> String {
        self.order().get(field).to_owned()
    }

    fn phone(&self) -> String {
        let known = || self.look.resident(self.place)?.phone.clone();
        let written = self.look.view.about(self.place).phone.as_deref();
        written.map(str::to_owned).or_else(known).unwrap_or_default()
    }

    fn due(&self, clock: Clock) -> String {
        self.order().due(clock).minutes_text()
    }

    fn found(&self, text: impl Fn(&Found) -> String) -> String {
        self.order().turn.found.last().map(text).unwrap_or_default()
    }

    fn reply(&self, text: impl Fn(&Reply) -> String) -> String {
        self.order().turn.reply().map(text).unwrap_or_default()
    }

    /// Of the last time that it was returned: it may have been given again since.
    fn returned(&self, text: impl Fn(&Reasoned) -> String) -> String {
        let returned = self.order().turns().filter_map(|turn| turn.returned.as_ref());
        returned.last().map(text).unwrap_or_default()
    }
}

/// `电话 2022-04-12 09:00`, or why nobody was contacted.
fn contacted(contact: &Contact) -> String {
    let at: Moment = contact.did.at;
    let note = contact.note.as_deref().unwrap_or_default();
    match contact.way {
        Some(way) => format!("{} {} {note}", way.label(), at.minutes_text())
            .trim_end()
            .to_owned(),
        None => format!("未联系：{note}"),
    }
}

fn judged(found: &Found) -> String {
    let judged = found
        .reasonable
        .map(|reasonable| if reasonable { "合理" } else { "不合理" });
    judged.unwrap_or_default().to_owned()
}
