//! Tasks 核查任务: rows to be verified by phone or at the door.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;
use linli_domain::entity::State;
use linli_domain::happened::{By, Cause, Reasoned};
use linli_domain::import::{Column, ImportKind};
use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change};
use linli_domain::record::Field;
use linli_domain::task::{
    CHOICES, HOURS, LONG_TEXT, QUESTIONS, SHORT_TEXT, Task, TaskFact, TaskStage, VisitOutcome, Way,
};
use linli_domain::time::{self, Moment};
use linli_domain::writing::{placed, quoted};
use linli_matching::written::{phones_of, place_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::{clean, code, moment, reference};
use super::{Content, Fill, Known, Labels, Said, Standing, Told};
use crate::Error;
use crate::storage::Transaction;

/// A row that somebody is to verify. What its source does not know is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TaskRow {
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

/// What the district set for tasks: in which time they are answered where they do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskRules {
    /// From when it is pushed.
    pub within: TimeDelta,
}

impl Default for TaskRules {
    fn default() -> TaskRules {
        TaskRules {
            within: TimeDelta::hours(HOURS),
        }
    }
}

/// What a visit found, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visited {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    found: Option<VisitOutcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    way: Option<Way>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    learnt: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TaskAnswer {
    /// The source's own id of it.
    pub reference: String,
    /// How far it is: answered, returned by its committee, taken back, or open again.
    pub state: Standing,
    /// What a visit found: `found`, `not_found`, `moved`, `refused` or `wrong_person`.
    pub outcome: Option<String>,
    /// How: `phone` or `door`.
    pub way: Option<String>,
    /// When, in China Standard Time: `2020-02-02T09:30:00`.
    pub at: Option<String>,
    /// The committee.
    pub committee: Option<String>,
    /// Who of it, as the entry names them.
    pub by: Option<String>,
    /// What was learnt, by question.
    pub learnt: BTreeMap<String, String>,
    /// Remark.
    pub note: Option<String>,
    /// Why its committee returned it, or why it was taken back.
    pub reason: Option<String>,
}

impl Content for TaskRow {
    type Item = Task;
    type Found = Visited;
    type Answer = TaskAnswer;
    type Rules = TaskRules;

    const WORD: &'static str = "task";
    // Tasks were the only kind once.
    const DAMAGED: &'static str = "damaged";
    const PUSHED: Action = Action::TasksPushed;
    const CHANGED: Action = Action::TasksTakenBack;
    const LABELS: Labels = Labels {
        open: "待核查",
        answered: "已核查",
        result: "核查结果",
    };
    const IMPORT: ImportKind = ImportKind::Tasks;
    const COLUMNS: &'static str = "姓名、证件号码、电话、地址、编号、来源、截止时间、情况";

