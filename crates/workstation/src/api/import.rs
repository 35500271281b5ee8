//! The import wizard: a file is uploaded (kept in memory), its columns are guessed, previewed, imported as one batch.

use linli_domain::import::{Column, Mapping, Problem};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Page;

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
}

/// Look at an uploaded file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportProposeRequest {
    /// The upload's token.
    pub token: String,
    /// What for.
    pub target: ImportTarget,
    /// Another sheet than the one guessed.
    pub sheet: Option<String>,
}

/// Take the password off an uploaded file, in memory only.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ImportUnlockRequest {
    /// The upload's token.
    pub token: String,
    /// The password that opens it.
    pub password: String,
}

/// What the file looks like.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportProposal {
    /// File name.
    pub file_name: String,
    /// All sheets.
    pub sheets: Vec<String>,
    /// The sheet chosen.
    pub sheet: String,
    /// Columns in the sheet's order, with the field guessed or remembered for each.
    pub columns: Vec<ImportColumn>,
    /// The mapping to send back, as is or changed.
    pub mapping: Mapping,
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
    /// Which column is which.
    pub mapping: Mapping,
    /// Update only these fields of people already on the roster; all mapped ones where absent.
    pub only: Option<Vec<Column>>,
    /// Which rows to show (preview only).
    pub page: Option<Page>,
    /// Show only rows with problems (preview only).
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
    /// Everything found, by row.
    pub problems: Vec<ImportProblem>,
    /// The batch, once written.
    pub batch: Option<i64>,
}
