//! How the door that a row says fits a resident's.

use crate::places::{Door, PlaceFit, Said, UNSAID};

/// How the address of a row fits a resident's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DoorFit {
    /// Some level differs.
    Contrary,
    /// It says too little, or something that the roster has nowhere.
    Vague,
    /// The number agrees, and the place where it is said; no room is said.
    Building,
    /// Number and room agree, the place is not said.
    NoPlace,
    /// The same after a guess.
    Near,
    /// Place, number and room agree.
    Full,
}

/// How one level agrees.
#[derive(PartialEq, Eq)]
enum Agrees {
    Yes,
    No,
    /// One of the two does not say it.
    Open,
}

fn agrees(said: u32, known: u32) -> Agrees {
    match (said, known) {
        (UNSAID, _) | (_, UNSAID) => Agrees::Open,
        (said, known) if said == known => Agrees::Yes,
        _ => Agrees::No,
    }
}

/// Compares one way to read a row with a door of the roster. `floors`: whether the floor said is that of the known room.
pub(crate) fn fit(said: &Said, known: &Door, place: PlaceFit, floor_differs: bool) -> DoorFit {
    let (number, room) = (
        agrees(said.door.number, known.number),
        agrees(said.door.room, known.room),
    );
    let unit = agrees(said.door.unit, known.unit);
    let part = agrees(said.door.part, known.part);
    // 501 says its floor itself, 前楼 does not.
    let floor = floor_differs && (said.door.room == UNSAID || said.room_by_name);
    if place == PlaceFit::Other || [&number, &unit, &room, &part].contains(&&Agrees::No) || floor {
        return DoorFit::Contrary;
    }
    let no_numbers = said.door.number == UNSAID && known.number == UNSAID;
    let no_rooms = said.door.room == UNSAID && known.room == UNSAID;
    let house = number == Agrees::Yes || (no_numbers && room == Agrees::Yes);
    match place {
        _ if !house => DoorFit::Vague,
        PlaceFit::Exact if room == Agrees::Yes || no_rooms => DoorFit::Full,
        PlaceFit::Near if room == Agrees::Yes || no_rooms => DoorFit::Near,
        PlaceFit::Exact | PlaceFit::Near => DoorFit::Building,
        PlaceFit::Wider | PlaceFit::Unsaid if room == Agrees::Yes && number == Agrees::Yes => DoorFit::NoPlace,
        PlaceFit::Wider if no_rooms && number == Agrees::Yes => DoorFit::NoPlace,
        // 12号, wherever that is.
        PlaceFit::Unsaid if number == Agrees::Yes && said.door.room == UNSAID => DoorFit::Building,
        _ => DoorFit::Vague,
    }
}
