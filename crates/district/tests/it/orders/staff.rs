//! What staff do: they want orders sooner, give them again, answer some themselves, push sheets and count.

use linli_district::pushed::order::{OwnAnswer, Rule};
use linli_district::pushed::pass::TakeBack;
use linli_district::pushed::push::Verdict;
use linli_district::pushed::{OrderRow, Standing};
use linli_domain::happened::Cause;
use linli_domain::item::Item as _;
use linli_domain::operation::Action;
use linli_domain::order::{OrderFact, OrderResult, OrderStage, Satisfaction, Urgency};
use serde_json::{Value, json};

use super::{
    called, contacted, does, last_told, later, list, pushed, recalled, replied, revisited, row, state, urgent,
    verdicts, writes,
};
use crate::command_line::Office;
use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district};

fn own(text: &str, satisfaction: Option<Satisfaction>) -> OwnAnswer {
    OwnAnswer {
        result: OrderResult::Explained,
        text: text.into(),
        satisfaction,
        words: None,
    }
}

#[test]
fn an_order_is_urged_and_given_again_and_each_turns_reply_goes_up() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let mut pc = Pc::of(&district, 1);
        pushed(&district, &[row("P-1", "求助", "牡丹一居委会")]);
        let order = called(&district, "P-1");
        let urge = |seed| district.urge_order(order, "市民又来电", later(1), &mut Counting(seed));
        let again = |seed| district.give_order_again(order, "居民不满意", later(90), &mut Counting(seed));
        assert!(again(220).unwrap_err().to_string().contains("办理中"), "{name}");
        assert_eq!(urge(221).unwrap(), "花木街道牡丹一居委会", "{name}");
        assert!(
            district.urge_order(order, " ", NOW, &mut Counting(222)).is_err(),
            "{name}: with a reason"
        );
        let got = state(&mut pc, &district, order).unwrap();
        assert_eq!(got.turn.urged.len(), 1, "{name}");
        let count = || district.order_progress(later(200)).unwrap().total;
        assert_eq!((count().not_contacted, count().contact_overdue), (1, 1), "{name}");
        does(&mut pc, &district, order, contacted());
        assert_eq!(
            (count().not_contacted, count().open, count().overdue),
            (0, 1, 0),
            "{name}"
        );
        does(&mut pc, &district, order, replied(0, "已修"));
        does(
            &mut pc,
            &district,
            order,
            revisited(Satisfaction::Dissatisfied, "还在漏"),
        );
        assert_eq!((count().replied, count().dissatisfied), (1, 1), "{name}");
        assert!(urge(223).is_err(), "{name}: it is replied to");

        again(224).unwrap();
        assert_eq!(
            last_told(&district, "P-1"),
            Some((Standing::Open, None, None)),
            "{name}"
        );
        let anew = count();
        assert_eq!(
            (anew.dissatisfied, anew.open, anew.not_contacted, anew.overdue),
            (0, 1, 1, 0),
            "{name}"
        );
        // Another reply to the first turn comes late, and is none of the second.
        writes(&mut pc, order, replied(0, "还是这句"));
        assert_eq!(
            state(&mut pc, &district, order).unwrap().stage(),
            OrderStage::ToSign,
            "{name}"
        );
        assert_eq!(
            last_told(&district, "P-1"),
            Some((Standing::Open, None, None)),
            "{name}"
        );
        does(&mut pc, &district, order, contacted());
        does(&mut pc, &district, order, replied(1, "换了水管"));
        assert_eq!(
            last_told(&district, "P-1"),
            Some((Standing::Answered, Some("换了水管".into()), None)),
            "{name}"
        );
        pc.exchange(&district);
        assert!(pc.agrees(&district), "{name}");
    }
}

