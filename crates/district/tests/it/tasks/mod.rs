//! Tasks: pushed rows, the committee each goes to, what its PC finds, and what its source is told.

mod at_once;
mod program;
mod routed;
mod told;

use linli_district::District;
use linli_district::pushed::answers::Answers;
use linli_district::pushed::list::Which;
use linli_district::pushed::pass::TakeBack;
use linli_district::pushed::push::{Incoming, Push, Pushed, Verdict};
use linli_district::pushed::route::ByName;
use linli_district::pushed::source::Source;
use linli_district::pushed::{Standing, TaskAnswer, TaskRow};
use linli_domain::happened::Cause;
use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change, EntityId, FieldChange};
use linli_domain::record::Field;
use linli_domain::task::{Task, TaskFact, TaskStage, VisitOutcome, Way};
use linli_domain::time::Moment;
use linli_store::Draft;
use serde_json::{Value, json};

use crate::command_line::Office;
use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district};

fn row(reference: &str, name: &str, committee: &str) -> TaskRow {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    TaskRow {
        reference: text(reference),
        name: text(name),
        phone: Some("13800138000".into()),
        committee: text(committee),
        ..TaskRow::default()
    }
}

fn pushed_by(district: &District, source: &str, rows: &[TaskRow]) -> Pushed {
    let incoming = |(row, content): (usize, &TaskRow)| Incoming {
        row,
        source: source.into(),
        content: content.clone(),
        damage: None,
    };
    let push = Push::of((1..).zip(rows).map(incoming).collect());
    district.push_rows(&push, &ByName::of(district).unwrap(), NOW).unwrap()
}

fn pushed(district: &District, rows: &[TaskRow]) -> Pushed {
    pushed_by(district, "道口", rows)
}

fn verdicts(pushed: &Pushed) -> Vec<Verdict> {
    pushed.rows.iter().map(|row| row.verdict).collect()
}

fn task_of(district: &District, reference: &str) -> EntityId {
    district.row_called::<TaskRow>(reference, None).unwrap()
}

fn state(pc: &mut Pc, district: &District, task: EntityId) -> Option<Task> {
    pc.exchange(district);
    pc.store.view().item::<Task>(task).unwrap().map(|item| item.state)
}

/// Gives the batch.
fn visit(pc: &mut Pc, district: &District, task: EntityId, outcome: VisitOutcome) -> i64 {
    let fact = TaskFact::Visited {
        resident: None,
        way: Way::Door,
        outcome,
        learnt: [("返沪日期".to_owned(), "2月1日".to_owned())].into(),
        note: None,
    };
    let batch = pc.write(Action::TasksVisited, vec![Draft::on::<Task>(task, fact)]);
    assert_eq!(pc.rejected(district), Vec::<String>::new());
    batch
}

fn told(district: &District, after: u64) -> (Vec<(String, Standing, Option<String>)>, u64) {
    let source = Source { name: "道口".into() };
    let Answers { rows, cursor, more } = district.answers::<TaskRow>(&source, after, 100, NOW).unwrap();
    assert!(!more);
    let short = |one: TaskAnswer| (one.reference, one.state, one.outcome);
    (rows.into_iter().map(short).collect(), cursor)
}

#[test]
fn a_row_reaches_its_committee_once_and_its_answer_its_source_once() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let (mut first, mut second) = (Pc::of(&district, 1), Pc::of(&district, 2));
        let rows = [
            row("D-1", "张三", "牡丹一居委会"),
            row("D-2", "李四", "花木街道牡丹二居委会"),
            row("D-3", "王五", ""),
            row("", "赵六", "牡丹一居委"),
        ];
        let once = pushed(&district, &rows);
        assert_eq!((once.taken, once.nobody, once.damaged), (4, 1, 0), "{name}");
        let before = (district.states().unwrap(), district.committees().unwrap());
        let twice = pushed(&district, &rows);
        assert_eq!(verdicts(&twice), [Verdict::Known; 4], "{name}");
        assert_eq!(
            (district.states().unwrap(), district.committees().unwrap()),
            before,
            "{name}: pushed twice changes nothing"
        );
        let task = task_of(&district, "D-1");
        let there = state(&mut first, &district, task).unwrap();
        assert_eq!((there.get(Field::Name), there.get(Field::Source)), ("张三", "道口"));
        assert_eq!(there.deadline(), Some(Moment(NOW.0 + 12 * 3_600_000)), "{name}");
        assert_eq!(state(&mut second, &district, task), None, "{name}: another committee's");
        assert_eq!(told(&district, 0), (vec![], 0), "{name}: nothing to tell");

        visit(&mut first, &district, task, VisitOutcome::NoAnswer);
        assert_eq!(told(&district, 0).0, [], "{name}: a try is no answer");
        visit(&mut first, &district, task, VisitOutcome::Moved);
        let answer = ("D-1".to_owned(), Standing::Answered, Some("moved".to_owned()));
        assert_eq!(told(&district, 0), (vec![answer.clone()], 1), "{name}");
        assert_eq!(
            told(&district, 0),
            (vec![answer], 1),
            "{name}: asked again, as the answer may be lost"
        );
        assert_eq!(told(&district, 1), (vec![], 1), "{name}: fetched once");
        let last = first.store.view().history(1).unwrap()[0].id;
        let author = first.author(Action::Undone);
        first.store.undo(&author, last).unwrap();
        assert_eq!(first.rejected(&district), Vec::<String>::new());
        let open = ("D-1".to_owned(), Standing::Open, None);
        assert_eq!(told(&district, 1), (vec![open], 2), "{name}: taken back, it is told");
        let beyond = district.answers::<TaskRow>(&Source { name: "道口".into() }, 9, 1, NOW);
        assert!(
            beyond.is_err(),
            "{name}: a cursor of a newer database is no empty answer"
        );
        for pc in [&mut first, &mut second] {
            assert!(pc.agrees(&district), "{name}");
        }
    }
}

