//! Instructions with attachments: sent, read by those they were sent to, acknowledged.

use linli_district::committee::Caller;
use linli_district::instruction::{Enclosure, Instruction};
use linli_district::{District, Error};
use linli_domain::instruction::Instruction as State;
use linli_domain::instruction::{ATTACHMENT_BYTES, Attachment, ContentHash};
use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::time::Moment;
use linli_protocol::{DenialCode, PIECE_BYTES};
use linli_store::Draft;

use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district};

fn instruction(attachments: Vec<Enclosure>) -> Instruction {
    Instruction {
        title: "加强排查".into(),
        body: "请于今日完成。".into(),
        attachments,
    }
}

/// Bytes of two pieces and a half, that differ from place to place.
fn long() -> Vec<u8> {
    (0..PIECE_BYTES * 5 / 2).map(|place| (place / 7 % 251) as u8).collect()
}

fn named(bytes: &[u8]) -> Attachment {
    Attachment {
        name: String::new(),
        size: bytes.len() as u64,
        hash: ContentHash::of(bytes),
    }
}

fn send(district: &District, numbers: &[u64], attachments: Vec<Enclosure>) -> EntityId {
    let to: Vec<EntityId> = numbers.iter().map(|number| committee(district, *number).id).collect();
    district
        .send(&instruction(attachments), &to, NOW, &mut Counting(60))
        .unwrap()
        .instruction
}

fn acknowledged(instruction: EntityId) -> Draft {
    Draft {
        kind: EntityKind::Instruction,
        entity: instruction,
        change: Change::Acknowledged,
    }
}

fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> DenialCode {
    done.unwrap_err().denial().code
}

/// All of an attachment, piece by piece.
fn fetched(district: &District, caller: Caller, hash: ContentHash) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let piece = district.attachment_piece(caller, hash, bytes.len() as u64).unwrap();
        assert!(piece.len() <= PIECE_BYTES);
        if piece.is_empty() {
            return bytes;
        }
        bytes.extend(piece);
    }
}

#[test]
fn the_district_sees_who_has_not_acknowledged_and_both_fold_the_same() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = Pc::of(&district, 1);
        let sent = send(&district, &[1, 2], Vec::new());
        pc.exchange(&district);
        assert_eq!(
            district.instructions().unwrap()[0].waiting,
            ["花木街道牡丹一居委会", "花木街道牡丹二居委会"]
        );
        pc.write(Action::InstructionsAcknowledged, vec![acknowledged(sent)]);
        assert_eq!(pc.rejected(&district), Vec::<String>::new(), "{}", database.name);
        let [one] = district.instructions().unwrap().try_into().unwrap();
        assert_eq!(
            (one.instruction, one.sent_at, one.committees, one.acknowledged),
            (sent, NOW, 2, 1)
        );
        assert_eq!(one.waiting, ["花木街道牡丹二居委会"], "{}", database.name);
        assert!(pc.agrees(&district), "{}", database.name);
        let state = pc.store.view().item::<State>(sent).unwrap().unwrap().state;
        assert!(state.acknowledged_by("董") && state.sent_at == NOW);
        pc.write(
            Action::InstructionSent,
            vec![Draft {
                change: Change::Delete,
                ..acknowledged(sent)
            }],
        );
        assert_eq!(pc.rejected(&district), ["not_yours"], "{}", database.name);
    }
}

#[test]
fn what_was_broken_off_and_is_sent_again_comes_once() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let file = |bytes: &[u8]| {
            vec![Enclosure {
                name: "名单.csv".into(),
                bytes: bytes.to_vec(),
            }]
        };
        let to = |numbers: &[u64]| {
            numbers
                .iter()
                .map(|number| committee(&district, *number).id)
                .collect::<Vec<_>>()
        };
        let again = |numbers: &[u64], bytes: &[u8], random: u64| {
            district
                .send(&instruction(file(bytes)), &to(numbers), NOW, &mut Counting(random))
                .unwrap()
        };
        let first = again(&[1], b"a", 60);
        assert_eq!(
            (first.committees, first.known),
            (1, 0),
            "{}: broken off after the first",
            database.name
        );
        let missing = &district.instructions().unwrap()[0].missing;
        assert_eq!(
            missing,
            &["花木街道牡丹二居委会", "花木街道牡丹三居委会"],
            "{}",
            database.name
        );
        let rest = again(&[1, 2, 3], b"a", 61);
        assert_eq!(
            (rest.instruction, rest.committees, rest.known),
            (first.instruction, 2, 1),
            "{}",
            database.name
        );
        let [sent] = district.instructions().unwrap().try_into().unwrap();
        assert!(sent.committees == 3 && sent.missing.is_empty(), "{}", database.name);
        let other = again(&[1], b"b", 62);
        assert!(
            other.instruction != first.instruction && other.committees == 1,
            "another file is another one"
        );
        let next_week = Moment(NOW.0 + 7 * 24 * 3_600_000);
        let sent = district
            .send(&instruction(file(b"a")), &to(&[1]), next_week, &mut Counting(63))
            .unwrap();
        assert_eq!(
            (sent.committees, sent.known),
            (1, 0),
            "{}: a reminder is another one",
            database.name
        );
    }
}

