use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::operation::{DeviceId, FieldChange};
use crate::refusal::Refusal;
use crate::reservation::created;
use crate::time::deadline as deadline_of;

fn person(number: u128) -> Option<EntityId> {
    Some(EntityId(Uuid::from_u128(number)))
}

fn pushed() -> Change {
    created([
        (Field::Name, Some("张三".to_owned())),
        (Field::Phone, Some("138****5678".to_owned())),
        (Field::Source, Some("道口".to_owned())),
        (Field::Reference, Some("D-1".to_owned())),
        (Field::Deadline, Some("2020-02-02T13:24:00".to_owned())),
        (
            Field::Questions,
            Some(r#"[{"name":"返沪日期"},{"name":"症状","choices":["有","无"]}]"#.to_owned()),
        ),
    ])
}

fn visited(resident: Option<EntityId>, outcome: VisitOutcome) -> TaskFact {
    TaskFact::Visited {
        resident,
        way: Way::Door,
        outcome,
        learnt: BTreeMap::new(),
        note: None,
    }
}

fn returned() -> TaskFact {
    TaskFact::Returned {
        reason: "不是本辖区".into(),
    }
}

fn taken_back() -> TaskFact {
    TaskFact::TakenBack {
        reason: "误推".into(),
        cause: Cause::default(),
    }
}

fn given_again() -> TaskFact {
    TaskFact::GivenAgain {
        reason: "请再查".into(),
    }
}

fn after(facts: &[TaskFact]) -> Task {
    let changes: Vec<Change> = std::iter::once(pushed())
        .chain(facts.iter().cloned().map(Change::Task))
        .collect();
    let recorded = (1..).zip(&changes).map(|(at, change)| Recorded {
        change,
        device: DeviceId(Uuid::nil()),
        actor: "董敏",
        at: Moment(at),
    });
    Task::fold(recorded).expect("it was pushed")
}

#[test]
fn the_stage_follows_from_what_happened_in_whatever_order_pcs_knew_of_it() {
    use TaskStage::{Answered, Open, Returned, TakenBack};
    use VisitOutcome::{Found, NoAnswer};
    let cases = [
        (vec![], Open),
        (vec![visited(None, NoAnswer)], Open),
        (vec![visited(None, NoAnswer), visited(None, Found)], Answered),
        (vec![returned()], Returned),
        (vec![returned(), visited(None, Found)], Answered),
        (vec![visited(None, Found), returned()], Answered),
        (vec![taken_back()], TakenBack),
        (vec![returned(), taken_back()], TakenBack),
        (vec![visited(None, Found), taken_back()], Answered),
        (vec![returned(), given_again()], Open),
        (vec![returned(), taken_back(), given_again()], Open),
    ];
    for (facts, stage) in cases {
        assert_eq!(after(&facts).stage(), stage, "{facts:?}");
    }
}

#[test]
fn the_first_answer_is_the_answer_and_later_ones_stay_beside_it() {
    let task = after(&[
        visited(person(1), VisitOutcome::NoAnswer),
        visited(person(2), VisitOutcome::Found),
        visited(person(3), VisitOutcome::Moved),
    ]);
    assert_eq!(task.answer().map(|visit| visit.did.at), Some(Moment(3)));
    assert_eq!((task.whose(), task.visits.len()), (person(2), 3));
}

#[test]
fn whoever_is_given_a_row_again_is_asked_again_whose_it_is() {
    let nobody = TaskFact::Decided { resident: None };
    let theirs = TaskFact::Decided { resident: person(1) };
    assert_eq!(after(&[nobody, returned(), given_again()]).decided, None);
    assert_eq!(after(&[theirs, returned(), given_again()]).whose(), person(1));
}

#[test]
fn a_row_that_is_corrected_to_mean_somebody_else_is_asked_about_again() {
    let decided = Change::Task(TaskFact::Decided { resident: person(1) });
    let set = |field| {
        let change = FieldChange {
            seen: None,
            to: Some("李四".into()),
        };
        Change::Set(BTreeMap::from([(field, change)]))
    };
    let folded = |changes: &[&Change]| {
        let first = pushed();
        let all = [&[&first], changes].concat();
        let recorded = (1..).zip(&all).map(|(at, change)| Recorded {
            change,
            device: DeviceId(Uuid::nil()),
            actor: "董敏",
            at: Moment(at),
        });
        Task::fold(recorded).expect("it was pushed")
    };
    let (name, note) = (set(Field::Name), set(Field::Note));
    assert_eq!(folded(&[&decided, &note]).whose(), person(1));
    let corrected = folded(&[&decided, &name]);
    assert_eq!((corrected.whose(), corrected.decided.is_some()), (None, true));
    assert!(
        corrected.may_be_decided(person(1)).unwrap().is_some(),
        "it is to be said again"
    );
    assert_eq!(folded(&[&name, &decided]).whose(), person(1));
    let again = folded(&[&decided, &name, &decided]);
    assert_eq!((again.whose(), again.outdated), (person(1), false));
    let json = |task: &Task| serde_json::to_string(task).unwrap();
    let older = Task {
        outdated: false,
        ..corrected.clone()
    };
    assert_eq!(
        json(&corrected.compared()),
        json(&older),
        "digests agree with older programs"
    );
}

#[test]
fn nothing_is_done_twice_or_to_a_task_that_is_no_longer_open() {
    let theirs = TaskFact::Decided { resident: person(1) };
    let given = TaskFact::Assigned {
        to: Some("李芳".into()),
    };
    let open = after(&[theirs.clone(), given.clone()]);
    assert_eq!(open.may_be_decided(person(1)), Ok(None));
    assert_eq!(
        open.may_be_decided(None),
        Ok(Some(TaskFact::Decided { resident: None }))
    );
    assert_eq!(open.may_be_assigned(Some("李芳")), Ok(None));
    assert_eq!(open.may_be_assigned(None), Ok(Some(TaskFact::Assigned { to: None })));
    assert_eq!(
        (open.may_be_visited(), open.may_be_returned("不是本辖区")),
        (Ok(()), Ok(returned()))
    );
    let not_open = |task| Refusal::TaskNotOpen { task };
    let away = Refusal::TaskTakenAway { cause: Cause::Source };
    for (fact, refusal) in [
        (visited(None, VisitOutcome::Refused), not_open(TaskStage::Answered)),
        (returned(), not_open(TaskStage::Returned)),
        (taken_back(), away),
    ] {
        let task = after(&[fact]);
        assert_eq!(task.may_be_decided(person(1)), Err(refusal.clone()));
        assert_eq!(task.may_be_assigned(None), Err(refusal.clone()));
        assert_eq!(task.may_be_visited(), Err(refusal.clone()));
        assert_eq!(task.may_be_returned("不是本辖区"), Err(refusal));
    }
}

#[test]
fn a_task_stands_by_its_deadline_and_without_one_behind_all() {
    let task = after(&[]);
    let deadline = Moment::from_local("2020-02-02T13:24:00".parse().unwrap());
    assert_eq!(task.deadline(), Some(deadline));
    assert_eq!(
        deadline_of("2020-02-02"),
        deadline_of("2020-02-02 23:59"),
        "a day alone is over at its end"
    );
    assert_eq!(deadline_of("明天"), None);
    assert_eq!(task.questions()[1].choices, ["有", "无"]);
    let whenever = Task {
        record: Record::default(),
        ..task.clone()
    };
    assert_eq!(whenever.deadline(), None);
    assert!(task.sort_key() < whenever.sort_key());
}

fn any_fact() -> impl Strategy<Value = TaskFact> {
    let outcome = prop::sample::select(VisitOutcome::ALL.to_vec());
    prop_oneof![
        outcome.prop_map(|outcome| visited(None, outcome)),
        Just(returned()),
        Just(taken_back()),
        Just(given_again()),
        Just(TaskFact::Decided { resident: None }),
    ]
}

proptest! {
    /// What a source was told once does not become something else by what happens later.
    #[test]
    fn an_answer_stays_whatever_follows(
        before in prop::collection::vec(any_fact(), 0..6),
        later in prop::collection::vec(any_fact(), 0..6),
    ) {
        let known = after(&before);
        let all: Vec<TaskFact> = before.into_iter().chain(later).collect();
        if let Some(answer) = known.answer() {
            let now = after(&all);
            prop_assert_eq!(now.answer(), Some(answer));
            prop_assert_eq!(now.stage(), TaskStage::Answered);
        }
    }
}

#[test]
fn a_row_that_was_passed_on_says_so_and_older_programs_fold_the_same_without_it() {
    let newer = r#"{"taken_back":{"reason":"住在二居","cause":"passed_on"}}"#;
    let fact: TaskFact = serde_json::from_str(newer).unwrap();
    let older: TaskFact = serde_json::from_str(r#"{"taken_back":{"reason":"住在二居"}}"#).unwrap();
    let (passed_on, without) = (after(std::slice::from_ref(&fact)), after(&[older]));
    assert_eq!(passed_on.cause, Cause::PassedOn);
    assert_eq!(
        (passed_on.stage(), without.cause),
        (TaskStage::TakenBack, Cause::Source)
    );
    let json = |task: &Task| serde_json::to_string(task).unwrap();
    assert_eq!(json(&passed_on.compared()), json(&without), "digests agree");
    assert!(!json(&without).contains("cause"), "as the program before writes it");
    assert_eq!(serde_json::from_str::<Task>(&json(&passed_on)).unwrap(), passed_on);
    assert_eq!(after(&[fact, given_again()]).cause, Cause::Source);
}
