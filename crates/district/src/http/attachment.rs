//! `GET` and `PUT /v1/attachments/{hash}`: attachments in pieces, named by the SHA-256 of the whole.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use linli_domain::instruction::{Attachment, ContentHash};
use linli_protocol::{DenialCode, PIECE_BYTES};

use super::protocol::{blocking, caller, denied};
use super::{Shared, body};
use crate::Error;

/// What stands behind the `?`.
type Asked = Query<HashMap<String, String>>;

fn bad(text: impl Into<String>) -> Error {
    Error::denied(DenialCode::BadRequest, text)
}

/// Bytes from one place on.
pub(super) async fn get(
    State(served): State<Shared>,
    Path(hash): Path<String>,
    asked: Result<Asked, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let done = async {
        let caller = caller(&served, &headers).await?;
        let (hash, from) = (named(&hash)?, number(&asked, "from")?.unwrap_or(0));
        let _place = served.places.to_work(caller.committee).await?;
        let then = served.clone();
        blocking(move || then.district.attachment_piece(caller, hash, from)).await
    };
    match done.await {
        Ok(piece) => body::answer_bytes(piece),
        Err(error) => denied(&served, &error),
    }
}

/// Takes the next piece.
pub(super) async fn put(
    State(served): State<Shared>,
    Path(hash): Path<String>,
    asked: Result<Asked, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    let done = async {
        let caller = caller(&served, &headers).await?;
        let (hash, from) = (named(&hash)?, number(&asked, "from")?.unwrap_or(0));
        let size = number(&asked, "size")?.ok_or_else(|| bad("the size is missing"))?;
        let _reading = served.places.to_read(caller.committee).await?;
        let piece = body::receive(sent, PIECE_BYTES).await?;
        let _place = served.places.to_work(caller.committee).await?;
        let piece = body::plain(&headers, piece, PIECE_BYTES)?;
        let of = Attachment {
            name: String::new(),
            size,
            hash,
        };
        let then = served.clone();
        blocking(move || then.district.put_piece(caller, &of, from, &piece, then.now())).await
    };
    match done.await {
        Ok(kept) => body::answer(&kept, false),
        Err(error) => denied(&served, &error),
    }
}

fn named(hash: &str) -> Result<ContentHash, Error> {
    hash.parse()
        .map_err(|_| bad("an attachment is named by 64 small hexadecimal digits"))
}

fn number<E>(asked: &Result<Asked, E>, name: &str) -> Result<Option<u64>, Error> {
    let asked = asked.as_ref().map_err(|_| bad("the query cannot be read"))?;
    asked
        .get(name)
        .map(|text| text.parse().map_err(|_| bad(format!("{name} is no number of bytes"))))
        .transpose()
}
