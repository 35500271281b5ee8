//! Two PCs and a district over real HTTP: joining, a round of the district, leases, work without a network, a conflict, a
//! stick, and the same state everywhere in the end.

use std::time::{Duration, Instant};

use linli_domain::round::{RoundDefinition, RoundKey};
use linli_workstation::api::exchange::{ExchangePhase, ExchangeState, JoinRequest};
use linli_workstation::{OsHost, Session, SessionOptions};
use serde_json::{Value, json};

use crate::district::{FORMS, TestDistrict};
use crate::estate::{BUILDINGS, Estate, HOMES, homes};
use crate::office::Office;

const ESTATE: Estate = Estate("牡丹路1弄");
const DAY: &str = "2020-02-02";
const QUOTA: u32 = 60;
/// How long a background exchange may take on a busy machine, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(90);
const LOOK: Duration = Duration::from_millis(50);

/// The roster's line of one person, with another phone.
fn another_phone(phone: &str) -> String {
    ESTATE.another_phone((1, 101), phone)
}

pub fn reservations(buildings: std::ops::RangeInclusive<u32>) -> String {
    ESTATE.reservations(DAY, homes().filter(|(building, _)| buildings.contains(building)))
}

pub fn round() -> RoundDefinition {
    RoundDefinition {
        campaign: "口罩预约".into(),
        number: 1,
        title: "第1轮口罩预约".into(),
        key: RoundKey::Household,
        quota: QUOTA,
        max_quantity: 5,
        opens: "2020-02-02T08:00".into(),
        closes: "2020-02-04T20:00".into(),
        collect_from: None,
        collect_until: None,
        exclude_earlier: false,
        pick_ups: Vec::new(),
        district: false,
        templates: Vec::new(),
    }
}

/// A district and two PCs: one with data that joins, one that gets everything from the district.
pub struct Town {
    pub district: TestDistrict,
    pub front: Office,
    pub back: Office,
    _folder: tempfile::TempDir,
}

impl Town {
    pub fn new() -> Town {
        let folder = tempfile::tempdir().unwrap();
        let district = TestDistrict::start(folder.path());
        let front = Office::empty();
        front.run(&["init", "--committee", "牡丹一居", "--actor", "董敏"]);
        front.import("roster", &ESTATE.roster());
        let back = Office::empty();
        let town = Town {
            district,
            front,
            back,
            _folder: folder,
        };
        town.join(&town.front, "前台");
        town.sync(&town.front);
        town.join(&town.back, "后台");
        town.sync(&town.back);
        town
    }

    fn join(&self, office: &Office, name: &str) {
        let (url, code) = (self.district.url(), self.district.code());
        office.run(&["join", &url, &code, "--name", name, "--actor", name]);
    }

    pub fn sync(&self, office: &Office) -> Value {
        office.run(&["sync"])
    }

    /// Until nothing moves any more.
    fn settle(&self) {
        for _ in 0..2 {
            self.sync(&self.front);
            self.sync(&self.back);
        }
    }

    pub fn same(&self) {
        self.settle();
        assert_eq!(self.front.state(), self.back.state());
        for office in [&self.front, &self.back] {
            let state = &self.sync(office)["state"];
            assert_eq!(
                (&state["waiting"], &state["problem"]),
                (&0.into(), &Value::Null),
                "{state}"
            );
        }
    }
}

#[test]
fn two_pcs_and_a_district_end_up_the_same_whatever_the_network_does() {
    let mut town = Town::new();
    assert_eq!(
        town.front.state(),
        town.back.state(),
        "the second PC got everything from the district"
    );

    town.district.open_round(round());
    town.same();
    assert_eq!(
        town.front.run(&["round", "show", "1"])["form"],
        format!("{FORMS}/r/1/1"),
        "for the poster"
    );
    town.front.import("round", &reservations(1..=1));
    town.front.run(&["round", "pass", "1", "--all-checked"]);
    town.sync(&town.front);
    let issuing = town.front.issuing();
    assert_eq!(
        issuing["rights"].as_array().unwrap().len() as u32,
        BUILDINGS + 1,
        "all, and those not on the roster"
    );
    assert_eq!(issuing["free"], 20, "{issuing}");
    assert_eq!(town.front.vouchers(), u64::from(HOMES), "{issuing}");

    town.back.import("round", &reservations(3..=4));
    town.back.run(&["round", "pass", "1", "--all-checked"]);
    let refused = town
        .back
        .output(&["round", "vouchers", "1", "-o", &town.back.text("凭证.pdf")]);
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && words.contains("发号权在“前台”"), "{words}");
    town.sync(&town.back); // Asks for the right; who holds it has not used it here.
    town.sync(&town.front);
    town.sync(&town.back);
    let rights = town.back.issuing()["rights"].clone();
    assert_eq!(
        rights,
        json!(["3号", "4号"]),
        "where it has people waiting, and nowhere else"
    );

    town.district.cut();
    let offline = town.front.output(&["sync"]);
    assert!(String::from_utf8_lossy(&offline.stderr).contains("连不上区级平台"));
    assert_eq!(
        town.back.vouchers(),
        u64::from(3 * HOMES),
        "leased before, issued without a network"
    );
    town.front.import("round", &reservations(2..=2));
    town.front.run(&["round", "pass", "1", "--all-checked"]);
    assert_eq!(town.front.vouchers(), u64::from(2 * HOMES), "at the same time");
    town.front.import("roster", &another_phone("13800000001"));
    town.back.import("roster", &another_phone("13800000002"));

    town.district.come_back();
    town.same();
    assert_eq!(town.front.vouchers(), u64::from(4 * HOMES));
    let masked = town.front.run(&["conflicts", "list"])[0]["values"][0]["value"]["text"].clone();
    assert_eq!(
        masked, "138****0002",
        "in the clear only where that is asked for, and then recorded"
    );
    let conflicts = town.front.run(&["conflicts", "list", "--clear"]);
    let values: Vec<&str> = conflicts[0]["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value["value"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        values,
        ["13800000002", "13800000001"],
        "the later in order holds, the other is kept"
    );
    assert_eq!(conflicts[0]["values"][1]["device"], "前台");
    let key = conflicts[0]["key"].as_str().unwrap();
    town.back.run(&["conflicts", "resolve", "--id", key, "--choose", "1"]);
    town.same();
    assert_eq!(town.front.run(&["conflicts", "list"]), json!([]));
    let found = town.front.run(&["roster", "find", "13800000001"]);
    assert_eq!(
        found.as_array().unwrap().len(),
        1,
        "the value brought back holds: {found}"
    );
}

