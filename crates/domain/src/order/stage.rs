//! How far an order is: its stages, each with what it means for who works.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::item::{Stage, Tone};

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OrderStage {
    /// Nobody took it on.
    ToSign,
    /// Taken on.
    Signed,
    /// The resident was contacted, or there is a reason why not.
    Contacted,
    /// Looked into.
    Handling,
    /// Replied to.
    Replied,
    /// The resident was asked back.
    Revisited,
    /// Done with.
    Closed,
    /// Given back.
    Returned,
    /// Wanted no more.
    Recalled,
}

impl OrderStage {
    /// Whether it is still to be replied to here.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            OrderStage::ToSign | OrderStage::Signed | OrderStage::Contacted | OrderStage::Handling
        )
    }
}

impl Stage for OrderStage {
    const ALL: &'static [OrderStage] = &[
        OrderStage::ToSign,
        OrderStage::Signed,
        OrderStage::Contacted,
        OrderStage::Handling,
        OrderStage::Replied,
        OrderStage::Revisited,
        OrderStage::Closed,
        OrderStage::Returned,
        OrderStage::Recalled,
    ];

    fn code(self) -> &'static str {
        match self {
            OrderStage::ToSign => "to_sign",
            OrderStage::Signed => "signed",
            OrderStage::Contacted => "contacted",
            OrderStage::Handling => "handling",
            OrderStage::Replied => "replied",
            OrderStage::Revisited => "revisited",
            OrderStage::Closed => "closed",
            OrderStage::Returned => "returned",
            OrderStage::Recalled => "recalled",
        }
    }

    fn label(self) -> &'static str {
        match self {
            OrderStage::ToSign => "待签收",
            OrderStage::Signed => "已签收",
            OrderStage::Contacted => "已先行联系",
            OrderStage::Handling => "处置中",
            OrderStage::Replied => "已答复",
            OrderStage::Revisited => "已回访",
            OrderStage::Closed => "已办结",
            OrderStage::Returned => "已退回",
            OrderStage::Recalled => "已撤回",
        }
    }

    fn tone(self) -> Tone {
        match self {
            OrderStage::ToSign | OrderStage::Signed | OrderStage::Contacted | OrderStage::Handling => Tone::Waiting,
            OrderStage::Replied | OrderStage::Revisited | OrderStage::Returned => Tone::Going,
            OrderStage::Closed => Tone::Done,
            OrderStage::Recalled => Tone::Bad,
        }
    }
}