#[test]
fn a_source_corrects_and_takes_back_what_is_open() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let (mut first, mut second) = (Pc::of(&district, 1), Pc::of(&district, 2));
        let rows = ["D-1", "D-2", "D-3"].map(|reference| row(reference, "张三", "牡丹一居委会"));
        pushed(&district, &rows);
        let [corrected, moved, answered] = ["D-1", "D-2", "D-3"].map(|one| task_of(&district, one));
        first.exchange(&district);
        visit(&mut first, &district, answered, VisitOutcome::Found);
        let other = [
            row("D-1", "张山", "牡丹一居委会"),
            row("D-2", "张三", "牡丹二居委会"),
            row("D-3", "张山", "牡丹一居委会"),
        ];
        let again = pushed(&district, &other);
        assert_eq!(
            verdicts(&again),
            [Verdict::Changed, Verdict::Changed, Verdict::Closed],
            "{name}"
        );
        assert_eq!(
            again.rows[1].committee.as_deref(),
            Some("花木街道牡丹二居委会"),
            "{name}"
        );
        let there = state(&mut first, &district, corrected).unwrap();
        assert_eq!(
            (there.get(Field::Name), there.stage()),
            ("张山", TaskStage::Open),
            "{name}"
        );
        assert_eq!(there.record.conflicts.len(), 0, "{name}");
        assert_eq!(
            state(&mut first, &district, moved).unwrap().stage(),
            TaskStage::TakenBack,
            "{name}"
        );
        assert_eq!(
            state(&mut second, &district, moved).unwrap().stage(),
            TaskStage::Open,
            "{name}"
        );

        let references = ["D-2", "D-3", "D-9"].map(str::to_owned);
        let back = |references: &[String]| {
            let rows = district.take_back::<TaskRow>("道口", references, "误推", NOW).unwrap();
            rows.iter().map(|row| row.verdict).collect::<Vec<_>>()
        };
        assert_eq!(
            back(&references),
            [TakeBack::TakenBack, TakeBack::Answered, TakeBack::NotFound],
            "{name}"
        );
        assert_eq!(back(&references[..1]), [TakeBack::Known], "{name}");
        let wanted_no_more = state(&mut second, &district, moved).unwrap();
        assert_eq!(
            (wanted_no_more.stage(), wanted_no_more.cause),
            (TaskStage::TakenBack, Cause::Source),
            "{name}: by its source"
        );
        let other_source = district
            .take_back::<TaskRow>("热线", &["D-1".to_owned()], "误推", NOW)
            .unwrap();
        assert_eq!(
            other_source[0].verdict,
            TakeBack::NotFound,
            "{name}: another source's is not there"
        );
        assert_eq!(verdicts(&pushed(&district, &other[1..2])), [Verdict::Known], "{name}");
        assert_eq!(verdicts(&pushed(&district, &rows[1..2])), [Verdict::Closed], "{name}");
        for pc in [&mut first, &mut second] {
            assert!(pc.agrees(&district), "{name}");
        }
    }
}

