//! The import wizard: a file is uploaded (kept in memory), its columns are guessed, previewed, imported as one batch.

use linli_domain::import::{Column, Mapping, Problem};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Page, Secret, Sentence};

/// What the rows become.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ImportTarget {
    /// Residents.
    Roster,
    /// Reservations of a round.
    Reservations {
        /// The round.
        round: String,
    },
    /// Rows to be verified.
    Tasks,
}

/// Look at an uploaded file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportProposeRequest {
    /// The upload's token.
    pub token: String,
    /// What for.
    pub target: ImportTarget,
}

/// Take the password off an uploaded file, in memory only.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ImportUnlockRequest {
    /// The upload's token.
    pub token: String,
    /// The password that opens it.
    #[ts(as = "String")]
    pub password: Secret,
}

/// What the file looks like.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportProposal {
    /// File name.
    pub file_name: String,
    /// Its sheets that are not empty.
    pub tabs: Vec<ImportTab>,
}

/// A sheet of the file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportTab {
    /// Its name; empty for a csv file.
    pub name: String,
    /// Whoever opens the file does not see it.
    pub hidden: bool,
    /// Whether it is taken, where nobody says otherwise.
    pub taken: bool,
    /// Columns in the sheet's order, with the field guessed or remembered for each.
    pub columns: Vec<ImportColumn>,
    /// The mapping to send back, as is or changed; absent where no header was found, so that it cannot be taken.
    pub mapping: Option<Mapping>,
    /// Whether the mapping was remembered from an earlier import of the same header.
    pub remembered: bool,
    /// Data rows.
    pub rows: usize,
}

/// One column of the sheet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportColumn {
    /// Letter, as Excel shows it.
    pub letter: String,
    /// Its header.
    pub header: String,
    /// The field it is taken for.
    pub field: Option<Column>,
    /// Its first few values.
    pub samples: Vec<String>,
}

/// Try a mapping without writing anything, or (by `import_start`) import it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportRequest {
    /// The upload's token.
    pub token: String,
    /// What for.
    pub target: ImportTarget,
    /// The sheets to take, and which column of each is which.
    pub mappings: Vec<Mapping>,
    /// Update only these fields of people already on the roster; all mapped ones where absent.
    pub only: Option<Vec<Column>>,
    /// Take rows that are hidden or struck out in the sheet, too.
    #[serde(default)]
    pub unseen: bool,
    /// Show the rows of this sheet only (preview only).
    #[serde(default)]
    pub sheet: Option<String>,
    /// Which rows to show (preview only).
    pub page: Option<Page>,
    /// Show only rows that somebody has to look at (preview only).
    #[serde(default)]
    pub problems_only: bool,
}

/// What an import would do.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportPreview {
    /// In numbers.
    pub report: ImportReport,
    /// The rows asked for.
    pub rows: Vec<PreviewRow>,
    /// How many rows there are to show.
    pub total: usize,
}

/// One row of the sheet, before the import.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PreviewRow {
    /// The sheet's name.
    pub sheet: String,
    /// Row number as Excel shows it.
    pub row: u32,
    /// The sheet's cells, in its order.
    pub cells: Vec<String>,
    /// What will happen.
    pub action: RowAction,
    /// Whom it updates.
    pub resident: Option<String>,
    /// What is wrong in it.
    pub problems: Vec<ImportProblem>,
}

/// What an import does with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowAction {
    /// New.
    Add,
    /// Changes someone known.
    Update,
    /// Known and the same.
    Unchanged,
    /// Not a person (blank, subtotal), or not usable.
    Skip,
}

/// A problem, with its sentence.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportProblem {
    /// Where and what.
    #[serde(flatten)]
    pub problem: Problem,
    /// In a clerk's words.
    pub text: String,
    /// The same without its place.
    pub reason: String,
}

/// The list of what an import finds, as a file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportProblemsRequest {
    /// The import.
    pub import: ImportRequest,
    /// A sheet to work through, or a paper to lay beside the sheet.
    pub form: ProblemsForm,
    /// File; in the export folder where absent.
    pub path: Option<String>,
}

/// What the list of problems is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProblemsForm {
    /// xlsx.
    Sheet,
    /// PDF.
    Paper,
}

/// What an import did or would do.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportReport {
    /// Data rows read.
    pub rows: usize,
    /// New people or reservations.
    pub added: usize,
    /// Changed ones.
    pub updated: usize,
    /// Known and the same.
    pub unchanged: usize,
    /// Blank rows, subtotals, unusable rows.
    pub skipped: usize,
    /// New households.
    pub households: usize,
    /// Rows that are hidden or struck out in the sheet, and were not taken.
    pub unseen: usize,
    /// What is to be said about the file as a whole: sheets that are not taken.
    pub remarks: Vec<Sentence>,
    /// Cells and rows that were not taken.
    pub errors: usize,
    /// Those that were taken and may be looked at.
    pub warnings: usize,
    /// What was found, by row. The screens get the most that are listed, those that were not taken first; the list of
    /// problems as a file has all.
    pub problems: Vec<ImportProblem>,
    /// The batch, once written.
    pub batch: Option<i64>,
}

impl ImportReport {
    /// The most problems listed on a screen, where they are also counted: more than anybody reads there.
    pub const MAX_LISTED: usize = 1_000;
}
