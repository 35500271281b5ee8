//! Watching: one line in the log and one count for every request, and whether the district can work at all.

use std::time::Instant;

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

/// `GET /healthz`: 200 where the database answers.
pub(super) async fn health(State(served): State<Shared>) -> Response {
    let asked =
        blocking(move || served.district.read(|transaction| transaction.query("SELECT 1", &[]).map_err(Error::from)));
    match asked.await {
        Ok(_) => (StatusCode::OK, "ok").into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}
