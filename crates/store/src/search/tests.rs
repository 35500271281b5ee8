use proptest::prelude::*;
use uuid::Uuid;

use super::column::row_at;
use super::*;

fn id(number: u128) -> EntityId {
    EntityId(Uuid::from_u128(number))
}

fn index() -> SearchIndex {
    let people = [
        (
            "张晓明",
            "zhang xiao ming",
            "13800005678",
            "310115197001011234",
            "齐河路338弄12号501室",
        ),
        (
            "张明",
            "zhang ming",
            "13900001111",
            "31011519800101123X",
            "齐河路338弄2号501室",
        ),
        ("王㛃", "wang jie", "02158881234", "", "齐河路338弄3号102室"),
        ("明晓", "ming xiao", "", "", "齐河路338弄112号1501室"),
    ];
    let mut index = SearchIndex::default();
    for (number, (name, reading, phone, document, address)) in (1..).zip(people) {
        let entry = Entry {
            name: name.into(),
            readings: vec![reading.split(' ').map(str::to_owned).collect()],
            phones: vec![phone.into()],
            documents: Some(document.to_owned())
                .filter(|d| !d.is_empty())
                .into_iter()
                .collect(),
            address: address.into(),
        };
        index.put(id(number), &entry);
    }
    index
}

#[test]
fn finds_by_everything_a_clerk_types() {
    let cases: [(&str, &[u128]); 27] = [
        ("张", &[1, 2]),
        ("明", &[4, 1, 2]),
        ("晓明", &[1]),
        ("㛃", &[3]),
        ("zxm", &[1]),
        ("zhangxm", &[1]),
        ("ZhangXi", &[1]),
        ("xm", &[1]),
        ("ming", &[4, 1, 2]),
        ("5678", &[1]),
        ("1234", &[1, 3]),
        ("123x", &[2]),
        ("12号 501", &[1]),
        ("501 １２号", &[1]),
        ("2号", &[2]),
        ("50", &[1, 2]),
        ("张 12号", &[1]),
        ("赵", &[]),
        // A home as the lists write it, and as it is spoken.
        ("12号501", &[1]),
        ("12-501", &[1]),
        ("12栋501", &[1]),
        ("12楼501室", &[1]),
        ("2号楼501", &[2]),
        ("１２－５０１", &[1]),
        ("2幢", &[2]),
        ("张 2-501", &[2]),
        ("338-501", &[]),
    ];
    let index = index();
    for (query, expected) in cases {
        let (hits, total) = index.find(query, 10);
        let found: Vec<EntityId> = hits.iter().map(|hit| hit.id).collect();
        assert_eq!(found, expected.iter().map(|n| id(*n)).collect::<Vec<_>>(), "{query}");
        assert_eq!(total, expected.len(), "{query}");
    }
}

#[test]
fn a_place_is_in_the_row_that_ends_after_it() {
    let mut column = TextColumn::default();
    ["", "a", "", "bcd", "ef"]
        .into_iter()
        .for_each(|text| column.push([text].into_iter()));
    let (text, ends) = column.parts();
    for at in 0..text.len() {
        let row = ends.iter().position(|end| *end as usize > at).unwrap();
        for from in 0..=row {
            assert_eq!(row_at(ends, at, from), row, "place {at} from row {from}");
        }
    }
}

#[test]
fn replaced_and_removed_people_are_found_as_they_are_now() {
    let mut index = index();
    index.put(
        id(1),
        &Entry {
            name: "章晓明".into(),
            ..Entry::default()
        },
    );
    index.remove(id(2));
    assert_eq!(index.find("张", 10).1, 0);
    assert_eq!(index.find("章", 10).1, 1);
    assert_eq!(index.len(), 3);
}

#[test]
fn the_best_come_first_and_the_limit_holds() {
    let index = index();
    let (hits, total) = index.find("张明", 10);
    assert_eq!((hits.len(), total), (1, 1));
    assert_eq!(index.find("张", 1).0.len(), 1);
    assert_eq!(index.find("张", 1).1, 2);
}

