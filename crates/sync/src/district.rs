//! What a PC asks of its district, whatever carries the messages.

use linli_domain::instruction::ContentHash;
use linli_protocol::{
    Denial, DenialCode, EnrolRequest, Enrolled, LeaseRequest, Leased, PullRequest, Pulled, PushRequest, Pushed,
    ServerTime,
};
use thiserror::Error;

/// A district, as a PC sees it.
pub trait District {
    /// Asks to belong to a committee.
    ///
    /// # Errors
    /// As every message.
    fn enrol(&self, request: &EnrolRequest) -> Result<Enrolled, Fault>;

    /// Hands over parts that wait.
    ///
    /// # Errors
    /// As every message.
    fn push(&self, request: &PushRequest) -> Result<Pushed, Fault>;

    /// Asks for what came after a number.
    ///
    /// # Errors
    /// As every message.
    fn pull(&self, request: &PullRequest) -> Result<Pulled, Fault>;

    /// Asks for voucher numbers and rights to issue.
    ///
    /// # Errors
    /// As every message.
    fn lease(&self, request: &LeaseRequest) -> Result<Leased, Fault>;

    /// Asks for bytes of an attachment from one place on.
    ///
    /// # Errors
    /// As every message.
    fn attachment(&self, hash: ContentHash, from: u64) -> Result<Vec<u8>, Fault>;

    /// Asks what time it is.
    ///
    /// # Errors
    /// As every message.
    fn time(&self) -> Result<ServerTime, Fault>;
}

/// What is wrong with the line, or with the answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoAnswer {
    /// Nothing answers at the address.
    #[error("没有网络，或平台没有开启")]
    NoNetwork,
    /// It took too long.
    #[error("等待太久没有回答")]
    TimedOut,
    /// It broke off.
    #[error("回答没有传完")]
    CutShort,
    /// It is longer than any answer may be.
    #[error("回答太长")]
    TooLong,
    /// What was compressed cannot be read.
    #[error("压缩数据损坏")]
    Damaged,
    /// It says nothing of what was sent.
    #[error("没有说收下了什么")]
    NothingSaid,
    /// It brings what is here already.
    #[error("发来的都是先前的")]
    NothingNew,
    /// A piece of an attachment does not follow on what is here.
    #[error("附件的内容接不上")]
    NotFollowing,
    /// Something else, in the words of the network's libraries.
    #[error("{0}")]
    Other(String),
}

impl From<String> for NoAnswer {
    fn from(words: String) -> NoAnswer {
        NoAnswer::Other(words)
    }
}

impl From<&str> for NoAnswer {
    fn from(words: &str) -> NoAnswer {
        NoAnswer::Other(words.to_owned())
    }
}

/// Why there is no answer, or which.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// The network, or the district's server, is not there. Whether the message arrived is not known.
    #[error("连不上区级平台：{0}")]
    Unreachable(NoAnswer),
    /// The answer is not what a district says: another server, a proxy, a damaged line.
    #[error("区级平台的回答读不懂：{0}")]
    Unreadable(NoAnswer),
    /// The district says no.
    #[error("区级平台没有接受：{}", .0.text)]
    Denied(Denial),
}

impl Fault {
    /// Whether the same message may be taken later without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Fault::Unreachable(_) | Fault::Unreadable(_) => true,
            Fault::Denied(denial) => match denial.code {
                // A gap closes with the next push.
                DenialCode::TooMany | DenialCode::Unavailable | DenialCode::Gap => true,
                DenialCode::BadRequest
                | DenialCode::Unauthorised
                | DenialCode::Revoked
                | DenialCode::BadCode
                | DenialCode::OtherCommittee
                | DenialCode::Forked
                | DenialCode::BadSignature
                | DenialCode::NotFound
                | DenialCode::Unknown => false,
            },
        }
    }
}
