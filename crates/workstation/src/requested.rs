//! A pasted chat read without a database: what each message asks for, and whose it is by a sheet of residents.

use linli_domain::import::ImportKind;
use linli_domain::request::read::{Draft, MESSAGE_CHARS, read};
use linli_domain::request::{Kind, Line};
use linli_matching::{Candidate, Reason, Record, Roster};
use serde::Serialize;

use crate::matched::{Row, persons, rows};
use crate::{Error, NamedBytes};

/// A message as it was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequestRow {
    /// Which message, from 1.
    pub message: usize,
    /// What it is about.
    pub kind: Kind,
    /// Whether waiting an hour may cost a life or health.
    pub urgent: bool,
    /// The home or building it names: `12号501`.
    pub place: Option<String>,
    /// A phone in it.
    pub phone: Option<String>,
    /// Whose it is: the roster's row, from 1 behind its header. Nobody's where two fit alike.
    pub resident: Option<u32>,
    /// What it asks for.
    pub lines: Vec<Line>,
    /// For which words it is urgent.
    #[serde(skip)]
    pub alarm: Option<String>,
    /// Who wrote it, as the chat names them.
    #[serde(skip)]
    pub speaker: Option<String>,
    /// The message itself.
    #[serde(skip)]
    pub text: String,
}

/// What came of reading.
#[derive(Debug, Default)]
pub struct ReadRequests {
    /// One for each message.
    pub rows: Vec<RequestRow>,
    /// What of the files was not read, a sentence each.
    pub left: Vec<String>,
}

/// The residents of a sheet, and how they are found.
struct Residents {
    rows: Vec<Row>,
    index: Roster,
}

/// Reads a pasted chat.
///
/// # Errors
/// The roster cannot be read or has no header.
pub fn read_requests(paste: &str, roster: Option<&NamedBytes>) -> Result<ReadRequests, Error> {
    let mut left = Vec::new();
    let residents = roster.map(|file| Residents::of(file, &mut left)).transpose()?;
    let drafts = read(paste);
    let cut = drafts.iter().enumerate().filter(|(_, draft)| draft.cut);
    left.extend(cut.map(|(place, _)| format!("第 {} 条太长，只读了前 {MESSAGE_CHARS} 个字", place + 1)));
    let row = |(place, draft): (usize, &Draft<'_>)| row(place + 1, draft, residents.as_ref());
    let rows = drafts.iter().enumerate().map(row).collect();
    Ok(ReadRequests { rows, left })
}

fn row(message: usize, draft: &Draft<'_>, residents: Option<&Residents>) -> RequestRow {
    RequestRow {
        message,
        kind: draft.kind,
        urgent: draft.alarm.is_some(),
        place: draft.place_text(),
        phone: draft.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        resident: residents.and_then(|residents| residents.whose(draft)),
        lines: draft.lines.clone(),
        alarm: draft.alarm.clone(),
        speaker: draft.speaker.map(str::to_owned),
        text: draft.text.to_owned(),
    }
}

impl Residents {
    fn of(file: &NamedBytes, left: &mut Vec<String>) -> Result<Residents, Error> {
        let rows = rows(file, ImportKind::Roster, left)?;
        let index = Roster::new(persons(&rows), []);
        Ok(Residents { rows, index })
    }

    /// Whose a message is: of whose phone, or of whose door where the message or its speaker bears their name, too. A name
    /// alone decides nothing.
    fn whose(&self, draft: &Draft<'_>) -> Option<u32> {
        // The speaker may write for somebody else.
        let nameless = self.fitting(draft, "");
        let one = match only(nameless.by_phone.iter()) {
            Some(one) => Some(one.resident),
            None => {
                let some = |fitting: &Fitting| !fitting.by_phone.is_empty();
                let of = |fitting: Fitting| {
                    if some(&fitting) {
                        fitting.by_phone
                    } else {
                        fitting.at_door
                    }
                };
                let borne = || of(self.fitting(draft, &called(draft.name.as_deref())));
                self.said(draft, &of(nameless)).or_else(|| bears_name(&borne()))
            }
        };
        one.map(|resident| self.rows[resident].place)
    }

    /// Who has a message's phone, and who lives at its door.
    fn fitting(&self, draft: &Draft<'_>, name: &str) -> Fitting {
        let place = draft.place_text().unwrap_or_default();
        let found = self.index.find(&Record {
            name,
            document: "",
            phone: draft.phone.as_ref().map(|phone| phone.as_str()).unwrap_or_default(),
            address: &place,
        });
        let has = |one: &Candidate, reasons: &[Reason]| one.reasons.iter().any(|reason| reasons.contains(reason));
        let of = |fits: &dyn Fn(&&Candidate) -> bool| found.candidates.iter().filter(fits).cloned().collect();
        Fitting {
            by_phone: of(&|one| has(one, &[Reason::PhoneSame]) && !has(one, &[Reason::DoorContrary])),
            at_door: of(&|one| has(one, &[Reason::DoorFull, Reason::DoorNoPlace])),
        }
    }

    /// The one of several whose name stands in the message.
    fn said(&self, draft: &Draft<'_>, several: &[Candidate]) -> Option<usize> {
        let said = |one: &&Candidate| {
            let name = &self.rows[one.resident].name;
            name.chars().nth(1).is_some() && draft.text.contains(name.as_str())
        };
        only(several.iter().filter(said)).map(|one| one.resident)
    }
}

/// Who may have written a message.
struct Fitting {
    by_phone: Vec<Candidate>,
    at_door: Vec<Candidate>,
}

/// The one of several whose name the speaker bears.
fn bears_name(several: &[Candidate]) -> Option<usize> {
    let names = [
        Reason::NameSame,
        Reason::NameSound,
        Reason::NameLook,
        Reason::NameLeftOut,
        Reason::NamePart,
    ];
    let bears = |one: &&Candidate| one.reasons.iter().any(|reason| names.contains(reason));
    only(several.iter().filter(bears)).map(|one| one.resident)
}

/// The only one there is.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

/// A speaker's name as a list would have it: a surname alone (6号602-王) hides the rest.
fn called(name: Option<&str>) -> String {
    match name {
        Some(name) if name.chars().nth(1).is_none() => format!("{name}某"),
        Some(name) => name.to_owned(),
        None => String::new(),
    }
}
