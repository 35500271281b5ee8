//! Why an exchange ended early. What was done until then stays done.

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
}
