//! Joining a district: by a ticket (QR text, file or picture), or by its address and the code.
//!
//! A PC with data keeps its ids, and the district takes them over; one without gets everything from the district with the
//! first exchange.

use linli_protocol::{EnrolRequest, Enrolled, Ticket, TicketProblem};
use linli_store::Store;
use linli_store::key::{self, Lock};
use linli_sync::{District, HttpDistrict};

use super::membership::{Membership, joined};
use super::{picture, words};
use crate::api::app::{AppStatus, Settings};
use crate::api::exchange::{JoinRequest, TicketFile, TicketRead};
use crate::session::{app_status, required};
use crate::workstation::{is_sample, save_settings};
use crate::{Error, Session};

/// The name of a PC where none is given.
const UNNAMED: &str = "电脑";

/// Joins, and says where the program stands.
pub(crate) fn join(session: &Session, request: JoinRequest) -> Result<AppStatus, Error> {
    session.join(&request)?;
    app_status(session, crate::api::Empty {})
}

/// Reads a ticket from a file that was chosen, a text or a picture of its code.
pub(crate) fn ticket_read(session: &Session, request: TicketFile) -> Result<TicketRead, Error> {
    let file = session.file(&request.token).ok_or(Error::NotFound { what: "文件，请重新选择" })?;
    let ticket = Ticket::read(&text_of(&file.bytes)?)?;
    Ok(TicketRead { ticket: ticket.text().map_err(|error| Error::Internal(error.to_string()))?, url: ticket.url })
}

/// A ticket's text, from a file of it or a picture of its code.
fn text_of(bytes: &[u8]) -> Result<String, TicketProblem> {
    if picture::is_picture(bytes) {
        return picture::text_in(bytes);
    }
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| TicketProblem::Foreign)
}

impl Session {
    /// Joins a district. Nothing is changed where it refuses.
    ///
    /// # Errors
    /// The ticket, the address or the code; there is no way to the district; this PC belongs to one already.
    pub fn join(&self, request: &JoinRequest) -> Result<(), Error> {
        let ticket = ticket(request)?;
        let district = HttpDistrict::new(&ticket.url, ticket.authority.as_deref(), None)?;
        if self.folder.is_set_up() {
            return self.join_with_data(request, &ticket, &district);
        }
        let actor = required("您的姓名", &request.actor)?.to_owned();
        let lock = request.password.as_deref().map_or(Lock::Keyring, Lock::Password);
        let store = key::create(&self.folder, lock)?;
        let enrolled = enrol(&store, request, &ticket, &district, None)
            .and_then(|_| save_settings(&store, &Settings { actor, ..Settings::default() }));
        drop(store);
        if enrolled.is_err() {
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
        {
            let store = ws.store();
            if joined(store.view())? {
                return Err(Error::NotNow("这台电脑已经加入区级平台".into()));
            }
            if is_sample(store.view())? {
                return Err(Error::NotNow("示例数据不能加入区级平台，请另建数据".into()));
            }
        }
        // A connection of its own: the counter goes on while the district answers.
        let enrolled = enrol(&ws.connect()?, request, ticket, district, Some(ws.committee_id()))?;
        if enrolled.committee != ws.committee_id() {
            return Err(Error::NotNow(words::denied(linli_protocol::DenialCode::OtherCommittee).into()));
        }
        self.wake_exchange();
        Ok(())
    }
}

fn ticket(request: &JoinRequest) -> Result<Ticket, Error> {
    if let Some(text) = request.ticket.as_deref().filter(|text| !text.trim().is_empty()) {
        return Ok(Ticket::read(text)?);
    }
    let url = required("区级平台的地址", request.url.as_deref().unwrap_or_default())?.to_owned();
    let code = required("加入码", request.code.as_deref().unwrap_or_default())?.to_owned();
    Ok(Ticket { url, code, authority: None })
}

fn enrol(
    store: &Store,
    request: &JoinRequest,
    ticket: &Ticket,
    district: &HttpDistrict,
    committee: Option<linli_domain::operation::EntityId>,
) -> Result<Enrolled, Error> {
    let own = store.own_device()?;
    let name = request.device_name.trim();
    let enrolled = district.enrol(&EnrolRequest {
        code: ticket.code.clone(),
        device: own.id,
        name: if name.is_empty() { UNNAMED.to_owned() } else { name.to_owned() },
        verifying_key: own.verifying_key,
        committee,
        last_seq: store.view().last_seq(own.id)?,
    });
    let enrolled = enrolled.map_err(linli_sync::Error::District)?;
    if committee.is_some_and(|committee| committee != enrolled.committee) {
        return Ok(enrolled);
    }
    store.set_letter(&enrolled.letter)?;
    let membership = Membership {
        url: ticket.url.clone(),
        authority: ticket.authority.clone(),
        token: enrolled.token.clone(),
        district: enrolled.district.clone(),
        committee: enrolled.committee,
        name: enrolled.name.clone(),
    };
    membership.save(store)?;
    Ok(enrolled)
}
