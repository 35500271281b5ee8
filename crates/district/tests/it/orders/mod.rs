//! Orders: pushed by their sources, done by committees, told once; and what staff do with them in between.

mod program;
mod staff;

use linli_district::District;
use linli_district::pushed::list::{Listed, Which};
use linli_district::pushed::order::Rule;
use linli_district::pushed::pass::TakeBack;
use linli_district::pushed::push::{Incoming, Push, Pushed, Verdict};
use linli_district::pushed::route::ByName;
use linli_district::pushed::source::Source;
use linli_district::pushed::{OrderAnswer, OrderRow, Standing};
use linli_domain::happened::Cause;
use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change, EntityId, FieldChange};
use linli_domain::order::{Clock, Clocks, Order, OrderFact, OrderResult, OrderStage, Satisfaction, Urgency};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::task::Way;
use linli_domain::time::Moment;
use linli_store::Draft;

use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district};

const SOURCE: &str = "12345热线";

fn row(reference: &str, category: &str, committee: &str) -> OrderRow {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    OrderRow {
        reference: text(reference),
        title: Some("六楼漏水".into()),
        body: Some("七楼水管坏了".into()),
        category: text(category),
        phone: Some("13800138000".into()),
        committee: text(committee),
        ..OrderRow::default()
    }
}

fn urgent(row: OrderRow) -> OrderRow {
    OrderRow {
        urgency: Some("紧急".into()),
        ..row
    }
}

fn pushed(district: &District, rows: &[OrderRow]) -> Pushed {
    let incoming = |(row, content): (usize, &OrderRow)| Incoming {
        row,
        source: SOURCE.into(),
        content: content.clone(),
        damage: None,
    };
    let push = Push {
        rows: (1..).zip(rows).map(incoming).collect(),
        rules: district.order_rules().unwrap(),
    };
    district.push_rows(&push, &ByName::of(district).unwrap(), NOW).unwrap()
}

fn verdicts(pushed: &Pushed) -> Vec<Verdict> {
    pushed.rows.iter().map(|row| row.verdict).collect()
}

fn called(district: &District, reference: &str) -> EntityId {
    district.row_called::<OrderRow>(reference, None).unwrap()
}

fn state(pc: &mut Pc, district: &District, order: EntityId) -> Option<Order> {
    pc.exchange(district);
    there(pc, order)
}

fn there(pc: &Pc, order: EntityId) -> Option<Order> {
    pc.store.view().item::<Order>(order).unwrap().map(|item| item.state)
}

/// A PC writes something, and has not told the district yet.
fn writes(pc: &mut Pc, order: EntityId, fact: OrderFact) -> i64 {
    let action = match &fact {
        OrderFact::Returned { .. } => Action::OrdersReturned,
        OrderFact::Replied { .. } => Action::OrdersReplied,
        _ => Action::OrdersHandled,
    };
    pc.write(action, vec![Draft::on::<Order>(order, fact)])
}

/// A PC does something, by the rules, and the district takes it.
fn does(pc: &mut Pc, district: &District, order: EntityId, fact: OrderFact) {
    writes(pc, order, fact);
    assert_eq!(pc.rejected(district), Vec::<String>::new());
}

