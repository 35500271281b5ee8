//! What travels between a committee's PCs and its district: the same bytes over HTTP and on a stick. See
//! `docs/protocol.md`.
//!
//! Must stay true: what an author signed is never written anew. Headers and changes travel as the text they were
//! first written with, so that a program that does not know a field still passes it on.

mod chain;
mod exchange;
pub mod package;
mod part;
mod text;
mod ticket;

pub use chain::{Chain, Heading, Link, Place};
pub use exchange::{
    Denial, DenialCode, DeviceCard, EnrolRequest, Enrolled, KindDigest, LeaseRequest, Leased, PartVerdict, PieceKept,
    PullRequest, Pulled, PushRequest, Pushed, Rejection, Replaces, ServerTime, WantedRight,
};
pub use linli_domain::instruction::ATTACHMENT_BYTES;
pub use part::{Numbered, PartProblem, SignedPart, WireOperation, cut};
pub use ticket::{Ticket, TicketProblem};

/// Version of the protocol. A server serves every version from 1 on; a client names its own in [`VERSION_HEADER`].
pub const VERSION: u16 = 1;
/// HTTP header that carries the client's protocol version.
pub const VERSION_HEADER: &str = "linli-protocol";
/// Most operations in a part.
pub const PART_OPERATIONS: usize = 500;
/// Most bytes of changes in a part.
pub const PART_BYTES: usize = 1024 * 1024;
/// Most bytes of one change.
pub const CHANGE_BYTES: usize = 256 * 1024;
/// Most bytes of a part's header.
pub const HEADER_BYTES: usize = 16 * 1024;
/// Most parts in one push and one pull.
pub const PARTS: usize = 64;
/// Most areas in one request for rights.
pub const AREAS: usize = 2_000;
/// Most bytes of an area's name.
pub const AREA_BYTES: usize = 1024;
/// Most bytes of an attachment in one message; pieces are full but for the last one.
pub const PIECE_BYTES: usize = 512 * 1024;
/// Most bytes of all attachments that a committee's PCs put with the district.
pub const ATTACHMENTS_BYTES: u64 = 1024 * 1024 * 1024;
/// Most bytes of a message's body, before and after decompression.
pub const BODY_BYTES: usize = 8 * 1024 * 1024;
