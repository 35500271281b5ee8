//! Whether a voucher's number is good, as far as a PC can tell that has checked its signature.
//!
//! Must stay true: a signature alone makes no number good. Its signer must have given it out, or have had the lease for it,
//! or on a PC alone have it within the quota; a revoked PC's key, which may be in anybody's hands, makes none that the
//! district does not have. What this PC cannot know is an answer of its own.

use super::Voucher;
use crate::guard::{Guard, stands};
use crate::lease::Lease;
use crate::operation::DeviceId;

/// A number as it was given out or put on paper, in this PC's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenOut {
    /// By which PC: one gives a number out, and any prints its voucher again.
    pub by: DeviceId,
    /// The amount.
    pub quantity: u32,
    /// The district has numbered that it was.
    pub numbered: bool,
    /// It counts: the district did not refuse it.
    pub counts: bool,
    /// It was stepped back from.
    pub void: bool,
}

/// What a PC knows when a voucher is shown to it.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// This PC.
    pub own: DeviceId,
    /// Whether it belongs to a district.
    pub joined: bool,
    /// Vouchers there are in the round; `None` where the round is not known here.
    pub quota: Option<u32>,
    /// Leases of the round.
    pub leases: &'a [Lease],
    /// The number as it was given out: once, but for PCs that did not know of each other.
    pub given_out: &'a [GivenOut],
    /// Whether the signer was revoked.
    pub revoked: bool,
}

/// Whether a voucher is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was given out, and counts.
    Good,
    /// Its signer has the lease for it; that it was given out has not come here.
    Leased,
    /// It was stepped back from.
    Void,
    /// The district refused it.
    Refused,
    /// Its signer never had the number.
    Forged,
    /// Its signer had the number and, as far as this PC knows, gave it out otherwise: a signature cannot be altered, so
    /// the number was given out twice, as by a PC that was put back to a backup between.
    GivenOutTwice,
    /// Its signer was revoked, and the district does not have it.
    Revoked,
    /// This PC cannot tell.
    Unknown(Unknown),
}

/// What this PC does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// The round.
    Round,
    /// Whether the signer has a lease for the number by now.
    Lease,
    /// What became of a number of its own: it may have been put back to a backup since.
    OwnNumber,
}

/// Whether a voucher whose signature is this PC's is good.
pub fn standing(voucher: &Voucher, signer: DeviceId, known: &Known<'_>) -> Standing {
    let leased = known
        .leases
        .iter()
        .any(|lease| lease.device == signer && lease.holds(voucher.serial));
    let his = |given: &&GivenOut| given.by == signer || leased;
    let says_so = |given: &&GivenOut| given.quantity == u32::from(voucher.quantity);
    let revoked = known.revoked && stands(Guard::RevokedNumbered);
    // Whoever belongs to the committee prints what another PC gave out; a key that was taken away vouches for what its PC
    // did before, and nothing else.
    let given = known
        .given_out
        .iter()
        .filter(|given| !revoked || his(given))
        .filter(says_so)
        .max_by_key(|given| (given.counts, !given.void, given.numbered));
    match given {
        Some(GivenOut { counts: false, .. }) => Standing::Refused,
        Some(GivenOut { void: true, .. }) => Standing::Void,
        Some(given) if revoked && !given.numbered => Standing::Revoked,
        Some(_) => Standing::Good,
        None if known.given_out.is_empty() => unheard_of(voucher, (signer, leased, revoked), known),
        None if revoked => Standing::Revoked,
        None if signer == known.own || known.given_out.iter().any(|given| his(&given)) => Standing::GivenOutTwice,
        None => Standing::Forged,
    }
}

