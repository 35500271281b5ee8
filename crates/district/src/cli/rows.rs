//! Pushed rows of every kind: pushing sheets, passing on, taking back, listing; and who pushes them.

use std::fs;
use std::path::Path;

use linli_district::pushed::list::{Listed, Which};
use linli_district::pushed::pass::{TakeBack, TakenBackRow};
use linli_district::pushed::progress::{Counted, Line};
use linli_district::pushed::push::{Incoming, Judged, Push, Pushed, Verdict};
use linli_district::pushed::route::{Routing, ToOne};
use linli_district::pushed::sheet::{self, Given};
use linli_district::pushed::{Ask, Content, Standing, TaskRow, source};
use linli_district::random::System;
use linli_domain::writing::quoted;
use linli_safekeeping::is_read;
use serde::Serialize;
use serde_json::json;

use super::args::{Looked, PushTasks, PushedFile, RowState, SourceCommand, TasksCommand};
use super::row_sheets::{self, Sheet};
use super::{Context, Output, Refusal};

/// The largest file that is read: 20,000 rows take a tenth of it.
const FILE_BYTES: u64 = 32 << 20;
/// Most rows that are named one by one; all are in the JSON and in the sheet.
const NAMED: usize = 20;

pub(crate) fn push_tasks(context: &Context, args: &PushTasks) -> Result<Output, Refusal> {
    let asked = Ask::all(&args.ask)?;
    let mut rows: Vec<Incoming<TaskRow>> = rows(context, &args.file)?;
    for row in rows.iter_mut().filter(|row| row.damage.is_none()) {
        row.content.questions.clone_from(&asked);
    }
    push(context, &args.file, &Push::of(rows).within_hours(args.deadline)?)
}

/// The rows of a sheet.
pub(super) fn rows<R: Content>(context: &Context, args: &PushedFile) -> Result<Vec<Incoming<R>>, Refusal> {
    let output = args.output.as_deref();
    output.map(|path| context.data.may_write(path)).transpose()?;
    if let Some(path) = output.filter(|path| is_read(path, &[&args.file])) {
        let name = path.display();
        return Err(Refusal::Words(format!(
            "“{name}”是要读的文件，不能用结果盖掉它；没有推送，请换一个文件名"
        )));
    }
    let source = args.source.as_deref().map(source::named);
    let source = source.transpose().map_err(Refusal::Words)?;
    let bytes = read(&args.file)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let grids = linli_documents::sheet::read_workbook(&name, &bytes)?;
    let given = Given {
        source: source.as_deref(),
        today: context.now().date(),
    };
    Ok(sheet::rows(&grids, given)?)
}

/// Pushes the rows of a sheet.
pub(super) fn push<R: Content>(context: &Context, args: &PushedFile, push: &Push<R>) -> Result<Output, Refusal> {
    let routing: Box<dyn Routing> = match &args.committee {
        Some(committee) => Box::new(ToOne(context.district.committee_called(committee)?.id)),
        None => context.district.routing(context.now())?,
    };
    let pushed = context.district.push_rows(push, &*routing, context.now())?;
    if let Some(path) = &args.output {
        let sheet = row_sheets::unsettled(&pushed, context.now())?;
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
        direct,
        rows,
    } = pushed;
    let direct = match direct {
        0 => String::new(),
        direct => format!("，区级直办 {direct} 行，不下派"),
    };
    let nobody = nobody - pushed.direct;
    let mut lines = vec![format!(
        "新收 {taken} 行，已有 {known} 行，更正 {changed} 行，不能再更正 {closed} 行，不能用 {damaged} 行；其中 {nobody} 行没有归属的居委会{direct}"
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
                vec![format!("“{name}”的令牌已停用，推送过的都在")],
            )
        }
    }
}

pub(crate) fn run(context: &Context, command: TasksCommand) -> Result<Output, Refusal> {
    match command {
        TasksCommand::List(looked) => list::<TaskRow>(context, &looked),
        TasksCommand::Progress { output } => {
            let numbers = context.district.task_progress(context.now())?;
            let groups = [
                ("来源", numbers.sources.as_slice()),
                ("街镇", &numbers.towns),
                ("居委会", &numbers.committees),
            ];
            progress(
                context,
                (&numbers, &numbers.total),
                &groups,
                ("核查任务进度", output.as_deref()),
            )
        }
        TasksCommand::Pass {
            task,
            committee,
            reason,
            source,
        } => pass::<TaskRow>(context, (&task, source.as_deref()), &committee, &reason),
        TasksCommand::TakeBack {
            references,
            source,
            reason,
        } => take_back::<TaskRow>(context, &source, &references, &reason),
    }
}

