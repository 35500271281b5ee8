//! The queues at a committee's full size of 20,000 residents: four rounds with 3,000 reservations each, and 20,000 tasks.

use std::collections::BTreeMap;
use std::process::Command;

use super::{Place, json_lines, median, range};
use crate::{Failure, command};

/// One key A and opening the pages, each turn on a fresh copy of the same committee.
pub(super) fn measure(place: &Place, turns: usize) -> Result<(), Failure> {
    println!("\n### The queue, with 20,000 residents, 3,000 reservations and three earlier rounds of as many\n");
    work(place, turns, "queue_bench")
}

/// Opening the tasks, answering, and taking in a night's rows.
pub(super) fn measure_tasks(place: &Place, turns: usize) -> Result<(), Failure> {
    println!("\n### Tasks, with 20,000 residents and 20,000 rows, of which 600 are open\n");
    work(place, turns, "tasks_bench")
}

/// Runs a program that prepares a committee and works there, and prints how long each action took.
fn work(place: &Place, turns: usize, program: &str) -> Result<(), Failure> {
    let (fresh, data) = (place.file(&format!("{program}-fresh")), place.file(program));
    command(&mut place.example(program, &["setup", &fresh]))?;
    let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for _ in 0..turns {
        command(Command::new("rm").args(["-rf", &data]))?;
        command(Command::new("cp").args(["-a", &fresh, &data]))?;
        for line in json_lines(&mut place.example(program, &["work", &data]))? {
            let action = line["program"].as_str().unwrap_or("?").to_owned();
            times
                .entry(action)
                .or_default()
                .push(line["seconds"].as_f64().unwrap_or(f64::NAN));
        }
    }
    println!("| action | turns | median | range |\n|---|---:|---:|---:|");
    for (action, seconds) in times {
        let (turns, (least, most)) = (seconds.len(), range(seconds.iter().copied()));
        let shown = |seconds: f64| format!("{:.0}", seconds * 1_000.0);
        println!(
            "| {action} | {turns} | {} ms | {}–{} ms |",
            shown(median(seconds)),
            shown(least),
            shown(most)
        );
    }
    Ok(())
}
