//! Where a row goes after it was pushed: corrected, passed on to another committee, taken back.

use std::collections::BTreeMap;

use linli_domain::entity::State;
use linli_domain::happened::Cause;
use linli_domain::operation::{Action, Change, EntityId, FieldChange};
use linli_domain::record::{Field, Record};
use linli_domain::reservation::created;
use linli_domain::task::LONG_TEXT;
use linli_domain::time::Moment;
use linli_domain::writing::placed;
use schemars::JsonSchema;
use serde::Serialize;

use super::follow::Outcome;
use super::push::{Ready, Verdict};
use super::route::Goes;
use super::row::{id, reference};
use super::{Beside, COLUMNS, Content, Fill, Kept, Known, Standing, source};
use crate::district::audit;
use crate::random::Randomness;
use crate::sequence::entities::Entities;
use crate::sequence::{Draft, Sequence};
use crate::storage::Transaction;
use crate::{DISTRICT, District, Error, values};

/// Most references that are taken back at once.
pub const TAKEN_BACK: usize = super::push::ROWS;

/// What became of a row that its source takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TakeBack {
    /// It needs no answer any more.
    TakenBack,
    /// That was so already.
    Known,
    /// It is answered: the answer stands.
    Answered,
    /// The source has pushed no such row.
    NotFound,
}

/// A reference and what became of its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TakenBackRow {
    /// The source's own id of it.
    pub reference: String,
    /// What became of it.
    pub verdict: TakeBack,
}

/// Where a row goes, and why.
pub(super) struct Placing<'p, R> {
    goes: Goes,
    /// What it says now, where its source corrects it.
    row: Option<&'p Ready<R>>,
    /// What the committees concerned are told.
    why: Why<'p>,
}

/// Why a committee is to answer a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Why<'p> {
    reason: &'p str,
    /// Whether it is to answer it again where it has: staff want another answer.
    again: bool,
}

impl Why<'_> {
    /// It waits for an answer.
    pub(super) fn waits(reason: &str) -> Why<'_> {
        Why { reason, again: false }
    }
}

impl<'p, R: Content> Placing<'p, R> {
    /// Staff want a committee to answer it, whatever it answered before.
    pub(super) fn again(committee: EntityId, reason: &'p str) -> Placing<'p, R> {
        Placing {
            goes: Goes::to(committee),
            row: None,
            why: Why { reason, again: true },
        }
    }

    fn place(&self, kept: &mut Kept, rules: &R::Rules, now: Moment) -> Result<(), Error> {
        let Goes {
            holder,
            standing,
            remark,
        } = self.goes.clone();
        if let Some(one) = self.row {
            kept.content.clone_from(&one.content);
        }
        let from = std::mem::replace(&mut kept.holder, holder);
        let row = kept.row::<R>()?;
        if from != holder || kept.standing != Standing::Open {
            kept.given_at = now;
            kept.beside = Beside::default();
        }
        kept.deadline = Some(row.due(kept.deadline, kept.given_at, rules));
        kept.beside = Beside {
            contacted: kept.beside.contacted,
            dissatisfied: kept.beside.dissatisfied,
            ..row.beside(kept.given_at, rules)
        };
        kept.reason = remark;
        if self.why.again {
            kept.answered_by = None;
        }
        kept.stands(standing, None);
        // It may be answered there since long, by an answer that came after another one.
        kept.unsettled |= from.is_some() && holder != from;
        Ok(())
    }
}

/// Where a row is to go.
pub(super) struct Going<'g, 'p, R: Content> {
    /// As it is said of the row behind its source's lock; `None` where it stays.
    pub(super) goes: Goal<'g, 'p, R>,
    /// What the district set for its kind; looked up where it is not known.
    pub(super) rules: Option<&'g R::Rules>,
    /// Whether it may be answered already.
    pub(super) also_answered: bool,
}

/// Says where a row is to go.
type Goal<'g, 'p, R> = &'g dyn Fn(&Kept) -> Result<Option<Placing<'p, R>>, Error>;

impl<R: Content> Going<'_, '_, R> {
    fn may_go(&self, kept: &Kept) -> bool {
        kept.standing.waits() || self.also_answered && kept.standing == Standing::Answered
    }
}

/// What became of a row that was to go somewhere.
pub(super) enum Put {
    /// It stays as it is.
    Stays(Kept),
    /// It went from there, and is now so.
    Went { from: Option<EntityId>, kept: Kept },
}

impl District {
    /// Corrects a row as its source pushes it again; says what became of it, and gives it as it is then.
    pub(super) fn correct<R: Content>(
        &self,
        one: &Ready<R>,
        to: &Goes,
        rules: &R::Rules,
        now: Moment,
    ) -> Result<(Verdict, Kept), Error> {
        let says_where = |row: &R| {
            let said = row.said();
            (said.address.map(str::to_owned), said.committee.map(str::to_owned))
        };
        let goes = |kept: &Kept| {
            if kept.content == one.content {
                return Ok(None); // Somebody else has corrected it so meanwhile.
            }
            let elsewhere = kept.holder.is_none() || says_where(&kept.row::<R>()?) != says_where(&one.row);
            // What belongs to nobody now stays where it is: they know of it. The district takes back what it answers itself.
            let own = to.standing == Standing::Direct;
            let stays = !own && kept.holder.is_some() && (to.holder.is_none() || !elsewhere);
            let there = || Goes {
                holder: kept.holder,
                standing: Standing::Open,
                remark: kept.reason.clone(),
            };
            Ok(Some(Placing {
                goes: if stays { there() } else { to.clone() },
                row: Some(one),
                why: Why::waits("来源更正了内容"),
            }))
        };
        let going = Going {
            goes: &goes,
            rules: Some(rules),
            also_answered: false,
        };
        let verdict = |kept: &Kept| match kept.content == one.content {
            true => Verdict::Known,
            false => Verdict::Closed,
        };
        Ok(match self.put((&one.source, one.item), going, now)? {
            Put::Stays(kept) => (verdict(&kept), kept),
            Put::Went { kept, .. } => (Verdict::Changed, kept),
        })
    }

