//! Prints by which pieces messages are weighed, one line of JSON for each line of JSON with a `text` on stdin: what
//! `tests/requests/learn.py` learns from.

use std::io::{BufRead as _, Write as _};

use linli_domain::request::read::weighed_by;
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let message: Value = serde_json::from_str(&line?)?;
        let pieces = weighed_by(message["text"].as_str().unwrap_or_default());
        writeln!(out, "{}", json!(pieces))?;
    }
    Ok(())
}
