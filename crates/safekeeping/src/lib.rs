//! What all three programs do to keep what is entrusted to them: their memory is theirs alone, and nothing that somebody
//! asks them to write lands on their own data.

mod memory;
mod output;

pub use memory::keep_memory_private;
pub use output::{Refused, is_read, place_for};
