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
    /// Voucher sheets, 8 a page. Shown, they are specimens where a number is still missing.
    Vouchers(super::vouchers::VouchersRequest),
    /// The poster with the QR code.
    Poster {
        /// The round.
        round: String,
        /// What the QR code says; where absent, the address of the form for residents, or the committee's counter text.
        qr: Option<String>,
    },
    /// A notice of one's own text; `{楼栋}` stands for the building.
    Notice {
        /// The title, where title and text are plain: a line is a line.
        #[serde(default)]
        title: Option<String>,
        /// The plain text; without a title, Markdown: `# title`, `## heading`, paragraphs, `- ` lists, `**bold**`.
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
    /// Door-visit list of the tasks that wait for a visit, by building.
    VisitList {
        /// Buildings; absent: all in which somebody waits.
        buildings: Option<Vec<String>>,
        /// Only those that somebody sees to.
        assignee: Option<String>,
    },
    /// Approved wordings, to be posted or kept at the counter: question by question.
    Answers {
        /// Which, in this order; absent: all that may be used, the newest first.
        ids: Option<Vec<String>>,
        /// Only those about this.
        category: Option<String>,
    },
}

/// A laid-out document, kept in memory until the program ends or 16 newer ones exist. Showing it gives out no number and
/// counts as nothing printed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Paper {
    /// For the file door, `paper_save` and `paper_print`.
    pub token: String,
    /// A file name that suits it.
    pub file_name: String,
    /// Pages.
    pub pages: usize,
    /// Vouchers in it that get their number when it is printed or saved.
    pub to_issue: usize,
    /// Vouchers that would have to wait for a number (待发号), and why.
    pub awaiting: Vec<super::rounds::AwaitingCount>,
    /// What is left to the hand.
    pub by_hand: Vec<ByHandRow>,
}

/// Something on a list that a person must look after: a frame to write in, a text that was cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ByHandRow {
    /// Whose, as known; or which text of the paper.
    pub name: super::Sentence,
    /// Where they live, or the text.
    pub place: String,
    /// What to do.
    #[serde(flatten)]
    pub said: super::Sentence,
}

/// A document that was saved or printed, and recorded as printed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PaperDone {
    /// The file, where it was saved.
    pub exported: Option<super::Exported>,
    /// Pages.
    pub pages: usize,
    /// Vouchers on it.
    pub vouchers: usize,
    /// Of these, how many got their number now.
    pub issued: usize,
    /// Vouchers that must wait for a number, and why.
    pub awaiting: Vec<super::rounds::AwaitingCount>,
    /// What is left to the hand.
    pub by_hand: Vec<ByHandRow>,
}

/// Save a laid-out document; vouchers get their numbers.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PaperSave {
    /// The document.
    pub token: String,
    /// File; in the export folder where absent.
    pub path: Option<String>,
}

/// Print a laid-out document; vouchers get their numbers.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PaperPrint {
    /// The document.
    pub token: String,
    /// As in [`Printers`].
    pub printer: String,
    /// Copies, 1 to 99.
    pub copies: u32,
}

/// What was exported and printed: of a round, or of the committee.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OutputsRequest {
    /// The round; absent: what belongs to none.
    pub round: Option<String>,
}

/// What left the program, on any PC.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Outputs {
    /// Newest first.
    pub items: Vec<super::TimelineItem>,
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
    /// Its title.
    pub title: String,
    /// The text below it, plain, as [`PaperRequest::Notice`] takes it.
    pub text: String,
}

/// A notice of one's own that is being written: kept on this PC until the next one is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NoticeDraft {
    /// The title, as far as it is.
    pub title: String,
    /// The text, as far as it is.
    pub text: String,
}
