//! Rows of a night's push against the residents of a whole district, for `cargo xtask bench routing`.
//!
//! `routing make FOLDER COMMITTEES RESIDENTS`: a district of so many committees with so many residents each, as PCs would
//! have exchanged them. `routing push FOLDER ROWS`: builds what rows are compared with, and pushes so many; prints a line
//! of JSON. Everything is invented, the same in every run: names by how common they are, roads that several committees
//! share, and rows as sources write them: whole, masked, a character wrong, parts missing, a twentieth of strangers.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use ed25519_dalek::SigningKey;
use linli_district::committee::{Caller, Line};
use linli_district::pushed::push::{Incoming, Push};
use linli_district::pushed::route::Routed;
use linli_district::pushed::{Content, TaskRow};
use linli_district::random::{Randomness, System};
use linli_district::storage::Sqlite;
use linli_district::{District, http};
use linli_domain::operation::{Action, DeviceId, EntityId, EntityKind, Hash, PartHeader};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_protocol::{EnrolRequest, PARTS, PushRequest, SignedPart, WireOperation, cut};
use serde_json::json;
use uuid::Uuid;

type Failure = Box<dyn Error + Send + Sync>;

/// The most common surnames, the most common first.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤";
/// Characters of given names.
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文斌宇浩轩子涵欣怡佳琪雨泽晨博思远海燕春生福祥荣德林峰云龙飞雪莲凤珍珠宝玲琴慧颖莹婷丹晶鑫森淼瑞哲睿俊彦成功利民爱党新胜永康健安宁心怀友善良忠孝仁义礼智信东西南北中正大小天地山水火木土金银铜铁石玉松柏竹菊荷花";
/// Characters of roads' names.
const ROADS: &str =
    "牡丹齐河花木联洋锦绣芳甸梅川云莲浦建昌里东方世纪杨高罗山张江金桥陆家嘴潍坊塘桥南码头上钢白洋泾沪新";
/// Lanes of a committee.
const LANES: usize = 6;
/// Roads of the district: several committees share each.
const DISTRICT_ROADS: usize = 400;
/// Most residents of a home.
const OF_HOME: usize = 4;

/// A number that looks like chance, and is the same for the same place and purpose.
fn chance(place: usize, purpose: u64, below: usize) -> usize {
    let mut x = (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ purpose.wrapping_mul(0xd1b5_4a32_d192_ed03);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ (x >> 31)) % below as u64) as usize
}

/// One of some characters, those in front more often.
fn common(characters: &str, place: usize, purpose: u64) -> char {
    let all: Vec<char> = characters.chars().collect();
    let (one, other) = (
        chance(place, purpose, all.len()),
        chance(place, purpose + 100, all.len()),
    );
    all[one.min(other)]
}

/// A resident of the district.
struct Resident {
    name: String,
    document: String,
    phone: String,
    lane: String,
    number: usize,
    room: usize,
}

impl Resident {
    /// The one at this place of the district, of a committee with so many.
    fn at(place: usize, of_committee: usize) -> Resident {
        let home = place / OF_HOME * OF_HOME + chance(place, 1, 2);
        let given: String = (0..1 + usize::from(chance(place, 2, 7) > 0))
            .map(|turn| common(GIVEN, place, 3 + turn as u64))
            .collect();
        let committee = place / of_committee;
        let lane = committee * LANES + chance(home, 5, LANES);
        let roads: Vec<char> = ROADS.chars().collect();
        let road = lane % DISTRICT_ROADS;
        let (first, second) = (
            roads[road % roads.len()],
            roads[(road / roads.len() * 7 + road + 1) % roads.len()],
        );
        Resident {
            name: format!("{}{given}", common(SURNAMES, place, 6)),
            document: document(place),
            phone: format!("1{}{:09}", 3 + chance(place, 7, 7), chance(place, 8, 1_000_000_000)),
            lane: format!("{first}{second}路{}弄", 10 + lane / DISTRICT_ROADS * 17 + road % 13),
            number: 1 + chance(home, 9, 40),
            room: (1 + chance(home, 10, 18)) * 100 + 1 + chance(home, 11, 4),
        }
    }

    fn address(&self) -> String {
        format!("{}{}号{}室", self.lane, self.number, self.room)
    }
}

