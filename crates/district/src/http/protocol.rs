//! The protocol's messages.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use linli_protocol::{
    AREA_BYTES, AREAS, BODY_BYTES, DenialCode, EnrolRequest, LeaseRequest, PullRequest, PushRequest, ServerTime,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::peer::Source;
use super::places::Place;
use super::{Served, Shared, body};
use crate::Error;
use crate::committee::Caller;
use crate::random::System;

/// Most bytes of a request to join.
const ENROL_BYTES: usize = SMALL_BYTES;
/// Most bytes of a message that is a few numbers and words.
const SMALL_BYTES: usize = 16 * 1024;
/// Most bytes of a request for leases: as many areas as there may be, each byte written as at most two.
const LEASE_BYTES: usize = 2 * AREAS * AREA_BYTES;

/// `POST /v1/enrol`: a PC joins with a one-time code.
pub(super) async fn enrol(
    State(served): State<Shared>,
    Source(source): Source,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    // A stranger takes no place among the messages worked on while he is still talking.
    let received = body::receive(sent, ENROL_BYTES).await;
    let read = received.and_then(|sent| body::message::<EnrolRequest>(&headers, sent, ENROL_BYTES));
    let read = read.map(|request| (None, request));
    let compress = body::takes_zstd(&headers);
    let served_then = served.clone();
    let from = source.clone();
    let work = move |request: EnrolRequest| {
        served_then
            .district
            .enrol(&request, &from, served_then.now(), &mut System)
    };
    let response = finish(&served, read, compress, work).await;
    if response.status() == StatusCode::FORBIDDEN {
        hold_back(&served, source).await;
    }
    response
}

/// Waits before a wrong code is answered, where there were many from the same source. No place is taken meanwhile, and
/// whoever has a right one waits for nothing.
async fn hold_back(served: &Shared, source: String) {
    let asked = served.clone();
    let held_back = blocking(move || asked.district.held_back(&source, asked.now())).await;
    tokio::time::sleep(held_back.unwrap_or_default()).await;
}

/// `POST /v1/push`: parts that wait on a PC.
pub(super) async fn push(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    known(
        served,
        headers,
        (sent, BODY_BYTES),
        |served, caller, request: PushRequest| {
            let operations: usize = request.parts.iter().map(|part| part.operations.len()).sum();
            let pushed = served.district.push(caller, &request, served.now())?;
            let refused: usize = pushed.verdicts.iter().map(|verdict| verdict.rejected.len()).sum();
            served.metrics.pushed(operations, refused);
            Ok(pushed)
        },
    )
    .await
}

/// `POST /v1/pull`: what came after a number.
pub(super) async fn pull(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    known(
        served,
        headers,
        (sent, SMALL_BYTES),
        |served, caller, request: PullRequest| {
            let pulled = served.district.pull(caller, request)?;
            served
                .metrics
                .pulled(pulled.parts.iter().map(|part| part.part.operations.len()).sum());
            Ok(pulled)
        },
    )
    .await
}

/// `POST /v1/lease`: voucher numbers and rights to issue.
pub(super) async fn lease(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    known(
        served,
        headers,
        (sent, LEASE_BYTES),
        |served, caller, request: LeaseRequest| served.district.lease(caller, &request, served.now(), &mut System),
    )
    .await
}

/// `GET /v1/time`: what time it is at the district.
pub(super) async fn time(State(served): State<Shared>) -> Response {
    body::answer(&ServerTime { at: served.now() }, false)
}

/// Work for a PC that shows its token: first who it is, then what it says.
async fn known<Q, A>(
    served: Shared,
    headers: HeaderMap,
    sent: (Body, usize),
    work: impl FnOnce(&Served, Caller, Q) -> Result<A, Error> + Send + 'static,
) -> Response
where
    Q: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
{
    let caller = match caller(&served, &headers).await {
        Ok(caller) => caller,
        Err(error) => return denied(&served, &error),
    };
    let read = read::<Q>(&served, caller, &headers, sent).await;
    let compress = body::takes_zstd(&headers);
    let served_then = served.clone();
    finish(&served, read, compress, move |request| {
        work(&served_then, caller, request)
    })
    .await
}

/// The PC that shows its token.
pub(super) async fn caller(served: &Shared, headers: &HeaderMap) -> Result<Caller, Error> {
    let token = token(headers).ok_or_else(|| Error::denied(DenialCode::Unauthorised, "no token"))?;
    let asked = served.clone();
    blocking(move || asked.district.authenticate(&token, asked.now())).await
}

/// The token that is shown.
pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// A message that was read, with its place among those worked on at once.
type Admitted<'s, Q> = Result<(Option<Place<'s>>, Q), Error>;

/// Reads a message of at most so many bytes: only then does it take a place, however slowly it comes.
async fn read<'s, Q: DeserializeOwned>(
    served: &'s Served,
    caller: Caller,
    headers: &HeaderMap,
    (sent, limit): (Body, usize),
) -> Admitted<'s, Q> {
    let _reading = served.places.to_read(caller.committee).await?;
    let sent = body::receive(sent, limit).await?;
    let place = served.places.to_work(caller.committee).await?;
    Ok((Some(place), body::message(headers, sent, limit)?))
}

async fn finish<Q, A>(
    served: &Served,
    read: Admitted<'_, Q>,
    compress: bool,
    work: impl FnOnce(Q) -> Result<A, Error> + Send + 'static,
) -> Response
where
    Q: Send + 'static,
    A: Serialize + Send + 'static,
{
    let done = match read {
        Err(error) => Err(error),
        Ok((place, request)) => {
            let done = blocking(move || work(request).map(|message| body::answer(&message, compress))).await;
            drop(place);
            done
        }
    };
    done.unwrap_or_else(|error| denied(served, &error))
}

/// A denial, counted.
pub(super) fn denied(served: &Served, error: &Error) -> Response {
    served.metrics.denied(error.denial().code);
    body::refuse(error)
}

/// Runs blocking work beside the connections.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(Error::denied(DenialCode::Unavailable, "the request broke off")))
}
