//! Vouchers at the counters: one that is handed out at two between exchanges, and which numbers are good.

use chrono::NaiveDate;
use ed25519_dalek::SigningKey;
use linli_domain::operation::{Change, EntityId, SCHEMA};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::round::AGAIN_COLUMN;
use linli_domain::voucher::{self, Voucher};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::district::passed;
use crate::exchange::{Town, reservations, round};
use crate::office::{Office, number};

/// The cells of 全表's last column, under its heading.
fn again_column(office: &Office) -> Vec<String> {
    let path = office.text("全表.xlsx");
    office.run(&["round", "export", "1", "all", "-o", &path]);
    let grid = linli_documents::sheet::read_workbook("全表.xlsx", &std::fs::read(path).unwrap())
        .unwrap()
        .remove(0);
    let column = (0..).find(|column| grid.cell(1, *column).text == AGAIN_COLUMN).unwrap();
    let cells = (2..grid.height()).map(|row| grid.cell(row, column).text.to_owned());
    cells.filter(|text| !text.is_empty()).collect()
}

fn summary(office: &Office) -> Value {
    office.run(&["round", "show", "1"])["summary"].clone()
}

#[test]
fn one_voucher_handed_out_at_two_counters_is_shown_counted_and_decided_on() {
    let town = Town::new();
    town.district.open_round(round());
    town.same();
    town.front.import("round", &reservations(1..=1));
    town.front.run(&["round", "pass", "1", "--all-checked"]);
    town.sync(&town.front);
    town.front.vouchers();
    town.same();
    let (twice, once) = (voucher::number(1, 1), voucher::number(1, 2));
    // Neither counter knows of the other.
    town.front
        .run(&["round", "collect", "1", "--voucher", &twice, "--anyway"]);
    town.front
        .run(&["round", "collect", "1", "--voucher", &once, "--anyway"]);
    town.back
        .run(&["round", "collect", "1", "--voucher", &twice, "--anyway"]);
    town.same();
    for office in [&town.front, &town.back] {
        let summary = summary(office);
        assert_eq!(
            (number(&summary, "collected"), number(&summary, "handed_out_twice")),
            (2, 1),
            "{summary}"
        );
        let told = again_column(office);
        assert!(told.len() == 1 && told[0].contains("（后台），尚未查明"), "{told:?}");
        assert_eq!(number(&town.sync(office)["state"], "conflicts"), 1);
    }
    let of_district = || {
        (
            town.district.progress().collected,
            town.district.progress().handed_out_twice,
        )
    };
    assert_eq!(of_district(), (2, 1));
    let open = town.front.run(&["conflicts", "list"]);
    assert_eq!(
        (open.as_array().unwrap().len(), &open[0]["hand_out"]),
        (1, &json!(true)),
        "{open}"
    );
    let devices = [0, 1].map(|place| open[0]["values"][place]["device"].as_str().unwrap().to_owned());
    assert_eq!(
        devices,
        ["后台", "前台"],
        "goods over both, with the later one; or over the first only"
    );

    let key = open[0]["key"].as_str().unwrap();
    let all = town.back.run(&["conflicts", "resolve", "--all", "--choose", "0"]);
    assert_eq!(
        (number(&all, "changed"), of_district()),
        (0, (2, 1)),
        "nobody decides on hand-outs all at once"
    );
    let done = town.back.run(&["conflicts", "resolve", "--id", key, "--choose", "1"]);
    town.same();
    assert_eq!(town.front.run(&["conflicts", "list"]), json!([]));
    assert_eq!(
        (number(&summary(&town.front), "handed_out_twice"), of_district()),
        (0, (2, 0))
    );
    assert!(
        again_column(&town.front)[0].contains("已查明没有发"),
        "it stays in the record"
    );
    town.back.run(&["undo", &number(&done, "batch").to_string()]);
    town.same();
    assert_eq!(of_district(), (2, 1), "not decided any more");
    town.front.run(&["conflicts", "resolve", "--id", key, "--choose", "0"]);
    town.same();
    assert_eq!(
        (town.back.run(&["conflicts", "list"]), of_district()),
        (json!([]), (2, 1))
    );
    assert!(again_column(&town.back)[0].contains("已查明是重复领取"));
}

/// A voucher's text, signed.
fn text(key: &SigningKey, round: EntityId, serial: u32, quantity: u16) -> String {
    Voucher {
        round,
        serial,
        quantity,
        until: NaiveDate::from_ymd_opt(2020, 2, 8),
    }
    .qr_text(key)
}

