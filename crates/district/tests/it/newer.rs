//! What only a newer program knows, at the district: kept byte for byte, and in nobody's way.

use linli_domain::operation::EntityKind;
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_protocol::{PullRequest, WireOperation};
use linli_store::Draft;

use crate::databases;
use crate::exchange::born;
use crate::office::{ByHand, NOW, Pc, district, id};

#[test]
fn what_a_newer_program_made_of_an_entity_is_not_folded_here() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = ByHand::of(&district, 1);
        let strange = |kind| WireOperation {
            kind,
            ..crate::office::wire(born(1, "甲"))
        };
        let undo = EntityKind::Batch.number();
        assert_eq!(pc.push(&district, None, vec![strange(99)]), Vec::<String>::new());
        assert_eq!(
            pc.push(&district, None, vec![crate::office::wire(born(1, "乙"))]),
            Vec::<String>::new()
        );
        assert_eq!(
            pc.push(
                &district,
                None,
                vec![WireOperation {
                    entity: id(2),
                    ..strange(undo)
                }]
            ),
            Vec::<String>::new()
        );
        let mut reader = Pc::of(&district, 1);
        assert!(reader.agrees(&district), "{}", database.name);
        assert_eq!(reader.store.check().unwrap().problems, vec![], "{}", database.name);
    }
}

#[test]
fn what_only_a_newer_program_knows_is_kept_byte_for_byte() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = ByHand::of(&district, 1);
        let strange = vec![
            WireOperation {
                kind: 99,
                entity: id(5),
                change: r#"{"sing":"la"}"#.into(),
            },
            WireOperation {
                kind: 4,
                entity: id(6),
                change: r#"{"create": {"name":"甲","blood_group":"A"}}"#.into(),
            },
            WireOperation {
                kind: 4,
                entity: id(6),
                change: r#"{"dance":1}"#.into(),
            },
        ];
        assert_eq!(pc.push(&district, None, strange.clone()), Vec::<String>::new());
        let caller = district.authenticate(&pc.enrolled.token, NOW).unwrap();
        let pulled = district.pull(caller, PullRequest { after: 0 }).unwrap();
        assert_eq!(pulled.parts.last().unwrap().part.operations, strange);
        let mut reader = Pc::of(&district, 1);
        assert!(reader.agrees(&district));
    }
}

#[test]
fn a_round_that_only_a_newer_program_can_read_stops_nobody() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = ByHand::of(&district, 1);
        let round = |definition: &str| {
            let change = created([(Field::Definition, Some(definition.to_owned()))]);
            vec![crate::office::wire(Draft {
                kind: EntityKind::Round,
                entity: id(7),
                change,
            })]
        };
        assert_eq!(
            pc.push(&district, None, round(r#"{"key":"street"}"#)),
            Vec::<String>::new()
        );
        let mut reader = Pc::of(&district, 1);
        assert!(
            reader.store.view().rounds().unwrap().is_empty(),
            "{}: it needs a newer version",
            database.name
        );
        assert!(reader.agrees(&district), "{}", database.name);
        assert_eq!(reader.store.check().unwrap().problems, vec![], "{}", database.name);
    }
}
