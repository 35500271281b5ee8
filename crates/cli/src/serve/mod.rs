//! `linli serve`: the same screens in the system's browser, for PCs that lack the webview.
//! Must stay true: reachable from this PC only, by the browser that got the one-time address only; every page and
//! every byte behind the session (see [`door`]).

mod door;
mod headers;
mod routes;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use linli_connections::{accept, can_serve_at, talk};
use linli_workstation::{Session, SystemProblem};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::timeout::RequestBodyTimeoutLayer;

use door::Door;

/// Largest request of a command, in bytes. The largest are lists of ids ("all of these 3,000").
const CALL_LIMIT: usize = 4 * 1024 * 1024;
/// Largest uploaded sheet, in bytes: 100,000 rows take about 20 MB.
const UPLOAD_LIMIT: usize = 128 * 1024 * 1024;
/// Most connections: a browser opens six to one address, and nobody has more than a few windows of it.
const CONNECTIONS: u32 = 64;
/// How long a request may be silent in the middle of what it sends. It comes from this PC.
const SILENT: Duration = Duration::from_secs(10);

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The port; 0 for any free one.
    pub port: u16,
    /// Whether to open the system's browser on the screens.
    pub open: bool,
}

/// Why the screens cannot be served.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Another program has the port.
    #[error("不能使用端口 {port}：{}；请用 --port 换一个，或不写这个参数", SystemProblem::of(.source))]
    Port {
        /// Which.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The clock says what no answer can be dated with.
    #[error("这台电脑的日期不对（早于 1970 年或晚于 9999 年），不能提供界面；请先把日期和时间改对，数据都在")]
    Clock,
    /// Anything else of the system's.
    #[error("不能提供界面：{}", SystemProblem::of(.0))]
    Io(#[from] io::Error),
}

/// What every request needs.
#[derive(Clone)]
struct Served {
    session: Arc<Session>,
    door: Arc<Door>,
}

/// Serves the screens until the program is stopped; prints the address to open, alone on a line, on stdout.
///
/// # Errors
/// The port is taken, the clock is off by ages, or the system refuses.
pub fn run(session: Arc<Session>, options: ServeOptions) -> Result<(), ServeError> {
    if !can_serve_at(SystemTime::now()) {
        return Err(ServeError::Clock);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)))
            .await
            .map_err(|source| ServeError::Port {
                port: options.port,
                source,
            })?;
        let door = Door::new(listener.local_addr()?.port())?;
        announce(&door.address(), options.open)?;
        let router = router(session, door);
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(async move {
            stopped().await;
            let _ = stop.send(true); // Whoever takes connections hears it, or has ended.
        });
        let told = stopping.clone();
        accept(listener, CONNECTIONS, told, |stream, _| {
            Some(talk(stream, router.clone(), stopping.clone()))
        })
        .await;
        Ok(())
    })
}

/// All routes, each behind the door.
fn router(session: Arc<Session>, door: Door) -> Router {
    let served = Served {
        session,
        door: Arc::new(door),
    };
    let api = Router::new()
        .route(
            "/call/{name}",
            post(routes::call).layer(DefaultBodyLimit::max(CALL_LIMIT)),
        )
        .route(
            "/upload",
            post(routes::upload).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)),
        )
        .route("/file/{token}", get(routes::file))
        .layer(middleware::from_fn_with_state(served.clone(), door::api));
    Router::new()
        .nest("/api", api)
        .fallback(get(routes::screens))
        .layer(middleware::from_fn_with_state(served.clone(), door::visitor))
        .layer(middleware::map_response(headers::secure))
        .layer(RequestBodyTimeoutLayer::new(SILENT))
        .with_state(served)
}

fn announce(address: &str, open: bool) -> io::Result<()> {
    let mut stdout = io::stdout();
    writeln!(stdout, "{address}")?;
    stdout.flush()?;
    eprintln!("请在这台电脑的浏览器里打开上面的地址（只能用一次）；按 Ctrl+C 结束。");
    if open && opener::open_browser(address).is_err() {
        eprintln!("没能自动打开浏览器");
    }
    Ok(())
}

async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without the signal the program is stopped from outside; nothing is lost, the log is on disk.
        std::future::pending::<()>().await;
    }
}