/// A resident's number with its right check character (GB 11643-1999).
fn document(place: usize) -> String {
    let (year, month, day) = (
        1935 + chance(place, 12, 80),
        1 + chance(place, 13, 12),
        1 + chance(place, 14, 28),
    );
    let first = format!("310115{year}{month:02}{day:02}{:03}", place % 1_000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = b"10X98765432"[sum as usize % 11];
    format!("{first}{}", char::from(check))
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let texts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match texts.as_slice() {
        ["make", folder, committees, residents] => make(folder.as_ref(), committees.parse()?, residents.parse()?),
        ["push", folder, rows] => push(folder.as_ref(), rows.parse()?),
        _ => Err("usage: routing make FOLDER COMMITTEES RESIDENTS | push FOLDER ROWS".into()),
    }
}

fn open(folder: &Path) -> Result<District, Failure> {
    let storage = Arc::new(Sqlite::open(&folder.join("district.db"))?);
    Ok(District::new(storage, SigningKey::from_bytes(&[5; 32]), "浦东新区"))
}

/// How many committees and residents of each there are, beside the database.
const SIZES: &str = "sizes.json";

fn make(folder: &Path, committees: usize, residents: usize) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(SIZES), json!([committees, residents]).to_string())?;
    let district = open(folder)?;
    let line = |number| Line {
        area: "浦东新区".into(),
        town: format!("{}街道", number / 30),
        name: format!("第{number}居委会"),
    };
    let lines: Vec<Line> = (1..=committees).map(line).collect();
    district.import_committees(&lines, http::system_clock(), &mut System)?;
    for (place, committee) in district.committees()?.into_iter().enumerate() {
        let (caller, parts) = member(
            &district,
            committee.id,
            place * residents..(place + 1) * residents,
            residents,
        )?;
        for parts in parts.chunks(PARTS) {
            let request = PushRequest { parts: parts.to_vec() };
            let pushed = district.push(caller, &request, http::system_clock())?;
            if pushed.verdicts.iter().any(|verdict| !verdict.rejected.is_empty()) {
                return Err("a resident was refused".into());
            }
        }
    }
    Ok(())
}

/// A PC of a committee, and its residents as it would hand them over.
fn member(
    district: &District,
    committee: EntityId,
    places: std::ops::Range<usize>,
    of_committee: usize,
) -> Result<(Caller, Vec<SignedPart>), Failure> {
    let now = http::system_clock();
    let mut seed = [0; 32];
    System.fill(&mut seed)?;
    let (key, device) = (SigningKey::from_bytes(&seed), DeviceId(Uuid::new_v4()));
    let request = EnrolRequest {
        code: district.enrol_code(committee, now, &mut System)?,
        device,
        name: "前台".into(),
        verifying_key: key.verifying_key().to_bytes(),
        committee: None,
        last_seq: 0,
        replaces: None,
    };
    let enrolled = district.enrol(&request, "here", now, &mut System)?;
    let (mut parts, mut tail, mut seq) = (Vec::new(), Hash::ZERO, 1);
    for operations in cut(operations(places, of_committee)?) {
        let header = PartHeader {
            device,
            first_seq: seq,
            count: operations.len() as u64,
            batch: seq,
            committee: enrolled.committee,
            actor: "董敏".into(),
            at: now,
            schema: 1,
            action: Action::ResidentAdded,
        };
        seq += header.count;
        let (part, after) = SignedPart::sign(&header, operations, tail, &key)?;
        tail = after;
        parts.push(part);
    }
    Ok((district.authenticate(&enrolled.token, now)?, parts))
}

fn operations(places: std::ops::Range<usize>, of_committee: usize) -> Result<Vec<WireOperation>, Failure> {
    let mut operations = Vec::new();
    let mut homes = std::collections::HashMap::new();
    for place in places {
        let resident = Resident::at(place, of_committee);
        let text = |text: &str| Some(text.to_owned());
        let home = match homes.get(&resident.address()) {
            Some(home) => *home,
            None => {
                let home = EntityId(Uuid::new_v4());
                let fields = [
                    (Field::Estate, text(&resident.lane)),
                    (Field::Building, Some(format!("{}号", resident.number))),
                    (Field::Room, Some(format!("{}室", resident.room))),
                ];
                operations.push(WireOperation::new(EntityKind::Household, home, &created(fields))?);
                homes.insert(resident.address(), home);
                home
            }
        };
        let fields = [
            (Field::Name, text(&resident.name)),
            (Field::DocumentNumber, text(&resident.document)),
            (Field::Phone, text(&resident.phone)),
            (Field::Household, Some(home.to_string())),
        ];
        let id = EntityId(Uuid::new_v4());
        operations.push(WireOperation::new(EntityKind::Resident, id, &created(fields))?);
    }
    Ok(operations)
}