fn which(context: &Context, looked: &Looked) -> Result<Which, Refusal> {
    let committee = looked.committee.as_deref();
    let committee = committee
        .map(|text| context.district.committee_called(text))
        .transpose()?;
    Ok(Which {
        standing: looked.state.and_then(standing),
        overdue: looked.state == Some(RowState::Overdue),
        source: looked.source.clone(),
        committee: committee.map(|one| one.id),
    })
}

fn standing(state: RowState) -> Option<Standing> {
    match state {
        RowState::Damaged => Some(Standing::Damaged),
        RowState::Nobody => Some(Standing::Nobody),
        RowState::Direct => Some(Standing::Direct),
        RowState::Open => Some(Standing::Open),
        RowState::Answered => Some(Standing::Answered),
        RowState::Returned => Some(Standing::Returned),
        RowState::TakenBack => Some(Standing::TakenBack),
        RowState::Overdue => None,
    }
}

pub(super) fn list<R: Sheet>(context: &Context, looked: &Looked) -> Result<Output, Refusal> {
    let output = looked.output.as_deref();
    output.map(|path| context.data.may_write(path)).transpose()?;
    let rows = context.district.rows::<R>(&which(context, looked)?, context.now())?;
    if let Some(path) = output {
        context
            .data
            .write_output(path, &row_sheets::listed(&rows, context.now())?)?;
        let line = format!("{} 行，已写到 {}", rows.len(), path.display());
        return Output::new(&rows, vec![line]);
    }
    let line = |one: &Listed<R>| {
        let committee = one.committee.as_deref().unwrap_or("（无）");
        let late = if one.overdue { "，已超时" } else { "" };
        let said = one.row.said();
        let name = quoted(said.name.or(said.phone).unwrap_or_default());
        let reasons = [&one.reason, &one.remark].into_iter().flatten();
        let reasons: String = reasons.map(|text| format!("\t{text}")).collect();
        let (reference, source, state) = (&one.reference, &one.source, one.standing.label::<R>());
        format!("{reference}\t{source}\t{committee}\t{name}\t{state}{late}{reasons}")
    };
    Output::new(&rows, rows.iter().map(line).collect())
}

/// Numbers as JSON, as lines, and as a sheet: all together, and by group of lines.
pub(super) fn progress<C: Counted>(
    context: &Context,
    (numbers, total): (&impl Serialize, &C),
    groups: &[(&'static str, &[Line<C>])],
    (title, output): (&str, Option<&Path>),
) -> Result<Output, Refusal> {
    output.map(|path| context.data.may_write(path)).transpose()?;
    if let Some(path) = output {
        let sheet = row_sheets::progress(title, groups, context.now())?;
        context.data.write_output(path, &sheet)?;
    }
    let counts = |count: &C| {
        let each = C::COLUMNS.iter().map(|(name, of)| format!("{name} {}", of(count)));
        each.collect::<Vec<_>>().join("，")
    };
    let line = |one: &Line<C>| format!("{}{}\t{}", one.town, one.name, counts(&one.count));
    let mut lines = vec![format!("合计\t{}", counts(total))];
    lines.extend(groups.iter().flat_map(|(_, lines)| lines.iter().map(line)));
    Output::new(numbers, lines)
}

pub(super) fn pass<R: Content>(
    context: &Context,
    (item, source): (&str, Option<&str>),
    committee: &str,
    reason: &str,
) -> Result<Output, Refusal> {
    let committee = context.district.committee_called(committee)?;
    let id = context.district.row_called::<R>(item, source)?;
    let (from, to) = context
        .district
        .pass_row::<R>(id, committee.id, reason, context.now(), &mut System)?;
    let text = match &from {
        Some(from) if *from == to => format!("已再次交给{to}"),
        Some(from) => format!("已从{from}转派给{to}"),
        None => format!("已派给{to}"),
    };
    Output::new(&json!({ R::WORD: id, "from": from, "to": to }), vec![text])
}

pub(super) fn take_back<R: Content>(
    context: &Context,
    source: &str,
    references: &[String],
    reason: &str,
) -> Result<Output, Refusal> {
    let rows = context
        .district
        .take_back::<R>(source, references, reason, context.now())?;
    let line = |row: &TakenBackRow| {
        let said = match row.verdict {
            TakeBack::TakenBack => "已撤回".to_owned(),
            TakeBack::Known => "早已撤回".to_owned(),
            TakeBack::Answered => format!("{}，没有撤回", R::LABELS.answered),
            TakeBack::NotFound => "没有这一行".to_owned(),
        };
        format!("{}\t{said}", row.reference)
    };
    let refused = rows.iter().all(|row| row.verdict == TakeBack::NotFound);
    Ok(Output::new(&rows, rows.iter().map(line).collect())?.refused_if(refused))
}
