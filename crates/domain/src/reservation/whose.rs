//! Whose a reservation is: what counts as one person or home, and where the voucher is issued.

use super::Reservation;
use crate::address::AddressParts;
use crate::id_document::{self, DocumentKind};
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

/// What the roster knows of whose a reservation is.
pub trait Whose {
    /// Who a person is now: the one they were merged into, or they themselves.
    fn standing(&self, person: EntityId) -> EntityId;

    /// The household a person lives in.
    fn home_of(&self, person: EntityId) -> Option<EntityId>;

    /// A household's address.
    fn address_of(&self, household: EntityId) -> Option<AddressParts>;

    /// An address with the estate that it can only mean ([`crate::address::Estates::in_full`]).
    fn in_full(&self, address: AddressParts) -> AddressParts;
}

/// Knows only what the reservation itself says. What is one by it is one by any roster, too.
pub struct AsWritten;

impl Whose for AsWritten {
    fn standing(&self, person: EntityId) -> EntityId {
        person
    }

    fn home_of(&self, _: EntityId) -> Option<EntityId> {
        None
    }

    fn address_of(&self, _: EntityId) -> Option<AddressParts> {
        None
    }

    fn in_full(&self, address: AddressParts) -> AddressParts {
        address
    }
}

impl Reservation {
    /// What the round's "one per" rule compares: reservations that have one of these in common count as one. A person is
    /// known by the roster's record and by document, a home by its household and by address: the counter gives both,
    /// the residents' form only what was typed. A person's own home is a key of his reservation beside the one that was
    /// typed. Empty where the reservation does not say enough to tell.
    pub fn keys(&self, rule: RoundKey, known: &impl Whose) -> Vec<String> {
        match rule {
            RoundKey::Person => self.keys_of_person(known),
            RoundKey::Household | RoundKey::Address => self.keys_of_home(rule, known),
        }
    }

