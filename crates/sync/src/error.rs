//! Why an exchange ended early. What was done until then stays done.

use linli_protocol::DenialCode;
use thiserror::Error;

use crate::Fault;

/// Why an exchange ended early.
#[derive(Debug, Error)]
pub enum Error {
    /// The district did not answer, or said no.
    #[error(transparent)]
    District(#[from] Fault),
    /// This PC's own data.
    #[error(transparent)]
    Store(#[from] linli_store::Error),
}

impl Error {
    /// Whether the next exchange may get further without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::District(fault) => fault.is_retryable(),
            Error::Store(error) => matches!(error, linli_store::Error::Busy | linli_store::Error::DiskFull),
        }
    }

    /// Whether the district takes nothing more from this PC under its id, so that it has to join again as another: it was
    /// revoked, or was put back to an older state and worked on.
    pub fn is_cut_off(&self) -> bool {
        match self {
            Error::District(Fault::Denied(denial)) => {
                matches!(
                    denial.code,
                    DenialCode::Forked | DenialCode::Revoked | DenialCode::Unauthorised
                )
            }
            Error::District(_) => false,
            Error::Store(error) => matches!(error, linli_store::Error::Forked),
        }
    }
}
