//! Paper, sheets and pictures of a committee: tables read and written, documents printed as PDF, codes read from pictures.
//! Nothing here reads a clock, chooses a file name or masks a name: the caller does.

pub mod font;
pub mod pdf;
pub mod picture;
pub mod sheet;
pub mod text;
mod unharmed;
