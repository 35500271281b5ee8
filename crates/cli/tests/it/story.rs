//! A district of three committees through a cut network, with real programs over real TLS: `cargo xtask demo --district`
//! plays it and keeps the files.
//!
//! The line between PCs and district is a relay that is cut: connections break off and none is accepted. The district
//! itself goes on, and residents' phones still reach it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use linli_district::http::system_clock;
use linli_documents::sheet::read_workbook;
use linli_domain::time::Moment;
use serde_json::{Value, json};

use crate::estate::{Estate, HOMES, Home, homes, name, phone};
use crate::office::{Office, number};
use crate::town::{Town, forged_ticket};

/// Where the files are kept; in a folder that is gone afterwards where it is not set.
const FOLDER: &str = "LINLI_STORY";
const COMMITTEES: &str =
    "浦东新区\t花木街道\t牡丹一居委会\n浦东新区\t花木街道\t丁香二居委会\n浦东新区\t洋泾街道\t玉兰三居委会\n";
const ESTATE: Estate = Estate("牡丹路1弄");
const OTHERS: [Estate; 2] = [Estate("丁香路2弄"), Estate("玉兰路3弄")];
/// Homes in all; each gets a voucher.
const ALL: u64 = 12;
/// Each committee's vouchers.
const QUOTA: u64 = 60;
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Who registers by phone before the network is cut, and while it is.
const BY_PHONE: [Home; 2] = [(4, 103), (2, 103)];
/// Whose phone number is changed on both PCs.
const CHANGED: Home = (1, 101);

/// Says what happens, for `--nocapture`.
macro_rules! tell {
    ($($words:tt)*) => { eprintln!("— {}", format!($($words)*)) };
}

fn moment(days: i64) -> Moment {
    Moment(system_clock().0 + days * DAY)
}

fn round() -> String {
    let at = |days| moment(days).local().format("%Y-%m-%dT%H:%M");
    format!(
        "campaign = \"口罩预约\"\nnumber = 1\ntitle = \"第1轮口罩预约登记购买\"\nkey = \"household\"\nquota = {QUOTA}\n\
         max_quantity = 5\nopens = \"{}\"\ncloses = \"{}\"\n",
        at(-2),
        at(2)
    )
}

/// Homes of a building that come to the counter.
fn at_the_counter(buildings: &[u32]) -> String {
    let day = moment(-1).local().format("%Y-%m-%d").to_string();
    let come = homes().filter(|home| buildings.contains(&home.0) && !BY_PHONE.contains(home));
    ESTATE.reservations(&day, come)
}

struct Story {
    town: Town,
    front: Office,
    back: Office,
    /// One PC in each of the other committees.
    others: [Office; 2],
}

#[test]
fn a_district_of_three_committees_through_a_cut_network() {
    let passing = tempfile::tempdir().unwrap();
    let kept = std::env::var_os(FOLDER).map(Into::into);
    let folder = kept.unwrap_or_else(|| passing.path().to_owned());
    let mut story = Story::begin(&folder);
    story.everybody_joins(&folder);
    story.a_round_and_a_resident();
    story.numbers_and_rights();
    story.without_a_network();
    story.by_stick();
    story.back_again();
    story.all_equal();
    story.exports_and_vouchers();
    tell!("All as it should be.");
}

impl Story {
    fn begin(folder: &Path) -> Story {
        tell!("A district with three committees, its own certificate authority, and a server with TLS.");
        let town = Town::start(&folder.join("district"), COMMITTEES);
        let office = |name: &str| Office::at(&folder.join(name));
        Story {
            town,
            front: office("前台"),
            back: office("后台"),
            others: [office("丁香"), office("玉兰")],
        }
    }

    fn everybody_joins(&self, folder: &Path) {
        tell!("A stranger at the same address: the PC trusts the authority in its ticket and no other.");
        let forged = forged_ticket(&folder.join("stranger"), &self.town.url());
        self.front.run(&["init", "--committee", "牡丹一居", "--actor", "董敏"]);
        self.front.import("roster", &ESTATE.roster());
        let refused = self.front.output(&["join", &forged, "--name", "前台"]);
        assert!(!refused.status.success(), "another authority's ticket");
        let code = self.town.run(&["enrol-code", "1", "--url", &self.town.url()]);
        let bare = self
            .front
            .output(&["join", &self.town.url(), code["code"].as_str().unwrap()]);
        assert!(
            String::from_utf8_lossy(&bare.stderr).contains("证书"),
            "https without the authority: {bare:?}"
        );

        tell!("The front PC joins with its data (ticket as a file), the back PC with nothing (ticket as a picture).");
        self.front
            .run(&["join", &self.town.ticket("1", "ticket-front.txt"), "--name", "前台"]);
        self.front.run(&["sync"]);
        let picture = self.town.ticket("1", "ticket-back.png");
        self.back.run(&["join", &picture, "--name", "后台", "--actor", "李敏"]);
        self.back.run(&["sync"]);
        assert_eq!(
            self.front.state(),
            self.back.state(),
            "the back PC got everything from the district"
        );

        tell!("One PC of each other committee joins with its data.");
        for ((office, estate), committee) in self.others.iter().zip(OTHERS).zip(["2", "3"]) {
            office.run(&["init", "--committee", estate.0, "--actor", "王静"]);
            office.import("roster", &estate.roster());
            let ticket = self.town.ticket(committee, &format!("ticket-{committee}.txt"));
            office.run(&["join", &ticket, "--name", estate.0]);
            office.run(&["sync"]);
        }
        let devices = self.town.run(&["device", "list"]);
        assert_eq!(devices.as_array().unwrap().len(), 4, "{devices}");
    }

