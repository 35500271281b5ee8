//! What refusals name, each by a code, so that every language has its own word for it: things, fields of forms, what was
//! tried; and why a value does not fit its field.

use linli_domain::operation::EntityKind;
use serde::Serialize;
use thiserror::Error;

use crate::api::{Catalogue, Said};

/// What a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A person of the roster.
    #[error("居民")]
    Resident,
    /// A home.
    #[error("住户")]
    Household,
    /// Of the dictionary.
    #[error("标签")]
    Tag,
    /// A round.
    #[error("轮次")]
    Round,
    /// A reservation.
    #[error("预约")]
    Reservation,
    /// A resident or a reservation.
    #[error("记录")]
    Record,
    /// A PC of the committee.
    #[error("电脑")]
    Pc,
    /// A long job.
    #[error("后台任务")]
    Job,
    /// A tab of a workbook.
    #[error("工作表")]
    Tab,
    /// An export of a round's own.
    #[error("导出模板")]
    Template,
    /// Of the district.
    #[error("上级要求")]
    Instruction,
    /// A row to be verified.
    #[error("核查任务")]
    Task,
    /// What a resident asks for, with clocks running.
    #[error("工单")]
    Order,
    /// An approved wording.
    #[error("答复口径")]
    Answer,
    /// What hangs on an instruction.
    #[error("附件")]
    Attachment,
    /// A printer.
    #[error("打印机")]
    Printer,
    /// A file that was chosen, and is no longer held.
    #[error("文件，请重新选择")]
    ChosenFile,
    /// A sheet or a round's file that was taken up, and is no longer held.
    #[error("上传的文件，请重新选择")]
    UploadedFile,
    /// A document that was laid out, and is no longer held.
    #[error("文件，请重新生成")]
    LaidOut,
}

impl Thing {
    /// What an entity of a kind is to whoever asks for it by its id.
    pub(crate) fn of(kind: EntityKind) -> Thing {
        match kind {
            EntityKind::Resident => Thing::Resident,
            EntityKind::Household => Thing::Household,
            EntityKind::Tag => Thing::Tag,
            EntityKind::Round => Thing::Round,
            EntityKind::Reservation => Thing::Reservation,
            EntityKind::Instruction => Thing::Instruction,
            EntityKind::Task => Thing::Task,
            EntityKind::Order => Thing::Order,
            EntityKind::Answer => Thing::Answer,
            EntityKind::Committee | EntityKind::Batch | EntityKind::Lease | EntityKind::IssuingRight => Thing::Record,
        }
    }
}

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FormField {
    /// Of who works at the screen.
    #[error("您的姓名")]
    Actor,
    /// The committee's name.
    #[error("居委会名称")]
    Committee,
    /// The district that the committee is of.
    #[error("所在区")]
    District,
    /// A person's name.
    #[error("姓名")]
    Name,
    /// A person's document.
    #[error("证件号码")]
    DocumentNumber,
    /// A person's phone.
    #[error("手机号码")]
    Phone,
    /// The other one.
    #[error("另一电话")]
    SecondPhone,
    /// One door.
    #[error("室号")]
    Room,
    /// A tag's name.
    #[error("标签")]
    Tag,
    /// A remark.
    #[error("备注")]
    Note,
    /// A filter's name.
    #[error("筛选的名称")]
    FilterName,
    /// How many a reservation asks for.
    #[error("数量")]
    Quantity,
    /// Where it is collected.
    #[error("领取点")]
    PickUp,
    /// Why a reservation is turned down.
    #[error("不通过的原因")]
    RejectionReason,
    /// Why one is taken back.
    #[error("撤回的原因")]
    WithdrawalReason,
    /// Why it goes back a stage.
    #[error("退回的原因")]
    ReturnReason,
    /// The last voucher number on paper.
    #[error("最后印出的号")]
    LastPrinted,
    /// Who sees to a row.
    #[error("负责人")]
    Assignee,
    /// An answer to a source's question.
    #[error("了解到的情况")]
    Learnt,
    /// A common question.
    #[error("问题")]
    Question,
    /// The approved wording for it.
    #[error("口径")]
    Wording,
    /// What it is about.
    #[error("类别")]
    About,
    /// What somebody asks for, in one line.
    #[error("标题")]
    Title,
    /// The same in full.
    #[error("诉求内容")]
    Body,
    /// What kind of request it is.
    #[error("诉求类型")]
    Category,
    /// Where something is.
    #[error("地址")]
    Address,
    /// What was found when it was looked into.
    #[error("核实情况")]
    Facts,
    /// A neighbour unit.
    #[error("会办单位")]
    HelpUnit,
    /// For what it is asked.
    #[error("会办事项")]
    HelpAsked,
    /// What it says.
    #[error("会办意见")]
    HelpGiven,
    /// What a resident is told.
    #[error("答复")]
    Reply,
    /// What a resident says.
    #[error("居民原话")]
    Words,
    /// Of which day something is.
    #[error("日期")]
    Day,
    /// Which of two values holds.
    #[error("选择")]
    Choice,
    /// The tabs of a workbook that are taken.
    #[error("工作表")]
    Tabs,
    /// Copies that are printed.
    #[error("份数")]
    Copies,
    /// The size of type on the screens.
    #[error("字号")]
    TypeSize,
    /// Where a backup goes.
    #[error("备份到")]
    BackupFolder,
    /// A backup.
    #[error("备份文件")]
    BackupFile,
    /// A package.
    #[error("数据包文件")]
    PackageFile,
    /// The district's address.
    #[error("区级平台的地址")]
    DistrictAddress,
    /// The code by which a PC joins.
    #[error("加入码")]
    JoinCode,
    /// The size of an invented committee.
    #[error("户数")]
    Households,
}

