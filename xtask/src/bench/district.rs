//! One server process under a whole district of PCs.

use super::{Place, json_lines};
use crate::Failure;

/// Committees of Pudong; two PCs each.
const COMMITTEES: &str = "1360";
/// Changes that wait on each PC after the outage.
const CHANGES: &str = "50";
/// Seconds of the steady state, at one exchange a minute.
const STEADY: &str = "120";
const DATABASES: [&str; 2] = ["sqlite", "postgres"];

/// One run for each database: each takes minutes, most of them to set the committees up.
pub(super) fn measure(place: &Place, _turns: usize) -> Result<(), Failure> {
    println!("\n### One server process, {COMMITTEES} committees × 2 PCs over TLS\n");
    println!(
        "| database | phase | PCs | changes each | all done in | p50 | p95 | longest | failed tries | never done | most memory | processor |"
    );
    println!("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let server = place.program("linli-district").display().to_string();
    for database in DATABASES {
        let folder = place.file(&format!("district-{database}"));
        let burst = [server.as_str(), &folder, COMMITTEES, CHANGES, STEADY, database];
        for line in json_lines(&mut place.example("burst", &burst))? {
            let text = |key: &str| line[key].as_str().unwrap_or("?").to_owned();
            let number = |key: &str| line[key].as_f64().unwrap_or(f64::NAN);
            println!(
                "| {} | {} | {} | {} | {:.1} s | {:.2} s | {:.2} s | {:.2} s | {} | {} | {:.0} MB | {:.1} s |",
                text("program"),
                text("phase"),
                number("pcs"),
                number("changes"),
                number("seconds"),
                number("p50"),
                number("p95"),
                number("most"),
                number("errors"),
                number("lost"),
                number("memory"),
                number("cpu"),
            );
        }
    }
    Ok(())
}
