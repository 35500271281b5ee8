//! Documents printed on paper, as PDF bytes. Each is a plain function of the fonts and one input
//! struct; it reads no clock and writes no file, and any error comes before the first byte.
//! Inputs are printed as they are given: masking is the caller's business, done before.

pub mod canvas;
mod error;
pub mod flow;
pub mod kinsoku;
mod paper;
mod qr;
pub mod text;
mod vouchers;
mod writer;

pub use error::PdfError;
pub use vouchers::{
    MAX_VOUCHERS, VOUCHERS_PER_PAGE, Voucher, VouchersInput, draw_vouchers, voucher_files, vouchers,
};

use chrono::{DateTime, FixedOffset};

/// Who issues a document and when: the same on every kind of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// Full name of the committee, as it is signed: 南泉路第二居民委员会.
    pub committee: String,
    /// When the document is made. Goes into the file's properties and into small print.
    pub created: DateTime<FixedOffset>,
}

