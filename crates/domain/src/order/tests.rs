use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::operation::DeviceId;
use crate::refusal::Refusal;
use crate::reservation::created;

/// 2022-04-12 08:00, from when the clocks of the tests run.
const EIGHT: Moment = Moment(1_649_721_600_000);

fn minutes(number: i64) -> Moment {
    Moment(EIGHT.0 + number * 60_000)
}

fn pushed(urgency: &str, category: &str) -> Change {
    created([
        (Field::Title, Some("六楼漏水".to_owned())),
        (Field::Urgency, Some(urgency.to_owned())),
        (Field::Category, Some(category.to_owned())),
    ])
}

/// An order of a kind with what happened to it, one thing a minute after the other.
fn of_kind(urgency: &str, category: &str, facts: &[OrderFact]) -> Order {
    let facts = facts.iter().cloned().map(Change::Order);
    let changes: Vec<Change> = std::iter::once(pushed(urgency, category)).chain(facts).collect();
    let recorded = (0..).zip(&changes).map(|(minute, change)| Recorded {
        change,
        device: DeviceId(Uuid::nil()),
        actor: "董敏",
        at: minutes(minute),
    });
    Order::fold(recorded).expect("it was pushed")
}

fn after(facts: &[OrderFact]) -> Order {
    of_kind("ordinary", "求助", facts)
}

fn contacted() -> OrderFact {
    OrderFact::Contacted {
        way: Some(Way::Phone),
        note: None,
    }
}

fn found() -> OrderFact {
    OrderFact::Found {
        facts: "七楼水管破裂".into(),
        reasonable: Some(true),
    }
}

fn replied(turn: u32, text: &str) -> OrderFact {
    OrderFact::Replied {
        turn,
        result: OrderResult::Solved,
        text: text.into(),
        answer: None,
    }
}

fn revisited(satisfaction: Satisfaction) -> OrderFact {
    OrderFact::Revisited {
        satisfaction,
        words: None,
    }
}

fn returned() -> OrderFact {
    OrderFact::Returned {
        reason: "不是本辖区".into(),
    }
}

fn recalled() -> OrderFact {
    OrderFact::Recalled {
        reason: "重复".into(),
        cause: Cause::default(),
    }
}

fn given_again() -> OrderFact {
    OrderFact::GivenAgain {
        reason: "居民不满意".into(),
    }
}

#[test]
fn the_stage_follows_from_what_happened_in_whatever_order_pcs_knew_of_it() {
    use OrderFact::{Closed, Signed};
    use OrderStage as Stage;
    let satisfied = || revisited(Satisfaction::Satisfied);
    let cases = [
        (vec![], Stage::ToSign),
        (vec![Signed], Stage::Signed),
        (vec![contacted()], Stage::Contacted),
        (vec![found(), contacted()], Stage::Handling),
        (vec![contacted(), replied(0, "已修")], Stage::Replied),
        (vec![contacted(), replied(0, "已修"), satisfied()], Stage::Revisited),
        (
            vec![contacted(), replied(0, "已修"), satisfied(), Closed],
            Stage::Closed,
        ),
        (vec![Signed, returned()], Stage::Returned),
        (vec![returned(), replied(0, "已修")], Stage::Replied),
        (vec![recalled(), replied(0, "已修")], Stage::Replied),
        (vec![returned(), recalled()], Stage::Recalled),
        (vec![returned(), given_again()], Stage::ToSign),
        (vec![replied(0, "已修"), Closed, given_again()], Stage::ToSign),
    ];
    for (facts, stage) in cases {
        assert_eq!(after(&facts).stage(), stage, "{facts:?}");
    }
}

