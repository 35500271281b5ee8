//! The list of what an import finds, to work through beside the sheet: as a sheet of its own or on paper.

use linli_documents::pdf::{ProblemLine, ProblemListInput, problem_list};
use linli_documents::sheet::{Cell, ColumnKind, ColumnSpec, SheetSpec, Written, write_sheet};
use linli_domain::import::{Problem, Severity};
use linli_domain::operation::{Action, EntityKind, Note};
use linli_domain::refusal::Refusal;
use linli_domain::time::Moment;

use super::reading::{self, Looked};
use crate::api::Exported;
use crate::api::import::{ImportProblemsRequest, ProblemsForm};
use crate::file_name::file_name;
use crate::jobs::Progress;
use crate::{Error, Workstation, papers};

/// The sheet's columns.
const COLUMNS: [&str; 6] = ["工作表", "行", "列", "原来的内容", "问题", "结果"];
/// What the list is called in the log and as a file.
const WHAT: &str = "导入问题清单";

/// Writes the list. Recorded: it holds personal data.
pub(crate) fn import_problems(ws: &Workstation, request: ImportProblemsRequest) -> Result<Exported, Error> {
    let looked = reading::looked(ws, &request.import, &Progress::default())?;
    let problems: Vec<&Problem> = looked.problems().collect();
    if problems.is_empty() {
        return Err(Refusal::NoProblems.into());
    }
    let (file, extension) = match request.form {
        ProblemsForm::Sheet => (sheet(&problems, ws.now())?, "xlsx"),
        ProblemsForm::Paper => (
            Written {
                bytes: paper(ws, &looked, &problems)?,
                altered: Vec::new(),
            },
            "pdf",
        ),
    };
    let path = ws.export_path(request.path.as_deref(), &file_name(ws, WHAT, extension)?)?;
    let exported = ws.save_sheet(&path, &file, problems.len())?;
    let note = Note::Exported {
        what: WHAT.into(),
        rows: problems.len(),
        to: Some(exported.file_name.clone()),
    };
    ws.record(Action::Exported, EntityKind::Committee, ws.committee_id(), note)?;
    Ok(exported)
}

impl Looked {
    fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.read
            .others
            .iter()
            .chain(self.plan.rows.iter().flat_map(|row| &row.problems))
    }
}

fn taken(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Error => "没有导入",
        Severity::Warning => "请留意",
    }
}

fn sheet(problems: &[&Problem], now: Moment) -> Result<Written, Error> {
    let rows: Vec<[String; 6]> = problems
        .iter()
        .map(|problem| {
            let column = if problem.header.is_empty() {
                problem.letter.clone()
            } else {
                format!("{} {}", problem.letter, problem.header)
            };
            let row = problem.row.to_string();
            [
                problem.sheet.clone(),
                row,
                column,
                problem.value.clone(),
                problem.reason(),
                taken(problem).to_owned(),
            ]
        })
        .collect();
    let spec = SheetSpec {
        title: WHAT.into(),
        sheet_name: WHAT.into(),
        columns: COLUMNS
            .iter()
            .map(|header| ColumnSpec {
                header: (*header).to_owned(),
                kind: if *header == "行" {
                    ColumnKind::Number
                } else {
                    ColumnKind::Text
                },
            })
            .collect(),
        created: now.local(),
    };
    Ok(write_sheet(&spec, rows.len(), |row, column| {
        match (column, rows[row][column].as_str()) {
            (_, "") => Cell::Empty,
            (1, _) => Cell::Number(f64::from(problems[row].row)),
            (_, text) => Cell::Text(text),
        }
    })?)
}

fn paper(ws: &Workstation, looked: &Looked, problems: &[&Problem]) -> Result<Vec<u8>, Error> {
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let input = ProblemListInput {
        imprint: papers::imprint(ws)?,
        file: looked.read.file_name().to_owned(),
        summary: format!(
            "共 {} 行；{errors} 处没有导入，{} 处请留意",
            looked.plan.rows.len(),
            problems.len() - errors
        ),
        rows: problems
            .iter()
            .map(|problem| ProblemLine {
                place: problem.place(),
                value: problem.value.clone(),
                text: problem.reason(),
                taken: taken(problem).to_owned(),
            })
            .collect(),
    };
    problem_list(papers::fonts()?, &input).map_err(Error::Pdf)
}
