//! What a district pushes to this PC, through the commands that the screens call.

use linli_domain::happened::Cause;
use linli_domain::operation::{Action, EntityId};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::task::{Task, TaskFact};
use linli_store::Draft;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::app::SetupAlone;
use crate::{OsHost, Session, SessionOptions};

/// A PC to which rows come.
struct Pc {
    session: Session,
    _folder: tempfile::TempDir,
}

impl Pc {
    fn new() -> Pc {
        let folder = tempfile::tempdir().unwrap();
        let session = Session::new(SessionOptions {
            data: folder.path().join("data"),
            exports: folder.path().to_owned(),
            host: Box::new(OsHost),
        });
        let committee = SetupAlone {
            committee: "齐河二居".into(),
            district: None,
            actor: "董".into(),
            password: Some("邻里密码-1".into()),
        };
        session.set_up_alone(&committee).unwrap();
        Pc {
            session,
            _folder: folder,
        }
    }

    fn call(&self, name: &str, request: Value) -> Value {
        let answer = self.session.call(name, request);
        answer.unwrap_or_else(|refusal| panic!("{name}: {}", refusal.said.text))
    }

    fn refused(&self, name: &str, request: Value) -> String {
        self.session.call(name, request).expect_err("this is refused").said.text
    }

    fn person(&self, name: &str, room: &str) -> String {
        let fields = json!({ "name": name, "address": format!("齐河路338弄12号{room}室") });
        let request = json!({ "id": null, "fields": fields, "tags": null, "anyway": true });
        self.call("resident_save", request)["id"].as_str().unwrap().to_owned()
    }

    /// A source pushes a row about somebody; its id.
    fn pushed(&self, number: u128, (name, room): (&str, &str), questions: &str) -> String {
        let id = EntityId(Uuid::from_u128(number));
        let fields = [
            (Field::Name, name.to_owned()),
            (Field::Address, format!("齐河路338弄12号{room}室")),
            (Field::Source, format!("来源{number}")),
            (Field::Deadline, "2999-02-02T13:24:00".to_owned()),
            (Field::Questions, questions.to_owned()),
        ];
        let change = created(fields.map(|(field, text)| (field, Some(text))));
        let ws = self.session.ready().unwrap();
        ws.write(Action::TasksPushed, |_| Ok(vec![Draft::on::<Task>(id, change)]))
            .unwrap();
        id.to_string()
    }

    /// The district writes a fact.
    fn told(&self, task: &str, fact: TaskFact) {
        let ws = self.session.ready().unwrap();
        let id = task.parse().unwrap();
        ws.write(Action::TasksTakenBack, |_| Ok(vec![Draft::on::<Task>(id, fact)]))
            .unwrap();
    }

    fn visit(&self, task: &str, learnt: Value) -> Value {
        json!({ "ids": [task], "way": "door", "outcome": "found", "learnt": learnt, "note": null })
    }
}

fn taken_back(reason: &str, cause: Cause) -> TaskFact {
    let reason = reason.to_owned();
    TaskFact::TakenBack { reason, cause }
}

#[test]
fn an_answer_to_what_nobody_asks_or_that_is_none_of_the_choices_is_refused() {
    let pc = Pc::new();
    pc.person("张三丰", "501");
    let asks = r#"[{"name":"返沪日期"},{"name":"症状","choices":["有","无"]}]"#;
    let task = pc.pushed(1, ("张三丰", "501"), asks);
    let refused = |learnt| pc.refused("task_visit", pc.visit(&task, learnt));
    assert_eq!(
        refused(json!({ "病状": "无" })),
        "了解到的情况：来源没有问“病状”，问的是：返沪日期、症状"
    );
    assert_eq!(refused(json!({ "症状": "没有" })), "了解到的情况：“症状”只能答：有、无");
    let visits = || pc.call("task_card", json!({ "id": task }))["visits"].clone();
    assert_eq!(visits(), json!([]), "nothing was written");
    pc.call("task_visit", pc.visit(&task, json!({ "症状": " 无 ", "返沪日期": "" })));
    assert_eq!(visits()[0]["learnt"], json!({ "症状": "无" }));
    pc.person("李四光", "502");
    let silent = pc.pushed(2, ("李四光", "502"), "[]");
    let said = pc.refused("task_visit", pc.visit(&silent, json!({ "症状": "无" })));
    assert_eq!(said, "了解到的情况：来源没有问“症状”，这几行什么也没有问");
}

