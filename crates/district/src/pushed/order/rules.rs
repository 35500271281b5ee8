//! What the district set for orders by kind and urgency: how long each thing may take, and which it answers itself.

use chrono::TimeDelta;
use linli_domain::order::{Clocks, SHORT_TEXT, Urgency};
use linli_domain::time::Moment;
use linli_domain::writing::placed;
use serde::Serialize;

use super::OrderRow;
use crate::district::audit;
use crate::random::Randomness;
use crate::storage::{Row as Stored, Transaction};
use crate::{DISTRICT, District, Error, values};

/// What stands between the levels of a kind: 公共服务/供水.
const BETWEEN: [char; 8] = ['/', '／', '-', '－', '>', '、', '|', '—'];

/// What is set for orders of a kind and urgency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The kind as sources write it, or one of its levels; every kind where it is empty.
    pub kind: String,
    /// How pressing; whatever where it is absent.
    pub urgency: Option<Urgency>,
    /// How long each thing may take; nothing is set where it is absent.
    pub clocks: Option<Clocks>,
    /// Whether the district answers them itself.
    pub direct: bool,
}

impl Rule {
    fn of(row: &Stored) -> Result<Rule, Error> {
        let (urgency, clocks): (String, Option<String>) = (row.get(1)?, row.get(2)?);
        Ok(Rule {
            kind: row.get(0)?,
            urgency: Urgency::read(&urgency),
            clocks: clocks.map(|json| serde_json::from_str(&json)).transpose()?,
            direct: row.get(3)?,
        })
    }

    fn is_of(&self, category: &str, urgency: Urgency) -> bool {
        let kind = self.kind.is_empty()
            || self.kind == category
            || category.split(BETWEEN).any(|part| part.trim() == self.kind);
        kind && self.urgency.is_none_or(|of| of == urgency)
    }

    /// The narrower counts before the wider: a kind before all of them, and of a kind its urgency.
    fn width(&self) -> (bool, std::cmp::Reverse<usize>, bool) {
        (
            self.kind.is_empty(),
            std::cmp::Reverse(self.kind.len()),
            self.urgency.is_none(),
        )
    }
}

/// All rules, the narrowest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderRules(Vec<Rule>);

impl OrderRules {
    pub(super) fn load(transaction: &mut dyn Transaction) -> Result<OrderRules, Error> {
        let sql =
            "SELECT category, urgency, clocks, direct FROM order_rule WHERE committee = $1 ORDER BY category, urgency";
        let rows = transaction.query(sql, &values![DISTRICT])?;
        let mut rules = rows.iter().map(Rule::of).collect::<Result<Vec<_>, _>>()?;
        rules.sort_by_key(Rule::width);
        Ok(OrderRules(rules))
    }

    /// Each of them.
    pub fn all(&self) -> &[Rule] {
        &self.0
    }

    /// How long each thing about an order may take.
    pub fn clocks(&self, row: &OrderRow) -> Clocks {
        let set = self.of(row).find_map(|rule| rule.clocks);
        set.unwrap_or_else(|| Clocks::of(row.urgency()))
    }

    /// Why the district answers an order itself; `None` where a committee does.
    pub(super) fn stays(&self, row: &OrderRow) -> Option<String> {
        let rule = self.of(row).find(|rule| rule.direct)?;
        let urgency = rule.urgency.map(Urgency::label).unwrap_or_default();
        Some(format!("区级直办：{}{urgency}", rule.kind))
    }

    fn of<'r>(&'r self, row: &'r OrderRow) -> impl Iterator<Item = &'r Rule> {
        let (category, urgency) = (row.category.as_deref().unwrap_or_default(), row.urgency());
        self.0.iter().filter(move |rule| rule.is_of(category, urgency))
    }
}

/// So many minutes later.
pub(super) fn after(from: Moment, minutes: u32) -> Moment {
    Moment(
        from.0
            .saturating_add(TimeDelta::minutes(i64::from(minutes)).num_milliseconds()),
    )
}

impl District {
    /// What is set for orders.
    ///
    /// # Errors
    /// The database's.
    pub fn order_rules(&self) -> Result<OrderRules, Error> {
        self.read(OrderRules::load)
    }

    /// Sets what counts for orders of a kind and urgency that are pushed, passed on or given again from now on. Where nothing
    /// is set any more, the rule goes.
    ///
    /// # Errors
    /// A time cannot be meant, the kind is too long, or the database's.
    pub fn set_order_rule(&self, rule: &Rule, now: Moment, random: &mut dyn Randomness) -> Result<(), Error> {
        let kind = placed(rule.kind.trim()).into_owned();
        if kind.chars().count() > SHORT_TEXT {
            return Err(Error::Input(format!("诉求类型不超过 {SHORT_TEXT} 字")));
        }
        if rule.clocks.is_some_and(|clocks| !clocks.are_plausible()) {
            return Err(Error::Input("时限要在 1 分钟到一年之间".into()));
        }
        let urgency = rule.urgency.map(Urgency::code).unwrap_or_default();
        let clocks = rule.clocks.as_ref().map(serde_json::to_string).transpose()?;
        let detail = format!("{kind} {urgency}");
        self.write(|transaction| {
            let sql = "DELETE FROM order_rule WHERE committee = $1 AND category = $2 AND urgency = $3";
            transaction.execute(sql, &values![DISTRICT, kind.as_str(), urgency])?;
            if clocks.is_some() || rule.direct {
                let sql =
                    "INSERT INTO order_rule (committee, category, urgency, clocks, direct) VALUES ($1, $2, $3, $4, $5)";
                let values = values![DISTRICT, kind.as_str(), urgency, clocks.as_deref(), rule.direct];
                transaction.execute(sql, &values)?;
            }
            audit(transaction, DISTRICT, now, random, ("staff", "order_rule", &detail))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_rule_counts_and_what_it_leaves_open_the_next_says() {
        let clocks = |reply| {
            Some(Clocks {
                reply,
                ..Clocks::of(Urgency::Ordinary)
            })
        };
        let rule = |kind: &str, urgency, clocks, direct| Rule {
            kind: kind.into(),
            urgency,
            clocks,
            direct,
        };
        let mut rules = vec![
            rule("", None, clocks(1), false),
            rule("", Some(Urgency::Urgent), clocks(2), false),
            rule("供水", None, clocks(3), false),
            rule("供水", Some(Urgency::Urgent), None, true),
        ];
        rules.sort_by_key(Rule::width);
        let rules = OrderRules(rules);
        let row = |category: &str, urgency: Urgency| OrderRow {
            category: Some(category.into()),
            urgency: Some(urgency.code().into()),
            ..OrderRow::default()
        };
        let said = |category: &str, urgency| {
            let row = row(category, urgency);
            (rules.clocks(&row).reply, rules.stays(&row))
        };
        assert_eq!(said("求助", Urgency::Ordinary), (1, None));
        assert_eq!(said("求助", Urgency::Urgent), (2, None));
        assert_eq!(said("公共服务/供水", Urgency::Ordinary), (3, None));
        assert_eq!(said("供水", Urgency::Urgent), (3, Some("区级直办：供水紧急".into())));
        assert_eq!(said("供水管", Urgency::Ordinary), (1, None), "another kind");
        assert_eq!(
            OrderRules::default().clocks(&row("", Urgency::Urgent)),
            Clocks::of(Urgency::Urgent)
        );
    }
}
