//! What is said by a code with values, so that every language has its own sentence for it.

use serde::Serialize;
use serde_json::Value;

/// The stable code of what is said, and the values of its sentence by name; what has a code itself (a stage, a rule) stands
/// by it, and a value that is missing is empty. Said is an enum whose JSON has its code as `code`, or is nothing but the code.
pub fn told(said: &(impl Serialize + ?Sized)) -> (String, Vec<(String, String)>) {
    match serde_json::to_value(said) {
        Ok(Value::Object(mut told)) => {
            let code = told.remove("code").map(text).unwrap_or_default();
            let values = told.into_iter().map(|(name, value)| (name, text(value)));
            (code, values.collect())
        }
        Ok(code @ Value::String(_)) => (text(code), Vec::new()),
        _ => Default::default(),
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
