//! Routing: to which committee a row belongs, by what it says of itself: a committee's name, whom it means, where they live.

mod houses;
mod index;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use linli_domain::operation::EntityId;
use linli_domain::time::Moment;

use super::{Said, Standing};
use crate::committee::Committee;
use crate::{District, Error};
use index::Index;

/// While committees' rosters change, what rows are compared with is built anew at most so often: it takes seconds.
const REST: TimeDelta = TimeDelta::minutes(10);

/// Where a row belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Routed {
    /// A committee.
    To {
        /// Which.
        committee: EntityId,
        /// Names of the others that it may be of; it can be passed on to them.
        others: Vec<String>,
    },
    /// To none, with the reason in words.
    Nobody(String),
}

impl Routed {
    fn to(committee: EntityId) -> Routed {
        Routed::To {
            committee,
            others: Vec::new(),
        }
    }

    /// Who gets it, and what is to be said about that.
    pub(super) fn goes(self) -> Goes {
        match self {
            Routed::To { committee, others } => Goes {
                remark: (!others.is_empty()).then(|| format!("也可能属于{}", others.join("、"))),
                ..Goes::to(committee)
            },
            Routed::Nobody(reason) => Goes {
                holder: None,
                standing: Standing::Nobody,
                remark: Some(reason),
            },
        }
    }
}

/// Where a row goes.
#[derive(Debug, Clone)]
pub(super) struct Goes {
    /// To which committee, if to any.
    pub(super) holder: Option<EntityId>,
    /// How it stands there.
    pub(super) standing: Standing,
    /// What the district's list says of it.
    pub(super) remark: Option<String>,
}

impl Goes {
    /// To a committee.
    pub(super) fn to(committee: EntityId) -> Goes {
        Goes {
            holder: Some(committee),
            standing: Standing::Open,
            remark: None,
        }
    }

    /// It stays: the district answers it itself.
    pub(super) fn stays(reason: String) -> Goes {
        Goes {
            holder: None,
            standing: Standing::Direct,
            remark: Some(reason),
        }
    }
}

