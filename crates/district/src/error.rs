//! What can go wrong at the district.

use linli_protocol::{Denial, DenialCode};
use thiserror::Error;

use crate::storage::StorageError;

/// An error of the district. Nothing was changed when one is returned.
#[derive(Debug, Error)]
pub enum Error {
    /// The asker is told why not.
    #[error("{}", .0.text)]
    Denied(#[from] Denial),
    /// The database's.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// What staff gave cannot be used, in words.
    #[error("{0}")]
    Input(String),
    /// Something could not be written as JSON, or what is stored cannot be read: a defect.
    #[error("internal data cannot be read or written: {0}")]
    Serialise(#[from] serde_json::Error),
    /// The operating system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(String),
}

impl Error {
    /// A denial.
    pub(crate) fn denied(code: DenialCode, text: impl Into<String>) -> Error {
        Error::Denied(Denial {
            code,
            text: text.into(),
            expected: None,
        })
    }

    /// What a PC is told: the denial, or that it may try again later.
    pub fn denial(&self) -> Denial {
        match self {
            Error::Denied(denial) => denial.clone(),
            Error::Input(text) => Denial {
                code: DenialCode::BadRequest,
                text: text.clone(),
                expected: None,
            },
            // Details stay in the district's own log.
            Error::Storage(_) | Error::Serialise(_) | Error::Randomness(_) => Denial {
                code: DenialCode::Unavailable,
                text: "the district cannot now".into(),
                expected: None,
            },
        }
    }
}
