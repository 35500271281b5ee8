//! What a line of a timeline says.

use linli_domain::id_document::DocumentKind;
use linli_domain::item::Stage as _;
use linli_domain::mask;
use linli_domain::operation::{Action, Change, FieldChange, Note};
use linli_domain::order::{Clock, OrderResult, Satisfaction};
use linli_domain::record::Field;
use linli_domain::reservation::{HandOut, ReservationFact};
use linli_domain::round::{Channel, Decision, Outcome, Stage};
use linli_domain::task::{VisitOutcome, Way};
use linli_domain::time::Moment;
use linli_store::LoggedChange;
use serde::Serialize;
use thiserror::Error;

use super::{order, task};
use crate::api::{Catalogue, Said, Sentence, Unit};

/// What a line says; personal values are masked. The sentences are derived as an error's are.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Line {
    /// What was done.
    #[error("{}", .action.label())]
    Did { action: Action },
    /// What was done to many.
    #[error("{}（{count} {}）", .action.label(), .unit.label())]
    DidMany { action: Action, count: usize, unit: Unit },
    /// What was taken back stands within.
    #[error("撤销：{{within}}")]
    TookBack,
    /// Something of which nothing is known any more.
    #[error("恢复")]
    BroughtBack,
    /// What was brought back stands within.
    #[error("恢复：{{within}}")]
    BroughtBackAgain,
    /// Whose it was, or where it went.
    #[error("{{within}}：{detail}")]
    Detailed { detail: String },
    /// What somebody wrote beside it.
    #[error("{{within}}（{note}）")]
    Remarked { note: String },

    /// Only a newer program can show it.
    #[error("由更新的版本写入，需要升级程序才能显示")]
    Newer,
    /// It was merged into another record.
    #[error("作为重复的记录被合并")]
    Merged,
    /// It was merged, and is no longer.
    #[error("从合并中拆开")]
    Unmerged,
    /// Fields that changed stand within.
    #[error("{{within}}")]
    Changed,
    /// Fields that were decided on stand within.
    #[error("裁定：{{within}}")]
    Settled,
    /// One field.
    #[error("{} {} → {}", .field.label(), or_blank(.seen), or_blank(.now))]
    FieldChanged {
        field: Field,
        seen: Option<String>,
        now: Option<String>,
    },
    /// What a document is.
    #[error("{} {} → {}", Field::DocumentKind.label(), kind(.kind_seen), kind(.kind_now))]
    KindChanged {
        kind_seen: Option<DocumentKind>,
        kind_now: Option<DocumentKind>,
    },
    /// A field whose values mean nothing to a clerk.
    #[error("修改")]
    FieldSet,
    /// A field that only a newer program knows.
    #[error("较新版本才有的内容")]
    FieldNewer,
    /// A tag was given.
    #[error("加标签“{tag}”")]
    TagGiven { tag: String },
    /// A tag was taken away.
    #[error("去标签“{tag}”")]
    TagTaken { tag: String },
    /// It is no longer on the roster.
    #[error("移出台账")]
    Removed,
    /// An instruction was acknowledged.
    #[error("签收")]
    Acknowledged,

    /// Passed.
    #[error("审核通过")]
    Passed,
    /// Turned down.
    #[error("审核不通过：{reason}")]
    TurnedDown { reason: String },
    /// Turned down without a word.
    #[error("审核不通过：未写原因")]
    TurnedDownBare,
    /// Somebody was told, or it was tried.
    #[error("{}通知：{}", .channel.label(), .came.label())]
    Told { channel: Channel, came: Came },
    /// A message was sent, as the district says it.
    #[error("{said}")]
    BySms {
        came: Came,
        #[serde(skip)]
        said: String,
    },
    /// It was not, or that is not known, and why.
    #[error("{said}")]
    BySmsBecause {
        came: Came,
        because: String,
        #[serde(skip)]
        said: String,
    },
    /// It has its number.
    #[error("发凭证，第 {serial} 号")]
    Numbered { serial: u32 },
    /// The district was asked for a message.
    #[error("请区级平台发短信")]
    SmsAsked,
    /// Goods were handed out.
    #[error("已领取")]
    Collected,
    /// Of two hand-outs this was one.
    #[error("已查明：{at} 那次发了")]
    FoundGiven { at: String },
    /// Of two hand-outs this was none.
    #[error("已查明：{at} 那次没有发，是误登记")]
    FoundScan { at: String },
    /// Back to an earlier stage.
    #[error("退回到“{}”：{reason}", .to.label())]
    SteppedBack { to: Stage, reason: String },
    /// Another committee has one of the same key.
    #[error("其他居委会也有同一人（户）的预约，待区级裁定")]
    Held,
    /// The district decided for this committee.
    #[error("区级裁定：由本居委会发放")]
    Granted,
    /// The district decided for another.
    #[error("区级裁定：由其他居委会发放")]
    Denied,

    /// A clerk's own words.
    #[error("备注：{note}")]
    Noted { note: String },
    /// After a backup was put back: nobody has looked yet.
    #[error("恢复过备份：{first}–{last} 号可能已经印过，还没有核对，先不分给别的电脑")]
    PerhapsOnPaper { first: u32, last: u32 },
    /// After a backup was put back: none of the numbers in question are on paper.
    #[error("恢复备份后核对：{first} 号起都没有印过")]
    NoneOnPaper { first: u32 },
    /// After a backup was put back: up to where the papers go.
    #[error("恢复备份后核对：印到 {last} 号为止")]
    OnPaperUpTo { last: u32 },
    /// Clear values were shown.
    #[error("查看了完整证件号码和电话")]
    Revealed,
    /// Written to a sheet.
    #[error("导出“{what}”（{rows} 行）")]
    Exported { what: String, rows: usize },
    /// A voucher on paper.
    #[error("打印“{what}”")]
    VoucherPrinted { what: String },
    /// A document on paper.
    #[error("打印“{what}”（{pages} 页）")]
    Printed { what: String, pages: usize },
    /// A document that an older program laid out, or only showed.
    #[error("生成“{what}”（{pages} 页）")]
    LaidOut { what: String, pages: usize },

    /// Whose a row is: the person shown beside it.
    #[error("判定：是台账上的居民")]
    TaskDecided,
    /// A row is nobody's of the roster.
    #[error("判定：台账上没有此人")]
    TaskNobodys,
    /// A row or an order was given to somebody.
    #[error("分派给 {assignee}")]
    Assigned { assignee: String },
    /// It is nobody's to see to any more.
    #[error("取消分派")]
    Unassigned,
    /// Somebody was asked, or it was tried.
    #[error("{}核查：{}", .way.label(), .visit.label())]
    TaskVisited { way: Way, visit: VisitOutcome },
    /// A visit and what was learnt by it stand within.
    #[error("{{within}}")]
    TaskLearnt,
    /// An answer to one question.
    #[error("{question} {answer}")]
    TaskAnswer { question: String, answer: String },
    /// It went back to the district.
    #[error("退回区级平台：{reason}")]
    Returned { reason: String },
    /// It is wanted no more.
    #[error("来源已撤回：{reason}")]
    Recalled { reason: String },
    /// The district gave it to another committee, or keeps it itself.
    #[error("区级平台转走了这一条：{reason}")]
    PassedOn { reason: String },
    /// Another committee answered it.
    #[error("不用再办：{reason}")]
    AnsweredElsewhere { reason: String },
    /// It came again.
    #[error("区级平台再次下发：{reason}")]
    GivenAgain { reason: String },

    /// An order was taken on.
    #[error("签收")]
    OrderSigned,
    /// The resident was contacted first.
    #[error("先行联系（{}）", .way.label())]
    OrderContacted { way: Way },
    /// The resident was not contacted; within: why.
    #[error("未先行联系：{reason}")]
    OrderNotContacted { reason: String },
    /// Of the last, what was said.
    #[error("{{within}}")]
    OrderTold,
    /// What is so.
    #[error("查明：{facts}")]
    OrderFound { facts: String },
    /// What is so, and that it is asked for with reason.
    #[error("查明（诉求合理）：{facts}")]
    OrderFoundReasonable { facts: String },
    /// What is so, and that it is asked for without reason.
    #[error("查明（诉求不合理）：{facts}")]
    OrderFoundUnreasonable { facts: String },
    /// A neighbour unit was asked to help.
    #[error("请{unit}会办：{what}")]
    OrderHelpAsked { unit: String, what: String },
    /// A neighbour unit answered.
    #[error("{unit}会办答复：{text}")]
    OrderHelpGiven { unit: String, text: String },
    /// The resident was replied to.
    #[error("答复（{}）：{text}", .result.label())]
    OrderReplied { result: OrderResult, text: String },
    /// The resident was asked back.
    #[error("回访：{}", .said.label())]
    OrderRevisited { said: Satisfaction },
    /// What the resident said.
    #[error("“{words}”")]
    OrderWords { words: String },
    /// Done with.
    #[error("办结")]
    OrderClosed,
    /// The district wants it sooner.
    #[error("区级平台催办：{reason}")]
    OrderUrged { reason: String },
    /// An alarm rang.
    #[error("提醒：{}时限将到", .clock.label())]
    OrderRangAhead { clock: Clock },
    /// An alarm rang when time was over.
    #[error("提醒：{}已超时", .clock.label())]
    OrderRangDue { clock: Clock },

    /// The last try to tell somebody. What came of it is first read, and is not cut off where the list is narrow.
    #[error("{} {at} {}", .came.label(), .channel.label())]
    LastTold { came: Came, at: String, channel: Channel },
    /// A message was asked for.
    #[error("短信已请求，待发送 {at}")]
    LastAsked { at: String },
    /// Handed out again, and nobody has looked into it.
    #[error("{at} 又登记领取（{by}），尚未查明")]
    Again { at: String, by: String },
    /// Handed out again indeed.
    #[error("{at} 又登记领取（{by}），已查明是重复领取")]
    AgainTwice { at: String, by: String },
    /// Entered again, and nothing was handed out.
    #[error("{at} 又登记领取（{by}），已查明没有发")]
    AgainOnce { at: String, by: String },
}

