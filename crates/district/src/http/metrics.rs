//! Counts for Prometheus, as OpenMetrics text 1.0.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use linli_protocol::DenialCode;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::Shared;

/// Upper bounds of the time buckets, in seconds.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0, 60.0];
/// What Prometheus is told that it reads (OpenMetrics 1.0, "Protocol Negotiation").
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Denied {
    code: String,
}

/// What was counted since the program began.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    times: Family<Route, Histogram, fn() -> Histogram>,
    denials: Family<Denied, Counter>,
    pushed: Counter,
    rejected: Counter,
    pulled: Counter,
}

impl Metrics {
    pub(super) fn new() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("linli"),
            requests: Family::default(),
            times: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            denials: Family::default(),
            pushed: Counter::default(),
            rejected: Counter::default(),
            pulled: Counter::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("requests", "Requests answered", metrics.requests.clone());
        registry.register_with_unit("request", "How long they took", Unit::Seconds, metrics.times.clone());
        registry.register("denials", "Refusals of the protocol", metrics.denials.clone());
        registry.register("operations_pushed", "Operations of PCs", metrics.pushed.clone());
        registry.register("operations_rejected", "Of these, refused", metrics.rejected.clone());
        registry.register("operations_pulled", "Operations given to PCs", metrics.pulled.clone());
        metrics
    }

    pub(super) fn request(&self, route: &str, status: StatusCode, took: Duration) {
        let route = route.to_owned();
        let answered = Answered {
            route: route.clone(),
            status: status.as_u16(),
        };
        self.requests.get_or_create(&answered).inc();
        self.times.get_or_create(&Route { route }).observe(took.as_secs_f64());
    }

    pub(super) fn denied(&self, code: DenialCode) {
        // The code's stable word, as in JSON.
        let word = serde_json::to_string(&code).unwrap_or_default();
        let code = word.trim_matches('"').to_owned();
        self.denials.get_or_create(&Denied { code }).inc();
    }

    pub(super) fn pushed(&self, operations: usize, rejected: usize) {
        self.pushed.inc_by(operations as u64);
        self.rejected.inc_by(rejected as u64);
    }

    pub(super) fn pulled(&self, operations: usize) {
        self.pulled.inc_by(operations as u64);
    }
}

/// `GET /metrics`.
pub(super) async fn answer(State(served): State<Shared>) -> Response {
    let mut counts = String::new();
    match text::encode(&mut counts, &served.metrics.registry) {
        Ok(()) => ([(CONTENT_TYPE, OPEN_METRICS)], counts).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
