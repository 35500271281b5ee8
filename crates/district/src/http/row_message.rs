//! A row as a source's message has it. What it is not, is said by its field, in the words of whoever writes the program.

use serde_json::{Map, Value};

use crate::pushed::{Content, OrderRow, TaskRow};

/// A row as messages have it.
pub(super) trait Message: Content {
    /// Its fields that are texts, with what people call them.
    const TEXTS: &'static [(&'static str, &'static str)];

    /// Whether the others are what they should be.
    ///
    /// # Errors
    /// Which is not, and what it should be.
    fn fit(fields: &Map<String, Value>) -> Result<(), String>;
}

impl Message for TaskRow {
    const TEXTS: &'static [(&'static str, &'static str)] = &[
        ("reference", "编号"),
        ("name", "姓名"),
        ("document_number", "证件号码"),
        ("phone", "电话"),
        ("address", "地址"),
        ("note", "情况"),
        ("committee", "居委会"),
        ("deadline", "截止时间"),
    ];

    fn fit(fields: &Map<String, Value>) -> Result<(), String> {
        let Some(questions) = fields.get("questions") else {
            return Ok(());
        };
        list("questions（问题）", questions)?
            .iter()
            .zip(1..)
            .try_for_each(question)
    }
}

impl Message for OrderRow {
    const TEXTS: &'static [(&'static str, &'static str)] = &[
        ("reference", "工单编号"),
        ("title", "标题"),
        ("body", "诉求内容"),
        ("category", "诉求类型"),
        ("urgency", "紧急程度"),
        ("name", "姓名"),
        ("phone", "电话"),
        ("address", "地址"),
        ("note", "备注"),
        ("committee", "居委会"),
        ("registered_at", "派单时间"),
        ("deadline", "期限"),
    ];

    fn fit(fields: &Map<String, Value>) -> Result<(), String> {
        match fields.get("handled_by_district") {
            None | Some(Value::Bool(_)) => Ok(()),
            Some(other) => Err(not("handled_by_district（区级直办）", " true 或 false", other)),
        }
    }
}

/// The row that a message says.
///
/// # Errors
/// Which of its fields is not what it should be, and what it should be.
pub(super) fn row<R: Message>(value: &Value) -> Result<R, String> {
    fit::<R>(value).map_err(|why| format!("格式不对：{why}"))?;
    R::deserialize(value).map_err(|_| "格式不对：有一项读不出来".to_owned())
}

fn fit<R: Message>(value: &Value) -> Result<(), String> {
    let fields = object("一行", value)?;
    for (field, called) in R::TEXTS {
        match fields.get(*field) {
            None | Some(Value::Null | Value::String(_)) => {}
            Some(other) => {
                return Err(not(
                    &format!("{field}（{called}）"),
                    "带引号的文字，不知道时写 null",
                    other,
                ));
            }
        }
    }
    R::fit(fields)
}

fn question((value, place): (&Value, usize)) -> Result<(), String> {
    let fields = object(&format!("questions（问题）的第 {place} 个"), value)?;
    text(&format!("第 {place} 个问题的 name"), fields.get("name"))?;
    let choices = format!("第 {place} 个问题的 choices（选项）");
    let Some(value) = fields.get("choices") else {
        return Ok(());
    };
    list(&choices, value)?
        .iter()
        .zip(1..)
        .try_for_each(|(choice, place): (_, usize)| text(&format!("{choices}的第 {place} 个"), Some(choice)))
}

fn object<'v>(what: &str, value: &'v Value) -> Result<&'v Map<String, Value>, String> {
    value.as_object().ok_or_else(|| not(what, "对象 { … }", value))
}

fn list<'v>(what: &str, value: &'v Value) -> Result<&'v Vec<Value>, String> {
    value.as_array().ok_or_else(|| not(what, "列表 [ … ]", value))
}

fn text(what: &str, value: Option<&Value>) -> Result<(), String> {
    match value {
        Some(Value::String(_)) => Ok(()),
        Some(other) => Err(not(what, "带引号的文字", other)),
        None => Err(format!("{what} 没有写，应是带引号的文字")),
    }
}

fn not(what: &str, expected: &str, value: &Value) -> String {
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "true 或 false",
        Value::Number(_) => "数字",
        Value::String(_) => "文字",
        Value::Array(_) => "列表",
        Value::Object(_) => "对象",
    };
    format!("{what} 应是{expected}，这里是{is}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn which_field_is_not_what_it_should_be_is_said_in_words() {
        let cases = [
            (json!("no row"), "一行 应是对象 { … }，这里是文字"),
            (json!(["D-1", "张三"]), "一行 应是对象 { … }，这里是列表"),
            (
                json!({ "name": "张三", "phone": 13_800_138_000_u64 }),
                "phone（电话） 应是带引号的文字，不知道时写 null，这里是数字",
            ),
            (
                json!({ "questions": "症状" }),
                "questions（问题） 应是列表 [ … ]，这里是文字",
            ),
            (
                json!({ "questions": null }),
                "questions（问题） 应是列表 [ … ]，这里是null",
            ),
            (
                json!({ "questions": ["症状"] }),
                "questions（问题）的第 1 个 应是对象 { … }，这里是文字",
            ),
            (
                json!({ "questions": [{ "name": "症状" }, { "choices": [] }] }),
                "第 2 个问题的 name 没有写，应是带引号的文字",
            ),
            (
                json!({ "questions": [{ "name": "症状", "choices": ["有", 0] }] }),
                "第 1 个问题的 choices（选项）的第 2 个 应是带引号的文字，这里是数字",
            ),
        ];
        for (value, said) in cases {
            assert_eq!(row::<TaskRow>(&value), Err(format!("格式不对：{said}")));
        }
        let good =
            json!({ "name": "张三", "phone": null, "newer": 1, "questions": [{ "name": "症状", "choices": ["有"] }] });
        assert_eq!(row::<TaskRow>(&good).unwrap().questions[0].choices, ["有"]);
    }
}
