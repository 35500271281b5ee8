//! A committee's data, and the commands on it, as a host calls them.

use linli_workstation::api::app::SetupAlone;
use linli_workstation::{Host, OsHost, Session, SessionOptions};
use serde_json::{Value, json};

const PASSWORD: &str = "邻里密码-1";

/// A committee's data, and the commands on it.
pub struct Desk {
    pub session: Session,
    _folder: tempfile::TempDir,
}

impl Desk {
    /// Newly set up.
    pub fn new() -> Desk {
        Desk::on(Box::new(OsHost))
    }

    /// The same on a PC of one's own.
    pub fn on(host: Box<dyn Host>) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let session = Session::new(SessionOptions {
            data: folder.path().join("data"),
            exports: folder.path().to_owned(),
            host,
        });
        let committee = SetupAlone {
            committee: "齐河二居".into(),
            district: None,
            actor: "董".into(),
            password: Some(PASSWORD.into()),
        };
        session.set_up_alone(&committee).unwrap();
        Desk {
            session,
            _folder: folder,
        }
    }

    /// Calls a command that must be done.
    pub fn call(&self, name: &str, request: Value) -> Value {
        self.session
            .call(name, request)
            .unwrap_or_else(|refusal| panic!("{name}: {}", refusal.said.text))
    }

    /// The code and the sentence of a refusal.
    pub fn refused(&self, name: &str, request: Value) -> (String, String) {
        let body = self.session.call(name, request).expect_err("this is refused");
        (body.said.code, body.said.text)
    }

    /// Puts somebody on the roster; their id.
    pub fn person(&self, name: &str, address: &str, more: Value) -> String {
        let mut fields = json!({ "name": name, "address": address });
        fields
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let saved = self.call(
            "resident_save",
            json!({ "id": null, "fields": fields, "tags": null, "anyway": true }),
        );
        saved["id"].as_str().unwrap().to_owned()
    }

    /// Opens a round that takes registrations now; its id.
    pub fn round(&self, number: u32, key: &str, quota: u32) -> String {
        let definition = json!({
            "campaign": "口罩预约", "number": number, "title": format!("第{number}轮"), "key": key, "quota": quota,
            "max_quantity": 5, "opens": "2020-01-01T08:00", "closes": "2999-01-01T20:00", "exclude_earlier": true,
            "pick_up": [
                { "name": "东门药房", "address": "", "hours": "", "buildings": ["1号"] },
                { "name": "西门药房", "address": "", "hours": "", "buildings": [] },
            ],
        });
        self.call("round_open", json!({ "id": null, "definition": definition }));
        let rounds = self.call("round_list", json!({}));
        let all = rounds["rounds"].as_array().unwrap();
        all.iter().find(|round| round["number"] == number).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Registers somebody of the roster; `how` overrides what stands in the request.
    pub fn register(&self, round: &str, resident: &str, how: Value) -> Value {
        let mut request = json!({
            "round": round, "resident": resident, "person": null, "quantity": 1, "pick_up": null, "note": null,
            "anyway": false, "finish": false,
        });
        request
            .as_object_mut()
            .unwrap()
            .extend(how.as_object().unwrap().clone());
        self.call("register", request)
    }

    /// Lays a round's vouchers out and saves them; what came of it.
    pub fn print_vouchers(&self, round: &str, reprint: bool) -> Value {
        let request = json!({ "kind": "vouchers", "round": round, "ids": null, "building": null, "reprint": reprint });
        let shown = self.call("paper", request);
        self.call("paper_save", json!({ "token": shown["token"], "path": null }))
    }

    /// The hash of the state, of data found whole.
    pub fn state(&self) -> Value {
        let report = self.call("database_check", json!({}));
        assert_eq!(report["problems"], json!([]));
        report["state_hash"].clone()
    }

    /// How many people a search finds.
    pub fn found(&self, query: &str) -> usize {
        self.call("roster_find", json!({ "query": query, "limit": 20 }))["residents"]
            .as_array()
            .unwrap()
            .len()
    }
}

/// How a job ended.
pub fn ended(desk: &Desk, started: &Value) -> Value {
    loop {
        let status = desk.call("job_status", json!({ "job": started["job"] }));
        if status["state"] != "running" {
            return status;
        }
        std::thread::yield_now();
    }
}