/// Says where rows belong.
pub trait Routing {
    /// Where each of these belongs.
    ///
    /// # Errors
    /// The database's.
    fn route(&self, rows: &[Said<'_>]) -> Result<Vec<Routed>, Error>;
}

/// All rows to one committee: staff said which.
#[derive(Debug, Clone, Copy)]
pub struct ToOne(pub EntityId);

impl Routing for ToOne {
    fn route(&self, rows: &[Said<'_>]) -> Result<Vec<Routed>, Error> {
        Ok(rows.iter().map(|_| Routed::to(self.0)).collect())
    }
}

/// What rows are compared with, kept as long as it is good.
pub(crate) type Kept = Arc<Mutex<Option<Arc<Index>>>>;

impl District {
    /// What says where rows belong, by the committees and their residents.
    ///
    /// # Errors
    /// The database's.
    pub fn routing(&self, now: Moment) -> Result<Box<dyn Routing>, Error> {
        let version = self.read(index::version)?;
        // Whoever comes meanwhile waits for the same.
        let mut kept = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let good = |index: &&Arc<Index>| index.version == version || now.since(index.built_at) < REST;
        let index = match kept.as_ref().filter(good) {
            Some(index) => index.clone(),
            None => {
                *kept = None; // Two of them are more than there is room for.
                kept.insert(Arc::new(Index::build(self, version, now)?)).clone()
            }
        };
        Ok(Box::new(ByAll {
            names: ByName::of(self)?,
            index,
        }))
    }
}

/// By names of committees, and by their residents.
struct ByAll {
    names: ByName,
    index: Arc<Index>,
}

impl Routing for ByAll {
    fn route(&self, rows: &[Said<'_>]) -> Result<Vec<Routed>, Error> {
        let route = |row: &Said<'_>| self.index.route(row, self.names.named(row));
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let each = rows.len().div_ceil(threads).max(ALONE);
        let mut routed = Vec::with_capacity(rows.len());
        std::thread::scope(|scope| {
            let parts = rows
                .chunks(each)
                .map(|part| scope.spawn(move || part.iter().map(route).collect::<Vec<_>>()));
            for part in parts.collect::<Vec<_>>() {
                routed.extend(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
        });
        Ok(routed)
    }
}

/// Rows for which another thread is not worth starting.
const ALONE: usize = 100;

/// Words with which a committee's name ends, longest first: people write any of them.
const ENDS: [&str; 7] = [
    "社区居民委员会",
    "居民委员会",
    "村民委员会",
    "居委会",
    "村委会",
    "居委",
    "村委",
];

/// Committees by what people call them.
pub struct ByName {
    /// Each with its name without its end, its town, and its id.
    committees: Vec<(String, String, EntityId)>,
}

impl ByName {
    /// Those of the district.
    ///
    /// # Errors
    /// The database's.
    pub fn of(district: &District) -> Result<ByName, Error> {
        let of = |one: Committee| (stem(&one.name).to_owned(), one.town, one.id);
        let committees = district.committees()?.into_iter().map(of).collect();
        Ok(ByName { committees })
    }

    /// The committee that a row names, in a column of its own or in its address.
    fn named(&self, row: &Said<'_>) -> Option<EntityId> {
        let said = row.committee.and_then(|name| self.called(stem(name)));
        said.or_else(|| self.inside(row.address?))
    }

    /// The one that is called so, with or without its town; none where several are.
    fn called(&self, name: &str) -> Option<EntityId> {
        let fits = |(stem, town, _): &&(String, String, EntityId)| {
            name == stem || name.strip_prefix(town.as_str()).is_some_and(|rest| rest == stem)
        };
        only(self.committees.iter().filter(fits))
    }

    /// The one whose name stands in an address with the word for what it is.
    fn inside(&self, address: &str) -> Option<EntityId> {
        let end = ["居委", "居民委", "村委", "村民委"]
            .iter()
            .find_map(|end| address.find(end))?;
        let before = &address[..end];
        let fits = |(stem, ..): &&(String, String, EntityId)| !stem.is_empty() && before.ends_with(stem.as_str());
        let of_town = |(_, town, _): &&(String, String, EntityId)| before.contains(town.as_str());
        let fitting = || self.committees.iter().filter(fits);
        only(fitting()).or_else(|| only(fitting().filter(of_town)))
    }
}

impl Routing for ByName {
    fn route(&self, rows: &[Said<'_>]) -> Result<Vec<Routed>, Error> {
        let nobody = |row: &Said<'_>| {
            Routed::Nobody(match row.committee {
                Some(name) => format!("没有叫“{name}”的居委会"),
                None => "没有写明居委会".to_owned(),
            })
        };
        let route = |row: &Said<'_>| self.named(row).map_or_else(|| nobody(row), Routed::to);
        Ok(rows.iter().map(route).collect())
    }
}

/// A name without the word for what it is the name of.
fn stem(name: &str) -> &str {
    let name = name.trim();
    ENDS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

fn only<'c>(mut fitting: impl Iterator<Item = &'c (String, String, EntityId)>) -> Option<EntityId> {
    let (_, _, first) = fitting.next()?;
    fitting.next().is_none().then_some(*first)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_committee_is_known_by_what_people_call_it() {
        let one = |town: &str, name: &str, number| {
            (
                stem(name).to_owned(),
                town.to_owned(),
                EntityId(Uuid::from_u128(number)),
            )
        };
        let names = ByName {
            committees: vec![
                one("花木街道", "牡丹一居委会", 1),
                one("花木街道", "联洋居民委员会", 2),
                one("唐镇", "新虹居委会", 3),
                one("川沙新镇", "新虹居委会", 4),
            ],
        };
        let cases = [
            (Some("牡丹一"), None, Some(1)),
            (Some("花木街道联洋居委"), None, Some(2)),
            (Some("新虹居委会"), None, None),
            (Some("唐镇新虹居委会"), None, Some(3)),
            (None, Some("浦东川沙新镇新虹居委会5号"), Some(4)),
            (None, Some("新虹居委会5号"), None),
            (None, Some("牡丹一号楼"), None),
            (Some("外滩居委会"), Some("花木街道牡丹一居委12号"), Some(1)),
        ];
        for (committee, address, expected) in cases {
            let row = Said {
                committee,
                address,
                ..Said::default()
            };
            assert_eq!(
                names.named(&row).map(|id| id.0.as_u128()),
                expected,
                "{committee:?} {address:?}"
            );
        }
    }
}
