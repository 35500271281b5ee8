//! A night: 600 rows of three sources, through the district's real program to two committees, one of which works on two PCs
//! with the network off half of the time. In the end everybody has the same, and every row has one answer.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::office::{Office, number};
use crate::town::Town;

const COMMITTEES: &str = "浦东新区\t花木街道\t牡丹一居委会\n浦东新区\t花木街道\t丁香二居委会\n";
/// Each committee's lane.
const LANES: [&str; 2] = ["牡丹路1弄", "丁香路2弄"];
/// People of a committee: one behind each door, twenty to a house.
const PEOPLE: usize = 500;
const SURNAMES: [&str; 10] = ["赵", "钱", "孙", "李", "周", "吴", "郑", "冯", "陈", "沈"];
const GIVEN: [&str; 10] = ["安", "博", "晨", "丹", "恩", "芳", "刚", "海", "佳", "凯"];
const LAST: [&str; 5] = ["莲", "民", "宁", "平", "琪"];
/// Of whom nothing is said but the name and the house.
const BARE: std::ops::Range<usize> = 190..195;

/// Somebody of a committee.
#[derive(Clone, Copy)]
struct Person {
    committee: usize,
    place: usize,
}

impl Person {
    fn name(self) -> String {
        let Person { committee, place } = self;
        let (surname, given) = (SURNAMES[place % 10], GIVEN[place / 10 % 10]);
        format!("{surname}{given}{}", LAST[(place / 100 + committee * 2) % 5])
    }

    /// An ID number with its check digit (GB 11643-1999).
    fn document(self) -> String {
        let (month, day) = (1 + self.place / 28 % 12, 1 + self.place % 28);
        let body = format!("31019919{:02}{month:02}{day:02}{:03}", 50 + self.committee, self.place);
        const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let digits = body.chars().filter_map(|digit| digit.to_digit(10));
        let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
        let check = b"10X98765432"[sum as usize % 11];
        format!("{body}{}", char::from(check))
    }

    fn phone(self) -> String {
        format!("191{:04}{:04}", 1000 + self.committee, 1000 + self.place)
    }

    fn house(self) -> usize {
        1 + self.place / 20
    }

    fn room(self) -> usize {
        100 * (1 + self.place % 20 / 4) + 1 + self.place % 4
    }
}

fn ours(place: usize) -> Person {
    Person { committee: 0, place }
}

fn theirs(place: usize) -> Person {
    Person { committee: 1, place }
}

fn roster(committee: usize) -> String {
    let mut csv = "姓名,身份证号,手机,小区,楼栋,室号\n".to_owned();
    for person in (0..PEOPLE).map(|place| Person { committee, place }) {
        let (lane, house, room) = (LANES[committee], person.house(), person.room());
        let _ = writeln!(
            csv,
            "{},{},{},{lane},{house}号,{room}",
            person.name(),
            person.document(),
            person.phone()
        );
    }
    csv
}

fn masked(text: &str, from: usize, to: usize) -> String {
    format!("{}{}{}", &text[..from], "*".repeat(to - from), &text[to..])
}

