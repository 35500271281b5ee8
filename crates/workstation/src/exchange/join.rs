//! Joining a district: by a ticket (QR text, file or picture), or by its address and the code.
//!
//! A PC with data keeps its ids, and the district takes them over; one without gets everything from the district with the
//! first exchange.

use linli_domain::operation::{DeviceId, EntityId};
use linli_protocol::{EnrolRequest, Enrolled, Replaces, Ticket, TicketProblem};
use linli_store::key::{self, Lock};
use linli_store::{NewDevice, Store};
use linli_sync::{District, HttpDistrict};

use super::membership::{Membership, joined};
use super::once::Outcome;
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
    let ticket = Ticket::read(&ticket_text(&file.bytes)?)?;
    Ok(TicketRead { ticket: ticket.text().map_err(|error| Error::Internal(error.to_string()))?, url: ticket.url })
}

/// A ticket's text, from a file of it or a picture of its code.
///
/// # Errors
/// It is neither, or cannot be read.
pub fn ticket_text(bytes: &[u8]) -> Result<String, Error> {
    if picture::is_picture(bytes) {
        return Ok(picture::text_in(bytes)?);
    }
    Ok(std::str::from_utf8(bytes).map_err(|_| TicketProblem::Foreign)?.to_owned())
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
        let again = {
            let store = ws.store();
            let (joined, cut_off) = (joined(store.view())?, Outcome::of(store.view())?.cut_off);
            if joined && !cut_off {
                return Err(Error::NotNow("这台电脑已经加入区级平台".into()));
            }
            if is_sample(store.view())? {
                return Err(Error::NotNow("示例数据不能加入区级平台，请另建数据".into()));
            }
            joined
        };
        // A connection of its own: the counter goes on while the district answers.
        let mut store = ws.connect()?;
        let enrolled = if again {
            join_again(&mut store, request, ticket, district, ws.committee_id())?
        } else {
            enrol(&store, request, ticket, district, Some(ws.committee_id()))?
        };
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
    committee: Option<EntityId>,
) -> Result<Enrolled, Error> {
    let own = store.own_device()?;
    let last_seq = store.view().last_seq(own.id)?;
    let asking = asking(request, ticket, (own.id, own.verifying_key));
    let enrolled = district.enrol(&EnrolRequest { committee, last_seq, ..asking });
    let enrolled = enrolled.map_err(linli_sync::Error::District)?;
    if committee.is_some_and(|committee| committee != enrolled.committee) {
        return Ok(enrolled);
    }
    store.set_letter(&enrolled.letter)?;
    membership(ticket, &enrolled).save(store)?;
    Ok(enrolled)
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
    let device = NewDevice::random()?;
    let asking = asking(request, ticket, (device.id, device.verifying_key()));
    let replaces = Replaces::sign(store.own_device()?.id, &store.view().voucher_key()?, device.id);
    let enrolled = district.enrol(&EnrolRequest { committee: Some(committee), replaces: Some(replaces), ..asking });
    let enrolled = enrolled.map_err(linli_sync::Error::District)?;
    if enrolled.committee != committee {
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
    let name = Some(request.device_name.trim()).filter(|name| !name.is_empty()).unwrap_or(UNNAMED).to_owned();
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
