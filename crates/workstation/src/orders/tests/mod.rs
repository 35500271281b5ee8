//! Orders through the commands that the screens call, on PCs whose clocks are moved.

mod alarms;
mod days;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{NaiveDateTime, TimeDelta};
use linli_domain::operation::{Action, Change, EntityId, EntityKind, Note};
use linli_domain::order::{Order, OrderFact};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::time::{Moment, parse_local};
use linli_store::{Draft, Surroundings};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::app::SetupAlone;
use crate::{OsHost, Session, SessionOptions, Workstation};

/// A clock that stands until it is moved.
#[derive(Default)]
struct Stood {
    now: AtomicI64,
    ids: AtomicU64,
    /// Tells the ids of PCs apart.
    pc: u64,
}

impl Surroundings for Stood {
    fn now(&self) -> Moment {
        Moment(self.now.load(Ordering::Relaxed))
    }

    fn new_id(&self) -> Uuid {
        Uuid::from_u64_pair(self.pc, self.ids.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

fn moment(text: &str) -> Moment {
    let local: NaiveDateTime = parse_local(text).unwrap();
    Moment::from_local(local)
}

/// A PC of the committee.
struct Pc {
    session: Session,
    clock: Arc<Stood>,
    _folder: tempfile::TempDir,
}

impl Pc {
    /// One that was set up alone, at eight in the morning of 12 April 2022.
    fn new(pc: u64) -> Pc {
        let folder = tempfile::tempdir().unwrap();
        let mut session = Session::new(SessionOptions {
            data: folder.path().join("data"),
            exports: folder.path().to_owned(),
            host: Box::new(OsHost),
        });
        let clock = Arc::new(Stood { pc, ..Stood::default() });
        clock.now.store(moment("2022-04-12 08:00").0, Ordering::Relaxed);
        session.surroundings = clock.clone();
        let committee = SetupAlone {
            committee: "齐河二居".into(),
            district: None,
            actor: "董".into(),
            password: Some("邻里密码-1".into()),
        };
        session.set_up_alone(&committee).unwrap();
        Pc {
            session,
            clock,
            _folder: folder,
        }
    }

    fn ws(&self) -> Arc<Workstation> {
        self.session.ready().unwrap()
    }

    /// Sets the clock: forward, or back.
    fn at(&self, time: &str) {
        self.clock.now.store(moment(time).0, Ordering::Relaxed);
    }

    fn later(&self, minutes: i64) {
        let millis = TimeDelta::minutes(minutes).num_milliseconds();
        self.clock.now.fetch_add(millis, Ordering::Relaxed);
    }

    fn call(&self, name: &str, request: Value) -> Value {
        let answer = self.session.call(name, request);
        answer.unwrap_or_else(|refusal| panic!("{name}: {}", refusal.said.text))
    }

    fn refused(&self, name: &str, request: Value) -> (String, String) {
        let body = self.session.call(name, request).expect_err("this is refused");
        (body.said.code, body.said.text)
    }

    /// Puts somebody on the roster; their id.
    fn person(&self, name: &str, room: &str, more: Value, tags: &[&str]) -> String {
        let mut fields = json!({ "name": name, "address": format!("齐河路338弄12号{room}室") });
        let more = more.as_object().unwrap().clone();
        fields.as_object_mut().unwrap().extend(more);
        let request = json!({ "id": null, "fields": fields, "tags": tags, "anyway": true });
        self.call("resident_save", request)["id"].as_str().unwrap().to_owned()
    }

    /// The district gives an order; its id.
    fn given(&self, number: u64, title: &str, fields: &[(Field, &str)]) -> String {
        let id = EntityId(Uuid::from_u64_pair(u64::MAX, number));
        let own = [
            (Field::Title, title),
            (Field::Source, "12345"),
            (Field::Category, "物业"),
        ];
        let all = own.iter().chain(fields);
        let change = created(all.map(|(field, text)| (*field, Some((*text).to_owned()))));
        let written = self
            .ws()
            .write(Action::OrdersPushed, |_| Ok(vec![Draft::on::<Order>(id, change)]));
        written.unwrap();
        id.to_string()
    }

    /// The district says something of an order.
    fn told(&self, order: &str, fact: OrderFact) {
        let id = order.parse().unwrap();
        let written = self
            .ws()
            .write(Action::OrdersChanged, |_| Ok(vec![Draft::on::<Order>(id, fact)]));
        written.unwrap();
    }

    fn list(&self, wanted: Value) -> Value {
        let mut request = json!({ "page": { "offset": 0, "limit": 100 } });
        request
            .as_object_mut()
            .unwrap()
            .extend(wanted.as_object().unwrap().clone());
        self.call("order_list", request)
    }

    /// Titles of a list, in its order.
    fn titles(&self, wanted: Value) -> Vec<String> {
        let list = self.list(wanted);
        let rows = list["rows"].as_array().unwrap();
        rows.iter()
            .map(|row| row["title"].as_str().unwrap().to_owned())
            .collect()
    }

    fn card(&self, order: &str) -> Value {
        self.call("order_card", json!({ "id": order }))
    }

    fn contact(&self, order: &str) {
        self.call("order_contact", json!({ "ids": [order], "way": "phone", "note": null }));
    }

    fn reply(&self, order: &str, result: &str) {
        let request = json!({ "ids": [order], "result": result, "text": "已告知" });
        self.call("order_reply", request);
    }

    fn revisit(&self, order: &str, satisfaction: &str) {
        let request = json!({ "ids": [order], "satisfaction": satisfaction, "words": null });
        self.call("order_revisit", request);
    }
}
