//! `linli`: the workstation's command line, for IT staff, scripts and tests; the same functions as the screens.
//!
//! Results on stdout (JSON with `--json`), everything else on stderr. Exit code 0: done; 1: refused, with the
//! reason; 2: wrong usage.

mod answer;
mod args;
mod exchange;
mod instructions;
mod matched;
mod order;
mod progress;
mod request;
mod roster;
mod round;
mod serve;
mod system;
mod task;

use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use linli_domain::writing::{escaped, escaped_json};
use linli_workstation::api::Exported;
use linli_workstation::api::Secret;
use linli_workstation::{
    Error, ErrorBody, OsHost, Session, SessionOptions, SystemProblem, Workstation, decode_text, default_data_dir,
    read_whole,
};
use serde::Serialize;
use zeroize::Zeroizing;

use args::{Arguments, Command};

const _: () = assert!(
    linli_workstation::ENCRYPTED,
    "this program never keeps data in the clear"
);

/// The exit code of a refusal.
const REFUSED: u8 = 1;
/// The largest password file read, in bytes.
const PASSWORD_FILE_LIMIT: u64 = 4_096;
/// The largest text file read: a notice or a round, in bytes.
const TEXT_FILE_LIMIT: u64 = 4_000_000;
/// The largest sheet read, in bytes.
pub(crate) const SHEET_LIMIT: u64 = 100_000_000;

/// What a command gives: its result as JSON, and as lines for a person.
pub(crate) struct Output {
    json: String,
    lines: Vec<String>,
    /// Whether it counts as a refusal although there is a result (a check that found something, a forged voucher).
    refused: bool,
}

impl Output {
    pub(crate) fn new(result: &impl Serialize, lines: Vec<String>) -> Result<Output, Refusal> {
        Ok(Output {
            json: serde_json::to_string(result)?,
            lines,
            refused: false,
        })
    }

    /// A list, as JSON one object a line.
    pub(crate) fn of_rows(rows: &[impl Serialize], lines: Vec<String>) -> Result<Output, Refusal> {
        let rows: Vec<String> = rows.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        Ok(Output {
            json: format!("[{}]", rows.join(",\n")),
            lines,
            refused: false,
        })
    }

    /// A sheet that was exported; what of it is not as it was goes to stderr.
    pub(crate) fn of_export(exported: &Exported) -> Result<Output, Refusal> {
        exported.altered.iter().for_each(|altered| say(&altered.text));
        Output::new(
            exported,
            vec![format!("已导出 {} 行，存到 {}", exported.rows, exported.path)],
        )
    }

    pub(crate) fn refused_if(mut self, refused: bool) -> Output {
        self.refused = refused;
        self
    }
}

/// Why a command was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(transparent)]
    Workstation(#[from] Error),
    /// As a command of the workstation gave it.
    #[error("{}", .0.said.text)]
    Command(ErrorBody),
    #[error("{}：{}", path.display(), SystemProblem::of(.source))]
    File { path: PathBuf, source: std::io::Error },
    #[error("结果写不出来：{0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Sample(#[from] linli_sample::SampleError),
    #[error(transparent)]
    Serve(#[from] serve::ServeError),
    #[error("{0}")]
    Words(String),
}

impl Refusal {
    fn code(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Refusal::Workstation(error) => return error.code(),
            Refusal::Command(body) => &body.said.code,
            Refusal::File { .. } => "file_failed",
            Refusal::Json(_) => "internal",
            Refusal::Sample(_) => "sample_failed",
            Refusal::Serve(_) => "serve_failed",
            Refusal::Words(_) => "refused",
        })
    }

    pub(crate) fn file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Refusal + '_ {
        move |source| Refusal::File {
            path: path.to_owned(),
            source,
        }
    }
}

/// The session of this run, and how it is opened.
pub(crate) struct Context {
    session: Arc<Session>,
    password: Option<Secret>,
    /// The data folder, whether or not there is one yet.
    data: PathBuf,
    /// Whether results are wanted as JSON.
    json: bool,
}

impl Context {
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    pub(crate) fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The opened data.
    pub(crate) fn open(&self) -> Result<Arc<Workstation>, Refusal> {
        Ok(self.session.unlock(self.password())?)
    }

    /// Runs a command of the workstation by its name.
    pub(crate) fn call<R: serde::de::DeserializeOwned>(
        &self,
        name: &str,
        request: &impl Serialize,
    ) -> Result<R, Refusal> {
        self.open_once()?;
        let request = serde_json::to_value(request)?;
        let response = self.session.call(name, request).map_err(Refusal::Command)?;
        Ok(serde_json::from_value(response)?)
    }

    fn open_once(&self) -> Result<(), Refusal> {
        self.session.ready().map(|_| ()).or_else(|_| self.open().map(|_| ()))
    }
}

