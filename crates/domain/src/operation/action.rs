//! What a batch was for.

use serde::{Deserialize, Serialize};

/// What a batch was for: shown in the timeline and decides whether Ctrl+Z takes it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The committee was set up.
    SetUp,
    /// The committee's own data was changed.
    CommitteeChanged,
    /// The tag dictionary was changed.
    TagsChanged,
    /// A household was added or changed.
    HouseholdSaved,
    /// A resident was added.
    ResidentAdded,
    /// A resident was changed.
    ResidentChanged,
    /// Tags were given or taken.
    ResidentsTagged,
    /// Two records of one person became one.
    ResidentsMerged,
    /// A merge was taken apart.
    ResidentsUnmerged,
    /// A resident was removed.
    ResidentRemoved,
    /// A sheet of residents was imported.
    RosterImported,
    /// A round was opened.
    RoundOpened,
    /// A round was changed.
    RoundChanged,
    /// Someone registered at the counter.
    ReservationRegistered,
    /// Someone registered at the counter and left with a voucher.
    ServedAtCounter,
    /// A reservation was corrected.
    ReservationChanged,
    /// A sheet of reservations was imported.
    ReservationsImported,
    /// Reservations were decided on.
    Reviewed,
    /// Everything without findings was passed.
    PassedClear,
    /// People were told, or it was tried.
    Notified,
    /// The district was asked to send messages.
    SmsAsked,
    /// Voucher numbers were issued.
    VouchersIssued,
    /// Goods were handed out.
    Collected,
    /// A reservation stepped back.
    SteppedBack,
    /// A remark was written.
    NoteWritten,
    /// Clear values were shown.
    Revealed,
    /// A sheet was exported.
    Exported,
    /// A document was printed, or saved to be printed.
    Printed,
    /// Somebody with the papers in hand said up to which number they go.
    PapersLookedUp,
    /// A batch was taken back.
    Undone,
    /// Values in conflict were decided on.
    ConflictsSettled,
    /// Someone registered with the district's form.
    RegisteredByForm,
    /// The district leased voucher numbers to a PC.
    NumbersLeased,
    /// A right to issue changed hands.
    RightMoved,
    /// A PC gave voucher numbers back to the district.
    NumbersReturned,
    /// The district holds a reservation, because another committee has one of the same key.
    ReservationHeld,
    /// The district decided on a reservation it held.
    HoldDecided,
    /// The district sent an instruction.
    InstructionSent,
    /// Instructions were acknowledged.
    InstructionsAcknowledged,
    /// The district pushed rows to be verified.
    TasksPushed,
    /// The district took rows back, or put them right.
    TasksTakenBack,
    /// A sheet of rows to be verified was imported.
    TasksImported,
    /// Whose rows are was decided.
    TasksDecided,
    /// Rows were given to somebody to see to.
    TasksAssigned,
    /// People were visited or rung up, or it was tried.
    TasksVisited,
    /// Rows went back to the district.
    TasksReturned,
    /// The district pushed orders.
    OrdersPushed,
    /// The district recalled orders, put them right, gave them again or wants them sooner.
    OrdersChanged,
    /// Orders were entered or imported here.
    OrdersEntered,
    /// Orders were taken on.
    OrdersSigned,
    /// Orders were given to somebody to see to.
    OrdersAssigned,
    /// Residents were contacted first, or there is a reason why not.
    OrdersContacted,
    /// It was written down what is so.
    OrdersHandled,
    /// A neighbour unit was asked to help, or answered.
    OrderHelped,
    /// Orders were replied to.
    OrdersReplied,
    /// Residents were asked back.
    OrdersRevisited,
    /// Orders are done with.
    OrdersClosed,
    /// Orders went back to the district.
    OrdersReturned,
    /// Alarms of orders rang.
    AlarmsRang,
    /// An answer was written, or put in an older one's place.
    AnswerWritten,
    /// Answers were withdrawn.
    AnswersWithdrawn,
    /// The district sent answers.
    AnswersSent,
    /// Something only a newer program knows; the header keeps its word.
    #[serde(other)]
    Unknown,
}

