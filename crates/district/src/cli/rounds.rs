//! Rounds: opening, watching, deciding.

use std::path::Path;

use linli_district::hold::Decided;
use linli_district::progress::{Progress, by_town};
use linli_district::random::System;
use linli_district::round::{DistrictRound, RoundFile};
use linli_documents::sheet::{Cell, ColumnKind, ColumnSpec, SheetSpec, write_sheet};
use serde_json::json;

use super::args::{Granted, RoundCommand};
use super::{Context, Output, Refusal, read_text};

/// What a column of the progress sheet shows.
#[derive(Clone, Copy)]
enum Shown {
    Text(fn(&Progress) -> &str),
    Number(fn(&Progress) -> u64),
}

/// The progress sheet's columns.
const COLUMNS: [(&str, Shown); 13] = [
    ("街镇", Shown::Text(|row| &row.town)),
    ("居委会", Shown::Text(|row| &row.name)),
    ("名额", Shown::Number(|row| row.quota)),
    ("预约", Shown::Number(|row| row.reservations)),
    ("待审核", Shown::Number(|row| row.pending)),
    ("不通过", Shown::Number(|row| row.rejected)),
    ("已通知", Shown::Number(|row| row.notified)),
    ("已领取", Shown::Number(|row| row.collected)),
    ("重复领取", Shown::Number(|row| row.handed_out_twice)),
    ("已发凭证", Shown::Number(|row| row.vouchers)),
    ("待区级裁定", Shown::Number(|row| row.held)),
    ("电脑", Shown::Number(|row| row.devices)),
    ("失联电脑", Shown::Number(|row| row.silent)),
];

pub(crate) fn run(context: &Context, command: RoundCommand) -> Result<Output, Refusal> {
    match command {
        RoundCommand::Open { file, url } => open(context, &file, url.as_deref()),
        RoundCommand::List => list(context),
        RoundCommand::Progress { number, output } => progress(context, number, output.as_deref()),
        RoundCommand::Held { number } => held(context, number),
        RoundCommand::Decide {
            committee,
            reservation,
            decision,
        } => decide(context, &committee, &reservation, decision),
        RoundCommand::Links { number, url } => links(context, number, &url),
    }
}

fn open(context: &Context, path: &Path, url: Option<&str>) -> Result<Output, Refusal> {
    let text = read_text(path)?;
    let file = RoundFile::read(&text).map_err(|error| Refusal::Words(format!("{}：{error}", path.display())))?;
    let district = url.map_or_else(
        || context.district.clone(),
        |url| context.district.clone().reached_at(url),
    );
    let opened = district.open_round(&file, context.now(), &mut System)?;
    let text = format!(
        "轮次 {} 已在 {} 个居委会开放（另有 {} 个早已开放）",
        opened.number, opened.opened, opened.known
    );
    Output::new(&opened, vec![text])
}

fn list(context: &Context) -> Result<Output, Refusal> {
    let rounds = context.district.rounds()?;
    let row = |round: &DistrictRound| json!({ "number": round.number, "round": round.id, "title": round.file.definition.title });
    let lines = rounds
        .iter()
        .map(|round| format!("{}\t{}", round.number, round.file.definition.title))
        .collect();
    Output::new(&rounds.iter().map(row).collect::<Vec<_>>(), lines)
}

fn progress(context: &Context, number: u64, output: Option<&Path>) -> Result<Output, Refusal> {
    output.map(|path| context.data.may_write(path)).transpose()?;
    let round = context.district.round_of_number(number)?;
    let committees = context.district.progress(&round, context.now())?;
    let towns = by_town(&committees);
    if let Some(path) = output {
        context.data.write_output(path, &sheet(context, &round, &committees)?)?;
    }
    let line = |row: &Progress| {
        let name = format!("{}{}", row.town, row.name);
        let late = if row.silent > 0 {
            format!("，{} 台电脑失联", row.silent)
        } else {
            String::new()
        };
        let twice = match row.handed_out_twice {
            0 => String::new(),
            count => format!("（重复领取 {count}）"),
        };
        let Progress {
            reservations,
            notified,
            collected,
            ..
        } = row;
        format!("{name}\t预约 {reservations}，已通知 {notified}，已领取 {collected}{twice}{late}")
    };
    let lines = towns.iter().chain(&committees).map(line).collect();
    Output::new(&json!({ "towns": towns, "committees": committees }), lines)
}

fn sheet(context: &Context, round: &DistrictRound, rows: &[Progress]) -> Result<Vec<u8>, Refusal> {
    let column = |(header, shown): (&str, Shown)| ColumnSpec {
        header: header.to_owned(),
        kind: if matches!(shown, Shown::Text(_)) {
            ColumnKind::Text
        } else {
            ColumnKind::Number
        },
    };
    let spec = SheetSpec {
        title: format!("{} 进度", round.file.definition.title),
        sheet_name: "进度".into(),
        columns: COLUMNS.into_iter().map(column).collect(),
        created: context.now().local(),
    };
    let sheet = write_sheet(&spec, rows.len(), |row, column| match COLUMNS[column].1 {
        Shown::Text(of) => Cell::Text(of(&rows[row])),
        Shown::Number(of) => Cell::Number(of(&rows[row]) as f64),
    })?;
    Ok(sheet.bytes)
}

fn held(context: &Context, number: u64) -> Result<Output, Refusal> {
    let round = context.district.round_of_number(number)?;
    let held = context.district.held(&round)?;
    let lines = held
        .iter()
        .map(|one| {
            let others = one.others.join("、");
            format!(
                "{}\t{}\t{}\t{}\t另有：{others}",
                one.committee, one.committee_name, one.number, one.reservation
            )
        })
        .collect();
    Output::new(&held, lines)
}

fn decide(context: &Context, committee: &str, reservation: &str, decision: Granted) -> Result<Output, Refusal> {
    let committee = context.district.committee_called(committee)?;
    let id = reservation
        .parse()
        .map_err(|_| Refusal::Words(format!("“{reservation}”不是预约的编号")))?;
    let granted = decision == Granted::Grant;
    match context
        .district
        .decide((committee.id, id), granted, context.now(), &mut System)?
    {
        Decided::Written => {
            let text = if granted {
                "裁定：由本居委会发放"
            } else {
                "裁定：由其他居委会发放"
            };
            Output::new(&json!({ "reservation": id, "granted": granted }), vec![text.to_owned()])
        }
        Decided::RightsAskedBack(committees) => {
            let names = committees.join("、");
            let text = format!(
                "还不能裁定：{names}的电脑可能正在发这一份。已请它们交回发号权，联网交回后（24 小时内）请再裁定一次"
            );
            Ok(Output::new(&json!({ "reservation": id, "asked": committees }), vec![text])?.refused_if(true))
        }
    }
}

fn links(context: &Context, number: u64, url: &str) -> Result<Output, Refusal> {
    let round = context.district.round_of_number(number)?;
    let committees = context.district.progress(&round, context.now())?;
    let district = context.district.clone().reached_at(url);
    let link = |row: &Progress| district.form_address(number, row.number).unwrap_or_default();
    let rows: Vec<_> = committees
        .iter()
        .map(|row| json!({ "committee": row.number, "link": link(row) }))
        .collect();
    let lines = committees
        .iter()
        .map(|row| format!("{}{}\t{}", row.town, row.name, link(row)))
        .collect();
    Output::new(&rows, lines)
}
