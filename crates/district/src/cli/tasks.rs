//! Tasks: pushing, passing on, taking back, listing.

use std::fs;
use std::path::Path;

use linli_district::random::System;
use linli_district::task::list::{Listed, Which};
use linli_district::task::pass::{TakeBack, TakenBackRow};
use linli_district::task::progress::{Count, Line, TaskProgress};
use linli_district::task::push::{Judged, Push, Pushed, Verdict};
use linli_district::task::route::{Routing, ToOne};
use linli_district::task::sheet::{self, Given};
use linli_district::task::{Ask, Standing, source};
use linli_domain::writing::quoted;
use serde_json::json;

use super::args::{PushTasks, SourceCommand, TaskState, TasksCommand};
use super::task_sheets;
use super::{Context, Output, Refusal};

/// The largest file that is read: 20,000 rows take a tenth of it.
const FILE_BYTES: u64 = 32 << 20;
/// Most rows that are named one by one; all are in the JSON and in the sheet.
const NAMED: usize = 20;

pub(crate) fn push(context: &Context, args: &PushTasks) -> Result<Output, Refusal> {
    args.output
        .as_deref()
        .map(|path| context.data.may_write(path))
        .transpose()?;
    let asked = Ask::all(&args.ask)?;
    let source = args.source.as_deref().map(source::named);
    let source = source.transpose().map_err(Refusal::Words)?;
    let bytes = read(&args.file)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let grids = linli_documents::sheet::read_workbook(&name, &bytes)?;
    let given = Given {
        source: source.as_deref(),
        asked: &asked,
        today: context.now().date(),
    };
    let rows = sheet::rows(&grids, given)?;
    let push = Push::of(rows).within_hours(args.deadline)?;
    let routing: Box<dyn Routing> = match &args.committee {
        Some(committee) => Box::new(ToOne(context.district.committee_called(committee)?.id)),
        None => context.district.routing(context.now())?,
    };
    let pushed = context.district.push_tasks(&push, &*routing, context.now())?;
    if let Some(path) = &args.output {
        let sheet = task_sheets::unsettled(&pushed, context.now())?;
        context.data.write_output(path, &sheet)?;
    }
    Output::new(&pushed, said(&pushed))
}

fn read(path: &Path) -> Result<Vec<u8>, Refusal> {
    let length = fs::metadata(path).map_err(Refusal::file(path))?.len();
    if length > FILE_BYTES {
        let most = FILE_BYTES >> 20;
        return Err(Refusal::Words(format!(
            "{} 太大，最多 {most} MB，没有读取；请分成几个文件推送",
            path.display()
        )));
    }
    fs::read(path).map_err(Refusal::file(path))
}

/// What came of a push: the counts, then the rows that need somebody's eyes.
fn said(pushed: &Pushed) -> Vec<String> {
    let Pushed {
        taken,
        known,
        changed,
        closed,
        damaged,
        nobody,
        rows,
    } = pushed;
    let mut lines = vec![format!(
        "新收 {taken} 行，已有 {known} 行，更正 {changed} 行，不能再更正 {closed} 行，不能用 {damaged} 行；其中 {nobody} 行没有归属的居委会"
    )];
    let named = |row: &&Judged| matches!(row.verdict, Verdict::Damaged | Verdict::Closed);
    let line = |row: &Judged| {
        let reason = row.reason.as_deref().unwrap_or_default();
        format!("第 {} 行\t{reason}", row.row)
    };
    lines.extend(rows.iter().filter(named).take(NAMED).map(line));
    let more = (damaged + closed).saturating_sub(NAMED);
    if more > 0 {
        lines.push(format!("另有 {more} 行，--json 或 -o 文件名.xlsx 全部列出"));
    }
    lines
}

pub(crate) fn source(context: &Context, command: SourceCommand) -> Result<Output, Refusal> {
    let (district, now) = (&context.district, context.now());
    match command {
        SourceCommand::Add { source: name } => {
            let token = district.add_source(&name, now, &mut System)?;
            let lines = vec![token.clone(), "令牌只显示这一次，请交给对方妥善保管".to_owned()];
            Output::new(&json!({ "name": name.trim(), "token": token }), lines)
        }
        SourceCommand::List => {
            let sources = district.sources()?;
            let state = |open| if open { "可推送" } else { "没有令牌或已停用" };
            let lines = sources.iter().map(|one| format!("{}\t{}", one.name, state(one.open)));
            Output::new(&sources, lines.collect())
        }
        SourceCommand::Revoke { source: name } => {
            district.revoke_source(&name, now, &mut System)?;
            Output::new(
                &json!({ "revoked": name }),
                vec![format!("“{name}”的令牌已停用，推送过的任务都在")],
            )
        }
    }
}

