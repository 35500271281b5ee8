//! Joining a district: by a ticket (QR text, file or picture), or by its address and the code.
//!
//! A PC with data keeps its ids, and the district takes them over; one without gets everything from the district with the
//! first exchange.

use std::time::{Duration, Instant};

use linli_documents::picture::{self, PictureError};
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::refusal::Refusal;
use linli_domain::writing::names;
use linli_protocol::{EnrolRequest, Enrolled, Replaces, Ticket, TicketProblem};
use linli_store::Store;
use linli_store::key::{self, Lock};
use linli_sync::{District, Fault, HttpDistrict};

use super::membership::{Membership, joined};
use super::once::Outcome;
use crate::api::JobStarted;
use crate::api::app::{AppStatus, Settings};
use crate::api::exchange::{JoinRequest, TicketFile, TicketRead};
use crate::jobs::Step;
use crate::named::{FormField, Thing};
use crate::rounds::tell_of_unsure;
use crate::session::{app_status, named, required};
use crate::workstation::{is_sample, save_settings};
use crate::{Error, Session};

/// The largest text file that is looked at for a ticket, in bytes: a ticket has some thousand characters.
const TEXT_BYTES: usize = 1 << 20;
/// The name of a PC where none is given.
const UNNAMED: &str = "电脑";
/// How often the district is asked anew because something was written here meanwhile.
const TRIES: usize = 8;

/// Joins, and says where the program stands.
pub(crate) fn join(session: &Session, request: JoinRequest) -> Result<AppStatus, Error> {
    session.join(&request)?;
    app_status(session, crate::api::Empty {})
}

/// Reads a ticket from a file that was chosen, a text or a picture of its code: on a thread of its own, since a picture may
/// take a while and can be cancelled.
pub(crate) fn ticket_read(session: &Session, request: TicketFile) -> Result<JobStarted, Error> {
    let file = session.file(&request.token).ok_or(Error::NotFound {
        thing: Thing::ChosenFile,
    })?;
    session.jobs.start(move |progress| {
        progress.begin(Step::ReadTicket, 0);
        let ticket = Ticket::read(&text_of(&file.bytes, &|| progress.cancelled())?)?;
        let text = ticket.text().map_err(|error| Error::Internal(error.to_string()))?;
        Ok(TicketRead {
            ticket: text,
            url: ticket.url,
        })
    })
}

/// A ticket's text, from a file of it or a picture of its code.
///
/// # Errors
/// It is neither, or cannot be read.
pub fn ticket_text(bytes: &[u8]) -> Result<String, Error> {
    text_of(bytes, &|| false)
}

fn text_of(bytes: &[u8], cancelled: &dyn Fn() -> bool) -> Result<String, Error> {
    if picture::is_picture(bytes) {
        let end = Instant::now() + Duration::from_secs(picture::MAX_SECONDS);
        return match picture::qr_text(bytes, &|| cancelled() || Instant::now() >= end) {
            Err(PictureError::Stopped) if cancelled() => Err(Error::Cancelled),
            read => Ok(read?),
        };
    }
    if bytes.len() > TEXT_BYTES {
        return Err(TicketProblem::Foreign.into());
    }
    Ok(linli_documents::text::decode(bytes).ok_or(TicketProblem::Foreign)?)
}

impl Session {
    /// Joins a district. Nothing is changed where it refuses; where it let this PC in and the way broke off before the end, the
    /// log says which numbers may be on paper, once.
    ///
    /// # Errors
    /// The ticket, the address or the code; there is no way to the district; this PC belongs to one already.
    pub fn join(&self, request: &JoinRequest) -> Result<(), Error> {
        self.check_clock()?;
        self.settle()?;
        let ticket = ticket(request)?;
        let district = HttpDistrict::new(&ticket.url, ticket.authority.as_deref(), None)?;
        // An earlier try that was broken off, or whose answer was lost, left an empty database: it goes on as that PC.
        let unfinished = self.folder.is_set_up() && self.is_unfinished(request.password.as_deref());
        if self.folder.is_set_up() && !unfinished {
            return self.join_with_data(request, &ticket, &district);
        }
        let actor = named(FormField::Actor, &request.actor)?.to_owned();
        let lock = request.password.as_deref().map_or(Lock::Keyring, Lock::Password);
        let store = if unfinished {
            key::open(&self.folder, request.password.as_deref())?
        } else {
            key::create(&self.folder, lock)?
        };
        let enrolled = enrol(&store, request, &ticket, &district, None, &|| Ok(())).and_then(|_| {
            save_settings(
                &store,
                &Settings {
                    actor,
                    ..Settings::default()
                },
            )
        });
        drop(store);
        if matches!(
            enrolled,
            Err(Error::Exchange(linli_sync::Error::District(Fault::Denied(_))))
        ) {
            // What was just made holds nothing: the next try begins as this one did.
            self.folder.discard_new();
        }
        enrolled?;
        self.unlock(request.password.as_deref())?;
        Ok(())
    }

