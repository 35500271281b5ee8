//! `serve`: until the system says stop.

use std::io::Write;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use linli_district::District;
use linli_district::http::{self, Listening, system_clock};
use linli_district::sms::{Gateway, Template};

use super::args::{LogForm, ServeArgs};
use super::{Context, Output, Refusal};

/// How often messages that wait are looked for, tasks that two committees wrote of, and tasks that are kept no longer.
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
    let listening = Listening {
        address: args.listen,
        certificate,
        proxies: args.proxies,
    };
    let gateway = context.data.gateway()?;
    let router = http::router(context.district.clone(), system_clock);
    let (stop, stopping) = mpsc::channel();
    let mut messages = None;
    let ready = |address| {
        // Only now: a second server, started by mistake, finds the port taken and ends, whatever it is doing.
        messages = Some(std::thread::spawn(move || {
            send_messages(&context.district, gateway, &stopping)
        }));
        let mut stdout = std::io::stdout();
        // Whoever started the program may have closed its output; it serves all the same.
        let _ = writeln!(stdout, "{scheme}://{address}").and_then(|()| stdout.flush());
        tracing::info!(%address, scheme, "serving");
    };
    let stopped = async move {
        stopped().await;
        drop(stop);
    };
    let served = runtime.block_on(http::serve(router, listening, ready, stopped));
    // The message that is being sent has its answer.
    if messages.is_some_and(|thread| thread.join().is_err()) {
        tracing::error!("the thread that sends messages broke off");
    }
    served?;
    tracing::info!("stopped");
    Output::new(&(), Vec::new())
}

/// Gives messages to the gateway, tells committees what others wrote of their tasks, and forgets old ones, now and then,
/// until the other end of the channel is gone.
fn send_messages(district: &District, (gateway, template): (Box<dyn Gateway>, Template), stopping: &Receiver<()>) {
    let stopped = || stopping.try_recv() == Err(TryRecvError::Disconnected);
    loop {
        if let Err(error) = district.send_messages_until(&*gateway, &template, system_clock, &stopped) {
            tracing::error!(%error, "messages wait");
        }
        if let Err(error) = district.settle_rows(system_clock()) {
            tracing::error!(%error, "committees are not told of tasks that others answered");
        }
        if let Err(error) = district.forget_rows(system_clock()) {
            tracing::error!(%error, "old tasks are kept for longer");
        }
        if stopping.recv_timeout(MESSAGES_EVERY) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

fn log(form: LogForm) {
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::INFO);
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