impl Said for Line {
    const CATALOGUE: Catalogue = Catalogue::Timeline;
}

/// What came of telling somebody: nobody picks up a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Came {
    Sent,
    SentPerhaps,
    NotSent,
    Told,
    NoAnswer,
    OutOfService,
}

impl Came {
    pub(crate) fn of(channel: Channel, outcome: Outcome) -> Came {
        match (channel, outcome) {
            (Channel::Sms, Outcome::Reached) => Came::Sent,
            (Channel::Sms, Outcome::NoAnswer) => Came::SentPerhaps,
            (Channel::Sms, Outcome::OutOfService) => Came::NotSent,
            (Channel::Phone | Channel::Paper | Channel::Counter, Outcome::Reached) => Came::Told,
            (_, Outcome::NoAnswer) => Came::NoAnswer,
            (_, Outcome::OutOfService) => Came::OutOfService,
        }
    }

    /// What a clerk calls it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Came::Sent => "已发出",
            Came::SentPerhaps => "不知道是否发出",
            Came::NotSent => "没有发出",
            Came::Told => "已通知",
            Came::NoAnswer => Outcome::NoAnswer.label(),
            Came::OutOfService => Outcome::OutOfService.label(),
        }
    }
}

fn or_blank(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("空")
}

fn kind(kind: &Option<DocumentKind>) -> &'static str {
    kind.map_or("空", DocumentKind::label)
}

