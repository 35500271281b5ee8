//! Arguments of `linli order`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use linli_domain::order::{OrderResult, OrderStage, Satisfaction, Urgency};
use linli_domain::task::Way;
use linli_workstation::api::orders::{DayList, OrderExport, ReportFormat};

use super::task::word;

#[derive(Debug, Subcommand)]
pub(crate) enum OrderCommand {
    /// What is open: urgent orders first, then those of special groups, then by the clock that runs out next.
    List {
        /// Only of one stage: to_sign, signed, contacted, handling, replied, revisited, closed, returned, recalled.
        #[arg(long, value_parser = word::<OrderStage>)]
        stage: Option<OrderStage>,
        /// Only of one list: came, signed, contacted_in_time, replied_in_time, overdue, not_contacted, unsolved, dissatisfied,
        /// returned.
        #[arg(long, value_parser = word::<DayList>)]
        list: Option<DayList>,
        /// Of which day the list is, as 2022-04-12; what of it still waits where it is left out.
        #[arg(long)]
        day: Option<String>,
        /// Words in what is asked for, name, phone or address; pinyin of the name.
        #[arg(long)]
        query: Option<String>,
    },
    /// One order, with what was done each time that it was given.
    Show {
        /// As in the list's first column.
        id: String,
    },
    /// Enter what somebody asks for at the counter.
    Add(OrderAddArgs),
    #[command(flatten)]
    Act(OrderAct),
    /// The alarms that ring at this PC now. Each rings once in the committee.
    Alarms,
    /// The numbers of a day, as a file to be printed or as a sheet with charts.
    Report {
        /// Which day, as 2022-04-12; today where it is left out.
        #[arg(long)]
        day: Option<String>,
        /// A file that ends in .pdf or .xlsx; the numbers alone are shown where it is left out.
        #[arg(short, long, value_name = "FILE", value_parser = report_file)]
        output: Option<PathBuf>,
    },
    /// One of the exports.
    Export {
        /// open, replied, returned, overdue, not_contacted, unsolved, dissatisfied.
        #[arg(value_parser = word::<OrderExport>)]
        which: OrderExport,
        /// Of which day, where it is one of the day's lists; as they stand now where it is left out.
        #[arg(long)]
        day: Option<String>,
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// What is done with orders by their ids.
#[derive(Debug, Subcommand)]
pub(crate) enum OrderAct {
    /// Take orders on.
    Sign(Orders),
    /// Give orders to somebody to see to.
    Assign {
        #[command(flatten)]
        orders: Orders,
        /// To whom; to nobody any more where it is left out.
        #[arg(long)]
        to: Option<String>,
    },
    /// Enter the first contact, or why there was none.
    Contact {
        #[command(flatten)]
        orders: Orders,
        /// phone or door; nobody was contacted where it is left out.
        #[arg(long, value_parser = word::<Way>)]
        by: Option<Way>,
        /// What was said, or why nobody was contacted.
        #[arg(long)]
        note: Option<String>,
    },
    /// Enter what is so.
    Facts {
        #[command(flatten)]
        orders: Orders,
        #[arg(long)]
        facts: String,
        /// Whether what is asked for is reasonable: yes or no.
        #[arg(long, value_parser = yes_or_no, value_name = "yes|no")]
        reasonable: Option<bool>,
    },
    /// Ask a neighbour unit to help, or enter its answer.
    Help {
        #[command(flatten)]
        orders: Orders,
        /// Which unit.
        #[arg(long)]
        unit: String,
        /// For what it is asked.
        #[arg(long, required_unless_present = "answer", conflicts_with = "answer")]
        ask: Option<String>,
        /// What it says.
        #[arg(long)]
        answer: Option<String>,
    },
    /// Reply.
    Reply {
        #[command(flatten)]
        orders: Orders,
        /// solved or explained.
        #[arg(long, value_parser = word::<OrderResult>)]
        result: OrderResult,
        #[arg(long)]
        text: String,
        /// Close it with the reply: where it asks for words alone.
        #[arg(long)]
        close: bool,
    },
    /// Return orders to the district.
    Return {
        #[command(flatten)]
        orders: Orders,
        #[arg(long)]
        reason: String,
    },
    /// Enter what residents say of the reply.
    Revisit {
        #[command(flatten)]
        orders: Orders,
        /// satisfied, acceptable, dissatisfied, not_reached.
        #[arg(long, value_parser = word::<Satisfaction>)]
        said: Satisfaction,
        /// In their own words.
        #[arg(long)]
        words: Option<String>,
    },
    /// Done with.
    Close(Orders),
}

#[derive(Debug, Args)]
pub(crate) struct Orders {
    /// As in the list's first column.
    #[arg(required = true, num_args = 1..)]
    pub(crate) id: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct OrderAddArgs {
    /// What is asked for in one line.
    pub(crate) title: String,
    /// In full.
    #[arg(long)]
    pub(crate) body: Option<String>,
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[arg(long)]
    pub(crate) phone: Option<String>,
    #[arg(long)]
    pub(crate) address: Option<String>,
    /// What kind of request it is.
    #[arg(long)]
    pub(crate) category: Option<String>,
    /// urgent, pressing, ordinary.
    #[arg(long, default_value = "ordinary", value_parser = word::<Urgency>)]
    pub(crate) urgency: Urgency,
    /// The resident's id, where they are on the roster.
    #[arg(long)]
    pub(crate) resident: Option<String>,
}

/// A file whose name says as what the report is written.
fn report_file(text: &str) -> Result<PathBuf, String> {
    match report_format(text.as_ref()) {
        Some(_) => Ok(text.into()),
        None => Err("文件名应以 .pdf 或 .xlsx 结尾".to_owned()),
    }
}

/// As what a report is written, by its file's name.
pub(crate) fn report_format(path: &Path) -> Option<ReportFormat> {
    match path.extension()?.to_string_lossy().to_lowercase().as_str() {
        "pdf" => Some(ReportFormat::Pdf),
        "xlsx" => Some(ReportFormat::Xlsx),
        _ => None,
    }
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("应写成 yes 或 no".to_owned()),
    }
}
