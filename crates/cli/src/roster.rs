//! `linli roster`, and importing a file: also for rounds.

use linli_domain::import::{Mapping, ProblemCode, Severity, column_letter};
use linli_domain::writing::quoted;
use linli_workstation::api::Exported;
use linli_workstation::api::import::{ImportProblem, ImportReport, ImportTarget};
use linli_workstation::api::roster::{FindRequest, FindResponse, RosterExportRequest};
use linli_workstation::{Error, import, read_whole};
use serde::Serialize;

use crate::args::{Assignment, ImportArgs, RosterCommand};
use crate::{Context, Output, Refusal, SHEET_LIMIT, progress, read_password};

pub(crate) fn run(context: &Context, command: RosterCommand) -> Result<Output, Refusal> {
    match command {
        RosterCommand::Import(args) => import_file(context, &args, ImportTarget::Roster),
        RosterCommand::Find { query, limit } => {
            let found: FindResponse = context.call("roster_find", &FindRequest { query, limit })?;
            let lines = found
                .residents
                .iter()
                .map(|row| {
                    let text = |value: &Option<String>| value.clone().unwrap_or_default();
                    format!(
                        "{}\t{}\t{}\t{}",
                        row.name,
                        text(&row.room),
                        text(&row.phone),
                        text(&row.document)
                    )
                })
                .collect();
            Output::new(&found.residents, lines)
        }
        RosterCommand::Export { output } => {
            let path = Some(output.display().to_string());
            let exported: Exported = context.call("roster_export", &RosterExportRequest { path })?;
            Output::of_export(&exported)
        }
    }
}

/// Imports a file, or says what an import would do.
pub(crate) fn import_file(context: &Context, args: &ImportArgs, target: ImportTarget) -> Result<Output, Refusal> {
    let ws = context.open()?;
    let mut bytes = read_whole(&args.file, SHEET_LIMIT).map_err(Error::from)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if let Some(file) = &args.sheet_password_file {
        bytes = import::unlock(&name, bytes, &read_password(file)?)?;
    }
    let mut request = import::open_file(&ws, &name, bytes, target, &args.sheets)?;
    for assignment in &args.map {
        assign(&mut request.mappings, assignment)?;
    }
    if !args.only.is_empty() {
        request.only = Some(args.only.clone());
    }
    request.unseen = args.unseen;
    let mut report = progress::shown(|progress| match args.dry_run {
        true => import::dry_run(&ws, &request, progress),
        false => import::import(&ws, &request, progress),
    })?;
    let problems = std::mem::take(&mut report.problems);
    let mut counted = serde_json::to_value(&report)?;
    counted.as_object_mut().and_then(|counted| counted.remove("problems"));
    let json = Reported {
        counted,
        problems: problems.iter().map(Found::of).collect(),
    };
    let output = Output::new(&json, Vec::new())?;
    Ok(Output {
        lines: report_lines(&report, problems),
        ..output
    })
}

/// The report as JSON; written out as it is, for there may be hundreds of thousands of problems.
#[derive(Serialize)]
struct Reported<'r> {
    /// All but the problems.
    #[serde(flatten)]
    counted: serde_json::Value,
    problems: Vec<Found<'r>>,
}

#[derive(Serialize)]
struct Found<'r> {
    sheet: &'r str,
    row: u32,
    column: &'r str,
    header: &'r str,
    code: ProblemCode,
    severity: Severity,
    value: &'r str,
    text: &'r str,
}

impl Found<'_> {
    fn of(ImportProblem { problem, text, .. }: &ImportProblem) -> Found<'_> {
        Found {
            sheet: &problem.sheet,
            row: problem.row,
            column: &problem.letter,
            header: &problem.header,
            code: problem.code,
            severity: problem.severity,
            value: &problem.value,
            text,
        }
    }
}

fn report_lines(report: &ImportReport, problems: Vec<ImportProblem>) -> Vec<String> {
    let mut lines: Vec<String> = problems.into_iter().map(|problem| problem.text).collect();
    lines.extend(report.remarks.iter().map(|remark| remark.text.clone()));
    lines.push(format!(
        "{} 行：新增 {}，更新 {}，不变 {}，跳过 {}",
        report.rows, report.added, report.updated, report.unchanged, report.skipped
    ));
    lines
}

/// Takes a column, found by its header or its letter, for a field: in every sheet that has it.
fn assign(mappings: &mut [Mapping], Assignment { column, field }: &Assignment) -> Result<(), Refusal> {
    let mut found = false;
    for mapping in mappings {
        let place = (0..)
            .zip(&mapping.headers)
            .position(|(place, header)| header == column || column_letter(place) == *column);
        let Some(place) = place else { continue };
        found = true;
        if field.is_some() {
            mapping
                .columns
                .iter_mut()
                .filter(|other| *other == field)
                .for_each(|other| *other = None);
        }
        mapping.columns[place] = *field;
    }
    if found {
        Ok(())
    } else {
        Err(Refusal::Words(format!("表里没有“{}”这一列", quoted(column))))
    }
}
