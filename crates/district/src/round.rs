//! Rounds of the district: opened for all or some committees, each with its quota, under one id.

use std::collections::BTreeMap;

use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::round::RoundDefinition;
use linli_domain::time::Moment;
use linli_domain::writing::quoted;
use linli_protocol::DenialCode;
use serde::{Deserialize, Serialize};

use crate::committee::Committee;
use crate::district::audit;
use crate::random::{self, Randomness};
use crate::sequence::entities::Entities;
use crate::sequence::{Draft, Sequence};
use crate::storage::Transaction;
use crate::{DISTRICT, District, Error, values};

/// A committee's part in a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Which: number, name, or town and name.
    pub committee: String,
    /// Its quota; the round's where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<u32>,
}

/// A round as staff write it: the definition, with the quota of a committee, and who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundFile {
    /// The definition, alike for all.
    #[serde(flatten)]
    pub definition: RoundDefinition,
    /// Only the committees that have a share take part, not all.
    #[serde(default)]
    pub only_listed: bool,
    /// Committees with a quota of their own.
    #[serde(default, rename = "share", skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share>,
}

/// A file as it is written, with what nobody knows.
#[derive(Deserialize)]
struct Written {
    #[serde(flatten)]
    definition: RoundDefinition,
    #[serde(default)]
    only_listed: bool,
    #[serde(default, rename = "share")]
    shares: Vec<Share>,
    #[serde(flatten)]
    unknown: BTreeMap<String, toml::Value>,
}

impl RoundFile {
    /// Reads a file. A mistyped word is not passed over: who wrote `only_list` would open the round for everybody.
    ///
    /// # Errors
    /// It is no such file, or says something that nobody knows.
    pub fn read(text: &str) -> Result<RoundFile, Error> {
        let written: Written = toml::from_str(text).map_err(|error| Error::Input(error.to_string()))?;
        let Written {
            definition,
            only_listed,
            shares,
            unknown,
        } = written;
        if unknown.is_empty() {
            return Ok(RoundFile {
                definition,
                only_listed,
                shares,
            });
        }
        let words = unknown.into_keys().collect::<Vec<_>>().join("、");
        Err(Error::Input(format!("不认识“{}”，请对照说明改正", quoted(&words))))
    }
}

/// What two definitions say differently, in words.
fn differences(one: &RoundDefinition, other: &RoundDefinition) -> Vec<&'static str> {
    let differs = [
        ("标题", one.title != other.title),
        ("一份给谁", one.key != other.key),
        ("每个居委会的名额", one.quota != other.quota),
        ("每份最多", one.max_quantity != other.max_quantity),
        ("登记时间", (&one.opens, &one.closes) != (&other.opens, &other.closes)),
        (
            "领取时间",
            (&one.collect_from, &one.collect_until) != (&other.collect_from, &other.collect_until),
        ),
        ("前几轮领过的是否排除", one.exclude_earlier != other.exclude_earlier),
        ("领取点", one.pick_ups != other.pick_ups),
        ("导出模板", one.templates != other.templates),
    ];
    differs
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| name)
        .collect()
}

/// A round of the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistrictRound {
    /// Its id in all committees.
    pub id: EntityId,
    /// The district's number of it.
    pub number: u64,
    /// As staff wrote it.
    pub file: RoundFile,
}

/// What came of opening a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// The round's id.
    pub round: EntityId,
    /// The district's number of it.
    pub number: u64,
    /// Committees in which it was opened now.
    pub opened: usize,
    /// Committees in which it was open.
    pub known: usize,
}

impl Sequence<'_> {
    /// The change by which a round's form gets this address; `None` where it has it, or none is known.
    fn other_form(&mut self, round: EntityId, form: Option<String>) -> Result<Option<Change>, Error> {
        let Some(form) = form else { return Ok(None) };
        let mut entities = Entities::default();
        entities.load(self.transaction, self.committee.id, [round])?;
        let seen = entities
            .record(round)
            .and_then(|record| record.get(Field::Form).map(str::to_owned));
        let other = seen.as_ref() != Some(&form);
        let change = FieldChange { seen, to: Some(form) };
        Ok(other.then(|| Change::Set(BTreeMap::from([(Field::Form, change)]))))
    }
}

impl District {
    /// Opens a round in all its committees. Doing it again goes on where it was broken off, and brings in committees
    /// that came later.
    ///
    /// # Errors
    /// The file has a flaw, or another definition than the round that is open; or the database's.
    pub fn open_round(&self, file: &RoundFile, now: Moment, random: &mut dyn Randomness) -> Result<Opened, Error> {
        let quotas = self.quotas(file)?;
        let round = self.district_round(file, now, random)?;
        let other = differences(&round.file.definition, &file.definition).join("、");
        if !other.is_empty() {
            // What was opened stays as it is: two committees with two rules would give to one home twice.
            let number = round.number;
            return Err(Error::Input(format!(
                "第 {number} 号轮次已按另一份文件开放，不同的是：{other}；请用原来的文件"
            )));
        }
        let mut opened = Opened {
            round: round.id,
            number: round.number,
            opened: 0,
            known: 0,
        };
        for (committee, quota) in quotas {
            let definition = RoundDefinition {
                quota,
                district: true,
                ..file.definition.clone()
            };
            if self.open_in(committee, (round.id, round.number), &definition, now)? {
                opened.opened += 1;
            } else {
                opened.known += 1;
            }
        }
        Ok(opened)
    }

