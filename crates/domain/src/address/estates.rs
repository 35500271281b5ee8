//! The estates of a committee: an address that leaves its estate out, or writes it shorter or longer than the roster does,
//! is of the one it can only mean.

use std::collections::BTreeMap;

use super::{AddressParts, region};

/// The estates of a committee's homes, each with the one writing that most of its homes have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Estates {
    /// By what is left of each writing without 省, 市, 区 and 街道: which estate it is.
    by_name: BTreeMap<String, usize>,
    /// The estates' writings.
    writings: Vec<String>,
}

impl Estates {
    /// From how often each estate is written on the roster.
    pub fn of<'e>(written: impl IntoIterator<Item = (&'e str, usize)>) -> Estates {
        let mut writings: BTreeMap<&str, usize> = BTreeMap::new();
        written.into_iter().for_each(|(estate, homes)| *writings.entry(estate).or_default() += homes);
        let mut by_name: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
        for (writing, homes) in writings {
            let name = region::split(writing).1;
            if !name.is_empty() {
                by_name.entry(name).or_default().push((writing, homes));
            }
        }
        let mut names: Vec<&str> = by_name.keys().copied().collect();
        names.sort_by_key(|name| (usize::MAX - name.len(), *name));
        let mut estates = Estates::default();
        let mut groups: Vec<Vec<(&str, usize)>> = Vec::new();
        for name in names {
            let group = estates.meant(name).unwrap_or_else(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].extend(by_name.get(name).into_iter().flatten());
            estates.by_name.insert(name.to_owned(), group);
        }
        let most = |group: &Vec<(&str, usize)>| {
            let best = group.iter().min_by_key(|(writing, homes)| (usize::MAX - homes, writing.len(), *writing));
            best.map_or_else(String::new, |(writing, _)| (*writing).to_owned())
        };
        estates.writings = groups.iter().map(most).collect();
        estates
    }

    /// An address with its estate as the roster writes it; as it is where it can mean several, or none.
    pub fn in_full(&self, address: AddressParts) -> AddressParts {
        let name = region::split(address.estate.as_deref().unwrap_or_default()).1;
        // 浦东新区12号501: the name of a district that no estate has.
        let unsaid = name.is_empty() || (name.ends_with(['区', '县']) && !self.by_name.contains_key(name));
        let group = match self.meant(name) {
            Some(group) => Some(group),
            // A room alone is in no estate: it may be in any building.
            None if unsaid && self.writings.len() == 1 && address.building.is_some() => Some(0),
            None => None,
        };
        match group.and_then(|group| self.writings.get(group)) {
            Some(writing) => AddressParts { estate: Some(writing.clone()), ..address },
            None => address,
        }
    }

    /// The one estate that a name means.
    fn meant(&self, name: &str) -> Option<usize> {
        if let Some(group) = self.by_name.get(name) {
            return Some(*group);
        }
        let alike = |known: &str| ends_with(known, name) || ends_with(name, known);
        let mut groups = self.by_name.iter().filter(|(known, _)| alike(known)).map(|(_, group)| *group);
        let first = groups.next()?;
        groups.all(|group| group == first).then_some(first)
    }
}

/// Whether a name ends with a shorter one: `齐河路338弄` with `338弄`, but `齐河路1338弄` not.
pub(super) fn ends_with(name: &str, shorter: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    name.strip_suffix(shorter)
        .is_some_and(|before| !(shorter.is_empty() || shorter.starts_with(digit) && before.ends_with(digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_the_estate_it_can_only_mean() {
        let one = Estates::of([("齐河路338弄", 40), ("浦东新区齐河路338弄", 3), ("338弄", 1)]);
        let two = Estates::of([("齐河路338弄", 40), ("齐河路1338弄", 40), ("牡丹小区", 9)]);
        let cases = [
            (&one, "12号501", "齐河路338弄12号501室"),
            (&one, "338弄12号501", "齐河路338弄12号501室"),
            (&one, "上海浦东齐河路338弄12号501", "齐河路338弄12号501室"),
            (&one, "上海市浦东新区周家渡街道12号501", "齐河路338弄12号501室"),
            (&one, "浦东新区12号501", "齐河路338弄12号501室"),
            (&one, "三林路1弄12号501", "三林路1弄12号501室"),
            (&two, "12号501", "12号501室"),
            (&two, "338弄12号501", "齐河路338弄12号501室"),
            (&two, "小区12号501", "牡丹小区12号501室"),
            (&two, "浦东新区12号501", "浦东新区12号501室"),
        ];
        for (estates, typed, full) in cases {
            assert_eq!(estates.in_full(AddressParts::parse(typed)).display(), full, "{typed}");
        }
        let room = AddressParts { room: Some("501".into()), ..AddressParts::default() };
        assert_eq!(one.in_full(room.clone()), room, "a room alone may be in any building");
        assert_eq!(Estates::default().in_full(AddressParts::parse("12-501")).display(), "12号501室");
    }
}
