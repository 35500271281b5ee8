//! The OpenAPI document against the running program: schemathesis reads it, asks whatever it allows and forbids with the
//! token of a PC that has data, of a source, or of staff, and finds no server error and no answer that the document does not describe.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use linli_district::http::openapi_document;
use linli_domain::operation::Action;
use linli_protocol::{BODY_BYTES, LeaseRequest, PullRequest, PushRequest};
use linli_sync::{District as _, HttpDistrict};

use crate::command_line::Office;
use crate::office::{Pc, id, registered};

/// A round that is open now.
const ROUND: &str = "campaign = \"口罩预约\"\nnumber = 2\ntitle = \"第2轮口罩预约\"\nkey = \"household\"\nquota = 200\n\
                     max_quantity = 5\nopens = \"2020-02-02T08:00\"\ncloses = \"2099-02-04T20:00\"\n";
/// An order that a committee has, and one that the district answers itself.
const ORDERS: &str = "工单编号,标题,承办单位,区级直办\nP-1,漏水,牡丹一居委会,\nP-2,燃气味,,是\n";
/// Requests for each endpoint and phase.
const EXAMPLES: &str = "150";
/// The public key of a PC that joins.
const KEY: &str = "bnoc3Smwt4/ROvTFWY/v9O8qlxZuPKby5Pv8zYBQW/E=";
/// What is checked of every answer. Not that all that fits the document is taken: a signature can be as long as it
/// should and wrong. Nor that all that does not fit is refused: fields and headers of a newer program are ignored.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,missing_required_header,\
                      unsupported_method,allow_header_conformance,ignored_auth";

#[test]
fn schemathesis_finds_no_server_error() {
    let Ok(python) = std::env::var("LINLI_OPENAPI_PYTHON") else {
        eprintln!("SKIPPED: schemathesis, LINLI_OPENAPI_PYTHON names no Python (cargo xtask test does)");
        return;
    };
    let office = Office::new();
    office.lines(&["committee", "import", "committees.tsv"]);
    std::fs::write(office.path("round.toml"), ROUND).unwrap();
    office.lines(&["round", "open", "round.toml"]);
    std::fs::write(office.path("orders.csv"), ORDERS).unwrap();
    office.lines(&["push", "orders", "orders.csv", "--source", "热线"]);
    let server = office.serve(Stdio::null());
    let url = format!("http://{}", server.address);
    let (pc, round) = member_with_data(&office, &url);
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/openapi");
    let enrolled = pc.enrolled.as_ref().unwrap();
    let done = Command::new(python)
        .current_dir(office.path(""))
        .args([
            "-m",
            "schemathesis.cli",
            "run",
            &format!("{url}/v1/openapi.json"),
            "--no-color",
        ])
        .args([
            "--max-examples",
            EXAMPLES,
            "--seed",
            "1",
            "--checks",
            CHECKS,
            "--generation-database",
            "none",
        ])
        .env("PYTHONPATH", hooks)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("LINLI_TOKEN", &enrolled.token)
        .env("LINLI_SOURCE", office.lines(&["source", "add", "道口"])[0].trim())
        .env("LINLI_STAFF", staff_token(&office, &url))
        .env("LINLI_ROUND", round)
        .env("LINLI_COMMITTEE", enrolled.committee.to_string())
        .env(
            "LINLI_CODE",
            office.json(&["enrol-code", "1", "--url", &url])["code"]
                .as_str()
                .unwrap(),
        )
        .env("LINLI_KEY", KEY)
        .env("LINLI_DEVICE", pc.store.own_device().unwrap().id.0.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    let document = openapi_document();
    let endpoints: usize = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|methods| methods.as_object().unwrap().len())
        .sum();
    assert!(
        said.contains(&format!("Tested: {endpoints}\n")),
        "every endpoint: {said}"
    );
    for kind in ["tasks", "orders"] {
        let rows = office.json(&[kind, "list", "--source", "道口"]);
        let answers = rows.as_array().unwrap().iter().map(|one| &one["answer"]["state"]);
        let states: BTreeSet<&str> = answers.filter_map(|state| state.as_str()).collect();
        let played = ["damaged", "taken_back"];
        assert!(
            played.iter().all(|state| states.contains(state)),
            "{kind} were pushed and taken back: {states:?}"
        );
    }
    let counts = server.get("/metrics");
    for route in [
        "/v1/enrol",
        "/v1/push",
        "/v1/pull",
        "/v1/lease",
        "/v1/tasks",
        "/v1/tasks/take_back",
        "/v1/tasks/answers",
        "/v1/orders",
        "/v1/orders/recall",
        "/v1/orders/replies",
        "/staff/tasks.json",
        "/staff/orders.json",
        "/staff/orders/urge",
        "/staff/orders/answer",
        "/v1/time",
    ] {
        let good = format!("linli_requests_total{{route=\"{route}\",status=\"200\"}}");
        assert!(
            counts.contains(&good),
            "{route} was reached, not only its door: {counts}"
        );
    }
}

/// The token that staff show.
fn staff_token(office: &Office, url: &str) -> String {
    let link = office.lines(&["staff-link", "--url", url])[0].clone();
    link.split_once("token=").unwrap().1.trim().to_owned()
}

/// A PC that has joined, has a resident's reservation, numbers and a right; gives the round, too.
fn member_with_data(office: &Office, url: &str) -> (Pc, String) {
    let mut pc = Pc::alone();
    let code = office.json(&["enrol-code", "1", "--url", url])["code"]
        .as_str()
        .unwrap()
        .to_owned();
    let enrolled = HttpDistrict::new(url, None, None)
        .unwrap()
        .enrol(&pc.request(&code))
        .unwrap();
    let client = HttpDistrict::new(url, None, Some(&enrolled.token)).unwrap();
    pc.enrolled = Some(enrolled);
    let pulled = client.pull(&PullRequest { after: 0 }).unwrap();
    pc.store.receive(&pulled.devices, &pulled.parts).unwrap();
    let round = pc.store.view().rounds().unwrap()[0].id;
    pc.write(
        Action::ReservationRegistered,
        vec![registered(1, round, "1号", "101", "x")],
    );
    let parts = pc.store.view().waiting_parts(BODY_BYTES).unwrap();
    assert_eq!(client.push(&PushRequest { parts }).unwrap().verdicts.len(), 1);
    let lease = LeaseRequest {
        round,
        last_seq: 1,
        numbers: 20,
        areas: vec!["1号".into()],
    };
    client.lease(&lease).unwrap();
    assert_ne!(round, id(0));
    (pc, round.to_string())
}