fn contacted() -> OrderFact {
    OrderFact::Contacted {
        way: Some(Way::Phone),
        note: None,
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

fn revisited(satisfaction: Satisfaction, words: &str) -> OrderFact {
    OrderFact::Revisited {
        satisfaction,
        words: Some(words.into()),
    }
}

fn returned() -> OrderFact {
    OrderFact::Returned {
        reason: "不是本辖区".into(),
    }
}

/// News after a cursor, and the cursor behind them.
fn told(district: &District, after: u64) -> (Vec<OrderAnswer>, u64) {
    let source = Source { name: SOURCE.into() };
    let answers = district.answers::<OrderRow>(&source, after, 100, NOW).unwrap();
    assert!(!answers.more);
    (answers.rows, answers.cursor)
}

/// What an order's source was told last: how far it is, the reply, what the resident says of it.
fn last_told(district: &District, reference: &str) -> Option<(Standing, Option<String>, Option<String>)> {
    let of = told(district, 0).0.into_iter().filter(|one| one.reference == reference);
    of.map(|one| (one.state, one.reply, one.satisfaction)).next_back()
}

fn list(district: &District, standing: Standing) -> Vec<Listed<OrderRow>> {
    let which = Which {
        standing: Some(standing),
        ..Which::default()
    };
    district.rows(&which, NOW).unwrap()
}

fn later(minutes: i64) -> Moment {
    Moment(NOW.0 + minutes * 60_000)
}

fn recalled(district: &District, references: &[&str]) -> Vec<TakeBack> {
    let references: Vec<String> = references.iter().map(|one| (*one).to_owned()).collect();
    let rows = district
        .take_back::<OrderRow>(SOURCE, &references, "市民撤诉", NOW)
        .unwrap();
    rows.iter().map(|row| row.verdict).collect()
}

#[test]
fn an_order_reaches_its_committee_once_with_the_clocks_of_its_kind_and_one_reply_goes_up() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let (mut first, mut second) = (Pc::of(&district, 1), Pc::of(&district, 1));
        let mut elsewhere = Pc::of(&district, 2);
        let set = Clocks {
            untouched: 5,
            contact: 10,
            reply: 60,
            ahead: 15,
        };
        let rule = Rule {
            kind: "供水".into(),
            urgency: Some(Urgency::Urgent),
            clocks: Some(set),
            direct: false,
        };
        district.set_order_rule(&rule, NOW, &mut Counting(200)).unwrap();
        let rows = [
            urgent(row("P-1", "公共服务/供水", "牡丹一居委会")),
            row("P-2", "求助", "花木街道牡丹二居委会"),
            row("P-3", "求助", ""),
        ];
        let once = pushed(&district, &rows);
        assert_eq!((once.taken, once.nobody, once.damaged), (3, 1, 0), "{name}");
        let before = (district.states().unwrap(), district.committees().unwrap());
        assert_eq!(verdicts(&pushed(&district, &rows)), [Verdict::Known; 3], "{name}");
        assert_eq!(
            (district.states().unwrap(), district.committees().unwrap()),
            before,
            "{name}: pushed twice changes nothing"
        );
        let order = called(&district, "P-1");
        let got = state(&mut first, &district, order).unwrap();
        assert_eq!(
            (got.get(Field::Title), got.urgency(), got.clocks()),
            ("六楼漏水", Urgency::Urgent, set),
            "{name}"
        );
        assert_eq!(
            (got.due(Clock::Contact), got.due(Clock::Reply)),
            (later(10), later(60)),
            "{name}"
        );
        assert_eq!(
            state(&mut elsewhere, &district, order),
            None,
            "{name}: another committee's"
        );
        let usual = state(&mut elsewhere, &district, called(&district, "P-2")).unwrap();
        assert_eq!(usual.clocks(), Clocks::of(Urgency::Ordinary), "{name}");
        let deadlines: Vec<_> = list(&district, Standing::Open).iter().map(|one| one.deadline).collect();
        assert_eq!(
            deadlines,
            [Some(later(60)), Some(later(24 * 60))],
            "{name}: as at the PCs"
        );

        // Two PCs that do not know of each other reply.
        second.exchange(&district);
        writes(&mut first, order, contacted());
        writes(&mut first, order, replied(0, "已修好"));
        writes(&mut second, order, contacted());
        writes(&mut second, order, replied(0, "修过了"));
        first.exchange(&district);
        second.exchange(&district);
        let (news, cursor) = told(&district, 0);
        let [reply] = news.as_slice() else {
            panic!("{name}: {news:?}")
        };
        assert_eq!(
            (reply.reply.as_deref(), reply.result.as_deref(), reply.closed),
            (Some("已修好"), Some("solved"), false),
            "{name}"
        );
        assert_eq!(reply.committee.as_deref(), Some("花木街道牡丹一居委会"), "{name}");
        assert_eq!(told(&district, cursor).0, [], "{name}: told once");
        does(
            &mut first,
            &district,
            order,
            revisited(Satisfaction::Dissatisfied, "又漏了"),
        );
        let (news, cursor) = told(&district, cursor);
        assert_eq!(
            (
                news[0].satisfaction.as_deref(),
                news[0].words.as_deref(),
                news[0].reply.as_deref()
            ),
            (Some("dissatisfied"), Some("又漏了"), Some("已修好")),
            "{name}: what he says comes after the reply"
        );
        does(&mut first, &district, order, OrderFact::Closed);
        assert!(told(&district, cursor).0[0].closed, "{name}");
        for pc in [&mut first, &mut second, &mut elsewhere] {
            pc.exchange(&district);
            assert!(pc.agrees(&district), "{name}");
        }
    }
}

