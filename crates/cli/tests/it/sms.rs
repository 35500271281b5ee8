//! A message to a resident: asked for on a PC, sent by the district, its result back on the reservation.

use serde_json::json;

use crate::district::TestDistrict;
use crate::office::Office;

const ROUND: &str = "campaign = \"口罩预约\"\nnumber = 1\ntitle = \"第1轮口罩预约\"\nkey = \"household\"\nquota = 9\n\
                     max_quantity = 5\nopens = \"2020-02-02T08:00\"\ncloses = \"2020-02-04T20:00\"\n";
const RESERVATIONS: &str = "提交时间,姓名,手机号码,小区,楼栋,室号,预约数量\n\
                            2020-02-02 08:01,张敏,13912340101,牡丹路1弄,1号,101,5\n\
                            2020-02-02 08:02,李强,021-58880000,牡丹路1弄,1号,102,5\n";

fn passed(office: &Office) {
    std::fs::write(office.path("round.toml"), ROUND).unwrap();
    std::fs::write(office.path("sheet.csv"), RESERVATIONS).unwrap();
    office.run(&["round", "open", &office.text("round.toml")]);
    office.run(&["round", "import", "1", &office.text("sheet.csv")]);
    office.run(&["round", "pass", "1", "--all-checked"]);
}

#[test]
fn the_district_sends_it_once_and_the_result_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let district = TestDistrict::start(folder.path());
    let office = Office::empty();
    office.run(&["join", &district.url(), &district.code(), "--actor", "董敏"]);
    passed(&office);
    let ask = || office.run(&["round", "notify", "1", "--by", "sms"]);
    let counts = |asked: u64, waiting: u64, no_mobile: u64| {
        move |said: &serde_json::Value| {
            (&said["asked"], &said["waiting"], &said["no_mobile"])
                == (&json!(asked), &json!(waiting), &json!(no_mobile))
        }
    };
    assert!(counts(1, 0, 1)(&ask()), "a landline gets none");
    assert!(counts(0, 1, 1)(&ask()), "asked for once");
    assert_eq!(
        office.run(&["round", "show", "1"])["summary"]["to_notify"],
        2,
        "asking is not telling"
    );
    assert_eq!(
        office.run(&["undo"])["said"]["text"],
        "审核（2 条）",
        "a message that was asked for may be sent already"
    );
    office.run(&["sync"]);
    assert_eq!(
        district.send_messages(),
        [""; 0],
        "nobody is told of a pass that was taken back"
    );
    office.run(&["sync"]);
    office.run(&["round", "pass", "1", "--all-checked"]);
    assert!(counts(1, 0, 1)(&ask()), "asked for again");

    office.run(&["sync"]);
    assert_eq!(district.send_messages(), ["13912340101"]);
    assert_eq!(district.send_messages(), [""; 0]);
    office.run(&["sync"]);
    let summary = office.run(&["round", "show", "1"])["summary"].clone();
    assert_eq!(summary["notified"], 1, "{summary}");
    assert_eq!(office.run(&["check"])["problems"], json!([]));
}

#[test]
fn without_a_district_nobody_sends() {
    let office = Office::empty();
    office.run(&["init", "--committee", "牡丹一居", "--actor", "董敏"]);
    passed(&office);
    let refused = office.output(&["round", "notify", "1", "--by", "sms"]);
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("区级平台"),
        "{refused:?}"
    );
}