    /// Passes a row on to a committee; gives the names of the committee that had it, if any had, and of the one that has it.
    ///
    /// # Errors
    /// It needs no answer any more, is there already, or the reason is missing; or the database's.
    pub fn pass_row<R: Content>(
        &self,
        item: EntityId,
        committee: EntityId,
        reason: &str,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<(Option<String>, String), Error> {
        let reason = said(reason)?;
        let kept = self
            .read(|transaction| Kept::all(transaction, [item]))?
            .pop()
            .ok_or_else(gone)?;
        let names = self.names()?;
        let name = |id: EntityId| names.get(&id).cloned().unwrap_or_default();
        let goes = |kept: &Kept| {
            if kept.standing == Standing::Open && kept.holder == Some(committee) {
                return Err(Error::Input(format!("这一行已经在{}", name(committee))));
            }
            if kept.standing == Standing::Direct {
                return Err(Error::Input("这一行由区里直接办理，不下派".into()));
            }
            Ok(Some(Placing::<R> {
                goes: Goes::to(committee),
                row: None,
                why: Why::waits(&reason),
            }))
        };
        let going = Going {
            goes: &goes,
            rules: None,
            also_answered: false,
        };
        match self.put((&kept.source, item), going, now)? {
            Put::Stays(kept) => {
                let label = kept.standing.label::<R>();
                Err(Error::Input(format!("这一行{label}，不能转派")))
            }
            Put::Went { from, .. } => {
                let (what, detail) = (format!("{}_pass", R::WORD), format!("{item} to {committee}"));
                self.write(|transaction| audit(transaction, DISTRICT, now, random, ("staff", &what, &detail)))?;
                Ok((from.map(name), name(committee)))
            }
        }
    }

    /// Puts a row where it goes, in one transaction: out of the one committee, into the other. Where that is, is said of the
    /// row as it is behind its source's lock; one that waits for nobody stays.
    pub(super) fn put<R: Content>(
        &self,
        (source, item): (&str, EntityId),
        going: Going<'_, '_, R>,
        now: Moment,
    ) -> Result<Put, Error> {
        self.write(|transaction| {
            source::lock(transaction, source, now)?;
            let kept = Kept::all(transaction, [item])?.pop().ok_or_else(gone)?;
            if !going.may_go(&kept) {
                return Ok(Put::Stays(kept));
            }
            let Some(placing) = (going.goes)(&kept)? else {
                return Ok(Put::Stays(kept));
            };
            let to = placing.goes.holder;
            // Both at once and in one order, so that nobody waits for each other.
            let mut locked: Vec<EntityId> = kept.holder.into_iter().chain(to).collect();
            locked.sort_unstable();
            for committee in locked {
                transaction.lock(committee)?;
            }
            // Its committee may have answered meanwhile.
            let mut kept = Kept::locked(transaction, [item])?.pop().ok_or_else(gone)?;
            if !going.may_go(&kept) {
                return Ok(Put::Stays(kept));
            }
            let from = kept.holder;
            let rules = match going.rules {
                Some(rules) => rules.clone(),
                None => R::rules(transaction)?,
            };
            placing.place(&mut kept, &rules, now)?;
            kept.save(transaction)?;
            if let Some(from) = from.filter(|from| Some(*from) != to) {
                let sequence = Sequence::open(self, transaction, from)?;
                withdraw::<R>(sequence, &[item], (placing.why.reason, Cause::PassedOn), now)?;
            }
            if let Some(to) = to {
                let sequence = Sequence::open(self, transaction, to)?;
                give::<R>(sequence, &kept, &rules, (placing.why, now))?;
            }
            Ok(Put::Went { from, kept })
        })
    }

    /// Takes rows of a source back, where they are not answered.
    ///
    /// # Errors
    /// There are too many, the reason is missing, or the database's: those of committees before are taken back.
    pub fn take_back<R: Content>(
        &self,
        source: &str,
        references: &[String],
        reason: &str,
        now: Moment,
    ) -> Result<Vec<TakenBackRow>, Error> {
        let reason = said(reason)?;
        if references.len() > TAKEN_BACK {
            return Err(Error::Input(format!("一次最多撤回 {TAKEN_BACK} 行，什么也没有撤回")));
        }
        let known_by = |text: &String| reference(text).ok().flatten().unwrap_or_default();
        let items = references.iter().map(|text| id(R::WORD, source, &known_by(text)));
        let items = items.collect::<Result<Vec<_>, Error>>()?;
        let mut verdicts: BTreeMap<EntityId, TakeBack> = BTreeMap::new();
        // Once more for what was passed on while it was looked for.
        loop {
            let open = items.iter().filter(|item| !verdicts.contains_key(item)).copied();
            let open = self.read(|transaction| Kept::all(transaction, open.clone()))?;
            let mut groups: BTreeMap<Option<EntityId>, Vec<EntityId>> = BTreeMap::new();
            for kept in open {
                groups.entry(kept.holder).or_default().push(kept.item);
            }
            if groups.is_empty() {
                break;
            }
            for (holder, items) in groups {
                let group = (source, holder, items.as_slice());
                let judged = self.write(|transaction| take_back::<R>(self, transaction, group, &reason, now))?;
                verdicts.extend(judged);
            }
        }
        let rows = references.iter().zip(&items).map(|(reference, item)| TakenBackRow {
            reference: reference.clone(),
            verdict: verdicts.get(item).copied().unwrap_or(TakeBack::NotFound),
        });
        Ok(rows.collect())
    }

    /// The row that staff mean: by its id, or by its reference where one source only has it, or the one that is named.
    ///
    /// # Errors
    /// There is none, or there are several; or the database's.
    pub fn row_called<R: Content>(&self, text: &str, source: Option<&str>) -> Result<EntityId, Error> {
        if let Ok(item) = text.parse() {
            let known = self.read(|transaction| Kept::all(transaction, [item]))?;
            if let Some(kept) = known.iter().find(|kept| kept.kind == Some(R::KIND)) {
                return Ok(kept.item);
            }
        }
        let sql = format!("SELECT {COLUMNS} FROM pushed WHERE committee = $1 AND reference = $2 AND kind = $3");
        let params = values![DISTRICT, text, R::KIND.number()];
        let rows = self.read(|transaction| Ok(transaction.query(&sql, &params)?))?;
        let mut called = rows.iter().map(Kept::of).collect::<Result<Vec<_>, _>>()?;
        called.retain(|kept| kept.standing != Standing::Damaged && source.is_none_or(|source| source == kept.source));
        match called.as_slice() {
            [one] => Ok(one.item),
            [] => Err(gone()),
            several => {
                let names: Vec<&str> = several.iter().map(|kept| kept.source.as_str()).collect();
                let names = names.join("、");
                Err(Error::Input(format!(
                    "编号“{text}”在几个来源里都有：{names}；请用 --source 指明"
                )))
            }
        }
    }
}

pub(super) fn gone() -> Error {
    Error::Input("没有这一行".into())
}

/// A reason as it is written down.
pub(super) fn said(reason: &str) -> Result<String, Error> {
    let reason = placed(reason.trim()).into_owned();
    if reason.is_empty() || reason.chars().count() > LONG_TEXT {
        return Err(Error::Input(format!("请写明原因，不超过 {LONG_TEXT} 字")));
    }
    Ok(reason)
}

/// Takes back, in one committee or in the district's own list; says what became of each that is there.
fn take_back<R: Content>(
    district: &District,
    transaction: &mut dyn Transaction,
    (source, holder, items): (&str, Option<EntityId>, &[EntityId]),
    reason: &str,
    now: Moment,
) -> Result<Vec<(EntityId, TakeBack)>, Error> {
    source::lock(transaction, source, now)?;
    if let Some(holder) = holder {
        transaction.lock(holder)?;
    }
    // Behind the locks: staff may have passed one on, and a committee may have answered.
    let mut there = Kept::locked(transaction, items.iter().copied())?;
    there.retain(|kept| kept.holder == holder);
    let (waiting, ended): (Vec<Kept>, Vec<Kept>) = there.into_iter().partition(|kept| kept.standing.waits());
    let judged = |kept: &Kept, taken_back| match kept.standing {
        Standing::TakenBack => (kept.item, taken_back),
        _ => (kept.item, TakeBack::Answered),
    };
    let mut verdicts: Vec<_> = ended.iter().map(|kept| judged(kept, TakeBack::Known)).collect();
    let items: Vec<EntityId> = waiting.iter().map(|kept| kept.item).collect();
    match holder {
        Some(holder) => withdraw::<R>(
            Sequence::open(district, transaction, holder)?,
            &items,
            (reason, Cause::Source),
            now,
        )?,
        None => {
            let outcome = serde_json::to_string(&Outcome::<R>::because(reason, district.name(), now))?;
            for mut kept in waiting {
                kept.stands(Standing::TakenBack, Some(outcome.clone()));
                kept.save(transaction)?;
            }
        }
    }
    let after = Kept::all(transaction, items)?;
    verdicts.extend(after.iter().map(|kept| judged(kept, TakeBack::TakenBack)));
    Ok(verdicts)
}

/// What is known of items in a committee.
pub(super) fn known(sequence: &mut Sequence<'_>, items: &[EntityId]) -> Result<Entities, Error> {
    let mut entities = Entities::default();
    entities.load(sequence.transaction, sequence.committee.id, items.iter().copied())?;
    Ok(entities)
}

/// A committee is to answer these no more: why, and what kind of reason that is.
pub(super) fn withdraw<R: Content>(
    mut sequence: Sequence<'_>,
    items: &[EntityId],
    (reason, cause): (&str, Cause),
    now: Moment,
) -> Result<(), Error> {
    let entities = known(&mut sequence, items)?;
    let waits = |item: &EntityId| {
        let state = entities.state(R::KIND, *item);
        let standing = state.as_ref().and_then(R::item).map(R::standing);
        matches!(standing, Some(Standing::Open | Standing::Returned))
    };
    let withdrawn = |item: &EntityId| draft::<R>(*item, R::withdrawn(reason.to_owned(), cause));
    let drafts: Vec<Draft> = items.iter().filter(|item| waits(item)).map(withdrawn).collect();
    written(sequence, R::CHANGED, drafts, now)
}

/// A committee is to answer a row: for the first time, once more, or with other content.
pub(super) fn give<R: Content>(
    mut sequence: Sequence<'_>,
    kept: &Kept,
    rules: &R::Rules,
    (why, now): (Why<'_>, Moment),
) -> Result<(), Error> {
    let state = known(&mut sequence, &[kept.item])?.state(R::KIND, kept.item);
    let known = Known {
        source: &kept.source,
        reference: kept.reference.as_deref().unwrap_or_default(),
        due: kept.deadline.unwrap_or(now),
    };
    let fields = kept.row::<R>()?.fields(known, rules)?;
    let action = match &state {
        None => R::PUSHED,
        Some(_) => R::CHANGED,
    };
    written(
        sequence,
        action,
        given::<R>(kept.item, state.as_ref(), fields, why),
        now,
    )
}

/// What makes a committee answer a row, of which it has this already or nothing.
pub(super) fn given<R: Content>(item: EntityId, before: Option<&State>, fields: Vec<Fill>, why: Why<'_>) -> Vec<Draft> {
    let Some(before) = before else {
        return vec![draft::<R>(item, created(fields))];
    };
    let mut drafts = Vec::from_iter(corrected(before.record(), fields).map(|change| draft::<R>(item, change)));
    let done = |standing| match standing {
        Standing::Returned | Standing::TakenBack => true,
        Standing::Answered => why.again,
        _ => false,
    };
    if R::item(before).map(R::standing).is_some_and(done) {
        drafts.push(draft::<R>(item, R::given_again(why.reason.to_owned())));
    }
    drafts
}

/// What makes a record say this; `None` where it does already.
fn corrected(record: &Record, fields: Vec<Fill>) -> Option<Change> {
    let changes = fields.into_iter().filter_map(|(field, to)| {
        let seen = record.get(field).map(str::to_owned);
        (seen != to).then_some((field, FieldChange { seen, to }))
    });
    let changes: BTreeMap<Field, FieldChange> = changes.collect();
    (!changes.is_empty()).then_some(Change::Set(changes))
}

pub(super) fn draft<R: Content>(entity: EntityId, change: Change) -> Draft {
    Draft {
        kind: R::KIND,
        entity,
        change,
    }
}

pub(super) fn written(
    mut sequence: Sequence<'_>,
    action: Action,
    drafts: Vec<Draft>,
    now: Moment,
) -> Result<(), Error> {
    if !drafts.is_empty() {
        sequence.write(action, now, drafts)?;
    }
    sequence.close()?;
    Ok(())
}
