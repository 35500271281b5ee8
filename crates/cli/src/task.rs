//! `linli task`.

use linli_workstation::api::import::ImportTarget;
use linli_workstation::api::tasks::{
    TaskAssign, TaskCard, TaskDecide, TaskExportRequest, TaskList, TaskListRequest, TaskReturn, TaskRow, TaskVisit,
    Tray,
};
use linli_workstation::api::{ById, Done, Exported, Page};

use crate::args::TaskCommand;
use crate::{Context, Output, Refusal, roster};

pub(crate) fn run(context: &Context, command: TaskCommand) -> Result<Output, Refusal> {
    match command {
        TaskCommand::Import(import) => roster::import_file(context, &import, ImportTarget::Tasks),
        TaskCommand::List { tray, pressing } => {
            let rows = all(context, tray, pressing)?;
            let lines = rows.iter().map(line).collect();
            Output::new(&rows, lines)
        }
        TaskCommand::Show { id } => {
            let card: TaskCard = context.call("task_card", &ById { id })?;
            Output::new(&card, lines(&card))
        }
        TaskCommand::Decide { id, resident } => {
            let request = TaskDecide { ids: id, resident };
            said(&context.call("task_decide", &request)?, "已判定")
        }
        TaskCommand::Assign { id, to } => said(&context.call("task_assign", &TaskAssign { ids: id, to })?, "已分派"),
        TaskCommand::Visit {
            id,
            by,
            outcome,
            learnt,
            note,
        } => {
            let request = TaskVisit {
                ids: id,
                way: by,
                outcome,
                learnt: learnt.into_iter().collect(),
                note,
            };
            said(&context.call("task_visit", &request)?, "已登记")
        }
        TaskCommand::Return { id, reason } => {
            let request = TaskReturn { ids: id, reason };
            said(&context.call("task_return", &request)?, "已退回")
        }
        TaskCommand::Export { which, output } => {
            let path = output.map(|path| path.display().to_string());
            let exported: Exported = context.call("task_export", &TaskExportRequest { which, path })?;
            Output::new(
                &exported,
                vec![format!("已导出 {} 行：{}", exported.rows, exported.path)],
            )
        }
    }
}

fn said(done: &Done, what: &str) -> Result<Output, Refusal> {
    Output::new(done, vec![format!("{what} {} 条", done.changed)])
}

fn all(context: &Context, tray: Option<Tray>, pressing: bool) -> Result<Vec<TaskRow>, Refusal> {
    let mut rows = Vec::new();
    loop {
        let request = TaskListRequest {
            tray,
            pressing,
            building: None,
            assignee: None,
            source: None,
            query: None,
            page: Page {
                offset: rows.len(),
                limit: Page::MAX_ROWS,
            },
        };
        let list: TaskList = context.call("task_list", &request)?;
        let last = list.rows.is_empty();
        rows.extend(list.rows);
        if last || rows.len() >= list.total {
            return Ok(rows);
        }
    }
}

fn line(row: &TaskRow) -> String {
    let or_blank = |text: &Option<String>| text.clone().unwrap_or_default();
    let tray = match row.tray {
        Tray::Undecided => "待判定",
        Tray::ToVisit => "待走访",
        Tray::NotOurs => "可能不是本辖区",
        Tray::Answered => "已核查",
        Tray::Returned => "已退回",
        Tray::TakenBack => row.cause.unwrap_or_default().label(),
    };
    let sources = row.sources.join("、");
    let (address, deadline) = (or_blank(&row.address), or_blank(&row.deadline));
    format!("{}\t{tray}\t{deadline}\t{}\t{address}\t{sources}", row.id, row.name)
}

fn lines(card: &TaskCard) -> Vec<String> {
    let mut lines = vec![line(&card.row)];
    for asked in &card.asked {
        let address: String = asked.address.iter().map(|piece| piece.text.as_str()).collect();
        let name = asked.name.as_deref().unwrap_or_default();
        lines.push(format!("{}：{name} {address}", asked.source));
    }
    for candidate in &card.candidates {
        let reasons: Vec<&str> = candidate.reasons.iter().map(|reason| reason.text.as_str()).collect();
        let resident = &candidate.resident;
        let address = resident.address.as_deref().unwrap_or_default();
        lines.push(format!(
            "\t{}\t{} {address}\t{}",
            resident.id,
            resident.name,
            reasons.join("；")
        ));
    }
    let told = |what: &str, why: &Option<String>| why.as_ref().map(|why| format!("{what}：{why}"));
    lines.extend(told("退回的原因", &card.reason));
    lines.extend(told(card.row.cause.unwrap_or_default().label(), &card.taken_back));
    lines.extend(
        card.timeline
            .iter()
            .map(|item| format!("{} {} {}", item.at, item.actor, item.said.text)),
    );
    lines
}
