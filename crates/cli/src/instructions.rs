//! `linli instructions`.

use std::collections::BTreeSet;
use std::path::Path;

use linli_workstation::api::instructions::{
    AttachmentRequest, AttachmentRow, AttachmentState, InstructionAcknowledge, InstructionCard, InstructionList,
    InstructionListRequest, InstructionRow,
};
use linli_workstation::api::{ById, Done, Exported, Page};

use crate::args::InstructionsCommand;
use crate::{Context, Output, Refusal};

pub(crate) fn run(context: &Context, command: InstructionsCommand) -> Result<Output, Refusal> {
    match command {
        InstructionsCommand::List { waiting } => {
            let rows = all(context, waiting)?;
            let lines = rows.iter().map(line).collect();
            Output::new(&rows, lines)
        }
        InstructionsCommand::Show { id, save } => {
            let card: InstructionCard = context.call("instruction_card", &ById { id })?;
            let mut lines = lines(&card);
            if let Some(folder) = save {
                lines.extend(save_files(context, &card, &folder)?);
            }
            Output::new(&card, lines)
        }
        InstructionsCommand::Acknowledge { id } => {
            let done: Done = context.call("instruction_acknowledge", &InstructionAcknowledge { ids: id })?;
            Output::new(&done, vec![format!("已签收 {} 份", done.changed)])
        }
    }
}

fn all(context: &Context, waiting: bool) -> Result<Vec<InstructionRow>, Refusal> {
    let mut rows = Vec::new();
    loop {
        let page = Page {
            offset: rows.len(),
            limit: Page::MAX_ROWS,
        };
        let request = InstructionListRequest {
            waiting,
            query: None,
            page,
        };
        let list: InstructionList = context.call("instruction_list", &request)?;
        let last = list.rows.is_empty();
        rows.extend(list.rows);
        if last || rows.len() >= list.total {
            return Ok(rows);
        }
    }
}

fn line(row: &InstructionRow) -> String {
    let mark = if row.acknowledged { "已签收" } else { "待签收" };
    let files = if row.attachments > 0 {
        format!("\t附件 {}", row.attachments)
    } else {
        String::new()
    };
    format!("{}\t{mark}\t{}\t{}{files}", row.id, row.sent_at, row.title)
}

fn lines(card: &InstructionCard) -> Vec<String> {
    let mut lines = vec![card.row.title.clone(), card.row.sent_at.clone(), String::new()];
    lines.extend(card.body.lines().map(str::to_owned));
    lines.push(String::new());
    lines.extend(card.attachments.iter().map(file));
    lines.extend(card.problem.iter().map(|problem| problem.text.clone()));
    lines.extend(
        card.acknowledged
            .iter()
            .map(|one| format!("签收：{} {}", one.by, one.at)),
    );
    lines
}

fn file(row: &AttachmentRow) -> String {
    let state = match row.state {
        AttachmentState::Whole => "已收全".to_owned(),
        AttachmentState::Coming => format!("还没有收全（{} / {} 字节）", row.received, row.size),
        AttachmentState::Wrong => "内容与区级平台发出的不一致，请联系区里".to_owned(),
    };
    format!("附件：{}\t{state}", row.name)
}

/// Writes all files that are here.
fn save_files(context: &Context, card: &InstructionCard, folder: &Path) -> Result<Vec<String>, Refusal> {
    context.session().may_write(&folder.join("附件"))?;
    std::fs::create_dir_all(folder).map_err(Refusal::file(folder))?;
    let here = card
        .attachments
        .iter()
        .filter(|file| file.state == AttachmentState::Whole);
    let mut taken = BTreeSet::new();
    here.map(|file| {
        let name = free_name(&file.name, &mut taken);
        let path = Some(folder.join(name).display().to_string());
        let request = AttachmentRequest {
            id: card.row.id.clone(),
            hash: file.hash.clone(),
            path,
        };
        let saved: Exported = context.call("attachment_save", &request)?;
        Ok(format!("已保存：{}", saved.path))
    })
    .collect()
}

/// A file's name in the folder; where another one of these files has it, with a number: 名单-2.xlsx.
fn free_name(given: &str, taken: &mut BTreeSet<String>) -> String {
    // A name of the district's is never a way out of the folder.
    let given = Path::new(given).file_name().unwrap_or_default();
    let (stem, extension) = (Path::new(given).file_stem(), Path::new(given).extension());
    let numbered = |number: u32| {
        let mut name = stem.unwrap_or_default().to_os_string();
        name.push(format!("-{number}"));
        if let Some(extension) = extension {
            name.push(".");
            name.push(extension);
        }
        name.to_string_lossy().into_owned()
    };
    let mut name = given.to_string_lossy().into_owned();
    let mut number = 2;
    // As Windows compares names.
    while !taken.insert(name.to_lowercase()) {
        name = numbered(number);
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_of_one_name_are_numbered_and_stay_in_the_folder() {
        let mut taken = BTreeSet::new();
        let names = ["名单.xlsx", "../名单.xlsx", "名单.XLSX", "说明", "说明"].map(|name| free_name(name, &mut taken));
        assert_eq!(names, ["名单.xlsx", "名单-2.xlsx", "名单-3.XLSX", "说明", "说明-2"]);
    }
}