pub(crate) fn run(context: &Context, command: TasksCommand) -> Result<Output, Refusal> {
    match command {
        TasksCommand::List {
            state,
            source,
            committee,
            output,
        } => {
            let committee = committee
                .map(|text| context.district.committee_called(&text))
                .transpose()?;
            let which = Which {
                standing: state.and_then(standing),
                overdue: state == Some(TaskState::Overdue),
                source,
                committee: committee.map(|one| one.id),
            };
            list(context, &which, output.as_deref())
        }
        TasksCommand::Progress { output } => progress(context, output.as_deref()),
        TasksCommand::Pass {
            task,
            committee,
            reason,
            source,
        } => pass(context, (&task, source.as_deref()), &committee, &reason),
        TasksCommand::TakeBack {
            references,
            source,
            reason,
        } => take_back(context, &source, &references, &reason),
    }
}

fn standing(state: TaskState) -> Option<Standing> {
    match state {
        TaskState::Damaged => Some(Standing::Damaged),
        TaskState::Nobody => Some(Standing::Nobody),
        TaskState::Open => Some(Standing::Open),
        TaskState::Answered => Some(Standing::Answered),
        TaskState::Returned => Some(Standing::Returned),
        TaskState::TakenBack => Some(Standing::TakenBack),
        TaskState::Overdue => None,
    }
}

fn list(context: &Context, which: &Which, output: Option<&Path>) -> Result<Output, Refusal> {
    output.map(|path| context.data.may_write(path)).transpose()?;
    let rows = context.district.tasks(which, context.now())?;
    if let Some(path) = output {
        context
            .data
            .write_output(path, &task_sheets::listed(&rows, context.now())?)?;
        let line = format!("{} 行，已写到 {}", rows.len(), path.display());
        return Output::new(&rows, vec![line]);
    }
    let line = |one: &Listed| {
        let answer = &one.answer;
        let committee = answer.committee.as_deref().unwrap_or("（无）");
        let late = if one.overdue { "，已超时" } else { "" };
        let name = quoted(one.row.name.as_deref().or(one.row.phone.as_deref()).unwrap_or_default());
        let said = [&answer.reason, &one.remark].into_iter().flatten();
        let said: String = said.map(|text| format!("\t{text}")).collect();
        let (reference, source, state) = (&answer.reference, &one.source, answer.state.label());
        format!("{reference}\t{source}\t{committee}\t{name}\t{state}{late}{said}")
    };
    Output::new(&rows, rows.iter().map(line).collect())
}

fn progress(context: &Context, output: Option<&Path>) -> Result<Output, Refusal> {
    output.map(|path| context.data.may_write(path)).transpose()?;
    let progress = context.district.task_progress(context.now())?;
    if let Some(path) = output {
        context
            .data
            .write_output(path, &task_sheets::progress(&progress, context.now())?)?;
    }
    let TaskProgress {
        total,
        towns,
        committees,
        sources,
    } = &progress;
    let line = |one: &Line| format!("{}{}\t{}", one.town, one.name, counts(&one.count));
    let mut lines = vec![format!("合计\t{}", counts(total))];
    lines.extend(sources.iter().chain(towns).chain(committees).map(line));
    Output::new(&progress, lines)
}

fn counts(count: &Count) -> String {
    let Count {
        pushed,
        nobody,
        open,
        overdue,
        answered,
        returned,
        taken_back,
        damaged,
    } = count;
    format!(
        "下发 {pushed}，已核查 {answered}，待核查 {open}，超时 {overdue}，退回 {returned}，无归属 {nobody}，撤回 {taken_back}，不能用 {damaged}"
    )
}

fn pass(
    context: &Context,
    (task, source): (&str, Option<&str>),
    committee: &str,
    reason: &str,
) -> Result<Output, Refusal> {
    let committee = context.district.committee_called(committee)?;
    let id = context.district.task_called(task, source)?;
    let (from, to) = context
        .district
        .pass_task(id, committee.id, reason, context.now(), &mut System)?;
    let text = match &from {
        Some(from) if *from == to => format!("已再次交给{to}"),
        Some(from) => format!("已从{from}转派给{to}"),
        None => format!("已派给{to}"),
    };
    Output::new(&json!({ "task": id, "from": from, "to": to }), vec![text])
}

fn take_back(context: &Context, source: &str, references: &[String], reason: &str) -> Result<Output, Refusal> {
    let rows = context.district.take_back(source, references, reason, context.now())?;
    let line = |row: &TakenBackRow| {
        let said = match row.verdict {
            TakeBack::TakenBack => "已撤回",
            TakeBack::Known => "早已撤回",
            TakeBack::Answered => "已核查，没有撤回",
            TakeBack::NotFound => "没有这一行",
        };
        format!("{}\t{said}", row.reference)
    };
    let refused = rows.iter().all(|row| row.verdict == TakeBack::NotFound);
    Ok(Output::new(&rows, rows.iter().map(line).collect())?.refused_if(refused))
}