#[test]
fn a_row_that_was_passed_on_is_answered_once_whoever_comes_first() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let (mut first, mut second) = (Pc::of(&district, 1), Pc::of(&district, 2));
        pushed(&district, &[row("D-1", "张三", "牡丹一居委会"), row("D-2", "李四", "")]);
        let [task, nobodys] = ["D-1", "D-2"].map(|one| task_of(&district, one));
        let [one, two] = [1, 2].map(|number| committee(&district, number).id);
        let seed = std::cell::Cell::new(70);
        let pass = |task, to| {
            seed.set(seed.get() + 1);
            district.pass_row::<TaskRow>(task, to, "住在二居", NOW, &mut Counting(seed.get()))
        };
        pass(nobodys, two).unwrap();
        assert_eq!(
            state(&mut second, &district, nobodys).unwrap().stage(),
            TaskStage::Open,
            "{name}"
        );

        first.exchange(&district);
        let returned = TaskFact::Returned {
            reason: "不是本辖区".into(),
        };
        first.write(Action::TasksReturned, vec![Draft::on::<Task>(task, returned)]);
        first.exchange(&district);
        assert_eq!(
            told(&district, 0).0,
            [("D-1".to_owned(), Standing::Returned, None)],
            "{name}"
        );
        let list = |standing| {
            let which = Which {
                standing: Some(standing),
                ..Which::default()
            };
            district.rows::<TaskRow>(&which, NOW).unwrap()
        };
        assert_eq!(
            list(Standing::Returned)[0].answer.reason.as_deref(),
            Some("不是本辖区"),
            "{name}"
        );
        assert!(pass(task, one).is_ok(), "{name}: to the same once more");
        assert_eq!(
            state(&mut first, &district, task).unwrap().stage(),
            TaskStage::Open,
            "{name}"
        );
        assert!(pass(task, one).is_err(), "{name}: it is there");
        pass(task, two).unwrap();
        let cause = |pc: &mut Pc| state(pc, &district, task).unwrap().cause;
        // The first committee's PC has not heard of it.
        let answers = |pc: &mut Pc| {
            let late = TaskFact::Visited {
                resident: None,
                way: Way::Phone,
                outcome: VisitOutcome::Found,
                learnt: Default::default(),
                note: None,
            };
            let batch = pc.write(Action::TasksVisited, vec![Draft::on::<Task>(task, late)]);
            pc.exchange(&district);
            batch
        };
        let undoes = |pc: &mut Pc, batch| {
            let author = pc.author(Action::Undone);
            pc.store.undo(&author, batch).unwrap();
            pc.exchange(&district);
        };
        let stage_at = |pc: &mut Pc| state(pc, &district, task).unwrap().stage();
        let batch = answers(&mut first);
        assert_eq!(district.settle_rows(NOW).unwrap(), 1, "{name}");
        assert_eq!(stage_at(&mut second), TaskStage::TakenBack, "{name}: it is told");
        let causes = [&mut second, &mut first].map(cause);
        assert_eq!(causes, [Cause::Answered, Cause::PassedOn], "{name}: each is told why");
        undoes(&mut first, batch);
        assert_eq!(district.settle_rows(NOW).unwrap(), 1, "{name}");
        assert_eq!(
            stage_at(&mut second),
            TaskStage::Open,
            "{name}: and told that it is open all the same"
        );
        let batch = answers(&mut first);
        visit(&mut second, &district, task, VisitOutcome::NotFound);
        let (rows, _) = told(&district, 1);
        let answer = |outcome: &str| [("D-1".to_owned(), Standing::Answered, Some(outcome.to_owned()))];
        assert_eq!(rows, answer("found"), "{name}: the first counts");
        let [answered] = list(Standing::Answered).try_into().unwrap();
        assert_eq!(
            answered.answer.committee.as_deref(),
            Some("花木街道牡丹一居委会"),
            "{name}"
        );
        assert!(pass(task, one).unwrap_err().to_string().contains("已核查"), "{name}");
        undoes(&mut first, batch);
        district.settle_rows(NOW).unwrap();
        assert_eq!(told(&district, 2).0, answer("not_found"), "{name}: then the other");
        let progress = district.task_progress(Moment(NOW.0 + 13 * 3_600_000)).unwrap();
        let count = progress.total;
        assert_eq!(
            (count.pushed, count.answered, count.open, count.overdue),
            (2, 1, 1, 1),
            "{name}"
        );
        for pc in [&mut first, &mut second] {
            assert!(pc.agrees(&district), "{name}");
        }
    }
}

