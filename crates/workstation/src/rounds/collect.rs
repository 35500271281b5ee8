//! Handing out against a voucher, checking a QR text, and stepping back with a reason.

use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::refusal::Refusal;
use linli_domain::reservation::ReservationFact;
use linli_domain::voucher::{self, Standing, Unknown, Voucher, VoucherProblem};
use linli_store::{Draft, View};

use super::rows_of;
use crate::api::Done;
use crate::api::rounds::StepBackRequest;
use crate::api::vouchers::{CollectRequest, Collected, Verdict, Verified, VerifyRequest};
use crate::exchange::joined;
use crate::session::required;
use crate::workstation::{done, id};
use crate::{Error, Workstation};

/// A voucher that was printed here and that the district did not accept.
const REFUSED: &str = "这张凭证没有算数：区级平台没有接受";
/// A number of which nothing is in this PC's log.
const UNHEARD_OF: &str =
    "本机没有这个号的登记：可能是另一台电脑刚发的，还没有同步到本机；请先同步再查，查到之前不要发放";
/// A signature of no PC that is known here.
const UNKNOWN_SIGNER: &str =
    "本机不认得这个防伪签名：可能是别的居委会发的、刚加入的电脑发的，或是伪造的；请先同步再查，仍不认得就不要发放";

/// Hands out against a voucher, or says why not.
pub(crate) fn collect(ws: &Workstation, request: CollectRequest) -> Result<Collected, Error> {
    let (round, serial) = presented(ws, &request)?;
    let (definition, reservation) = {
        let store = ws.store();
        let view = store.view();
        let definition = view.round(round)?.ok_or(Error::NotFound { what: "轮次" })?.definition;
        if view.is_refused_serial(round, serial)? {
            return Err(Refusal::VoucherRefused.into());
        }
        let reservation = view.reservation_of_serial(round, serial)?;
        (definition, reservation.ok_or(Error::NoSuchVoucher(UNHEARD_OF))?)
    };
    let (text, may_override) = match reservation.state.may_be_served(serial, &definition, ws.today()) {
        Err(not) if !(not.may_override && request.anyway) => (Some(not.why.to_string()), not.may_override),
        _ => (None, false),
    };
    let mut batch = None;
    if text.is_none() {
        let entity = reservation.id;
        batch = ws
            .write(Action::Collected, |view| {
                let now = view.reservation(entity)?.ok_or(Error::NotFound { what: "预约" })?;
                now.state.still_served(serial)?;
                let change = Change::Reservation(ReservationFact::Collected);
                Ok(vec![Draft {
                    kind: EntityKind::Reservation,
                    entity,
                    change,
                }])
            })?
            .batch;
    }
    let reservation = ws
        .store()
        .view()
        .reservation(reservation.id)?
        .ok_or(Error::NotFound { what: "预约" })?;
    let row = rows_of(ws, &[reservation])?
        .pop()
        .ok_or(Error::NotFound { what: "预约" })?;
    Ok(Collected {
        reservation: row,
        collected: batch.is_some(),
        refusal: text,
        may_override,
        batch,
    })
}

/// The round and serial of what was presented: a QR text, or a printed number.
fn presented(ws: &Workstation, request: &CollectRequest) -> Result<(EntityId, u32), Error> {
    if let Some((number, serial)) = voucher::parse_number(&request.voucher) {
        let round = match request.round.as_deref() {
            Some(text) => id("轮次", text)?,
            None => super::find_round(ws, &number.to_string())?,
        };
        let of_round = ws
            .store()
            .view()
            .round(round)?
            .ok_or(Error::NotFound { what: "轮次" })?
            .definition
            .number;
        if of_round != number {
            return Err(Refusal::OfRound {
                number,
                at_counter: of_round,
            }
            .into());
        }
        return Ok((round, serial));
    }
    if voucher::digits(&request.voucher).is_some() {
        return Err(Refusal::NoVoucherNumber.into());
    }
    let voucher = match read(ws.store().view(), &request.voucher)? {
        // What is void is told with whose it is, and the dates too: see `Reservation::may_be_served`.
        Read::Voucher(voucher, Verdict::Valid, _) | Read::Voucher(voucher, _, Standing::Void | Standing::Refused) => {
            voucher
        }
        Read::Voucher(_, _, standing) => {
            return Err(Refusal::VoucherNotGood {
                why: said(standing).unwrap_or_default().to_owned(),
            }
            .into());
        }
        Read::Not(_, why) => return Err(Refusal::VoucherNotGood { why }.into()),
    };
    match request.round.as_deref().map(|text| id("轮次", text)).transpose()? {
        Some(round) if round != voucher.round => Err(Refusal::OfAnotherRound.into()),
        _ => Ok((voucher.round, voucher.serial)),
    }
}

