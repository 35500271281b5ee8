//! Notices and paper: laid out in memory and shown, then saved or printed, which is recorded.

mod answers;
mod buildings;
mod by_hand;
mod lists;
mod notices;
mod problem;
mod shown;
mod visits;
mod vouchers;

pub(crate) use notices::{notice_draft, notice_draft_save, notice_templates};
pub(crate) use problem::problem;
pub(crate) use shown::Shown;

use std::sync::OnceLock;

use chrono::{DateTime, FixedOffset};
use linli_documents::font::Fonts;
use linli_documents::pdf::{ByHand, Imprint};
use linli_domain::operation::{Action, Change, EntityId, EntityKind, Note};
use linli_domain::reservation::Reservation;
use linli_domain::voucher;
use linli_store::Draft;

use crate::api::Empty;
use crate::api::papers::{Outputs, OutputsRequest, Paper, PaperDone, PaperPrint, PaperRequest, PaperSave, Printers};
use crate::api::rounds::AwaitingCount;
use crate::file_name::file_name;
use crate::memory::NamedBytes;
use crate::named::{Attempt, FormField, Thing, Unfit};
use crate::workstation::id;
use crate::{Error, Workstation, installed_fonts, timeline};

/// The most copies of one print.
pub(crate) const MAX_COPIES: u32 = 99;
/// How many of the last outputs are listed.
const OUTPUTS: usize = 100;

/// A document before it is kept.
struct Laid {
    what: String,
    bytes: Vec<u8>,
    /// The round it belongs to.
    round: Option<EntityId>,
    /// Whose vouchers are shown in it.
    sheet: Option<vouchers::Sheet>,
    /// How many of them get their number when it is printed.
    to_issue: usize,
    /// The vouchers printed in it, by reservation, and how many got their number now.
    vouchers: Vec<(EntityId, u32)>,
    issued: usize,
    awaiting: Vec<AwaitingCount>,
    by_hand: Vec<ByHand>,
}

impl Laid {
    fn new(what: String, bytes: Vec<u8>) -> Laid {
        Laid {
            what,
            bytes,
            round: None,
            sheet: None,
            to_issue: 0,
            vouchers: Vec::new(),
            issued: 0,
            awaiting: Vec::new(),
            by_hand: Vec::new(),
        }
    }
}

/// Lays a document out and keeps it in memory. It shows what lists show, with phones masked, so that looking at it is
/// no record; printing and saving are.
pub(crate) fn paper(ws: &Workstation, request: PaperRequest) -> Result<Paper, Error> {
    let mut laid = match request {
        PaperRequest::RoundNotice { round, buildings } => notices::round_notice(ws, &round, buildings.as_deref())?,
        PaperRequest::Handout { round, buildings } => lists::handout(ws, &round, buildings.as_deref())?,
        PaperRequest::Vouchers(request) => vouchers::show(ws, &request)?,
        PaperRequest::Poster { round, qr } => notices::poster(ws, &round, qr)?,
        PaperRequest::Notice { title, text, buildings } => {
            notices::notice(ws, title.as_deref(), &text, buildings.as_deref())?
        }
        PaperRequest::DoorList {
            buildings,
            tag,
            purpose,
        } => lists::door_list(ws, buildings.as_deref(), tag.as_deref(), &purpose)?,
        PaperRequest::VisitList { buildings, assignee } => {
            visits::visit_list(ws, buildings.as_deref(), assignee.as_deref())?
        }
        PaperRequest::Answers { ids, category } => answers::sheet(ws, ids.as_deref(), category.as_deref())?,
    };
    let file_name = file_name(ws, &laid.what, "pdf")?;
    let bytes = std::mem::take(&mut laid.bytes);
    let shown = Paper {
        pages: page_count(&bytes),
        to_issue: laid.to_issue,
        awaiting: laid.awaiting.clone(),
        by_hand: by_hand::rows(&laid.by_hand),
        token: ws.files.put(NamedBytes {
            name: file_name.clone(),
            media_type: "application/pdf",
            bytes,
        }),
        file_name,
    };
    ws.shown.keep(shown.token.clone(), laid);
    Ok(shown)
}

/// Saves a document that was shown.
pub(crate) fn paper_save(ws: &Workstation, request: PaperSave) -> Result<PaperDone, Error> {
    let shown = ws
        .files
        .get(&request.token)
        .ok_or(Error::NotFound { thing: Thing::LaidOut })?;
    // Before numbers are given out.
    let path = ws.export_path(request.path.as_deref(), &shown.name)?;
    output(ws, &request.token, |file| {
        let exported = ws.save_export(&path, &file.bytes, page_count(&file.bytes))?;
        Ok((exported.file_name.clone(), Some(exported)))
    })
}