#[test]
fn of_each_turn_the_first_reply_is_the_reply_and_one_that_comes_late_is_of_its_own_turn() {
    let order = after(&[
        replied(0, "已修"),
        replied(0, "修好了"),
        given_again(),
        replied(0, "还是这句"),
        replied(1, "重新修过"),
    ]);
    let texts = |turn: &Turn| turn.replies.iter().map(|reply| reply.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&order.earlier[0]), ["已修", "修好了", "还是这句"]);
    assert_eq!(texts(&order.turn), ["重新修过"]);
    let reply = |turn: &Turn| turn.reply().map(|reply| reply.text.clone());
    assert_eq!(
        (reply(&order.earlier[0]).as_deref(), reply(&order.turn).as_deref()),
        (Some("已修"), Some("重新修过"))
    );
}

#[test]
fn a_unit_that_was_asked_answers_what_is_open_and_one_that_was_not_stands_by_itself() {
    let asked = |what: &str| OrderFact::HelpAsked {
        unit: "物业".into(),
        what: what.into(),
    };
    let given = |unit: &str| OrderFact::HelpGiven {
        unit: unit.into(),
        text: "已到场".into(),
    };
    let order = after(&[asked("关水"), asked("换管"), given("物业"), given("派出所")]);
    let stands: Vec<_> = order
        .turn
        .helps
        .iter()
        .map(|help| (help.what.as_str(), help.given.is_some()))
        .collect();
    assert_eq!(stands, [("关水", true), ("换管", false), ("", true)]);
}

#[test]
fn each_act_has_its_stages_and_what_it_takes() {
    let fresh = after(&[]);
    assert_eq!(fresh.may_be_signed(), Ok(Some(OrderFact::Signed)));
    assert_eq!(
        after(&[contacted()]).may_be_signed(),
        Ok(None),
        "whoever acts has taken it on"
    );
    assert_eq!(fresh.may_be_contacted(None, None), Err(Refusal::NoContactWithoutReason));
    assert!(fresh.may_be_contacted(None, Some("号码是空号")).is_ok());
    let reply = |order: &Order| order.may_be_replied(OrderResult::Solved, "已修", None);
    assert_eq!(reply(&fresh), Err(Refusal::NotContacted));
    assert_eq!(reply(&of_kind("ordinary", "政策咨询", &[])), Ok(replied(0, "已修")));
    assert_eq!(
        reply(&after(&[contacted(), returned(), given_again(), contacted()])),
        Ok(replied(1, "已修"))
    );
    let done = after(&[contacted(), replied(0, "已修")]);
    assert_eq!(
        reply(&done),
        Err(Refusal::OrderNotOpen {
            order: OrderStage::Replied
        })
    );
    assert_eq!(done.may_be_closed(), Err(Refusal::NotRevisited));
    assert_eq!(
        of_kind("ordinary", "咨询", &[replied(0, "已告知")]).may_be_closed(),
        Ok(OrderFact::Closed)
    );
    let at_once = |order: &Order| {
        order
            .may_be_answered(OrderResult::Explained, "已告知", None)
            .map(|facts| facts.len())
    };
    assert_eq!(at_once(&of_kind("ordinary", "咨询", &[])), Ok(2));
    assert_eq!(at_once(&after(&[contacted()])), Err(Refusal::NotRevisited));
    assert!(done.may_be_found("另有一处", None).is_ok(), "until it is closed");
    let asked_back = after(&[contacted(), replied(0, "已修"), revisited(Satisfaction::Dissatisfied)]);
    assert_eq!(asked_back.may_be_closed(), Ok(OrderFact::Closed));
    let not_open = |order| Err(Refusal::OrderNotOpen { order });
    for (fact, stage) in [(returned(), OrderStage::Returned), (recalled(), OrderStage::Recalled)] {
        let order = after(&[fact]);
        assert_eq!(order.may_be_signed(), not_open(stage).map(|()| None));
        assert_eq!(order.may_be_assigned(Some("李芳")), not_open(stage).map(|()| None));
        assert_eq!(order.may_be_found("漏", None), not_open(stage).map(|()| None));
        assert_eq!(order.may_be_closed(), Err(Refusal::OrderNotReplied { order: stage }));
        assert_eq!(
            order.may_be_revisited(Satisfaction::Satisfied, None),
            Err(Refusal::OrderNotReplied { order: stage })
        );
    }
    let same = after(&[found()]);
    assert_eq!(same.may_be_found("七楼水管破裂", Some(true)), Ok(None), "said already");
}

