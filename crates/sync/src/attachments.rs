//! Fetching what is attached to instructions, piece by piece, after the operations are exchanged.
//!
//! Must stay true: it never holds up the exchange of operations: it gives way as soon as something waits, and what goes
//! wrong here is wrong with attachments only. It goes on where it was broken off.

use chrono::TimeDelta;
use linli_domain::instruction::Attachment;
use linli_domain::time::Moment;
use linli_store::{Kept, Store};

use crate::{District, Error, Fault, NoAnswer};

/// What was not what its instruction names is asked for again after so long.
const WRONG_REST: TimeDelta = TimeDelta::hours(24);

/// What came of fetching.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Attachments that are whole now and were not before.
    pub whole: usize,
    /// Attachments still not whole.
    pub missing: usize,
    /// What went wrong last.
    pub fault: Option<Fault>,
}

/// How one attachment ended.
enum Ended {
    Whole,
    /// Not now; the others may be tried.
    Missing(Option<Fault>),
    /// There is no sense in trying the others now.
    Stop(Option<Fault>),
}

/// Fetches attachments that are not whole here, the newest instruction's first, until all are, something waits to be
/// handed over, the district does not answer, or `go_on` says no.
///
/// # Errors
/// This PC's own data.
pub fn fetch_attachments(
    store: &mut Store,
    district: &dyn District,
    now: Moment,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Fetched, Error> {
    let missing = store.view().missing_attachments()?;
    let mut fetched = Fetched {
        missing: missing.len(),
        ..Fetched::default()
    };
    for attachment in &missing {
        match fetch(store, district, attachment, now, go_on)? {
            Ended::Whole => {
                fetched.whole += 1;
                fetched.missing -= 1;
            }
            Ended::Missing(fault) => fetched.fault = fault.or(fetched.fault),
            Ended::Stop(fault) => {
                fetched.fault = fault.or(fetched.fault);
                break;
            }
        }
    }
    Ok(fetched)
}

fn fetch(
    store: &mut Store,
    district: &dyn District,
    of: &Attachment,
    now: Moment,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Ended, Error> {
    loop {
        let first = match store.view().attachment(of.hash)? {
            Kept::Whole => return Ok(Ended::Whole),
            Kept::Part(first) => first,
            // Seen in the future: the clock was wrong then.
            Kept::Wrong(at) if (0..WRONG_REST.num_milliseconds()).contains(&now.0.saturating_sub(at.0)) => {
                return Ok(Ended::Missing(None));
            }
            Kept::Wrong(_) => {
                store.forget_wrong(of.hash)?;
                0
            }
        };
        if store.view().waiting()? > 0 || !go_on() {
            return Ok(Ended::Stop(None));
        }
        let piece = match district.attachment(of.hash, first) {
            Ok(piece) => piece,
            Err(fault) if fault.is_retryable() => return Ok(Ended::Stop(Some(fault))),
            Err(fault) => return Ok(Ended::Missing(Some(fault))),
        };
        if store.keep_piece(of, first, &piece, now)? == Kept::Part(first) {
            return Ok(Ended::Missing(Some(Fault::Unreadable(NoAnswer::NotFollowing))));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use linli_domain::instruction::ContentHash;
    use linli_domain::operation::{Action, EntityId, EntityKind};
    use linli_domain::record::Field;
    use linli_domain::reservation::created;
    use linli_protocol::{
        Denial, DenialCode, EnrolRequest, Enrolled, LeaseRequest, Leased, PartVerdict, PullRequest, Pulled,
        PushRequest, Pushed, ServerTime,
    };
    use linli_store::key::DatabaseKey;
    use linli_store::{Author, Draft};

    use super::*;

    const NOW: Moment = Moment(1_580_605_200_000);
    const PIECE: usize = 4;

    /// A district that has files, and a line that breaks off after so many pieces.
    struct Files {
        files: Vec<Vec<u8>>,
        left: RefCell<usize>,
    }

    fn none<T>() -> Result<T, Fault> {
        Err(Fault::Unreadable("not asked here".into()))
    }

    impl District for Files {
        fn enrol(&self, _: &EnrolRequest) -> Result<Enrolled, Fault> {
            none()
        }
        fn push(&self, _: &PushRequest) -> Result<Pushed, Fault> {
            none()
        }
        fn pull(&self, _: &PullRequest) -> Result<Pulled, Fault> {
            none()
        }
        fn lease(&self, _: &LeaseRequest) -> Result<Leased, Fault> {
            none()
        }
        fn time(&self) -> Result<ServerTime, Fault> {
            none()
        }
        fn attachment(&self, hash: ContentHash, from: u64) -> Result<Vec<u8>, Fault> {
            let mut left = self.left.borrow_mut();
            if *left == 0 {
                return Err(Fault::Unreachable("cut".into()));
            }
            *left -= 1;
            let denied = || Denial {
                code: DenialCode::NotFound,
                text: "no such attachment".into(),
                expected: None,
            };
            let file = self.files.iter().find(|file| ContentHash::of(file) == hash);
            let file = file.ok_or_else(|| Fault::Denied(denied()))?;
            Ok(file.iter().skip(from as usize).take(PIECE).copied().collect())
        }
    }

    /// A PC that has an instruction with these files.
    fn pc(files: &[Attachment]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(&folder.path().join("linli.db"), &DatabaseKey::random().unwrap()).unwrap();
        instruct(&mut store, 1, files);
        let device = store.own_device().unwrap().id;
        let verdict = PartVerdict {
            device,
            first_seq: 1,
            number: 1,
            duplicate: false,
            rejected: Vec::new(),
        };
        store.take_verdicts(&[verdict]).unwrap();
        (folder, store)
    }

    fn instruct(store: &mut Store, number: u128, files: &[Attachment]) {
        let entity = EntityId(uuid::Uuid::from_u128(number));
        let change = created([(Field::Attachments, Some(serde_json::to_string(files).unwrap()))]);
        let author = Author {
            actor: "区",
            at: NOW,
            action: Action::InstructionSent,
            committee: entity,
        };
        let draft = Draft {
            kind: EntityKind::Instruction,
            entity,
            change,
        };
        store.write::<linli_store::Error>(&author, |_| Ok(vec![draft])).unwrap();
    }

    fn named(bytes: &[u8]) -> Attachment {
        Attachment {
            name: "附件".into(),
            size: bytes.len() as u64,
            hash: ContentHash::of(bytes),
        }
    }

    fn fetched(store: &mut Store, district: &Files, pieces: usize) -> Fetched {
        district.left.replace(pieces);
        fetch_attachments(store, district, NOW, &mut || true).unwrap()
    }

    #[test]
    fn it_goes_on_where_the_line_broke_off() {
        let (one, two) = (b"0123456789".to_vec(), b"abc".to_vec());
        let district = Files {
            files: vec![one.clone(), two.clone()],
            left: RefCell::new(0),
        };
        let (_folder, mut store) = pc(&[named(&one), named(&two)]);
        let broken = fetched(&mut store, &district, 2);
        assert_eq!((broken.whole, broken.missing), (0, 2));
        assert!(matches!(broken.fault, Some(Fault::Unreachable(_))));
        assert_eq!(store.view().attachment(ContentHash::of(&one)).unwrap(), Kept::Part(8));
        assert_eq!(
            fetched(&mut store, &district, 2),
            Fetched {
                whole: 2,
                missing: 0,
                fault: None
            },
            "two pieces"
        );
        assert_eq!(
            store.view().attachment_bytes(ContentHash::of(&one)).unwrap().unwrap(),
            one
        );
        assert_eq!(
            fetched(&mut store, &district, 0),
            Fetched::default(),
            "nothing is asked any more"
        );
    }

    #[test]
    fn what_waits_to_be_handed_over_goes_first() {
        let file = b"0123456789".to_vec();
        let district = Files {
            files: vec![file.clone()],
            left: RefCell::new(9),
        };
        let (_folder, mut store) = pc(&[named(&file)]);
        let mut asked = 0;
        let mut once = || {
            asked += 1;
            asked == 1
        };
        let stopped = fetch_attachments(&mut store, &district, NOW, &mut once).unwrap();
        assert_eq!(
            stopped,
            Fetched {
                whole: 0,
                missing: 1,
                fault: None
            }
        );
        assert_eq!(
            store.view().attachment(ContentHash::of(&file)).unwrap(),
            Kept::Part(4),
            "one piece"
        );
        instruct(&mut store, 2, &[]);
        assert_eq!(fetched(&mut store, &district, 9).missing, 1);
        assert_eq!(store.view().attachment(ContentHash::of(&file)).unwrap(), Kept::Part(4));
    }

    #[test]
    fn what_is_not_there_or_not_what_it_should_be_does_not_stop_the_others() {
        let (lost, good) = (named(b"lost"), b"good".to_vec());
        let longer = Attachment {
            size: 9,
            ..named(b"longer than it is")
        };
        let wrong = Attachment {
            hash: ContentHash::of(b"other"),
            ..named(b"x")
        };
        let district = Files {
            files: vec![good.clone(), b"longer than it is".to_vec()],
            left: RefCell::new(0),
        };
        let (_folder, mut store) = pc(&[lost, longer.clone(), wrong, named(&good)]);
        let ended = fetched(&mut store, &district, 20);
        assert_eq!((ended.whole, ended.missing), (1, 3), "{:?}", ended.fault);
        assert!(store.view().attachment_bytes(longer.hash).unwrap().is_none());
    }

    #[test]
    fn what_was_wrong_is_asked_for_again_after_a_day_or_when_the_clock_was_wrong() {
        let cut = Attachment {
            size: 2 * PIECE as u64,
            ..named(b"longer than it is")
        };
        let district = Files {
            files: vec![b"longer than it is".to_vec()],
            left: RefCell::new(0),
        };
        let (_folder, mut store) = pc(&[cut]);
        let mut pieces = |now| {
            district.left.replace(20);
            fetch_attachments(&mut store, &district, now, &mut || true).unwrap();
            20 - *district.left.borrow()
        };
        assert_eq!(pieces(NOW), 2);
        assert_eq!(pieces(NOW), 0, "it rests");
        let before = Moment(NOW.0 - 1);
        assert_eq!(pieces(before), 2, "it was seen in what is the future now");
        assert_eq!(pieces(Moment(before.0 + WRONG_REST.num_milliseconds())), 2);
    }
}