/// What three sources push: 600 rows, of them 60 of people whom another one asks for too, 40 of the other committee, 30 of
/// nobody.
fn pushed() -> [(&'static str, String); 3] {
    let row = |csv: &mut String, fields: [String; 5]| {
        let _ = writeln!(csv, "{}", fields.join(","));
    };
    let header = || "编号,姓名,身份证号,联系电话,地址\n".to_owned();
    let (mut checkpoint, mut hotline, mut health) = (header(), header(), header());
    for (at, person) in (0..190).map(ours).chain((0..10).map(theirs)).enumerate() {
        let address = format!("{}{}-{}", LANES[person.committee], person.house(), person.room());
        row(
            &mut checkpoint,
            [
                format!("D-{at}"),
                person.name(),
                person.document(),
                String::new(),
                address,
            ],
        );
    }
    for (at, person) in (190..320)
        .chain(0..30)
        .map(ours)
        .chain((10..30).map(theirs))
        .enumerate()
    {
        let bare = person.committee == 0 && BARE.contains(&person.place);
        let said = |text: String| if bare { String::new() } else { text };
        let house = format!("{}{}号", LANES[person.committee], person.house());
        let address = house + &said(format!("{}室", person.room()));
        row(
            &mut hotline,
            [
                format!("H-{at}"),
                person.name(),
                String::new(),
                said(person.phone()),
                address,
            ],
        );
    }
    for (at, person) in (320..470)
        .chain(30..60)
        .map(ours)
        .chain((30..40).map(theirs))
        .enumerate()
    {
        let (document, phone) = (masked(&person.document(), 6, 14), masked(&person.phone(), 3, 7));
        row(
            &mut health,
            [format!("J-{at}"), person.name(), document, phone, String::new()],
        );
    }
    for at in 0..30 {
        let csv = if at < 20 { &mut hotline } else { &mut health };
        let (name, phone) = (format!("欧阳{}", GIVEN[at % 10]), format!("1990000{:04}", 2000 + at));
        row(
            csv,
            [
                format!("N-{at}"),
                name,
                String::new(),
                phone,
                format!("无名路{}弄3号", 900 + at),
            ],
        );
    }
    [("道口", checkpoint), ("12345", hotline), ("健康云", health)]
}

struct Night {
    town: Town,
    front: Office,
    back: Office,
    other: Office,
    tokens: BTreeMap<&'static str, String>,
}

fn ids(office: &Office, tray: &str) -> Vec<String> {
    let list = office.run(&["task", "list", "--tray", tray]);
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(id).collect()
}

fn with_ids<'a>(first: &[&'a str], ids: &'a [String], last: &[&'a str]) -> Vec<&'a str> {
    let ids = ids.iter().map(String::as_str);
    first.iter().copied().chain(ids).chain(last.iter().copied()).collect()
}

impl Night {
    fn begin(folder: &std::path::Path) -> Night {
        let town = Town::start(&folder.join("district"), COMMITTEES);
        let office = |name: &str| Office::at(&folder.join(name));
        let (front, back, other) = (office("前台"), office("后台"), office("丁香"));
        for (office, committee, name) in [(&front, 0, "前台"), (&other, 1, "丁香")] {
            office.run(&["init", "--committee", LANES[committee], "--actor", name]);
            office.import("roster", &roster(committee));
            let ticket = town.ticket(&(committee + 1).to_string(), &format!("ticket-{committee}.txt"));
            office.run(&["join", &ticket, "--name", name]);
            office.run(&["sync"]);
        }
        back.run(&[
            "join",
            &town.ticket("1", "ticket-back.txt"),
            "--name",
            "后台",
            "--actor",
            "后台",
        ]);
        let tokens = pushed().map(|(source, _)| {
            let added = town.run(&["source", "add", source]);
            (source, added["token"].as_str().unwrap().to_owned())
        });
        Night {
            town,
            front,
            back,
            other,
            tokens: tokens.into(),
        }
    }

    fn push(&self) {
        let (mut taken, mut nobody) = (0, 0);
        for (source, csv) in pushed() {
            let file = self.town.file(&format!("{source}.csv"));
            std::fs::write(&file, csv).unwrap();
            let asked = [
                "push",
                "tasks",
                &file,
                "--source",
                source,
                "--ask",
                "返沪日期",
                "症状:有/无",
            ];
            let came = self.town.run(&asked);
            taken += number(&came, "taken");
            nobody += number(&came, "nobody");
            let again = self.town.run(&asked);
            assert_eq!(number(&again, "known"), 200, "pushed twice changes nothing: {again}");
        }
        assert_eq!((taken, nobody), (600, 30));
        self.exchange();
        assert_eq!(ids(&self.other, "to_visit").len(), 40, "the other committee's");
    }

    fn exchange(&self) {
        for office in [&self.front, &self.back, &self.other, &self.front, &self.back] {
            office.run(&["sync"]);
        }
    }