/// A number of which nothing is in this PC's log.
fn unheard_of(voucher: &Voucher, (signer, leased, revoked): (DeviceId, bool, bool), known: &Known<'_>) -> Standing {
    match known.quota {
        _ if revoked => Standing::Revoked,
        None => Standing::Unknown(Unknown::Round),
        Some(quota) if !known.joined && !(1..=quota).contains(&voucher.serial) => Standing::Forged,
        Some(_) if signer == known.own => Standing::Unknown(Unknown::OwnNumber),
        Some(_) if leased => Standing::Leased,
        Some(_) => Standing::Unknown(Unknown::Lease),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::operation::EntityId;

    fn pc(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    #[test]
    fn a_number_is_good_where_its_signer_had_it_and_what_is_not_known_is_said() {
        use Standing::{Forged, GivenOutTwice, Good, Leased, Refused, Revoked, Void};
        let round = EntityId(Uuid::from_u128(9));
        let leases = [
            Lease {
                round,
                device: pc(2),
                first: 21,
                last: 40,
            },
            Lease {
                round,
                device: pc(1),
                first: 1,
                last: 20,
            },
        ];
        let given = GivenOut {
            by: pc(2),
            quantity: 5,
            numbered: true,
            counts: true,
            void: false,
        };
        let joined = Known {
            own: pc(1),
            joined: true,
            quota: Some(60),
            leases: &leases,
            given_out: &[],
            revoked: false,
        };
        let revoked = Known {
            revoked: true,
            ..joined
        };
        let alone = Known {
            joined: false,
            leases: &[],
            ..joined
        };
        let waiting = GivenOut {
            numbered: false,
            ..given
        };
        let (void, refused) = (GivenOut { void: true, ..given }, GivenOut { counts: false, ..given });
        let (other, more) = (GivenOut { by: pc(1), ..given }, GivenOut { quantity: 9, ..given });
        let (lease, own) = (Standing::Unknown(Unknown::Lease), Standing::Unknown(Unknown::OwnNumber));
        // Signed by, number, what was given out, and what else is known.
        type Case<'a> = (&'a str, u128, u32, &'a [GivenOut], Known<'a>, Standing);
        let cases: [Case<'_>; 32] = [
            ("given out", 2, 21, &[given], joined, Good),
            ("carried here, not numbered yet", 2, 21, &[waiting], joined, Good),
            ("void", 2, 21, &[void], joined, Void),
            ("void, and given out again", 2, 21, &[void, given], joined, Good),
            ("refused", 2, 21, &[refused], joined, Refused),
            ("printed again by another PC", 2, 7, &[other], joined, Good),
            ("printed again here", 1, 21, &[given], joined, Good),
            (
                "printed again, and void",
                2,
                7,
                &[GivenOut { void: true, ..other }],
                joined,
                Void,
            ),
            (
                "another's number, and another amount",
                2,
                7,
                &[GivenOut { by: pc(1), ..more }],
                joined,
                Forged,
            ),
            ("another's number, revoked", 2, 7, &[other], revoked, Revoked),
            (
                "printed again before it was revoked",
                2,
                7,
                &[other, given],
                revoked,
                Good,
            ),
            (
                "printed again, unheard of, and revoked",
                2,
                7,
                &[other, waiting],
                revoked,
                Revoked,
            ),
            (
                "given out, and printed a moment ago, revoked",
                2,
                21,
                &[given, waiting],
                revoked,
                Good,
            ),
            ("another amount", 2, 21, &[more], joined, GivenOutTwice),
            (
                "another amount, by this PC before it was put back",
                1,
                21,
                &[more],
                joined,
                GivenOutTwice,
            ),
            (
                "another amount, by this PC alone",
                1,
                7,
                &[GivenOut { by: pc(1), ..more }],
                alone,
                GivenOutTwice,
            ),
            ("another amount, revoked", 2, 21, &[more], revoked, Revoked),
            (
                "signed by what the PC was before, which had the lease",
                2,
                21,
                &[other],
                joined,
                Good,
            ),
            ("leased, not heard of", 2, 30, &[], joined, Leased),
            ("leased to another, as far as is known", 2, 7, &[], joined, lease),
            ("not leased, as far as is known", 2, 50, &[], joined, lease),
            ("beyond the quota that is known", 2, 99, &[], joined, lease),
            ("its own, and not in its log", 1, 5, &[], joined, own),
            (
                "another round",
                2,
                21,
                &[],
                Known { quota: None, ..joined },
                Standing::Unknown(Unknown::Round),
            ),
            ("revoked, numbered", 2, 21, &[given], revoked, Good),
            ("revoked, carried here", 2, 21, &[waiting], revoked, Revoked),
            ("revoked, within its lease", 2, 30, &[], revoked, Revoked),
            ("revoked, never leased", 2, 50, &[], revoked, Revoked),
            ("alone", 1, 7, &[other], alone, Good),
            ("alone, within the quota, not in the log", 1, 60, &[], alone, own),
            ("alone, beyond the quota", 1, 61, &[], alone, Forged),
            ("alone, no number", 1, 0, &[], alone, Forged),
        ];
        for (what, signer, serial, given_out, known, expected) in cases {
            let voucher = Voucher {
                round,
                serial,
                quantity: 5,
                until: None,
            };
            assert_eq!(
                standing(&voucher, pc(signer), &Known { given_out, ..known }),
                expected,
                "{what}"
            );
        }
    }
}
