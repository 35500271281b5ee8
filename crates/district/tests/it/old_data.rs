//! Data of an older program: two PCs and their district as the build of commit d5f430a left them (workstation schema 6,
//! district schema 4), in `tests/old_data`. In it are an import, a merge, a tag, a removal taken back, an undo undone, two
//! values in conflict, a round with vouchers, one of them handed out at two counters, one stepped back from, and on both PCs
//! something that waits. `end.txt` has the digests with which that build itself ended after the same undo and exchange.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use linli_district::District;
use linli_district::storage::Sqlite;
use linli_domain::operation::Action;
use linli_store::files::DataFolder;
use linli_store::key;

use crate::office::{Pc, id};

const PASSWORD: &str = "邻里-2020";

/// Tests write into what they open.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &place);
        } else {
            fs::copy(&path, &place).unwrap();
        }
    }
}

fn digests(pc: &Pc) -> String {
    let sums = pc.store.view().digests().unwrap().into_iter().map(|(kind, sum)| {
        let hex: String = sum.0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{kind} {hex}\n")
    });
    sums.collect()
}

#[test]
fn an_older_programs_data_opens_undoes_exchanges_and_ends_as_it_ended_there() {
    let temp = tempfile::tempdir().unwrap();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old_data");
    copy(&old, temp.path());
    let storage = Arc::new(Sqlite::open(&temp.path().join("district.db")).unwrap());
    let district = District::new(storage, SigningKey::from_bytes(&[5; 32]), "浦东新区");
    let mut pcs = ["one", "two"].map(|name| {
        let folder = temp.path().join(name);
        let mut pc = Pc::alone();
        pc.store = key::open(&DataFolder::new(&folder), Some(PASSWORD)).unwrap();
        pc.enrolled = serde_json::from_str(&fs::read_to_string(folder.join("enrolled.json")).unwrap()).unwrap();
        assert_eq!(pc.store.check().unwrap().problems, vec![], "{name}");
        pc
    });
    let last = pcs[0].store.view().history(1).unwrap()[0].id;
    let author = pcs[0].author(Action::Undone);
    pcs[0].store.undo(&author, last).unwrap();
    for _ in 0..2 {
        pcs.iter_mut().for_each(|pc| drop(pc.exchange(&district)));
    }
    let end = fs::read_to_string(old.join("end.txt")).unwrap();
    let state = pcs[1].store.view().state_hash().unwrap();
    for pc in &mut pcs {
        assert!(pc.agrees(&district));
        assert_eq!(digests(pc).trim(), end.trim());
        assert_eq!(pc.store.view().state_hash().unwrap(), state);
        assert_eq!(pc.store.check().unwrap().problems, vec![]);
        // What the older program kept and did not show.
        let twice = pc.store.view().reservation(id(400)).unwrap().unwrap().state;
        assert_eq!(twice.to_look_into().count(), 1);
    }
}
