//! `linli round`, `linli notice` and `linli voucher`.

use std::path::Path;

use linli_domain::round::{Channel, Decision, Outcome, Stage};
use linli_workstation::api::import::ImportTarget;
use linli_workstation::api::papers::{Paper, PaperDone, PaperRequest, PaperSave};
use linli_workstation::api::rounds::{
    ByRound, NotifyRequest, NumbersPrinted, OverLimit, PassClearResponse, ReservationListRequest,
    ReservationListResponse, ReservationRow, ReviewRequest, Reviewed, RoundCard, RoundExportRequest, RoundList,
    RoundSave, RoundSummary, SmsAsked, SmsRequest, Told,
};
use linli_workstation::api::vouchers::{CollectRequest, Collected, Verdict, Verified, VerifyRequest, VouchersRequest};
use linli_workstation::api::{Done, Empty, Exported, Page};
use linli_workstation::rounds::{check_round, find_round, read_round_file};

use serde_json::json;

use crate::args::{NoticeCommand, NotifyBy, PassWhich, RoundCommand, VoucherCommand};
use crate::matched::not_read;
use crate::{Context, Output, Refusal, read_text, roster, say};

pub(crate) fn run(context: &Context, command: RoundCommand) -> Result<Output, Refusal> {
    match command {
        RoundCommand::Open { file } => open(context, &file),
        RoundCommand::List => list(context),
        RoundCommand::Show { round } => {
            let card: RoundCard = context.call("round_show", &by(context, &round)?)?;
            Output::new(&card, vec![summary_line(&card.summary)])
        }
        RoundCommand::Import { round, import } => {
            let round = by(context, &round)?.round;
            roster::import_file(context, &import, ImportTarget::Reservations { round })
        }
        RoundCommand::Check { round } => check(context, &round),
        RoundCommand::PrintedUpTo { round, last } => {
            let round = by(context, &round)?.round;
            let done: Done = context.call("numbers_printed", &NumbersPrinted { round, last })?;
            Output::new(&done, vec![format!("已记下：印到 {last} 号为止")])
        }
        RoundCommand::Pass { round, which } => pass(context, &round, which),
        RoundCommand::Reject { round: _, id, reason } => {
            let (decision, reason) = (Decision::Rejected, Some(reason));
            review(
                context,
                ReviewRequest {
                    ids: id,
                    decision,
                    reason,
                    over_limit: None,
                },
            )
        }
        RoundCommand::Notify { round, by, id } => notify(context, &round, by, id),
        RoundCommand::Collect { round, voucher, anyway } => collect(context, &round, voucher, anyway),
        RoundCommand::Export { round, which, output } => {
            let round = by(context, &round)?.round;
            let path = output.map(|path| path.display().to_string());
            let exported: Exported = context.call("round_export", &RoundExportRequest { round, which, path })?;
            Output::of_export(&exported)
        }
        RoundCommand::Vouchers { round, output, reprint } => {
            let round = by(context, &round)?.round;
            let request = VouchersRequest {
                round,
                ids: None,
                building: None,
                reprint,
            };
            save(context, PaperRequest::Vouchers(request), &output)
        }
        RoundCommand::Handout { round, output } => {
            let round = by(context, &round)?.round;
            save(context, PaperRequest::Handout { round, buildings: None }, &output)
        }
        RoundCommand::Poster { round, output } => {
            let round = by(context, &round)?.round;
            save(context, PaperRequest::Poster { round, qr: None }, &output)
        }
    }
}

/// The round a person named.
fn by(context: &Context, round: &str) -> Result<ByRound, Refusal> {
    Ok(ByRound {
        round: find_round(&*context.open()?, round)?.to_string(),
    })
}

fn open(context: &Context, file: &Path) -> Result<Output, Refusal> {
    let text = read_text(file)?;
    let definition = read_round_file(&text)?;
    let title = definition.title.clone();
    let done: Done = context.call("round_open", &RoundSave { id: None, definition })?;
    Output::new(&done, vec![format!("已开启：{title}")])
}

fn list(context: &Context) -> Result<Output, Refusal> {
    let list: RoundList = context.call("round_list", &Empty {})?;
    let lines = list.rounds.iter().map(summary_line).collect();
    Output::new(&list.rounds, lines)
}