fn main() -> ExitCode {
    if let Err(error) = linli_safekeeping::keep_memory_private() {
        eprintln!("linli: 系统不让关闭内存转储：{}", SystemProblem::of(&error));
    }
    let arguments = Arguments::read();
    let json = arguments.json;
    match run(arguments) {
        Ok(output) => {
            let printed = if json {
                print(&[&escaped_json(&output.json)])
            } else {
                print(&shown(&output.lines))
            };
            if let Err(error) = &printed {
                say(&format!("结果写不出来：{}", SystemProblem::of(error)));
            }
            if output.refused || printed.is_err() {
                ExitCode::from(REFUSED)
            } else {
                ExitCode::SUCCESS
            }
        }
        Err(refusal) => {
            say(&refusal.to_string());
            if json {
                let error = serde_json::json!({ "error": { "code": refusal.code(), "text": refusal.to_string() } });
                let _ = print(&[&escaped_json(&error.to_string())]); // It was said on stderr.
            }
            ExitCode::from(REFUSED)
        }
    }
}

/// Says something on stderr, in one line: what people typed and sheets said is in it.
pub(crate) fn say(text: &str) {
    eprintln!("linli: {}", escaped(text));
}

/// Lines for a person, each as one line whatever stands in it.
fn shown(lines: &[String]) -> Vec<Cow<'_, str>> {
    lines.iter().map(|line| escaped(line)).collect()
}

/// Writes lines to stdout. Who reads them may have had enough (`| head`): that is no failure.
///
/// # Errors
/// The system's.
fn print(lines: &[impl AsRef<str>]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    let written = lines
        .iter()
        .try_for_each(|line| writeln!(stdout, "{}", line.as_ref()))
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn run(arguments: Arguments) -> Result<Output, Refusal> {
    let Arguments {
        data,
        password_file,
        command,
        json,
    } = arguments;
    let data = data.unwrap_or_else(default_data_dir);
    let context = Context {
        password: password_file.as_deref().map(read_password).transpose()?,
        session: Arc::new(Session::new(SessionOptions {
            data: data.clone(),
            exports: std::env::current_dir().unwrap_or_default(),
            host: Box::new(OsHost),
        })),
        data,
        json,
    };
    let done = act(&context, command);
    // On stderr, whatever came of the command.
    context
        .session
        .remarks()
        .iter()
        .for_each(|remark| eprintln!("linli: {}", remark.text));
    done
}

fn act(context: &Context, command: Command) -> Result<Output, Refusal> {
    match command {
        Command::Init(args) => system::init(context, args),
        Command::Roster(command) => roster::run(context, command),
        Command::Round(command) => round::run(context, command),
        Command::Notice(command) => round::notice(context, command),
        Command::Voucher(command) => round::voucher(context, &command),
        Command::Join(args) => exchange::join(context, args),
        Command::Sync => exchange::sync(context),
        Command::Conflicts(command) => exchange::conflicts(context, command),
        Command::Instructions(command) => instructions::run(context, command),
        Command::Task(command) => task::run(context, command),
        Command::Answer(command) => answer::run(context, command),
        Command::Order(command) => order::run(context, command),
        Command::Package(command) => exchange::package(context, command),
        Command::Check { seen } => system::check(context, seen),
        Command::Password(args) => system::password(context, &args),
        Command::Backup {
            output,
            own_password_file,
        } => {
            let own = own_password_file.as_deref().map(read_password).transpose()?;
            system::backup(context, &output, own.as_deref())
        }
        Command::Restore { file } => system::restore(context, &file),
        Command::Undo { batch } => system::undo(context, batch),
        Command::Redo { batch } => system::redo(context, batch),
        Command::Sample(args) => system::sample(context, &args),
        Command::Serve { port, no_open } => {
            context.session.exchange_in_background();
            if context.password.is_some() {
                context.open()?;
            }
            serve::run(context.session.clone(), serve::ServeOptions { port, open: !no_open })?;
            Output::new(&(), Vec::new())
        }
        Command::Match(args) => matched::run(context, &args),
        Command::Request(command) => request::run(&command),
        Command::Client { output } => system::client(context, &output),
    }
}

/// The first line of the file.
pub(crate) fn read_password(path: &std::path::Path) -> Result<Secret, Refusal> {
    let size = std::fs::metadata(path).map_err(Refusal::file(path))?.len();
    if size > PASSWORD_FILE_LIMIT {
        return Err(Refusal::Words(format!(
            "{} 不像密码文件（超过 {PASSWORD_FILE_LIMIT} 字节）",
            path.display()
        )));
    }
    let text = Zeroizing::new(read_text(path)?);
    Ok(text.lines().next().unwrap_or_default().into())
}

/// A text file in whatever encoding it was saved.
pub(crate) fn read_text(path: &std::path::Path) -> Result<String, Refusal> {
    // A password's file comes this way, too.
    let bytes = Zeroizing::new(read_whole(path, TEXT_FILE_LIMIT).map_err(Error::from)?);
    decode_text(&bytes).ok_or_else(|| Refusal::Words(format!("{} 不是文本文件", path.display())))
}
