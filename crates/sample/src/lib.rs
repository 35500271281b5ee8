//! Invented committees with a Shanghai face, for trying out, tests and measurements. Same seed, same data.
//!
//! Nobody in them exists: ID numbers carry area 310199, which was never issued (GB/T 2260 ends Shanghai's
//! districts at 310151), and phones begin with 1920, a range kept for the new operator.

mod committee;
mod files;
mod names;
pub mod random;
mod sheets;

pub use committee::{Committee, Household, Person};
pub use files::Written;
pub use sheets::Damage;

use thiserror::Error;

/// Why a sample could not be written.
#[derive(Debug, Error)]
pub enum SampleError {
    /// The workbook.
    #[error("样例表格生成失败：{0}")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// A file.
    #[error(transparent)]
    File(#[from] linli_store::Error),
    /// The list of damages.
    #[error("样例清单生成失败：{0}")]
    Truth(#[from] serde_json::Error),
}
