//! Search while typing, beside a plain LIKE scan.

use super::{HOUSEHOLDS, Place, json_lines};
use crate::Failure;

/// Every key of what a clerk would type, by kind, in committees of two sizes.
pub(super) fn measure(place: &Place, _turns: usize) -> Result<(), Failure> {
    println!("\n### Search per keystroke, beside a LIKE scan of a plain table in memory\n");
    println!("| residents | typed | keys | p50 | p99 | LIKE p50 | LIKE p99 | p99 against LIKE |");
    println!("|---:|---|---:|---:|---:|---:|---:|---:|");
    for households in HOUSEHOLDS {
        let roster = place.sample(households)?;
        let data = place.file(&format!("data-{households}"));
        json_lines(&mut place.example("roster_bench", &["import", &roster, &data]))?;
        for line in json_lines(&mut place.example("roster_bench", &["search", households, &data]))? {
            let text = |key: &str| line[key].as_str().unwrap_or("?").to_owned();
            let number = |key: &str| line[key].as_f64().unwrap_or(f64::NAN);
            let [p50, p99, like_p50, like_p99] = ["p50", "p99", "like_p50", "like_p99"].map(number);
            println!(
                "| {} | {} | {} | {p50:.2} ms | {p99:.2} ms | {like_p50:.2} ms | {like_p99:.2} ms | {:.3} |",
                number("residents"),
                text("typed"),
                number("count"),
                p99 / like_p99
            );
        }
    }
    Ok(())
}
