//! The whole main job through the command line: import, round, vouchers, exports, paper.

use std::collections::HashSet;
use std::process::Command;

use linli_documents::sheet::read_workbook;
use serde_json::Value;

use crate::office::Office;

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("{key} in {value}"))
}

/// 10,000 residents: every damaged cell is reported with its place, and undo restores the state exactly.
#[test]
fn a_messy_sheet_is_reported_cell_by_cell_and_undone_exactly() {
    let office = Office::with_sample(4_400);
    let before = office.state();
    let roster = office.text("sample/roster.xlsx");
    let dry = office.run(&["roster", "import", &roster, "--dry-run"]);
    assert_eq!(office.state(), before, "a dry run writes nothing");
    let report = office.run(&["roster", "import", &roster]);
    assert!(number(&report, "added") > 9_900, "{}", report["added"]);
    assert_eq!(dry["added"], report["added"]);
    let truth: Vec<Value> = serde_json::from_slice(&std::fs::read(office.path("sample/truth.json")).unwrap()).unwrap();
    let reported: HashSet<(u64, String)> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (number(problem, "row"), problem["column"].as_str().unwrap().to_owned()))
        .collect();
    for damage in &truth {
        let place = (number(damage, "row"), damage["column"].as_str().unwrap().to_owned());
        assert!(reported.contains(&place), "not reported: {damage}");
    }
    let lost = |problem: &&Value| problem["code"] == "number_damaged";
    let damaged = truth.iter().filter(|damage| damage["kind"] == "excel_number").count();
    assert_eq!(report["problems"].as_array().unwrap().iter().filter(lost).count(), damaged);
    let again = office.run(&["roster", "import", &roster]);
    assert_eq!(number(&again, "added"), again["added"].as_u64().unwrap_or(0).min(damaged as u64), "{again:.300}");
    if again["batch"].is_number() {
        office.run(&["undo"]);
    }
    office.run(&["undo"]);
    assert_eq!(office.state(), before);
}

/// Played with the network cut, where the system lets us.
#[test]
fn the_main_job_from_import_to_paper() {
    let mut office = Office::with_sample(300);
    if office.cut_network() {
        no_network(&office);
    } else {
        eprintln!("SKIPPED: the network is not cut, this system lets nobody make a network namespace");
    }
    let sample = |name: &str| office.text(&format!("sample/{name}"));
    office.run(&["roster", "import", &sample("roster.csv")]);
    assert!(!office.run(&["roster", "find", "zhang"]).as_array().unwrap().is_empty());
    office.run(&["round", "open", &sample("round-1.toml")]);
    let imported = office.run(&["round", "import", "1", &sample("reservations-1.xlsx")]);
    let total = number(&imported, "added");
    let again = office.run(&["round", "import", "1", &sample("reservations-1.xlsx")]);
    assert_eq!((number(&again, "added"), number(&again, "unchanged")), (0, total), "twice is once");
    let checked = office.run(&["round", "check", "1"]);
    let with = |code: &str| {
        let found = |one: &&Value| one["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == code);
        checked.as_array().unwrap().iter().filter(found).count()
    };
    for code in ["already_reserved", "document_wrong", "over_quota", "registered_elsewhere"] {
        let expected = code != "registered_elsewhere"; // the csv has no registered addresses
        assert_eq!(with(code) > 0, expected, "{code}");
    }
    let passed = number(&office.run(&["round", "pass", "1", "--clear"]), "passed");
    assert!(passed > 20);
    let to_notify = office.text("待通知.xlsx");
    assert_eq!(number(&office.run(&["round", "export", "1", "to-notify", "-o", &to_notify]), "rows"), passed);
    office.run(&["round", "notify", "1", "--by", "phone"]);
    office.run(&["round", "vouchers", "1", "-o", &office.text("凭证.pdf")]);
    let refused = office.output(&["round", "vouchers", "1", "-o", &office.text("又.pdf")]);
    assert_eq!(refused.status.code(), Some(1), "nothing new to print");
    assert!(!office.path("又.pdf").exists());
    let notified = office.run(&["round", "export", "1", "notified"]);
    assert_eq!(number(&notified, "rows"), passed);
    let name = notified["file_name"].as_str().unwrap();
    assert!(name.starts_with("齐河二居_第1轮已通知购买_") && name.ends_with(".xlsx"), "{name}");
    let sheet = &read_workbook(name, &std::fs::read(office.path(name)).unwrap()).unwrap()[0];
    assert_eq!(u64::from(sheet.height()), passed + 2, "title, header, rows");
    assert_eq!(sheet.width(), 22);
    let voucher = sheet.cell(2, 18).text.to_owned();
    printed_names_are_those_of_the_sheet(&office, sheet);
    collect_once(&office, &voucher);
    office.state();
}

/// A voucher in somebody's hand: the decision behind it is corrected with a reason, never taken back in passing.
#[test]
fn a_decision_stands_once_its_voucher_is_out() {
    let office = Office::with_round(60);
    let checked = office.run(&["round", "check", "1"]);
    let clear = checked.as_array().unwrap().iter().find(|one| one["findings"] == serde_json::json!([])).unwrap();
    let passed = office.run(&["round", "pass", "1", "--clear"]);
    let batch = passed["batch"].to_string();
    office.run(&["round", "notify", "1", "--by", "phone"]);
    office.run(&["undo"]);
    office.run(&["round", "vouchers", "1", "-o", &office.text("凭证.pdf")]);
    let issued = office.state();
    let id = clear["id"].as_str().unwrap();
    let refusals: [(&[&str], &str); 3] = [
        (&["undo"], "凭证 01-00001-7 等"),
        (&["undo", &batch], "凭证 01-00001-7 等"),
        (&["round", "reject", "1", "--reason", "重复", "--id", id], "凭证 01-"),
    ];
    for (refused, named) in refusals {
        let output = office.output(refused);
        assert_eq!(output.status.code(), Some(1), "{refused:?}");
        let reason = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(reason.contains(named) && reason.contains("退回"), "{reason}");
        assert_eq!(office.state(), issued, "{refused:?}");
    }
    office.run(&["round", "notify", "1", "--by", "paper"]);
    office.run(&["undo"]);
    assert_eq!(office.state(), issued, "what does not touch the voucher is still taken back");
}

/// A connection that works here fails there: there is no interface but a loopback that is down.
fn no_network(office: &Office) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let connect = format!("exec 3<>/dev/tcp/{}", listener.local_addr().unwrap().to_string().replace(':', "/"));
    assert!(Command::new("bash").args(["-c", &connect]).status().unwrap().success(), "the listener listens");
    let refused = office.alongside("bash", &["-c", &connect]);
    assert!(!refused.status.success(), "there is a way out");
    let interfaces = String::from_utf8(office.alongside("cat", &["/proc/self/net/dev"]).stdout).unwrap();
    let interfaces: Vec<&str> = interfaces.lines().skip(2).filter_map(|line| line.split(':').next()).collect();
    assert_eq!(interfaces.iter().map(|name| name.trim()).collect::<Vec<_>>(), ["lo"]);
}

