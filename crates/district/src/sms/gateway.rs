//! What a gateway is, and the one that only writes a log.

use linli_domain::writing::placed;

use crate::Error;

/// A message to one resident.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Message {
    /// The same for the same message, by which a gateway may notice a second one.
    pub id: String,
    /// Mobile number.
    pub to: String,
    /// Text.
    pub text: String,
}

/// What came of giving a message to a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It was taken.
    Accepted,
    /// It was not taken: why.
    Refused(String),
    /// It may have been: why that is not known.
    Unknown(String),
}

/// A way to residents' phones.
pub trait Gateway: Send {
    /// Gives it a message, once.
    fn send(&self, message: &Message) -> Delivery;
}

/// Sends nothing; notes in the log that there was something to send.
#[derive(Debug, Clone, Copy)]
pub struct Log;

impl Gateway for Log {
    fn send(&self, message: &Message) -> Delivery {
        // Neither number nor text: the log holds nobody's data.
        tracing::info!(id = message.id, "a message would be sent: no gateway is set up");
        Delivery::Refused("区级平台没有接短信网关".into())
    }
}

/// The text of messages, with `{姓名}` and the like in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Name(String),
}

/// The names that stand for something.
const NAMES: [&str; 6] = ["姓名", "居委会", "轮次", "预约号", "凭证号", "领取点"];
/// Most characters of a template.
const LENGTH: usize = 500;
/// The template where none is given.
const DEFAULT: &str = "{姓名}您好，您在{居委会}登记的“{轮次}”（预约号{预约号}）已通过审核，请按居委会通知领取。";

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A bracket is open, or a name stands for nothing.
    pub fn read(text: &str) -> Result<Template, Error> {
        if text.trim().is_empty() || text.chars().count() > LENGTH {
            return Err(Error::Input(format!("短信模板要有内容，不超过 {LENGTH} 字")));
        }
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            let closed = after.split_once('}');
            let (name, after) = closed.ok_or_else(|| Error::Input("短信模板里有“{”没有“}”".into()))?;
            if !NAMES.contains(&name) {
                let words = format!("短信模板里的“{{{name}}}”不认识，可以用 {}", NAMES.join("、"));
                return Err(Error::Input(words));
            }
            pieces.extend([Piece::Text(before.to_owned()), Piece::Name(name.to_owned())]);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Template { pieces })
    }

    /// The text for one resident.
    pub(super) fn fill(&self, value: impl Fn(&str) -> Option<String>) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                // On one line, whatever somebody's name holds.
                Piece::Name(name) => {
                    let value = value(name).unwrap_or_default();
                    placed(&value).split_whitespace().collect::<Vec<_>>().join(" ")
                }
            })
            .collect()
    }
}

impl Default for Template {
    fn default() -> Template {
        let text = || Template {
            pieces: vec![Piece::Text(DEFAULT.to_owned())],
        };
        Template::read(DEFAULT).unwrap_or_else(|_| text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_checked_before_anybody_gets_one() {
        let template = Template::read("{姓名}：凭证{凭证号}").unwrap();
        let filled = template.fill(|name| {
            Some(if name == "姓名" {
                "{凭证号}".into()
            } else {
                "02-00037-4".into()
            })
        });
        assert_eq!(filled, "{凭证号}：凭证02-00037-4", "what is put in is not read again");
        let name = template.fill(|name| (name == "姓名").then(|| "张\u{202e}\u{1}三\n四".into()));
        assert_eq!(name, "张三 四：凭证");
        for flawed in ["", "{姓名", "{电话}"] {
            assert!(Template::read(flawed).is_err(), "{flawed}");
        }
        assert!(Template::default().pieces.len() > 5);
    }
}
