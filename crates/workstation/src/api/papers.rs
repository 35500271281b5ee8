//! Notices, sheets, posters: laid out in memory, previewed, then saved or printed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to lay out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PaperRequest {
    /// The round's notice for posting: names and rooms masked, one per building.
    RoundNotice {
        /// The round.
        round: String,
        /// Buildings (as in `BuildingRow`, `estate|building` or `building`); absent: one general copy without a list.
        buildings: Option<Vec<String>>,
    },
    /// The building head's list with a sign-off column.
    Handout {
        /// The round.
        round: String,
        /// Buildings; absent: all that have reservations.
        buildings: Option<Vec<String>>,
    },
    /// Voucher sheets, 8 a page; issues numbers where still missing.
    Vouchers(super::rounds::VouchersRequest),
    /// The poster with the QR code.
    Poster {
        /// The round.
        round: String,
        /// What the QR code says; where absent, the address of the form for residents, or the committee's counter text.
        qr: Option<String>,
    },
    /// A notice of one's own text.
    Notice {
        /// `# title`, `## heading`, paragraphs, `- ` lists, `**bold**`; `{楼栋}` stands for the building.
        text: String,
        /// Buildings; absent: one general copy.
        buildings: Option<Vec<String>>,
    },
    /// Door-visit list for building heads.
    DoorList {
        /// Buildings; absent: all.
        buildings: Option<Vec<String>>,
        /// Only people with this tag.
        tag: Option<String>,
        /// Heading, e.g. what the visit is for.
        purpose: String,
    },
}

/// A laid-out document, kept in memory until the program ends or 16 newer ones exist.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Paper {
    /// For the file door, `paper_save` and `paper_print`.
    pub token: String,
    /// A file name that suits it.
    pub file_name: String,
    /// Pages.
    pub pages: usize,
    /// The batch, where laying out wrote something (voucher numbers).
    pub batch: Option<i64>,
    /// Vouchers that could not be issued now (待发号), and why.
    pub awaiting: Vec<super::rounds::AwaitingCount>,
}

/// Save a laid-out document.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PaperSave {
    /// The document.
    pub token: String,
    /// File; in the export folder where absent.
    pub path: Option<String>,
}

/// Print a laid-out document.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PaperPrint {
    /// The document.
    pub token: String,
    /// As in [`Printers`].
    pub printer: String,
    /// Copies, 1 to 99.
    pub copies: u32,
}

/// The printers of this PC.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Printers {
    /// Their names, the default first.
    pub printers: Vec<String>,
}

/// The notice texts that come with the program, to start from.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NoticeTemplates {
    /// The texts.
    pub templates: Vec<NoticeTemplate>,
}

/// One text.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NoticeTemplate {
    /// Its name.
    pub name: String,
    /// The text, as [`PaperRequest::Notice`] takes it.
    pub text: String,
}
