//! What goes wrong in an exchange, with what to do.

use linli_domain::refusal::Refusal;
use linli_protocol::DenialCode;
use linli_sync::{Exchanged, Fault, NoAnswer};
use serde::Serialize;
use thiserror::Error;

use crate::api::{Catalogue, Said, Sentence};

/// What is wrong with the exchange.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Trouble {
    /// The data is another committee's.
    #[error("{}", Refusal::OtherCommittee)]
    OtherCommittee,
    /// The code to join is wrong.
    #[error("加入码不对、已用过、已过期，或因输错太多次已作废；请核对，仍不行就向区里要新的加入码")]
    BadCode,
    /// The district revoked this PC.
    #[error("这台电脑已被区级平台停用；本机数据都在。请向区里要新的加入码，再次加入")]
    Revoked,
    /// This PC was put back to a backup, and the district has what it did since.
    #[error("本机恢复过旧备份，区级平台上已有本机后来的记录；本机数据都在。请向区里要新的加入码，再次加入")]
    Forked,
    /// Something before is missing.
    #[error("区级平台还缺本机先前的记录，会自动补上")]
    Gap,
    /// Asked too often.
    #[error("请求太多，请过一会儿再试")]
    TooMany,
    /// The district is busy with itself.
    #[error("区级平台暂时不能服务，会自动再试")]
    Unavailable,
    /// The district does not know the signature.
    #[error("区级平台核对本机签名不通过，请联系区里；本机数据都在")]
    BadSignature,
    /// The district does not take what was sent.
    #[error("区级平台没有接受本机发去的内容，请联系区里；本机数据都在")]
    NotTaken,
    /// The district cannot be reached.
    #[error("连不上区级平台：{reason}")]
    Unreachable { reason: String },
    /// The answer is not a district's.
    #[error("区级平台的回答读不懂：{reason}")]
    Unreadable { reason: String },
    /// Nothing answers.
    #[error("连不上区级平台：{}", NoAnswer::NoNetwork)]
    NoNetwork,
    /// The answer took too long.
    #[error("连不上区级平台：{}", NoAnswer::TimedOut)]
    TimedOut,
    /// The answer broke off.
    #[error("连不上区级平台：{}", NoAnswer::CutShort)]
    CutShort,
    /// The answer is too long to be a district's.
    #[error("区级平台的回答读不懂：{}", NoAnswer::TooLong)]
    TooLong,
    /// The answer was damaged on its way.
    #[error("区级平台的回答读不懂：{}", NoAnswer::Damaged)]
    AnswerDamaged,
    /// The answer says nothing of what was sent.
    #[error("区级平台的回答读不懂：{}", NoAnswer::NothingSaid)]
    NothingSaid,
    /// The answer brings what is here already.
    #[error("区级平台的回答读不懂：{}", NoAnswer::NothingNew)]
    NothingNew,
    /// A piece of an attachment does not follow.
    #[error("区级平台的回答读不懂：{}", NoAnswer::NotFollowing)]
    NotFollowing,
    /// Parts that the district did not take, and may later.
    #[error("有 {count} 批操作区级平台没有收下，会再试；一直如此请联系区里")]
    Refused { count: usize },
    /// What a package brought of a PC that is revoked.
    #[error("数据包带来的 {count} 处改动出自已停用的电脑，区级平台不收，本机也不再算数；请核对，需要的请重做")]
    Forgotten { count: usize },
    /// The states are not the same.
    #[error("本机数据与区级平台核对不一致，请先升级程序，或联系区里")]
    Differs,
    /// Packages that have to come first.
    #[error("缺少更早的数据包（第 {first} 至 {last} 份），请先导入它们，或联网")]
    PackagesMissing { first: u64, last: u64 },
    /// What has to come first of another PC.
    #[error("“{name}”更早的操作还没有到，这一部分先放着")]
    PartsMissing { name: String },
}

impl Said for Trouble {
    const CATALOGUE: Catalogue = Catalogue::Exchange;
}

/// Any trouble with the district.
pub(crate) fn fault(fault: &Fault) -> Trouble {
    match fault {
        Fault::Denied(denial) => denied(denial.code),
        Fault::Unreachable(why) | Fault::Unreadable(why) => no_answer(why).unwrap_or_else(|| {
            let reason = why.to_string();
            match fault {
                Fault::Unreadable(_) => Trouble::Unreadable { reason },
                _ => Trouble::Unreachable { reason },
            }
        }),
    }
}

/// What has a sentence of its own; `None` for what only the network's libraries have words for.
fn no_answer(why: &NoAnswer) -> Option<Trouble> {
    Some(match why {
        NoAnswer::NoNetwork => Trouble::NoNetwork,
        NoAnswer::TimedOut => Trouble::TimedOut,
        NoAnswer::CutShort => Trouble::CutShort,
        NoAnswer::TooLong => Trouble::TooLong,
        NoAnswer::Damaged => Trouble::AnswerDamaged,
        NoAnswer::NothingSaid => Trouble::NothingSaid,
        NoAnswer::NothingNew => Trouble::NothingNew,
        NoAnswer::NotFollowing => Trouble::NotFollowing,
        NoAnswer::Other(_) => return None,
    })
}

