//! The arguments.

use std::ffi::OsStr;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{Arg, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

/// 邻里区级平台
#[derive(Debug, Parser)]
#[command(name = "linli-district", version, about)]
pub(crate) struct Arguments {
    /// The data folder: keys, certificates, and the database where it is embedded.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "LINLI_DISTRICT_DATA",
        default_value = "linli-district-data"
    )]
    pub(crate) data: PathBuf,
    /// The district's name, as committees see it.
    #[arg(long, global = true, env = "LINLI_DISTRICT_NAME", default_value = "区级平台")]
    pub(crate) name: String,
    /// PostgreSQL (`postgres://…`) instead of the embedded database.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "LINLI_DISTRICT_DATABASE",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,
    /// The authority (PEM) of PostgreSQL's certificate: connections are made inside TLS then, and in no other way.
    #[arg(long, global = true, value_name = "FILE", env = "LINLI_DISTRICT_DATABASE_CA")]
    pub(crate) database_ca: Option<PathBuf>,
    /// Most connections to PostgreSQL.
    #[arg(long, global = true, default_value_t = 16)]
    pub(crate) connections: u32,
    /// Results as JSON on stdout.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the arguments of this process, and its environment. A variable that is empty counts as not set.
    pub(crate) fn read() -> Arguments {
        let matches = without_empty_variables(Arguments::command()).get_matches();
        Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

fn without_empty_variables(command: clap::Command) -> clap::Command {
    let empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let reset = |argument: Arg| {
        if argument.get_env().is_some_and(empty) {
            argument.env(Resettable::Reset)
        } else {
            argument
        }
    };
    command.mut_args(reset).mut_subcommands(without_empty_variables)
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve PCs, the residents' form and the progress page.
    Serve(ServeArgs),
    /// The district's certificate authority.
    #[command(subcommand)]
    Ca(CaCommand),
    /// Committees.
    #[command(subcommand)]
    Committee(CommitteeCommand),
    /// A one-time code with which a PC joins its committee.
    EnrolCode(EnrolCodeArgs),
    /// Rounds.
    #[command(subcommand)]
    Round(RoundCommand),
    /// PCs.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Instructions 上级要求.
    #[command(subcommand)]
    Instruction(InstructionCommand),
    /// Push rows to be verified 核查任务, or orders 工单, to the committees they belong to.
    #[command(subcommand)]
    Push(PushCommand),
    /// Programs that push rows by themselves.
    #[command(subcommand)]
    Source(SourceCommand),
    /// Rows that were pushed 核查任务.
    #[command(subcommand)]
    Tasks(TasksCommand),
    /// Orders that were pushed 工单.
    #[command(subcommand)]
    Orders(OrdersCommand),
    /// How long each thing about an order may take, and which the district answers itself 区级直办.
    #[command(subcommand)]
    Clocks(ClocksCommand),
    /// Sync packages, from and for PCs that no network reaches.
    #[command(subcommand)]
    Package(PackageCommand),
    /// The address of the staff's progress page, with its token.
    StaffLink {
        /// The server's address.
        #[arg(long, default_value = "https://localhost:8443")]
        url: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen. Beyond this machine only with a certificate.
    #[arg(long, default_value = "127.0.0.1:8443")]
    pub(crate) listen: SocketAddr,
    /// Without TLS, on this machine only (behind a proxy of one's own).
    #[arg(long)]
    pub(crate) plain: bool,
    /// A proxy before this server: the last entry of its X-Forwarded-For says where a request comes from.
    #[arg(long = "proxy", value_name = "ADDRESS")]
    pub(crate) proxies: Vec<IpAddr>,
    /// How the log is written, on stderr.
    #[arg(long, value_enum, default_value = "json")]
    pub(crate) log: LogForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// One JSON object a line.
    Json,
    /// For reading.
    Text,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CaCommand {
    /// Make the authority and the server's first certificate.
    Init {
        /// Names and addresses under which PCs reach the server.
        #[arg(long = "host", required = true, num_args = 1..)]
        hosts: Vec<String>,
    },
    /// A new certificate for the server, by the same authority.
    Renew {
        /// Names and addresses under which PCs reach the server.
        #[arg(long = "host", required = true, num_args = 1..)]
        hosts: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum CommitteeCommand {
    /// Bring in committees from a list: district, town, committee, separated by tabs.
    Import {
        file: PathBuf,
        /// Only those of this district.
        #[arg(long)]
        area: Option<String>,
    },
    /// All committees with their numbers.
    List,
}

#[derive(Debug, Args)]
pub(crate) struct EnrolCodeArgs {
    /// Number, name, or town and name.
    pub(crate) committee: String,
    /// The server's address for PCs, without which there is no ticket.
    #[arg(long, env = "LINLI_DISTRICT_URL")]
    pub(crate) url: Option<String>,
    /// Write the whole ticket: as a QR picture where the name ends in .png, else as a text.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoundCommand {
    /// Open a round from a TOML file, for all or the listed committees; again to bring in new ones.
    Open {
        file: PathBuf,
        /// The server's address for residents: it goes to the committees with the round, for their posters.
        #[arg(long, env = "LINLI_DISTRICT_URL")]
        url: Option<String>,
    },
    /// All rounds with their numbers.
    List,
    /// How far a round is, by town and committee.
    Progress {
        number: u64,
        /// Write it as xlsx.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Reservations that wait for the district's decision.
    Held { number: u64 },
    /// Decide on a held reservation.
    Decide {
        /// Number of its committee.
        committee: String,
        /// The reservation's id.
        reservation: String,
        /// Whether this committee serves it.
        #[arg(value_enum)]
        decision: Granted,
    },
    /// Addresses of the residents' form, one for each committee.
    Links {
        number: u64,
        /// The server's address for residents.
        #[arg(long, default_value = "https://localhost:8443", env = "LINLI_DISTRICT_URL")]
        url: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Granted {
    /// This one stands, the others step back.
    Grant,
    /// Another one stands.
    Deny,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeviceCommand {
    /// PCs of a committee, or of all.
    List { committee: Option<String> },
    /// End a PC's access for ever.
    Revoke { committee: String, device: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum InstructionCommand {
    /// Send one.
    Send {
        #[arg(long)]
        title: String,
        /// A file with its text.
        file: PathBuf,
        /// Only to these; to all where none is named.
        #[arg(long = "committee", num_args = 1..)]
        committees: Vec<String>,
        /// Files that come with it.
        #[arg(long = "attach", value_name = "FILE", num_args = 1..)]
        attach: Vec<PathBuf>,
    },
    /// All that were sent, and which committees have not acknowledged them yet.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PushCommand {
    /// The rows of a sheet (xlsx, xls, csv).
    Tasks(PushTasks),
    /// The orders of a sheet (xlsx, xls, csv).
    Orders(PushedFile),
}

/// A sheet whose rows are pushed.
#[derive(Debug, Args)]
pub(crate) struct PushedFile {
    pub(crate) file: PathBuf,
    /// Whose rows they are, where no column says so.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// All rows are this committee's.
    #[arg(long)]
    pub(crate) committee: Option<String>,
    /// Write the rows that need somebody's eyes as xlsx.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PushTasks {
    #[command(flatten)]
    pub(crate) file: PushedFile,
    /// How long there is for an answer where no column says so.
    #[arg(long, value_name = "12h", default_value = "12h", value_parser = hours)]
    pub(crate) deadline: i64,
    /// What is to be asked: `返沪日期`, or with its answers `症状:有/无`.
    #[arg(long, num_args = 1..)]
    pub(crate) ask: Vec<String>,
}

/// `12h`, `12小时` or `12`.
fn hours(text: &str) -> Result<i64, String> {
    let number = text.trim().trim_end_matches("小时").trim_end_matches(['h', 'H']).trim();
    number.parse().map_err(|_| "应写成 12h".to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourceCommand {
    /// Give one its token, which is shown this once; again for another one in its place.
    Add { source: String },
    /// All of them.
    List,
    /// End its access.
    Revoke { source: String },
}

/// Which rows are listed, and where to.
#[derive(Debug, Args)]
pub(crate) struct Looked {
    #[arg(long, value_enum)]
    pub(crate) state: Option<RowState>,
    #[arg(long)]
    pub(crate) source: Option<String>,
    #[arg(long)]
    pub(crate) committee: Option<String>,
    /// Write them as xlsx.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TasksCommand {
    /// Rows and what became of them.
    List(Looked),
    /// How far they are, by town, committee and source.
    Progress {
        /// Write it as xlsx.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Give a row to another committee 转派.
    Pass {
        /// Its id, or its source's own id of it.
        task: String,
        committee: String,
        #[arg(long)]
        reason: String,
        /// Whose it is, where several sources have that id.
        #[arg(long)]
        source: Option<String>,
    },
    /// Take rows back that their source needs no answer to any more.
    TakeBack {
        /// The source's own ids of them.
        #[arg(required = true)]
        references: Vec<String>,
        #[arg(long)]
        source: String,
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum OrdersCommand {
    /// Orders and what became of them.
    List(Looked),
    /// How far they are, by town, committee, source, kind and urgency.
    Progress {
        /// Write it as xlsx.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Give an order to another committee 转派.
    Pass {
        #[command(flatten)]
        order: NamedOrder,
        committee: String,
        #[arg(long)]
        reason: String,
    },
    /// Recall orders that their source needs no reply to any more 撤回.
    Recall {
        /// The source's own numbers of them.
        #[arg(required = true)]
        references: Vec<String>,
        #[arg(long)]
        source: String,
        #[arg(long)]
        reason: String,
    },
    /// Want an order sooner 催办.
    Urge {
        #[command(flatten)]
        order: NamedOrder,
        #[arg(long)]
        reason: String,
    },
    /// Give an order again to the committee that replied to it or returned it 重新交办.
    Again {
        #[command(flatten)]
        order: NamedOrder,
        #[arg(long)]
        reason: String,
    },
    /// Answer an order that the district sees to itself 区级直办.
    Answer {
        #[command(flatten)]
        order: NamedOrder,
        #[arg(long, value_enum)]
        result: ReplyResult,
        /// The reply.
        #[arg(long)]
        text: String,
        /// What the resident says of it.
        #[arg(long, value_enum)]
        satisfaction: Option<Said>,
        /// In his own words.
        #[arg(long)]
        words: Option<String>,
    },
}

/// An order, as staff name it.
#[derive(Debug, Args)]
pub(crate) struct NamedOrder {
    /// Its id, or its source's own number of it.
    pub(crate) order: String,
    /// Whose it is, where several sources have that number.
    #[arg(long)]
    pub(crate) source: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReplyResult {
    /// 实际解决.
    Solved,
    /// 解释说明.
    Explained,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Said {
    /// 满意.
    Satisfied,
    /// 基本满意.
    Acceptable,
    /// 不满意.
    Dissatisfied,
    /// 未联系上.
    NotReached,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClocksCommand {
    /// What is set.
    Show,
    /// Set it for a kind and urgency; nothing is set any more where no time is given and the district does not answer itself.
    Set(SetClocks),
}

#[derive(Debug, Args)]
pub(crate) struct SetClocks {
    /// The kind as sources write it, or one of its levels; every kind where it is left out.
    #[arg(long, default_value = "")]
    pub(crate) kind: String,
    /// How pressing; whatever where it is left out.
    #[arg(long, value_enum)]
    pub(crate) urgency: Option<HowPressing>,
    /// Minutes until the resident is contacted.
    #[arg(long, value_name = "MINUTES")]
    pub(crate) contact: Option<u32>,
    /// Minutes until the reply.
    #[arg(long, value_name = "MINUTES")]
    pub(crate) reply: Option<u32>,
    /// Minutes after which somebody is reminded of what nobody touched.
    #[arg(long, value_name = "MINUTES")]
    pub(crate) untouched: Option<u32>,
    /// Minutes by which an end is told ahead.
    #[arg(long, value_name = "MINUTES")]
    pub(crate) ahead: Option<u32>,
    /// The district answers them itself; no committee gets them.
    #[arg(long)]
    pub(crate) direct: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HowPressing {
    /// 紧急.
    Urgent,
    /// 加急.
    Pressing,
    /// 一般.
    Ordinary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowState {
    /// It cannot be used.
    Damaged,
    /// No committee has it.
    Nobody,
    /// The district answers it itself.
    Direct,
    /// A committee is to answer it.
    Open,
    Answered,
    /// Its committee gave it back.
    Returned,
    /// Its deadline has passed, and nobody has answered.
    Overdue,
    /// Its source needs no answer any more.
    TakenBack,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PackageCommand {
    /// Take in a package that a PC wrote.
    Import { file: PathBuf },
    /// Write a package for a PC.
    Export {
        committee: String,
        /// Its id or letter.
        device: String,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Only what came after this number; by default after what its last package said it has.
        #[arg(long)]
        after: Option<u64>,
    },
}
