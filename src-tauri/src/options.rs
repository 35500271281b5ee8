//! Where the program finds its data and puts its exports: `--data DIR`, `--exports DIR`, else the environment,
//! else the user's own folders.

use std::ffi::OsString;
use std::path::PathBuf;

use thiserror::Error;

/// Chooses the data folder where the argument is not given.
const DATA_ENV: &str = "LINLI_DATA";
/// Chooses the exports folder where the argument is not given.
const EXPORTS_ENV: &str = "LINLI_EXPORTS";

/// What the program was started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The data folder.
    pub data: PathBuf,
    /// Where exports go until the clerk chooses.
    pub exports: PathBuf,
}

/// An argument that the program does not know.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum OptionsError {
    /// Not one of ours.
    #[error("不认识的参数 {0}（可用：--data 文件夹、--exports 文件夹）")]
    Unknown(String),
    /// A folder is missing after it.
    #[error("参数 {0} 后面要写一个文件夹")]
    NoFolder(&'static str),
}

impl Options {
    /// Reads the arguments and the environment of this process.
    ///
    /// # Errors
    /// An unknown argument, or one without its folder.
    pub fn from_env() -> Result<Options, OptionsError> {
        Options::parse(std::env::args_os().skip(1), |name| std::env::var_os(name))
    }

    fn parse(
        mut arguments: impl Iterator<Item = OsString>,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Options, OptionsError> {
        let (mut data, mut exports) = (None, None);
        while let Some(argument) = arguments.next() {
            let (name, folder) = match argument.to_str() {
                Some("--data") => ("--data", &mut data),
                Some("--exports") => ("--exports", &mut exports),
                _ => return Err(OptionsError::Unknown(argument.to_string_lossy().into_owned())),
            };
            *folder = Some(arguments.next().ok_or(OptionsError::NoFolder(name))?);
        }
        let given = |argument: Option<OsString>, name| {
            argument
                .or_else(|| environment(name).filter(|value| !value.is_empty()))
                .map(PathBuf::from)
        };
        Ok(Options {
            data: given(data, DATA_ENV).unwrap_or_else(linli_workstation::default_data_dir),
            exports: given(exports, EXPORTS_ENV).unwrap_or_else(linli_workstation::default_exports_dir),
        })
    }
}

/// Starts the program over with WebKit's DMA-BUF renderer off, where nobody has decided about it.
///
/// It takes about 50 MB less and starts sooner, lists scroll as well, and the black windows of some office graphics
/// drivers do not occur. The variable must be there before the first thread, and setting it in a running process is
/// unsafe: so the process replaces itself. Returns where that is not possible; the program works all the same.
pub(crate) fn with_lean_renderer() {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::process::CommandExt;
        const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
        if std::env::var_os(RENDERER).is_some_and(|decided| !decided.is_empty()) {
            return;
        }
        if let Ok(program) = std::env::current_exe() {
            let error = std::process::Command::new(program)
                .args(std::env::args_os().skip(1))
                .env(RENDERER, "1")
                .exec();
            eprintln!("邻里工作站：{}", linli_workstation::SystemProblem::of(&error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Options, OptionsError> {
        Options::parse(arguments.iter().map(OsString::from), |name| {
            environment
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        })
    }

    #[test]
    fn an_argument_goes_before_the_environment() {
        let options = parse(&["--data", "/a"], &[(DATA_ENV, "/b"), (EXPORTS_ENV, "/c")]).unwrap();
        assert_eq!(
            options,
            Options {
                data: "/a".into(),
                exports: "/c".into()
            }
        );
    }

    #[test]
    fn an_empty_variable_counts_as_none() {
        let options = parse(&[], &[(DATA_ENV, "")]).unwrap();
        assert_eq!(options.data, linli_workstation::default_data_dir());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert_eq!(parse(&["--dta", "/a"], &[]), Err(OptionsError::Unknown("--dta".into())));
        assert_eq!(parse(&["--data"], &[]), Err(OptionsError::NoFolder("--data")));
    }
}
