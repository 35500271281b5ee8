//! Committees and what is sent to them.

use std::collections::BTreeMap;
use std::fs;

use linli_district::committee::{Committee, read_lines};
use linli_district::instruction::Instruction;
use linli_district::random::System;
use linli_domain::digest::Digest;
use serde_json::json;

use super::args::{CommitteeCommand, InstructionCommand};
use super::{Context, Output, Refusal};

pub(crate) fn run(context: &Context, command: CommitteeCommand) -> Result<Output, Refusal> {
    match command {
        CommitteeCommand::Import { file, area } => {
            let mut lines = read_lines(&fs::read_to_string(&file).map_err(Refusal::file(&file))?)?;
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
            let lines = committees.iter().map(|one| format!("{}\t{}\t{}", one.number, one.town, one.name)).collect();
            Output::new(&rows, lines)
        }
    }
}

pub(crate) fn instruction(context: &Context, command: InstructionCommand) -> Result<Output, Refusal> {
    let InstructionCommand::Send { title, file, committees } = command;
    let body = fs::read_to_string(&file).map_err(Refusal::file(&file))?;
    let to = if committees.is_empty() {
        context.district.committees()?.iter().map(|committee| committee.id).collect()
    } else {
        let called = committees.iter().map(|text| Ok(context.district.committee_called(text)?.id));
        called.collect::<Result<Vec<_>, Refusal>>()?
    };
    let id = context.district.send(&Instruction { title, body }, &to, context.now(), &mut System)?;
    Output::new(&json!({ "instruction": id, "committees": to.len() }), vec![format!("已发给 {} 个居委会", to.len())])
}
