//! `serve`: until the system says stop.

use std::io::Write;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use linli_district::District;
use linli_district::http::{self, system_clock};
use linli_district::sms::{Gateway, Template};

use super::args::{LogForm, ServeArgs};
use super::{Context, Output, Refusal};

/// How often messages that wait are looked for.
const MESSAGES_EVERY: Duration = Duration::from_secs(5);
/// Threads for blocking work: as many messages as are worked on at once, and some pages beside.
const BLOCKING: usize = 48;

pub(crate) fn run(context: Context, args: ServeArgs) -> Result<Output, Refusal> {
    log(args.log);
    let certificate = if args.plain { None } else { context.data.certificate()? };
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(BLOCKING)
        .enable_all()
        .build()
        .map_err(http::ServeError::from)?;
    let messages = Messages::start(context.district.clone(), context.data.gateway()?);
    let router = http::router(context.district, system_clock);
    let ready = move |address| {
        let mut stdout = std::io::stdout();
        // Whoever started the program may have closed its output; it serves all the same.
        let _ = writeln!(stdout, "{scheme}://{address}").and_then(|()| stdout.flush());
        tracing::info!(%address, scheme, "serving");
    };
    runtime.block_on(http::serve(router, args.listen, certificate, ready, stopped()))?;
    messages.stop();
    tracing::info!("stopped");
    Output::new(&(), Vec::new())
}

/// The thread that gives messages to the gateway.
struct Messages {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Messages {
    fn start(district: District, (gateway, template): (Box<dyn Gateway>, Template)) -> Messages {
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            loop {
                if let Err(error) = district.send_messages(&*gateway, &template, system_clock) {
                    tracing::error!(%error, "messages wait");
                }
                if stopped.recv_timeout(MESSAGES_EVERY) != Err(mpsc::RecvTimeoutError::Timeout) {
                    return;
                }
            }
        });
        Messages { stop, thread }
    }

    /// Lets the message that is being sent have its answer.
    fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the thread that sends messages broke off");
        }
    }
}

fn log(form: LogForm) {
    let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO);
    match form {
        LogForm::Json => builder.json().init(),
        LogForm::Text => builder.init(),
    }
}

/// Ends when the system or somebody at the terminal says stop.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                () = interrupted() => {}
            }
            return;
        }
    }
    interrupted().await;
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without the signal the program is stopped from outside; nothing is lost, the log is on disk.
        std::future::pending::<()>().await;
    }
}
