//! Building the database anew from the district's log, where the states differ although everything was exchanged.
//!
//! The log is pulled into a fresh file (which goes on where it was interrupted), then takes the present one's place in
//! one transaction; what was there is kept beside it.

use std::path::{Path, PathBuf};

use linli_store::Store;
use linli_store::key::DatabaseKey;

use crate::exchange::take_page;
use crate::{District, Error};

/// The fresh file while it is being filled.
const FRESH: &str = "linli.rebuilding.db";

/// Builds the database of a folder anew; gives where the old one is kept.
///
/// # Errors
/// The network, or this PC's data. The present database is unchanged then, and the next try goes on.
pub fn rebuild(
    store: &mut Store,
    (folder, key): (&Path, &DatabaseKey),
    district: &dyn District,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<PathBuf, Error> {
    let path = folder.join(FRESH);
    let mut fresh = store.begin_rebuilding(&path, key)?;
    while !take_page(&mut fresh, district, progress)?.is_last {}
    Ok(store.finish_rebuilding(fresh, &path, key)?)
}
