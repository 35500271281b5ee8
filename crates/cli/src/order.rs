//! `linli order`.

use std::path::Path;

use linli_domain::item::Stage as _;
use linli_domain::order::Mark;
use linli_workstation::api::orders::{
    OrderAdd, OrderAdded, OrderAlarm, OrderAlarms, OrderAssign, OrderCard, OrderClose, OrderContact,
    OrderExportRequest, OrderFound, OrderHelpAsk, OrderHelpGiven, OrderList, OrderListRequest, OrderReply, OrderReport,
    OrderReportRequest, OrderReportSave, OrderReturn, OrderRevisit, OrderRow, OrderSign, TurnRow,
};
use linli_workstation::api::{ById, Done, Empty, Exported, Page};
use serde::Serialize;

use crate::args::{OrderAct, OrderAddArgs, OrderCommand, report_format};
use crate::{Context, Output, Refusal};

pub(crate) fn run(context: &Context, command: OrderCommand) -> Result<Output, Refusal> {
    match command {
        OrderCommand::List {
            stage,
            list,
            day,
            query,
        } => {
            let wanted = OrderListRequest {
                stage,
                list,
                day,
                category: None,
                urgency: None,
                assignee: None,
                building: None,
                query,
                page: Page {
                    offset: 0,
                    limit: Page::MAX_ROWS,
                },
            };
            let rows = all(context, wanted)?;
            Output::new(&rows, rows.iter().map(line).collect())
        }
        OrderCommand::Show { id } => {
            let card: OrderCard = context.call("order_card", &ById { id })?;
            Output::new(&card, lines(&card))
        }
        OrderCommand::Add(args) => add(context, args),
        OrderCommand::Alarms => {
            let rang: OrderAlarms = context.call("order_alarms", &Empty {})?;
            Output::new(&rang.alarms, rang.alarms.iter().map(alarm).collect())
        }
        OrderCommand::Report { day, output } => report(context, day, output.as_deref()),
        OrderCommand::Export { which, day, output } => {
            let path = output.map(|path| path.display().to_string());
            let exported: Exported = context.call("order_export", &OrderExportRequest { which, day, path })?;
            let line = format!("已导出 {} 行：{}", exported.rows, exported.path);
            Output::new(&exported, vec![line])
        }
        OrderCommand::Act(act) => done(context, act),
    }
}

fn report(context: &Context, day: Option<String>, output: Option<&Path>) -> Result<Output, Refusal> {
    let Some((path, format)) = output.and_then(|path| Some((path, report_format(path)?))) else {
        let report: OrderReport = context.call("order_report", &OrderReportRequest { day })?;
        let numbers = report.lists.iter().zip(&report.all);
        let lines = numbers.map(|(list, count)| format!("{}\t{count}", list.label()));
        return Output::new(&report, lines.collect());
    };
    let path = Some(path.display().to_string());
    let exported: Exported = context.call("order_report_save", &OrderReportSave { day, format, path })?;
    Output::new(&exported, vec![format!("已导出：{}", exported.path)])
}

fn add(context: &Context, args: OrderAddArgs) -> Result<Output, Refusal> {
    let OrderAddArgs {
        title,
        body,
        name,
        phone,
        address,
        category,
        urgency,
        resident,
    } = args;
    let wanted = OrderAdd {
        title,
        body,
        name,
        phone,
        address,
        category,
        urgency,
        resident,
    };
    let added: OrderAdded = context.call("order_add", &wanted)?;
    let mut lines = vec![format!("已录入：{}", added.id)];
    if added.same > 0 {
        lines.push(format!("同一人或同一户近期还有 {} 张同类工单", added.same));
    }
    Output::new(&added, lines)
}

