//! `linli-fuzz targets` names the targets; `linli-fuzz seeds TARGET FOLDER` writes what the fuzzer begins with; `linli-fuzz play TARGET FILE…` plays what it
//! found, without the fuzzer.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["targets"] => {
            linli_fuzz::TARGETS.iter().for_each(|(name, _)| println!("{name}"));
            Ok(())
        }
        ["seeds", target, folder] => seeds(target, Path::new(folder)),
        ["play", target, files @ ..] => play(target, files),
        _ => Err("usage: linli-fuzz targets | seeds TARGET FOLDER | play TARGET FILE…".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("linli-fuzz: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn seeds(target: &str, folder: &Path) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    known(target)?;
    std::fs::create_dir_all(folder).map_err(said)?;
    for (number, seed) in linli_fuzz::seeds(target).iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{number:02}")), seed).map_err(said)?;
    }
    Ok(())
}

fn play(target: &str, files: &[&str]) -> Result<(), String> {
    let target = known(target)?;
    for file in files {
        target(&std::fs::read(file).map_err(|error| format!("{file}: {error}"))?);
        println!("{file}: everything holds");
    }
    Ok(())
}

fn known(name: &str) -> Result<linli_fuzz::Target, String> {
    let names = || linli_fuzz::TARGETS.map(|(name, _)| name).join(", ");
    linli_fuzz::target(name).ok_or_else(|| format!("the targets are {}", names()))
}