#[test]
fn what_the_district_answers_itself_never_goes_down() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let mut pc = Pc::of(&district, 1);
        let rule = Rule {
            kind: "燃气".into(),
            urgency: Some(Urgency::Urgent),
            clocks: None,
            direct: true,
        };
        district.set_order_rule(&rule, NOW, &mut Counting(230)).unwrap();
        let says_so = OrderRow {
            handled_by_district: true,
            ..row("P-1", "求助", "牡丹一居委会")
        };
        let rows = [
            says_so,
            urgent(row("P-2", "燃气", "牡丹一居委会")),
            row("P-3", "燃气", "牡丹一居委会"),
        ];
        let once = pushed(&district, &rows);
        assert_eq!((once.taken, once.direct, once.nobody), (3, 2, 2), "{name}");
        assert_eq!(once.rows[1].reason.as_deref(), Some("区级直办：燃气紧急"), "{name}");
        let [flagged, by_rule, down] = ["P-1", "P-2", "P-3"].map(|one| called(&district, one));
        let here = |pc: &mut Pc| [flagged, by_rule, down].map(|order| state(pc, &district, order).is_some());
        assert_eq!(here(&mut pc), [false, false, true], "{name}");
        let one = committee(&district, 1).id;
        let pass = district.pass_row::<OrderRow>(flagged, one, "请办", NOW, &mut Counting(231));
        assert!(pass.unwrap_err().to_string().contains("区里直接办理"), "{name}");
        let total = district.order_progress(NOW).unwrap().total;
        assert_eq!((total.direct, total.nobody, total.open), (2, 0, 1), "{name}");

        // One that a committee has turns out to be the district's: it is told so.
        let late = writes(&mut pc, down, replied(0, "已关阀"));
        let turned = pushed(&district, &[urgent(row("P-3", "燃气", "牡丹一居委会"))]);
        assert_eq!(verdicts(&turned), [Verdict::Changed], "{name}");
        pc.exchange(&district);
        let answered = Some((Standing::Answered, Some("已关阀".into()), None));
        assert_eq!(last_told(&district, "P-3"), answered, "{name}: it had replied already");
        let author = pc.author(Action::Undone);
        pc.store.undo(&author, late).unwrap();
        let gone = state(&mut pc, &district, down).unwrap();
        assert_eq!(
            last_told(&district, "P-3"),
            Some((Standing::Direct, None, None)),
            "{name}"
        );
        assert_eq!(
            (gone.stage(), gone.turn.cause),
            (OrderStage::Recalled, Cause::PassedOn),
            "{name}"
        );
        let answer = |order, answer: &OwnAnswer, seed| district.answer_order(order, answer, NOW, &mut Counting(seed));
        answer(flagged, &own("已派抢修", None), 232).unwrap();
        assert_eq!(
            last_told(&district, "P-1"),
            Some((Standing::Answered, Some("已派抢修".into()), None)),
            "{name}"
        );
        answer(flagged, &own("已派抢修", Some(Satisfaction::Satisfied)), 233).unwrap();
        let satisfied = last_told(&district, "P-1").and_then(|(.., satisfaction)| satisfaction);
        assert_eq!(satisfied.as_deref(), Some("satisfied"), "{name}");
        assert_eq!(recalled(&district, &["P-2"]), [TakeBack::TakenBack], "{name}");
        assert!(
            answer(by_rule, &own("已派", None), 234).is_err(),
            "{name}: it was recalled"
        );
        assert_eq!(here(&mut pc), [false, false, true], "{name}: never");
        assert_eq!(list(&district, Standing::Direct).len(), 1, "{name}");
        pushed(&district, &[row("P-4", "求助", "牡丹一居委会")]);
        let theirs = called(&district, "P-4");
        assert!(
            answer(theirs, &own("区里已答", None), 235).is_err(),
            "{name}: a committee has it"
        );
        does(&mut pc, &district, down, OrderFact::Signed);
        assert!(pc.agrees(&district), "{name}");
    }
}

