//! What is played with the bytes of a fuzzer: sync packages, messages to the district, and what people import, choose or
//! paste: sheets, pictures and the text of notices.
//!
//! The targets of the fuzzer itself are thin and lie in `fuzz/`, since they need a nightly compiler. Here the seeds are
//! played by the tests, too, and a finding is played again without the fuzzer: `linli-fuzz play TARGET FILE`.

mod bounds;
mod change;
mod notice;
mod package;
mod part;
mod pc;
mod picture;
mod push;
mod script;
mod seeds;
mod sheet;
mod things;
mod world;

pub use notice::notice;
pub use package::package;
pub use picture::picture;
pub use push::push;
pub use seeds::seeds;
pub use sheet::{csv, xls, xlsx};

/// What plays bytes. It panics where something does not hold.
pub type Target = fn(&[u8]);

/// All targets by their names.
pub const TARGETS: [(&str, Target); 7] = [
    ("csv", csv),
    ("notice", notice),
    ("package", package),
    ("picture", picture),
    ("push", push),
    ("xls", xls),
    ("xlsx", xlsx),
];

/// The target of this name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, target)| *target)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn everything_holds_for_the_seeds() {
        for (name, target) in TARGETS {
            seeds(name).iter().for_each(|seed| target(seed));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn everything_holds_for_noise(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            TARGETS.iter().for_each(|(_, target)| target(&bytes));
        }
    }
}
