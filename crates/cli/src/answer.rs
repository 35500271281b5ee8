//! `linli answer`.

use linli_workstation::api::answers::{AnswerList, AnswerListRequest, AnswerRow, AnswerSave, AnswerWithdraw};
use linli_workstation::api::papers::PaperRequest;
use linli_workstation::api::{Done, Page};

use crate::args::{AnswerArgs, AnswerCommand};
use crate::{Context, Output, Refusal, read_text, round};

pub(crate) fn run(context: &Context, command: AnswerCommand) -> Result<Output, Refusal> {
    match command {
        AnswerCommand::List { query, category, old } => {
            let rows = all(context, query.as_deref(), category.as_deref(), old)?;
            let lines = rows.iter().flat_map(lines).collect();
            Output::new(&rows, lines)
        }
        AnswerCommand::Sheet { id, category, output } => {
            let ids = (!id.is_empty()).then_some(id);
            round::save(context, PaperRequest::Answers { ids, category }, &output)
        }
        AnswerCommand::Add(answer) => save(context, answer, None),
        AnswerCommand::Replace { id, newer } => save(context, newer, Some(id)),
        AnswerCommand::Withdraw { id } => {
            let done: Done = context.call("answer_withdraw", &AnswerWithdraw { ids: id })?;
            Output::new(&done, vec![format!("已停用 {} 条", done.changed)])
        }
    }
}

fn save(context: &Context, answer: AnswerArgs, replaces: Option<String>) -> Result<Output, Refusal> {
    let body = match &answer.file {
        Some(file) => read_text(file)?,
        None => answer.body.unwrap_or_default(),
    };
    let request = AnswerSave {
        title: answer.title,
        body,
        category: answer.category,
        replaces,
    };
    let done: Done = context.call("answer_save", &request)?;
    Output::new(&done, vec![format!("已保存口径“{}”", request.title.trim())])
}

fn all(context: &Context, query: Option<&str>, category: Option<&str>, old: bool) -> Result<Vec<AnswerRow>, Refusal> {
    let mut rows = Vec::new();
    loop {
        let request = AnswerListRequest {
            query: query.map(str::to_owned),
            category: category.map(str::to_owned),
            old,
            page: Page {
                offset: rows.len(),
                limit: Page::MAX_ROWS,
            },
        };
        let list: AnswerList = context.call("answer_list", &request)?;
        let last = list.rows.is_empty();
        rows.extend(list.rows);
        if last || rows.len() >= list.total {
            return Ok(rows);
        }
    }
}

fn lines(row: &AnswerRow) -> [String; 2] {
    let whose = if row.districts { "区里下发" } else { "本居委会" };
    let old = row.replaced_at.as_ref().map(|at| format!("  {at} 已有更新的"));
    [
        format!(
            "{}  {}  {}  {whose} {}{}",
            row.id,
            row.title,
            row.category,
            row.written_at,
            old.unwrap_or_default()
        ),
        format!("    {}", row.body),
    ]
}
