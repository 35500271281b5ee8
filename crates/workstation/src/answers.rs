//! Answers 答复口径: finding an approved wording by words or pinyin, writing one of the committee's own, putting a newer one in
//! its place, and withdrawing it.

use foldhash::HashMap;
use linli_domain::answer::{Answer, BODY, CATEGORY, TITLE};
use linli_domain::operation::{Action, Change, EntityId};
use linli_domain::record::Field;
use linli_domain::refusal::Refusal;
use linli_domain::reservation::created;
use linli_domain::time::Moment;
use linli_store::{Draft, ItemState, View};

use crate::api::Done;
use crate::api::answers::{AnswerList, AnswerListRequest, AnswerRow, AnswerSave, AnswerWithdraw};
use crate::named::{FormField, Thing};
use crate::queue::{Words, asked, by_value, each, ids, one, optional, slice};
use crate::workstation::{done, id};
use crate::{Error, Workstation};

/// A filtered slice.
pub(crate) fn answer_list(ws: &Workstation, request: AnswerListRequest) -> Result<AnswerList, Error> {
    let answers = {
        let store = ws.store();
        ws.answers.now(store.view())?
    };
    let replaced = replaced(&answers);
    let words = Words::of(request.query.as_deref());
    let newest = answers.iter().rev();
    let mut found: Vec<(Fit, &ItemState<Answer>)> = newest
        .filter(|one| request.old || !replaced.contains_key(&one.id))
        .filter_map(|one| Some((fit(&one.state, &words)?, one)))
        .collect();
    let categories = by_value(
        found
            .iter()
            .map(|(_, one)| one.state.category())
            .filter(|about| !about.is_empty()),
        str::to_owned,
    );
    found.retain(|(_, one)| {
        let wanted = request.category.as_deref();
        wanted.is_none_or(|about| one.state.category() == about)
    });
    found.sort_by_key(|(fit, one)| (replaced.contains_key(&one.id), *fit));
    Ok(AnswerList {
        total: found.len(),
        rows: slice(&found, request.page)
            .iter()
            .map(|(_, one)| row(one, replaced.get(&one.id).copied()))
            .collect(),
        all: answers.iter().filter(|one| !replaced.contains_key(&one.id)).count(),
        categories,
    })
}

/// Those that may be used, the newest first.
///
/// # Errors
/// The database's.
pub(crate) fn in_force(ws: &Workstation) -> Result<Vec<(EntityId, Answer)>, Error> {
    let answers = {
        let store = ws.store();
        ws.answers.now(store.view())?
    };
    let replaced = replaced(&answers);
    let newest = answers.iter().rev().filter(|one| !replaced.contains_key(&one.id));
    Ok(newest.map(|one| (one.id, one.state.clone())).collect())
}

/// When a newer one took the place of each that has none of its own any more.
fn replaced(answers: &[ItemState<Answer>]) -> HashMap<EntityId, Moment> {
    let newer = answers.iter();
    newer
        .filter_map(|one| Some((one.state.replaces()?, one.state.written_at)))
        .collect()
}

/// Where the words of a query are found: the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Question,
    Wording,
}

/// `None`: one of the words is nowhere.
fn fit(answer: &Answer, words: &Words) -> Option<Fit> {
    let (question, about) = (answer.title(), answer.category());
    match () {
        () if words.are_in(&[question, about], question) => Some(Fit::Question),
        () if words.are_in(&[question, about, answer.body()], question) => Some(Fit::Wording),
        () => None,
    }
}

fn row(one: &ItemState<Answer>, replaced: Option<Moment>) -> AnswerRow {
    let answer = &one.state;
    AnswerRow {
        id: one.id.to_string(),
        title: answer.title().to_owned(),
        body: answer.body().to_owned(),
        category: answer.category().to_owned(),
        written_at: answer.written_at.text(),
        by: answer.by.clone(),
        districts: answer.is_districts(),
        replaced_at: replaced.map(Moment::text),
    }
}

/// Writes a wording, in the place of an older one of the committee where one is named.
pub(crate) fn answer_save(ws: &Workstation, request: AnswerSave) -> Result<Done, Error> {
    let title = asked(FormField::Question, &request.title, TITLE)?;
    let body = asked(FormField::Wording, &request.body, BODY)?;
    let category = optional(FormField::About, request.category.as_deref(), CATEGORY)?;
    let older = request.replaces.as_deref();
    let older = older.map(|text| id(Thing::Answer, text)).transpose()?;
    let written = ws.write(Action::AnswerWritten, |view| {
        if let Some(older) = older {
            is_to_be_replaced(view, older)?;
        }
        let change = created([
            (Field::Title, Some(title.to_owned())),
            (Field::Body, Some(body.to_owned())),
            (Field::Category, category.map(str::to_owned)),
            (Field::Replaces, older.map(|older| older.to_string())),
        ]);
        Ok(vec![Draft::on::<Answer>(ws.new_id(), change)])
    })?;
    Ok(done(written))
}

/// An older one is there, the committee's own, and no newer one has its place.
fn is_to_be_replaced(view: View<'_>, older: EntityId) -> Result<(), Error> {
    may_be_changed(&one::<Answer>(view, older)?.state)?;
    let mut all = view.items::<Answer>(None)?.into_iter();
    match all.any(|one| one.state.replaces() == Some(older)) {
        true => Err(Refusal::AnswerReplaced.into()),
        false => Ok(()),
    }
}

fn may_be_changed(answer: &Answer) -> Result<(), Error> {
    match answer.is_districts() {
        true => Err(Refusal::DistrictsAnswer.into()),
        false => Ok(()),
    }
}

/// Withdraws wordings of the committee: nobody finds them any more, and replies taken from them stay as they are.
pub(crate) fn answer_withdraw(ws: &Workstation, request: AnswerWithdraw) -> Result<Done, Error> {
    let ids: Vec<EntityId> = ids::<Answer, _>(&request.ids)?;
    let written = ws.write(Action::AnswersWithdrawn, |view| {
        each(view, &ids, |one: &ItemState<Answer>| {
            may_be_changed(&one.state)?;
            Ok(Some(Change::Delete))
        })
    })?;
    Ok(done(written))
}

#[cfg(test)]
mod tests {
    use linli_domain::item::Item as _;
    use linli_domain::operation::DeviceId;
    use linli_domain::record::Recorded;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_wording_is_found_by_its_question_by_pinyin_and_by_what_it_says() {
        let change = created([
            (Field::Title, Some("核酸报告几点出".to_owned())),
            (Field::Category, Some("检测".to_owned())),
            (Field::Body, Some("一般次日早上八点前，可在随申办查询。".to_owned())),
        ]);
        let recorded = Recorded {
            change: &change,
            device: DeviceId(Uuid::nil()),
            actor: "董敏",
            at: Moment(1),
        };
        let answer = Answer::fold(std::iter::once(recorded)).unwrap();
        let cases = [
            ("", Some(Fit::Question)),
            ("检测 报告", Some(Fit::Question)),
            ("hsbg", Some(Fit::Question)),
            ("核酸 baogao", Some(Fit::Question)),
            ("随申办", Some(Fit::Wording)),
            ("核酸 随申办", Some(Fit::Wording)),
            ("抗原", None),
            ("suishenban", None),
        ];
        for (query, expected) in cases {
            assert_eq!(fit(&answer, &Words::of(Some(query))), expected, "{query}");
        }
    }
}
