//! The command line: arguments in, words or JSON out. What is done is in the library.

mod args;
mod committees;
mod data;
mod devices;
mod orders;
mod packages;
mod rounds;
mod row_sheets;
mod rows;
mod serve;
mod ticket;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use linli_district::District;
use linli_district::http::{ServeError, system_clock};
use linli_domain::system::SystemProblem;
use linli_domain::time::Moment;
use linli_domain::writing::{escaped, escaped_json, names};
use serde::Serialize;

use args::{Arguments, Command, PushCommand};
use data::Data;

/// Exit code of a refusal.
const REFUSED: u8 = 1;

/// What a command gives: its result as JSON, and as lines for a person.
pub(crate) struct Output {
    json: serde_json::Value,
    lines: Vec<String>,
    /// Whether it counts as a refusal although there is a result (nothing could be done yet).
    refused: bool,
}

impl Output {
    pub(crate) fn new(result: &impl Serialize, lines: Vec<String>) -> Result<Output, Refusal> {
        Ok(Output {
            json: serde_json::to_value(result)?,
            lines,
            refused: false,
        })
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
    District(#[from] linli_district::Error),
    #[error("数据库不能使用：{0}")]
    Storage(#[from] linli_district::storage::StorageError),
    #[error("{}：{}", path.display(), SystemProblem::of(.source))]
    File { path: PathBuf, source: std::io::Error },
    #[error("结果写不出来：{0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Sheet(#[from] linli_documents::sheet::SheetError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error("结果写不出来：{}", SystemProblem::of(.0))]
    Output(#[from] std::io::Error),
    #[error("{0}")]
    Words(String),
}

impl Refusal {
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Refusal + '_ {
        move |source| Refusal::File {
            path: path.to_owned(),
            source,
        }
    }
}

/// A text file in whatever encoding it was saved.
pub(crate) fn read_text(path: &Path) -> Result<String, Refusal> {
    let bytes = std::fs::read(path).map_err(Refusal::file(path))?;
    let text = linli_documents::text::decode(&bytes);
    text.ok_or_else(|| Refusal::Words(format!("{} 不是文本文件", path.display())))
}

/// The district of this run.
pub(crate) struct Context {
    pub(crate) district: District,
    pub(crate) data: Data,
}

impl Context {
    pub(crate) fn now(&self) -> Moment {
        system_clock()
    }
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    if let Err(error) = linli_safekeeping::keep_memory_private() {
        eprintln!("linli-district: 系统不让关闭内存转储：{}", SystemProblem::of(&error));
    }
    let arguments = Arguments::read();
    let json = arguments.json;
    match run(arguments).and_then(|output| said(output, json)) {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(REFUSED),
        Err(refusal) => {
            say(&refusal.to_string());
            ExitCode::from(REFUSED)
        }
    }
}

/// Says what came of a command, and gives whether it counts as a refusal.
fn said(output: Output, json: bool) -> Result<bool, Refusal> {
    let Output {
        json: result,
        lines,
        refused,
    } = output;
    if json {
        print(&[&escaped_json(&result.to_string())])?;
    } else if refused {
        lines.iter().for_each(|line| say(line));
    } else {
        print(&lines.iter().map(|line| escaped(line)).collect::<Vec<_>>())?;
    }
    Ok(refused)
}

/// Says something on stderr, in one line: what committees and residents wrote is in it.
fn say(text: &str) {
    eprintln!("linli-district: {}", escaped(text));
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

/// Refuses where the clock cannot be right: codes would have run out, and rounds be closed, as soon as it is set.
fn clock(now: Moment) -> Result<(), Refusal> {
    if now.is_plausible() {
        return Ok(());
    }
    let said = now.minutes_text();
    Err(Refusal::Words(format!(
        "这台机器的时间是 {said}，不对；请先校准时间再运行，数据没有改动"
    )))
}

fn run(arguments: Arguments) -> Result<Output, Refusal> {
    clock(system_clock())?;
    if !names(&arguments.name) {
        return Err(Refusal::Words("区级平台的名称不能只有标点和符号".into()));
    }
    let data = Data::at(&arguments.data)?;
    if let Command::Ca(command) = arguments.command {
        return ticket::authority(&data, &arguments.name, command);
    }
    let storage = data.storage(&arguments)?;
    let key = data.signing_key(&*storage)?;
    let context = Context {
        district: District::new(storage, key, &arguments.name),
        data,
    };
    context.district.fold_again()?;
    context.district.settle_rows(context.now())?;
    match arguments.command {
        Command::Ca(_) => Err(Refusal::Words("ca".into())),
        Command::Serve(args) => serve::run(context, args),
        Command::Committee(command) => committees::run(&context, command),
        Command::EnrolCode(args) => ticket::enrol_code(&context, &args),
        Command::Round(command) => rounds::run(&context, command),
        Command::Device(command) => devices::run(&context, command),
        Command::Instruction(command) => committees::instruction(&context, command),
        Command::Push(PushCommand::Tasks(args)) => rows::push_tasks(&context, &args),
        Command::Push(PushCommand::Orders(args)) => orders::push(&context, &args),
        Command::Orders(command) => orders::run(&context, command),
        Command::Clocks(command) => orders::clocks(&context, command),
        Command::Source(command) => rows::source(&context, command),
        Command::Tasks(command) => rows::run(&context, command),
        Command::Package(command) => packages::run(&context, command),
        Command::StaffLink { url } => {
            let link = format!(
                "{}/staff?token={}",
                url.trim_end_matches('/'),
                context.district.staff_token()
            );
            Output::new(&serde_json::json!({ "link": link }), vec![link.clone()])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_cannot_be_right_is_said_in_words() {
        assert!(clock(system_clock()).is_ok());
        for (clock_says, said) in [(-1_000, "1970-01-01 07:59"), (4_102_444_800_000, "2100-01-01 08:00")] {
            let refusal = clock(Moment(clock_says)).unwrap_err().to_string();
            assert!(refusal.contains(said), "{refusal}");
        }
    }
}
