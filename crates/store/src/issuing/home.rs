//! Homes of this committee: addresses that no other committee can have any more, so that their vouchers need no asking.

use linli_domain::operation::EntityId;
use linli_domain::record::{ADDRESS, Field, fold};
use linli_domain::reservation::Reservation;
use linli_domain::round::RoundKey;

use crate::{Error, View};

impl View<'_> {
    /// Whether a reservation's home is this committee's though the district has not seen the reservation: the home is a
    /// household of the roster that the district has seen and has not marked as another's. An address that does not
    /// tell committees apart is not compared across them.
    pub(super) fn is_at_home_here(self, state: &Reservation, rule: RoundKey) -> Result<bool, Error> {
        let home = match rule {
            RoundKey::Person => return Ok(false),
            RoundKey::Household | RoundKey::Address => state.record.address().home(),
        };
        match (home, state.id(Field::Household)) {
            (None, _) => Ok(true),
            (Some(_), None) => Ok(false),
            (home, Some(household)) => Ok(self.settled_home(household)? == home),
        }
    }

    /// Where a household lives, if the district has seen every change of its address, none was taken back, and none
    /// led to another committee's.
    fn settled_home(self, household: EntityId) -> Result<Option<String>, Error> {
        let log = self.changes_of(household)?;
        let received = self.received_up_to()?;
        let settled = log.iter().filter(|logged| logged.rejected.is_none()).all(|logged| {
            let seen = logged.number.is_some_and(|number| number <= received) && !logged.withdrawn;
            seen || logged.change.as_ref().is_some_and(|change| !change.touches(&ADDRESS))
        });
        let record = fold(
            log.iter()
                .filter(|logged| logged.counts())
                .filter_map(|logged| logged.recorded()),
        );
        let own = record.filter(|record| settled && record.get(Field::Elsewhere).is_none());
        Ok(own.and_then(|record| record.address().home()))
    }
}