#[test]
fn rail_today_and_trays_count_the_rows_of_the_list() {
    let pc = Pc::new();
    pc.person("张三丰", "501");
    pc.pushed(1, ("张三丰", "501"), "[]");
    pc.pushed(2, ("张三丰", "501"), "[]");
    pc.pushed(3, ("王二", "9999"), "[]");
    let rail = || pc.call("changes_since", json!({ "version": 0 }))["counts"]["to_verify"].clone();
    let page = json!({ "offset": 0, "limit": 10 });
    let list = pc.call("task_list", json!({ "pressing": false, "page": page }));
    let trays = list["counts"].as_array().unwrap();
    let open: u64 = trays.iter().map(|tray| tray["count"].as_u64().unwrap()).sum();
    assert_eq!((open, &list["total"]), (2, &json!(2)), "two sources ask for one person");
    assert_eq!(rail(), 2);
    let due = &pc.call("today", json!({}))["due"][0];
    assert_eq!((&due["code"], &due["count"]), (&json!("to_verify"), &json!(2)), "{due}");
    // What is known is kept while others work on something else, and not a moment longer.
    pc.call(
        "committee_save",
        json!({ "name": "齐河三居", "district": null, "phone": null, "address": null }),
    );
    assert_eq!(rail(), 2);
    let person = list["rows"].as_array().unwrap().iter().find(|row| row["tasks"] == 2);
    let person = person.unwrap()["id"].as_str().unwrap();
    pc.call("task_visit", pc.visit(person, json!({})));
    assert_eq!(rail(), 1);
}

#[test]
fn a_row_says_who_took_it_back_and_an_answered_one_keeps_the_committees_own_reason() {
    let pc = Pc::new();
    pc.person("张三丰", "501");
    let seen = |task: &str| {
        let card = pc.call("task_card", json!({ "id": task }));
        let said = &card["timeline"][0]["text"];
        (
            card["row"]["tray"].clone(),
            card["row"]["cause"].clone(),
            card["reason"].clone(),
            card["taken_back"].clone(),
            said.as_str().unwrap().to_owned(),
        )
    };
    let cases = [
        (1, Cause::Source, "source", "来源已撤回：甲"),
        (2, Cause::PassedOn, "passed_on", "区级平台转走了这一条：甲"),
        (3, Cause::Answered, "answered", "不用再办：甲"),
    ];
    for (number, cause, code, line) in cases {
        let task = pc.pushed(number, ("张三丰", "501"), "[]");
        pc.call("task_return", json!({ "ids": [task], "reason": "不是本辖区" }));
        pc.told(&task, taken_back("甲", cause));
        let (back, own, theirs) = (json!("taken_back"), json!("不是本辖区"), json!("甲"));
        assert_eq!(seen(&task), (back, json!(code), own, theirs, line.to_owned()));
    }
    let answered = pc.pushed(4, ("张三丰", "501"), "[]");
    pc.call("task_visit", pc.visit(&answered, json!({})));
    pc.told(&answered, taken_back("转给别处", Cause::PassedOn));
    let (tray, cause, own, theirs, _) = seen(&answered);
    assert_eq!((tray, cause), (json!("answered"), json!("passed_on")));
    assert_eq!(
        (own, theirs),
        (Value::Null, json!("转给别处")),
        "the district's, not ours"
    );
    // As a district wrote it that says nothing of the cause.
    let silent: TaskFact = serde_json::from_str(r#"{"taken_back":{"reason":"误推"}}"#).unwrap();
    assert_eq!(silent, taken_back("误推", Cause::Source));
    assert_eq!(
        serde_json::to_string(&silent).unwrap(),
        r#"{"taken_back":{"reason":"误推"}}"#,
        "and as an older PC writes it"
    );
}

#[test]
fn a_residents_card_tells_of_their_tasks_whether_some_are_open_or_none() {
    let pc = Pc::new();
    let (zhang, li) = (pc.person("张三丰", "501"), pc.person("李四光", "502"));
    let (theirs, other) = (
        pc.pushed(1, ("张三丰", "501"), "[]"),
        pc.pushed(2, ("李四光", "502"), "[]"),
    );
    let lines = |resident: &str| {
        let card = pc.call("resident_card", json!({ "id": resident }));
        let lines = card["timeline"].as_array().unwrap().clone();
        lines.iter().filter(|line| line["text"] == "上门核查：找到本人").count()
    };
    pc.call("task_visit", pc.visit(&theirs, json!({})));
    assert_eq!((lines(&zhang), lines(&li)), (1, 0), "one is open");
    pc.call("task_visit", pc.visit(&other, json!({})));
    assert_eq!((lines(&zhang), lines(&li)), (1, 1), "none is");
    pc.call("resident_merge", json!({ "keep": li, "drop": zhang, "take": [] }));
    assert_eq!(lines(&li), 2, "theirs who was merged into them");
}