#[test]
fn a_source_corrects_and_recalls_what_is_open_and_a_recall_that_meets_a_reply_leaves_the_reply() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let mut pc = Pc::of(&district, 1);
        let rows = ["P-1", "P-2", "P-3"].map(|reference| row(reference, "求助", "牡丹一居委会"));
        pushed(&district, &rows);
        let [open, meets, done] = ["P-1", "P-2", "P-3"].map(|one| called(&district, one));
        pc.exchange(&district);
        writes(&mut pc, done, contacted());
        does(&mut pc, &district, done, replied(0, "已修"));
        let other = |reference: &str| OrderRow {
            body: Some("是八楼".into()),
            ..urgent(row(reference, "求助", "牡丹一居委会"))
        };
        let again = pushed(&district, &[other("P-1"), other("P-3")]);
        assert_eq!(verdicts(&again), [Verdict::Changed, Verdict::Closed], "{name}");
        let got = state(&mut pc, &district, open).unwrap();
        assert_eq!(
            (
                got.get(Field::Body),
                got.urgency(),
                got.clocks(),
                got.record.conflicts.len()
            ),
            ("是八楼", Urgency::Urgent, Clocks::of(Urgency::Urgent), 0),
            "{name}"
        );
        let due = list(&district, Standing::Open)[0].deadline;
        assert_eq!(due, Some(got.due(Clock::Reply)), "{name}: as at the PC");

        // The PC replies without having heard of the recall.
        assert_eq!(
            recalled(&district, &["P-1", "P-2", "P-3", "P-9"]),
            [
                TakeBack::TakenBack,
                TakeBack::TakenBack,
                TakeBack::Answered,
                TakeBack::NotFound
            ],
            "{name}"
        );
        writes(&mut pc, meets, contacted());
        writes(&mut pc, meets, replied(0, "已经修好"));
        pc.exchange(&district);
        assert_eq!(there(&pc, meets).unwrap().stage(), OrderStage::Replied, "{name}");
        let wanted_no_more = there(&pc, open).unwrap();
        assert_eq!(
            (wanted_no_more.stage(), wanted_no_more.turn.cause),
            (OrderStage::Recalled, Cause::Source),
            "{name}"
        );
        let of = |reference| last_told(&district, reference).map(|(state, reply, _)| (state, reply));
        assert_eq!(of("P-1"), Some((Standing::TakenBack, None)), "{name}");
        assert_eq!(of("P-2"), Some((Standing::Answered, Some("已经修好".into()))), "{name}");
        assert!(pc.agrees(&district), "{name}");
    }
}

