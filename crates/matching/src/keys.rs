//! An index by hashes of keys: who may be meant. A collision costs a comparison and nothing else, for whoever is found is
//! compared.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use crate::MOST_CANDIDATES;

/// The same hashes in every run.
const SEED: u64 = 1;

/// The most people of one key by which candidates are only ranked: 王 and any character, 5号101 anywhere.
const MOST_ALIKE: usize = 1_000;

/// The most people of one key who are all met: more than live in the largest house. What more share is a name that a
/// program filled in, or a number of nobody.
const MOST_SHARED: usize = 2_000;
/// How many are met of more.
const OF_MANY: usize = MOST_CANDIDATES;

/// What a key is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Of {
    Document,
    DocumentPart(u8),
    DocumentTail,
    Phone,
    PhonePart(u8),
    PhoneTail,
    Name,
    /// One character of a name left open, by its place.
    NameBut(u8),
    /// A name without one of its characters.
    NameWithout,
    /// The characters of a name in any order.
    NameCharacters,
    NameSound,
    /// Number and room, wherever.
    Door,
    Household,
    /// Number in a place.
    House,
}

/// The hash of a key.
pub(crate) fn hash(of: Of, key: impl Hash) -> u32 {
    // The upper half is as good as the lower.
    (FixedState::with_seed(SEED).hash_one((of, key)) >> 32) as u32
}

/// People by the hashes of their keys.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Hash above, person below, in order.
    entries: Vec<u64>,
    /// Where the entries of each beginning of a hash begin.
    buckets: Vec<u32>,
    /// How many of its bits are the beginning.
    bits: u32,
}

impl Keys {
    pub(crate) fn of(entries: &[u64]) -> Keys {
        // A bucket for each entry, in which there is little to sort.
        let bits = entries.len().max(2).ilog2();
        let bucket = |entry: u64| (entry >> (64 - bits)) as usize;
        let mut buckets = vec![0_u32; (1 << bits) + 1];
        entries.iter().for_each(|entry| buckets[bucket(*entry)] += 1);
        let mut end = 0;
        for count in &mut buckets {
            end += *count;
            *count = end;
        }
        let mut sorted = vec![0_u64; entries.len()];
        for entry in entries {
            let place = &mut buckets[bucket(*entry)];
            *place -= 1;
            sorted[*place as usize] = *entry;
        }
        buckets
            .windows(2)
            .for_each(|bounds| sorted[bounds[0] as usize..bounds[1] as usize].sort_unstable());
        Keys {
            entries: sorted,
            buckets,
            bits,
        }
    }

    pub(crate) fn entry(hash: u32, person: u32) -> u64 {
        u64::from(hash) << 32 | u64::from(person)
    }

    /// Who has the key of a hash, in order.
    pub(crate) fn get(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        self.of_hash(hash).iter().map(|entry| *entry as u32)
    }

    /// The same, or the first of too many; and whether they are too many.
    pub(crate) fn some(&self, hash: u32) -> (impl Iterator<Item = u32> + '_, bool) {
        let found = self.of_hash(hash);
        let many = found.len() > MOST_SHARED;
        let most = if many { OF_MANY } else { found.len() };
        (found[..most].iter().map(|entry| *entry as u32), many)
    }

    /// How many have it.
    pub(crate) fn count(&self, hash: u32) -> usize {
        self.of_hash(hash).len()
    }

    /// Whether [`Keys::few`] finds nobody for their number.
    pub(crate) fn are_many(&self, hash: u32) -> bool {
        self.count(hash) > MOST_ALIKE
    }

    /// The same, or nobody where too many have it: for keys that rank and decide nothing.
    pub(crate) fn few(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        let found = self.of_hash(hash);
        let few = if found.len() > MOST_ALIKE { &[] } else { found };
        few.iter().map(|entry| *entry as u32)
    }

    fn of_hash(&self, hash: u32) -> &[u64] {
        let bucket = u64::from(hash).checked_shr(32 - self.bits).unwrap_or(0) as usize;
        let bounds = self.buckets.get(bucket).zip(self.buckets.get(bucket + 1));
        let range = bounds.map_or(0..0, |(from, to)| *from as usize..*to as usize);
        let entries = &self.entries[range];
        let below = |limit: u64| entries.partition_point(|entry| (*entry >> 32) < limit);
        &entries[below(u64::from(hash))..below(u64::from(hash) + 1)]
    }
}
