//! A pasted chat read without a database.

use serde_json::json;

use crate::office::Office;

const ROSTER: &str = "\
姓名,联系电话,小区,楼栋,室号
张晓明,13900000101,齐河路338弄,12号,501室
王芳,13900000102,齐河路338弄,12号,501室
陈一,13900000103,齐河路338弄,12号,601室
陈二,13900000104,齐河路338弄,12号,601室
李建国,13900000105,齐河路338弄,3号,201室
";
const CHAT: &str = "\
张晓明 2022/4/12 08:31:05
土豆3斤、萝卜3根，鸡蛋10个

6号602-王  上午8:32
3号201的李建国血流不止！！快来人

“张三”邀请“李四”加入了群聊
12-501 小王 2022/4/12 08:33:00
我家停电了
小陈 2022/4/12 08:34:00
12号601 降压药一盒
某人 2022/4/12 08:35:00
谢谢，电话13900000102，米10kg*2
";

#[test]
fn each_message_says_what_it_asks_for_and_whose_it_is() {
    let office = Office::empty();
    std::fs::write(office.path("群.txt"), CHAT).unwrap();
    std::fs::write(office.path("居民.csv"), ROSTER).unwrap();
    let read = office.run(&[
        "request",
        "read",
        &office.text("群.txt"),
        "--roster",
        &office.text("居民.csv"),
    ]);
    let thing = |what: &str, amount: u32, unit: &str| json!({ "what": what, "amount": amount, "unit": unit });
    let row = |message: u32, kind: &str, place: Option<&str>, resident: Option<u32>| {
        json!({
            "message": message, "kind": kind, "urgent": message == 2, "place": place, "phone": null,
            "resident": resident, "lines": [],
        })
    };
    let with = |mut row: serde_json::Value, key: &str, value: serde_json::Value| {
        row[key] = value;
        row
    };
    let groceries = json!([thing("土豆", 3, "斤"), thing("萝卜", 3, "根"), thing("鸡蛋", 10, "个")]);
    let last = with(row(5, "groceries", None, Some(2)), "phone", json!("13900000102"));
    let expected = json!([
        // A name alone says nothing of whose it is.
        with(row(1, "groceries", None, None), "lines", groceries),
        row(2, "medical", Some("3号201"), Some(5)),
        row(3, "property", Some("12号501"), Some(2)),
        // Two of that name live there.
        with(
            row(4, "medicine", Some("12号601"), None),
            "lines",
            json!([thing("降压药", 1, "盒")])
        ),
        with(last, "lines", json!([thing("米", 20, "kg")])),
    ]);
    assert_eq!(read, expected, "{read:#}");
    assert!(!office.path("data").exists(), "no data folder is made");
}

#[test]
fn what_is_urgent_comes_first_and_loud_and_what_was_not_read_is_told() {
    let office = Office::empty();
    std::fs::write(
        office.path("群.txt"),
        format!("停电了{}\n胸口痛得厉害\n", "啊".repeat(6_000)),
    )
    .unwrap();
    let output = office.alongside(
        env!("CARGO_BIN_EXE_linli"),
        &["request", "read", &office.text("群.txt")],
    );
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].contains("2 条消息，紧急 1"), "{shown}");
    assert!(lines[1].starts_with("2\t！！紧急（胸口痛）！！"), "{shown}");
    assert!(lines[2].starts_with("1\t房屋"), "{shown}");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("第 1 条太长，只读了前 5000 个字"), "{told}");
}