/// What was read from a QR text.
enum Read {
    /// A voucher of one of the committee's PCs, and whether it is good.
    Voucher(Voucher, Verdict, Standing),
    /// None, with the reason.
    Not(Verdict, String),
}

/// Reads a QR text, and asks whether its number is good.
fn read(view: View<'_>, text: &str) -> Result<Read, Error> {
    let joined = joined(view)?;
    let (voucher, signer) = match view.read_voucher(text)? {
        Ok(read) => read,
        // Whose keys are not here may be another committee's, or a PC's that joined a moment ago.
        Err(VoucherProblem::Forged) if joined => return Ok(Read::Not(Verdict::Unknown, UNKNOWN_SIGNER.into())),
        Err(problem) => return Ok(Read::Not(Verdict::Invalid, problem.to_string())),
    };
    let standing = view.voucher_standing(&voucher, signer, joined)?;
    let verdict = match standing {
        Standing::Good | Standing::Leased => Verdict::Valid,
        Standing::Unknown(_) | Standing::GivenOutTwice => Verdict::Unknown,
        Standing::Void | Standing::Refused | Standing::Forged | Standing::Revoked => Verdict::Invalid,
    };
    Ok(Read::Voucher(voucher, verdict, standing))
}

/// What there is to say of a voucher, besides that it is good.
fn said(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Good => None,
        Standing::Leased => Some("这个号分给了签发的电脑，本机还没有收到它的登记；请先同步，收到后再发放"),
        Standing::Void => Some("凭证已作废"),
        Standing::Refused => Some(REFUSED),
        Standing::Forged => Some("凭证是伪造的：签名的电脑没有发过这个号"),
        Standing::GivenOutTwice => {
            Some("号重了：签名是真的，但本机登记的这个号是另一份（签发的电脑可能恢复过旧备份）；请查明再发放")
        }
        Standing::Revoked => Some("签发的电脑已停用，区级平台没有登记过这个号，不能算数"),
        Standing::Unknown(Unknown::Round) => {
            Some("本机没有这一轮：可能还没有同步到本机；请先同步再查，查到之前不要发放")
        }
        Standing::Unknown(Unknown::Lease) => {
            Some("本机没有收到签发的电脑分到这个号的消息；请先同步再查，查到之前不要发放")
        }
        Standing::Unknown(Unknown::OwnNumber) => {
            Some("是本机签发的，但本机没有这个号的登记（可能恢复过旧备份）；请查明再发放")
        }
    }
}

/// Checks a QR text: the signature, whether the number is good, what it says, and whether it was served here.
pub(crate) fn voucher_verify(ws: &Workstation, request: VerifyRequest) -> Result<Verified, Error> {
    let store = ws.store();
    let view = store.view();
    let (voucher, verdict, standing) = match read(view, &request.text)? {
        Read::Voucher(voucher, verdict, standing) => (voucher, verdict, standing),
        Read::Not(verdict, reason) => {
            return Ok(Verified {
                valid: false,
                verdict,
                reason: Some(reason),
                round: None,
                voucher: None,
                quantity: None,
                until: None,
                collected_at: None,
            });
        }
    };
    let reservation = view.reservation_of_serial(voucher.round, voucher.serial)?;
    let round = view.round(voucher.round)?;
    Ok(Verified {
        valid: verdict == Verdict::Valid,
        verdict,
        reason: said(standing).map(str::to_owned),
        round: Some(voucher.round.to_string()),
        voucher: round.map(|round| voucher::number(round.definition.number, voucher.serial)),
        quantity: Some(u32::from(voucher.quantity)),
        until: voucher.until.map(|day| day.to_string()),
        collected_at: reservation.and_then(|known| known.state.collected).map(|at| at.text()),
    })
}

/// Goes back to an earlier stage, with a reason.
pub(crate) fn step_back(ws: &Workstation, request: StepBackRequest) -> Result<Done, Error> {
    let entity = id("预约", &request.id)?;
    let reason = required("退回的原因", &request.reason)?.to_owned();
    let written = ws.write(Action::SteppedBack, |view| {
        let reservation = view.reservation(entity)?.ok_or(Error::NotFound { what: "预约" })?;
        reservation.state.may_step_back(request.to)?;
        let voucher = reservation.state.voucher.map(|(serial, _)| serial);
        let hand_outs = Some(reservation.state.hand_outs());
        let fact = ReservationFact::SteppedBack {
            to: request.to,
            reason,
            voucher,
            hand_outs,
        };
        let change = Change::Reservation(fact);
        Ok(vec![Draft {
            kind: EntityKind::Reservation,
            entity,
            change,
        }])
    })?;
    Ok(done(written))
}
