//! `linli-district`: the district server and its staff's command line.
//!
//! Results on stdout (JSON with `--json`), everything else on stderr. Exit code 0: done; 1: refused, with the reason
//! on stderr; 2: used wrongly.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
