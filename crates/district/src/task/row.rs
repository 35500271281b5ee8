//! A row as its source gives it, what is taken of it, and why it may not be usable.

use std::collections::HashSet;

use chrono::TimeDelta;
use linli_domain::filler::unless_filler;
use linli_domain::import::{Column, cleaned};
use linli_domain::operation::{EntityId, Hash};
use linli_domain::record::Field;
use linli_domain::task::{CHOICES, LONG_TEXT, QUESTIONS, SHORT_TEXT};
use linli_domain::time::{self, Moment};
use linli_domain::writing::{placed, quoted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Builder;

use crate::Error;

/// Bytes of a hash that make a reference where the source has none: 16 hexadecimal digits.
const MADE: usize = 8;

/// A row that somebody is to verify. What its source does not know is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "TaskRow")]
pub struct Row {
    /// The source's own id of the row, at most 60 characters: by it a row is known again, corrected and taken back. Where
    /// it is left out, one is made of what the row says and the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// 姓名, at most 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 证件号码, whole or masked, at most 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// 电话, whole or masked, at most 60 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// 地址 as it was written down, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What else there is to say, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// 居委会, by its name or by town and name, where the source knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub committee: Option<String>,
    /// Until when it is to be answered, in China Standard Time: `2020-02-02 13:24`. Twelve hours from now where it is
    /// left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// What is to be asked, at most 20 questions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Ask>,
}

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TaskQuestion")]
pub struct Ask {
    /// `返沪日期`.
    pub name: String,
    /// Answers to choose from, at most 20; free text where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

impl Ask {
    /// A question as staff write it: `返沪日期`, or with its answers `症状:有/无`.
    ///
    /// # Errors
    /// It says nothing, or too much.
    pub fn read(text: &str) -> Result<Ask, Error> {
        let (name, choices) = text.split_once([':', '：']).unwrap_or((text, ""));
        let choices = choices.split(['/', '、']).map(str::trim).filter(|one| !one.is_empty());
        let ask = Ask {
            name: name.trim().to_owned(),
            choices: choices.map(str::to_owned).collect(),
        };
        ask.checked().map_err(Error::Input)
    }

    /// Questions as staff write them.
    ///
    /// # Errors
    /// One of them is none, or there are too many, or one twice.
    pub fn all(texts: &[String]) -> Result<Vec<Ask>, Error> {
        let asked = texts
            .iter()
            .map(|text| Ask::read(text))
            .collect::<Result<Vec<_>, _>>()?;
        bounded(&asked).map_err(Error::Input)?;
        Ok(asked)
    }

    fn checked(&self) -> Result<Ask, String> {
        let name = placed(self.name.trim()).into_owned();
        let choices: Vec<String> = self.choices.iter().map(|one| placed(one.trim()).into_owned()).collect();
        let long = |text: &String| text.is_empty() || text.chars().count() > SHORT_TEXT;
        if long(&name) || choices.len() > CHOICES || choices.iter().any(long) {
            return Err(format!(
                "问题“{}”不能用：问题和选项都要有字，不超过 {SHORT_TEXT} 字，选项不超过 {CHOICES} 个",
                quoted(&name)
            ));
        }
        if let Some(twice) = twice(choices.iter()) {
            return Err(format!("问题“{}”的选项“{}”写了两次", quoted(&name), quoted(twice)));
        }
        Ok(Ask { name, choices })
    }
}

/// Whether there are not too many questions, and each once: answers are known by them.
fn bounded(questions: &[Ask]) -> Result<(), String> {
    if questions.len() > QUESTIONS {
        return Err(format!("问题超过 {QUESTIONS} 个"));
    }
    match twice(questions.iter().map(|ask| &ask.name)) {
        Some(twice) => Err(format!("问题“{}”写了两次", quoted(twice))),
        None => Ok(()),
    }
}

/// The first text that stands there twice.
fn twice<'t>(mut texts: impl Iterator<Item = &'t String>) -> Option<&'t str> {
    let mut seen = HashSet::new();
    texts.find(|text| !seen.insert(text.as_str())).map(String::as_str)
}

impl Row {
    /// The row in clean writing.
    ///
    /// # Errors
    /// Why it cannot be used, in words.
    pub fn checked(&self) -> Result<Row, String> {
        let short = |text: &Option<String>, column, name| clean(text, column, (name, SHORT_TEXT));
        let long = |text: &Option<String>, column, name| clean(text, column, (name, LONG_TEXT));
        let row = Row {
            reference: self.reference.as_deref().map(reference).transpose()?.flatten(),
            name: short(&self.name, Column::Name, "姓名")?,
            document_number: short(&self.document_number, Column::DocumentNumber, "证件号码")?,
            phone: short(&self.phone, Column::Phone, "电话")?,
            // Blanks stay: 12 501 is not 12501.
            address: long(&self.address, Column::RegisteredAddress, "地址")?,
            note: long(&self.note, Column::Note, "情况")?,
            committee: short(&self.committee, Column::Source, "居委会")?,
            deadline: self.deadline.as_deref().map(deadline).transpose()?.flatten(),
            questions: self.questions.iter().map(Ask::checked).collect::<Result<_, _>>()?,
        };
        bounded(&row.questions)?;
        if row.name.is_none() && row.document_number.is_none() && row.phone.is_none() && row.address.is_none() {
            return Err("姓名、证件号码、电话、地址都没有".into());
        }
        Ok(row)
    }

