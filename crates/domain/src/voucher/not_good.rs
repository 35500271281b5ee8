//! Why a voucher is not good, or not to be told of here.

use serde::Serialize;
use thiserror::Error;

use super::{Standing, Unknown, VoucherProblem};

/// What there is to say of a voucher besides that it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotGood {
    /// Some other QR code.
    #[error("{}", VoucherProblem::Foreign)]
    Foreign,
    /// Cut off or mistyped.
    #[error("{}", VoucherProblem::Incomplete)]
    Incomplete,
    /// On a PC alone: signed by nobody.
    #[error("{}", VoucherProblem::Forged)]
    SignatureWrong,
    /// In a district: whose keys are not here may be another committee's, or a PC's that joined a moment ago.
    #[error(
        "本机不认得这个防伪签名：可能是别的居委会发的、刚加入的电脑发的，或是伪造的；请先同步再查，仍不认得就不要发放"
    )]
    SignerUnknown,
    /// [`Standing::Leased`].
    #[error("这个号分给了签发的电脑，本机还没有收到它的登记；请先同步，收到后再发放")]
    Leased,
    /// [`Standing::Void`].
    #[error("凭证已作废")]
    Void,
    /// [`Standing::Refused`].
    #[error("这张凭证没有算数：区级平台没有接受")]
    Refused,
    /// [`Standing::Forged`].
    #[error("凭证是伪造的：签名的电脑没有发过这个号")]
    Forged,
    /// [`Standing::GivenOutTwice`].
    #[error("号重了：签名是真的，但本机登记的这个号是另一份（签发的电脑可能恢复过旧备份）；请查明再发放")]
    GivenOutTwice,
    /// [`Standing::Revoked`].
    #[error("签发的电脑已停用，区级平台没有登记过这个号，不能算数")]
    Revoked,
    /// [`Unknown::Round`].
    #[error("本机没有这一轮：可能还没有同步到本机；请先同步再查，查到之前不要发放")]
    RoundUnknown,
    /// [`Unknown::Lease`].
    #[error("本机没有收到签发的电脑分到这个号的消息；请先同步再查，查到之前不要发放")]
    LeaseUnknown,
    /// [`Unknown::OwnNumber`].
    #[error("是本机签发的，但本机没有这个号的登记（可能恢复过旧备份）；请查明再发放")]
    OwnNumberUnknown,
}

impl From<VoucherProblem> for NotGood {
    fn from(problem: VoucherProblem) -> NotGood {
        match problem {
            VoucherProblem::Foreign => NotGood::Foreign,
            VoucherProblem::Incomplete => NotGood::Incomplete,
            VoucherProblem::Forged => NotGood::SignatureWrong,
        }
    }
}

impl Standing {
    /// What there is to say, where it is not simply good.
    pub fn not_good(self) -> Option<NotGood> {
        Some(match self {
            Standing::Good => return None,
            Standing::Leased => NotGood::Leased,
            Standing::Void => NotGood::Void,
            Standing::Refused => NotGood::Refused,
            Standing::Forged => NotGood::Forged,
            Standing::GivenOutTwice => NotGood::GivenOutTwice,
            Standing::Revoked => NotGood::Revoked,
            Standing::Unknown(Unknown::Round) => NotGood::RoundUnknown,
            Standing::Unknown(Unknown::Lease) => NotGood::LeaseUnknown,
            Standing::Unknown(Unknown::OwnNumber) => NotGood::OwnNumberUnknown,
        })
    }
}
