//! Embeds the screens and the window's rights into the desktop program.
//! Must stay true: the capability files are found (without the pattern they are silently not).

mod screens;

use std::{error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src-tauri/capabilities");
    screens::present(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    tauri_build::try_build(
        tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*.json"),
    )?;
    Ok(())
}