/// One change of the log.
pub(super) fn change(logged: &LoggedChange) -> Sentence {
    let Some(change) = &logged.change else {
        return Line::Newer.said();
    };
    match change {
        Change::Create(_) => Line::Did { action: logged.action }.said(),
        Change::Set(changes) => match changes.get(&Field::MergedInto) {
            Some(FieldChange { to: None, .. }) => Line::Unmerged.said(),
            Some(_) => Line::Merged.said(),
            None => Line::Changed.around(fields(changes.iter())),
        },
        Change::Settle(settled) => {
            let changes = settled.iter().map(|(field, settlement)| (field, &settlement.change));
            Line::Settled.around(fields(changes))
        }
        Change::AddTag(tag) => Line::TagGiven { tag: tag.clone() }.said(),
        Change::RemoveTag(tag) => Line::TagTaken { tag: tag.clone() }.said(),
        Change::Delete => Line::Removed.said(),
        Change::Reservation(happened) => fact(happened),
        Change::Acknowledged => Line::Acknowledged.said(),
        Change::Task(happened) => task::fact(happened),
        Change::Order(happened) => order::fact(happened),
        Change::Noted(noted) => note(noted),
        Change::Undo { .. } => Line::Did { action: Action::Undone }.said(),
    }
}

/// `手机号码 138****5678 → 139****1111`; personal values masked.
fn fields<'c>(changes: impl Iterator<Item = (&'c Field, &'c FieldChange)>) -> Vec<Sentence> {
    changes
        .map(|(field, change)| {
            let as_kind = |value: &Option<String>| value.as_deref().map(DocumentKind::parse);
            match (field, as_kind(&change.seen), as_kind(&change.to)) {
                (Field::Unknown, ..) => Line::FieldNewer,
                (field, ..) if !field.is_read() => Line::FieldSet,
                (Field::DocumentKind, None | Some(Some(_)), None | Some(Some(_))) => Line::KindChanged {
                    kind_seen: as_kind(&change.seen).flatten(),
                    kind_now: as_kind(&change.to).flatten(),
                },
                _ => Line::FieldChanged {
                    field: *field,
                    seen: change.seen.as_deref().map(|value| shown(*field, value)),
                    now: change.to.as_deref().map(|value| shown(*field, value)),
                },
            }
            .said()
        })
        .collect()
}