    /// As [`Reservation::keys`], recognised as being whose `filled` says. What is one as it is written stays one: by that
    /// alone the district judges the voucher, and who typed name and phone twice may be recognised once.
    pub fn keys_recognised(&self, filled: &Reservation, rule: RoundKey, known: &impl Whose) -> Vec<String> {
        let mut keys = filled.keys(rule, known);
        for key in self.keys(rule, known) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    fn keys_of_person(&self, known: &impl Whose) -> Vec<String> {
        let person = self.id(Field::Resident).map(|id| format!("r:{}", known.standing(id)));
        let kind = self.get(Field::DocumentKind).and_then(DocumentKind::parse);
        let number = self
            .get(Field::DocumentNumber)
            .filter(|number| id_document::identifies(kind, number));
        let document = number.map(|number| format!("d:{}", id_document::key(number)));
        let called = || Some(format!("p:{}:{}", self.get(Field::Name)?, self.get(Field::Phone)?));
        let keys: Vec<String> = person.into_iter().chain(document).collect();
        if keys.is_empty() {
            called().into_iter().collect()
        } else {
            keys
        }
    }

    fn keys_of_home(&self, rule: RoundKey, known: &impl Whose) -> Vec<String> {
        let households: Vec<EntityId> = self.households(known).collect();
        let here = households
            .iter()
            .filter(|_| rule == RoundKey::Household)
            .map(|id| format!("h:{id}"));
        let typed = std::iter::once(self.record.address());
        let addresses = typed.chain(households.iter().filter_map(|id| known.address_of(*id)));
        let addresses = addresses.filter_map(|address| Some(format!("a:{}", known.in_full(address).key()?)));
        let mut keys: Vec<String> = Vec::new();
        for key in here.chain(addresses) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// The households it is of: the one it names, and its person's own.
    pub fn households(&self, known: &impl Whose) -> impl Iterator<Item = EntityId> {
        let own = self
            .id(Field::Resident)
            .and_then(|id| known.home_of(known.standing(id)));
        let named = self.id(Field::Household);
        named.into_iter().chain(own.filter(|own| Some(*own) != named))
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
            let Change::Create(mut fields) = registered("甲", "501") else {
                unreachable!()
            };
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
        let keys = |of: &Reservation| of.keys(RoundKey::Household, &AsWritten);
        assert_eq!(keys(&a), keys(&b));
        assert_ne!(keys(&a), keys(&c));
        assert_eq!(
            a.keys(RoundKey::Person, &AsWritten),
            Vec::<String>::new(),
            "a name alone never decides"
        );
    }

    #[test]
    fn who_is_on_the_roster_and_who_only_typed_are_found_to_be_one() {
        let with = |fields: &[(Field, &str)]| {
            let Change::Create(mut begun) = registered("甲", "501") else {
                unreachable!()
            };
            begun.extend(fields.iter().map(|(field, value)| (*field, (*value).to_owned())));
            folded(&[Change::Create(begun)])
        };
        let (home, other) = (
            (Field::Household, ROUND),
            (Field::Household, "00000000-0000-0000-0000-000000000002"),
        );
        let (person, document) = ((Field::Resident, ROUND), (Field::DocumentNumber, "31010119900101001x"));
        type Typed<'t> = &'t [(Field, &'t str)];
        let (old, new) = (
            (Field::DocumentNumber, "110105491231002"),
            (Field::DocumentNumber, "11010519491231002X"),
        );
        let cases: [(RoundKey, Typed, Typed, bool); 9] = [
            (RoundKey::Person, &[old], &[new], true),
            (RoundKey::Household, &[home], &[], true),
            (RoundKey::Household, &[home], &[(Field::Building, "12幢")], true),
            (RoundKey::Household, &[home], &[other], true),
            (RoundKey::Household, &[home], &[other, (Field::Room, "502")], false),
            (RoundKey::Address, &[home], &[(Field::Building, "12幢")], true),
            (
                RoundKey::Person,
                &[person, document],
                &[(Field::DocumentNumber, "31010119900101001X")],
                true,
            ),
            (RoundKey::Person, &[person], &[document], false),
            (RoundKey::Person, &[(Field::Phone, "1")], &[(Field::Phone, "1")], true),
        ];
        for (rule, one, two, same) in cases {
            let (one, two) = (with(one).keys(rule, &AsWritten), with(two).keys(rule, &AsWritten));
            assert_eq!(
                one.iter().any(|key| two.contains(key)),
                same,
                "{rule:?} {one:?} {two:?}"
            );
        }
    }

    /// A roster of one estate: person 1 lives in household 1, 12号501; household 2 is 12号502.
    struct Committee;

    fn id(number: u128) -> EntityId {
        EntityId(uuid::Uuid::from_u128(number))
    }

    impl Whose for Committee {
        fn standing(&self, person: EntityId) -> EntityId {
            person
        }

        fn home_of(&self, person: EntityId) -> Option<EntityId> {
            (person == id(1)).then_some(id(1))
        }

        fn address_of(&self, household: EntityId) -> Option<AddressParts> {
            let room = if household == id(1) { "501" } else { "502" };
            Some(AddressParts::parse(&format!("齐河路338弄12号{room}")))
        }

        fn in_full(&self, address: AddressParts) -> AddressParts {
            crate::address::Estates::of([("齐河路338弄", 2)]).in_full(address)
        }
    }

    #[test]
    fn one_home_is_one_key_however_it_was_typed_and_whoevers_it_is() {
        let at = |address: &str, person: Option<u128>, household: Option<u128>| {
            let typed = AddressParts::parse(address);
            let Change::Create(mut fields) = registered("甲", "501") else {
                unreachable!()
            };
            fields.remove(&Field::Building);
            fields.remove(&Field::Room);
            let parts = [
                (Field::Estate, typed.estate),
                (Field::Building, typed.building),
                (Field::Room, typed.room),
                (Field::Resident, person.map(|person| id(person).to_string())),
                (Field::Household, household.map(|household| id(household).to_string())),
            ];
            fields.extend(parts.into_iter().filter_map(|(field, value)| Some((field, value?))));
            folded(&[Change::Create(fields)])
        };
        let cases = [
            (
                at("12号501", None, None),
                at("上海市浦东新区周家渡街道齐河路338弄12号501室", None, None),
                true,
            ),
            (at("12号501", None, None), at("", Some(1), Some(1)), true),
            (at("12号502", Some(1), Some(2)), at("12-501", None, None), true),
            (at("12号502", Some(1), Some(2)), at("12-502", None, None), true),
            (at("12号501", None, None), at("12号502", None, None), false),
            (at("501室", None, None), at("501室", None, None), false),
        ];
        for (one, two, same) in &cases {
            for rule in [RoundKey::Household, RoundKey::Address] {
                let (one, two) = (one.keys(rule, &Committee), two.keys(rule, &Committee));
                assert_eq!(
                    one.iter().any(|key| two.contains(key)),
                    *same,
                    "{rule:?} {one:?} {two:?}"
                );
            }
        }
    }
}