fn summary_line(round: &RoundSummary) -> String {
    format!(
        "{}\t登记 {}\t待审核 {}\t待通知 {}\t已通知 {}\t已领取 {}\t不通过 {}\t凭证 {}/{}",
        round.title,
        round.total,
        round.pending,
        round.to_notify,
        round.notified,
        round.collected,
        round.rejected,
        round.vouchers,
        round.quota
    )
}

fn check(context: &Context, round: &str) -> Result<Output, Refusal> {
    let ws = context.open()?;
    let checked = check_round(&ws, find_round(&ws, round)?)?;
    let lines = checked
        .iter()
        .filter(|reservation| !reservation.findings.is_empty())
        .map(|reservation| {
            let texts: Vec<&str> = reservation
                .findings
                .iter()
                .map(|finding| finding.said.text.as_str())
                .collect();
            format!("{}\t{}\t{}", reservation.number, reservation.name, texts.join("；"))
        })
        .collect();
    Output::new(&checked, lines)
}

/// Every reservation of a round at a stage.
fn reservations(context: &Context, round: &str, stage: Stage) -> Result<Vec<ReservationRow>, Refusal> {
    let mut all = Vec::new();
    loop {
        let page = Page {
            offset: all.len(),
            limit: Page::MAX_ROWS,
        };
        let request = ReservationListRequest {
            round: round.to_owned(),
            stage: Some(stage),
            findings: None,
            building: None,
            query: None,
            page,
        };
        let answer: ReservationListResponse = context.call("reservation_list", &request)?;
        let last = answer.rows.is_empty();
        all.extend(answer.rows);
        if last || all.len() >= answer.total {
            return Ok(all);
        }
    }
}

fn pass(context: &Context, round: &str, which: PassWhich) -> Result<Output, Refusal> {
    let round = by(context, round)?;
    if which.selection.clear {
        let passed: PassClearResponse = context.call("pass_clear", &round)?;
        let line = format!(
            "通过 {}，有问题留待人工 {}，超出名额 {}",
            passed.passed, passed.with_findings, passed.over_quota
        );
        return Output::new(&passed, vec![line]);
    }
    let ids = if which.selection.all_checked {
        reservations(context, &round.round, Stage::Pending)?
            .into_iter()
            .map(|row| row.id)
            .collect()
    } else {
        which.selection.id
    };
    let over_limit = which.over_limit.map(OverLimit::from);
    review(
        context,
        ReviewRequest {
            ids,
            decision: Decision::Passed,
            reason: None,
            over_limit,
        },
    )
}

fn review(context: &Context, request: ReviewRequest) -> Result<Output, Refusal> {
    let done: Reviewed = context.call("review", &request)?;
    let mut lines = vec![format!("已审核 {} 条", done.changed)];
    lines.extend(done.over_limit.iter().map(|row| {
        let asked = if row.quantity == 0 {
            "没有填数量".to_owned()
        } else {
            format!("预约 {} 份", row.quantity)
        };
        let ways = if row.quantity == 0 {
            "lower"
        } else {
            "lower 或 as-asked"
        };
        format!(
            "没有通过：{} {asked}，每份上限 {}（--over-limit {ways}）",
            row.name, row.max
        )
    }));
    Output::new(&done, lines)
}

fn notify(context: &Context, round: &str, by_what: NotifyBy, id: Vec<String>) -> Result<Output, Refusal> {
    let round = by(context, round)?.round;
    let ids = if id.is_empty() {
        reservations(context, &round, Stage::ToNotify)?
            .into_iter()
            .map(|row| row.id)
            .collect()
    } else {
        id
    };
    let channel = match by_what {
        NotifyBy::Phone => Channel::Phone,
        NotifyBy::Paper => Channel::Paper,
        NotifyBy::Sms => return ask_for_sms(context, ids),
    };
    let request = NotifyRequest {
        ids,
        channel,
        outcome: Outcome::Reached,
        note: None,
    };
    let done: Told = context.call("notify", &request)?;
    let refused = done.refused.iter().map(|refused| format!("没有通知 {}", refused.text));
    Output::new(
        &done,
        std::iter::once(format!("已记录通知 {} 条", done.changed))
            .chain(refused)
            .collect(),
    )
}