    fn join_with_data(&self, request: &JoinRequest, ticket: &Ticket, district: &HttpDistrict) -> Result<(), Error> {
        let ws = match request.password.as_deref() {
            Some(password) => self.unlock(Some(password))?,
            None => self.ready()?,
        };
        let again = {
            let store = ws.store();
            let (joined, cut_off) = (joined(store.view())?, Outcome::of(store.view())?.cut_off);
            if joined && !cut_off {
                return Err(Refusal::JoinedAlready.into());
            }
            if is_sample(store.view())? {
                return Err(Refusal::SampleJoinsNot.into());
            }
            joined
        };
        // A connection of its own: the counter goes on while the district answers.
        let mut store = ws.connect()?;
        let enrolled = if again {
            join_again(&mut store, request, ticket, district, ws.committee_id())?
        } else {
            let own = Some(ws.committee_id());
            enrol(&store, request, ticket, district, own, &|| tell_of_unsure(&ws))?
        };
        if enrolled.committee != ws.committee_id() {
            return Err(Refusal::OtherCommittee.into());
        }
        self.wake_exchange();
        Ok(())
    }
}

fn ticket(request: &JoinRequest) -> Result<Ticket, Error> {
    if let Some(text) = request.ticket.as_deref().filter(|text| !text.trim().is_empty()) {
        return Ok(Ticket::read(text)?);
    }
    let url = required(FormField::DistrictAddress, request.url.as_deref().unwrap_or_default())?.to_owned();
    let code = required(FormField::JoinCode, request.code.as_deref().unwrap_or_default())?.to_owned();
    Ok(Ticket {
        url,
        code,
        authority: None,
    })
}

/// Enrols this PC. `tell`: writes what the district must be told before it gives out numbers, once it has let this PC in; what
/// is in the log already it does not write again.
pub(crate) fn enrol(
    store: &Store,
    request: &JoinRequest,
    ticket: &Ticket,
    district: &dyn District,
    committee: Option<EntityId>,
    tell: &dyn Fn() -> Result<(), Error>,
) -> Result<Enrolled, Error> {
    let own = store.own_device()?;
    for _ in 0..TRIES {
        let last_seq = store.view().last_seq(own.id)?;
        let asking = asking(request, ticket, (own.id, own.verifying_key));
        let enrolled = district.enrol(&EnrolRequest {
            committee,
            last_seq,
            ..asking
        });
        let enrolled = enrolled.map_err(linli_sync::Error::District)?;
        if committee.is_some_and(|committee| committee != enrolled.committee) {
            return Ok(enrolled);
        }
        tell()?;
        store.set_letter(&enrolled.letter)?;
        // What was told, and what the counter wrote meanwhile, this PC wrote on its own: the district must know of it, too,
        // and is asked anew.
        if membership(ticket, &enrolled).save_at(store, last_seq)? {
            return Ok(enrolled);
        }
    }
    Err(Refusal::BusyWhileJoining.into())
}

/// Joins as another device where the district takes nothing more from this one; what waits goes on under the new one, and
/// is judged like any PC's.
fn join_again(
    store: &mut Store,
    request: &JoinRequest,
    ticket: &Ticket,
    district: &HttpDistrict,
    committee: EntityId,
) -> Result<Enrolled, Error> {
    let device = store.next_device()?;
    let asking = asking(request, ticket, (device.id, device.verifying_key()));
    let replaces = Replaces::sign(store.own_device()?.id, &store.view().voucher_key()?, device.id);
    let enrolled = district.enrol(&EnrolRequest {
        committee: Some(committee),
        replaces: Some(replaces),
        ..asking
    });
    let enrolled = enrolled.map_err(linli_sync::Error::District)?;
    if enrolled.committee != committee {
        store.forget_next_device()?;
        return Ok(enrolled);
    }
    // In this order: where the power fails in between, it is cut off as before and joins once more.
    membership(ticket, &enrolled).save(store)?;
    store.go_on_as(&device)?;
    store.set_letter(&enrolled.letter)?;
    Outcome::default().save(store)?;
    Ok(enrolled)
}

