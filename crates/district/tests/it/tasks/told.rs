//! What sources are told of their rows, what only staff are, and how long either is kept.

use axum::body::Body;
use axum::http::Request;
use linli_district::pushed::forget::KEPT;
use linli_district::pushed::list::{Listed, Which};
use linli_district::pushed::push::{Incoming, Push, Verdict};
use linli_district::pushed::route::{Routed, Routing};
use linli_district::pushed::source::Source;
use linli_district::pushed::{Said, Standing, TaskRow};
use linli_district::{District, Error};
use linli_domain::item::Item as _;
use linli_domain::operation::EntityId;
use linli_domain::task::{TaskStage, VisitOutcome};
use linli_domain::time::Moment;
use serde_json::{Value, json};

use super::{pushed, row, state, task_of, told, verdicts, visit};
use crate::databases;
use crate::http::{bytes, send, served};
use crate::office::{NOW, Pc, committee, district};

/// The first row to a committee, which may be another one's; the others to nobody.
struct Unsure(EntityId);

impl Routing for Unsure {
    fn route(&self, rows: &[Said<'_>]) -> Result<Vec<Routed>, Error> {
        let route = |place| match place {
            0 => Routed::To {
                committee: self.0,
                others: vec!["花木街道牡丹三居委会".to_owned()],
            },
            _ => Routed::Nobody("没有写明居委会".into()),
        };
        Ok((0..rows.len()).map(route).collect())
    }
}

fn listed(district: &District) -> Vec<Listed<TaskRow>> {
    district.rows::<TaskRow>(&Which::default(), NOW).unwrap()
}

#[test]
fn a_source_is_told_the_committees_reason_and_staff_their_own_remark_beside() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let mut first = Pc::of(&district, 1);
        let incoming = |(row, content): (usize, TaskRow)| Incoming {
            row,
            source: "道口".into(),
            content,
            damage: None,
        };
        let rows = [row("D-1", "张三", ""), row("D-2", "李四", "")];
        let push = Push::of((1..).zip(rows).map(incoming).collect());
        let routing = Unsure(committee(&district, 1).id);
        district.push_rows(&push, &routing, NOW).unwrap();
        let task = task_of(&district, "D-1");
        state(&mut first, &district, task);
        visit(&mut first, &district, task, VisitOutcome::Found);
        district
            .take_back::<TaskRow>("道口", &["D-2".to_owned()], "误推", NOW)
            .unwrap();
        let told = district
            .answers::<TaskRow>(&Source { name: "道口".into() }, 0, 9, NOW)
            .unwrap();
        let mut told: Vec<_> = told.rows.iter().map(|one| (one.state, one.reason.as_deref())).collect();
        told.sort_unstable_by_key(|(state, _)| state.code());
        let expected = [(Standing::Answered, None), (Standing::TakenBack, Some("误推"))];
        assert_eq!(told, expected, "{name}");
        let mut remarks: Vec<_> = listed(&district).into_iter().filter_map(|one| one.remark).collect();
        remarks.sort_unstable();
        assert_eq!(remarks, ["也可能属于花木街道牡丹三居委会", "没有写明居委会"], "{name}");
    }
}

#[test]
fn rows_that_wait_for_nobody_go_after_their_time_and_are_the_same_when_they_come_again() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let mut first = Pc::of(&district, 1);
        let rows = ["D-1", "D-2", "D-3"].map(|reference| row(reference, "张三", "牡丹一居委会"));
        pushed(&district, &rows);
        let nobody_meant = TaskRow {
            note: Some("发热".into()),
            ..TaskRow::default()
        };
        assert_eq!(
            verdicts(&pushed(&district, &[nobody_meant])),
            [Verdict::Damaged],
            "{name}"
        );
        let [answered, wanted_no_more] = ["D-1", "D-2"].map(|one| task_of(&district, one));
        first.exchange(&district);
        let visited = visit(&mut first, &district, answered, VisitOutcome::Found);
        district
            .take_back::<TaskRow>("道口", &["D-2".to_owned()], "误推", NOW)
            .unwrap();

        let kept_at = |now| {
            let gone = district.forget_rows(now).unwrap();
            (gone, listed(&district).len())
        };
        let later = |millis| Moment(NOW.0 + KEPT.num_milliseconds() + millis);
        assert_eq!(kept_at(NOW), (0, 4), "{name}");
        assert_eq!(kept_at(later(0)), (0, 4), "{name}: not a moment too early");
        assert_eq!(kept_at(later(1)), (3, 1), "{name}: what is open stays");
        assert_eq!(listed(&district)[0].row.reference.as_deref(), Some("D-3"), "{name}");
        assert_eq!(told(&district, 0).0, [], "{name}");

        let again = pushed(&district, &rows);
        assert_eq!(
            verdicts(&again),
            [Verdict::Known, Verdict::Taken, Verdict::Known],
            "{name}"
        );
        let once_more = state(&mut first, &district, wanted_no_more).unwrap();
        assert_eq!(once_more.stage(), TaskStage::Open, "{name}");
        let answer = ("D-1".to_owned(), Standing::Answered, Some("found".to_owned()));
        assert_eq!(told(&district, 0).0, [answer], "{name}: its answer stands");
        // An answer that is undone and given again is a new one, with its own time.
        assert_eq!(kept_at(later(2)), (0, 3), "{name}");
        let author = first.author(linli_domain::operation::Action::Undone);
        first.store.undo(&author, visited).unwrap();
        first.exchange(&district);
        visit(&mut first, &district, answered, VisitOutcome::Moved);
        assert_eq!(kept_at(later(2 + KEPT.num_milliseconds() + 1)), (0, 3), "{name}");
        assert!(first.agrees(&district), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staffs_programs_read_numbers_and_nobodys_data() {
    let (district, router) = served();
    pushed(&district, &[row("D-1", "张三", "牡丹一居委会")]);
    let request = Request::get("/staff/tasks.json").header("cookie", format!("linli-staff={}", district.staff_token()));
    let answer = send(&router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    let numbers: Value = serde_json::from_slice(&bytes(answer).await).unwrap();
    let line = &numbers["committees"][0];
    let said = [&line["town"], &line["name"], &line["open"]];
    assert_eq!(said, [&json!("花木街道"), &json!("牡丹一居委会"), &json!(1)]);
    assert_eq!(
        (&numbers["total"]["pushed"], &numbers["sources"][0]["name"]),
        (&json!(1), &json!("道口"))
    );
    assert!(!numbers.to_string().contains("张三"), "{numbers}");
}
