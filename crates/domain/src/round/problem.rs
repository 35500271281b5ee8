//! What can be wrong with a round's definition.

use serde::Serialize;
use thiserror::Error;

/// What is wrong with a round's definition.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RoundProblem {
    /// A text that must be there is empty.
    #[error("轮次的“{field}”不能为空")]
    Empty {
        /// Which.
        field: RoundField,
    },
    /// A name of nothing but marks.
    #[error("轮次的“{field}”不能只有标点和符号")]
    MarksOnly {
        /// Which.
        field: RoundField,
    },
    /// A text with what no poster, notice or voucher can show.
    #[error("轮次的“{field}”里有打印不出来的符号（{characters}），请去掉")]
    Unprintable {
        /// Which.
        field: RoundField,
        /// The characters; those that nobody sees by their codes.
        characters: String,
    },
    /// A number out of its range.
    #[error("轮次的“{field}”是 {value}，应在 {min} 到 {max} 之间")]
    OutOfRange {
        /// Which.
        field: RoundField,
        /// The value given.
        value: u32,
        /// Least.
        min: u32,
        /// Most.
        max: u32,
    },
    /// A time that cannot be read.
    #[error("轮次的“{field}”“{value}”读不懂，请写成 2020-02-02T08:00")]
    Time {
        /// Which.
        field: RoundField,
        /// What stood there.
        value: String,
    },
    /// It closes before it opens.
    #[error("轮次的“{field}”早于开始时间")]
    EndsBeforeStart {
        /// Which end.
        field: RoundField,
    },
    /// A template names a column that does not exist.
    #[error("导出模板“{template}”里没有“{column}”这一列")]
    UnknownColumn {
        /// The template.
        template: String,
        /// The column.
        column: String,
    },
    /// A template is called as an export that every round has.
    #[error("导出模板不能叫“{template}”：这是三张固定表格用的名称，请换一个")]
    StandardExport {
        /// Its name.
        template: String,
    },
    /// A template has no columns, or no name, or one that is taken.
    #[error("导出模板“{template}”没有列，或名称重复、只有符号")]
    Template {
        /// Its name.
        template: String,
    },
}

/// A part of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundField {
    /// The campaign.
    #[error("活动名称")]
    Campaign,
    /// Title on screens and paper.
    #[error("标题")]
    Title,
    /// A pick-up point's name.
    #[error("领取点")]
    PickUp,
    /// Its address.
    #[error("领取点地址")]
    PickUpAddress,
    /// Its hours.
    #[error("领取时间")]
    PickUpHours,
    /// Number within the campaign.
    #[error("轮次号")]
    RoundNumber,
    /// Vouchers there are.
    #[error("名额")]
    Quota,
    /// The most one reservation may ask for.
    #[error("每份上限")]
    MaxQuantity,
    /// Registration opens.
    #[error("登记开始")]
    Opens,
    /// Registration closes.
    #[error("登记截止")]
    Closes,
    /// First day of collection.
    #[error("领取开始")]
    CollectFrom,
    /// Last day of collection.
    #[error("领取截止")]
    CollectUntil,
}