#[test]
fn what_is_attached_is_kept_once_and_read_by_those_it_was_sent_to() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (first, second) = (Pc::of(&district, 1), Pc::of(&district, 2));
        let (first, second) = (first.caller(&district), second.caller(&district));
        let bytes = long();
        send(
            &district,
            &[1, 3],
            vec![Enclosure {
                name: "附件.pdf".into(),
                bytes: bytes.clone(),
            }],
        );
        let hash = ContentHash::of(&bytes);
        assert_eq!(fetched(&district, first, hash), bytes, "{}", database.name);
        let middle = district.attachment_piece(first, hash, 5).unwrap();
        assert_eq!(middle, bytes[5..PIECE_BYTES], "from anywhere, to the end of a piece");
        assert_eq!(
            code(district.attachment_piece(second, hash, 0)),
            DenialCode::NotFound,
            "{}",
            database.name
        );
        let pieces: Result<i64, Error> = district.storage().read(|transaction| {
            let row = transaction.first("SELECT count(*) FROM attachment_piece", &[])?;
            Ok(row.unwrap().get(0)?)
        });
        assert_eq!(pieces.unwrap(), 3, "{}", database.name);
    }
}

#[test]
fn a_pc_puts_an_attachment_in_order_and_nothing_else_than_its_hash_names() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let pc = Pc::of(&district, 1).caller(&district);
        let (bytes, step) = (long(), PIECE_BYTES as u64);
        let of = named(&bytes);
        let put = |of: &Attachment, from: u64| {
            let end = (from as usize + PIECE_BYTES).min(bytes.len());
            district.put_piece(pc, of, from, &bytes[from as usize..end], NOW)
        };
        assert_eq!(
            code(put(&of, step)),
            DenialCode::BadRequest,
            "not before the first: {}",
            database.name
        );
        for _ in 0..2 {
            assert_eq!(put(&of, 0).unwrap().received, step, "repeated: {}", database.name);
        }
        assert_eq!(
            code(district.put_piece(pc, &of, step, b"short", NOW)),
            DenialCode::BadRequest
        );
        assert_eq!(
            code(district.attachment_piece(pc, of.hash, 0)),
            DenialCode::NotFound,
            "not before it is whole"
        );
        assert!(!put(&of, step).unwrap().whole);
        assert!(put(&of, 2 * step).unwrap().whole);
        assert_eq!(fetched(&district, pc, of.hash), bytes, "{}", database.name);
        assert!(put(&of, 0).unwrap().whole, "it is there");

        let other = Attachment {
            hash: ContentHash::of(b"something else"),
            ..of.clone()
        };
        for from in [0, step] {
            put(&other, from).unwrap();
        }
        assert_eq!(code(put(&other, 2 * step)), DenialCode::BadRequest, "{}", database.name);
        assert_eq!(
            put(&other, 0).unwrap().received,
            step,
            "it may begin anew: {}",
            database.name
        );
        let large = Attachment {
            size: ATTACHMENT_BYTES + 1,
            ..other
        };
        assert_eq!(code(put(&large, 0)), DenialCode::BadRequest);
        let empty = named(b"");
        assert!(district.put_piece(pc, &empty, 0, b"", NOW).unwrap().whole);
        assert_eq!(fetched(&district, pc, empty.hash), b"");
    }
}

#[test]
fn a_committee_has_no_more_room_than_it_has() {
    let database = databases::sqlite();
    let district = district(database.storage.clone());
    let (pc, other) = (
        Pc::of(&district, 1).caller(&district),
        Pc::of(&district, 2).caller(&district),
    );
    let piece = vec![7; PIECE_BYTES];
    let begun = |caller: Caller, number: u64| {
        let of = Attachment {
            size: ATTACHMENT_BYTES,
            hash: ContentHash::of(&number.to_be_bytes()),
            name: String::new(),
        };
        district.put_piece(caller, &of, 0, &piece, NOW)
    };
    let fit = linli_protocol::ATTACHMENTS_BYTES / ATTACHMENT_BYTES;
    for number in 0..fit {
        begun(pc, number).unwrap();
    }
    assert_eq!(code(begun(pc, fit)), DenialCode::TooMany, "promised sizes count");
    begun(other, fit).unwrap();
}

#[test]
fn what_cannot_be_sent_is_said() {
    let database = databases::sqlite();
    let district = district(database.storage.clone());
    let refused = |attachments: Vec<Enclosure>| {
        let to = [committee(&district, 1).id];
        district
            .send(&instruction(attachments), &to, NOW, &mut Counting(61))
            .unwrap_err()
            .to_string()
    };
    let one = |name: &str| Enclosure {
        name: name.into(),
        bytes: vec![1],
    };
    assert!(refused(vec![one("../附件.pdf")]).contains("文件名不能用"));
    assert!(refused(vec![one("a"); 21]).contains("最多 20 个"));
    let large = Enclosure {
        name: "大.pdf".into(),
        bytes: vec![0; ATTACHMENT_BYTES as usize + 1],
    };
    assert!(refused(vec![large]).contains("最多 20 MB"));
    assert_eq!(district.instructions().unwrap(), []);
}