    fn a_round_and_a_resident(&self) {
        tell!("The district opens a round; a resident registers with the form, and again.");
        std::fs::write(self.town.file("round.toml"), round()).unwrap();
        let opened = self.town.run(&["round", "open", "round.toml"]);
        assert_eq!(opened["opened"], 3, "{opened}");
        let answer = self.by_phone(BY_PHONE[0]);
        assert!(
            answer.contains("填报成功，请等待居委会审核") && answer.contains("W00001"),
            "{answer}"
        );
        let again = self.by_phone(BY_PHONE[0]);
        assert!(again.contains("已经登记过") && !again.contains("W0000"), "{again}");
        let wrong = self.town.fill_in("/r/1/1", &[("name", "张敏"), ("phone", "123")]);
        assert!(wrong.contains("要改"), "checked at once: {wrong}");
        self.exchange();
        for office in [&self.front, &self.back] {
            assert_eq!(number(&office.run(&["round", "show", "1"])["summary"], "total"), 1);
        }
    }

    /// A resident fills the form in on a phone.
    fn by_phone(&self, home: Home) -> String {
        let (building, room) = (format!("{}号", home.0), home.1.to_string());
        let form = [
            ("name", name(home)),
            ("phone", phone(home)),
            ("estate", ESTATE.0.to_owned()),
            ("building", building),
            ("room", room),
            ("quantity", "5".to_owned()),
        ];
        self.town.fill_in(
            "/r/1/1",
            &form.each_ref().map(|(field, value)| (*field, value.as_str())),
        )
    }

    fn numbers_and_rights(&self) {
        tell!(
            "Both PCs register and review; numbers are leased, and the right for two buildings moves to the back PC."
        );
        self.front.import("round", &at_the_counter(&[1]));
        let ids: Vec<String> = self.ids_at_the_counter(&self.front);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        self.front
            .run(&[&["round", "pass", "1", "--id"], ids.as_slice()].concat());
        self.front.run(&["sync"]);
        assert_eq!(self.front.vouchers(), u64::from(HOMES));
        self.back.import("round", &at_the_counter(&[3, 4]));
        self.back.run(&["round", "pass", "1", "--all-checked"]);
        let refused = self
            .back
            .output(&["round", "vouchers", "1", "-o", &self.back.text("凭证.pdf")]);
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(
            !refused.status.success() && words.contains("发号权在“前台”"),
            "待发号, with the reason: {words}"
        );
        self.back.run(&["sync"]);
        self.front.run(&["sync"]);
        self.back.run(&["sync"]);
        let issuing = self.back.issuing();
        assert_eq!(issuing["rights"], json!(["3号", "4号"]), "{issuing}");
        assert_eq!(issuing["free"], 20, "{issuing}");
    }

