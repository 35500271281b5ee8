//! Watching: one line in the log and one count for every request, and whether the district can work at all.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::protocol::blocking;
use crate::Error;

/// Logs and counts a request by its route: an address itself may hold what is somebody's.
pub(super) async fn watch(
    State(served): State<Shared>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let response = next.run(request).await;
    let (status, took) = (response.status(), begun.elapsed());
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    served.metrics.request(route, status, took);
    let milliseconds = took.as_millis() as u64;
    tracing::info!(%method, route, status = status.as_u16(), milliseconds, "request");
    response
}

/// How long whoever asks waits for the database: less than a load balancer does for the answer.
const ANSWERING: Duration = Duration::from_millis(1_500);

/// `GET /healthz`: 200 where the database answers, within two seconds.
pub(super) async fn health(State(served): State<Shared>) -> Response {
    match tokio::time::timeout(ANSWERING, ask_database(served)).await {
        Ok(Ok(())) => (StatusCode::OK, "ok").into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "the database does not answer");
            unhealthy()
        }
        Err(_) => {
            tracing::error!("the database does not answer in time");
            unhealthy()
        }
    }
}

fn unhealthy() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
}

/// Asks the database for nothing. One question at a time: while none is answered, those who ask again and again do not
/// take all threads.
async fn ask_database(served: Shared) -> Result<(), Error> {
    let asking = served.asking.clone().lock_owned().await;
    blocking(move || {
        let _asking = asking;
        served
            .district
            .read(|transaction| Ok(transaction.query("SELECT 1", &[])?))
            .map(|_| ())
    })
    .await
}