/// A row about somebody, and the committee that it is right for, by its place; a stranger's is right for none.
fn row(number: usize, (committees, residents): (usize, usize)) -> (TaskRow, Option<usize>) {
    let place = chance(number, 20, committees * residents);
    let one = Resident::at(place, residents);
    let (some, right) = (|text: String| Some(text), Some(place / residents));
    let (name, document, phone) = (
        some(one.name.clone()),
        some(one.document.clone()),
        some(one.phone.clone()),
    );
    let address = some(format!("上海市浦东新区{}", one.address()));
    let base = TaskRow {
        reference: Some(format!("R-{number}")),
        name,
        ..TaskRow::default()
    };
    match chance(number, 21, 100) {
        0..25 => (
            TaskRow {
                document_number: document,
                phone,
                address,
                ..base
            },
            right,
        ),
        25..45 => {
            let masked = format!("{}********{}", &one.document[..6], &one.document[14..]);
            let address = some(format!("{}{}-{}", one.lane, one.number, one.room));
            (
                TaskRow {
                    document_number: some(masked),
                    phone,
                    address,
                    ..base
                },
                right,
            )
        }
        45..65 => (TaskRow { phone, ..base }, right),
        65..80 => {
            let wrong: String = one.name.chars().take(1).chain([common(GIVEN, number, 22)]).collect();
            (
                TaskRow {
                    name: some(wrong),
                    address,
                    ..base
                },
                right,
            )
        }
        80..90 => {
            let masked = format!("{}****{}", &one.phone[..3], &one.phone[7..]);
            let address = some(format!("{}{}号", one.lane, one.number));
            (
                TaskRow {
                    phone: some(masked),
                    address,
                    ..base
                },
                right,
            )
        }
        90..95 => (
            TaskRow {
                name: None,
                address,
                ..base
            },
            right,
        ),
        _ => {
            let phone = some(format!("12{:09}", chance(number, 23, 1_000_000_000)));
            let address = some(format!(
                "苏州市工业园区{}街{}号",
                common(GIVEN, number, 24),
                number % 90
            ));
            (TaskRow { phone, address, ..base }, None)
        }
    }
}

fn push(folder: &Path, count: usize) -> Result<(), Failure> {
    let sizes: (usize, usize) = serde_json::from_str(&fs::read_to_string(folder.join(SIZES))?)?;
    let district = open(folder)?;
    let (rows, right): (Vec<TaskRow>, Vec<Option<usize>>) = (0..count).map(|number| row(number, sizes)).unzip();
    let now = http::system_clock();
    let begun = Instant::now();
    let routing = district.routing(now)?;
    let index = begun.elapsed().as_secs_f64();
    let memory_of_index = memory("VmRSS:")?;
    let begun = Instant::now();
    let routed = routing.route(&rows.iter().map(Content::said).collect::<Vec<_>>())?;
    let route = begun.elapsed().as_secs_f64();
    let committees = district.committees()?;
    let fits = |(routed, right): (&Routed, &Option<usize>)| match (routed, right) {
        (Routed::To { committee, .. }, Some(right)) => *committee == committees[*right].id,
        (Routed::Nobody(_), None) => true,
        _ => false,
    };
    let correct = routed.iter().zip(&right).filter(|pair| fits(*pair)).count();
    let incoming = |(row, content): (usize, TaskRow)| Incoming {
        row,
        source: format!("来源{now:?}"),
        content,
        damage: None,
    };
    let push = Push::of((1..).zip(rows).map(incoming).collect());
    let begun = Instant::now();
    let pushed = district.push_rows(&push, &*routing, now)?;
    let line = json!({
        "committees": sizes.0,
        "residents": sizes.0 * sizes.1,
        "rows": count,
        "index": index,
        "memory_of_index": memory_of_index,
        "route": route,
        "push": begun.elapsed().as_secs_f64(),
        "memory": memory("VmHWM:")?,
        "right": correct,
        "nobody": pushed.nobody,
    });
    println!("{line}");
    Ok(())
}

/// Megabytes of 10^6 bytes, by the line of `/proc/self/status` that begins so.
fn memory(line: &str) -> Result<f64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let found = status
        .lines()
        .find_map(|text| text.strip_prefix(line))
        .ok_or("no such line")?;
    let kib: f64 = found.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024.0 / 1e6)
}
