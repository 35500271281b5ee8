//! `linli match`: two sheets, without a database.

use std::path::Path;

use linli_safekeeping::is_read;
use linli_workstation::{Error, Matched, MatchedRow, NamedBytes, in_a_folder, match_sheets, read_whole};

use crate::args::MatchArgs;
use crate::{Context, Output, Refusal, SHEET_LIMIT, say};

/// Most rows and sheets that are named one by one where they were not read.
const NAMED: usize = 20;

pub(crate) fn run(context: &Context, args: &MatchArgs) -> Result<Output, Refusal> {
    let output = args.output.as_deref();
    if output.is_none() && !context.json {
        return Err(Refusal::Words("请用 -o 写明结果存到哪个 xlsx 文件，或加 --json".into()));
    }
    output.map(in_a_folder).transpose()?;
    not_read(output, &[&args.roster, &args.records])?;
    let (roster, records) = (file(&args.roster)?, file(&args.records)?);
    let Matched { rows, left } = match_sheets(&roster, &records, output.map(|path| (context.data.as_path(), path)))?;
    say_left(&left);
    Output::new(&rows, lines(&rows, output))
}

/// Says what was not read.
pub(crate) fn say_left(left: &[String]) {
    left.iter().take(NAMED).for_each(|text| say(text));
    if let Some(more @ 1..) = left.len().checked_sub(NAMED) {
        say(&format!("另有 {more} 处没有读"));
    }
}

/// What is written does not take the place of what was read for it.
pub(crate) fn not_read(output: Option<&Path>, read: &[&Path]) -> Result<(), Refusal> {
    match output.filter(|path| is_read(path, read)) {
        Some(path) => Err(Refusal::Words(format!(
            "“{}”是要读的文件，不能用结果盖掉它；没有写任何文件，请换一个文件名",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// A sheet on this PC.
pub(crate) fn file(path: &Path) -> Result<NamedBytes, Refusal> {
    Ok(NamedBytes {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        media_type: "application/octet-stream",
        bytes: read_whole(path, SHEET_LIMIT).map_err(Error::from)?,
    })
}

fn lines(rows: &[MatchedRow], output: Option<&Path>) -> Vec<String> {
    let count = |outcome: &str| rows.iter().filter(|row| row.outcome == outcome).count();
    let counted = format!(
        "{} 行：确定 {}，待判定 {}，非本辖区 {}",
        rows.len(),
        count("certain"),
        count("undecided"),
        count("not_ours")
    );
    let saved = output.map(|path| format!("已存到 {}", path.display()));
    [Some(counted), saved].into_iter().flatten().collect()
}
