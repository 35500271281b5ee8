//! The desktop program. Everything is in the library, so that tests reach it too.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    linli_desktop::main()
}