/// What was tried, and the system did not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Attempt {
    /// A long job.
    #[error("不能开始后台任务")]
    StartJob,
    /// The exchange that goes on by itself.
    #[error("不能开始后台同步")]
    StartExchange,
    /// The program that a file belongs to.
    #[error("打不开文件")]
    OpenFile,
    /// The print command of that program.
    #[error("没有打印")]
    PrintFile,
    /// A document of ours.
    #[error("打印失败")]
    PrintPaper,
    /// The lock beside the data.
    #[error("数据目录不能写")]
    WriteFolder,
}

/// Why the system did not do it.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Obstacle {
    /// The words of the program that was to do it.
    #[error("{reason}")]
    ProgramSays { reason: String },
    /// No program that prints a sheet by itself.
    #[error("没有找到能直接打印表格的程序，请点“打开”，在里面打印")]
    NoPrintProgram,
    /// No spooler that takes a document.
    #[error("这台电脑不能直接打印，请打开文件后打印")]
    NoSpooler,
}

impl Said for Obstacle {
    const CATALOGUE: Catalogue = Catalogue::Refusals;
}

/// Why a value does not fit its field.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Unfit {
    /// Too little or too much.
    #[error("应在 {min} 到 {max} 之间")]
    OutOfRange { min: u32, max: u32 },
    /// No size of type that the screens have.
    #[error("只有 14、16、18 三种")]
    TypeSize,
    /// A folder that is not there.
    #[error("“{folder}”现在不在（U 盘拔掉了？），没有备份")]
    FolderGone { folder: String },
    /// More characters than are taken.
    #[error("太长，最多 {most} 个字")]
    TooLong { most: usize },
    /// Marks and blanks, which name nobody and nothing.
    #[error("不能只有标点和符号")]
    MarksOnly,
    /// An office's name without a letter or a character.
    #[error("至少要有一个汉字或字母")]
    NoLetter,
    /// None of the values there are.
    #[error("没有这个值")]
    NoSuchValue,
    /// A text that names no day.
    #[error("请写成 2022-04-12 这样的日期")]
    NoDay,
    /// No source of the rows asks it; these they ask.
    #[error("来源没有问“{question}”，问的是：{asked}")]
    NotAsked { question: String, asked: String },
    /// No source of the rows asks anything.
    #[error("来源没有问“{question}”，这几行什么也没有问")]
    NothingAsked { question: String },
    /// None of the answers that a question offers.
    #[error("“{question}”只能答：{choices}")]
    NotOffered { question: String, choices: String },
    /// The round has no such pick-up point.
    #[error("本轮没有“{point}”")]
    NoSuchPickUp { point: String },
    /// Nothing was chosen.
    #[error("请至少选一张")]
    NoneChosen,
    /// What was said before of the numbers on paper is only ever put right by more.
    #[error("已经核对到 {last} 号，只能改大")]
    OnlyHigher { last: u32 },
    /// There are no numbers in question.
    #[error("这一轮没有要核对的号")]
    NoneInQuestion,
    /// A number that is not in question.
    #[error("要核对的是 {first}–{last} 号，{number} 号不在其中；备份以后加过名额的，请先把轮次的名额改过来")]
    NotInQuestion { first: u32, last: u32, number: u32 },
}

impl Said for Unfit {
    const CATALOGUE: Catalogue = Catalogue::Unfit;
}