#[test]
fn a_name_is_found_as_it_is_written_and_without_its_signs() {
    let mut index = SearchIndex::default();
    let names = ["O'Brien", "J. R. Smith", "张三（已故）", "阿依古丽·买买提"];
    for (number, name) in (1..).zip(names) {
        // Letters are looked for among the readings.
        let latin = name
            .split(['.', ' '])
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        index.put(
            id(number),
            &Entry {
                name: name.into(),
                readings: vec![latin],
                ..Entry::default()
            },
        );
    }
    let typed = [
        "O'Brien",
        "o'brien",
        "J. R. Smith",
        "张三（已故）",
        "张三(已故)",
        "阿依古丽·买买提",
        "古丽买买提",
        "丽.买",
    ];
    let found = typed.map(|typed| index.find(typed, 9).0.first().map(|hit| hit.id));
    assert_eq!(found, [1, 1, 2, 3, 3, 4, 4, 4].map(|number| Some(id(number))));
}

#[test]
fn the_usual_reading_comes_before_a_rare_one() {
    let mut index = SearchIndex::default();
    let entry = |readings: &[&str]| {
        let syllables = |reading: &&str| reading.split(' ').map(str::to_owned).collect();
        Entry {
            readings: readings.iter().map(syllables).collect(),
            ..Entry::default()
        }
    };
    for (number, readings) in (1..).zip([&["wu jia li", "tun jia li"][..], &["tian jing"], &["wu tian jing"]]) {
        index.put(id(number), &entry(readings));
    }
    let found = |typed: &str| index.find(typed, 9).0.into_iter().map(|hit| hit.id).collect::<Vec<_>>();
    assert_eq!(found("tj"), [id(2), id(3), id(1)]);
    assert_eq!(found("tunj"), [id(1)]);
}

#[test]
fn the_end_of_a_number_that_repeats_itself_is_found_beside_another_word() {
    let phones = vec!["13800022222".to_owned()];
    let mut index = SearchIndex::default();
    index.put(
        id(1),
        &Entry {
            name: "张明".into(),
            readings: vec![],
            phones,
            documents: vec![],
            address: String::new(),
        },
    );
    assert_eq!(index.find("明 2222", 9).1, 1);
}

#[test]
fn a_room_comes_before_whose_number_ends_so() {
    let mut index = SearchIndex::default();
    let entry = |document: Option<&str>, address: &str| Entry {
        name: "张明".into(),
        documents: document.map(str::to_owned).into_iter().collect(),
        address: address.into(),
        ..Entry::default()
    };
    index.put(id(1), &entry(Some("310115197001014302"), "1号楼501室"));
    index.put(id(2), &entry(None, "2号楼302室"));
    index.put(id(3), &entry(None, "302弄1号楼501室"));
    let found: Vec<EntityId> = index.find("302", 9).0.iter().map(|hit| hit.id).collect();
    assert_eq!(found, [id(2), id(1), id(3)]);
}

#[test]
fn homes_are_found_however_they_are_written() {
    let mut column = TextColumn::default();
    for home in [
        "1号楼302室",
        "11号楼302室",
        "1号楼2单元302室",
        "1号楼1302室",
        "3号101室",
    ] {
        column.push([home].into_iter());
    }
    for (typed, expected) in [
        ("1号302", vec![0, 2]),
        ("1-302", vec![0, 2]),
        ("1栋302", vec![0, 2]),
        ("1楼302", vec![0, 2]),
        ("1－302", vec![0, 2]),
        ("1-2-302", vec![2]),
        ("3号楼101", vec![4]),
        ("3幢", vec![4]),
        ("2-302", vec![]),
    ] {
        assert_eq!(column.rows_with(&[typed]).collect::<Vec<_>>(), expected, "{typed}");
    }
}

/// The numbers of an address, each with what stands behind it.
fn address_numbers(address: &str) -> Vec<(String, char)> {
    let mut all: Vec<(String, char)> = Vec::new();
    let mut open = false;
    for c in address.chars() {
        match all.last_mut() {
            Some((number, _)) if open && c.is_ascii_digit() => number.push(c),
            Some((_, after)) if open => (*after, open) = (c, false),
            _ if c.is_ascii_digit() => {
                all.push((c.into(), ' '));
                open = true;
            }
            _ => {}
        }
    }
    all
}

