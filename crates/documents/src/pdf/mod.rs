//! Documents printed on paper, as PDF bytes. Each is a plain function of the fonts and one input
//! struct; it reads no clock and writes no file, and any error comes before the first byte.
//! Inputs are printed as they are given: masking is the caller's business, done before.

pub mod by_hand;
pub mod canvas;
mod day_report;
mod door_list;
mod error;
pub mod flow;
mod handout;
pub mod kinsoku;
mod list_page;
mod notice;
mod notice_page;
mod notice_plain;
mod notice_text;
mod paper;
mod poster;
mod problem_list;
mod qr;
mod round_notice;
mod table;
pub mod text;
mod vouchers;
mod writer;

pub use by_hand::{ByHand, TextOf, Why};
pub use day_report::{DayReportInput, day_report, draw_day_report};
pub use door_list::{DoorListBuilding, DoorListInput, DoorVisit, door_list, draw_door_list};
pub use error::{Context, DocumentPart, NoticeProblem, PdfError};
pub use handout::{HandoutBuilding, HandoutInput, HandoutRow, draw_handout, handout};
pub use notice::{NoticeCopy, NoticeInput, draw_notice, notice};
pub use notice_text::{Block, NoticeText, Span as NoticeSpan};
pub use poster::{MAX_STEPS, QrPosterInput, draw_qr_poster, qr_poster};
pub use problem_list::{ProblemLine, ProblemListInput, draw_problem_list, problem_list};
pub use round_notice::{PostedRow, RoundNoticeBuilding, RoundNoticeInput, draw_round_notice, round_notice};
pub use vouchers::{MAX_VOUCHERS, VOUCHERS_PER_PAGE, Voucher, VouchersInput, draw_vouchers, voucher_files, vouchers};

use chrono::{DateTime, FixedOffset};

/// Who issues a document and when: the same on every kind of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// Full name of the committee, as it is signed: 南泉路第二居民委员会.
    pub committee: String,
    /// When the document is made. Goes into the file's properties and into small print.
    pub created: DateTime<FixedOffset>,
}