    /// Two PCs that do not know of each other: each decides and visits two thirds, so that a third is answered twice.
    fn without_a_network(&mut self) {
        self.town.line.cut();
        for office in [&self.front, &self.back] {
            let undecided = ids(office, "undecided");
            assert_eq!(undecided.len(), BARE.len(), "a name and a house decide nothing");
            for id in undecided {
                let card = office.run(&["task", "show", &id]);
                let resident = card["candidates"][0]["resident"]["id"].as_str().unwrap();
                office.run(&["task", "decide", &id, "--resident", resident]);
            }
        }
        let rows = ids(&self.front, "to_visit");
        assert_eq!(rows.len(), 470, "one visit for each, however many sources ask");
        assert_eq!(rows, ids(&self.back, "to_visit"), "both PCs see the same");
        let (first, last) = (&rows[..320], &rows[160..]);
        self.front
            .run(&with_ids(&["task", "assign"], &rows[..20], &["--to", "楼组长陈"]));
        let list = self.front.text("上门核查表.pdf");
        self.front
            .run(&["notice", "visits", "--assignee", "楼组长陈", "-o", &list]);
        assert!(std::fs::read(&list).unwrap().starts_with(b"%PDF"));
        let phone = [
            "--by",
            "phone",
            "--outcome",
            "found",
            "--learnt",
            "返沪日期=3月1日",
            "--learnt",
            "症状=无",
        ];
        self.front.run(&with_ids(&["task", "visit"], first, &phone));
        self.back.run(&with_ids(
            &["task", "visit"],
            last,
            &["--by", "door", "--outcome", "moved"],
        ));
        self.town.line.mend();
    }

    fn all_equal(&self) {
        self.exchange();
        for (office, committee) in [(&self.front, 1), (&self.back, 1), (&self.other, 2)] {
            let checked = office.run(&["check"]);
            let digest = json!(self.town.digest(committee));
            assert_eq!((&checked["problems"], &checked["digest"]), (&json!([]), &digest));
            assert_eq!(office.run(&["task", "list"]), json!([]), "nothing is left to do");
        }
    }

    /// What a source is told of its rows, by its own id of each.
    fn told(&self, source: &str) -> BTreeMap<String, Value> {
        let mut told = BTreeMap::new();
        let mut cursor = 0;
        loop {
            let path = format!("/v1/tasks/answers?after={cursor}&limit=70");
            let answers: Value = serde_json::from_str(&self.town.asked_by(&self.tokens[source], &path)).unwrap();
            for row in answers["rows"].as_array().unwrap() {
                let reference = row["reference"].as_str().unwrap().to_owned();
                assert!(told.insert(reference, row.clone()).is_none(), "told once: {row}");
            }
            cursor = number(&answers, "cursor");
            if answers["more"] != true {
                return told;
            }
        }
    }
}

#[test]
fn a_night_of_600_rows_ends_with_one_answer_to_each() {
    let folder = tempfile::tempdir().unwrap();
    let mut night = Night::begin(folder.path());
    night.push();
    night.without_a_network();
    night.exchange();
    let theirs = ids(&night.other, "to_visit");
    night.other.run(&with_ids(
        &["task", "visit"],
        &theirs,
        &["--by", "door", "--outcome", "found"],
    ));
    night.all_equal();

    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut answered = 0;
    for (source, _) in pushed() {
        let told = night.told(source);
        answered += told.len();
        for row in told.values() {
            assert_eq!(row["state"], "answered", "{row}");
            *outcomes.entry(row["outcome"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        if source == "道口" {
            assert_eq!(told["D-0"]["learnt"], json!({ "返沪日期": "3月1日", "症状": "无" }));
        }
    }
    assert_eq!(answered, 570, "all but those who are nobody's");
    assert!(
        outcomes["moved"] < 200 && outcomes["found"] > 370,
        "what came first is the answer: {outcomes:?}"
    );
    let nobody = night.town.run(&["tasks", "list", "--state", "nobody"]);
    assert_eq!(nobody.as_array().unwrap().len(), 30, "kept, with the reason");
}