#[test]
fn an_answer_that_came_late_and_is_taken_back_leaves_a_row_as_it_was_and_one_that_stands_is_heard() {
    for database in databases::each() {
        let (name, district) = (database.name, district(database.storage.clone()));
        let (mut first, mut second) = (Pc::of(&district, 1), Pc::of(&district, 2));
        let rows = ["D-1", "D-2"].map(|reference| row(reference, "张三", "牡丹一居委会"));
        pushed(&district, &rows);
        let [wanted_no_more, went_round] = ["D-1", "D-2"].map(|one| task_of(&district, one));
        first.exchange(&district);
        let [one, two] = [1, 2].map(|number| committee(&district, number).id);
        let pass = |task, to, seed| district.pass_row::<TaskRow>(task, to, "住在那里", NOW, &mut Counting(seed));
        pass(wanted_no_more, two, 80).unwrap();
        pass(went_round, two, 81).unwrap();
        let undoes = |pc: &mut Pc, batch| {
            let author = pc.author(Action::Undone);
            pc.store.undo(&author, batch).unwrap();
            assert_eq!(pc.rejected(&district), Vec::<String>::new());
        };
        let standing = |reference: &str| {
            let all = told(&district, 0).0;
            let of_row = all.into_iter().filter(|(of, ..)| of == reference);
            of_row.map(|(_, standing, outcome)| (standing, outcome)).next_back()
        };

        district
            .take_back::<TaskRow>("道口", &["D-1".to_owned()], "误推", NOW)
            .unwrap();
        let late = visit(&mut first, &district, wanted_no_more, VisitOutcome::Found);
        district.settle_rows(NOW).unwrap();
        assert_eq!(
            standing("D-1"),
            Some((Standing::Answered, Some("found".to_owned()))),
            "{name}"
        );
        undoes(&mut first, late);
        district.settle_rows(NOW).unwrap();
        assert_eq!(
            standing("D-1"),
            Some((Standing::TakenBack, None)),
            "{name}: nobody wants it"
        );
        let there = state(&mut second, &district, wanted_no_more).unwrap();
        assert_eq!(there.stage(), TaskStage::TakenBack, "{name}");

        let there = visit(&mut second, &district, went_round, VisitOutcome::Moved);
        visit(&mut first, &district, went_round, VisitOutcome::NotFound);
        undoes(&mut second, there);
        assert_eq!(standing("D-2"), Some((Standing::Open, None)), "{name}");
        pass(went_round, one, 82).unwrap();
        district.settle_rows(NOW).unwrap();
        let answer = Some((Standing::Answered, Some("not_found".to_owned())));
        assert_eq!(standing("D-2"), answer, "{name}: nobody there can answer it again");
        for pc in [&mut first, &mut second] {
            pc.exchange(&district);
            assert!(pc.agrees(&district), "{name}");
        }
    }
}

