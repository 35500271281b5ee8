//! What somebody should know who opens the data: what a killed program left, steps that are missing, how a backup ended.

use linli_store::{CheckProblem, Loss, Settled};
use serde::Serialize;
use thiserror::Error;

use crate::api::{Catalogue, Said, Sentence};

/// What there is to say besides what the store says of itself.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Remark {
    /// Nobody knows whether steps are missing.
    #[error("{said}")]
    PerhapsLost {
        #[serde(skip)]
        said: String,
    },
    /// Only what came from others is missing, and comes again.
    #[error("{said}")]
    ReceivedLost {
        #[serde(skip)]
        said: String,
    },
    /// Steps of this PC are missing; until when there are some, where that is known.
    #[error("{said}")]
    Lost {
        count: u64,
        until: Option<String>,
        #[serde(skip)]
        said: String,
    },
    /// A restore that was broken off once it was done.
    #[error("上次从备份恢复已经做完：现在的数据来自备份 {path}")]
    RestoreDone { path: String },
    /// A backup that was broken off once it was written.
    #[error("上次备份时程序中断了，但备份已经写好：{path}")]
    BackupWritten { path: String },
    /// A backup that was broken off before.
    #[error("上次备份没有写完：{path}。那里原来的文件没有改动，数据也没有改动；请再备份一次")]
    BackupNotWritten { path: String },
}

impl Said for Remark {
    const CATALOGUE: Catalogue = Catalogue::Remarks;
}

impl Said for CheckProblem {
    const CATALOGUE: Catalogue = Catalogue::Remarks;
}

impl Said for Settled {
    const CATALOGUE: Catalogue = Catalogue::Remarks;
}

/// Steps that are missing.
pub(crate) fn lost(loss: &Loss) -> Sentence {
    let said = loss.to_string();
    match loss.operations() {
        None => Remark::PerhapsLost { said },
        Some(0) => Remark::ReceivedLost { said },
        Some(count) => {
            let until = loss.until().map(|at| at.minutes_text());
            Remark::Lost { count, until, said }
        }
    }
    .said()
}
