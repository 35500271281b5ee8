//! Arguments of `linli task`.

use std::path::PathBuf;

use clap::Subcommand;
use linli_domain::task::{VisitOutcome, Way};
use linli_workstation::api::tasks::{TaskExport, Tray};
use serde::de::DeserializeOwned;

use super::ImportArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum TaskCommand {
    /// Import rows that came as a sheet.
    Import(ImportArgs),
    /// What is open, soonest deadline first; one row a person.
    List {
        /// Only of one tray: undecided, to_visit, not_ours, answered, returned, taken_back.
        #[arg(long, value_parser = word::<Tray>)]
        tray: Option<Tray>,
        /// Only what is overdue, or due within two hours.
        #[arg(long)]
        pressing: bool,
    },
    /// One row, with what each source wrote and whose it may be.
    Show {
        /// As in the list's first column.
        id: String,
    },
    /// Say whose rows are.
    Decide {
        /// As in the list's first column.
        #[arg(required = true, num_args = 1..)]
        id: Vec<String>,
        /// The resident's id; nobody of the roster where it is left out.
        #[arg(long)]
        resident: Option<String>,
    },
    /// Give rows to somebody to see to.
    Assign {
        /// As in the list's first column.
        #[arg(required = true, num_args = 1..)]
        id: Vec<String>,
        /// To whom; to nobody any more where it is left out.
        #[arg(long)]
        to: Option<String>,
    },
    /// Enter what came of asking somebody.
    Visit {
        /// As in the list's first column.
        #[arg(required = true, num_args = 1..)]
        id: Vec<String>,
        /// phone or door.
        #[arg(long, value_parser = word::<Way>)]
        by: Way,
        /// found, not_found, moved, refused, wrong_person, no_answer.
        #[arg(long, value_parser = word::<VisitOutcome>)]
        outcome: VisitOutcome,
        /// What was learnt.
        #[arg(long, value_name = "QUESTION=ANSWER", value_parser = learnt)]
        learnt: Vec<(String, String)>,
        #[arg(long)]
        note: Option<String>,
    },
    /// Return rows to the district.
    Return {
        /// As in the list's first column.
        #[arg(required = true, num_args = 1..)]
        id: Vec<String>,
        #[arg(long)]
        reason: String,
    },
    /// One of the exports.
    Export {
        /// open, answered, returned.
        #[arg(value_parser = word::<TaskExport>)]
        which: TaskExport,
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// A word of the program's own, as its answers have it.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

/// `QUESTION=ANSWER`.
fn learnt(text: &str) -> Result<(String, String), String> {
    let (question, answer) = text.split_once('=').ok_or("应写成 问题=回答")?;
    Ok((question.to_owned(), answer.to_owned()))
}