#[test]
fn staff_push_sheets_and_every_damaged_row_is_named_and_kept() {
    let office = Office::new();
    office.lines(&["committee", "import", "committees.tsv"]);
    let sheet = "流水号,姓名,证件号码,电话,居委会,航班\n\
                 D-1,张三,,13800138000,牡丹一居委会,CA1\n\
                 D-2,,,,牡丹一居委会,CA1\n\
                 D-1,李四,,,牡丹一居委会,\n\
                 D-3,王五,,,外滩居委会,\n";
    // As old systems write it.
    let (bytes, _, _) = encoding_rs::GB18030.encode(sheet);
    std::fs::write(office.path("rows.csv"), &bytes).unwrap();
    let push = [
        "push",
        "tasks",
        "rows.csv",
        "--source",
        "道口",
        "--deadline",
        "6h",
        "--ask",
        "症状:有/无",
    ];
    let over = office.refused(&[&push[..], &["-o", push[2]]].concat());
    assert!(over.contains("不能用结果盖掉"), "{over}");
    let once = office.json(&[&push[..], &["-o", "look.xlsx"]].concat());
    let count = |pushed: &Value| ["taken", "known", "damaged", "nobody"].map(|name| pushed[name].as_u64().unwrap());
    assert_eq!(count(&once), [2, 0, 2, 1]);
    assert_eq!(once["rows"][1]["reason"], "姓名、证件号码、电话、地址都没有");
    assert_eq!(once["rows"][2]["reason"], "与第 2 行编号相同，内容不同");
    assert_eq!(once["rows"][3]["reason"], "各居委会还没有居民台账，也没有写明居委会");
    assert!(office.path("look.xlsx").exists());
    assert_eq!(count(&office.json(&push)), [0, 2, 2, 0], "pushed twice");
    let lines = office.lines(&push);
    assert!(lines[1].starts_with("第 3 行\t姓名"), "{lines:?}");
    let listed = |arguments: &[&str]| office.json(&[&["tasks", "list"], arguments].concat());
    let damaged = listed(&["--state", "damaged"]);
    let kept: Vec<&str> = damaged
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["row"]["note"].as_str())
        .collect();
    assert_eq!(kept, ["航班：CA1"], "what was in a damaged row is kept");
    assert_eq!(damaged.as_array().unwrap().len(), 2, "each once");
    let open = listed(&["--committee", "1", "--state", "open"]);
    assert_eq!(
        open[0]["row"]["questions"][0],
        json!({ "name": "症状", "choices": ["有", "无"] })
    );
    assert_eq!(
        open[0]["deadline"].as_i64().unwrap() - open[0]["pushed_at"].as_i64().unwrap(),
        6 * 3_600_000
    );
    office.lines(&["tasks", "pass", "D-3", "牡丹二居委会", "--reason", "电话核实"]);
    office.lines(&["tasks", "take-back", "D-1", "--source", "道口", "--reason", "误推"]);
    let lines = office.lines(&["tasks", "list", "--source", "道口"]);
    assert!(
        lines
            .iter()
            .any(|line| line.contains("D-3\t道口\t花木街道牡丹二居委会\t王五\t待核查")),
        "{lines:?}"
    );
    assert!(
        lines.iter().any(|line| line.contains("D-1") && line.contains("已撤回")),
        "{lines:?}"
    );
    office.lines(&["tasks", "list", "-o", "list.xlsx"]);
    office.lines(&["tasks", "progress", "-o", "progress.xlsx"]);
    for name in ["list.xlsx", "progress.xlsx"] {
        let grids = linli_documents::sheet::read_workbook(name, &std::fs::read(office.path(name)).unwrap()).unwrap();
        assert!(grids[0].height() > 2, "{name}");
    }
    let twice = office.refused(&[&push[..], &["症状：发热/咳嗽"]].concat());
    assert!(twice.contains("问题“症状”写了两次"), "{twice}");
    // The same rule wherever a source is named: it stands in lines and lists.
    for name in [
        "道口\n热线",
        "道\t口",
        "道\u{200b}口",
        "道\u{2028}口",
        "！",
        " ",
        &"长".repeat(61),
    ] {
        let refused = office.refused(&["source", "add", name]);
        assert!(refused.contains("来源"), "{name:?}: {refused}");
        let push = office.refused(&["push", "tasks", "rows.csv", "--source", name]);
        assert_eq!(push, refused, "{name:?}");
    }
    let sheet = format!(
        "来源,姓名,电话\n{},张三,13800138000\n道\u{200b}口,李四,13800138001\n",
        "长".repeat(61)
    );
    std::fs::write(office.path("sources.csv"), sheet).unwrap();
    let pushed = office.json(&["push", "tasks", "sources.csv"]);
    let verdict = |row: usize| (&pushed["rows"][row]["verdict"], pushed["rows"][row]["reason"].as_str());
    assert_eq!(verdict(0), (&json!("damaged"), Some("来源名称有 61 字，最多 60 字")));
    assert_eq!(verdict(1).0, "taken", "what nobody sees is taken out of a cell");
    let large = std::fs::File::create(office.path("large.csv")).unwrap();
    large.set_len((32 << 20) + 1).unwrap();
    let refused = office.refused(&["push", "tasks", "large.csv", "--source", "道口"]);
    assert!(refused.contains("没有读取"), "{refused}");
    assert_eq!(office.json(&["source", "list"]).as_array().unwrap().len(), 1);
}

#[test]
fn what_a_row_says_and_where_it_belongs_is_no_committees_to_change() {
    let database = databases::each().remove(0);
    let district = district(database.storage.clone());
    let mut pc = Pc::of(&district, 1);
    pushed(&district, &[row("D-1", "张三", "牡丹一居委会")]);
    let task = task_of(&district, "D-1");
    pc.exchange(&district);
    let set = FieldChange {
        seen: Some("张三".into()),
        to: Some("李四".into()),
    };
    let reason = || "不归我们".to_owned();
    for change in [
        Change::Set([(Field::Name, set)].into()),
        Change::Delete,
        Change::Task(TaskFact::TakenBack {
            reason: reason(),
            cause: Cause::Source,
        }),
        Change::Task(TaskFact::GivenAgain { reason: reason() }),
    ] {
        pc.write(Action::TasksDecided, vec![Draft::on::<Task>(task, change)]);
        assert_eq!(pc.rejected(&district), ["not_yours"]);
    }
    pc.write(
        Action::TasksReturned,
        vec![Draft::on::<Task>(task, TaskFact::Returned { reason: reason() })],
    );
    assert_eq!(pc.rejected(&district), Vec::<String>::new());
}