fn ask_for_sms(context: &Context, ids: Vec<String>) -> Result<Output, Refusal> {
    let asked: SmsAsked = context.call("sms_ask", &SmsRequest { ids })?;
    let mut line = format!("已请区级平台发短信 {} 条", asked.asked);
    for (count, what) in [
        (asked.waiting, "已请过、还没有结果"),
        (asked.no_mobile, "没有手机号码"),
        (asked.refused, "不会发号，没有通知"),
    ] {
        if count > 0 {
            line.push_str(&format!("；{count} 条{what}"));
        }
    }
    Output::new(&asked, vec![line])
}

fn collect(context: &Context, round: &str, voucher: String, anyway: bool) -> Result<Output, Refusal> {
    let round = Some(by(context, round)?.round);
    let collected: Collected = context.call("collect", &CollectRequest { round, voucher, anyway })?;
    let line = match &collected.refusal {
        None => format!("{} 已领取", collected.reservation.name),
        Some(refusal) => refusal.text.clone(),
    };
    Ok(Output::new(&collected, vec![line])?.refused_if(!collected.collected))
}

/// Lays a document out and saves it.
pub(crate) fn save(context: &Context, request: PaperRequest, output: &Path) -> Result<Output, Refusal> {
    let paper: Paper = context.call("paper", &request)?;
    let path = Some(output.display().to_string());
    let done: PaperDone = context.call(
        "paper_save",
        &PaperSave {
            token: paper.token,
            path,
        },
    )?;
    // What waits was left out of what was shown already.
    let awaiting = if done.awaiting.is_empty() {
        &paper.awaiting
    } else {
        &done.awaiting
    };
    for reason in awaiting {
        say(&format!("{} 条待发号：{}", reason.count, reason.said.text));
    }
    for left in &done.by_hand {
        say(&format!("{}（{}）：{}", left.name.text, left.place, left.said.text));
    }
    let waiting: usize = awaiting.iter().map(|reason| reason.count).sum();
    let (path, file_name) = done
        .exported
        .map(|file| (file.path, file.file_name))
        .unwrap_or_default();
    let json = json!({
        "file_name": file_name, "path": path, "pages": done.pages, "vouchers": done.vouchers, "issued": done.issued,
        "waiting": waiting, "by_hand": done.by_hand,
    });
    Output::new(&json, vec![format!("{} 页，存到 {path}", done.pages)])
}

pub(crate) fn notice(context: &Context, command: NoticeCommand) -> Result<Output, Refusal> {
    let some = |buildings: Vec<String>| (!buildings.is_empty()).then_some(buildings);
    match command {
        NoticeCommand::Round {
            round,
            building,
            output,
        } => {
            let round = by(context, &round)?.round;
            save(
                context,
                PaperRequest::RoundNotice {
                    round,
                    buildings: some(building),
                },
                &output,
            )
        }
        NoticeCommand::Doors {
            purpose,
            tag,
            building,
            output,
        } => save(
            context,
            PaperRequest::DoorList {
                buildings: some(building),
                tag,
                purpose,
            },
            &output,
        ),
        NoticeCommand::Visits {
            assignee,
            building,
            output,
        } => save(
            context,
            PaperRequest::VisitList {
                buildings: some(building),
                assignee,
            },
            &output,
        ),
        NoticeCommand::Text { file, building, output } => {
            not_read(Some(&output), &[&file])?;
            let text = read_text(&file)?;
            save(
                context,
                PaperRequest::Notice {
                    title: None,
                    text,
                    buildings: some(building),
                },
                &output,
            )
        }
    }
}

pub(crate) fn voucher(context: &Context, command: &VoucherCommand) -> Result<Output, Refusal> {
    let VoucherCommand::Verify { text } = command;
    let verified: Verified = context.call("voucher_verify", &VerifyRequest { text: text.clone() })?;
    let word = match verified.verdict {
        Verdict::Valid => "有效",
        Verdict::Invalid => "无效",
        Verdict::Unknown => "不能确定",
    };
    let why = verified.reason.as_ref().map(|reason| &reason.text);
    let said = verified.voucher.iter().chain(why).map(String::as_str);
    let line = std::iter::once(word).chain(said).collect::<Vec<_>>().join("：");
    Ok(Output::new(&verified, vec![line])?.refused_if(!verified.valid))
}
