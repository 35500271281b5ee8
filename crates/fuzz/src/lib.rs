//! What is played with the bytes of a fuzzer: sync packages, and messages to the district.
//!
//! The targets of the fuzzer itself are thin and lie in `fuzz/`, since they need a nightly compiler. Here the seeds are
//! played by the tests, too, and a finding is played again without the fuzzer: `linli-fuzz play TARGET FILE`.

mod change;
mod package;
mod part;
mod pc;
mod push;
mod script;
mod seeds;
mod things;
mod world;

pub use package::package;
pub use push::push;
pub use seeds::seeds;

/// What plays bytes. It panics where something does not hold.
pub type Target = fn(&[u8]);

/// The target of this name.
pub fn target(name: &str) -> Option<Target> {
    match name {
        "package" => Some(package),
        "push" => Some(push),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn everything_holds_for_the_seeds() {
        for name in ["package", "push"] {
            let target = target(name).expect("it is there");
            seeds(name).iter().for_each(|seed| target(seed));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn everything_holds_for_noise(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            package(&bytes);
            push(&bytes);
        }
    }
}
