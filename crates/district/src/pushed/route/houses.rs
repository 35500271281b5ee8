//! Which committees have homes in a house, a place, a road: found by what an address says of each.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use linli_matching::{Level, Understood};

/// How narrow what an address says is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Width {
    /// A number of a road, lane or estate.
    House,
    /// A lane, an estate, a village.
    Place,
    /// A road.
    Road,
}

/// How many homes committees have, by the hash of what an address says. Two that have the same hash cost a row a wrong
/// way, once in ages; it is passed on.
#[derive(Debug, Default)]
pub(super) struct Houses(HashMap<u64, Vec<(u16, u32)>>);

impl Houses {
    /// A home of a committee.
    pub(super) fn learn(&mut self, address: &Understood, committee: u16) {
        for (_, key) in keys(address) {
            let homes = self.0.entry(key).or_default();
            match homes.iter_mut().find(|(known, _)| *known == committee) {
                Some((_, count)) => *count += 1,
                None => homes.push((committee, 1)),
            }
        }
    }

    /// The committees with homes there, by the narrowest that any has, those with the most first.
    pub(super) fn of(&self, address: &Understood) -> Option<(Width, Vec<u16>)> {
        let mut keys = keys(address);
        keys.sort_by_key(|(width, _)| *width);
        let found = keys.iter().find_map(|(width, key)| Some((*width, self.0.get(key)?)));
        let (width, mut homes) = found.map(|(width, homes)| (width, homes.clone()))?;
        homes.sort_by_key(|(committee, count)| (std::cmp::Reverse(*count), *committee));
        Some((width, homes.into_iter().map(|(committee, _)| committee).collect()))
    }
}

/// The hashes of what an address says.
fn keys(address: &Understood) -> Vec<(Width, u64)> {
    let at = |level| address.at(level);
    let (road, lane, sub_lane) = (at(Level::Road), at(Level::Lane), at(Level::SubLane));
    let (number, group) = (at(Level::Number), at(Level::Group));
    let mut keys = Vec::new();
    if let Some(road) = road {
        if number.is_some() {
            keys.push((Width::House, hash((road, lane, sub_lane, number))));
        }
        if lane.is_some() {
            keys.push((Width::Place, hash((road, lane, sub_lane))));
        }
        keys.push((Width::Road, hash(road)));
    }
    let estates = address.parts.iter().filter(|part| part.level == Level::Estate);
    for estate in estates.map(|part| part.value.as_str()) {
        if number.is_some() {
            keys.push((Width::House, hash((estate, at(Level::Phase), group, number))));
        }
        keys.push((Width::Place, hash((estate, "place"))));
    }
    keys
}

fn hash(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_that_anybody_has_counts() {
        let mut houses = Houses::default();
        for (address, committee) in [
            ("牡丹路12弄 3号501室", 1),
            ("牡丹路12弄 3号502室", 1),
            ("牡丹路12弄 4号501室", 2),
            ("联洋花园 3号501室", 3),
        ] {
            houses.learn(&Understood::of(address), committee);
        }
        let of = |address: &str| houses.of(&Understood::of(address));
        assert_eq!(of("浦东新区牡丹路12弄3号"), Some((Width::House, vec![1])));
        assert_eq!(of("牡丹路12弄9号"), Some((Width::Place, vec![1, 2])));
        assert_eq!(of("牡丹路700号"), Some((Width::Road, vec![1, 2])));
        assert_eq!(of("联洋花园3号"), Some((Width::House, vec![3])));
        assert_eq!(of("外滩1号"), None);
    }
}