impl Action {
    /// What programs do by themselves, so that numbers and rights are where people wait and alarms ring once.
    pub const BY_PROGRAMS: [Action; 4] = [
        Action::NumbersLeased,
        Action::RightMoved,
        Action::NumbersReturned,
        Action::AlarmsRang,
    ];

    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            Action::SetUp => "建立居委会",
            Action::CommitteeChanged => "修改居委会信息",
            Action::TagsChanged => "修改标签",
            Action::HouseholdSaved => "保存住户",
            Action::ResidentAdded => "新增居民",
            Action::ResidentChanged => "修改居民信息",
            Action::ResidentsTagged => "修改标签",
            Action::ResidentsMerged => "合并重复居民",
            Action::ResidentsUnmerged => "拆开合并",
            Action::ResidentRemoved => "移出台账",
            Action::RosterImported => "导入居民台账",
            Action::RoundOpened => "开启轮次",
            Action::RoundChanged => "修改轮次",
            Action::ReservationRegistered => "现场登记",
            Action::ServedAtCounter => "现场登记并发凭证",
            Action::ReservationChanged => "修改预约",
            Action::ReservationsImported => "导入预约",
            Action::Reviewed => "审核",
            Action::PassedClear => "全部通过无问题的预约",
            Action::Notified => "通知",
            Action::SmsAsked => "请区里发短信",
            Action::VouchersIssued => "发放凭证号",
            Action::Collected => "领取登记",
            Action::SteppedBack => "退回上一步",
            Action::NoteWritten => "添加备注",
            Action::Revealed => "查看完整信息",
            Action::Exported => "导出",
            Action::Printed => "打印",
            Action::PapersLookedUp => "填写最后印出的号",
            Action::Undone => "撤销",
            Action::ConflictsSettled => "裁定冲突",
            Action::RegisteredByForm => "居民扫码填报",
            Action::NumbersLeased => "区级平台发放号段",
            Action::RightMoved => "发号权变更",
            Action::NumbersReturned => "让出未用的号",
            Action::ReservationHeld => "待区级裁定",
            Action::HoldDecided => "区级裁定",
            Action::InstructionSent => "上级要求",
            Action::InstructionsAcknowledged => "签收上级要求",
            Action::TasksPushed => "下发核查任务",
            Action::TasksTakenBack => "来源撤回或更正核查任务",
            Action::TasksImported => "导入核查任务",
            Action::TasksDecided => "判定核查对象",
            Action::TasksAssigned => "分派核查任务",
            Action::TasksVisited => "核查登记",
            Action::TasksReturned => "退回核查任务",
            Action::OrdersPushed => "下发工单",
            Action::OrdersChanged => "区级平台变更工单",
            Action::OrdersEntered => "录入工单",
            Action::OrdersSigned => "签收工单",
            Action::OrdersAssigned => "分派工单",
            Action::OrdersContacted => "先行联系",
            Action::OrdersHandled => "登记处置情况",
            Action::OrderHelped => "会办",
            Action::OrdersReplied => "答复工单",
            Action::OrdersRevisited => "回访",
            Action::OrdersClosed => "办结工单",
            Action::OrdersReturned => "退回工单",
            Action::AlarmsRang => "到时提醒",
            Action::AnswerWritten => "写答复口径",
            Action::AnswersWithdrawn => "停用答复口径",
            Action::AnswersSent => "下发答复口径",
            Action::Unknown => "较新版本的操作",
        }
    }

    /// Whether Ctrl+Z takes back, or brings back, nothing that lies before it: whoever presses it right after an answer means the
    /// answer, which stands, because others may have issued by it already.
    pub fn stops_undo(self) -> bool {
        self == Action::PapersLookedUp
    }

    /// Whether Ctrl+Z goes back over it. Records of showing, exporting and printing stay; a printed voucher is
    /// never cancelled by undoing, only by stepping back with a reason; a message that was asked for may be sent already.
    pub fn undoable(self) -> bool {
        !matches!(
            self,
            Action::SetUp
                | Action::Revealed
                | Action::Exported
                | Action::Printed
                | Action::SmsAsked
                | Action::VouchersIssued
                | Action::ServedAtCounter
                | Action::Undone
                | Action::PapersLookedUp
                | Action::RegisteredByForm
                | Action::NumbersLeased
                | Action::RightMoved
                | Action::NumbersReturned
                | Action::ReservationHeld
                | Action::HoldDecided
                | Action::InstructionSent
                | Action::TasksPushed
                | Action::TasksTakenBack
                | Action::OrdersPushed
                | Action::OrdersChanged
                | Action::AlarmsRang
                | Action::AnswersSent
                | Action::Unknown
        )
    }
}
