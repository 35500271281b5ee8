//! The district over HTTP: the protocol for PCs, rows from sources, the residents' form, the staff's pages, health and
//! metrics.
//!
//! Must stay true: what arrives is bounded before it is read; who asks is known before anything is looked up for him;
//! nothing that is logged or counted names a resident.

mod attachment;
mod body;
mod connections;
mod metrics;
mod openapi;
mod page;
mod peer;
mod places;
mod protocol;
mod resident;
mod row_message;
mod rows;
mod staff;
mod staff_orders;
mod staff_rows;
mod tls;
mod watch;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use linli_domain::system::SystemProblem;
use linli_domain::time::Moment;
use thiserror::Error;
use tokio::net::{TcpListener, TcpSocket};

pub use openapi::document as openapi_document;
pub use tls::Certificate;

use crate::District;
use crate::pushed::{OrderRow, TaskRow};
use connections::Door;
use metrics::Metrics;
use places::Places;

/// Most bytes of a filled-in form.
const FORM_BYTES: usize = 16 * 1024;
/// Connections that wait to be taken: all PCs of a district come back at once after an outage, and one that finds no place
/// tries again only after seconds. The system may allow fewer (`net.core.somaxconn`).
const BACKLOG: u32 = 4096;
/// How long running requests may take after the server was told to stop.
const STOPPING: Duration = Duration::from_secs(20);

/// Why the server does not run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Another program has the port.
    #[error("不能使用地址 {address}：{}", SystemProblem::of(.source))]
    Address {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Plain HTTP leaves this machine only inside TLS.
    #[error("没有证书时只能在本机地址上提供服务；请先运行 linli-district ca init，或改用 127.0.0.1")]
    PlainBeyondLoopback,
    /// The certificate cannot be used.
    #[error("证书不能使用：{0}")]
    Certificate(String),
    /// Anything else of the system's.
    #[error("服务不能运行：{}", SystemProblem::of(.0))]
    Io(#[from] io::Error),
}

/// Where to serve, and how.
#[derive(Debug, Clone)]
pub struct Listening {
    /// The address.
    pub address: SocketAddr,
    /// `None`: without TLS, on loopback only.
    pub certificate: Option<Certificate>,
    /// Proxies whose word counts for where a request comes from.
    pub proxies: Vec<IpAddr>,
}

/// What every request needs.
pub(crate) struct Served {
    pub(crate) district: District,
    pub(crate) metrics: Metrics,
    places: Places,
    /// Held while the database is asked whether it answers.
    asking: Arc<tokio::sync::Mutex<()>>,
    /// What time it is: the system's clock, or a test's.
    clock: fn() -> Moment,
}

impl Served {
    pub(crate) fn now(&self) -> Moment {
        (self.clock)()
    }
}

pub(crate) type Shared = Arc<Served>;

/// The system's clock.
pub fn system_clock() -> Moment {
    Moment::of(std::time::SystemTime::now())
}

/// What is answered at which path.
fn routes() -> [(&'static str, MethodRouter<Shared>); 25] {
    let form = get(resident::show)
        .post(resident::take)
        .layer(DefaultBodyLimit::max(FORM_BYTES));
    [
        ("/v1/enrol", post(protocol::enrol)),
        ("/v1/push", post(protocol::push)),
        ("/v1/pull", post(protocol::pull)),
        ("/v1/lease", post(protocol::lease)),
        ("/v1/attachments/{hash}", get(attachment::get).put(attachment::put)),
        ("/v1/tasks", post(rows::push_tasks)),
        ("/v1/tasks/take_back", post(rows::take_back::<TaskRow>)),
        ("/v1/tasks/answers", get(rows::answers::<TaskRow>)),
        ("/v1/orders", post(rows::push_orders)),
        ("/v1/orders/recall", post(rows::take_back::<OrderRow>)),
        ("/v1/orders/replies", get(rows::answers::<OrderRow>)),
        ("/v1/time", get(protocol::time)),
        ("/v1/openapi.json", get(openapi::answer)),
        ("/r/{round}/{committee}", form),
        ("/staff", get(staff::enter)),
        ("/staff/progress", get(staff::progress)),
        (staff_rows::PLACE, get(staff_rows::tasks)),
        (staff_rows::NUMBERS, get(staff_rows::numbers)),
        (staff_orders::PLACE, get(staff_orders::orders)),
        (staff_orders::NUMBERS, get(staff_orders::numbers)),
        (staff_orders::URGE, post(staff_orders::urge)),
        (staff_orders::AGAIN, post(staff_orders::again)),
        (staff_orders::ANSWER, post(staff_orders::answer)),
        ("/healthz", get(watch::health)),
        ("/metrics", get(metrics::answer)),
    ]
}

/// The paths of all routes, with what varies in braces.
pub fn paths() -> impl Iterator<Item = &'static str> {
    routes().into_iter().map(|(path, _)| path)
}

/// All routes of a district.
pub fn router(district: District, clock: fn() -> Moment) -> Router {
    let served = Served {
        district,
        metrics: Metrics::new(),
        places: Places::new(),
        asking: Arc::default(),
        clock,
    };
    let served: Shared = Arc::new(served);
    routes()
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods))
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(served.clone(), watch::watch))
        .with_state(served)
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "not found").into_response()
}

/// Serves until `stop` ends, then lets running requests finish. `ready` hears the address once it is open.
///
/// # Errors
/// The address cannot be used, or is beyond loopback without a certificate.
pub async fn serve(
    router: Router,
    Listening {
        address,
        certificate,
        proxies,
    }: Listening,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    if certificate.is_none() && !address.ip().is_loopback() {
        return Err(ServeError::PlainBeyondLoopback);
    }
    let listener = listen(address).map_err(|source| ServeError::Address { address, source })?;
    let open = listener.local_addr()?;
    let tls = certificate.map(|certificate| certificate.acceptor()).transpose()?;
    ready(open);
    let (stopped, stopping) = tokio::sync::watch::channel(false);
    let late = async move {
        stop.await;
        let _ = stopped.send(true); // Whoever takes connections hears it, or has ended.
        tokio::time::sleep(STOPPING).await;
    };
    tokio::select! {
        () = Door::new(router, tls, proxies).serve(listener, stopping) => {}
        () = late => tracing::warn!("requests were still running when the server stopped"),
    }
    Ok(())
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Only on Unix does it mean that a port is free at once after the server that had it: elsewhere two could share it.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
