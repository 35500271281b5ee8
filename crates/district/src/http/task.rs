//! `/v1/tasks`: programs of sources push rows, take them back, and fetch what became of them. Each shows a token of its
//! own, which opens nothing of the PCs', and sees its own rows only.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use linli_domain::task::HOURS;
use linli_protocol::DenialCode;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::protocol::{blocking, denied, token};
use super::task_message as message;
use super::{Served, Shared, body};
use crate::Error;
use crate::task::Row;
use crate::task::answers::TOLD;
use crate::task::pass::TakenBackRow;
use crate::task::push::{Incoming, Push};
use crate::task::source::Source;

/// Most bytes of a push, before and after decompression: twice what as many rows as there may be usually take.
pub(super) const PUSH_BYTES: usize = 16 << 20;
/// Most bytes of a message that takes rows back.
const TAKE_BACK_BYTES: usize = 4 << 20;

/// Rows that are pushed.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct TasksPush {
    /// The rows, at most 20,000. One that is not as it should be is told as damaged, and the others are taken.
    #[schemars(with = "Vec<Row>")]
    rows: Vec<Value>,
    /// In how many hours they are to be answered where they do not say: 12 where it is left out.
    #[serde(default)]
    hours: Option<i64>,
}

/// Rows that their source needs no answer to any more.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct TasksTakeBack {
    /// The source's own ids of them, at most 20,000.
    references: Vec<String>,
    /// Why, in words for the committees: at most 500 characters.
    reason: String,
}

/// What became of rows that were taken back.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TasksTakenBack {
    /// Each, in order.
    rows: Vec<TakenBackRow>,
}

/// `POST /v1/tasks`.
pub(super) async fn push(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    known(
        served,
        headers,
        (sent, PUSH_BYTES),
        |served, source, push: TasksPush| {
            let rows = (1..).zip(push.rows).map(|(row, value)| incoming(&source, row, value));
            let rows = Push::of(rows.collect()).within_hours(push.hours.unwrap_or(HOURS))?;
            let now = served.now();
            let routing = served.district.routing(now)?;
            served.district.push_tasks(&rows, &*routing, now)
        },
    )
    .await
}

/// A row of a message; what cannot be read stands whole in its remarks.
fn incoming(source: &Source, row: usize, value: Value) -> Incoming {
    let (content, damage) = match message::row(&value) {
        Ok(content) => (content, None),
        Err(damage) => {
            let reference = value.get("reference").and_then(Value::as_str).map(str::to_owned);
            let content = Row {
                reference,
                note: Some(value.to_string()),
                ..Row::default()
            };
            (content, Some(damage))
        }
    };
    Incoming {
        row,
        source: source.name.clone(),
        content,
        damage,
    }
}

/// `POST /v1/tasks/take_back`.
pub(super) async fn take_back(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    let sent = (sent, TAKE_BACK_BYTES);
    known(served, headers, sent, |served, source, asked: TasksTakeBack| {
        let TasksTakeBack { references, reason } = asked;
        let rows = served
            .district
            .take_back(&source.name, &references, &reason, served.now())?;
        Ok(TasksTakenBack { rows })
    })
    .await
}

/// `GET /v1/tasks/answers?after=CURSOR&limit=N`.
pub(super) async fn answers(
    State(served): State<Shared>,
    asked: Result<Query<HashMap<String, String>>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let compress = body::takes_zstd(&headers);
    let done = async {
        let source = source(&served, &headers).await?;
        let number = |name: &str, usual: u64| match &asked {
            Ok(asked) => asked.get(name).map_or(Ok(usual), |text| {
                text.parse().map_err(|_| bad(format!("{name} is no number")))
            }),
            Err(_) => Err(bad("the query cannot be read")),
        };
        let (after, limit) = (number("after", 0)?, number("limit", TOLD)?);
        let _place = served.places.to_work(source.id()?).await?;
        let then = served.clone();
        blocking(move || then.district.task_answers(&source, after, limit, then.now())).await
    };
    match done.await {
        Ok(told) => body::answer(&told, compress),
        Err(error) => denied(&served, &error),
    }
}

fn bad(text: impl Into<String>) -> Error {
    Error::denied(DenialCode::BadRequest, text)
}

/// The source that shows its token.
async fn source(served: &Shared, headers: &HeaderMap) -> Result<Source, Error> {
    let token = token(headers).ok_or_else(|| Error::denied(DenialCode::Unauthorised, "no token"))?;
    let asked = served.clone();
    blocking(move || asked.district.source_of(&token)).await
}

/// Work for a source that shows its token: first who it is, then what it says.
async fn known<Q, A>(
    served: Shared,
    headers: HeaderMap,
    (sent, limit): (Body, usize),
    work: impl FnOnce(&Served, Source, Q) -> Result<A, Error> + Send + 'static,
) -> Response
where
    Q: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
{
    let compress = body::takes_zstd(&headers);
    let done = async {
        let source = source(&served, &headers).await?;
        let id = source.id()?;
        let reading = served.places.to_read(id).await?;
        let sent = body::receive(sent, limit).await?;
        drop(reading);
        let _place = served.places.to_work(id).await?;
        let then = served.clone();
        blocking(move || work(&then, source, body::message(&headers, sent, limit)?)).await
    };
    match done.await {
        Ok(message) => body::answer(&message, compress),
        Err(error) => denied(&served, &error),
    }
}