#[test]
fn no_more_units_help_than_there_may_be() {
    let asked = |number: usize| OrderFact::HelpAsked {
        unit: format!("单位{number}"),
        what: "协助".into(),
    };
    let full = after(&(0..HELPS).map(asked).collect::<Vec<_>>());
    assert_eq!(
        full.may_ask_help("物业", "关水"),
        Err(Refusal::HelpsFull { most: HELPS })
    );
    assert!(full.may_be_helped("单位3", "已办").is_ok(), "it was asked");
    assert_eq!(
        full.may_be_helped("物业", "已办"),
        Err(Refusal::HelpsFull { most: HELPS })
    );
}

#[test]
fn whom_the_resident_could_not_be_asked_again_says_what_he_said_before() {
    let said = |all: &[Satisfaction]| {
        let facts = all.iter().map(|satisfaction| revisited(*satisfaction));
        after(&facts.collect::<Vec<_>>()).turn.satisfaction()
    };
    use Satisfaction::{Dissatisfied, NotReached, Satisfied};
    assert_eq!(said(&[]), None);
    assert_eq!(said(&[NotReached]), Some(NotReached));
    assert_eq!(said(&[Dissatisfied, NotReached]), Some(Dissatisfied));
    assert_eq!(said(&[Dissatisfied, Satisfied]), Some(Satisfied));
}

/// Which clock is told how, and how many minutes after the order was given.
fn told(alarms: Vec<Alarm>) -> Vec<(Clock, Mark, i64)> {
    let since = |at: Moment| at.since(EIGHT).num_minutes();
    alarms
        .into_iter()
        .map(|alarm| (alarm.clock, alarm.mark, since(alarm.at)))
        .collect()
}

#[test]
fn clocks_run_until_what_they_are_for_is_done() {
    use Clock::{Contact, Reply, Untouched};
    use Mark::{Ahead, Due};
    let order = |facts: &[OrderFact]| of_kind("urgent", "求助", facts);
    let all = [
        (Contact, Ahead, 0),
        (Untouched, Due, 30),
        (Contact, Due, 30),
        (Reply, Ahead, 90),
        (Reply, Due, 120),
    ];
    assert_eq!(told(order(&[]).alarms()), all);
    assert_eq!(order(&[]).deadline(), Some(minutes(30)));
    assert_eq!(
        told(order(&[OrderFact::Signed]).alarms()),
        [all[0], all[2], all[3], all[4]]
    );
    assert_eq!(told(order(&[contacted()]).alarms()), all[3..]);
    assert_eq!(order(&[contacted(), replied(0, "已修")]).deadline(), None);
    assert_eq!(order(&[returned()]).alarms(), []);
    assert_eq!(
        order(&[returned(), given_again()]).due(Reply),
        minutes(2 + 120),
        "a turn has clocks of its own"
    );
}

#[test]
fn an_alarm_rings_once_and_what_is_over_is_not_said_to_come() {
    let order = of_kind("urgent", "求助", &[OrderFact::Signed]);
    let asleep_until = |minute| told(order.ringing(minutes(minute)));
    assert_eq!(asleep_until(29), [(Clock::Contact, Mark::Ahead, 0)]);
    assert_eq!(
        asleep_until(100),
        [(Clock::Contact, Mark::Due, 30), (Clock::Reply, Mark::Ahead, 90)]
    );
    assert_eq!(
        asleep_until(600),
        [(Clock::Contact, Mark::Due, 30), (Clock::Reply, Mark::Due, 120)]
    );
    let rang: Vec<OrderFact> = order
        .ringing(minutes(600))
        .into_iter()
        .map(|alarm| OrderFact::Rang { alarm })
        .collect();
    let told_once = of_kind("urgent", "求助", &[&[OrderFact::Signed], rang.as_slice()].concat());
    assert_eq!(told_once.ringing(minutes(6000)), []);
    assert_eq!(told_once.ringing(minutes(0)), [], "by a clock that was put back");
    let later = Order {
        record: with(&told_once.record, Field::Deadline, "2022-04-12 12:00"),
        ..told_once
    };
    assert_eq!(
        told(later.ringing(minutes(300))),
        [(Clock::Reply, Mark::Due, 240)],
        "a clock set anew is told anew"
    );
}