fn asking(request: &JoinRequest, ticket: &Ticket, (device, verifying_key): (DeviceId, [u8; 32])) -> EnrolRequest {
    let name = Some(request.device_name.trim())
        .filter(|name| names(name))
        .unwrap_or(UNNAMED)
        .to_owned();
    EnrolRequest {
        code: ticket.code.clone(),
        device,
        name,
        verifying_key,
        committee: None,
        last_seq: 0,
        replaces: None,
    }
}

fn membership(ticket: &Ticket, enrolled: &Enrolled) -> Membership {
    Membership {
        url: ticket.url.clone(),
        authority: ticket.authority.clone(),
        token: enrolled.token.clone(),
        district: enrolled.district.clone(),
        committee: enrolled.committee,
        name: enrolled.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::sync::mpsc;

    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::{OsHost, SessionOptions};

    const PASSWORD: &str = "邻里密码-1";

    /// A district whose first answer is lost, and that lets in whoever asks then; gives what it is asked.
    fn forgetful(committee: Uuid) -> (String, mpsc::Receiver<Value>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, asks) = mpsc::channel();
        std::thread::spawn(move || {
            for (place, stream) in listener.incoming().enumerate() {
                let mut stream = BufReader::new(stream.unwrap());
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).unwrap();
                    let line = line.trim().to_lowercase();
                    if let Some(bytes) = line.strip_prefix("content-length:") {
                        length = bytes.trim().parse().unwrap();
                    }
                    if line.is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                asked.send(serde_json::from_slice(&body).unwrap()).unwrap();
                if place > 0 {
                    let answer = json!({
                        "committee": committee, "name": "牡丹一居", "district": "区", "letter": "C", "token": "t"
                    });
                    let answer = answer.to_string();
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                        answer.len()
                    );
                    stream.get_mut().write_all((head + &answer).as_bytes()).unwrap();
                }
            }
        });
        (url, asks)
    }

    fn session(folder: &std::path::Path) -> Session {
        let (data, exports) = (folder.join("data"), folder.to_owned());
        Session::new(SessionOptions {
            data,
            exports,
            host: Box::new(OsHost),
        })
    }

    fn request(url: &str) -> JoinRequest {
        let (url, code) = (Some(url.to_owned()), Some("0000-0000-0000".to_owned()));
        JoinRequest {
            url,
            code,
            actor: "董敏".into(),
            password: Some(PASSWORD.into()),
            ..JoinRequest::default()
        }
    }

    #[test]
    fn a_pc_whose_answer_was_lost_asks_again_as_the_same_pc_after_another_start_too() {
        let folder = tempfile::tempdir().unwrap();
        let (url, asks) = forgetful(Uuid::from_u128(7));
        session(folder.path()).join(&request(&url)).unwrap_err();
        let started = session(folder.path());
        let status = started.call("unlock", json!({ "password": PASSWORD })).unwrap();
        assert_eq!(
            status["state"], "first_start",
            "joining and setting up are within reach: {status}"
        );
        started.join(&request(&url)).unwrap();
        assert_eq!(asks.recv().unwrap(), asks.recv().unwrap());
        assert_eq!(started.opened().unwrap().committee_id(), EntityId(Uuid::from_u128(7)));
    }

    #[test]
    fn a_pc_that_joins_again_asks_as_the_same_new_pc_until_it_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let session = session(folder.path());
        session
            .call(
                "setup_alone",
                json!({ "committee": "牡丹一居", "actor": "董", "password": PASSWORD }),
            )
            .unwrap();
        let ws = session.opened().unwrap();
        let (url, asks) = forgetful(ws.committee_id().0);
        let ticket = Ticket {
            url: url.clone(),
            code: String::new(),
            authority: None,
        };
        let (name, district) = ("牡丹一居".to_owned(), "区".to_owned());
        let enrolled = Enrolled {
            committee: ws.committee_id(),
            name,
            district,
            letter: "B".into(),
            token: "t".into(),
        };
        membership(&ticket, &enrolled).save(&ws.store()).unwrap();
        Outcome {
            cut_off: true,
            ..Outcome::default()
        }
        .save(&ws.store())
        .unwrap();
        let request = JoinRequest {
            password: None,
            ..request(&url)
        };
        session.join(&request).unwrap_err();
        session.join(&request).unwrap();
        let (first, second) = (asks.recv().unwrap(), asks.recv().unwrap());
        assert_eq!(first, second);
        let own = ws.store().own_device().unwrap();
        assert_eq!((second["device"].clone(), own.letter.as_str()), (json!(own.id), "C"));
        assert_ne!(
            ws.connect().unwrap().next_device().unwrap().id,
            own.id,
            "the next time it is another one"
        );
    }
}