#[test]
fn staff_push_sheets_of_orders_set_clocks_and_count() {
    let office = Office::new();
    office.lines(&["committee", "import", "committees.tsv"]);
    let clocks = [
        "clocks",
        "set",
        "--kind",
        "供水",
        "--urgency",
        "urgent",
        "--contact",
        "30",
        "--reply",
        "120",
        "--untouched",
        "30",
        "--ahead",
        "30",
    ];
    let set = office.lines(&clocks);
    assert!(
        set[0].contains("供水\t紧急") && set[0].contains("答复 120 分钟"),
        "{set:?}"
    );
    office.lines(&["clocks", "set", "--kind", "燃气", "--direct"]);
    let refused = office.refused(&["clocks", "set", "--reply", "0"]);
    assert!(refused.contains("1 分钟到一年"), "{refused}");
    let shown = office.lines(&["clocks", "show"]);
    assert!(
        shown.iter().any(|line| line.contains("燃气\t不论缓急\t区级直办")),
        "{shown:?}"
    );
    assert_eq!(shown.iter().filter(|line| line.starts_with("默认")).count(), 3);

    let sheet = "12345热线工单明细\n\
                 工单编号,标题,诉求内容,诉求类型,紧急程度,联系人,联系电话,诉求地点,派单时间,办结时限,承办单位,区级直办\n\
                 P-1,六楼漏水,七楼水管坏了,供水,紧急,张三,13800138000,牡丹路1号,2022-04-12 08:00,,牡丹一居委会,否\n\
                 P-2,燃气味,楼道有味道,燃气,一般,李四,13800138001,牡丹路2号,2022-04-12 08:00,,牡丹一居委会,\n\
                 P-3,,,求助,一般,王五,13800138002,,,,牡丹一居委会,\n\
                 P-4,噪声,半夜施工,投诉,火烧眉毛,赵六,13800138003,,,,牡丹一居委会,\n\
                 P-5,停电,整栋停电,求助,一般,孙七,13800138004,,,,牡丹二居委会,是\n";
    let (bytes, _, _) = encoding_rs::GB18030.encode(sheet);
    std::fs::write(office.path("orders.csv"), &bytes).unwrap();
    let push = ["push", "orders", "orders.csv", "--source", "热线"];
    let once = office.json(&[&push[..], &["-o", "look.xlsx"]].concat());
    let count = |pushed: &Value| ["taken", "known", "damaged", "direct"].map(|name| pushed[name].as_u64().unwrap_or(0));
    assert_eq!(count(&once), [3, 0, 2, 2]);
    assert_eq!(once["rows"][2]["reason"], "标题、诉求内容都没有");
    let said = once["rows"][3]["reason"].as_str().unwrap();
    assert!(said.contains("紧急程度“火烧眉毛”读不懂"), "{said}");
    assert_eq!(count(&office.json(&push)), [0, 3, 2, 0], "pushed twice");
    let lines = office.lines(&push);
    assert!(lines[1].starts_with("第 5 行\t标题"), "{lines:?}");

    let listed = |arguments: &[&str]| office.json(&[&["orders", "list"], arguments].concat());
    assert_eq!(
        listed(&["--state", "damaged"]).as_array().unwrap().len(),
        2,
        "each is kept once"
    );
    let open = listed(&["--state", "open"]);
    assert_eq!(open[0]["row"]["registered_at"], "2022-04-12T08:00:00");
    assert_eq!(
        open[0]["deadline"].as_i64().unwrap() - open[0]["pushed_at"].as_i64().unwrap(),
        120 * 60_000
    );
    assert!(open[0]["order"].is_string(), "{open}");
    office.lines(&["orders", "urge", "P-1", "--reason", "市民又来电"]);
    office.lines(&["orders", "pass", "P-1", "牡丹二居委会", "--reason", "住在二居"]);
    office.lines(&["orders", "answer", "P-2", "--result", "solved", "--text", "已派抢修"]);
    let refused = office.refused(&["orders", "pass", "P-5", "牡丹一居委会", "--reason", "请办"]);
    assert!(refused.contains("区里直接办理"), "{refused}");
    let refused = office.refused(&["orders", "again", "P-1", "--reason", "不满意"]);
    assert!(refused.contains("不能重新交办"), "{refused}");
    office.lines(&["orders", "recall", "P-1", "--source", "热线", "--reason", "市民撤诉"]);
    let lines = office.lines(&["orders", "list"]);
    for (reference, state) in [("P-1", "已撤回"), ("P-2", "已答复"), ("P-5", "区级直办")] {
        let is = |line: &String| line.contains(reference) && line.contains(state);
        assert!(lines.iter().any(is), "{reference} {state}: {lines:?}");
    }
    office.lines(&["orders", "list", "-o", "list.xlsx"]);
    office.lines(&["orders", "progress", "-o", "progress.xlsx"]);
    for name in ["look.xlsx", "list.xlsx", "progress.xlsx"] {
        let grids = linli_documents::sheet::read_workbook(name, &std::fs::read(office.path(name)).unwrap()).unwrap();
        assert!(grids[0].height() > 2, "{name}");
    }
    let numbers = office.json(&["orders", "progress"]);
    let total = ["pushed", "direct", "replied", "recalled", "damaged"].map(|name| &numbers["total"][name]);
    assert_eq!(total, [&json!(3), &json!(1), &json!(1), &json!(1), &json!(2)]);
    let kinds: Vec<_> = numbers["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["name"].clone())
        .collect();
    assert_eq!(kinds, ["供水", "求助", "燃气"]);
}