fn with(record: &Record, field: Field, value: &str) -> Record {
    let mut record = record.clone();
    record.fields.insert(field, value.to_owned());
    record
}

#[test]
fn an_order_brings_its_times_along_and_impossible_ones_are_not_taken() {
    let order = after(&[]);
    let of = |json: &str| {
        let record = with(&order.record, Field::Clocks, json);
        Order {
            record,
            ..order.clone()
        }
        .clocks()
    };
    let set = Clocks {
        untouched: 5,
        contact: 10,
        reply: 600,
        ahead: 15,
    };
    assert_eq!(of(&serde_json::to_string(&set).unwrap()), set);
    for bad in [
        "",
        "{}",
        r#"{"untouched":0,"contact":1,"reply":1,"ahead":1}"#,
        r#"{"untouched":5,"contact":1,"reply":99999999,"ahead":1}"#,
    ] {
        assert_eq!(of(bad), Clocks::of(Urgency::Ordinary), "{bad}");
    }
    let past = Order {
        record: with(&order.record, Field::Deadline, "2022-04-11"),
        ..order
    };
    assert_eq!(
        past.due(Clock::Reply),
        minutes(24 * 60),
        "a deadline before it was given says nothing"
    );
}

#[test]
fn what_runs_out_first_stands_first_and_of_the_same_time_the_more_urgent() {
    let key = |urgency: &str, facts: &[OrderFact]| of_kind(urgency, "求助", facts).sort_key().into_owned();
    let clocks = serde_json::to_string(&Clocks::of(Urgency::Urgent)).unwrap();
    let as_quick = Order {
        record: with(&after(&[]).record, Field::Clocks, &clocks),
        ..after(&[])
    };
    let keys = [
        key("urgent", &[]),
        as_quick.sort_key().into_owned(),
        key("urgent", &[contacted()]),
        key("ordinary", &[contacted()]),
        key("urgent", &[contacted(), replied(0, "已修")]),
    ];
    assert!(keys.is_sorted_by(|one, other| one < other), "{keys:?}");
}

fn any_fact() -> impl Strategy<Value = OrderFact> {
    prop_oneof![
        Just(OrderFact::Signed),
        Just(contacted()),
        Just(found()),
        (0..3_u32, "[甲乙丙丁]").prop_map(|(turn, text)| replied(turn, &text)),
        Just(revisited(Satisfaction::Dissatisfied)),
        Just(OrderFact::Closed),
        Just(returned()),
        Just(recalled()),
        Just(given_again()),
    ]
}

proptest! {
    /// What went up once does not become something else by what happens later.
    #[test]
    fn a_reply_stays_the_reply_of_its_turn_whatever_follows(
        before in prop::collection::vec(any_fact(), 0..8),
        later in prop::collection::vec(any_fact(), 0..8),
    ) {
        let known = after(&before);
        let now = after(&before.into_iter().chain(later).collect::<Vec<_>>());
        let turns = |order: &Order| order.earlier.iter().chain([&order.turn]).map(|turn| turn.reply().cloned()).collect::<Vec<_>>();
        for (turn, reply) in turns(&known).into_iter().enumerate().filter(|(_, reply)| reply.is_some()) {
            prop_assert_eq!(&turns(&now)[turn], &reply);
        }
    }

    /// Whatever happened, an order that waits here has a clock, and no other has.
    #[test]
    fn a_clock_runs_exactly_while_the_order_is_open(facts in prop::collection::vec(any_fact(), 0..10)) {
        let order = after(&facts);
        prop_assert_eq!(order.deadline().is_some(), order.stage().is_open());
        prop_assert!(order.alarms().is_sorted());
    }
}
