//! Spreadsheet rows become roster or reservation rows: header, mapping, cleaning, problems.
//! Pure: cells come in as text, rows and problems go out; no clock, no disk.
//! What must stay true: every non-empty cell of a mapped column is either taken or named in a
//! problem with its row and column, and a number that Excel damaged is never repaired.

mod cell;
mod clean;
mod column;
mod ditto;
mod due;
mod footer;
mod grid;
mod header;
mod outside;
mod owner;
mod place;
mod problem;
mod rows;
mod synonyms;
mod tabs;
mod written_time;

pub use cell::cleaned;
pub use clean::Cleaned;
pub use column::{Column, ImportKind};
pub use grid::{CellKind, CellRef, Grid, GridBuilder, Region, column_letter};
pub use header::{Mapping, propose_in};
pub use problem::{Problem, ProblemCode, Severity};
pub use rows::{ImportRow, Reading, Rows};
pub use tabs::taken_by_default;