/// What is done with orders by their ids.
fn done(context: &Context, act: OrderAct) -> Result<Output, Refusal> {
    match act {
        OrderAct::Sign(orders) => said(context, "order_sign", &OrderSign { ids: orders.id }, "已签收"),
        OrderAct::Assign { orders, to } => said(context, "order_assign", &OrderAssign { ids: orders.id, to }, "已分派"),
        OrderAct::Contact { orders, by, note } => {
            let (ids, way) = (orders.id, by);
            said(
                context,
                "order_contact",
                &OrderContact { ids, way, note },
                "已登记先行联系",
            )
        }
        OrderAct::Facts {
            orders,
            facts,
            reasonable,
        } => {
            let ids = orders.id;
            let found = OrderFound { ids, facts, reasonable };
            said(context, "order_found", &found, "已登记核实情况")
        }
        OrderAct::Help {
            orders,
            unit,
            ask,
            answer,
        } => help(context, orders.id, unit, (ask, answer)),
        OrderAct::Reply {
            orders,
            result,
            text,
            close,
        } => {
            let reply = OrderReply {
                ids: orders.id,
                result,
                text,
                answer: None,
                close,
            };
            said(
                context,
                "order_reply",
                &reply,
                if close { "已答复并办结" } else { "已答复" },
            )
        }
        OrderAct::Revisit {
            orders,
            said: satisfaction,
            words,
        } => {
            let ids = orders.id;
            let revisit = OrderRevisit {
                ids,
                satisfaction,
                words,
            };
            said(context, "order_revisit", &revisit, "已登记回访")
        }
        OrderAct::Close(orders) => said(context, "order_close", &OrderClose { ids: orders.id }, "已办结"),
        OrderAct::Return { orders, reason } => {
            let ids = orders.id;
            said(context, "order_return", &OrderReturn { ids, reason }, "已退回")
        }
    }
}

fn help(
    context: &Context,
    ids: Vec<String>,
    unit: String,
    (ask, answer): (Option<String>, Option<String>),
) -> Result<Output, Refusal> {
    match answer {
        Some(text) => said(
            context,
            "order_help_given",
            &OrderHelpGiven { ids, unit, text },
            "已登记会办意见",
        ),
        None => {
            let what = ask.unwrap_or_default();
            said(context, "order_help_ask", &OrderHelpAsk { ids, unit, what }, "已请会办")
        }
    }
}

fn said(context: &Context, command: &str, request: &impl Serialize, what: &str) -> Result<Output, Refusal> {
    let done: Done = context.call(command, request)?;
    Output::new(&done, vec![format!("{what} {} 张", done.changed)])
}

fn all(context: &Context, wanted: OrderListRequest) -> Result<Vec<OrderRow>, Refusal> {
    let mut rows = Vec::new();
    loop {
        let page = Page {
            offset: rows.len(),
            ..wanted.page
        };
        let request = OrderListRequest { page, ..wanted.clone() };
        let list: OrderList = context.call("order_list", &request)?;
        let last = list.rows.is_empty();
        rows.extend(list.rows);
        if last || rows.len() >= list.total {
            return Ok(rows);
        }
    }
}

fn line(row: &OrderRow) -> String {
    let or_blank = |text: &Option<String>| text.clone().unwrap_or_default();
    let clock = row.clock.map(|clock| clock.label()).unwrap_or_default();
    let (stage, urgency) = (row.stage.label(), row.urgency.label());
    let (due, name, address) = (or_blank(&row.due), or_blank(&row.name), or_blank(&row.address));
    let groups = row.groups.join("、");
    format!(
        "{}\t{stage}\t{urgency}\t{clock} {due}\t{}\t{name}\t{address}\t{groups}",
        row.id, row.title
    )
}

fn alarm(alarm: &OrderAlarm) -> String {
    let OrderAlarm { id, at, title, due, .. } = alarm;
    let clock = alarm.clock.label();
    match alarm.mark {
        Mark::Ahead => format!("{at}\t{clock}时限快到（{due}）\t{title}\t{id}"),
        Mark::Due => format!("{at}\t{clock}时限已到\t{title}\t{id}"),
    }
}

fn lines(card: &OrderCard) -> Vec<String> {
    let mut lines = vec![line(&card.row)];
    lines.extend(card.body.clone());
    for clock in &card.clocks {
        let done = clock.done.as_deref().unwrap_or_default();
        lines.push(format!("{}时限 {}\t{done}", clock.clock.label(), clock.due));
    }
    lines.extend(card.turns.iter().filter_map(replied));
    for candidate in &card.candidates {
        let resident = &candidate.resident;
        let reasons: Vec<&str> = candidate.reasons.iter().map(|reason| reason.text.as_str()).collect();
        lines.push(format!("\t{}\t{}\t{}", resident.id, resident.name, reasons.join("；")));
    }
    lines.extend(card.orders.iter().map(|row| format!("\t{}", line(row))));
    lines.extend(
        card.timeline
            .iter()
            .map(|item| format!("{} {} {}", item.at, item.actor, item.said.text)),
    );
    lines
}

/// The reply of a turn that goes up.
fn replied(turn: &TurnRow) -> Option<String> {
    let reply = turn.replies.iter().find(|reply| reply.counts)?;
    Some(format!("答复（{}）：{}", reply.result.label(), reply.text))
}