fn note(note: &Note) -> Sentence {
    let (line, to) = match note {
        Note::Text(text) => (Line::Noted { note: text.clone() }, &None),
        Note::Revealed => (Line::Revealed, &None),
        Note::NumbersOnPaper {
            first,
            last,
            looked: false,
        } => (
            Line::PerhapsOnPaper {
                first: *first,
                last: *last,
            },
            &None,
        ),
        Note::NumbersOnPaper { first, last, .. } if last < first => (Line::NoneOnPaper { first: *first }, &None),
        Note::NumbersOnPaper { last, .. } => (Line::OnPaperUpTo { last: *last }, &None),
        Note::Exported { what, rows, to } => {
            let (what, rows) = (what.clone(), *rows);
            (Line::Exported { what, rows }, to)
        }
        Note::Printed {
            what,
            pages,
            to,
            voucher,
            ..
        } => {
            let (what, pages) = (what.clone(), *pages);
            let line = match (voucher, to) {
                (Some(_), _) => Line::VoucherPrinted { what },
                // Of an older program, which recorded what was only shown, too.
                (None, None) => Line::LaidOut { what, pages },
                (None, Some(_)) => Line::Printed { what, pages },
            };
            (line, to)
        }
    };
    detailed(line.said(), to.as_deref())
}

/// With the file, the printer or the person that it is about.
pub(crate) fn detailed(said: Sentence, detail: Option<&str>) -> Sentence {
    match detail {
        Some(detail) => Line::Detailed {
            detail: detail.to_owned(),
        }
        .around(vec![said]),
        None => said,
    }
}

fn fact(fact: &ReservationFact) -> Sentence {
    match fact {
        ReservationFact::Reviewed { decision, reason } => match (decision, reason) {
            (Decision::Passed, _) => Line::Passed,
            (Decision::Rejected, None) => Line::TurnedDownBare,
            (Decision::Rejected, Some(reason)) => Line::TurnedDown { reason: reason.clone() },
        },
        ReservationFact::Notified { channel, outcome, note } => return told(*channel, *outcome, note.as_deref()),
        ReservationFact::VoucherIssued { serial, .. } => Line::Numbered { serial: *serial },
        ReservationFact::SmsAsked => Line::SmsAsked,
        ReservationFact::Collected => Line::Collected,
        ReservationFact::LookedInto { given: true, at, .. } => Line::FoundGiven { at: short(*at) },
        ReservationFact::LookedInto { given: false, at, .. } => Line::FoundScan { at: short(*at) },
        ReservationFact::SteppedBack { to, reason, .. } => Line::SteppedBack {
            to: *to,
            reason: reason.clone(),
        },
        ReservationFact::DistrictHeld => Line::Held,
        ReservationFact::DistrictDecided { granted: true } => Line::Granted,
        ReservationFact::DistrictDecided { granted: false } => Line::Denied,
    }
    .said()
}

fn told(channel: Channel, outcome: Outcome, note: Option<&str>) -> Sentence {
    let came = Came::of(channel, outcome);
    match (channel, note) {
        (_, None) => Line::Told { channel, came }.said(),
        // The district writes what came of it, and behind a colon why.
        (Channel::Sms, Some(note)) => match note.split_once('：') {
            Some((_, because)) => Line::BySmsBecause {
                came,
                because: because.to_owned(),
                said: note.to_owned(),
            },
            None => Line::BySms {
                came,
                said: note.to_owned(),
            },
        }
        .said(),
        (_, Some(note)) => Line::Remarked { note: note.to_owned() }.around(vec![Line::Told { channel, came }.said()]),
    }
}

/// What came of the last try to tell somebody.
pub(crate) fn last_told(channel: Channel, outcome: Outcome, at: Moment) -> Sentence {
    Line::LastTold {
        came: Came::of(channel, outcome),
        at: short(at),
        channel,
    }
    .said()
}

/// That a message was asked for.
pub(crate) fn last_asked(at: Moment) -> Sentence {
    Line::LastAsked { at: short(at) }.said()
}

/// A time without its year: 11-29 15:04.
fn short(at: Moment) -> String {
    let text = at.minutes_text();
    text.get(5..).map(str::to_owned).unwrap_or(text)
}

/// A hand-out after another one.
pub(crate) fn again(again: &HandOut) -> Sentence {
    let (at, by) = (again.at.minutes_text(), again.by.clone());
    match again.given {
        None => Line::Again { at, by },
        Some(true) => Line::AgainTwice { at, by },
        Some(false) => Line::AgainOnce { at, by },
    }
    .said()
}

/// A value as a clerk reads it, masked.
pub(crate) fn shown(field: Field, value: &str) -> String {
    match field {
        Field::DocumentNumber => mask::document(value),
        Field::Phone | Field::SecondPhone => mask::phone(value),
        Field::DocumentKind => {
            DocumentKind::parse(value).map_or_else(|| value.to_owned(), |kind| kind.label().to_owned())
        }
        _ => value.to_owned(),
    }
}
