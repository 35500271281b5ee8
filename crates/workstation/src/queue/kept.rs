//! What is derived from items and from more than them, kept for as long as nothing that it stands on was touched.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use linli_domain::operation::EntityKind;

use crate::{Error, Workstation};

/// Of what data, and for which day, something was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    /// The data's version.
    pub(crate) data: i64,
    /// The day.
    pub(crate) day: NaiveDate,
}

impl Version {
    fn now(ws: &Workstation) -> Result<Version, Error> {
        let data = ws.store().view().version()?;
        Ok(Version { data, day: ws.today() })
    }

    /// Whether what was made of this from some kinds is the same at another version.
    fn stands(self, ws: &Workstation, other: Version, on: &[EntityKind]) -> Result<bool, Error> {
        if self == other {
            return Ok(true);
        }
        if self.day != other.day || self.data > other.data {
            return Ok(false);
        }
        let touched = ws.store().view().kinds_touched_since(self.data)?;
        Ok(touched.is_some_and(|kinds| on.iter().all(|kind| !kinds.contains(kind))))
    }
}

/// Keeps a view of a list.
#[derive(Debug)]
pub(crate) struct Kept<V>(Mutex<Option<(Version, Arc<V>)>>);

impl<V> Default for Kept<V> {
    fn default() -> Kept<V> {
        Kept(Mutex::new(None))
    }
}

impl<V> Kept<V> {
    /// The view as it is now: the one that is kept, where nothing of some kinds was touched and the day is the same.
    ///
    /// # Errors
    /// Those of `make`, or the database's.
    pub(crate) fn now(
        &self,
        ws: &Workstation,
        on: &[EntityKind],
        make: impl FnOnce(Version) -> Result<V, Error>,
    ) -> Result<Arc<V>, Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let version = Version::now(ws)?;
        let known = kept.take();
        if let Some((made, view)) = known
            && made.stands(ws, version, on)?
        {
            *kept = Some((version, view.clone()));
            return Ok(view);
        }
        let view = Arc::new(make(version)?);
        *kept = Some((version, view.clone()));
        Ok(view)
    }
}
