//! Why a reservation waits as 待发号.

use linli_domain::operation::DeviceId;
use linli_domain::reservation::Hold;
use linli_store::View;
use linli_store::issuing::{Elsewhere, Waiting};
use serde::Serialize;
use thiserror::Error;

use crate::Error;
use crate::api::rounds::AwaitingCount;
use crate::api::{Catalogue, Said, Sentence};

/// Why, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Why {
    /// Another PC issues there; no area: for people who are not on the roster.
    #[error("{}的发号权在{}：请到那台电脑发号，或联网后等它移交", place(.area), named(.holder))]
    NoRight { area: String, holder: Option<String> },
    /// No PC does.
    #[error("{}的发号权还没有分到电脑，联网后自动申请", place(.area))]
    NoRightYet { area: String },
    /// Vouchers are used up.
    #[error("本轮名额 {quota} 份已用完")]
    QuotaUsedUp { quota: u32 },
    /// Numbers are.
    #[error("本轮名额 {quota} 份的号已全部发完")]
    NumbersUsedUp { quota: u32 },
    /// Another PC has numbers left.
    #[error("本机没有剩余的号；没用的在{}名下，那台电脑还在用的话，用不着的联网后会让过来", named(.holder))]
    NumbersElsewhere { holder: Option<String> },
    /// This PC gave out all it had.
    #[error("本机的号已用完，联网后自动补充")]
    NumbersGone,
    /// It never had any.
    #[error("本机还没有分到号，联网后自动申请")]
    NoNumbers,
    /// The district decided for another committee.
    #[error("区里已判给别的居委会，本居委会不再发号")]
    Denied,
    /// It has not decided yet.
    #[error("待区级裁定：别的居委会也有同样的预约")]
    Held,
    /// The district has not seen it yet.
    #[error("等区级平台核对（每人限一份），联网后自动核对")]
    Unseen,
    /// Its key has a voucher: it will get no number.
    #[error("同一人、同一户或同一地址已经领到凭证，这一条不会再发号：请改为“不通过”")]
    Served,
    /// What was given out since a backup has not come back yet.
    #[error("数据是从备份恢复的，那以后发过的号还没有取回：联网同步一次后再发")]
    Restored,
    /// Nobody has looked which numbers are on paper.
    #[error("数据是从备份恢复的，那以后可能还印过号：先在这一轮的页上核对最后印出的号，再发")]
    Unsure,
}

impl Said for Why {
    const CATALOGUE: Catalogue = Catalogue::Waiting;
}

impl Why {
    /// What holds a reservation up.
    pub(super) fn of(view: View<'_>, quota: u32, waiting: &Waiting) -> Result<Why, Error> {
        let name = |device: DeviceId| view.device_name(device);
        Ok(match waiting {
            Waiting::NoRight { area, holder: None } => Why::NoRightYet { area: area.clone() },
            Waiting::NoRight {
                area,
                holder: Some(holder),
            } => Why::NoRight {
                area: area.clone(),
                holder: name(*holder)?,
            },
            Waiting::QuotaUsedUp => Why::QuotaUsedUp { quota },
            Waiting::NoNumber { elsewhere, had } => match (elsewhere, had) {
                (Elsewhere::Nowhere, _) => Why::NumbersUsedUp { quota },
                (Elsewhere::OtherPc(device), _) => Why::NumbersElsewhere { holder: name(*device)? },
                (_, true) => Why::NumbersGone,
                (_, false) => Why::NoNumbers,
            },
            Waiting::Held(Hold::Denied) => Why::Denied,
            Waiting::Held(Hold::Waiting | Hold::Granted) => Why::Held,
            Waiting::Unseen => Why::Unseen,
            Waiting::Served => Why::Served,
            Waiting::Restored => Why::Restored,
            Waiting::Unsure => Why::Unsure,
        })
    }

    /// Whether there will be no voucher as things stand: nobody shall be told that there will.
    pub(super) fn is_no_voucher(&self) -> bool {
        matches!(
            self,
            Why::Served | Why::QuotaUsedUp { .. } | Why::NumbersUsedUp { .. } | Why::Held | Why::Denied
        )
    }
}

fn place(area: &str) -> String {
    match area {
        "" => "名册外人员".to_owned(),
        area => format!("“{area}”"),
    }
}

fn named(device: &Option<String>) -> String {
    format!("“{}”", device.as_deref().unwrap_or("另一台电脑"))
}

/// How many wait for what.
pub(crate) type Counted = Vec<(Why, usize)>;

/// Reasons with how often each is there, the most frequent first.
pub(super) fn counted<'a>(reasons: impl Iterator<Item = &'a Why>) -> Counted {
    let mut counts = Counted::new();
    for reason in reasons {
        match counts.iter_mut().find(|(counted, _)| counted == reason) {
            Some((_, count)) => *count += 1,
            None => counts.push((reason.clone(), 1)),
        }
    }
    counts.sort_by_cached_key(|(why, count)| (std::cmp::Reverse(*count), why.to_string()));
    counts
}

/// As the screens get them.
pub(crate) fn counts(counted: &Counted) -> Vec<AwaitingCount> {
    let one = |(why, count): &(Why, usize)| AwaitingCount {
        said: why.said(),
        count: *count,
    };
    counted.iter().map(one).collect()
}

/// What is said around a reason to wait.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Around {
    /// Who waits.
    #[error("{name}：{{within}}")]
    Whose { name: String },
    /// How many wait.
    #[error("{count} 份{{within}}")]
    HowMany { count: usize },
    /// How many there are in all, of whom only some are named.
    #[error("等 {count} 条")]
    AndMore { count: usize },
}

impl Said for Around {
    const CATALOGUE: Catalogue = Catalogue::Waiting;
}

/// A reason with how many wait for it.
pub(crate) fn how_many((why, count): &(Why, usize)) -> Sentence {
    Around::HowMany { count: *count }.around(vec![why.said()])
}