    /// Which committees take part, with their quotas.
    fn quotas(&self, file: &RoundFile) -> Result<Vec<(EntityId, u32)>, Error> {
        let mut quotas: Vec<(EntityId, u32)> = Vec::new();
        for share in &file.shares {
            let quota = share.quota.unwrap_or(file.definition.quota);
            if !(1..=RoundDefinition::MAX_QUOTA).contains(&quota) {
                return Err(Error::Input(format!(
                    "“{}”的名额是 {quota}，不在范围内",
                    share.committee
                )));
            }
            quotas.push((self.committee_called(&share.committee)?.id, quota));
        }
        if !file.only_listed {
            let others: Vec<EntityId> = self.committees()?.into_iter().map(|committee| committee.id).collect();
            let missing = others
                .into_iter()
                .filter(|id| quotas.iter().all(|(listed, _)| listed != id));
            let missing: Vec<_> = missing.map(|id| (id, file.definition.quota)).collect();
            quotas.extend(missing);
        }
        if quotas.is_empty() {
            Err(Error::Input("没有居委会参加这一轮".into()))
        } else {
            Ok(quotas)
        }
    }

    /// The round with this campaign and number; a new one where there is none.
    fn district_round(
        &self,
        file: &RoundFile,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<DistrictRound, Error> {
        let key = |file: &RoundFile| (file.definition.campaign.clone(), file.definition.number);
        let (id, json) = (random::entity_at(now, random)?, serde_json::to_string(file)?);
        loop {
            let rounds = self.rounds()?;
            if let Some(known) = rounds.iter().find(|round| key(&round.file) == key(file)) {
                return Ok(known.clone());
            }
            let checked = file.definition.check();
            checked.map_err(|problem| Error::Input(problem.to_string()))?;
            let number = rounds.iter().map(|round| round.number).max().unwrap_or(0) + 1;
            let opened = self.write(|transaction| {
                let sql = "INSERT INTO round (committee, round, number, definition) VALUES ($1, $2, $3, $4)
                           ON CONFLICT (committee, number) DO NOTHING";
                if transaction.execute(sql, &values![DISTRICT, id, number, json.as_str()])? == 0 {
                    return Ok(false); // Somebody else opened one meanwhile: it may be this one.
                }
                audit(
                    transaction,
                    DISTRICT,
                    now,
                    random,
                    ("staff", "round_open", &number.to_string()),
                )?;
                Ok(true)
            })?;
            if opened {
                return Ok(DistrictRound {
                    id,
                    number,
                    file: file.clone(),
                });
            }
        }
    }

    /// Opens a round in one committee; says whether it was not open there. Where it was, only the address of its form may
    /// have become another one.
    fn open_in(
        &self,
        committee: EntityId,
        (round, number): (EntityId, u64),
        definition: &RoundDefinition,
        now: Moment,
    ) -> Result<bool, Error> {
        self.write(|transaction| {
            let mut sequence = Sequence::open(self, transaction, committee)?;
            let form = self.form_address(number, sequence.committee.number);
            let draft = |change| {
                vec![Draft {
                    kind: EntityKind::Round,
                    entity: round,
                    change,
                }]
            };
            if sequence.round(round)?.is_some() {
                if let Some(change) = sequence.other_form(round, form)? {
                    sequence.write(Action::RoundChanged, now, draft(change))?;
                    sequence.close()?;
                }
                return Ok(false);
            }
            let json = serde_json::to_string(definition)?;
            let change = created([(Field::Definition, Some(json)), (Field::Form, form)]);
            sequence.write(Action::RoundOpened, now, draft(change))?;
            sequence.close()?;
            Ok(true)
        })
    }

    /// All rounds of the district, by number.
    ///
    /// # Errors
    /// The database's.
    pub fn rounds(&self) -> Result<Vec<DistrictRound>, Error> {
        let sql = "SELECT round, number, definition FROM round WHERE committee = $1 ORDER BY number";
        let rows = self.read(|transaction| Ok(transaction.query(sql, &values![DISTRICT])?))?;
        rows.iter()
            .map(|row| {
                let json: String = row.get(2)?;
                Ok(DistrictRound {
                    id: row.get(0)?,
                    number: row.get(1)?,
                    file: serde_json::from_str(&json)?,
                })
            })
            .collect()
    }

    /// The district's round of this number.
    ///
    /// # Errors
    /// There is none, or the database's.
    pub fn round_of_number(&self, number: u64) -> Result<DistrictRound, Error> {
        let mut rounds = self.rounds()?;
        let place = rounds.iter().position(|round| round.number == number);
        place.map(|place| rounds.swap_remove(place)).ok_or_else(|| {
            // The district counts all its rounds, a campaign its own: 第2轮 may be number 1 here.
            let both = |round: &DistrictRound| format!("{} 是“{}”", round.number, round.file.definition.title);
            let all: Vec<String> = rounds.iter().map(both).collect();
            let there = if all.is_empty() {
                "还没有轮次".into()
            } else {
                format!("现有：{}", all.join("，"))
            };
            Error::denied(DenialCode::NotFound, format!("没有第 {number} 号轮次；{there}"))
        })
    }

    /// A round as it is in a committee.
    ///
    /// # Errors
    /// It is not open there, or the database's.
    pub fn round_in(&self, committee: &Committee, round: EntityId) -> Result<RoundDefinition, Error> {
        self.read(|transaction| self.definition(transaction, committee.id, round))
    }

    pub(crate) fn definition(
        &self,
        transaction: &mut dyn Transaction,
        committee: EntityId,
        round: EntityId,
    ) -> Result<RoundDefinition, Error> {
        let sql = "SELECT definition FROM round WHERE committee = $1 AND round = $2";
        let row = transaction.first(sql, &values![committee, round])?;
        let row = row.ok_or_else(|| Error::denied(DenialCode::NotFound, "本居委会没有这一轮"))?;
        Ok(serde_json::from_str(&row.get::<String>(0)?)?)
    }
}
