//! What clerks do with orders, and what the lists and the card show of it.

use super::*;

#[test]
fn an_order_goes_from_signing_to_closing_and_each_step_has_its_place() {
    let pc = Pc::new(1);
    let zhang = pc.person("张三丰", "501", json!({ "phone": "13800001111" }), &[]);
    let order = pc.given(
        1,
        "七楼漏水",
        &[
            (Field::Name, "张三丰"),
            (Field::Phone, "138 0000 1111"),
            (Field::Address, "齐河路338弄12号501"),
            (Field::Body, "天花板滴水\n已两天"),
        ],
    );
    let row = pc.list(json!({}))["rows"][0].clone();
    let shown = [
        "stage",
        "title",
        "phone",
        "room",
        "resident",
        "clock",
        "minutes_left",
        "overdue",
    ];
    assert_eq!(
        shown.map(|key| row[key].clone()),
        [
            json!("to_sign"),
            json!("七楼漏水"),
            json!("138****1111"),
            json!("12-501"),
            json!(zhang),
            json!("untouched"),
            json!(30),
            json!(false)
        ]
    );
    pc.later(31);
    assert_eq!(pc.list(json!({}))["rows"][0]["overdue"], true);
    pc.call("order_sign", json!({ "ids": [order, order] }));
    pc.call("order_assign", json!({ "ids": [order], "to": "李芳" }));
    assert_eq!(
        pc.refused("order_contact", json!({ "ids": [order], "note": " " })).0,
        "no_contact_without_reason"
    );
    pc.call("order_contact", json!({ "ids": [order], "note": "号码是空号" }));
    pc.contact(&order);
    pc.call(
        "order_found",
        json!({ "ids": [order], "facts": "水管破裂", "reasonable": true }),
    );
    pc.call(
        "order_help_ask",
        json!({ "ids": [order], "unit": "物业", "what": "关水" }),
    );
    pc.call(
        "order_help_given",
        json!({ "ids": [order], "unit": "物业", "text": "已关" }),
    );
    let reply = json!({ "ids": [order], "result": "solved", "text": "已修好", "close": true });
    assert_eq!(pc.refused("order_reply", reply).0, "not_revisited", "nobody asked back");
    pc.reply(&order, "solved");
    assert_eq!(pc.refused("order_close", json!({ "ids": [order] })).0, "not_revisited");
    pc.revisit(&order, "dissatisfied");
    assert_eq!(pc.titles(json!({ "list": "dissatisfied" })), ["七楼漏水"]);
    pc.call("order_close", json!({ "ids": [order] }));
    assert_eq!(
        pc.titles(json!({ "list": "dissatisfied" })),
        Vec::<String>::new(),
        "done with"
    );
    assert_eq!(
        pc.titles(json!({ "list": "dissatisfied", "day": "2022-04-12" })),
        ["七楼漏水"]
    );
    let card = pc.card(&order);
    let turn = &card["turns"][0];
    assert_eq!(
        (&card["row"]["stage"], &turn["replies"][0]["counts"]),
        (&json!("closed"), &json!(true))
    );
    assert_eq!(turn["contacts"][0]["note"], "号码是空号");
    assert_eq!(turn["helps"][0]["given"]["reason"], "已关");
    let clock = |at: usize| (card["clocks"][at]["late"].clone(), card["clocks"][at]["runs"].clone());
    assert_eq!(
        [clock(0), clock(1)],
        [(json!(true), json!(false)), (json!(false), json!(false))]
    );
    let resident = pc.call("resident_card", json!({ "id": zhang }));
    let lines = |card: &Value| {
        let lines = card["timeline"].as_array().unwrap().clone();
        lines.iter().filter(|line| line["code"] == "order_closed").count()
    };
    let household = pc.call("household_card", json!({ "id": resident["household"]["id"] }));
    assert_eq!(
        (lines(&resident), lines(&household)),
        (1, 1),
        "on the cards of the person and of the home"
    );
    pc.call("undo_last", json!({}));
    assert_eq!(pc.card(&order)["row"]["stage"], "revisited");
}

