//! Steps that the witness knows of and the database does not: kept as a setting until somebody has said that he knows, or
//! until they have come back.

use std::fmt;

use linli_domain::time::Moment;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::Mark;
use crate::{Error, Store, View};

/// The setting that holds them.
const LOSSES: &str = "steps_lost";
/// The most that are kept; older ones go.
const KEPT: usize = 20;

/// Steps that were acknowledged and are not in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// How far the log had come, as the witness said; none where the witness itself was gone or damaged.
    pub(super) was: Option<Mark>,
    /// How far it came when that was found.
    pub(super) is: Mark,
    /// Whether somebody has said that he knows.
    pub(super) seen: bool,
}

impl Loss {
    /// Changes made on this PC that are gone; `None` where nobody knows whether anything is.
    pub fn operations(&self) -> Option<u64> {
        let Some(was) = self.was?.own else { return Some(0) };
        let is = self
            .is
            .own
            .filter(|own| own.device == was.device)
            .map_or(0, |own| own.last_seq);
        Some(was.last_seq.saturating_sub(is))
    }
}

impl Loss {
    /// When the last change of this PC was made that there is.
    pub fn until(&self) -> Option<Moment> {
        self.is.own.map(|own| own.at)
    }
}

impl fmt::Display for Loss {
    /// What a clerk is told: what is missing, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |mark: Option<Mark>| mark.and_then(|mark| mark.own).map(|own| own.at.minutes_text());
        match self.operations() {
            None => f.write_str(
                "记着最近一步的旁证文件不在了，或已损坏，所以不能肯定最近做的都在；请核对最近录入的几条，缺了的补录",
            ),
            Some(0) => f.write_str(
                "上次电脑没有正常关机，从区级平台或其他电脑收到的数据丢了最近的一部分；同步一次（或再导入同步包）就会补齐",
            ),
            Some(count) => {
                write!(f, "上次电脑没有正常关机，本机最近的 {count} 处改动丢失了")?;
                at(self.was).iter().try_for_each(|at| write!(f, "，最后一处做于 {at}"))?;
                match at(Some(self.is)) {
                    Some(at) => write!(f, "；现在的数据到 {at} 为止。")?,
                    None => f.write_str("。")?,
                }
                f.write_str(
                    "可以照常工作：请对照纸面补录，已打印的凭证以纸面为准；加入了区级平台的请先同步，上传过的会自己回来；\
                     之后做过备份的，也可以从那份备份恢复",
                )
            }
        }
    }
}

impl View<'_> {
    /// What was lost, has not come back, and nobody has said that he knows.
    ///
    /// # Errors
    /// The database's.
    pub fn losses(self) -> Result<Vec<Loss>, Error> {
        let mut losses = self.all_losses()?;
        losses.retain(|loss| !loss.seen);
        let mut open = Vec::new();
        for loss in losses {
            if !self.is_back(&loss)? {
                open.push(loss);
            }
        }
        Ok(open)
    }

    fn all_losses(self) -> Result<Vec<Loss>, Error> {
        // What a newer program wrote is told by it.
        Ok(self
            .setting(LOSSES)?
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default())
    }

    /// Whether the last step that was lost is there again: the district had it.
    fn is_back(self, loss: &Loss) -> Result<bool, Error> {
        let Some(own) = loss
            .was
            .and_then(|was| was.own)
            .filter(|_| loss.operations() != Some(0))
        else {
            return Ok(false);
        };
        let tail = self
            .prepare_cached("SELECT tail_hash FROM part WHERE device = ?1 AND last_seq = ?2")?
            .query_row(params![own.device, own.last_seq as i64], |row| {
                row.get::<_, [u8; 32]>(0)
            })
            .optional()?;
        Ok(tail == Some(own.tail))
    }
}

impl Store {
    /// Keeps that something was lost. What this PC has printed since is not in the data, as after a restore.
    pub(super) fn note_loss(&self, loss: Loss) -> Result<(), Error> {
        if loss.operations().is_some_and(|count| count > 0) {
            self.mark_numbers_unsure()?;
        }
        let mut losses = self.view().all_losses()?;
        // A program that was killed before it wrote a new witness finds it once more.
        if !losses
            .iter()
            .any(|known| known.was.is_some() && (known.was, known.is) == (loss.was, loss.is))
        {
            losses.push(loss);
        }
        let first = losses.len().saturating_sub(KEPT);
        self.set_setting(LOSSES, &serde_json::to_string(&losses[first..])?)
    }

    /// Somebody has said that he knows.
    ///
    /// # Errors
    /// The database's.
    pub fn losses_seen(&self) -> Result<(), Error> {
        let mut losses = self.view().all_losses()?;
        if losses.iter().all(|loss| loss.seen) {
            return Ok(());
        }
        losses.iter_mut().for_each(|loss| loss.seen = true);
        self.set_setting(LOSSES, &serde_json::to_string(&losses)?)
    }
}