/// What the index should say of one person and one word, by its text alone.
fn plain_rank(entry: &Entry, word: &str) -> Option<u8> {
    let spelled = |reading: &[String]| {
        let mut left = vec![word];
        for syllable in reading {
            let begins = |left: &str| {
                (1..=left.len())
                    .filter(|n| syllable.starts_with(&left[..*n]))
                    .collect::<Vec<_>>()
            };
            left = left
                .iter()
                .flat_map(|left| begins(left).into_iter().map(|n| &left[n..]))
                .collect();
            if left.contains(&"") {
                return true;
            }
        }
        false
    };
    let later = |reading: &[String]| (1..reading.len()).any(|from| spelled(&reading[from..]));
    let address = || {
        let begins = |at: usize| {
            !(word.starts_with(|c: char| c.is_ascii_digit())
                && entry.address[..at].ends_with(|c: char| c.is_ascii_digit()))
        };
        entry
            .address
            .match_indices(word)
            .any(|(at, _)| begins(at))
            .then_some(rank::ADDRESS)
    };
    match Word::of(word) {
        Word::Letters(_) => {
            let (usual, others) = entry.readings.split_first()?;
            let another = || others.iter().any(|reading| spelled(reading) || later(reading));
            match spelled(usual) {
                true => Some(rank::READING_START),
                false if later(usual) => Some(rank::READING_PART),
                false => another().then_some(rank::OTHER_READING),
            }
        }
        Word::Digits(_) => {
            let numbers = || entry.phones.iter().chain(&entry.documents);
            let found = numbers().any(|number| number.starts_with(word) || number.ends_with(word));
            let room = address_numbers(&entry.address)
                .iter()
                .any(|(number, after)| number == word && "室 ".contains(*after));
            match word.len() >= MIN_NUMBER_DIGITS {
                true if room => Some(rank::ROOM),
                true if found => Some(rank::NUMBER),
                _ => address(),
            }
        }
        Word::Text(..) if entry.name == word => Some(rank::WHOLE_NAME),
        Word::Text(..) if entry.name.starts_with(word) => Some(rank::NAME_START),
        Word::Text(..) if entry.name.contains(word) => Some(rank::NAME_PART),
        Word::Text(..) => {
            let (building, room) = word.split_once('号').unwrap_or((word, ""));
            let here = address_numbers(&entry.address);
            let building = here
                .iter()
                .position(|(number, after)| number == building && *after == '号');
            let in_it = |at: usize| room.is_empty() || here[at + 1..].iter().any(|(number, _)| number == room);
            match building.is_some_and(in_it) {
                true if room.is_empty() => Some(rank::ADDRESS),
                true => Some(rank::ROOM),
                false => address(),
            }
        }
    }
}

/// People of few syllables, digits and characters, so that what is typed is often found.
fn people() -> impl Strategy<Value = Vec<Entry>> {
    let syllable = proptest::sample::select(vec!["a", "an", "xi", "xian", "xiang", "na", "nan", "g"]);
    let reading = proptest::collection::vec(syllable.prop_map(str::to_owned), 1..4);
    let person = (
        "[明晓张]{1,3}",
        proptest::collection::vec(reading, 0..3),
        proptest::collection::vec("1[12]{4}", 0..3),
        proptest::collection::vec("[12]{5}[0-2X]", 0..2),
        "([12]{1,2}弄)?([12]{1,2}号[12]{1,3}室)?",
    );
    let entry = person.prop_map(|(name, readings, phones, documents, address)| Entry {
        name,
        readings,
        phones,
        documents,
        address,
    });
    proptest::collection::vec(entry, 1..30)
}

proptest! {
    /// The scan finds, ranks, orders and counts as one who reads every entry word by word.
    #[test]
    fn finds_what_reading_every_entry_finds(
        people in people(), words in proptest::collection::vec("[anxig]{1,6}|[12]{1,4}X?|[明晓张]{1,3}|[12]号[12]?", 1..4),
        gone in proptest::collection::vec(0usize..30, 0..6), limit in 1usize..40,
    ) {
        let mut index = SearchIndex::default();
        for (number, entry) in (0..).zip(&people) {
            index.put(id(number), entry);
        }
        gone.iter().for_each(|number| index.remove(id(*number as u128)));
        let (hits, total) = index.find(&words.join(" "), limit);
        let mut expected: Vec<(u8, u128)> = (0..)
            .zip(&people)
            .filter(|(number, _)| !gone.iter().any(|gone| *gone as u128 == *number))
            .filter_map(|(number, entry)| {
                let ranks: Option<Vec<u8>> = words.iter().map(|word| plain_rank(entry, word)).collect();
                Some((ranks?.into_iter().min()?, number))
            })
            .collect();
        expected.sort_unstable();
        prop_assert_eq!(total, expected.len());
        expected.truncate(limit);
        prop_assert_eq!(hits, expected.into_iter().map(|(rank, of)| Hit { rank, id: id(of) }).collect::<Vec<_>>());
    }
}