#[test]
fn a_consultation_is_answered_and_closed_in_one_go() {
    let pc = Pc::new(1);
    let order = pc.given(1, "怎么办居住证", &[(Field::Category, "政策咨询")]);
    let reply = json!({ "ids": [order], "result": "explained", "text": "带身份证来", "close": true });
    assert_eq!(pc.call("order_reply", reply)["changed"], 1);
    assert_eq!(pc.card(&order)["row"]["stage"], "closed");
    pc.call("undo_last", json!({}));
    assert_eq!(pc.card(&order)["row"]["stage"], "to_sign", "one key takes both back");
}

#[test]
fn urgent_ones_come_first_then_special_groups_then_whatever_runs_out_next() {
    let pc = Pc::new(1);
    pc.person("老人", "501", json!({ "birth_date": "1930-01-01" }), &[]);
    pc.person("孕妇", "502", json!({}), &["孕产妇"]);
    pc.person("学生", "503", json!({ "birth_date": "2000-01-01" }), &["志愿者"]);
    let of = |number: u64, title: &str, name: &str, room: &str, urgency: &str| {
        let address = format!("齐河路338弄12号{room}室");
        let fields = [
            (Field::Name, name),
            (Field::Address, address.as_str()),
            (Field::Urgency, urgency),
        ];
        pc.given(number, title, &fields);
    };
    of(1, "先来的", "学生", "503", "一般");
    pc.later(1);
    of(2, "后来的老人", "老人", "501", "一般");
    pc.later(1);
    of(3, "后来的孕妇", "孕妇", "502", "一般");
    pc.later(1);
    of(4, "最后来的急事", "学生", "503", "紧急");
    assert_eq!(
        pc.titles(json!({})),
        ["最后来的急事", "后来的老人", "后来的孕妇", "先来的"]
    );
    let rows = pc.list(json!({}))["rows"].clone();
    assert_eq!(
        (&rows[1]["groups"], &rows[2]["groups"], &rows[0]["groups"]),
        (&json!(["高龄"]), &json!(["孕产妇"]), &json!([]))
    );
    assert_eq!(pc.titles(json!({ "query": "xuesheng 急事" })), ["最后来的急事"]);
    assert_eq!(pc.titles(json!({ "query": "ls" })), Vec::<String>::new());
    assert_eq!(
        pc.titles(json!({ "building": "齐河路338弄12号", "urgency": "urgent" })),
        ["最后来的急事"]
    );
}

#[test]
fn a_second_order_of_the_same_home_about_the_same_is_pointed_out_and_the_first_stands_on_the_card() {
    let pc = Pc::new(1);
    let zhang = pc.person("张三丰", "501", json!({ "phone": "13800001111" }), &[]);
    let first = pc.given(1, "漏水", &[(Field::Address, "齐河路338弄12号501室")]);
    pc.at("2022-05-01 08:00");
    pc.given(
        2,
        "噪音",
        &[(Field::Address, "齐河路338弄12号501室"), (Field::Category, "环境")],
    );
    let add = json!({ "title": "又漏水", "category": "物业", "resident": zhang });
    let added = pc.call("order_add", add);
    assert_eq!(added["same"], 1);
    let card = pc.card(added["id"].as_str().unwrap());
    let [stage, name, phone, room] = ["stage", "name", "phone", "room"].map(|key| card["row"][key].clone());
    assert_eq!(
        [stage, name, phone, room],
        [json!("signed"), json!("张三丰"), json!("138****1111"), json!("12-501")]
    );
    let others = card["orders"].as_array().unwrap();
    assert_eq!(
        others.iter().map(|row| &row["title"]).collect::<Vec<_>>(),
        ["噪音", "漏水"]
    );
    let shown = pc.call("resident_reveal", json!({ "id": added["id"] }));
    assert_eq!(shown["phone"], "13800001111");
    pc.call("note_add", json!({ "id": added["id"], "text": "楼上装修" }));
    assert_eq!(pc.card(&first)["row"]["same"], 1);
    pc.at("2022-06-01 08:00");
    let long_after = pc.given(3, "还漏水", &[(Field::Address, "齐河路338弄12号501室")]);
    assert_eq!(
        pc.card(&long_after)["row"]["same"],
        0,
        "more than a month after the last"
    );
}

