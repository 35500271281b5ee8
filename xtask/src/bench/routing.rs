//! A night's rows against the residents of a district.

use super::{Place, json_lines};
use crate::Failure;

/// Committees, with so many residents each.
const SIZES: [(&str, &str); 3] = [("50", "4000"), ("125", "4000"), ("250", "4000")];
/// Rows of one push.
const ROWS: &str = "10000";

/// One run for each size: setting a district up takes minutes.
pub(super) fn measure(place: &Place, _turns: usize) -> Result<(), Failure> {
    println!("\n### {ROWS} rows pushed to a whole district, on the machine's processors\n");
    println!(
        "| committees | residents | index built in | its memory | committees found in | pushed in all | most memory | right |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (committees, residents) in SIZES {
        let folder = place.file(&format!("routing-{committees}"));
        json_lines(&mut place.example("routing", &["make", &folder, committees, residents]))?;
        for line in json_lines(&mut place.example("routing", &["push", &folder, ROWS]))? {
            let number = |key: &str| line[key].as_f64().unwrap_or(f64::NAN);
            println!(
                "| {} | {} | {:.1} s | {:.0} MB | {:.1} s | {:.1} s | {:.0} MB | {:.2} % |",
                number("committees"),
                number("residents"),
                number("index"),
                number("memory_of_index"),
                number("route"),
                number("push"),
                number("memory"),
                number("right") * 100.0 / number("rows"),
            );
        }
    }
    Ok(())
}
