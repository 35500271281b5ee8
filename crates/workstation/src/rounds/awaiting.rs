//! Why a reservation waits as 待发号, in a clerk's words.

use linli_domain::operation::DeviceId;
use linli_domain::reservation::Hold;
use linli_store::View;
use linli_store::issuing::{Elsewhere, Waiting};

use crate::Error;
use crate::api::rounds::{Awaiting, AwaitingCount};

/// The code of what will get no number, since its key has a voucher.
pub(crate) const SERVED: &str = "served";
/// The quota is used up.
const QUOTA_USED_UP: &str = "quota_used_up";
/// The district has not decided, or for another committee.
const HELD: &str = "held";
/// Codes of what gets no voucher as things stand: nobody shall be told that they do.
pub(super) const NO_VOUCHER: [&str; 3] = [SERVED, QUOTA_USED_UP, HELD];

/// The reason as the screens get it.
pub(super) fn awaiting(view: View<'_>, quota: u32, waiting: &Waiting) -> Result<Awaiting, Error> {
    let (code, text) = match waiting {
        Waiting::NoRight { area, holder } => (
            "no_right",
            no_right(area, holder.map(|holder| name(view, holder)).transpose()?),
        ),
        Waiting::QuotaUsedUp => (QUOTA_USED_UP, format!("本轮名额 {quota} 份已用完")),
        Waiting::NoNumber {
            elsewhere: Elsewhere::Nowhere,
            ..
        } => (QUOTA_USED_UP, format!("本轮名额 {quota} 份的号已全部发完")),
        Waiting::NoNumber {
            elsewhere: Elsewhere::OtherPc(device),
            ..
        } => {
            let name = name(view, *device)?;
            (
                "not_leased",
                format!("本机没有剩余的号；没用的在“{name}”名下，那台电脑还在用的话，用不着的联网后会让过来"),
            )
        }
        Waiting::NoNumber { had: true, .. } => ("not_leased", "本机的号已用完，联网后自动补充".into()),
        Waiting::NoNumber { .. } => ("not_leased", "本机还没有分到号，联网后自动申请".into()),
        Waiting::Held(Hold::Denied) => (HELD, "区里已判给别的居委会，本居委会不再发号".into()),
        Waiting::Held(Hold::Waiting | Hold::Granted) => (HELD, "待区级裁定：别的居委会也有同样的预约".into()),
        Waiting::Unseen => ("unseen", "等区级平台核对（每人限一份），联网后自动核对".into()),
        Waiting::Served => (
            SERVED,
            "同一人、同一户或同一地址已经领到凭证，这一条不会再发号：请改为“不通过”".into(),
        ),
        Waiting::Restored => (
            "restored",
            "数据是从备份恢复的，那以后发过的号还没有取回：联网同步一次后再发".into(),
        ),
        Waiting::Unsure => (
            "unsure",
            "数据是从备份恢复的，那以后可能还印过号：先在这一轮的页上核对最后印出的号，再发".into(),
        ),
    };
    Ok(Awaiting {
        code: code.to_owned(),
        text,
    })
}

fn no_right(area: &str, holder: Option<String>) -> String {
    let place = if area.is_empty() {
        "名册外人员".to_owned()
    } else {
        format!("“{area}”")
    };
    match holder {
        Some(name) => format!("{place}的发号权在“{name}”：请到那台电脑发号，或联网后等它移交"),
        None => format!("{place}的发号权还没有分到电脑，联网后自动申请"),
    }
}

fn name(view: View<'_>, device: DeviceId) -> Result<String, Error> {
    Ok(view.device_name(device)?.unwrap_or_else(|| "另一台电脑".into()))
}

/// Reasons with how often each is there, the most frequent first.
pub(super) fn counted<'a>(reasons: impl Iterator<Item = &'a Awaiting>) -> Vec<AwaitingCount> {
    let mut counts: Vec<AwaitingCount> = Vec::new();
    for reason in reasons {
        match counts.iter_mut().find(|counted| counted.text == reason.text) {
            Some(counted) => counted.count += 1,
            None => counts.push(AwaitingCount {
                code: reason.code.clone(),
                text: reason.text.clone(),
                count: 1,
            }),
        }
    }
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    counts
}
