//! What a clerk may not do now, and why: each with a stable code and what its sentence says. The sentence here is the
//! clerk's; the screens have those of other languages by the code.

use serde::Serialize;
use thiserror::Error;

use crate::happened::Cause;
use crate::item::Stage as _;
use crate::operation::Action;
use crate::order::OrderStage;
use crate::round::{RoundKey, Stage};
use crate::task::TaskStage;
use crate::time::Moment;
use crate::voucher::NotGood;

/// Why something is not done; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// An entry of this kind is never taken back.
    #[error("“{}”不能撤销", .action.label())]
    NotUndoable {
        /// What was done.
        action: Action,
    },

    /// Up to where papers go is put right by a higher number.
    #[error(
        "填写的“最后印出的号”不能撤销，可能已经照它发了凭证；填小了只能改大（见手册“核对号”）。再早的操作请到经过里逐条撤销"
    )]
    AnswerStands,

    /// One person was to be merged with himself.
    #[error("不能把一个人和自己合并")]
    MergeWithItself,
    /// One of two was merged before.
    #[error("其中一条已经被合并过")]
    MergedAlready,
    /// A merge was to be taken apart that is none.
    #[error("这条记录没有被合并")]
    NotMerged,
    /// The roster has the home.
    #[error("“{address}”已经在台账里")]
    HouseholdExists {
        /// Where it is.
        address: String,
    },
    /// The dictionary has the tag.
    #[error("标签“{name}”已经有了")]
    TagExists {
        /// Which.
        name: String,
    },
    /// No more filters are kept under a name.
    #[error("最多保存 {most} 个筛选，请先删掉不用的")]
    FiltersFull {
        /// How many are.
        most: usize,
    },

    /// This PC belongs to a district.
    #[error("这台电脑已经加入区级平台")]
    JoinedAlready,
    /// An invented committee belongs to no district.
    #[error("示例数据不能加入区级平台，请另建数据")]
    SampleJoinsNot,
    /// The data is another committee's than the code.
    #[error("这台电脑上的数据属于别的居委会，不能加入这个居委会")]
    OtherCommittee,
    /// The data changed while it was joined.
    #[error("加入时本机一直在写入，请停一下手里的登记，再加入一次")]
    BusyWhileJoining,
    /// Asked for what takes a district.
    #[error("这台电脑还没有加入区级平台")]
    NotJoined,
    /// A conflict changed, or was decided on, since it was shown.
    #[error("这一处刚刚又有改动，或已经裁定，请重新查看")]
    ConflictChanged,
    /// Nothing was ever exchanged with the district, so that nothing can be carried to it.
    #[error("还没有和区级平台交换过数据，不能给它写数据包")]
    NeverExchanged,
    /// Several PCs have the name.
    #[error("有几台电脑都叫“{name}”，请写它的代号")]
    SeveralPcs {
        /// Which name.
        name: String,
    },
    /// Messages are the district's to send.
    #[error("短信由区级平台发送，这台电脑还没有加入")]
    SmsByDistrict,

    /// No row of a tab names its columns.
    #[error("在“{name}”里找不到表头（至少要有“姓名”和另一列），请检查文件")]
    NoHeader {
        /// The file, or its tab.
        name: String,
    },
    /// A workbook has no such tab.
    #[error("文件里没有叫“{name}”的工作表")]
    NoSuchTab {
        /// Which.
        name: String,
    },
    /// More rows than one import takes.
    #[error("“{name}”有 {rows} 行，一次最多导入 {most} 万行；请分成几个文件，或删去没有人的行")]
    TooManyRows {
        /// The file.
        name: String,
        /// How many it has.
        rows: usize,
        /// How many are taken, in tens of thousands.
        most: usize,
    },
    /// More of a file than is held at once: values that rows repeat of each other count in each, and so does what is said.
    #[error(
        "“{name}”读出来的内容和要提醒的问题太多（“同上”和合并的格按填好的算，上限 {most} MB），没有导入；请分成几个文件"
    )]
    TooMuchRead {
        /// The file.
        name: String,
        /// How much is held, in MB.
        most: usize,
    },
    /// There is nothing to list.
    #[error("没有发现问题，不需要清单")]
    NoProblems,

    /// A file that is not shown page by page.
    #[error("这种文件请另存后打开")]
    NoPages,
    /// A file of which parts are missing.
    #[error("附件还没有收全，联网后会自动接着收")]
    AttachmentIncomplete,

    /// The district opened the round.
    #[error("这一轮由区级平台开启，名额和限购规则由区里规定，不能在本机更改")]
    DistrictsRound,
    /// Vouchers were issued by the rule.
    #[error("已经发出凭证，限购规则不能再改；请另开一轮")]
    RuleIssuedBy,
    /// Another PC may be issuing by the rule.
    #[error("别的电脑可能正按它发凭证，限购规则不能再改；请另开一轮")]
    RuleInUse,
    /// More vouchers were issued than that.
    #[error("已经发出 {issued} 份凭证，名额不能少于它")]
    QuotaBelowIssued {
        /// How many.
        issued: u32,
    },
    /// More numbers were leased than that.
    #[error("已有 {leased} 个号分到各台电脑，名额不能少于它")]
    QuotaBelowLeased {
        /// How many.
        leased: u32,
    },
    /// The round's number is on vouchers.
    #[error("已经发出凭证，轮次号不能再改")]
    NumberIssued,

    /// The key has its voucher.
    #[error("本轮{}限一份，已有凭证，不能再发", .rule.label())]
    KeyServed {
        /// Of what one is given.
        rule: RoundKey,
    },
    /// A reservation has come too far to be decided on.
    #[error("这条预约{}，要改请用“退回”", .stage.label())]
    DecidedLongAgo {
        /// How far.
        stage: Stage,
    },
    /// A voucher in somebody's hand is not worth nothing because of a decision.
    #[error("凭证 {voucher} 已发出，要改请用“退回”")]
    VoucherOut {
        /// Its number as printed.
        voucher: String,
    },
    /// A reservation of which nobody can be told yet, or any more.
    #[error("这条预约是“{}”，还不能通知", .stage.label())]
    NotToBeTold {
        /// How far it is.
        stage: Stage,
    },
    /// A task that the committee is to answer no more.
    #[error("这条核查任务“{}”，不用再登记", .cause.label())]
    TaskTakenAway {
        /// Why.
        cause: Cause,
    },
    /// A task that is answered, or was given back.
    #[error("这条核查任务“{}”，不能再改；登记错了请先撤销", .task.label())]
    TaskNotOpen {
        /// How far it is.
        task: TaskStage,
    },
    /// An order that was replied to, returned or recalled.
    #[error("这张工单“{}”，不能再改；登记错了请先撤销", .order.label())]
    OrderNotOpen {
        /// How far it is.
        order: OrderStage,
    },
    /// An order that is not replied to, or closed.
    #[error("这张工单“{}”，答复后、办结前才能回访和办结", .order.label())]
    OrderNotReplied {
        /// How far it is.
        order: OrderStage,
    },
    /// Nobody was contacted, and nothing says why.
    #[error("没有先行联系，请写明原因")]
    NoContactWithoutReason,
    /// An order is replied to of which nothing says whether the resident was contacted.
    #[error("还没有登记先行联系；没有联系的，请先写明原因再答复")]
    NotContacted,
    /// An order is to be closed and nobody asked the resident back.
    #[error("还没有回访，不能办结；联系不上的请记“未联系上”")]
    NotRevisited,
    /// No more neighbour units help with one order.
    #[error("一张工单最多请 {most} 家单位会办")]
    HelpsFull {
        /// How many.
        most: usize,
    },
    /// An answer that the district sent.
    #[error("这条口径是区里下发的，不能在本机改或停用；可以另写一条")]
    DistrictsAnswer,
    /// An answer whose place a newer one has taken.
    #[error("这条口径已经有更新的，请在新的一条上改")]
    AnswerReplaced,
    /// Of all who were to be told nobody will get a voucher; within: who, and why.
    #[error("没有记为已通知。{{within}}")]
    NobodyServed,
    /// A stage that does not lie behind.
    #[error("“{}”不能退回到“{}”", .stage.label(), .to.label())]
    NoWayBack {
        /// Where it is.
        stage: Stage,
        /// Where it was to go.
        to: Stage,
    },
    /// It says whose the reservation is.
    #[error("证件号码和住址登记后不能直接改，请撤回这条登记，再重新登记")]
    SaysWhose,
    /// The voucher in somebody's hand says otherwise, or is known by it.
    #[error("凭证已发出，不能直接改，请撤回这条登记（凭证作废），再重新登记")]
    VoucherSaysOtherwise,
    /// It was handed out.
    #[error("已经领取，不能再改")]
    HandedOut,
    /// Turned down already, with nothing in anybody's hand.
    #[error("这条预约已经是“不通过”，不用再撤回")]
    TurnedDown,

    /// The district did not take the voucher's number.
    #[error("这张凭证没有算数：区级平台没有接受；请收回，查明后重新发号")]
    VoucherRefused,
    /// Somebody handed out meanwhile.
    #[error("这张凭证刚刚已经领取")]
    JustHandedOut,
    /// Somebody stepped back from it meanwhile.
    #[error("这张凭证刚刚作废")]
    JustVoid,
    /// Of another round than the one at the counter.
    #[error("这是第{number}轮的凭证，不是第{at_counter}轮的")]
    OfRound {
        /// Its round's number.
        number: u32,
        /// The counter's.
        at_counter: u32,
    },
    /// Of another round, whose number is not known.
    #[error("这是另一轮的凭证")]
    OfAnotherRound,
    /// Digits that are no voucher's number.
    #[error("凭证号不对，请核对每一位（最后一位是校验位）")]
    NoVoucherNumber,
    /// A voucher that is not good, or that this PC cannot tell of.
    #[error("{why}")]
    VoucherNotGood {
        /// Why.
        why: NotGood,
    },
    /// It was stepped back from.
    #[error("这张凭证已作废（预约曾被退回），请看补发的新凭证")]
    SteppedBackFrom,
    /// Nobody is served at this stage.
    #[error("这条预约现在是“{}”，还不能领取", .stage.label())]
    NotToBeServed {
        /// How far it is.
        stage: Stage,
    },
    /// Handed out before.
    #[error("这张凭证已于 {at} 领取")]
    HandedOutAt {
        /// When, to the minute.
        at: String,
    },
    /// Before the days of collection.
    #[error("还没到领取日期（{from} 开始）")]
    NotYetCollected {
        /// The first.
        from: String,
    },
    /// After them.
    #[error("领取日期已过（{until} 截止）")]
    CollectedNoMore {
        /// The last.
        until: String,
    },

    /// Every voucher is on paper.
    #[error("没有新的凭证要打印（已打印过的可以“补打”）")]
    NothingToPrint,
    /// Whoever is due waits for a number; within: how many for what.
    #[error("没有可以打印的凭证，待发号：{{within}}")]
    AllWait,
    /// Something of this program is still at work on the data.
    #[error("程序还在用这份数据（正在导入、导出或同步），没有恢复，数据没有改动；等它做完再恢复一次")]
    StillWorking,
}

impl Refusal {
    /// Handed out at a time.
    pub fn handed_out_at(at: Moment) -> Refusal {
        Refusal::HandedOutAt { at: at.minutes_text() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::told::told;

    #[test]
    fn a_refusal_is_told_by_its_code_and_what_it_says() {
        let back = Refusal::NoWayBack {
            stage: Stage::Pending,
            to: Stage::Collected,
        };
        assert_eq!(back.to_string(), "“待审核”不能退回到“已领取”");
        let values = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        assert_eq!(
            told(&back),
            (
                "no_way_back".into(),
                values(&[("stage", "pending"), ("to", "collected")])
            )
        );
        let round = Refusal::OfRound {
            number: 2,
            at_counter: 3,
        };
        assert_eq!(
            told(&round),
            ("of_round".into(), values(&[("at_counter", "3"), ("number", "2")]))
        );
        assert_eq!(told(&Refusal::StillWorking), ("still_working".into(), Vec::new()));
    }
}
