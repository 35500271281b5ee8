//! The data itself: setting up, checking, backup, undo, samples.

use std::path::Path;

use linli_workstation::api::app::{AppStatus, PasswordSet, RedoBatch, Redone, SetupAlone, UndoBatch, Undone};
use linli_workstation::api::{Empty, Secret};
use serde_json::json;

use crate::args::{InitArgs, PasswordArgs, SampleArgs};
use crate::{Context, Output, Refusal, read_password};

pub(crate) fn init(context: &Context, args: InitArgs) -> Result<Output, Refusal> {
    let committee = args.committee.clone();
    context.session().set_up_alone(&SetupAlone {
        committee: args.committee,
        district: args.district,
        actor: args.actor,
        password: context.password().map(Secret::from),
    })?;
    let folder = context.session().data_dir().display().to_string();
    Output::new(
        &json!({ "committee": committee, "data": folder }),
        vec![format!("{committee} 已建立，数据在 {folder}")],
    )
}

pub(crate) fn check(context: &Context, seen: bool) -> Result<Output, Refusal> {
    let ws = context.open()?;
    if seen {
        context.call::<Empty>("remarks_seen", &Empty {})?;
    }
    let report = linli_workstation::check(&ws)?;
    let mut lines = vec![
        format!(
            "{} 处改动，{} 批，状态 {}",
            report.operations, report.batches, report.state_hash
        ),
        format!("与区级平台核对用 {}", report.digest),
    ];
    lines.extend(report.problems.iter().map(|problem| problem.text.clone()));
    lines.extend(report.ok.then(|| "数据完好".to_owned()));
    Ok(Output::new(&report, lines)?.refused_if(!report.ok))
}

pub(crate) fn password(context: &Context, args: &PasswordArgs) -> Result<Output, Refusal> {
    let new = args.new_password_file.as_deref().map(read_password).transpose()?;
    let old = context.password().map(Secret::from);
    let text = if new.is_some() {
        "密码已改"
    } else {
        "已改用系统密钥环"
    };
    context.call::<AppStatus>("password_set", &PasswordSet { old, new })?;
    Output::new(&json!({ "keyring": args.keyring }), vec![text.to_owned()])
}

pub(crate) fn backup(context: &Context, output: &Path, own_password: Option<&str>) -> Result<Output, Refusal> {
    let written = linli_workstation::back_up(&*context.open()?, output, own_password)?;
    Output::new(&written, vec![format!("已备份到 {}", written.path)])
}

pub(crate) fn restore(context: &Context, file: &Path) -> Result<Output, Refusal> {
    let kept = linli_workstation::restore(context.session(), file, context.password())?;
    let kept = kept.map(|kept| kept.display().to_string());
    let mut lines = vec!["已从备份恢复".to_owned()];
    lines.extend(kept.as_ref().map(|kept| format!("原来的数据留在 {kept}")));
    Output::new(&json!({ "kept": kept }), lines)
}

pub(crate) fn undo(context: &Context, batch: Option<i64>) -> Result<Output, Refusal> {
    let undone: Undone = match batch {
        Some(batch) => context.call("undo_batch", &UndoBatch { batch })?,
        None => context.call("undo_last", &Empty {})?,
    };
    let mut lines = vec![match &undone.said {
        Some(said) => format!("已撤销：{}", said.text),
        None => "没有可以撤销的操作".to_owned(),
    }];
    lines.extend(undone.kept.iter().map(|kept| format!("保留：{kept}")));
    Output::new(&undone, lines)
}

pub(crate) fn redo(context: &Context, batch: Option<i64>) -> Result<Output, Refusal> {
    let redone: Redone = match batch {
        Some(batch) => context.call("redo_batch", &RedoBatch { batch })?,
        None => context.call("redo_last", &Empty {})?,
    };
    let line = match &redone.said {
        Some(said) => format!("已恢复：{}", said.text),
        None => "没有可以恢复的".to_owned(),
    };
    Output::new(&redone, vec![line])
}

pub(crate) fn sample(context: &Context, args: &SampleArgs) -> Result<Output, Refusal> {
    context.session().may_write(&args.output.join("roster.xlsx"))?;
    let committee = linli_sample::Committee::invent(args.households, args.seed);
    let written = committee.write_to(&args.output, context.session().data_dir())?;
    let files: Vec<String> = written.files.iter().map(|file| file.display().to_string()).collect();
    let json = json!({
        "committee": committee.name,
        "households": committee.households.len(),
        "residents": written.residents,
        "damaged": written.damaged.len(),
        "files": files,
    });
    Output::new(&json, files)
}

pub(crate) fn client(context: &Context, output: &Path) -> Result<Output, Refusal> {
    context.session().may_write(&output.join("client.ts"))?;
    linli_workstation::write_client(output).map_err(|error| Refusal::Words(error.to_string()))?;
    Output::new(&(), Vec::new())
}