    /// The reference by which it is known: the source's own, or one made of what it says and the day.
    pub(super) fn known_by(&self, now: Moment) -> Result<String, Error> {
        if let Some(own) = &self.reference {
            return Ok(own.clone());
        }
        let day = now.date().format("%Y%m%d");
        let content = Hash::ZERO.chain(&serde_json::to_vec(self)?);
        let made = data_encoding::HEXLOWER.encode(&content.0[..MADE]);
        Ok(format!("{day}-{made}"))
    }

    /// Until when it is to be answered: as it says itself, or so long from now.
    pub(super) fn due(&self, now: Moment, within: TimeDelta) -> Moment {
        let own = self.deadline.as_deref().and_then(time::deadline);
        own.unwrap_or(Moment(now.0.saturating_add(within.num_milliseconds())))
    }

    /// Its fields in a committee's log.
    pub(super) fn fields(&self, source: &str, reference: &str, due: Moment) -> Result<[Fill; 9], Error> {
        let questions = (!self.questions.is_empty()).then(|| serde_json::to_string(&self.questions));
        Ok([
            (Field::Name, self.name.clone()),
            (Field::DocumentNumber, self.document_number.clone()),
            (Field::Phone, self.phone.clone()),
            (Field::Address, self.address.clone()),
            (Field::Note, self.note.clone()),
            (Field::Source, Some(source.to_owned())),
            (Field::Reference, Some(reference.to_owned())),
            (Field::Deadline, Some(due.text())),
            (Field::Questions, questions.transpose()?),
        ])
    }
}

/// A field and its value.
pub(super) type Fill = (Field, Option<String>);

/// A text in the writing of a field; none where it says nothing.
fn clean(text: &Option<String>, column: Column, (name, most): (&str, usize)) -> Result<Option<String>, String> {
    let Some(text) = text.as_deref().and_then(unless_filler) else {
        return Ok(None);
    };
    let text = placed(&cleaned(column, text).text).trim().to_owned();
    let count = text.chars().count();
    if count > most {
        return Err(format!("“{name}”有 {count} 字，最多 {most} 字"));
    }
    Ok((!text.is_empty()).then_some(text))
}

/// A reference as it is kept: as its source writes it, which knows the row by it.
pub(super) fn reference(text: &str) -> Result<Option<String>, String> {
    let text = placed(text.trim()).into_owned();
    match text.chars().count() {
        0 => Ok(None),
        count if count > SHORT_TEXT => Err(format!("“编号”有 {count} 字，最多 {SHORT_TEXT} 字")),
        _ => Ok(Some(text)),
    }
}

fn deadline(text: &str) -> Result<Option<String>, String> {
    let Some(text) = unless_filler(text) else {
        return Ok(None);
    };
    let at = time::deadline(text).filter(|at| at.is_plausible());
    at.map(|at| Some(at.text()))
        .ok_or_else(|| format!("截止时间“{}”读不懂，应写成 2020-02-02 13:24", quoted(text)))
}

/// The id of a row in every committee that has it: the same for one reference of one source (UUID version 8, RFC 9562).
pub(super) fn id(kind: &str, source: &str, reference: &str) -> Result<EntityId, Error> {
    let content = serde_json::to_vec(&(kind, source, reference))?;
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Hash::ZERO.chain(&content).0[..16]);
    Ok(EntityId(Builder::from_custom_bytes(bytes).into_uuid()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[(&str, &str)]) -> Row {
        let object: serde_json::Map<_, _> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        serde_json::from_value(object.into()).unwrap()
    }

    #[test]
    fn what_cannot_be_used_is_said_in_words() {
        let long = "长".repeat(501);
        let cases: [(&[(&str, &str)], &str); 5] = [
            (&[("note", "发热"), ("name", "无")], "姓名、证件号码、电话、地址都没有"),
            (&[("name", &long)], "“姓名”有 501 字，最多 60 字"),
            (&[("address", &long)], "“地址”有 501 字，最多 500 字"),
            (&[("name", "张三"), ("deadline", "明天")], "截止时间“明天”读不懂"),
            (&[("name", "张三"), ("deadline", "9999-01-01")], "读不懂"),
        ];
        for (fields, said) in cases {
            let damage = row(fields).checked().unwrap_err();
            assert!(damage.contains(said), "{damage}");
        }
        let clean = row(&[
            ("name", " 张 三"),
            ("phone", "１３８０\u{200b}"),
            ("address", "12 501"),
            ("deadline", "2020/2/2 8:00"),
        ]);
        let clean = clean.checked().unwrap();
        assert_eq!(
            (
                clean.name.as_deref(),
                clean.phone.as_deref(),
                clean.address.as_deref(),
                clean.deadline.as_deref()
            ),
            (Some("张三"), Some("1380"), Some("12 501"), Some("2020-02-02T08:00:00"))
        );
    }

    #[test]
    fn a_question_may_offer_answers() {
        let ask = Ask::read("症状：有/无").unwrap();
        assert_eq!(
            (ask.name.as_str(), ask.choices.as_slice()),
            ("症状", ["有".to_owned(), "无".to_owned()].as_slice())
        );
        assert_eq!(Ask::read("返沪日期").unwrap().choices, Vec::<String>::new());
        assert!(Ask::read(":有/无").is_err());
        assert!(
            Ask::read("症状:有/有")
                .unwrap_err()
                .to_string()
                .contains("“有”写了两次")
        );
    }
}
