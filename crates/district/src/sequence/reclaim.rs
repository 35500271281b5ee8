//! Taking rights to issue back before the district decides for another committee: a PC that is offline may be issuing by
//! them, and a voucher in somebody's hand is good. Once a right is released, the district has all that was issued by it,
//! and whoever gets it next has the decision.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::record::Field;
use linli_domain::round::{RoundDefinition, RoundKey};
use linli_domain::time::Moment;

use super::Sequence;
use super::claim::Claim;
use super::entities::Entities;
use crate::{Error, values};

/// How long a right that was given back is kept for the decision.
pub(crate) const DECIDING: TimeDelta = TimeDelta::hours(24);

/// Areas of rounds in which a committee's PCs may issue for a person or home.
pub(crate) type Places = BTreeSet<(EntityId, String)>;

impl Sequence<'_> {
    /// Where this committee's PCs may issue for a person of a round, or for a home in any round.
    pub(crate) fn places(&mut self, claim: &Claim, round: EntityId) -> Result<Places, Error> {
        let committee = self.committee.id;
        let sql = "SELECT item FROM item WHERE committee = $1 AND claim = $2 AND (list = $3 OR $4 = 1)";
        let params = values![committee, claim.hash, round, i64::from(claim.home)];
        let rows = self.transaction.query(sql, &params)?;
        let ids = rows
            .iter()
            .map(|row| row.get(0))
            .collect::<Result<Vec<EntityId>, _>>()?;
        let mut entities = Entities::default();
        entities.load(self.transaction, committee, ids.iter().copied())?;
        let mut places = Places::new();
        for state in ids.iter().filter_map(|id| entities.reservation(*id)) {
            let issued = !state.is_held_back();
            if let Some(definition) = self.round(state.round)?.filter(|_| issued) {
                places.insert((state.round, self.area_of(&state, &definition)?));
            }
        }
        if claim.home {
            self.places_of_homes(claim, &mut places)?;
        }
        Ok(places)
    }

    /// Vouchers for homes of the roster are issued without asking.
    fn places_of_homes(&mut self, claim: &Claim, places: &mut Places) -> Result<(), Error> {
        let sql = "SELECT round, definition FROM round WHERE committee = $1";
        let rows = self.transaction.query(sql, &values![self.committee.id])?;
        let mut rounds: Vec<EntityId> = Vec::new();
        for row in &rows {
            let definition: RoundDefinition = serde_json::from_str(&row.get::<String>(1)?)?;
            if definition.district && definition.key != RoundKey::Person {
                rounds.push(row.get(0)?);
            }
        }
        for (_, household) in self.homes_at(claim)? {
            for area in [Field::Area, Field::Building] {
                let area = household.get(area).unwrap_or_default();
                places.extend(rounds.iter().map(|round| (*round, area.to_owned())));
            }
        }
        Ok(())
    }

    /// Asks for the rights of places back; says whether any PC has one.
    pub(crate) fn ask_back(&mut self, places: &Places, now: Moment) -> Result<bool, Error> {
        let district = self.committee.device;
        let mut issuing = false;
        for (round, area) in places {
            let sql = "SELECT device FROM issuing_right WHERE committee = $1 AND round = $2 AND area = $3";
            let row = self
                .transaction
                .first(sql, &values![self.committee.id, *round, area.as_str()])?;
            let holder: Option<DeviceId> = row.map(|row| row.get(0)).transpose()?.flatten();
            self.wants_no_more(district, *round, area)?;
            self.want(district, *round, area, now)?;
            issuing |= holder.is_some();
        }
        Ok(issuing)
    }

    /// The decision is written: the rights are for whoever asks.
    pub(crate) fn let_go(&mut self, places: &Places, now: Moment) -> Result<(), Error> {
        for (round, area) in places {
            self.wants_no_more(self.committee.device, *round, area)?;
        }
        self.pass_rights_on(now)
    }

    /// Whether a free right is kept for a decision.
    pub(crate) fn kept(&mut self, round: EntityId, area: &str, now: Moment) -> Result<bool, Error> {
        let since = now.0.saturating_sub(DECIDING.num_milliseconds());
        let sql = "SELECT 1 FROM want WHERE committee = $1 AND round = $2 AND area = $3 AND device = $4
                   AND asked_at > $5";
        let params = values![self.committee.id, round, area, self.committee.device, since];
        Ok(self.transaction.first(sql, &params)?.is_some())
    }
}