    /// Those in the queue whom no phone registered.
    fn ids_at_the_counter(&self, office: &Office) -> Vec<String> {
        let all = office.run(&["round", "check", "1"]);
        let came = all
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| !one["number"].as_str().unwrap().starts_with('W'));
        came.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }

    fn without_a_network(&mut self) {
        tell!(
            "The line to the district is cut. Both PCs go on: vouchers from leased numbers, and one phone edited twice."
        );
        self.town.line.cut();
        for office in [&self.front, &self.back] {
            let output = office.output(&["sync"]);
            assert!(
                String::from_utf8_lossy(&output.stderr).contains("连不上区级平台"),
                "{output:?}"
            );
        }
        assert_eq!(
            self.back.vouchers(),
            u64::from(HOMES) + 2 * u64::from(HOMES),
            "two buildings, one by phone among them"
        );
        self.front.import("round", &at_the_counter(&[2]));
        let ids = self.ids_at_the_counter(&self.front);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        self.front
            .run(&[&["round", "pass", "1", "--id"], ids.as_slice()].concat());
        assert_eq!(self.front.vouchers(), u64::from(HOMES) + 2, "at the same time");
        self.front
            .import("roster", &ESTATE.another_phone(CHANGED, "13800000001"));
        self.back
            .import("roster", &ESTATE.another_phone(CHANGED, "13800000002"));
        for office in [&self.front, &self.back] {
            office.run(&["round", "notify", "1", "--by", "phone"]);
        }
        let voucher = self.a_voucher(&self.front);
        self.front.run(&["round", "collect", "1", "--voucher", &voucher]);

        tell!("Meanwhile a resident's phone still reaches the district, and a third committee works without it.");
        assert!(self.by_phone(BY_PHONE[1]).contains("W00002"));
        let day = moment(-1).local().format("%Y-%m-%d").to_string();
        for (office, estate) in self.others.iter().zip(OTHERS) {
            office.import("round", &estate.reservations(&day, homes()));
            office.run(&["round", "pass", "1", "--all-checked"]);
            assert_eq!(office.vouchers(), ALL, "leased when the round came");
        }
    }

    fn by_stick(&self) {
        tell!(
            "A stick from the front PC to the back PC, and from there to the district, which takes both PCs' work in."
        );
        let stick = self.front.text("给后台.llpkg");
        self.front.run(&["package", "export", "--for", "后台", "-o", &stick]);
        let taken = self.back.run(&["package", "import", &stick]);
        assert!(
            number(&taken, "operations") > 0 && taken["missing"] == json!([]),
            "{taken}"
        );
        assert_eq!(
            number(&self.back.run(&["package", "import", &stick]), "operations"),
            0,
            "twice is once"
        );
        let vouchers = number(&self.back.run(&["round", "show", "1"])["summary"], "vouchers");
        assert_eq!(
            vouchers,
            ALL - 1,
            "all but the one who registered while the line was cut"
        );
        let stick = self.back.text("给区级平台.llpkg");
        self.back.run(&["package", "export", "--for", "district", "-o", &stick]);
        let taken = self.town.run(&["package", "import", &stick]);
        assert!(number(&taken, "taken") > 0, "{taken}");
        assert_eq!(
            (&taken["rejected"], &taken["waiting"]),
            (&json!(0), &json!(0)),
            "{taken}"
        );
        let progress = self.town.run(&["round", "progress", "1"]);
        assert_eq!(
            progress["committees"][0]["vouchers"],
            ALL - 1,
            "the district knows: {progress}"
        );

        tell!("A stick from the district to the front PC brings the numbers, and the resident.");
        let stick = self.town.file("给前台.llpkg");
        self.town
            .run(&["package", "export", "1", "A", "-o", &stick, "--after", "0"]);
        let taken = self.front.run(&["package", "import", &stick]);
        assert_eq!(taken["missing"], json!([]), "{taken}");
        let state = self.front.run(&["round", "show", "1"]);
        assert_eq!(number(&state["summary"], "total"), ALL, "W00002 among them: {state}");
    }

    fn back_again(&mut self) {
        tell!("More work, then the line is back: everybody exchanges.");
        self.front.run(&["round", "pass", "1", "--all-checked"]);
        assert_eq!(self.front.vouchers(), ALL, "the last one");
        self.front.run(&["round", "notify", "1", "--by", "phone"]);
        self.town.line.mend();
        self.exchange();

        tell!("The phone edited twice is a conflict: listed on both PCs, decided on one.");
        for office in [&self.front, &self.back] {
            let masked = office.run(&["conflicts", "list"])[0]["values"][0]["value"]["text"].clone();
            assert!(
                masked.as_str().unwrap().contains("****"),
                "in the clear only where that is asked for: {masked}"
            );
        }
        let conflicts = self.front.run(&["conflicts", "list", "--clear"]);
        assert_eq!(conflicts.as_array().unwrap().len(), 1, "{conflicts}");
        let values = conflicts[0]["values"].as_array().unwrap();
        let both: BTreeSet<&str> = values
            .iter()
            .map(|value| value["value"]["text"].as_str().unwrap())
            .collect();
        assert_eq!(
            both,
            BTreeSet::from(["13800000001", "13800000002"]),
            "both values are kept: {conflicts}"
        );
        let chosen = values
            .iter()
            .position(|value| value["value"]["text"] == "13800000001")
            .unwrap()
            .to_string();
        let key = conflicts[0]["key"].as_str().unwrap();
        self.back
            .run(&["conflicts", "resolve", "--id", key, "--choose", &chosen]);
        self.exchange();
        for office in [&self.front, &self.back] {
            assert_eq!(office.run(&["conflicts", "list"]), json!([]));
            assert_eq!(
                office.run(&["roster", "find", "13800000001"]).as_array().unwrap().len(),
                1,
                "what was decided"
            );
        }
    }

    /// Until nothing moves any more.
    fn exchange(&self) {
        for _ in 0..2 {
            for office in [&self.front, &self.back].into_iter().chain(&self.others) {
                office.run(&["sync"]);
            }
        }
    }

    fn all_equal(&self) {
        for (office, committee) in [
            (&self.front, 1),
            (&self.back, 1),
            (&self.others[0], 2),
            (&self.others[1], 3),
        ] {
            let state = &office.run(&["sync"])["state"];
            assert_eq!(
                (&state["waiting"], &state["problem"], &state["rejected"]),
                (&json!(0), &Value::Null, &json!(0))
            );
            let checked = office.run(&["check"]);
            assert_eq!(checked["problems"], json!([]));
            assert_eq!(
                checked["digest"],
                json!(self.town.digest(committee)),
                "the district's state, committee {committee}"
            );
            tell!(
                "Committee {committee}: PC and district have {}.",
                &self.town.digest(committee)[..16]
            );
        }
        assert_eq!(self.front.state(), self.back.state());
    }

    fn exports_and_vouchers(&self) {
        tell!("Exports of both PCs say the same; every home has one voucher, on paper with its name.");
        let sheets = [&self.front, &self.back].map(exported);
        assert_eq!(sheets[0], sheets[1], "the same rows on both PCs");
        let vouchers: BTreeSet<&String> = sheets[0].iter().map(|row| &row[18]).collect();
        assert_eq!(
            (sheets[0].len() as u64, vouchers.len() as u64),
            (ALL, ALL),
            "each home one, no number twice"
        );
        let names: BTreeSet<String> = homes().map(name).collect();
        assert_eq!(
            sheets[0].iter().map(|row| row[2].clone()).collect::<BTreeSet<_>>(),
            names
        );
        for office in [&self.front, &self.back] {
            office.run(&[
                "round",
                "vouchers",
                "1",
                "--reprint",
                "-o",
                &office.text("全部凭证.pdf"),
            ]);
            is_printed(&office.text("全部凭证.pdf"), &sheets[0]);
        }
        let voucher = self.a_voucher(&self.front);
        let twice = self.back.output(&["round", "collect", "1", "--voucher", &voucher]);
        assert!(!twice.status.success(), "collected at the front PC: {twice:?}");
        let progress = self.town.run(&["round", "progress", "1", "-o", "进度.xlsx"]);
        for row in progress["committees"].as_array().unwrap() {
            assert_eq!(
                (&row["reservations"], &row["vouchers"], &row["quota"]),
                (&json!(ALL), &json!(ALL), &json!(QUOTA))
            );
        }
        assert_eq!(
            (
                &progress["committees"][0]["collected"],
                &progress["committees"][0]["notified"]
            ),
            (&json!(1), &json!(ALL))
        );
        assert_eq!(progress["towns"].as_array().unwrap().len(), 2, "{progress}");
    }

    /// The voucher of the first home.
    fn a_voucher(&self, office: &Office) -> String {
        let path = office.text("全表.xlsx");
        let _ = std::fs::remove_file(&path);
        office.run(&["round", "export", "1", "all", "-o", &path]);
        let rows = rows(&path);
        let first = rows.iter().find(|row| row[2] == name(CHANGED)).unwrap();
        first[18].clone()
    }
}

/// Rows of the round's export of those who were told, sorted.
fn exported(office: &Office) -> Vec<Vec<String>> {
    let path = office.text("已通知购买.xlsx");
    let exported = office.run(&["round", "export", "1", "notified", "-o", &path]);
    let rows = rows(&path);
    assert_eq!(number(&exported, "rows"), rows.len() as u64);
    rows
}

/// Rows under title and header.
fn rows(path: &str) -> Vec<Vec<String>> {
    let sheet = &read_workbook(path, &std::fs::read(path).unwrap()).unwrap()[0];
    (2..sheet.height())
        .map(|row| {
            (0..sheet.width())
                .map(|column| sheet.cell(row, column).text.to_owned())
                .collect()
        })
        .collect()
}

/// Every voucher's number and name stands in the document.
fn is_printed(pdf: &str, rows: &[Vec<String>]) {
    let Ok(text) = Command::new("pdftotext").args([pdf, "-"]).output() else {
        eprintln!("SKIPPED: the printed vouchers are not read back, there is no pdftotext here");
        return;
    };
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    for row in rows {
        assert!(
            text.contains(&row[2]) && text.contains(&row[18]),
            "{} {} is printed",
            row[2],
            row[18]
        );
    }
}
