//! Arguments of `linli answer`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum AnswerCommand {
    /// Those that fit, best first; all, the newest first, where nothing is asked for.
    List {
        /// Words in question or wording, or the question's pinyin.
        query: Option<String>,
        /// Only those about this.
        #[arg(long)]
        category: Option<String>,
        /// Also those whose place a newer one has taken.
        #[arg(long)]
        old: bool,
    },
    /// Write them on a sheet (PDF), question by question.
    Sheet {
        /// As in the list's first column; all where none is named.
        id: Vec<String>,
        /// Only those about this.
        #[arg(long)]
        category: Option<String>,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Write one of the committee's own.
    Add(AnswerArgs),
    /// Put a newer one in the place of one of the committee's.
    Replace {
        /// As in the list's first column.
        id: String,
        #[command(flatten)]
        newer: AnswerArgs,
    },
    /// Withdraw some of the committee's; replies taken from them stay as they are.
    Withdraw {
        /// As in the list's first column.
        #[arg(required = true, num_args = 1..)]
        id: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AnswerArgs {
    /// The question.
    #[arg(long)]
    pub(crate) title: String,
    /// The wording.
    #[arg(long, required_unless_present = "file")]
    pub(crate) body: Option<String>,
    /// A text file with the wording.
    #[arg(long, conflicts_with = "body")]
    pub(crate) file: Option<PathBuf>,
    /// What it is about.
    #[arg(long)]
    pub(crate) category: Option<String>,
}
