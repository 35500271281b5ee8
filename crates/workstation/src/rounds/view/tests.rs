use serde_json::{Value, json};

use super::*;
use crate::api::app::SetupAlone;
use crate::{OsHost, Session, SessionOptions};

/// A committee's data with a round, worked on by commands; after each, the round in memory is held against one read anew.
struct Desk {
    session: Session,
    round: EntityId,
    _folder: tempfile::TempDir,
}

/// Everything that a view says.
type Said = (
    Vec<ReservationState>,
    Vec<Vec<Finding>>,
    Vec<Option<ReservationRow>>,
    u32,
    Vec<Option<usize>>,
);

fn said(view: &RoundView) -> String {
    let rows = (0..view.reservations.len()).map(|place| view.row(place)).collect();
    let places = view.reservations.iter().map(|one| view.place(one.id)).collect();
    let said: Said = (
        view.reservations.to_vec(),
        view.findings.clone(),
        rows,
        view.issuing.free,
        places,
    );
    format!("{said:#?}")
}

impl Desk {
    fn new(key: &str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let session = Session::new(SessionOptions {
            data,
            exports: folder.path().to_owned(),
            host: Box::new(OsHost),
        });
        let committee = "齐河二居".to_owned();
        let password = Some("邻里密码-1".into());
        session
            .set_up_alone(&SetupAlone {
                committee,
                district: None,
                actor: "董".into(),
                password,
            })
            .unwrap();
        let mut desk = Desk {
            session,
            round: EntityId(uuid::Uuid::nil()),
            _folder: folder,
        };
        desk.open(1, key);
        desk
    }

    fn call(&self, name: &str, request: Value) -> Value {
        self.session
            .call(name, request)
            .unwrap_or_else(|refusal| panic!("{name}: {}", refusal.said.text))
    }

    fn open(&mut self, number: u32, key: &str) {
        let definition = json!({
            "campaign": "口罩预约", "number": number, "title": format!("第{number}轮"), "key": key, "quota": 9,
            "max_quantity": 5, "opens": "2020-01-01T08:00", "closes": "2999-01-01T20:00", "exclude_earlier": true,
        });
        self.call("round_open", json!({ "id": null, "definition": definition }));
        let rounds = self.call("round_list", json!({}));
        self.round = rounds["rounds"][0]["id"].as_str().unwrap().parse().unwrap();
    }

    fn person(&self, name: &str, address: &str) -> Value {
        let fields = json!({ "name": name, "address": address });
        self.call(
            "resident_save",
            json!({ "id": null, "fields": fields, "tags": null, "anyway": true }),
        )["id"]
            .clone()
    }

    fn register(&self, resident: &Value, person: Value, at: &str) -> Value {
        let request = json!({
            "round": self.round.to_string(), "resident": resident, "person": person, "quantity": 1, "pick_up": null,
            "note": at, "anyway": true, "finish": false,
        });
        self.call("register", request)["reservation"]["id"].clone()
    }

    fn view(&self) -> std::sync::Arc<RoundView> {
        self.session.ready().unwrap().round(self.round).unwrap()
    }

    /// Does something, and looks whether the round in memory, brought up, is the one that is read anew.
    fn after(&self, what: &str, brought_up: bool, act: impl FnOnce(&Desk)) {
        let ws = self.session.ready().unwrap();
        let version = self.view().version;
        let before = RoundView::load(&ws, self.round, version).unwrap();
        act(self);
        let now = Version {
            data: ws.store().view().version().unwrap(),
            ..version
        };
        let touched = before.touched(ws.store().view(), now).unwrap();
        assert_eq!(touched.is_some(), brought_up, "{what}");
        let anew = said(&RoundView::load(&ws, self.round, now).unwrap());
        assert_eq!(said(&self.view()), anew, "{what}");
    }
}

#[test]
fn a_round_that_is_brought_up_is_the_one_that_is_read_anew() {
    for key in ["person", "household", "address"] {
        let mut desk = Desk::new(key);
        let homes = ["齐河路338弄1号101", "齐河路338弄1号102", "齐河路338弄2号201"];
        let people: Vec<Value> = (0..36)
            .map(|n| desk.person(&format!("居民{n:02}"), homes[n % 3]))
            .collect();
        let ids: Vec<Value> = people.iter().map(|id| desk.register(id, Value::Null, "")).collect();
        let stranger = json!({ "name": "居民01", "address": homes[1] });
        desk.view();
        desk.after("pass", true, |desk| {
            _ = desk.call("review", json!({ "ids": [ids[0]], "decision": "passed" }))
        });
        desk.after("pass three", true, |desk| {
            _ = desk.call("review", json!({ "ids": ids[1..4], "decision": "passed" }));
        });
        desk.after("turn down", true, |desk| {
            let request = json!({ "ids": [ids[4]], "decision": "rejected", "reason": "重复" });
            _ = desk.call("review", request);
        });
        desk.after("somebody registers", true, |desk| {
            _ = desk.register(&people[5], Value::Null, "再来")
        });
        desk.after("a stranger registers", true, |desk| {
            _ = desk.register(&Value::Null, stranger, "")
        });
        desk.after("correct", true, |desk| {
            _ = desk.call("reservation_correct", json!({ "id": ids[6], "quantity": 9 }));
        });
        desk.after("tell", true, |desk| {
            let request = json!({ "ids": [ids[0]], "channel": "phone", "outcome": "reached", "note": null });
            _ = desk.call("notify", request);
        });
        desk.after("print", true, |desk| {
            let round = desk.round.to_string();
            let request = json!({
                "kind": "vouchers", "round": round, "ids": null, "building": null, "reprint": false,
            });
            let shown = desk.call("paper", request);
            desk.call("paper_save", json!({ "token": shown["token"], "path": null }));
        });
        desk.after("withdraw", true, |desk| {
            desk.call("reservation_withdraw", json!({ "id": ids[7], "reason": "不要了" }));
        });
        desk.after("take back", false, |desk| _ = desk.call("undo_last", json!({})));
        desk.after("bring back", false, |desk| _ = desk.call("redo_last", json!({})));
        desk.after("the roster", false, |desk| _ = desk.person("新来的", homes[2]));
        desk.after("nothing", true, |_| ());
        desk.open(2, key);
        desk.view();
        desk.after("pass in the next round", false, |desk| {
            _ = desk.call("review", json!({ "ids": [ids[10]], "decision": "passed" }));
        });
    }
}
