//! Arguments of `linli request`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum RequestCommand {
    /// Read a chat that was pasted into a text file: what each message asks for. Without a database.
    Read {
        /// Messages below names and times as chats copy them, or one a line.
        file: PathBuf,
        /// The residents, as a sheet with columns as in a roster's import: whose each message is.
        #[arg(long, value_name = "FILE")]
        roster: Option<PathBuf>,
    },
}