#[test]
fn a_stick_carries_what_the_network_would_have() {
    let mut town = Town::new();
    town.same();
    town.district.cut();
    town.front.import("roster", &another_phone("13800000001"));
    let stick = town.front.text("给后台.llpkg");
    town.front.run(&["package", "export", "--for", "后台", "-o", &stick]);
    let taken = town.back.run(&["package", "import", &stick]);
    assert_eq!(
        (taken["operations"].as_u64(), &taken["missing"]),
        (Some(1), &json!([])),
        "{taken}"
    );
    assert_eq!(town.front.state(), town.back.state(), "without any network");
    let again = town.back.run(&["package", "import", &stick]);
    assert_eq!(again["operations"], 0, "twice is once");
    let foreign = town.front.output(&["package", "import", &stick]);
    assert!(
        String::from_utf8_lossy(&foreign.stderr).contains("后台"),
        "it says whose it is"
    );

    // The other PC hands over what it carries; its author hears of it later.
    town.district.come_back();
    let pushed = town.sync(&town.back);
    assert_eq!(pushed["exchanged"]["pushed"], 1, "{pushed}");
    assert_eq!(pushed["state"]["waiting"], 0);
    town.same();

    // From a stick in the other direction, with numbers that were given meanwhile.
    town.back.import("roster", &another_phone("13800000003"));
    town.sync(&town.back);
    let stick = town.back.text("给前台.llpkg");
    town.back.run(&["package", "export", "--for", "前台", "-o", &stick]);
    town.front.run(&["package", "import", &stick]);
    assert_eq!(town.front.state(), town.back.state());
    town.same();
}

#[test]
fn a_code_is_good_once_and_a_refused_pc_is_as_it_was() {
    let town = Town::new();
    let third = Office::empty();
    let url = town.district.url();
    let refused = third.output(&["join", &url, "0000-0000-0000", "--actor", "李敏"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("加入码不对"));
    assert!(!third.path("data/linli.db").exists(), "nothing is left of the try");
    let plain = third.output(&["join", "http://10.1.2.3:80", "0000-0000-0000"]);
    assert!(String::from_utf8_lossy(&plain.stderr).contains("https://"));
    let code = town.district.code();
    third.run(&["join", &url, &code, "--actor", "李敏"]);
    third.run(&["sync"]);
    assert_eq!(third.state(), town.front.state());
    let stranger = Office::empty();
    stranger.run(&["init", "--committee", "别的居委会"]);
    let used = stranger.output(&["join", &url, &code]);
    assert!(
        String::from_utf8_lossy(&used.stderr).contains("加入码不对"),
        "used before"
    );
    let other = stranger.output(&["join", &url, &town.district.code()]);
    assert!(
        String::from_utf8_lossy(&other.stderr).contains("别的居委会"),
        "{other:?}"
    );
}

#[test]
fn a_pc_put_back_to_an_old_backup_joins_again_with_what_it_did_since() {
    let town = Town::new();
    let backup = town.front.text("备份.linli");
    town.front.run(&["backup", "-o", &backup]);
    town.front.import("roster", &another_phone("13800000001"));
    town.same();
    let refused = town
        .front
        .output(&["join", &town.district.url(), &town.district.code()]);
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("已经加入"),
        "it belongs there"
    );

    town.front.run(&["restore", &backup]);
    town.front.import("roster", &another_phone("13800000002"));
    let refused = town.front.output(&["sync"]);
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("再次加入"),
        "{refused:?}"
    );
    town.join(&town.front, "前台新");
    town.same();
    let conflicts = town.back.run(&["conflicts", "list", "--clear"]);
    let values: Vec<&str> = conflicts[0]["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value["value"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        values,
        ["13800000002", "13800000001"],
        "both are there: what it did before, and since"
    );
}

