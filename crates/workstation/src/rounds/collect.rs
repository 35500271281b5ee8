//! Handing out against a voucher, checking a QR text, and stepping back with a reason.

use linli_domain::operation::{Action, EntityId};
use linli_domain::refusal::Refusal;
use linli_domain::reservation::{Reservation, ReservationFact};
use linli_domain::voucher::{self, NotGood, Standing, Voucher, VoucherProblem};
use linli_store::{Draft, View};

use super::row_of;
use crate::api::rounds::StepBackRequest;
use crate::api::vouchers::{CollectRequest, Collected, Verdict, Verified, VerifyRequest};
use crate::api::{Catalogue, Done, Said};
use crate::exchange::joined;
use crate::named::{FormField, Thing};
use crate::session::required;
use crate::workstation::{done, id};
use crate::{Error, Workstation, queue};

impl Said for NotGood {
    const CATALOGUE: Catalogue = Catalogue::Vouchers;
}

/// Hands out against a voucher, or says why not.
pub(crate) fn collect(ws: &Workstation, request: CollectRequest) -> Result<Collected, Error> {
    let (round, serial) = presented(ws, &request)?;
    let (definition, reservation) = {
        let store = ws.store();
        let view = store.view();
        let definition = view
            .round(round)?
            .ok_or(Error::NotFound { thing: Thing::Round })?
            .definition;
        if view.is_refused_serial(round, serial)? {
            return Err(Refusal::VoucherRefused.into());
        }
        let reservation = view.reservation_of_serial(round, serial)?;
        (definition, reservation.ok_or(Error::NoSuchVoucher)?)
    };
    let (refusal, may_override) = match reservation.state.may_be_served(serial, &definition, ws.today()) {
        Err(not) if !(not.may_override && request.anyway) => (Some(not.why.said()), not.may_override),
        _ => (None, false),
    };
    let mut batch = None;
    if refusal.is_none() {
        let entity = reservation.id;
        batch = ws
            .write(Action::Collected, |view| {
                queue::one::<Reservation>(view, entity)?.state.still_served(serial)?;
                Ok(vec![Draft::on::<Reservation>(entity, ReservationFact::Collected)])
            })?
            .batch;
    }
    Ok(Collected {
        reservation: row_of(ws, reservation.id)?,
        collected: batch.is_some(),
        refusal,
        may_override,
        batch,
    })
}

/// The round and serial of what was presented: a QR text, or a printed number.
fn presented(ws: &Workstation, request: &CollectRequest) -> Result<(EntityId, u32), Error> {
    if let Some((number, serial)) = voucher::parse_number(&request.voucher) {
        let round = match request.round.as_deref() {
            Some(text) => id(Thing::Round, text)?,
            None => super::find_round(ws, &number.to_string())?,
        };
        let of_round = ws
            .store()
            .view()
            .round(round)?
            .ok_or(Error::NotFound { thing: Thing::Round })?
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
        Read::Voucher(voucher, Verdict::Valid, _)
        | Read::Voucher(voucher, _, None | Some(NotGood::Void | NotGood::Refused)) => voucher,
        Read::Voucher(_, _, Some(why)) | Read::Not(_, why) => return Err(Refusal::VoucherNotGood { why }.into()),
    };
    match request
        .round
        .as_deref()
        .map(|text| id(Thing::Round, text))
        .transpose()?
    {
        Some(round) if round != voucher.round => Err(Refusal::OfAnotherRound.into()),
        _ => Ok((voucher.round, voucher.serial)),
    }
}

/// What was read from a QR text.
enum Read {
    /// A voucher of one of the committee's PCs, whether it is good, and what there is to say of it.
    Voucher(Voucher, Verdict, Option<NotGood>),
    /// None, with the reason.
    Not(Verdict, NotGood),
}

/// Reads a QR text, and asks whether its number is good.
fn read(view: View<'_>, text: &str) -> Result<Read, Error> {
    let joined = joined(view)?;
    let (voucher, signer) = match view.read_voucher(text)? {
        Ok(read) => read,
        Err(VoucherProblem::Forged) if joined => return Ok(Read::Not(Verdict::Unknown, NotGood::SignerUnknown)),
        Err(problem) => return Ok(Read::Not(Verdict::Invalid, problem.into())),
    };
    let standing = view.voucher_standing(&voucher, signer, joined)?;
    let verdict = match standing {
        Standing::Good | Standing::Leased => Verdict::Valid,
        Standing::Unknown(_) | Standing::GivenOutTwice => Verdict::Unknown,
        Standing::Void | Standing::Refused | Standing::Forged | Standing::Revoked => Verdict::Invalid,
    };
    Ok(Read::Voucher(voucher, verdict, standing.not_good()))
}

/// Checks a QR text: the signature, whether the number is good, what it says, and whether it was served here.
pub(crate) fn voucher_verify(ws: &Workstation, request: VerifyRequest) -> Result<Verified, Error> {
    let store = ws.store();
    let view = store.view();
    let (voucher, verdict, why) = match read(view, &request.text)? {
        Read::Voucher(voucher, verdict, why) => (voucher, verdict, why),
        Read::Not(verdict, why) => {
            return Ok(Verified {
                valid: false,
                verdict,
                reason: Some(why.said()),
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
        reason: why.map(|why| why.said()),
        round: Some(voucher.round.to_string()),
        voucher: round.map(|round| voucher::number(round.definition.number, voucher.serial)),
        quantity: Some(u32::from(voucher.quantity)),
        until: voucher.until.map(|day| day.to_string()),
        collected_at: reservation.and_then(|known| known.state.collected).map(|at| at.text()),
    })
}

/// Goes back to an earlier stage, with a reason.
pub(crate) fn step_back(ws: &Workstation, request: StepBackRequest) -> Result<Done, Error> {
    let entity = id(Thing::Reservation, &request.id)?;
    let reason = required(FormField::ReturnReason, &request.reason)?.to_owned();
    let written = ws.write(Action::SteppedBack, |view| {
        let reservation = queue::one::<Reservation>(view, entity)?;
        reservation.state.may_step_back(request.to)?;
        let voucher = reservation.state.voucher.map(|(serial, _)| serial);
        let hand_outs = Some(reservation.state.hand_outs());
        let fact = ReservationFact::SteppedBack {
            to: request.to,
            reason,
            voucher,
            hand_outs,
        };
        Ok(vec![Draft::on::<Reservation>(entity, fact)])
    })?;
    Ok(done(written))
}
