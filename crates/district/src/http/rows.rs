//! `/v1/tasks`, `/v1/orders`: programs of sources push rows, take them back, and fetch what became of them; the same for every
//! kind of rows. Each shows a token of its own, which opens nothing of the PCs', and sees its own rows only.

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
use super::row_message::{self, Message};
use super::{Served, Shared, body};
use crate::Error;
use crate::pushed::answers::TOLD;
use crate::pushed::pass::TakenBackRow;
use crate::pushed::push::{Incoming, Push, Pushed};
use crate::pushed::source::Source;
use crate::pushed::{Content, OrderRow, TaskRow};

/// Most bytes of a push, before and after decompression: twice what as many rows as there may be usually take.
pub(super) const PUSH_BYTES: usize = 16 << 20;
/// Most bytes of a message that takes rows back.
const TAKE_BACK_BYTES: usize = 4 << 20;

/// Rows that are pushed.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct TasksPush {
    /// The rows, at most 20,000. One that is not as it should be is told as damaged, and the others are taken.
    #[schemars(with = "Vec<TaskRow>")]
    rows: Vec<Value>,
    /// In how many hours they are to be answered where they do not say: 12 where it is left out.
    #[serde(default)]
    hours: Option<i64>,
}

/// Orders that are pushed.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct OrdersPush {
    /// The orders, at most 20,000. One that is not as it should be is told as damaged, and the others are taken.
    #[schemars(with = "Vec<OrderRow>")]
    rows: Vec<Value>,
}

/// Rows that their source needs no answer to any more.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RowsTakeBack {
    /// The source's own ids of them, at most 20,000.
    references: Vec<String>,
    /// Why, in words for the committees: at most 500 characters.
    reason: String,
}

/// What became of rows that were taken back.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RowsTakenBack {
    /// Each, in order.
    rows: Vec<TakenBackRow>,
}

/// `POST /v1/tasks`.
pub(super) async fn push_tasks(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    let sent = (sent, PUSH_BYTES);
    known(served, headers, sent, |served, source, push: TasksPush| {
        let rows = Push::<TaskRow>::of(incoming(&source, push.rows)).within_hours(push.hours.unwrap_or(HOURS))?;
        pushed(served, &rows)
    })
    .await
}

/// `POST /v1/orders`.
pub(super) async fn push_orders(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    let sent = (sent, PUSH_BYTES);
    known(served, headers, sent, |served, source, push: OrdersPush| {
        let push = Push::<OrderRow> {
            rows: incoming(&source, push.rows),
            rules: served.district.order_rules()?,
        };
        pushed(served, &push)
    })
    .await
}

fn pushed<R: Content>(served: &Served, push: &Push<R>) -> Result<Pushed, Error> {
    let now = served.now();
    let routing = served.district.routing(now)?;
    served.district.push_rows(push, &*routing, now)
}

fn incoming<R: Message>(source: &Source, rows: Vec<Value>) -> Vec<Incoming<R>> {
    (1..).zip(rows).map(|(row, value)| one(source, row, &value)).collect()
}

/// A row of a message; what cannot be read stands whole in its remarks.
fn one<R: Message>(source: &Source, row: usize, value: &Value) -> Incoming<R> {
    let (content, damage) = match row_message::row(value) {
        Ok(content) => (content, None),
        Err(damage) => {
            let reference = value.get("reference").and_then(Value::as_str).map(str::to_owned);
            (R::unread(reference, value.to_string()), Some(damage))
        }
    };
    Incoming {
        row,
        source: source.name.clone(),
        content,
        damage,
    }
}

/// `POST /v1/tasks/take_back`, `POST /v1/orders/recall`.
pub(super) async fn take_back<R: Content>(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    let sent = (sent, TAKE_BACK_BYTES);
    known(served, headers, sent, |served, source, asked: RowsTakeBack| {
        let RowsTakeBack { references, reason } = asked;
        let rows = served
            .district
            .take_back::<R>(&source.name, &references, &reason, served.now())?;
        Ok(RowsTakenBack { rows })
    })
    .await
}

/// `GET /v1/tasks/answers?after=CURSOR&limit=N`, `GET /v1/orders/replies`.
pub(super) async fn answers<R: Content>(
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
        blocking(move || then.district.answers::<R>(&source, after, limit, then.now())).await
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