/// Why the district did not do what was asked.
fn denied(code: DenialCode) -> Trouble {
    match code {
        DenialCode::OtherCommittee => Trouble::OtherCommittee,
        DenialCode::BadCode => Trouble::BadCode,
        DenialCode::Unauthorised | DenialCode::Revoked => Trouble::Revoked,
        DenialCode::Forked => Trouble::Forked,
        DenialCode::Gap => Trouble::Gap,
        DenialCode::TooMany => Trouble::TooMany,
        DenialCode::Unavailable => Trouble::Unavailable,
        DenialCode::BadSignature => Trouble::BadSignature,
        DenialCode::BadRequest | DenialCode::NotFound | DenialCode::Unknown => Trouble::NotTaken,
    }
}

/// What is wrong although everything was exchanged.
pub(super) fn left(done: &Exchanged) -> Option<Trouble> {
    match *done {
        Exchanged {
            refused: count @ 1.., ..
        } => Some(Trouble::Refused { count }),
        Exchanged {
            forgotten: count @ 1.., ..
        } => Some(Trouble::Forgotten { count }),
        Exchanged { differs: true, .. } => Some(Trouble::Differs),
        _ => None,
    }
}

/// Why an operation does not count.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Broken {
    #[error("凭证号不在分给本机的号内")]
    NotLeased,
    #[error("发号时，这里的发号权在另一台电脑")]
    NoRight,
    #[error("另一台电脑已先发了凭证（限一份）")]
    Served,
    #[error("凭证号已经发过")]
    SerialUsed,
    #[error("别的居委会也有同样的预约，待区级裁定")]
    Held,
    #[error("预约已不在")]
    NoReservation,
    #[error("另一台电脑已发出凭证")]
    VoucherIssued,
    #[error("凭证已作废，不能恢复")]
    VoucherVoid,
    #[error("只有区级平台（或持有发号权的电脑）能改")]
    NotYours,
    #[error("同一编号在区级平台是另一类记录")]
    OtherKind,
    #[error("这一项登记后不能再改")]
    FixedField,
    #[error("文字里有看不见的控制字符")]
    Unprintable,
    #[error("要撤销的操作在区级平台上找不到")]
    UnknownBatch,
    #[error("不符合规则“{rule}”")]
    OtherRule { rule: String },
}

impl Said for Broken {
    const CATALOGUE: Catalogue = Catalogue::Rejected;
}

/// What to do about it.
#[derive(Debug, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Advice {
    #[error("收回已打印的凭证，联网后重新发号")]
    IssueAgain,
    #[error("收回已打印的凭证，以先发的一张为准")]
    FirstHolds,
    #[error("等区里裁定后再发号")]
    AwaitDecision,
    #[error("请查看这条预约的记录")]
    LookAtReservation,
    #[error("要改请用“退回”")]
    StepBack,
    #[error("需要时请重新发号")]
    IssueIfNeeded,
    #[error("不用处理；如有疑问请联系区里")]
    NothingOrAsk,
    #[error("不用处理")]
    Nothing,
    #[error("请打开这条记录，重新填写有问题的一项")]
    FillInAgain,
    #[error("请手工改回")]
    ChangeBack,
    #[error("请先升级程序，或联系区里")]
    UpdateOrAsk,
}

impl Said for Advice {
    const CATALOGUE: Catalogue = Catalogue::Rejected;
}

/// Why an operation does not count by a rule of the district's, and what to do about it.
pub(super) fn rule(rule: &str) -> (Sentence, Sentence) {
    let (broken, advice) = match rule {
        "not_leased" => (Broken::NotLeased, Advice::IssueAgain),
        "no_right" => (Broken::NoRight, Advice::IssueAgain),
        "served" => (Broken::Served, Advice::FirstHolds),
        "serial_used" => (Broken::SerialUsed, Advice::IssueAgain),
        "held" => (Broken::Held, Advice::AwaitDecision),
        "no_reservation" => (Broken::NoReservation, Advice::LookAtReservation),
        "voucher_issued" => (Broken::VoucherIssued, Advice::StepBack),
        "voucher_void" => (Broken::VoucherVoid, Advice::IssueIfNeeded),
        "not_yours" => (Broken::NotYours, Advice::NothingOrAsk),
        "other_kind" => (Broken::OtherKind, Advice::NothingOrAsk),
        "fixed_field" => (Broken::FixedField, Advice::Nothing),
        "unprintable" => (Broken::Unprintable, Advice::FillInAgain),
        "undo_alone" | "unknown_batch" => (Broken::UnknownBatch, Advice::ChangeBack),
        other => (Broken::OtherRule { rule: other.to_owned() }, Advice::UpdateOrAsk),
    };
    (broken.said(), advice.said())
}