#[test]
fn whom_the_roster_does_not_know_for_certain_is_proposed_on_the_card() {
    let pc = Pc::new(1);
    pc.person("张三丰", "501", json!({ "phone": "13800001111" }), &[]);
    let order = pc.given(1, "漏水", &[(Field::Name, "张三峰"), (Field::Phone, "13800001111")]);
    let card = pc.card(&order);
    assert_eq!(card["row"]["resident"], Value::Null);
    assert_eq!(card["candidates"][0]["resident"]["name"], "张三丰");
}

#[test]
fn what_is_left_empty_or_too_long_is_refused_beside_its_field() {
    let pc = Pc::new(1);
    let order = pc.given(1, "漏水", &[]);
    let long = "长".repeat(2_001);
    let cases = [
        ("order_add", json!({ "title": " " }), "请填写标题"),
        (
            "order_add",
            json!({ "title": "长".repeat(61) }),
            "标题：太长，最多 60 个字",
        ),
        (
            "order_add",
            json!({ "title": "漏水", "phone": "138" }),
            "手机号码：手机号码应为 11 位，实际 3 位",
        ),
        (
            "order_add",
            json!({ "title": "漏水", "body": long }),
            "诉求内容：太长，最多 2000 个字",
        ),
        (
            "order_add",
            json!({ "title": "漏水", "resident": order }),
            "找不到这条居民，可能已被删除或撤销",
        ),
        ("order_found", json!({ "ids": [order], "facts": "" }), "请填写核实情况"),
        (
            "order_reply",
            json!({ "ids": [order], "result": "solved", "text": "\n" }),
            "请填写答复",
        ),
        (
            "order_return",
            json!({ "ids": [order], "reason": long }),
            "退回的原因：太长，最多 2000 个字",
        ),
        (
            "order_help_ask",
            json!({ "ids": [order], "unit": "", "what": "关水" }),
            "请填写会办单位",
        ),
        (
            "order_sign",
            json!({ "ids": ["x"] }),
            "找不到这条工单，可能已被删除或撤销",
        ),
    ];
    for (command, request, text) in cases {
        assert_eq!(pc.refused(command, request).1, text, "{command}");
    }
    let page = json!({ "offset": 0, "limit": 1 });
    let day = pc.refused("order_list", json!({ "day": "昨天", "page": page })).1;
    assert_eq!(day, "日期：请写成 2022-04-12 这样的日期");
    assert_eq!(pc.card(&order)["row"]["stage"], "to_sign", "nothing was written");
}

#[test]
fn rail_and_first_page_count_the_open_ones() {
    let pc = Pc::new(1);
    let order = pc.given(1, "漏水", &[]);
    pc.given(2, "停电", &[]);
    let counted = || {
        let rail = pc.call("changes_since", json!({ "version": 0 }))["counts"]["to_reply"].clone();
        let due = pc.call("today", json!({}))["due"][0].clone();
        (rail, due["code"].clone(), due["count"].clone(), due["due_at"].clone())
    };
    let (two, one) = (json!(2), json!(1));
    assert_eq!(
        counted(),
        (two.clone(), json!("to_reply"), two, json!("2022-04-12T08:30:00"))
    );
    pc.contact(&order);
    pc.reply(&order, "solved");
    assert_eq!(
        counted(),
        (one.clone(), json!("to_reply"), one, json!("2022-04-12T08:30:00"))
    );
}

#[test]
fn a_given_again_order_begins_anew_and_keeps_what_was_done() {
    let pc = Pc::new(1);
    let order = pc.given(1, "漏水", &[]);
    pc.call("order_return", json!({ "ids": [order], "reason": "不是本辖区" }));
    assert_eq!(pc.titles(json!({ "list": "returned" })), ["漏水"]);
    pc.later(60);
    pc.told(
        &order,
        OrderFact::GivenAgain {
            reason: "就是本辖区".into(),
        },
    );
    assert_eq!(pc.titles(json!({ "list": "returned" })), Vec::<String>::new());
    assert_eq!(
        pc.titles(json!({ "list": "returned", "day": "2022-04-12" })),
        ["漏水"],
        "that day it was"
    );
    let card = pc.card(&order);
    assert_eq!(
        (&card["row"]["again"], &card["row"]["minutes_left"]),
        (&json!(true), &json!(30))
    );
    assert_eq!(card["turns"][0]["returned"]["reason"], "不是本辖区");
    assert_eq!(card["turns"][1]["again"]["reason"], "就是本辖区");
}
