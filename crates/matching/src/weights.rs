//! How much each agreement tells, in bits: for the order of candidates and nothing else.
//!
//! Weights of evidence after Fellegi and Sunter (1969): the binary logarithm of how often a field is so for the person meant,
//! by how often for anybody else. The shares for the person meant are those of the sample's mess; those for anybody else
//! follow from how many values there are: four hidden digits in ten thousand, a room in a dozen, a household in a thousand.
//! A name tells by how many bear it on this roster.

use crate::document::IdFit;
use crate::door::DoorFit;
use crate::name::NameFit;
use crate::phone::PhoneFit;
use crate::rule::Fits;

/// What a name tells less where it is only alike.
const SLIP: f64 = 3.0;
/// What one character tells of a name.
const CHARACTER: f64 = 3.5;
/// The most that a name tells: of a roster in which nobody else bears it.
const MOST_OF_NAME: f64 = 13.0;

/// What a masked ID number tells, and of how many characters: of fewer, a district and a year, less.
const MASKED: f64 = 11.0;
const LITTLE: usize = 10;
const LITTLE_SEEN: f64 = 2.0;

/// The weight of all fields. `bearers`: how many on the roster bear the name, of `people`.
/// `seen`: characters of a masked ID number.
pub(crate) fn of(fits: &Fits, bearers: usize, people: usize, seen: usize) -> f64 {
    let masked = if seen < LITTLE { LITTLE_SEEN } else { MASKED };
    name(fits.name, bearers, people) + id(fits.id, masked) + phone(fits.phone) + door(fits.door)
}

fn name(fit: NameFit, bearers: usize, people: usize) -> f64 {
    let rare = (people as f64 / bearers.max(1) as f64)
        .max(1.0)
        .log2()
        .min(MOST_OF_NAME);
    match fit {
        NameFit::Same => rare,
        NameFit::Slip => (rare - SLIP).max(CHARACTER),
        NameFit::Part => CHARACTER,
        NameFit::Silent => 0.0,
        NameFit::Near => 1.0,
        NameFit::Other => -7.5,
    }
}

fn id(fit: IdFit, masked: f64) -> f64 {
    match fit {
        IdFit::Same => 22.0,
        IdFit::Slip => 16.0,
        IdFit::Masked => masked,
        IdFit::Silent => 0.0,
        IdFit::Other => -9.0,
    }
}

fn phone(fit: PhoneFit) -> f64 {
    match fit {
        PhoneFit::Same => 14.0,
        PhoneFit::Slip => 10.0,
        PhoneFit::Masked => 9.0,
        PhoneFit::Home => 8.0,
        PhoneFit::Silent => 0.0,
        PhoneFit::New => -1.0,
        PhoneFit::Foreign => -4.0,
    }
}

fn door(fit: DoorFit) -> f64 {
    match fit {
        DoorFit::Full => 9.0,
        DoorFit::Near => 7.0,
        DoorFit::NoPlace => 6.0,
        DoorFit::Building => 4.0,
        DoorFit::Vague => 0.0,
        DoorFit::Contrary => -5.0,
    }
}

/// A weight as a share between 0 and 1: how likely the resident is meant, before anybody is looked at, among so many.
pub(crate) fn score(weight: f64, people: usize) -> f64 {
    let odds = (weight - (people.max(1) as f64).log2()).exp2();
    odds / (1.0 + odds)
}
