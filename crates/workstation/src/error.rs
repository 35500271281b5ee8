//! What a command may refuse, with a stable code and parameters: the screens put the sentence.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use linli_documents::picture::PictureError;
use linli_documents::sheet::SheetError;
use linli_domain::refusal::Refusal;
use linli_domain::round::RoundProblem;
use linli_domain::system::SystemProblem;
use linli_domain::told::told;
use linli_protocol::TicketProblem;
use linli_protocol::package::PackageProblem;
use linli_sample::SampleError;
use linli_sync::AddressProblem;
use linli_sync::package::PackageError;
use thiserror::Error;

use crate::api::app::ErrorBody;
use crate::api::{Catalogue, Said, Sentence};
use crate::named::{Attempt, FormField, Obstacle, Thing, Unfit};
use crate::papers;
use crate::rounds::RoundFileProblem;

/// An error of a command. Nothing was changed when one is returned.
#[derive(Debug, Error)]
pub enum Error {
    /// The data's.
    #[error(transparent)]
    Store(#[from] linli_store::Error),
    /// A sheet cannot be read or written.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A document cannot be laid out.
    #[error("{}", papers::problem(.0).text)]
    Pdf(#[from] linli_documents::pdf::PdfError),
    /// The exchange with the district broke off; what was done until then is done.
    #[error("{}", exchange_text(.0))]
    Exchange(#[from] linli_sync::Error),
    /// The district's address cannot be used.
    #[error(transparent)]
    Address(#[from] AddressProblem),
    /// A ticket cannot be read.
    #[error(transparent)]
    Ticket(#[from] TicketProblem),
    /// No ticket was read from a picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// A sync package is not written, or not taken in.
    #[error(transparent)]
    Package(PackageError),
    /// The invented committee.
    #[error(transparent)]
    Sample(SampleError),
    /// No command of that name: host and program do not fit.
    #[error("没有“{0}”这个功能，程序各部分版本不一致，请重新安装")]
    UnknownCommand(String),
    /// The request does not have the command's form.
    #[error("请求的格式不对：{0}")]
    Request(serde_json::Error),
    /// The answer cannot be put into words: a defect.
    #[error("内部错误：{0}")]
    Internal(String),
    /// This PC's clock is so wrong that no time can be written down.
    #[error("这台电脑的日期是 {shows}，肯定不对，登记的时间会乱；数据没有改动。请先校准电脑的日期和时间，再打开")]
    Clock {
        /// The day it shows.
        shows: String,
    },
    /// There is no data yet, or it is locked.
    #[error("还没有打开数据")]
    NotReady,
    /// No committee was ever set up in the data folder.
    #[error("“{}”里还没有居委会的数据，请先建立，或选对数据文件夹", .0.display())]
    NotSetUp(std::path::PathBuf),
    /// There is data already.
    #[error("这台电脑上已经有居委会的数据")]
    AlreadySetUp,
    /// What the request names is not there (any more).
    #[error("找不到这条{thing}，可能已被删除或撤销")]
    NotFound {
        /// Which.
        thing: Thing,
    },
    /// No such building.
    #[error("没有“{building}”这栋楼，请写成台账里的写法")]
    NoSuchBuilding {
        /// As it was written.
        building: String,
    },
    /// A round given by number is not clear.
    #[error("有 {count} 个“第{number}轮”，请写成 活动名#{number}")]
    RoundNotClear {
        /// The number.
        number: u32,
        /// How many.
        count: usize,
    },
    /// A round's definition is not sound.
    #[error(transparent)]
    Round(#[from] RoundProblem),
    /// A round's file cannot be read.
    #[error("轮次文件读不懂：{0}")]
    RoundFile(#[from] RoundFileProblem),
    /// The same campaign already has this number.
    #[error("“{campaign}”的第{number}轮已经有了")]
    RoundExists {
        /// Campaign.
        campaign: String,
        /// Number.
        number: u32,
    },
    /// A folder that is not there, or is none: a file that somebody names makes no folders.
    #[error("没有“{folder}”这个文件夹，什么也没有写；请先建好，或换一个文件夹")]
    FolderNotThere {
        /// Which.
        folder: String,
    },
    /// A field must be filled in.
    #[error("请填写{field}")]
    Missing {
        /// Which.
        field: FormField,
    },
    /// A value that does not fit its field.
    #[error("{field}：{}", .why.text)]
    Invalid {
        /// Which field.
        field: FormField,
        /// Why.
        why: Box<Sentence>,
    },
    /// A voucher of which nothing is here.
    #[error("本机没有这个号的登记：可能是另一台电脑刚发的，还没有同步到本机；请先同步再查，查到之前不要发放")]
    NoSuchVoucher,
    /// Something may not be done now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The same, with what it is put around.
    #[error("{}", .0.around(.1.clone()).text)]
    RefusedWith(Refusal, Vec<Sentence>),
    /// The quota is used up.
    #[error("本轮名额 {quota} 份已用完，不能再发凭证")]
    QuotaUsedUp {
        /// The quota.
        quota: u32,
    },
    /// A path that this program did not write.
    #[error("只能打开本程序导出的文件")]
    NotOurs,
    /// Opening, printing: the system's refusal.
    #[error("{tried}：{}", .why.text)]
    System {
        /// What was tried.
        tried: Attempt,
        /// Why.
        why: Box<Sentence>,
    },
    /// A job was stopped on request.
    #[error("已取消，没有写入任何数据")]
    Cancelled,
}

fn exchange_text(error: &linli_sync::Error) -> String {
    match error {
        linli_sync::Error::District(fault) => crate::exchange::fault(fault).to_string(),
        linli_sync::Error::Store(error) => error.to_string(),
    }
}

/// The file that an error of the store is about.
fn path(error: &linli_store::Error) -> Option<String> {
    use linli_store::Error as Of;
    match error {
        Of::Missing { path }
        | Of::SetAside { kept: path, .. }
        | Of::AlreadyThere { path }
        | Of::Open { path, .. }
        | Of::Damaged { path }
        | Of::KeyFileDamaged { path }
        | Of::NoRoom { path }
        | Of::NoRoomToRestore { path }
        | Of::NotWritable { path }
        | Of::File { path, .. }
        | Of::TooLarge { path, .. }
        | Of::Held { path }
        | Of::OwnData { path }
        | Of::NotAFile { path }
        | Of::WouldReplaceBackup { path }
        | Of::NotABackup { path } => Some(path.display().to_string()),
        // The data's own disk.
        Of::DiskFull => Some(String::new()),
        _ => None,
    }
}

/// An error of the data, within another sentence.
fn data(error: &linli_store::Error) -> Sentence {
    Sentence {
        catalogue: Catalogue::Refusals,
        code: error.code().to_owned(),
        values: path(error).map(|path| ("path".to_owned(), path)).into_iter().collect(),
        within: why(error),
        text: error.to_string(),
    }
}

/// What an error of the data says of its cause.
fn why(error: &linli_store::Error) -> Vec<Sentence> {
    match error {
        linli_store::Error::RestoreUnfinished { reason } => vec![data(reason)],
        linli_store::Error::File { source, .. } => vec![SystemProblem::of(source).said()],
        _ => Vec::new(),
    }
}

impl Said for Refusal {
    const CATALOGUE: Catalogue = Catalogue::Refusals;
}

impl Said for SystemProblem {
    const CATALOGUE: Catalogue = Catalogue::Refusals;
}

impl Said for RoundProblem {
    const CATALOGUE: Catalogue = Catalogue::Rounds;
}

impl Said for SheetError {
    const CATALOGUE: Catalogue = Catalogue::Sheets;
}

impl Said for AddressProblem {
    const CATALOGUE: Catalogue = Catalogue::Joining;
}

impl Said for TicketProblem {
    const CATALOGUE: Catalogue = Catalogue::Joining;
}

impl Said for PictureError {
    const CATALOGUE: Catalogue = Catalogue::Pictures;
}

impl Said for PackageError {
    const CATALOGUE: Catalogue = Catalogue::Packages;
}

impl Said for PackageProblem {
    const CATALOGUE: Catalogue = Catalogue::Packages;
}

/// What is the data's is told as the data's, wherever it came from.
impl From<PackageError> for Error {
    fn from(error: PackageError) -> Error {
        match error {
            PackageError::Store(error) => Error::Store(error),
            other => Error::Package(other),
        }
    }
}

impl From<SampleError> for Error {
    fn from(error: SampleError) -> Error {
        match error {
            SampleError::File(error) => Error::Store(error),
            other => Error::Sample(other),
        }
    }
}

impl Error {
    /// A value does not fit its field.
    pub(crate) fn invalid(field: FormField, why: Sentence) -> Error {
        Error::Invalid {
            field,
            why: Box::new(why),
        }
    }

    /// As [`Error::invalid`], for a reason that is a field's own.
    pub(crate) fn unfit(field: FormField, why: &Unfit) -> Error {
        Error::invalid(field, why.said())
    }

    /// The system did not do what was tried.
    pub(crate) fn system(tried: Attempt, error: &io::Error) -> Error {
        let own = error.get_ref();
        let said = match (
            own.and_then(|own| own.downcast_ref::<Obstacle>()),
            SystemProblem::of(error),
        ) {
            (Some(known), _) => known.said(),
            (None, SystemProblem::NoReason) if own.is_some_and(|own| !own.to_string().is_empty()) => {
                let reason = error.to_string();
                Obstacle::ProgramSays { reason }.said()
            }
            (None, problem) => problem.said(),
        };
        Error::System {
            tried,
            why: Box::new(said),
        }
    }

    /// Stable code.
    pub fn code(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Error::Refused(refusal) | Error::RefusedWith(refusal, _) => return Cow::Owned(refusal.said().code),
            Error::Store(error) => error.code(),
            Error::Sheet(SheetError::PasswordNeeded { .. }) => "sheet_password",
            Error::Sheet(SheetError::PasswordWrong { .. }) => "sheet_password_wrong",
            Error::Sheet(_) => "sheet_failed",
            Error::Pdf(_) => "document_failed",
            Error::Exchange(_) => "exchange_failed",
            Error::Address(_) => "district_address",
            Error::Ticket(_) => "ticket",
            Error::Picture(_) => "picture",
            Error::Package(_) => "package",
            Error::Sample(_) => "sample_failed",
            Error::UnknownCommand(_) => "unknown_command",
            Error::Request(_) => "bad_request",
            Error::Internal(_) => "internal",
            Error::Clock { .. } => "clock_wrong",
            Error::NotReady => "not_ready",
            Error::NotSetUp(_) => "not_set_up",
            Error::AlreadySetUp => "already_set_up",
            Error::NotFound { .. } => "not_found",
            Error::NoSuchVoucher => "no_such_voucher",
            Error::NoSuchBuilding { .. } => "no_such_building",
            Error::RoundNotClear { .. } => "round_not_clear",
            Error::Round(_) => "round_definition",
            Error::RoundFile(_) => "round_file",
            Error::RoundExists { .. } => "round_exists",
            Error::FolderNotThere { .. } => "folder_not_there",
            Error::Missing { .. } => "missing_field",
            Error::Invalid { .. } => "invalid_field",
            Error::QuotaUsedUp { .. } => "quota_used_up",
            Error::NotOurs => "not_ours",
            Error::System { .. } => "system",
            Error::Cancelled => "cancelled",
        })
    }

    /// Values for the sentence, by name.
    fn values(&self) -> BTreeMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Error::NotFound { thing } => vec![("thing", told(thing).0)],
            Error::RoundNotClear { number, count } => {
                vec![("number", number.to_string()), ("count", count.to_string())]
            }
            Error::RoundExists { campaign, number } => {
                vec![("campaign", campaign.clone()), ("number", number.to_string())]
            }
            Error::Clock { shows } => vec![("shows", shows.clone())],
            Error::FolderNotThere { folder } => vec![("folder", folder.clone())],
            Error::Missing { field } | Error::Invalid { field, .. } => vec![("field", told(field).0)],
            Error::QuotaUsedUp { quota } => vec![("quota", quota.to_string())],
            Error::NoSuchBuilding { building } => vec![("building", building.clone())],
            Error::Store(error) => path(error).map(|path| ("path", path)).into_iter().collect(),
            Error::System { tried, .. } => vec![("tried", told(tried).0)],
            _ => Vec::new(),
        };
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// What is said in it by another enum than this one.
    fn within(&self) -> Vec<Sentence> {
        match self {
            Error::Exchange(linli_sync::Error::District(fault)) => vec![crate::exchange::fault(fault).said()],
            Error::Exchange(linli_sync::Error::Store(error)) => vec![data(error)],
            Error::Store(error) => why(error),
            Error::Sheet(error) => vec![error.said()],
            Error::Pdf(error) => vec![papers::problem(error)],
            Error::Address(problem) => vec![problem.said()],
            Error::Ticket(problem) => vec![problem.said()],
            Error::Picture(error) => vec![error.said()],
            Error::Package(PackageError::Problem(problem)) => vec![problem.said()],
            Error::Package(error) => vec![error.said()],
            Error::Round(problem) => vec![problem.said()],
            Error::RoundFile(problem) => vec![problem.said()],
            Error::Invalid { why, .. } | Error::System { why, .. } => vec![(**why).clone()],
            _ => Vec::new(),
        }
    }

    /// As the screens get it.
    pub fn body(&self) -> ErrorBody {
        let said = match self {
            Error::Refused(refusal) => refusal.said(),
            Error::RefusedWith(refusal, within) => refusal.around(within.clone()),
            other => Sentence {
                catalogue: Catalogue::Refusals,
                code: other.code().into_owned(),
                values: other.values(),
                within: other.within(),
                text: other.to_string(),
            },
        };
        ErrorBody {
            said,
            retry: match self {
                Error::Store(error) => error.retry(),
                Error::Exchange(error) => error.is_retryable(),
                _ => false,
            },
        }
    }
}