#[test]
fn a_number_is_good_where_its_signer_had_it_and_what_is_not_known_here_is_said_so() {
    let town = Town::new();
    town.district.open_round(round());
    let mut pc = town.district.by_hand(77);
    let round = town.district.round();
    let said = |serial: u32, quantity: u16| {
        let output = town
            .back
            .output(&["voucher", "verify", &text(&pc.key, round, serial, quantity)]);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let (verdict, reason) = (
            answer["verdict"].as_str().unwrap(),
            answer["reason"]["text"].as_str().unwrap_or_default(),
        );
        assert_eq!(output.status.success(), verdict == "valid", "{answer}");
        (verdict.to_owned(), reason.to_owned())
    };
    let is = |serial: u32, quantity: u16, verdict: &str, words: &str| {
        let (is, reason) = said(serial, quantity);
        assert!(is == verdict && reason.contains(words), "{serial}: {is} {reason}");
    };
    // The PC has joined since, and got the first numbers.
    town.district.lease(&pc, 20);
    is(1, 5, "unknown", "不认得这个防伪签名");
    town.sync(&town.back);
    is(1, 5, "valid", "还没有收到它的登记");
    is(50, 5, "unknown", "没有收到签发的电脑分到这个号的消息");
    let refused = town
        .back
        .output(&["round", "collect", "1", "--voucher", &text(&pc.key, round, 1, 5)]);
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("请先同步再查"),
        "{refused:?}"
    );

    let entity = EntityId(Uuid::from_u128(4_711));
    let issued = |serial| Change::Reservation(ReservationFact::VoucherIssued { serial, quantity: 5 });
    let begun = created([
        (Field::Round, Some(round.to_string())),
        (Field::Name, Some("张三".into())),
        (Field::Building, Some("9号".into())),
        (Field::Room, Some("901".into())),
        (Field::Quantity, Some("5".into())),
    ]);
    town.district
        .push(&mut pc, SCHEMA, &[(entity, begun), (entity, passed())]);
    town.district.push(&mut pc, SCHEMA, &[(entity, issued(1))]);
    town.sync(&town.back);
    let said = |serial: u32, quantity: u16| {
        let output = town
            .back
            .output(&["voucher", "verify", &text(&pc.key, round, serial, quantity)]);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        (
            answer["verdict"].as_str().unwrap().to_owned(),
            answer["reason"]["text"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let is = |serial: u32, quantity: u16, verdict: &str, words: &str| {
        let (is, reason) = said(serial, quantity);
        assert!(is == verdict && reason.contains(words), "{serial}: {is} {reason}");
    };
    is(1, 5, "valid", "");
    is(1, 9, "unknown", "号重了");
    is(2, 5, "valid", "还没有收到它的登记");

    // Its key may be in anybody's hands.
    town.district.revoke(&pc);
    is(2, 5, "valid", "还没有收到它的登记");
    town.sync(&town.back);
    is(1, 5, "valid", "");
    is(2, 5, "invalid", "已停用");
    is(50, 5, "invalid", "已停用");
    let collected = |serial| {
        town.back
            .output(&["round", "collect", "1", "--voucher", &text(&pc.key, round, serial, 5)])
    };
    let refused = collected(2);
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("已停用"),
        "{refused:?}"
    );
    let good = collected(1);
    let answer: Value = serde_json::from_slice(&good.stdout).unwrap();
    // Out of its dates, which is another matter, or handed out.
    assert!(
        answer["refusal"].is_null() || answer["may_override"] == json!(true),
        "{answer}"
    );

    // Another committee's, or one made up.
    let stranger = SigningKey::from_bytes(&[1; 32]);
    let unknown = town.back.output(&["voucher", "verify", &text(&stranger, round, 1, 5)]);
    let answer: Value = serde_json::from_slice(&unknown.stdout).unwrap();
    assert_eq!(
        (&answer["verdict"], unknown.status.code()),
        (&json!("unknown"), Some(1)),
        "{answer}"
    );
    let alone = Office::empty();
    alone.run(&["init", "--committee", "别的居委会"]);
    let forged = alone.output(&["voucher", "verify", &text(&stranger, round, 1, 5)]);
    let answer: Value = serde_json::from_slice(&forged.stdout).unwrap();
    assert_eq!(answer["verdict"], "invalid", "alone there is nobody else: {answer}");
}