/// Printed after the backup, put back to it, and joined before anybody looked at the papers.
#[test]
fn numbers_in_question_are_printed_by_no_other_pc_before_somebody_looked() {
    let folder = tempfile::tempdir().unwrap();
    let district = TestDistrict::start(folder.path());
    let (front, back) = (Office::empty(), Office::empty());
    front.run(&["init", "--committee", "牡丹一居", "--actor", "董敏"]);
    front.import("roster", &ESTATE.roster());
    let own = "campaign = \"口罩预约\"\nnumber = 1\ntitle = \"第1轮\"\nkey = \"household\"\nquota = 60\nmax_quantity = 5\n\
               opens = \"2020-02-02T08:00\"\ncloses = \"2020-02-04T20:00\"\n";
    std::fs::write(front.path("round.toml"), own).unwrap();
    front.run(&["round", "open", &front.text("round.toml")]);
    front.import("round", &reservations(1..=1));
    let backup = front.text("备份.linli");
    front.run(&["backup", "-o", &backup]);
    front.run(&["round", "pass", "1", "--all-checked"]);
    let printed = front.vouchers();
    assert!(printed > 0);
    front.run(&["restore", &backup]);
    let timeline = || front.run(&["round", "show", "1"])["timeline"].as_array().unwrap().len();
    let before = timeline();
    for _ in 0..2 {
        let refused = front.refusal_code(&["join", &district.url(), "0000-0000-0000", "--name", "前台"]);
        assert_eq!(
            (refused.as_str(), timeline()),
            ("exchange_failed", before),
            "nothing is written"
        );
    }
    for (office, name) in [(&front, "前台"), (&back, "后台")] {
        office.run(&[
            "join",
            &district.url(),
            &district.code(),
            "--name",
            name,
            "--actor",
            name,
        ]);
        office.run(&["sync"]);
    }
    assert_eq!(timeline(), before + 1, "the district is told once");
    back.run(&["round", "pass", "1", "--all-checked"]);
    // Asks for rights and numbers, which the other PC gives up when it hears of it.
    let tries = || {
        let out = (0..3).map(|_| {
            for office in [&back, &front, &back] {
                office.run(&["sync"]);
            }
            back.vouchers()
        });
        out.max()
    };
    let left = || back.run(&["round", "show", "1"])["summary"]["left"].as_u64();
    assert_eq!((tries(), left()), (Some(0), Some(0)), "they may be on paper");
    front.run(&["round", "printed-up-to", "1", &printed.to_string()]);
    let issued = tries();
    assert!(issued > Some(0), "the others are not: {}", back.issuing());
    assert_eq!(left(), issued.map(|issued| 60 - printed - issued));
}

/// Asks where the exchange stands until it is as wanted: it happens on a thread that tells nobody.
fn until(session: &Session, wanted: impl Fn(&ExchangeState) -> bool) -> ExchangeState {
    let begun = Instant::now();
    loop {
        let state = session.call("exchange_state", json!({})).unwrap();
        let state: ExchangeState = serde_json::from_value(state).unwrap();
        if wanted(&state) {
            return state;
        }
        assert!(begun.elapsed() < PATIENCE, "{state:?}");
        std::thread::sleep(LOOK);
    }
}

#[test]
fn beside_the_counter_it_exchanges_by_itself() {
    let mut town = Town::new();
    let folder = tempfile::tempdir().unwrap();
    let session = Session::new(SessionOptions {
        data: folder.path().join("data"),
        exports: folder.path().to_owned(),
        host: Box::new(OsHost),
    });
    session.exchange_in_background();
    session
        .join(&JoinRequest {
            url: Some(town.district.url()),
            code: Some(town.district.code()),
            device_name: "窗口".into(),
            actor: "李敏".into(),
            password: Some("邻里密码-2".into()),
            ..JoinRequest::default()
        })
        .unwrap();
    until(&session, |state| state.phase == ExchangePhase::Synced);
    let card = json!({ "name": "牡丹第一居民委员会" });
    session.call("committee_save", card).unwrap();
    until(&session, |state| {
        state.waiting > 0 || state.phase == ExchangePhase::Synced
    });
    let synced = until(&session, |state| {
        state.waiting == 0 && state.phase == ExchangePhase::Synced
    });
    assert!(synced.last_success.is_some());

    town.district.cut();
    session.call("exchange_now", json!({})).unwrap();
    let offline = until(&session, |state| state.phase == ExchangePhase::Offline);
    assert!(
        offline
            .problem
            .is_some_and(|problem| problem.text.contains("连不上区级平台"))
    );
    town.district.come_back();
    until(&session, |state| state.phase == ExchangePhase::Synced);
    town.same();
    assert_eq!(
        town.front.run(&["check"])["state_hash"],
        session.call("database_check", json!({})).unwrap()["state_hash"]
    );
}
