//! Committees and what is sent to them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use linli_district::committee::{Committee, read_lines};
use linli_district::instruction::{Enclosure, Instruction, Sent};
use linli_district::random::System;
use linli_domain::digest::Digest;
use linli_protocol::ATTACHMENT_BYTES;
use serde_json::json;

use super::args::{CommitteeCommand, InstructionCommand};
use super::{Context, Output, Refusal, read_text};

pub(crate) fn run(context: &Context, command: CommitteeCommand) -> Result<Output, Refusal> {
    match command {
        CommitteeCommand::Import { file, area } => {
            let mut lines = read_lines(&read_text(&file)?)?;
            lines.retain(|line| area.as_ref().is_none_or(|area| line.area == *area));
            let imported = context.district.import_committees(&lines, context.now(), &mut System)?;
            let text = format!("新增 {} 个居委会，已有 {} 个", imported.added, imported.known);
            Output::new(&json!({ "added": imported.added, "known": imported.known }), vec![text])
        }
        CommitteeCommand::List => {
            let (committees, states) = (context.district.committees()?, context.district.states()?);
            let row = |one: &Committee| {
                json!({
                    "number": one.number,
                    "area": one.area,
                    "town": one.town,
                    "name": one.name,
                    "parts": one.last_number,
                    "digest": states.get(&one.id).copied().unwrap_or(Digest::of_all(&BTreeMap::new())).to_string(),
                })
            };
            let rows: Vec<_> = committees.iter().map(row).collect();
            let lines = committees
                .iter()
                .map(|one| format!("{}\t{}\t{}", one.number, one.town, one.name))
                .collect();
            Output::new(&rows, lines)
        }
    }
}

pub(crate) fn instruction(context: &Context, command: InstructionCommand) -> Result<Output, Refusal> {
    match command {
        InstructionCommand::Send {
            title,
            file,
            committees,
            attach,
        } => {
            let body = read_text(&file)?;
            let attachments = attach
                .iter()
                .map(|path| enclosure(path))
                .collect::<Result<Vec<_>, _>>()?;
            send(
                context,
                &Instruction {
                    title,
                    body,
                    attachments,
                },
                &committees,
            )
        }
        InstructionCommand::List => {
            let sent = context.district.instructions()?;
            Output::new(&sent, sent.iter().flat_map(lines).collect())
        }
    }
}

fn send(context: &Context, instruction: &Instruction, committees: &[String]) -> Result<Output, Refusal> {
    let to = if committees.is_empty() {
        context
            .district
            .committees()?
            .iter()
            .map(|committee| committee.id)
            .collect()
    } else {
        let called = committees
            .iter()
            .map(|text| Ok(context.district.committee_called(text)?.id));
        called.collect::<Result<Vec<_>, Refusal>>()?
    };
    let sending = context.district.send(instruction, &to, context.now(), &mut System)?;
    let text = format!(
        "已发给 {} 个居委会（另有 {} 个早已收到同样的内容）",
        sending.committees, sending.known
    );
    Output::new(&sending, vec![text])
}

fn enclosure(path: &Path) -> Result<Enclosure, Refusal> {
    let length = fs::metadata(path).map_err(Refusal::file(path))?.len();
    if length > ATTACHMENT_BYTES {
        let most = ATTACHMENT_BYTES / (1024 * 1024);
        return Err(Refusal::Words(format!("附件 {} 太大，最多 {most} MB", path.display())));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Enclosure {
        name,
        bytes: fs::read(path).map_err(Refusal::file(path))?,
    })
}

/// An instruction in a line, and below it the committees that have not acknowledged it, and how many did not get it.
fn lines(sent: &Sent) -> Vec<String> {
    let at = sent.sent_at.local().format("%Y-%m-%d %H:%M");
    let mut lines = vec![format!(
        "{at}\t{}\t已签收 {}/{}",
        sent.title, sent.acknowledged, sent.committees
    )];
    lines.extend(sent.waiting.iter().map(|committee| format!("\t未签收\t{committee}")));
    if !sent.missing.is_empty() {
        lines.push(format!(
            "\t没有发到\t{} 个居委会（--json 列出名称）",
            sent.missing.len()
        ));
    }
    lines
}