fn printed_names_are_those_of_the_sheet(office: &Office, sheet: &linli_domain::import::Grid) {
    let Ok(text) = Command::new("pdftotext").arg(office.path("凭证.pdf")).arg("-").output() else {
        eprintln!("skipped: no pdftotext here");
        return;
    };
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    for row in 2..sheet.height() {
        assert!(text.contains(sheet.cell(row, 2).text), "{} is printed", sheet.cell(row, 2).text);
        assert!(text.contains(sheet.cell(row, 18).text), "{} is printed", sheet.cell(row, 18).text);
    }
}

fn collect_once(office: &Office, voucher: &str) {
    let late = office.output(&["round", "collect", "1", "--voucher", voucher]);
    assert_eq!(late.status.code(), Some(1), "the sample's dates are over");
    office.run(&["round", "collect", "1", "--voucher", voucher, "--anyway"]);
    let twice = office.output(&["round", "collect", "1", "--voucher", voucher, "--anyway"]);
    assert_eq!(twice.status.code(), Some(1), "a voucher is served once");
    let forged = office.output(&["voucher", "verify", "LL1AAAA"]);
    assert_eq!(forged.status.code(), Some(1));
    assert_eq!(office.output(&["round", "pass", "1"]).status.code(), Some(2), "usage");
}

/// Names, phones and ID numbers stand nowhere in the clear in the data folder or in a backup.
#[test]
fn nothing_personal_is_found_by_scanning_the_files() {
    let office = Office::with_round(150);
    office.run(&["round", "pass", "1", "--clear"]);
    office.run(&["backup", "-o", &office.text("data/备份.linli")]);
    let csv = std::fs::read(office.path("sample/roster.csv")).unwrap();
    let grid = &read_workbook("roster.csv", &csv).unwrap()[0];
    let mut planted: Vec<Vec<u8>> = vec!["齐河二居".as_bytes().to_vec()];
    for row in 1..grid.height() {
        for column in [0, 2, 3] {
            let text = grid.cell(row, column).text;
            if text.len() >= 6 {
                planted.push(text.as_bytes().to_vec());
            }
        }
    }
    assert!(planted.len() > 500);
    let mut scanned = 0;
    for entry in std::fs::read_dir(office.path("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            scanned += bytes.len();
            let starts: HashSet<[u8; 6]> = bytes.windows(6).map(|window| window.try_into().unwrap()).collect();
            let found = planted.iter().find(|text| starts.contains(&text[..6]));
            assert!(found.is_none(), "{found:?} in {}", path.display());
        }
    }
    assert!(scanned > 500_000, "{scanned} bytes");
}

/// Killed at any moment: what was acknowledged is there, the data is whole, and no half file lies about.
#[test]
fn killing_the_program_loses_nothing_acknowledged() {
    let office = Office::with_round(250);
    let acknowledged = office.state();
    let steps: [&[&str]; 4] = [
        &["roster", "import", "sample/roster.xlsx"],
        &["round", "pass", "1", "--clear"],
        &["round", "export", "1", "all", "-o", "全表.xlsx"],
        &["backup", "-o", "备份.linli"],
    ];
    let mut killed = 0;
    for round in 0..6u64 {
        for arguments in steps {
            let mut child = office.start(arguments);
            std::thread::sleep(std::time::Duration::from_millis(40 + 110 * round));
            killed += usize::from(child.try_wait().unwrap().is_none());
            let _ = child.kill();
            child.wait().unwrap();
            let state = office.state();
            if arguments[0] == "backup" || arguments[1] == "export" || state == acknowledged {
                continue;
            }
            // The step was through: taken back, so that the next round kills it again.
            office.run(&["undo"]);
            assert_eq!(office.state(), acknowledged);
        }
        for file in ["全表.xlsx", "备份.linli"] {
            if let Ok(bytes) = std::fs::read(office.path(file)) {
                assert!(file == "备份.linli" || read_workbook(file, &bytes).is_ok(), "{file} is whole");
            }
        }
    }
    assert!(killed > 4, "{killed} runs were killed");
}
