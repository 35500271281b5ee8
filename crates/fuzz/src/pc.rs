//! A PC's real store. An empty one is made once; each script gets a copy.

use std::path::PathBuf;
use std::sync::OnceLock;

use linli_protocol::KindDigest;
use linli_store::Store;
use linli_store::key::DatabaseKey;
use tempfile::TempDir;

use crate::things::device;

/// The seed of its key.
pub(crate) const READER: u8 = 9;

struct Empty {
    file: PathBuf,
    key: DatabaseKey,
    _folder: TempDir,
}

static EMPTY: OnceLock<Empty> = OnceLock::new();

fn empty() -> Empty {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("empty.db");
    let key = DatabaseKey::random().expect("the system gives randomness");
    let store = Store::create(&file, &key).expect("an empty store can be made");
    store
        .become_device(device(READER), [READER; 32])
        .expect("it has no device yet");
    drop(store);
    Empty {
        file,
        key,
        _folder: folder,
    }
}

/// A PC with nothing on it.
pub(crate) struct Pc {
    pub(crate) store: Store,
    _folder: TempDir,
}

impl Pc {
    pub(crate) fn new() -> Pc {
        let empty = EMPTY.get_or_init(empty);
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let file = folder.path().join("pc.db");
        std::fs::copy(&empty.file, &file).expect("a file can be copied");
        let store = Store::open_copy(&file, &empty.key).expect("a copy opens like what it was copied from");
        store.hurry().expect("a setting can be set");
        Pc { store, _folder: folder }
    }

    /// Checks that what is folded here is what the district folded, and that the log and the state fit each other.
    pub(crate) fn check(&mut self, digests: &[KindDigest]) {
        let own = self.store.view().digests().expect("the store can be read");
        let own: Vec<(u8, [u8; 32])> = own.into_iter().map(|(kind, sum)| (kind, sum.0)).collect();
        let theirs: Vec<(u8, [u8; 32])> = digests.iter().map(|one| (one.kind, one.sum)).collect();
        assert_eq!(own, theirs, "the PC and the district end up the same");
        self.sound();
    }

    /// Checks that the log and the state fit each other.
    pub(crate) fn sound(&mut self) {
        let report = self.store.check().expect("the store can be checked");
        assert_eq!(report.problems, vec![], "the store is sound");
    }
}

/// Whether a store's error may come of what another one sent; others are defects here.
pub(crate) fn of_the_sender(error: &linli_store::Error) -> bool {
    use linli_store::Error;
    matches!(
        error,
        Error::Gap { .. } | Error::Untrusted(_) | Error::Forked | Error::DistrictBehind
    )
}
