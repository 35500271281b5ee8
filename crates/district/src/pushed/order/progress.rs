//! How far orders are, by town, committee, source, kind and urgency: numbers only, nobody's data.

use std::collections::{BTreeMap, HashMap};

use linli_domain::operation::EntityId;
use linli_domain::order::Urgency;
use linli_domain::time::Moment;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::progress::{ByName, COUNTED, Counted, Line, Number, OVERDUE, by_place, lines};
use super::super::{Content as _, Standing};
use super::OrderRow;
use crate::committee::Committee;
use crate::storage::Row as Stored;
use crate::{DISTRICT, District, Error, values};

/// What staff call orders whose source says of no kind that they are.
const OF_NO_KIND: &str = "（未分类）";

/// Numbers of orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrderCount {
    /// All that can be used.
    pub pushed: u64,
    /// Those that the district answers itself.
    pub direct: u64,
    /// Those that no committee has, and somebody must find one for.
    pub nobody: u64,
    /// Those that a committee is to reply to.
    pub open: u64,
    /// Of those that wait for anybody, the ones that should be replied to by now.
    pub overdue: u64,
    /// Of the open ones, those of which nobody contacted the resident yet.
    pub not_contacted: u64,
    /// Of these, the ones that should be contacted by now.
    pub contact_overdue: u64,
    /// Replied to.
    pub replied: u64,
    /// Of these, the ones of which the resident is not content.
    pub dissatisfied: u64,
    /// Given back by a committee: the district is to see to them.
    pub returned: u64,
    /// Recalled by the source.
    pub recalled: u64,
    /// Those that cannot be used.
    pub damaged: u64,
}

impl Counted for OrderCount {
    const COLUMNS: &'static [Number<OrderCount>] = &[
        ("下发", |count| count.pushed),
        ("已答复", |count| count.replied),
        ("不满意", |count| count.dissatisfied),
        ("办理中", |count| count.open),
        (OVERDUE, |count| count.overdue),
        ("未先行联系", |count| count.not_contacted),
        ("联系超时", |count| count.contact_overdue),
        ("退回", |count| count.returned),
        ("区级直办", |count| count.direct),
        ("无归属", |count| count.nobody),
        ("撤回", |count| count.recalled),
        ("不能用", |count| count.damaged),
    ];

    fn sum(&mut self, other: &OrderCount) {
        self.pushed += other.pushed;
        self.direct += other.direct;
        self.nobody += other.nobody;
        self.open += other.open;
        self.overdue += other.overdue;
        self.not_contacted += other.not_contacted;
        self.contact_overdue += other.contact_overdue;
        self.replied += other.replied;
        self.dissatisfied += other.dissatisfied;
        self.returned += other.returned;
        self.recalled += other.recalled;
        self.damaged += other.damaged;
    }
}

impl OrderCount {
    /// Of rows that stand alike: how many, and of these late, not contacted, late with that, and not content.
    fn of(standing: Standing, [all, late, uncontacted, contact_late, dissatisfied]: [u64; 5]) -> OrderCount {
        let mut count = OrderCount {
            pushed: if standing == Standing::Damaged { 0 } else { all },
            overdue: if standing.waits() { late } else { 0 },
            ..OrderCount::default()
        };
        match standing {
            Standing::Damaged => count.damaged = all,
            Standing::Nobody => count.nobody = all,
            Standing::Direct => count.direct = all,
            Standing::Returned => count.returned = all,
            Standing::TakenBack => count.recalled = all,
            Standing::Open => {
                (count.open, count.not_contacted, count.contact_overdue) = (all, uncontacted, contact_late);
            }
            Standing::Answered => (count.replied, count.dissatisfied) = (all, dissatisfied),
        }
        count
    }

    fn read(row: &Stored) -> Result<Option<OrderCount>, Error> {
        let stage: String = row.get(4)?;
        let numbers = [row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?];
        Ok(Standing::of_code(&stage).map(|standing| OrderCount::of(standing, numbers)))
    }
}

/// How far orders are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrderProgress {
    /// All.
    pub total: OrderCount,
    /// By town.
    pub towns: Vec<Line<OrderCount>>,
    /// By committee, as far as it has any.
    pub committees: Vec<Line<OrderCount>>,
    /// By source.
    pub sources: Vec<Line<OrderCount>>,
    /// By what kind of request they are.
    pub kinds: Vec<Line<OrderCount>>,
    /// By how pressing they are.
    pub urgencies: Vec<Line<OrderCount>>,
}

impl District {
    /// How far the orders of the last days are, and older ones that still wait for somebody.
    ///
    /// # Errors
    /// The database's.
    pub fn order_progress(&self, now: Moment) -> Result<OrderProgress, Error> {
        let since = now.0.saturating_sub(COUNTED.num_milliseconds());
        let sql = "SELECT holder, source, category, urgency, stage, count(*),
                       CAST(sum(CASE WHEN deadline < $3 THEN 1 ELSE 0 END) AS BIGINT),
                       CAST(sum(1 - contacted) AS BIGINT),
                       CAST(sum(CASE WHEN contacted = 0 AND contact_by < $3 THEN 1 ELSE 0 END) AS BIGINT),
                       CAST(sum(dissatisfied) AS BIGINT)
                   FROM pushed
                   WHERE committee = $1 AND kind = $4
                       AND (pushed_at >= $2 OR stage IN ('nobody', 'direct', 'open', 'returned'))
                   GROUP BY holder, source, category, urgency, stage";
        let params = values![DISTRICT, since, now.0, OrderRow::KIND.number()];
        let (rows, committees) =
            self.read(|transaction| Ok((transaction.query(sql, &params)?, Committee::all(transaction)?)))?;
        let mut total = OrderCount::default();
        let mut of: HashMap<EntityId, OrderCount> = HashMap::new();
        let [mut sources, mut kinds]: [ByName<OrderCount>; 2] = Default::default();
        let mut urgencies: BTreeMap<Urgency, OrderCount> = BTreeMap::new();
        for row in rows {
            let Some(count) = OrderCount::read(&row)? else { continue };
            let text = |column: usize| row.get::<Option<String>>(column);
            total.sum(&count);
            sources.entry(text(1)?.unwrap_or_default()).or_default().sum(&count);
            if count.damaged == 0 {
                kinds
                    .entry(text(2)?.unwrap_or_else(|| OF_NO_KIND.into()))
                    .or_default()
                    .sum(&count);
                let urgency = text(3)?.as_deref().and_then(Urgency::read).unwrap_or_default();
                urgencies.entry(urgency).or_default().sum(&count);
            }
            if let Some(holder) = row.get::<Option<EntityId>>(0)? {
                of.entry(holder).or_default().sum(&count);
            }
        }
        let (towns, committees) = by_place(&of, committees);
        let urgency = |(urgency, count): (Urgency, OrderCount)| Line {
            town: String::new(),
            name: urgency.label().to_owned(),
            count,
        };
        Ok(OrderProgress {
            total,
            towns,
            committees,
            sources: lines(sources),
            kinds: lines(kinds),
            urgencies: urgencies.into_iter().map(urgency).collect(),
        })
    }
}