    fn said(&self) -> Said<'_> {
        Said {
            name: self.name.as_deref(),
            document_number: self.document_number.as_deref(),
            phone: self.phone.as_deref(),
            address: self.address.as_deref(),
            committee: self.committee.as_deref(),
        }
    }

    fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    fn checked(&self) -> Result<TaskRow, String> {
        let short = |text: &Option<String>, column, name| clean(text, column, (name, SHORT_TEXT));
        let long = |text: &Option<String>, column, name| clean(text, column, (name, LONG_TEXT));
        let row = TaskRow {
            reference: self.reference.as_deref().map(reference).transpose()?.flatten(),
            name: short(&self.name, Column::Name, "姓名")?,
            document_number: short(&self.document_number, Column::DocumentNumber, "证件号码")?,
            phone: short(&self.phone, Column::Phone, "电话")?,
            // Blanks stay: 12 501 is not 12501.
            address: long(&self.address, Column::RegisteredAddress, "地址")?,
            note: long(&self.note, Column::Note, "情况")?,
            committee: short(&self.committee, Column::Source, "居委会")?,
            deadline: moment(&self.deadline, "截止时间")?,
            questions: self.questions.iter().map(Ask::checked).collect::<Result<_, _>>()?,
        };
        bounded(&row.questions)?;
        if row.name.is_none() && row.document_number.is_none() && row.phone.is_none() && row.address.is_none() {
            return Err("姓名、证件号码、电话、地址都没有".into());
        }
        Ok(row)
    }

    /// As it says itself, or as it was, or so long from when it was pushed.
    fn due(&self, before: Option<Moment>, given_at: Moment, rules: &TaskRules) -> Moment {
        let own = self.deadline.as_deref().and_then(time::deadline);
        own.or(before)
            .unwrap_or(Moment(given_at.0.saturating_add(rules.within.num_milliseconds())))
    }

    fn fields(&self, known: Known<'_>, _: &TaskRules) -> Result<Vec<Fill>, Error> {
        let questions = (!self.questions.is_empty()).then(|| serde_json::to_string(&self.questions));
        Ok(vec![
            (Field::Name, self.name.clone()),
            (Field::DocumentNumber, self.document_number.clone()),
            (Field::Phone, self.phone.clone()),
            (Field::Address, self.address.clone()),
            (Field::Note, self.note.clone()),
            (Field::Source, Some(known.source.to_owned())),
            (Field::Reference, Some(known.reference.to_owned())),
            (Field::Deadline, Some(known.due.text())),
            (Field::Questions, questions.transpose()?),
        ])
    }

    fn unread(reference: Option<String>, text: String) -> TaskRow {
        TaskRow {
            reference,
            note: Some(text),
            ..TaskRow::default()
        }
    }

    fn of_cells(cells: &BTreeMap<Column, String>, note: Option<String>) -> TaskRow {
        let of = |column| cells.get(&column).cloned();
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        TaskRow {
            reference: of(Column::Reference),
            name: of(Column::Name),
            document_number: of(Column::DocumentNumber),
            phone: said(phones_of(cells)),
            address: said(place_of(cells)),
            committee: of(Column::Committee),
            deadline: of(Column::Deadline),
            note,
            questions: Vec::new(),
        }
    }

    fn rules(_: &mut dyn Transaction) -> Result<TaskRules, Error> {
        Ok(TaskRules::default())
    }

    fn item(state: &State) -> Option<&Task> {
        state.task()
    }

    fn standing(task: &Task) -> Standing {
        match task.stage() {
            TaskStage::Open => Standing::Open,
            TaskStage::Answered => Standing::Answered,
            TaskStage::Returned => Standing::Returned,
            TaskStage::TakenBack => Standing::TakenBack,
        }
    }

    fn found(task: &Task) -> Option<(Visited, &By)> {
        let visit = task.answer()?;
        let visited = Visited {
            found: Some(visit.outcome),
            way: Some(visit.way),
            learnt: visit.learnt.clone(),
            note: visit.note.clone(),
        };
        Some((visited, &visit.did))
    }

    fn reason(task: &Task) -> Option<&Reasoned> {
        match task.stage() {
            TaskStage::Returned => task.returned.as_ref(),
            TaskStage::TakenBack => task.taken_back.as_ref(),
            TaskStage::Open | TaskStage::Answered => None,
        }
    }

    fn withdrawn(reason: String, cause: Cause) -> Change {
        TaskFact::TakenBack { reason, cause }.into()
    }

    fn given_again(reason: String) -> Change {
        TaskFact::GivenAgain { reason }.into()
    }

    fn answer(told: Told<TaskRow>) -> Result<TaskAnswer, Error> {
        let visited = &told.outcome.found;
        let text = |text: &String| (!text.is_empty()).then(|| text.clone());
        Ok(TaskAnswer {
            outcome: code(&visited.found)?,
            way: code(&visited.way)?,
            at: text(&told.outcome.at),
            by: text(&told.outcome.by),
            learnt: visited.learnt.clone(),
            note: visited.note.clone(),
            reason: told.outcome.reason,
            reference: told.reference,
            state: told.state,
            committee: told.committee,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[(&str, &str)]) -> TaskRow {
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