#[test]
fn a_returned_order_lies_with_the_district_until_it_is_passed_on_or_given_again() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let (mut first, mut second) = (Pc::of(&district, 1), Pc::of(&district, 2));
        pushed(&district, &["P-1", "P-2"].map(|one| row(one, "求助", "牡丹一居委会")));
        let [order, went] = ["P-1", "P-2"].map(|one| called(&district, one));
        let [one, two] = [1, 2].map(|number| committee(&district, number).id);
        first.exchange(&district);
        does(&mut first, &district, order, returned());
        assert_eq!(
            last_told(&district, "P-1"),
            Some((Standing::Returned, None, None)),
            "{name}"
        );
        assert_eq!(
            list(&district, Standing::Returned)[0].reason.as_deref(),
            Some("不是本辖区"),
            "{name}"
        );
        let again = district.give_order_again(order, "核实是你处", later(5), &mut Counting(210));
        assert_eq!(again.unwrap(), "花木街道牡丹一居委会", "{name}");
        let got = state(&mut first, &district, order).unwrap();
        assert_eq!(
            (got.stage(), got.earlier.len(), got.due(Clock::Reply)),
            (OrderStage::ToSign, 1, later(5 + 24 * 60)),
            "{name}: a turn of its own"
        );
        assert_eq!(
            list(&district, Standing::Open)[0].deadline,
            Some(later(24 * 60)),
            "{name}"
        );
        let own = list(&district, Standing::Open);
        let own = own.iter().find(|one| one.item == order).unwrap();
        assert_eq!(
            own.deadline,
            Some(got.due(Clock::Reply)),
            "{name}: and the same at the district"
        );

        let pass = |to, seed| district.pass_row::<OrderRow>(went, to, "住在二居", NOW, &mut Counting(seed));
        assert!(pass(one, 211).is_err(), "{name}: it is there");
        pass(two, 212).unwrap();
        for fact in [contacted(), replied(0, "已修")] {
            writes(&mut first, went, fact);
        }
        assert_eq!(
            state(&mut second, &district, went).unwrap().stage(),
            OrderStage::ToSign,
            "{name}"
        );
        first.exchange(&district);
        assert_eq!(district.settle_rows(NOW).unwrap(), 1, "{name}");
        let causes = [&mut second, &mut first].map(|pc| state(pc, &district, went).unwrap().turn.cause);
        assert_eq!(causes, [Cause::Answered, Cause::PassedOn], "{name}: each is told why");
        assert_eq!(
            last_told(&district, "P-2"),
            Some((Standing::Answered, Some("已修".into()), None)),
            "{name}: the first reply counts"
        );
        assert!(pass(one, 213).unwrap_err().to_string().contains("已答复"), "{name}");
        for pc in [&mut first, &mut second] {
            assert!(pc.agrees(&district), "{name}");
        }
    }
}

#[test]
fn what_an_order_says_and_who_wants_it_is_no_committees_to_change() {
    let database = databases::each().remove(0);
    let district = district(database.storage.clone());
    let mut pc = Pc::of(&district, 1);
    pushed(&district, &[row("P-1", "求助", "牡丹一居委会")]);
    let order = called(&district, "P-1");
    pc.exchange(&district);
    let set = |field, seen: &str, to: &str| {
        let change = FieldChange {
            seen: Some(seen.into()),
            to: Some(to.into()),
        };
        Change::Set([(field, change)].into())
    };
    let reason = || "办不了".to_owned();
    let clocks = serde_json::to_string(&Clocks::of(Urgency::Ordinary)).unwrap();
    for change in [
        created([(Field::Deadline, Some("2099-01-01".to_owned()))]),
        set(Field::Urgency, "ordinary", "urgent"),
        set(Field::Clocks, &clocks, "{}"),
        Change::Delete,
        OrderFact::Recalled {
            reason: reason(),
            cause: Cause::Source,
        }
        .into(),
        OrderFact::Urged { reason: reason() }.into(),
        OrderFact::GivenAgain { reason: reason() }.into(),
    ] {
        pc.write(Action::OrdersHandled, vec![Draft::on::<Order>(order, change)]);
        assert_eq!(pc.rejected(&district), ["not_yours"]);
    }
    for fact in [OrderFact::Signed, contacted(), returned()] {
        does(&mut pc, &district, order, fact);
    }
}
