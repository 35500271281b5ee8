//! The whole main job through the command line: import, round, vouchers, exports, paper.

use std::process::Command;

use linli_documents::sheet::read_workbook;
use serde_json::Value;

use crate::office::{Office, number};

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
    assert_eq!(
        (number(&again, "added"), number(&again, "unchanged")),
        (0, total),
        "twice is once"
    );
    let checked = office.run(&["round", "check", "1"]);
    let with = |code: &str| {
        let found = |one: &&Value| {
            one["findings"]
                .as_array()
                .unwrap()
                .iter()
                .any(|finding| finding["code"] == code)
        };
        checked.as_array().unwrap().iter().filter(found).count()
    };
    for code in [
        "already_reserved",
        "document_wrong",
        "over_quota",
        "registered_elsewhere",
    ] {
        let expected = code != "registered_elsewhere"; // the csv has no registered addresses
        assert_eq!(with(code) > 0, expected, "{code}");
    }
    let passed = number(&office.run(&["round", "pass", "1", "--clear"]), "passed");
    assert!(passed > 20);
    let to_notify = office.text("待通知.xlsx");
    assert_eq!(
        number(
            &office.run(&["round", "export", "1", "to-notify", "-o", &to_notify]),
            "rows"
        ),
        passed
    );
    office.run(&["round", "notify", "1", "--by", "phone"]);
    office.run(&["round", "vouchers", "1", "-o", &office.text("凭证.pdf")]);
    let refused = office.output(&["round", "vouchers", "1", "-o", &office.text("又.pdf")]);
    assert_eq!(refused.status.code(), Some(1), "nothing new to print");
    assert!(!office.path("又.pdf").exists());
    let notified = office.run(&["round", "export", "1", "notified"]);
    assert_eq!(number(&notified, "rows"), passed);
    let name = notified["file_name"].as_str().unwrap();
    assert!(
        name.starts_with("齐河二居_第1轮已通知购买_") && name.ends_with(".xlsx"),
        "{name}"
    );
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
    let clear = checked
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["findings"] == serde_json::json!([]))
        .unwrap();
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
    assert_eq!(
        office.state(),
        issued,
        "what does not touch the voucher is still taken back"
    );
}

/// A connection that works here fails there: there is no interface but a loopback that is down.
fn no_network(office: &Office) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let connect = format!(
        "exec 3<>/dev/tcp/{}",
        listener.local_addr().unwrap().to_string().replace(':', "/")
    );
    assert!(
        Command::new("bash").args(["-c", &connect]).status().unwrap().success(),
        "the listener listens"
    );
    let refused = office.alongside("bash", &["-c", &connect]);
    assert!(!refused.status.success(), "there is a way out");
    let interfaces = String::from_utf8(office.alongside("cat", &["/proc/self/net/dev"]).stdout).unwrap();
    let interfaces: Vec<&str> = interfaces
        .lines()
        .skip(2)
        .filter_map(|line| line.split(':').next())
        .collect();
    assert_eq!(interfaces.iter().map(|name| name.trim()).collect::<Vec<_>>(), ["lo"]);
}

fn printed_names_are_those_of_the_sheet(office: &Office, sheet: &linli_domain::import::Grid) {
    let Ok(text) = Command::new("pdftotext").arg(office.path("凭证.pdf")).arg("-").output() else {
        eprintln!("skipped: no pdftotext here");
        return;
    };
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    for row in 2..sheet.height() {
        assert!(
            text.contains(sheet.cell(row, 2).text),
            "{} is printed",
            sheet.cell(row, 2).text
        );
        assert!(
            text.contains(sheet.cell(row, 18).text),
            "{} is printed",
            sheet.cell(row, 18).text
        );
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
