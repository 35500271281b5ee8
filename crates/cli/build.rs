//! The screens are inside the program; see `screens.rs` for a clone that has not built them yet.

#[path = "../../src-tauri/screens.rs"]
mod screens;

use std::{io, path::Path};

fn main() -> io::Result<()> {
    screens::present(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")))
}
