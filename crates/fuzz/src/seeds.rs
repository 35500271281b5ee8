//! What the fuzzer begins with: whole stories, so that it need not find them, and noise.

/// Bytes of noise, and how many pieces of it.
const NOISE: (usize, u64) = (160, 24);

/// The seeds of a target.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let of = |stories: &[&[u8]]| stories.iter().map(|story| story.to_vec()).collect();
    let stories: Vec<Vec<u8>> = match target {
        "push" => of(&PUSH),
        "package" => of(&PACKAGE),
        "notice" => crate::notice::seeds(),
        "picture" => crate::picture::seeds(),
        sheet => crate::sheet::seeds(sheet),
    };
    let noise = (1..=NOISE.1).map(|seed| {
        let mut state = seed;
        let bytes = (0..NOISE.0).map(|_| {
            // Marsaglia's xorshift.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        });
        bytes.collect()
    });
    stories.into_iter().chain(noise).collect()
}

/// Steps of `push`: an operation of a kind on an entity, to be created, set or with a fact; sign; push; lease.
const SIGN: u8 = 7;
const SEND: u8 = 10;
const LEASE: u8 = 13;
const MEANWHILE: u8 = 14;
const RAW: u8 = 15;
/// Kinds: a reservation, a resident, a batch.
const RESERVATION: u8 = 6;
const RESIDENT: u8 = 4;
const BATCH: u8 = 7;
/// An entity of no special meaning.
const ONE: u8 = 6;
/// Nothing odd: a change as it is written, and not damaged.
const AS_IT_IS: u8 = 0;
const CREATE: u8 = 0;
const UNDO: u8 = 11;
const FACT: u8 = 13;
/// Fields and values: the round, a building, a document, a name.
const ROUND: [u8; 2] = [0, 50];
const DOCUMENT: [u8; 2] = [2, 120];
const NAME: [u8; 2] = [14, 0];

#[rustfmt::skip]
const REGISTERED: [u8; 13] = [
    0, RESERVATION, ONE, AS_IT_IS, CREATE, 3, ROUND[0], ROUND[1], DOCUMENT[0], DOCUMENT[1], NAME[0], NAME[1], AS_IT_IS,
];

#[rustfmt::skip]
const PUSH: [&[u8]; 6] = [
    // A registration, reviewed, with numbers, a right and a voucher.
    &[1, 0, 0, RESERVATION, ONE, AS_IT_IS, CREATE, 2, ROUND[0], ROUND[1], DOCUMENT[0], DOCUMENT[1], AS_IT_IS,
      0, RESERVATION, ONE, AS_IT_IS, FACT, 0, 0, 3, AS_IT_IS, SIGN, 0, SEND, 0, 0,
      LEASE, 0, 0, 20, 0, 1, 0,
      0, RESERVATION, ONE, AS_IT_IS, FACT, 4, 1, 1, AS_IT_IS, SIGN, 0, SEND, 0, 200],
    // A resident, taken back, and that taken back.
    &[1, 1, 0, RESIDENT, ONE, AS_IT_IS, CREATE, 1, NAME[0], NAME[1], AS_IT_IS, SIGN, 0, SEND, 0, 0,
      0, BATCH, 7, AS_IT_IS, UNDO, 1, 1, 0, AS_IT_IS, SIGN, 1, SEND, 1, 0,
      0, BATCH, 8, AS_IT_IS, UNDO, 2, 1, 0, AS_IT_IS, SIGN, 0, SEND, 0, 0],
    // A form of a resident, a message asked for and sent.
    &[1, 0, MEANWHILE, 0, 0, 170, 2, 120, 135, 150, 1, 150, 2, 100, 1, 0,
      REGISTERED[1], REGISTERED[2], REGISTERED[3], REGISTERED[4], REGISTERED[5], REGISTERED[6], REGISTERED[7],
      REGISTERED[8], REGISTERED[9], REGISTERED[10], REGISTERED[11], REGISTERED[12],
      0, RESERVATION, ONE, AS_IT_IS, FACT, 3, AS_IT_IS, SIGN, 0, SEND, 0, 0, MEANWHILE, 3, MEANWHILE, 4, 0],
    // A message in plain JSON.
    &[0, 0, RAW, 0, 0, 3, b'{', b'"', b'p', b'a', b'r', b't', b's', b'"', b':', b'[', b']', b'}', 0],
    // Two PCs that want one right, of which one is revoked.
    &[1, 1, LEASE, 0, 0, 0, 0, 1, 1, LEASE, 0, 1, 0, 0, 1, 1, MEANWHILE, 2, LEASE, 0, 0, 5, 0, 2, 1, 2],
    // An odd header.
    &[1, 0, 0, RESIDENT, ONE, AS_IT_IS, CREATE, 1, NAME[0], NAME[1], AS_IT_IS, 9, 0, 2, 5, SEND, 0, 0],
];

#[rustfmt::skip]
const PACKAGE: [&[u8]; 6] = [
    b"\x00\x00LINLIPK1\x00\x00\x00\x02{}",
    b"\x02\x00\x00\x00{\"waiting\":[],\"numbered\":[],\"devices\":[],\"verdicts\":[],\"received_up_to\":3}",
    b"\x02\x00\x02\x00{\"waiting\":[{\"header\":\"{}\",\"operations\":[],\"signature\":\"\"}]}",
    // One part that waits, for the district and for a PC.
    &[4, 0, 0, 0, 1, 0, RESIDENT, ONE, AS_IT_IS, CREATE, 1, NAME[0], NAME[1], AS_IT_IS, 0, 0, 0, 0, 0, 0, 0],
    &[4, 0, 1, 0, 1, 0, RESIDENT, ONE, AS_IT_IS, CREATE, 1, NAME[0], NAME[1], AS_IT_IS, 0, 0, 0, 0, 0, 0, 0],
    // One that is numbered, from the district, with a card.
    &[4, 0, 2, 0, 0, 0, 1, 0, RESIDENT, ONE, AS_IT_IS, CREATE, 1, NAME[0], NAME[1], AS_IT_IS, 0, 0, 0, 0, 1, 0, 1, 0, 1],
];
