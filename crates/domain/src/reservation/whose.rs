//! Whose a reservation is: what counts as one person or home, and where the voucher is issued.

use super::Reservation;
use crate::operation::EntityId;
use crate::record::Field;
use crate::round::RoundKey;

/// Fields that say whose a reservation is and where its voucher is issued. Given once: a PC without a network may be
/// printing the voucher by them. Whoever was registered wrongly is registered anew.
pub const FIXED: [Field; 8] = [
    Field::Round,
    Field::Household,
    Field::Resident,
    Field::DocumentNumber,
    Field::Estate,
    Field::Building,
    Field::Unit,
    Field::Room,
];

impl Reservation {
    /// What the round's "one per" rule compares: reservations that have one of these in common count as one. A person is
    /// known by the roster's record and by document, a home by its household and by address: the counter gives both,
    /// the residents' form only what was typed. Empty where the reservation does not say enough to tell. `standing` says
    /// who a person of the roster is now: the one they were merged into.
    pub fn keys(&self, rule: RoundKey, standing: impl Fn(EntityId) -> EntityId) -> Vec<String> {
        let address = || self.record.address().key().map(|address| format!("a:{address}"));
        match rule {
            RoundKey::Person => {
                let person = self.id(Field::Resident).map(|id| format!("r:{}", standing(id)));
                let document =
                    self.get(Field::DocumentNumber).map(|number| format!("d:{}", number.to_ascii_uppercase()));
                let called = || Some(format!("p:{}:{}", self.get(Field::Name)?, self.get(Field::Phone)?));
                let known: Vec<String> = person.into_iter().chain(document).collect();
                if known.is_empty() { called().into_iter().collect() } else { known }
            }
            RoundKey::Household => {
                let household = self.get(Field::Household).map(|id| format!("h:{id}"));
                household.into_iter().chain(address()).collect()
            }
            RoundKey::Address => address().into_iter().collect(),
        }
    }

    /// The area in which its voucher is issued. Whoever issues takes the rights of the areas of all that have a key in
    /// common, so that no two PCs issue for one key. `area_of` gives [`Field::Area`] of a household or person. Empty for people who are not on the roster.
    pub fn area(&self, rule: RoundKey, area_of: impl Fn(EntityId) -> Option<String>) -> String {
        let home = match rule {
            RoundKey::Person => return self.id(Field::Resident).and_then(area_of).unwrap_or_default(),
            RoundKey::Household => self.id(Field::Household),
            RoundKey::Address => None,
        };
        match home {
            Some(home) => area_of(home).unwrap_or_default(),
            None => self.get(Field::Building).unwrap_or_default().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ROUND, folded, registered};
    use super::*;
    use crate::operation::Change;

    #[test]
    fn the_area_follows_the_key() {
        let at = |field: Field| {
            let Change::Create(mut fields) = registered("甲", "501") else { unreachable!() };
            fields.insert(field, ROUND.to_owned());
            folded(&[Change::Create(fields)])
        };
        let area_of = |_| Some("3号".to_owned());
        let cases = [
            (folded(&[registered("甲", "501")]), RoundKey::Household, "12号"),
            (at(Field::Household), RoundKey::Household, "3号"),
            (at(Field::Household), RoundKey::Address, "12号"),
            (at(Field::Resident), RoundKey::Person, "3号"),
            (at(Field::Household), RoundKey::Person, ""),
        ];
        for (reservation, rule, area) in cases {
            assert_eq!(reservation.area(rule, area_of), area, "{rule:?}");
        }
    }

    #[test]
    fn one_per_household_falls_back_on_the_address() {
        let a = folded(&[registered("甲", "501")]);
        let b = folded(&[registered("乙", "501")]);
        let c = folded(&[registered("丙", "502")]);
        let same = |id| id;
        assert_eq!(a.keys(RoundKey::Household, same), b.keys(RoundKey::Household, same));
        assert_ne!(a.keys(RoundKey::Household, same), c.keys(RoundKey::Household, same));
        assert_eq!(a.keys(RoundKey::Person, same), Vec::<String>::new(), "a name alone never decides");
    }

    #[test]
    fn who_is_on_the_roster_and_who_only_typed_are_found_to_be_one() {
        let with = |fields: &[(Field, &str)]| {
            let Change::Create(mut begun) = registered("甲", "501") else { unreachable!() };
            begun.extend(fields.iter().map(|(field, value)| (*field, (*value).to_owned())));
            folded(&[Change::Create(begun)])
        };
        let (home, other) = ((Field::Household, ROUND), (Field::Household, "00000000-0000-0000-0000-000000000002"));
        let (person, document) = ((Field::Resident, ROUND), (Field::DocumentNumber, "31010119900101001x"));
        type Typed<'t> = &'t [(Field, &'t str)];
        let cases: [(RoundKey, Typed, Typed, bool); 8] = [
            (RoundKey::Household, &[home], &[], true),
            (RoundKey::Household, &[home], &[(Field::Building, "12幢")], true),
            (RoundKey::Household, &[home], &[other], true),
            (RoundKey::Household, &[home], &[other, (Field::Room, "502")], false),
            (RoundKey::Address, &[home], &[(Field::Building, "12幢")], true),
            (RoundKey::Person, &[person, document], &[(Field::DocumentNumber, "31010119900101001X")], true),
            (RoundKey::Person, &[person], &[document], false),
            (RoundKey::Person, &[(Field::Phone, "1")], &[(Field::Phone, "1")], true),
        ];
        for (rule, one, two, same) in cases {
            let (one, two) = (with(one).keys(rule, |id| id), with(two).keys(rule, |id| id));
            assert_eq!(one.iter().any(|key| two.contains(key)), same, "{rule:?} {one:?} {two:?}");
        }
    }
}