/// Sends a document that was shown to a printer.
pub(crate) fn paper_print(ws: &Workstation, request: PaperPrint) -> Result<PaperDone, Error> {
    if !(1..=MAX_COPIES).contains(&request.copies) {
        return Err(Error::unfit(
            FormField::Copies,
            &Unfit::OutOfRange {
                min: 1,
                max: MAX_COPIES,
            },
        ));
    }
    if !ws.host.printers().iter().any(|printer| printer.name == request.printer) {
        return Err(Error::NotFound { thing: Thing::Printer });
    }
    output(ws, &request.token, |file| {
        ws.host
            .print(&file.bytes, &file.name, &request.printer, request.copies)
            .map_err(|error| Error::system(Attempt::PrintPaper, &error))?;
        Ok((request.printer.clone(), None))
    })
}

/// Puts a document that was shown onto paper or into a file, and records it: to what it went is known then. Vouchers are
/// laid out once more, with their numbers.
fn output(
    ws: &Workstation,
    token: &str,
    put: impl FnOnce(&NamedBytes) -> Result<(String, Option<crate::api::Exported>), Error>,
) -> Result<PaperDone, Error> {
    let gone = || Error::NotFound { thing: Thing::LaidOut };
    let file = ws.files.get(token).ok_or_else(gone)?;
    let shown = ws.shown.get(token).ok_or_else(gone)?;
    let (laid, file) = match &shown.sheet {
        None => (None, file),
        Some(sheet) => {
            let mut laid = vouchers::issue(ws, sheet)?;
            let bytes = std::mem::take(&mut laid.bytes);
            (
                Some(laid),
                NamedBytes {
                    bytes,
                    ..(*file).clone()
                }
                .into(),
            )
        }
    };
    let with_numbers = laid.is_some();
    let laid = laid.as_ref().unwrap_or(&shown);
    let pages = page_count(&file.bytes);
    let (to, exported) = put(&file)?;
    record(ws, laid, pages, &to)?;
    if with_numbers {
        // What is looked at from now on has its numbers.
        ws.files.replace(token, NamedBytes::clone(&file));
    }
    Ok(PaperDone {
        exported,
        pages,
        vouchers: laid.vouchers.len(),
        issued: laid.issued,
        awaiting: laid.awaiting.clone(),
        by_hand: by_hand::rows(&laid.by_hand),
    })
}

/// Records a document as printed, and each voucher on it.
fn record(ws: &Workstation, laid: &Laid, pages: usize, to: &str) -> Result<(), Error> {
    let printed = |what: String, pages, voucher| {
        Change::Noted(Note::Printed {
            what,
            pages,
            to: Some(to.to_owned()),
            voucher,
        })
    };
    let number = match laid.round {
        Some(round) => ws.round(round)?.definition.number,
        None => 0,
    };
    let (kind, entity) = match laid.round {
        Some(round) => (EntityKind::Round, round),
        None => (EntityKind::Committee, ws.committee_id()),
    };
    ws.write(Action::Printed, |_| {
        let mut drafts = vec![Draft {
            kind,
            entity,
            change: printed(laid.what.clone(), pages, None),
        }];
        drafts.extend(laid.vouchers.iter().map(|(entity, serial)| {
            let what = format!("购买凭证 {}", voucher::number(number, *serial));
            Draft::on::<Reservation>(*entity, printed(what, 1, Some(*serial)))
        }));
        Ok(drafts)
    })?;
    Ok(())
}

/// What was exported and printed of a round, or of what belongs to none.
pub(crate) fn outputs(ws: &Workstation, request: OutputsRequest) -> Result<Outputs, Error> {
    let entity = match request.round.as_deref() {
        Some(round) => id(Thing::Round, round)?,
        None => ws.committee_id(),
    };
    Ok(Outputs {
        items: timeline::Reader::new(ws, &ws.store())?.outputs(entity, OUTPUTS)?,
    })
}

pub(crate) fn printers(ws: &Workstation, _: Empty) -> Result<Printers, Error> {
    Ok(Printers {
        printers: ws.host.printers().into_iter().map(|printer| printer.name).collect(),
    })
}

pub(crate) fn fonts() -> Result<&'static Fonts, Error> {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    if let Some(fonts) = FONTS.get() {
        return Ok(fonts);
    }
    let fonts = Fonts::load(&installed_fonts::full()).map_err(|error| Error::Pdf(error.into()))?;
    Ok(FONTS.get_or_init(|| fonts.with_fang_song(installed_fonts::fang_song())))
}

pub(crate) fn imprint(ws: &Workstation) -> Result<Imprint, Error> {
    let created: DateTime<FixedOffset> = DateTime::<chrono::Utc>::from_timestamp_millis(ws.now().0)
        .unwrap_or_default()
        .with_timezone(&FixedOffset::east_opt(8 * 3600).ok_or(Error::Internal("时区".into()))?);
    Ok(Imprint {
        committee: ws.committee()?.name,
        created,
    })
}

/// Pages of a PDF of ours: the writer puts each page's dictionary in the clear.
fn page_count(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type/Page").count() - text.matches("/Type/Pages").count()
}
