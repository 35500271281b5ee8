//! Counts for Prometheus (text exposition format 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use linli_protocol::DenialCode;

use super::Shared;

/// Upper bounds of the time buckets, in milliseconds.
const BUCKETS: [u64; 10] = [5, 10, 25, 50, 100, 250, 1_000, 5_000, 15_000, 60_000];

/// What was counted since the program began.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), u64>>,
    times: Mutex<BTreeMap<String, Times>>,
    denials: Mutex<BTreeMap<String, u64>>,
    pushed: AtomicU64,
    rejected: AtomicU64,
    pulled: AtomicU64,
}

#[derive(Default)]
struct Times {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    milliseconds: u64,
}

impl Metrics {
    pub(super) fn request(&self, route: &str, status: StatusCode, took: Duration) {
        *lock(&self.requests)
            .entry((route.to_owned(), status.as_u16()))
            .or_default() += 1;
        let milliseconds = took.as_millis() as u64;
        let mut times = lock(&self.times);
        let times = times.entry(route.to_owned()).or_default();
        times.count += 1;
        times.milliseconds += milliseconds;
        for (count, bound) in times.buckets.iter_mut().zip(BUCKETS) {
            *count += u64::from(milliseconds <= bound);
        }
    }

    pub(super) fn denied(&self, code: DenialCode) {
        // The code's stable word, as in JSON.
        let word = serde_json::to_string(&code).unwrap_or_default();
        *lock(&self.denials)
            .entry(word.trim_matches('"').to_owned())
            .or_default() += 1;
    }

    pub(super) fn pushed(&self, operations: usize, rejected: usize) {
        self.pushed.fetch_add(operations as u64, Ordering::Relaxed);
        self.rejected.fetch_add(rejected as u64, Ordering::Relaxed);
    }

    pub(super) fn pulled(&self, operations: usize) {
        self.pulled.fetch_add(operations as u64, Ordering::Relaxed);
    }

    fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "# TYPE linli_requests_total counter")?;
        for ((route, status), count) in &*lock(&self.requests) {
            writeln!(
                text,
                "linli_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}"
            )?;
        }
        writeln!(text, "# TYPE linli_request_seconds histogram")?;
        for (route, times) in &*lock(&self.times) {
            for (count, bound) in times.buckets.iter().zip(BUCKETS) {
                let bound = bound as f64 / 1000.0;
                writeln!(
                    text,
                    "linli_request_seconds_bucket{{route=\"{route}\",le=\"{bound}\"}} {count}"
                )?;
            }
            let (count, sum) = (times.count, times.milliseconds as f64 / 1000.0);
            writeln!(
                text,
                "linli_request_seconds_bucket{{route=\"{route}\",le=\"+Inf\"}} {count}"
            )?;
            writeln!(text, "linli_request_seconds_sum{{route=\"{route}\"}} {sum}")?;
            writeln!(text, "linli_request_seconds_count{{route=\"{route}\"}} {count}")?;
        }
        writeln!(text, "# TYPE linli_denials_total counter")?;
        for (code, count) in &*lock(&self.denials) {
            writeln!(text, "linli_denials_total{{code=\"{code}\"}} {count}")?;
        }
        for (name, count) in [
            ("pushed", &self.pushed),
            ("rejected", &self.rejected),
            ("pulled", &self.pulled),
        ] {
            let count = count.load(Ordering::Relaxed);
            writeln!(
                text,
                "# TYPE linli_operations_{name}_total counter\nlinli_operations_{name}_total {count}"
            )?;
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `GET /metrics`.
pub(super) async fn answer(State(served): State<Shared>) -> Response {
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        served.metrics.text(),
    )
        .into_response()
}
