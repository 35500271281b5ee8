//! The arguments.

mod answer;
mod order;
mod request;
mod task;

pub(crate) use answer::{AnswerArgs, AnswerCommand};
pub(crate) use order::{OrderAct, OrderAddArgs, OrderCommand, report_format};
pub(crate) use request::RequestCommand;
pub(crate) use task::TaskCommand;

use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use linli_domain::import::Column;
use linli_workstation::api::rounds::OverLimit;

/// Says where the data is, where `--data` does not.
const DATA_ENV: &str = "LINLI_DATA";

/// 邻里工作站命令行
#[derive(Debug, Parser)]
#[command(name = "linli", version, about)]
pub(crate) struct Arguments {
    /// The data folder.
    #[arg(long, global = true, value_name = "DIR", env = DATA_ENV)]
    pub(crate) data: Option<PathBuf>,
    /// A file whose first line is the password: opens without a keyring. A new one (init, join) has 6 characters or more.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Results as JSON on stdout.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the arguments of this process, and its environment. A variable that is empty counts as not set.
    pub(crate) fn read() -> Arguments {
        let mut command = Arguments::command();
        if std::env::var_os(DATA_ENV).is_some_and(|value| value.is_empty()) {
            command = command.mut_arg("data", |data| data.env(Resettable::Reset));
        }
        Arguments::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set up a committee in the data folder.
    Init(InitArgs),
    /// The residents.
    #[command(subcommand)]
    Roster(RosterCommand),
    /// The rounds.
    #[command(subcommand)]
    Round(RoundCommand),
    /// Join a district.
    Join(JoinArgs),
    /// Exchange with the district now.
    Sync,
    /// Fields that two PCs set to different values.
    #[command(subcommand)]
    Conflicts(ConflictsCommand),
    /// What the district asks of the committee.
    #[command(subcommand)]
    Instructions(InstructionsCommand),
    /// Rows that sources pushed, to be verified.
    #[command(subcommand)]
    Task(TaskCommand),
    /// Approved wordings for common questions.
    #[command(subcommand)]
    Answer(AnswerCommand),
    /// What residents ask for, with clocks running.
    #[command(subcommand, disable_help_subcommand = true)]
    Order(OrderCommand),
    /// The exchange on a stick.
    #[command(subcommand)]
    Package(PackageCommand),
    /// Printed notices.
    #[command(subcommand)]
    Notice(NoticeCommand),
    /// Vouchers.
    #[command(subcommand)]
    Voucher(VoucherCommand),
    /// Check the database, the log's hash chain and signatures, and whether steps are missing since a crash.
    Check {
        /// Missing steps were looked into: they are not reported any more.
        #[arg(long)]
        seen: bool,
    },
    /// Change what opens the data: a password, or the system keyring of this account.
    Password(PasswordArgs),
    /// Write a backup. It opens with what opens the data.
    Backup {
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// A file whose first line is a password of the backup's own (6 characters or more): the data of a keyring can then
        /// be put back on another PC.
        #[arg(long, value_name = "FILE")]
        own_password_file: Option<PathBuf>,
    },
    /// Put a backup into the data folder; what was there is kept beside it.
    Restore { file: PathBuf },
    /// Take back the last action, or a batch.
    Undo { batch: Option<i64> },
    /// Bring back what was taken back last, or a batch.
    Redo { batch: Option<i64> },
    /// Invent a committee: roster.xlsx, round-1.toml, reservations-1.xlsx and more.
    Sample(SampleArgs),
    /// Whom of a roster each row of a list means: two sheets, without a database.
    Match(MatchArgs),
    /// What residents ask for in chats.
    #[command(subcommand)]
    Request(RequestCommand),
    /// The screens in this PC's browser.
    Serve {
        /// The port on loopback; any free one by default.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Print the address only.
        #[arg(long)]
        no_open: bool,
    },
    /// Write the TypeScript client of the screens.
    #[command(hide = true)]
    Client { output: PathBuf },
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The committee's full name.
    #[arg(long)]
    pub(crate) committee: String,
    /// The district's name.
    #[arg(long)]
    pub(crate) district: Option<String>,
    /// Who works here.
    #[arg(long, default_value = "管理员")]
    pub(crate) actor: String,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct PasswordArgs {
    /// A file whose first line is the new password.
    #[arg(long, value_name = "FILE")]
    pub(crate) new_password_file: Option<PathBuf>,
    /// The system keyring.
    #[arg(long)]
    pub(crate) keyring: bool,
}

#[derive(Debug, Args)]
pub(crate) struct JoinArgs {
    /// The district's address, followed by the code; or a ticket's text, or a file that holds it,
    /// as a text or as a picture of its code.
    pub(crate) district: String,
    /// The one-time code.
    pub(crate) code: Option<String>,
    /// What this PC is to be called.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Who works here, where there is no data yet.
    #[arg(long, default_value = "管理员")]
    pub(crate) actor: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConflictsCommand {
    /// What waits for a decision.
    List {
        /// Phone and document numbers in the clear; recorded.
        #[arg(long)]
        clear: bool,
    },
    /// Decide.
    Resolve {
        #[command(flatten)]
        which: ConflictsWhich,
        /// Which value, by its number in the list; 0 keeps the one that holds.
        #[arg(long, default_value_t = 0)]
        choose: usize,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ConflictsWhich {
    /// Everything that waits.
    #[arg(long)]
    pub(crate) all: bool,
    /// These, by the first column of the list.
    #[arg(long, num_args = 1..)]
    pub(crate) id: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InstructionsCommand {
    /// All, newest first.
    List {
        /// Only those not acknowledged yet by who works here.
        #[arg(long)]
        waiting: bool,
    },
    /// One, with who acknowledged it and its files.
    Show {
        /// As in the list's first column.
        id: String,
        /// Write its files into this folder.
        #[arg(long, value_name = "DIR")]
        save: Option<PathBuf>,
    },
    /// Acknowledge, as who works here.
    Acknowledge {
        /// As in the list's first column.
        #[arg(required = true, num_args = 1..)]
        id: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PackageCommand {
    /// Write a package.
    Export {
        /// `district`, or another PC's name or letter.
        #[arg(long = "for", value_name = "DEVICE")]
        to: String,
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Take a package in.
    Import { file: PathBuf },
}

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    #[arg(long)]
    pub(crate) households: u32,
    #[arg(long)]
    pub(crate) seed: u64,
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct MatchArgs {
    /// The residents: xlsx, xls or csv, with columns as in a roster's import.
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: PathBuf,
    /// The list: name, ID number, phone, address.
    #[arg(long, value_name = "FILE")]
    pub(crate) records: PathBuf,
    /// What came of each row, as a sheet (xlsx). With `--json` it may be left out.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RosterCommand {
    /// Import residents from xlsx, xls or csv.
    Import(ImportArgs),
    /// Find residents by name, pinyin, digits or address.
    Find {
        query: String,
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Export the roster.
    Export {
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    pub(crate) file: PathBuf,
    /// Take a column (header or letter) for a field; `COLUMN=` leaves it out.
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = assignment)]
    pub(crate) map: Vec<Assignment>,
    /// Update only these fields of people already known.
    #[arg(long, value_name = "FIELD", value_parser = field)]
    pub(crate) only: Vec<Column>,
    /// A file whose first line is the password that opens the sheet.
    #[arg(long, value_name = "FILE")]
    pub(crate) sheet_password_file: Option<PathBuf>,
    /// Take these sheets of the file, instead of those that look like one list.
    #[arg(long = "sheet", value_name = "NAME")]
    pub(crate) sheets: Vec<String>,
    /// Take rows that are hidden or struck out in the sheet, too.
    #[arg(long)]
    pub(crate) unseen: bool,
    /// Say what would happen; write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// A column of a sheet, and the field it is taken for; none leaves it out.
#[derive(Debug, Clone)]
pub(crate) struct Assignment {
    pub(crate) column: String,
    pub(crate) field: Option<Column>,
}

/// `COLUMN=FIELD`: a header or a letter, and a field's code or label.
fn assignment(text: &str) -> Result<Assignment, String> {
    let (column, name) = text.rsplit_once('=').ok_or("应写成 列=字段")?;
    let field = if name.is_empty() { None } else { Some(field(name)?) };
    Ok(Assignment {
        column: column.to_owned(),
        field,
    })
}

fn field(name: &str) -> Result<Column, String> {
    Column::parse(name).ok_or_else(|| {
        let known: Vec<&str> = Column::ALL.iter().map(|column| column.code()).collect();
        format!("没有“{name}”这个字段，可用：{}", known.join(" "))
    })
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoundCommand {
    /// Open a round from a TOML file.
    Open { file: PathBuf },
    /// All rounds.
    List,
    /// One round.
    Show { round: String },
    /// Import reservations.
    Import {
        round: String,
        #[command(flatten)]
        import: ImportArgs,
    },
    /// Smart check of every reservation.
    Check { round: String },
    /// Say up to which number vouchers are on paper, after the data was put back to a backup (0: there are none).
    PrintedUpTo { round: String, last: u32 },
    /// Review in bulk.
    Pass {
        round: String,
        #[command(flatten)]
        which: PassWhich,
    },
    /// Turn down.
    Reject {
        round: String,
        #[arg(long, required = true, num_args = 1..)]
        id: Vec<String>,
        #[arg(long)]
        reason: String,
    },
    /// Record that people were told.
    Notify {
        round: String,
        #[arg(long, value_enum)]
        by: NotifyBy,
        #[arg(long, num_args = 1..)]
        id: Vec<String>,
    },
    /// Hand out against a voucher.
    Collect {
        round: String,
        #[arg(long, value_name = "NO")]
        voucher: String,
        /// Hand out in spite of the collection dates.
        #[arg(long)]
        anyway: bool,
    },
    /// One of the round's exports.
    Export {
        round: String,
        /// notified, all, to-notify, or a template of the round.
        which: String,
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Issue vouchers and lay their sheets out.
    Vouchers {
        round: String,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Those already printed too.
        #[arg(long)]
        reprint: bool,
    },
    /// The building heads' lists with a sign-off column.
    Handout {
        round: String,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// The poster with the QR code.
    Poster {
        round: String,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PassWhich {
    #[command(flatten)]
    pub(crate) selection: PassSelection,
    /// How those pass that ask for nothing or for more than the round allows; without it they wait, and are named.
    #[arg(long, value_enum)]
    pub(crate) over_limit: Option<PassOverLimit>,
}

/// As the commands have it.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PassOverLimit {
    /// With the nearest amount that is allowed.
    Lower,
    /// As asked for.
    AsAsked,
}

impl From<PassOverLimit> for OverLimit {
    fn from(how: PassOverLimit) -> OverLimit {
        match how {
            PassOverLimit::Lower => OverLimit::Lower,
            PassOverLimit::AsAsked => OverLimit::AsAsked,
        }
    }
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct PassSelection {
    /// Everything without findings.
    #[arg(long)]
    pub(crate) clear: bool,
    /// Everything that waits, findings or not.
    #[arg(long)]
    pub(crate) all_checked: bool,
    /// These.
    #[arg(long, num_args = 1..)]
    pub(crate) id: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum NotifyBy {
    Phone,
    Paper,
    /// Asks the district to send it; what came of it comes back with an exchange.
    Sms,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NoticeCommand {
    /// The round's notice for posting.
    Round {
        round: String,
        /// Buildings, or `all`; without: one general copy.
        #[arg(long, num_args = 1..)]
        building: Vec<String>,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// The list of the tasks that wait for a visit, one per building.
    Visits {
        /// Only what this person sees to.
        #[arg(long)]
        assignee: Option<String>,
        /// Only these buildings.
        #[arg(long, num_args = 1..)]
        building: Vec<String>,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// The list for visits at the door, one per building: rooms, people, results to tick.
    Doors {
        /// What the visits are for: the list's heading.
        #[arg(long, default_value = "上门走访")]
        purpose: String,
        /// Only people with this tag.
        #[arg(long)]
        tag: Option<String>,
        #[arg(long, num_args = 1..)]
        building: Vec<String>,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// A notice of one's own text.
    Text {
        file: PathBuf,
        /// Buildings, or `all`.
        #[arg(long, num_args = 1..)]
        building: Vec<String>,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum VoucherCommand {
    /// Check what a scanner read from a voucher.
    Verify { text: String },
}
