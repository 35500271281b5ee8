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
        written
            .into_iter()
            .for_each(|(estate, homes)| *writings.entry(estate).or_default() += homes);
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
            let group = estates
                .meant(name)
                .or_else(|| estates.joined(name, &mut groups))
                .unwrap_or_else(|| {
                    groups.push(Vec::new());
                    groups.len() - 1
                });
            groups[group].extend(by_name.get(name).into_iter().flatten());
            estates.by_name.insert(name.to_owned(), group);
        }
        let most = |group: &Vec<(&str, usize)>| {
            let best = group
                .iter()
                .min_by_key(|(writing, homes)| (usize::MAX - homes, writing.len(), *writing));
            best.map_or_else(String::new, |(writing, _)| (*writing).to_owned())
        };
        estates.writings = groups.iter().map(most).collect();
        estates
    }

    /// An address with its estate as the roster writes it; as it is where it can mean several, or none.
    pub fn in_full(&self, address: AddressParts) -> AddressParts {
        if let Some(address) = self.by_lane(&address) {
            return address;
        }
        let name = region::split(address.estate.as_deref().unwrap_or_default()).1;
        // 浦东新区12号501: the name of a district that no estate has.
        let unsaid = name.is_empty() || (name.ends_with(['区', '县']) && !self.by_name.contains_key(name));
        let group = match self.meant(name) {
            Some(group) => Some(group),
            // A room alone is in no estate: it may be in any building.
            None if unsaid && address.building.is_some() => self.only(),
            None => None,
        };
        match group.and_then(|group| self.writings.get(group)) {
            Some(writing) => AddressParts {
                estate: Some(writing.clone()),
                ..address
            },
            None => address,
        }
    }

    /// The committee's estate, where it has one.
    fn only(&self) -> Option<usize> {
        let first = *self.by_name.values().next()?;
        self.by_name.values().all(|group| *group == first).then_some(first)
    }

    /// One estate of those that only write something before the same road and lane: 浦东齐河路338弄, 上海齐河路338弄.
    fn joined(&mut self, name: &str, groups: &mut [Vec<(&str, usize)>]) -> Option<usize> {
        if !has_road(name) || lane_of(name) != Some(name) {
            return None;
        }
        // One estate may be named behind its lane; of two, the lane alone says neither.
        let behind = self.by_name.keys().filter(|known| begins_with(known, name)).count();
        let same = |known: &str| ends_with(known, name) || behind == 1 && begins_with(known, name);
        let same: Vec<usize> = self
            .by_name
            .iter()
            .filter(|(known, _)| same(known))
            .map(|(_, group)| *group)
            .collect();
        let first = same.iter().copied().min()?;
        for group in same.iter().copied().filter(|group| *group != first) {
            let writings = std::mem::take(&mut groups[group]);
            groups[first].extend(writings);
        }
        self.by_name
            .values_mut()
            .filter(|group| same.contains(group))
            .for_each(|group| *group = first);
        Some(first)
    }

    /// 齐河路338-12-501 read as 338号, where the committee has the lane.
    fn by_lane(&self, address: &AddressParts) -> Option<AddressParts> {
        let (road, unit) = (address.estate.as_deref()?, address.unit.as_deref()?);
        let number = address.building.as_deref()?.strip_suffix('号')?;
        let name = format!("{}{number}弄", region::split(road).1);
        let group = self.by_name.get(&name).filter(|_| has_road(road))?;
        Some(AddressParts {
            estate: self.writings.get(*group).cloned(),
            building: Some(format!("{}号", unit.strip_suffix("单元")?)),
            unit: None,
            room: address.room.clone(),
        })
    }

    /// The one estate that a name means.
    fn meant(&self, name: &str) -> Option<usize> {
        if let Some(group) = self.by_name.get(name) {
            return Some(*group);
        }
        let alike = |known: &str| {
            ends_with(known, name) || ends_with(name, known) || begins_with(known, name) || begins_with(name, known)
        };
        let mut groups = self
            .by_name
            .iter()
            .filter(|(known, _)| alike(known))
            .map(|(_, group)| *group);
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

/// Whether a name is a lane's and the name of its estate besides: 齐河路338弄晨晖小区 with 齐河路338弄.
fn begins_with(name: &str, lane: &str) -> bool {
    lane_of(lane) == Some(lane)
        && name
            .strip_prefix(lane)
            .is_some_and(|estate| !estate.contains(|c: char| c.is_ascii_digit()))
}

/// A name up to its lane: 齐河路338弄.
fn lane_of(name: &str) -> Option<&str> {
    let end = name.find('弄')?;
    let numbered = name[..end].ends_with(|c: char| c.is_ascii_digit());
    numbered.then(|| &name[..end + '弄'.len_utf8()])
}

/// Whether a road is named: 338弄 alone may be of any.
fn has_road(name: &str) -> bool {
    name.contains(['路', '街', '道', '巷'])
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
        let prefixed = Estates::of([
            ("浦东齐河路338弄", 1),
            ("上海齐河路338弄", 1),
            ("齐河路338弄", 9),
            ("齐河路338弄晨晖小区", 1),
        ]);
        for typed in [
            "12号501",
            "浦东齐河路338弄12号501",
            "上海齐河路338弄12号501",
            "齐河路338弄晨晖小区12号501",
            "晨晖小区12号501",
            "齐河路338弄（晨晖小区）12号501",
            "齐河路338-12-501",
        ] {
            let full = prefixed.in_full(AddressParts::parse(typed));
            assert_eq!(full.display(), "齐河路338弄12号501室", "{typed}");
        }
        let villages = Estates::of([("齐河路338弄一村", 9), ("齐河路338弄二村", 9), ("齐河路338弄", 1)]);
        for typed in [
            "齐河路338弄一村12号501室",
            "齐河路338弄二村12号501室",
            "齐河路338弄12号501室",
            "12号501室",
        ] {
            assert_eq!(
                villages.in_full(AddressParts::parse(typed)).display(),
                typed,
                "which village is not said"
            );
        }
        let road = AddressParts::parse("三林路338-12-501");
        assert_eq!(
            prefixed.in_full(road.clone()),
            road,
            "a lane that the committee has not"
        );
        let room = AddressParts {
            room: Some("501".into()),
            ..AddressParts::default()
        };
        assert_eq!(one.in_full(room.clone()), room, "a room alone may be in any building");
        assert_eq!(
            Estates::default().in_full(AddressParts::parse("12-501")).display(),
            "12号501室"
        );
    }
}
