//! The exchange with the district: joining, exchanging now, conflicts, packages on a stick.

use std::path::Path;

use linli_workstation::api::exchange::{
    ConflictDecide, ConflictDecision, ConflictList, ConflictListRequest, ConflictRow, ExchangePhase, ExchangeState,
    JoinRequest, PackageExport, PackageImport, PackageImported,
};
use linli_workstation::api::{Done, Empty, Exported, Page, Secret};
use linli_workstation::{Tried, exchange_once, read_whole, ticket_text};
use serde_json::json;

use crate::args::{ConflictsCommand, JoinArgs, PackageCommand};
use crate::{Context, Output, Refusal};

/// The largest ticket file read, in bytes: a picture may be a scan.
const TICKET_LIMIT: u64 = 16 * 1024 * 1024;

pub(crate) fn join(context: &Context, args: JoinArgs) -> Result<Output, Refusal> {
    let by_code = args.code.is_some();
    let ticket = if by_code { None } else { Some(ticket(&args.district)?) };
    context.session().join(&JoinRequest {
        ticket,
        url: by_code.then_some(args.district),
        code: args.code,
        device_name: args.name.unwrap_or_default(),
        actor: args.actor,
        password: context.password().map(Secret::from),
    })?;
    let state: ExchangeState = context.call("exchange_state", &Empty {})?;
    let district = state.district.clone().unwrap_or_default();
    Output::new(&state, vec![format!("已加入：{district}")])
}

/// A ticket's text, or that of the file it names: a text, or a picture of its code.
fn ticket(text: &str) -> Result<String, Refusal> {
    let path = Path::new(text);
    match std::fs::metadata(path) {
        Ok(file) if file.is_file() => Ok(ticket_text(
            &read_whole(path, TICKET_LIMIT).map_err(linli_workstation::Error::from)?,
        )?),
        _ => Ok(text.to_owned()),
    }
}

/// Exchanges now.
pub(crate) fn sync(context: &Context) -> Result<Output, Refusal> {
    let ws = context.open()?;
    let tried = exchange_once(&ws)?;
    let state: ExchangeState = context.call("exchange_state", &Empty {})?;
    let (done, line) = match &tried {
        Tried::Alone => return Err(Refusal::Words("这台电脑还没有加入区级平台，请先 linli join".into())),
        Tried::Elsewhere => (json!(null), "另一个程序正在同步这份数据".to_owned()),
        Tried::Done(done) => (
            json!({
                "pushed": done.pushed, "received": done.received,
                "refused": done.refused, "forgotten": done.forgotten,
            }),
            format!(
                "已同步：发出 {} 批，收到 {} 条，还有 {} 条待发",
                done.pushed, done.received, state.waiting
            ),
        ),
    };
    let mut lines = vec![line];
    lines.extend(state.problem.iter().map(|problem| problem.text.clone()));
    lines.extend(
        state
            .clock_off
            .map(|minutes| format!("本机时钟与区级平台相差 {minutes} 分钟，请校准")),
    );
    for (count, what) in [
        (state.conflicts, "处冲突等您决定"),
        (state.rejected, "处改动没有被区级平台接受"),
    ] {
        lines.extend((count > 0).then(|| format!("{count} {what}")));
    }
    let trouble = state.phase == ExchangePhase::Trouble;
    Ok(Output::new(&json!({ "exchanged": done, "state": state }), lines)?.refused_if(trouble))
}

pub(crate) fn conflicts(context: &Context, command: ConflictsCommand) -> Result<Output, Refusal> {
    match command {
        ConflictsCommand::List { clear } => {
            let rows = all(context, clear)?;
            let lines = rows.iter().map(line).collect();
            Output::new(&rows, lines)
        }
        ConflictsCommand::Resolve { which, choose } => {
            // Each hand-out after another one is looked into for itself: nobody can know of all at once what went over
            // the counters.
            let (keys, left) = if which.all {
                let (hand_outs, others): (Vec<_>, Vec<_>) =
                    all(context, false)?.into_iter().partition(|row| row.hand_out);
                (others.into_iter().map(|row| row.key).collect(), hand_outs.len())
            } else {
                (which.id, 0)
            };
            let decisions = keys.into_iter().map(|key| ConflictDecision { key, choose }).collect();
            let done: Done = context.call("conflict_decide", &ConflictDecide { decisions })?;
            let mut lines = vec![format!("已裁定 {} 条", done.changed)];
            lines.extend((left > 0).then(|| format!("还有 {left} 条重复领取，请问清后用 --id 逐条裁定")));
            Output::new(&done, lines)
        }
    }
}

fn all(context: &Context, clear: bool) -> Result<Vec<ConflictRow>, Refusal> {
    let mut rows = Vec::new();
    loop {
        let page = Page {
            offset: rows.len(),
            limit: Page::MAX_ROWS,
        };
        let list: ConflictList = context.call("conflict_list", &ConflictListRequest { clear, page })?;
        let last = list.rows.is_empty();
        rows.extend(list.rows);
        if last || rows.len() >= list.total {
            return Ok(rows);
        }
    }
}

fn line(row: &ConflictRow) -> String {
    let values: Vec<String> = row
        .values
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let shown = value.value.as_ref().map_or("空", |value| &value.text);
            format!("[{place}] {shown}（{} {} {}）", value.by, value.at, value.device)
        })
        .collect();
    format!(
        "{}\t{}\t{}\t{}",
        row.key,
        row.what.text,
        row.field.text,
        values.join("\t")
    )
}

pub(crate) fn package(context: &Context, command: PackageCommand) -> Result<Output, Refusal> {
    match command {
        PackageCommand::Export { to, output } => {
            let path = output.map(|output| output.display().to_string());
            let exported: Exported = context.call("package_export", &PackageExport { to, path })?;
            Output::new(
                &exported,
                vec![format!("已写入 {} 处改动：{}", exported.rows, exported.path)],
            )
        }
        PackageCommand::Import { file } => {
            let path = Some(file.display().to_string());
            let imported: PackageImported = context.call("package_import", &PackageImport { path, token: None })?;
            let mut lines = vec![format!(
                "来自“{}”：新收到 {} 处改动",
                imported.from, imported.operations
            )];
            lines.extend(imported.missing.iter().map(|missing| missing.text.clone()));
            let incomplete = !imported.missing.is_empty();
            Ok(Output::new(&imported, lines)?.refused_if(incomplete))
        }
    }
}
