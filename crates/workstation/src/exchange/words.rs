//! What goes wrong in an exchange, in a clerk's words, with what to do.

use std::borrow::Cow;

use linli_domain::refusal::Refusal;
use linli_protocol::DenialCode;
use linli_sync::Fault;

/// Why the district did not do what was asked.
pub(crate) fn denied(code: DenialCode) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        DenialCode::OtherCommittee => return Cow::Owned(Refusal::OtherCommittee.to_string()),
        DenialCode::BadCode => "加入码不对、已用过、已过期，或因输错太多次已作废；请核对，仍不行就向区里要新的加入码",
        DenialCode::Unauthorised | DenialCode::Revoked => {
            "这台电脑已被区级平台停用；本机数据都在。请向区里要新的加入码，再次加入"
        }
        DenialCode::Forked => {
            "本机恢复过旧备份，区级平台上已有本机后来的记录；本机数据都在。请向区里要新的加入码，再次加入"
        }
        DenialCode::Gap => "区级平台还缺本机先前的记录，会自动补上",
        DenialCode::TooMany => "请求太多，请过一会儿再试",
        DenialCode::Unavailable => "区级平台暂时不能服务，会自动再试",
        DenialCode::BadSignature => "区级平台核对本机签名不通过，请联系区里；本机数据都在",
        DenialCode::BadRequest | DenialCode::NotFound | DenialCode::Unknown => {
            "区级平台没有接受本机发去的内容，请联系区里；本机数据都在"
        }
    })
}

/// Any trouble with the district.
pub(crate) fn fault(fault: &Fault) -> String {
    match fault {
        Fault::Denied(denial) => denied(denial.code).into_owned(),
        Fault::Unreachable(_) | Fault::Unreadable(_) => fault.to_string(),
    }
}

/// Why an operation does not count, and what to do about it.
pub(crate) fn rule(rule: &str) -> (String, &'static str) {
    let (reason, advice) = match rule {
        "not_leased" => ("凭证号不在分给本机的号内", "收回已打印的凭证，联网后重新发号"),
        "no_right" => ("发号时，这里的发号权在另一台电脑", "收回已打印的凭证，联网后重新发号"),
        "served" => ("另一台电脑已先发了凭证（限一份）", "收回已打印的凭证，以先发的一张为准"),
        "serial_used" => ("凭证号已经发过", "收回已打印的凭证，联网后重新发号"),
        "held" => ("别的居委会也有同样的预约，待区级裁定", "等区里裁定后再发号"),
        "no_reservation" => ("预约已不在", "请查看这条预约的记录"),
        "voucher_issued" => ("另一台电脑已发出凭证", "要改请用“退回”"),
        "voucher_void" => ("凭证已作废，不能恢复", "需要时请重新发号"),
        "not_yours" => ("只有区级平台（或持有发号权的电脑）能改", "不用处理；如有疑问请联系区里"),
        "other_kind" => ("同一编号在区级平台是另一类记录", "不用处理；如有疑问请联系区里"),
        "fixed_field" => ("这一项登记后不能再改", "不用处理"),
        "unprintable" => ("文字里有看不见的控制字符", "请打开这条记录，重新填写有问题的一项"),
        "undo_alone" | "unknown_batch" => ("要撤销的操作在区级平台上找不到", "请手工改回"),
        other => return (format!("不符合规则“{other}”"), "请先升级程序，或联系区里"),
    };
    (reason.to_owned(), advice)
}
