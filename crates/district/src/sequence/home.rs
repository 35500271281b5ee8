//! Homes: a household's address belongs to the committee that had it first, on its roster or in a reservation. Another
//! committee's household there is marked, so that its PCs wait for the district before they issue; those of the first may
//! issue without having asked.

use std::collections::BTreeSet;

use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::{ADDRESS, Field, Record};
use linli_domain::time::Moment;

use super::claim::{Claim, claim_of_household};
use super::entities::Entities;
use super::judge::Looking;
use super::{Draft, Sequence};
use crate::{Error, values};

/// The mark's value.
const MARKED: &str = "1";

impl Sequence<'_> {
    /// Claims the addresses of a part's households, and marks those that are another committee's before the part is
    /// numbered: whoever has the part has the mark. A mark stays.
    pub(super) fn claim_homes(&mut self, looking: &Looking<'_>, now: Moment) -> Result<(), Error> {
        let moved: BTreeSet<EntityId> = looking
            .of(EntityKind::Household)
            .filter(|(_, change)| change.touches(&ADDRESS))
            .map(|(entity, _)| entity)
            .collect();
        if moved.is_empty() {
            return Ok(());
        }
        if moved.iter().any(|id| self.pending.kind(*id).is_some()) {
            self.flush()?;
        }
        let mut entities = Entities::default();
        entities.load_to_work_on(self.transaction, self.committee.id, moved.iter().copied())?;
        for (entity, change) in looking.of(EntityKind::Household) {
            entities.push(entity, looking.header, Some(change.clone()));
        }
        let households = moved.into_iter().filter_map(|id| Some((id, entities.record(id)?)));
        let unmarked = households.filter(|(_, record)| record.get(Field::Elsewhere).is_none());
        let mut claims: Vec<(Claim, EntityId)> = unmarked
            .filter_map(|(id, record)| Some((claim_of_household(&record)?, id)))
            .collect();
        // In one order everywhere, so that two committees do not wait for each other.
        claims.sort_by_key(|(claim, _)| claim.hash);
        let mut marks = Vec::new();
        for (claim, household) in claims {
            if self.claimed_elsewhere(self.committee.entity, &claim)? {
                marks.push(mark(household));
            }
        }
        if marks.is_empty() {
            Ok(())
        } else {
            self.write(Action::ReservationHeld, now, marks)
        }
    }

    /// Marks this committee's households at an address, after the district's decision: from then on they wait for it.
    pub(crate) fn mark_homes(&mut self, claim: &Claim, now: Moment) -> Result<(), Error> {
        let unmarked = self
            .homes_at(claim)?
            .into_iter()
            .filter(|(_, record)| record.get(Field::Elsewhere).is_none());
        let marks: Vec<Draft> = unmarked.map(|(id, _)| mark(id)).collect();
        if marks.is_empty() {
            Ok(())
        } else {
            self.write(Action::HoldDecided, now, marks)
        }
    }

    /// This committee's households at an address. Rare: all households are looked at.
    pub(super) fn homes_at(&mut self, claim: &Claim) -> Result<Vec<(EntityId, Record)>, Error> {
        let committee = self.committee.id;
        let sql = "SELECT entity FROM entity WHERE committee = $1 AND kind = $2";
        let rows = self
            .transaction
            .query(sql, &values![committee, EntityKind::Household.number()])?;
        let ids = rows
            .iter()
            .map(|row| row.get(0))
            .collect::<Result<Vec<EntityId>, _>>()?;
        let mut entities = Entities::default();
        entities.load(self.transaction, committee, ids.iter().copied())?;
        let there = |record: &Record| claim_of_household(record).is_some_and(|its| its.hash == claim.hash);
        let households = ids.into_iter().filter_map(|id| Some((id, entities.record(id)?)));
        Ok(households.filter(|(_, record)| there(record)).collect())
    }
}

fn mark(household: EntityId) -> Draft {
    let change = FieldChange {
        seen: None,
        to: Some(MARKED.to_owned()),
    };
    let change = Change::Set([(Field::Elsewhere, change)].into());
    Draft {
        kind: EntityKind::Household,
        entity: household,
        change,
    }
}
