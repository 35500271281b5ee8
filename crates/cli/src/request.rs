//! `linli request`: chats of residents, without a database.

use std::path::Path;

use linli_domain::writing::quoted;
use linli_workstation::{ReadRequests, RequestRow, read_requests};

use crate::args::RequestCommand;
use crate::{Output, Refusal, matched, read_text, say};

pub(crate) fn run(command: &RequestCommand) -> Result<Output, Refusal> {
    match command {
        RequestCommand::Read { file, roster } => read(file, roster.as_deref()),
    }
}

fn read(file: &Path, roster: Option<&Path>) -> Result<Output, Refusal> {
    let text = read_text(file)?;
    let roster = roster.map(matched::file).transpose()?;
    let ReadRequests { rows, left } = read_requests(&text, roster.as_ref())?;
    matched::say_left(&left);
    if rows.is_empty() {
        say("文件里没有消息");
    }
    Output::of_rows(&rows, lines(&rows))
}

/// One line a message for a person: what is urgent first.
fn lines(rows: &[RequestRow]) -> Vec<String> {
    let urgent = rows.iter().filter(|row| row.urgent);
    let others = rows.iter().filter(|row| !row.urgent);
    let head = format!("{} 条消息，紧急 {}", rows.len(), urgent.clone().count());
    std::iter::once(head).chain(urgent.chain(others).map(line)).collect()
}

fn line(row: &RequestRow) -> String {
    let or_blank = |text: &Option<String>| text.clone().unwrap_or_default();
    let alarm = row
        .alarm
        .as_ref()
        .map(|words| format!("！！紧急（{words}）！！ "))
        .unwrap_or_default();
    let things: Vec<String> = row.lines.iter().map(thing).collect();
    let resident = row.resident.map(|resident| format!("台账第 {resident} 行"));
    let rest = [
        or_blank(&row.place),
        or_blank(&row.speaker),
        or_blank(&row.phone),
        or_blank(&resident),
        things.join("、"),
        quoted(&row.text.replace('\n', " ")).into_owned(),
    ];
    format!("{}\t{alarm}{}\t{}", row.message, row.kind.label(), rest.join("\t"))
}

fn thing(line: &linli_domain::request::Line) -> String {
    let amount = line.amount.map(|amount| amount.to_string()).unwrap_or_default();
    let unit = line.unit.as_deref().unwrap_or_default();
    format!("{}{amount}{unit}", line.what)
}
