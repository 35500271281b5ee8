//! The desktop host: one window on one data folder, and the one door between its screens and the workstation.
//! Must stay true: everything a clerk does goes through [`Session::call`]; this crate only carries it.

mod instance;
mod options;

use std::process::ExitCode;
use std::sync::Arc;

use linli_workstation::{ErrorBody, OsHost, Session, SessionOptions, SystemProblem};
use serde::Serialize;
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, Manager, Runtime, State};

pub use instance::{Instance, InstanceError};
pub use options::{Options, OptionsError};

const _: () = assert!(
    linli_workstation::ENCRYPTED,
    "this program never keeps data in the clear"
);

/// The label of the one window, as in `tauri.conf.json`.
const WINDOW: &str = "main";
/// Whose notifications they are, as the system shows it.
const APPLICATION: &str = "邻里工作站";
/// The icon's name, as the package installs it.
const ICON: &str = "linli-desktop";
/// As in `tauri.conf.json`: Windows shows notifications of installed programs only, by this name.
#[cfg(windows)]
const IDENTIFIER: &str = "cn.linli.workstation";
/// Header of an upload: the file's name, percent-encoded UTF-8.
const FILE_NAME_HEADER: &str = "x-file-name";

/// Starts the program: the window on its data folder, or the one that is already open there.
pub fn main() -> ExitCode {
    if let Err(error) = linli_safekeeping::keep_memory_private() {
        eprintln!("邻里工作站：系统不让关闭内存转储：{}", SystemProblem::of(&error));
    }
    match Options::from_env().map_err(|error| error.to_string()).and_then(start) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("邻里工作站：{reason}");
            ExitCode::FAILURE
        }
    }
}

fn start(options: Options) -> Result<(), String> {
    options::with_lean_renderer();
    let running = match Instance::claim(&options.data).map_err(|error| error.to_string())? {
        Instance::Shown => return Ok(()),
        Instance::First(running) => running,
    };
    let session = Session::new(SessionOptions {
        data: options.data,
        exports: options.exports,
        host: Box::new(OsHost),
    });
    session.exchange_in_background();
    app(tauri::Builder::default(), session)
        .setup(move |app| {
            let handle = app.handle().clone();
            fit(&handle);
            running.on_show(move || show(&handle))?;
            Ok(())
        })
        .run(tauri::generate_context!())
        .map_err(|error| error.to_string())
}

/// The commands of the screens on any runtime, so that tests can call them through the real door without a display.
pub fn app<R: Runtime>(builder: tauri::Builder<R>, session: Session) -> tauri::Builder<R> {
    builder
        .manage(Arc::new(session))
        .invoke_handler(tauri::generate_handler![call, upload, file, announce])
}

/// Fills the screen where the screen is not larger than the window: a committee's PC often has 1366 × 768 pixels.
fn fit<R: Runtime>(handle: &AppHandle<R>) {
    let Some(window) = handle.get_webview_window(WINDOW) else {
        return;
    };
    let (Ok(Some(monitor)), Ok(size)) = (window.current_monitor(), window.outer_size()) else {
        return;
    };
    let room = monitor.work_area();
    if size.width >= room.size.width || size.height >= room.size.height {
        // The size as well, for a display without a window manager, where nothing can be maximized.
        let _ = window.set_size(room.size);
        let _ = window.set_position(room.position);
        let _ = window.maximize();
    }
}

/// Brings the window to the front.
fn show<R: Runtime>(handle: &AppHandle<R>) {
    let Some(window) = handle.get_webview_window(WINDOW) else {
        return;
    };
    // A window system may refuse the focus; the window is then still on the screen.
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
}

/// Runs a command of the workstation by its name.
#[tauri::command]
async fn call(
    session: State<'_, Arc<Session>>,
    name: String,
    request: serde_json::Value,
) -> Result<serde_json::Value, ErrorBody> {
    let session = Arc::clone(&session);
    off_the_window(move || session.call(&name, request)).await?
}

/// What an upload is called from then on.
#[derive(Serialize)]
struct Uploaded {
    token: String,
}

/// Takes a file from the screens: its bytes as they are, its name in a header. It is kept in memory only.
#[tauri::command]
async fn upload(session: State<'_, Arc<Session>>, request: Request<'_>) -> Result<Uploaded, ErrorBody> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(ErrorBody::new("upload_incomplete", "文件没有传完整，请再选一次"));
    };
    let name = request
        .headers()
        .get(FILE_NAME_HEADER)
        .map_or("", |value| value.to_str().unwrap_or(""));
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    Ok(Uploaded {
        token: session.put_file(&name, bytes.clone()),
    })
}

/// The bytes of a file that is kept in memory (a preview).
#[tauri::command]
async fn file(session: State<'_, Arc<Session>>, token: String) -> Result<Response, ErrorBody> {
    let file = session
        .file(&token)
        .ok_or_else(|| ErrorBody::new("file_gone", "这个文件已不在内存里，请再打开一次"))?;
    Ok(Response::new(file.bytes.clone()))
}

/// Shows a notification of the system's. It may stand on a locked screen, so it says how many and never who.
#[tauri::command]
async fn announce(title: String, text: String) -> Result<(), ErrorBody> {
    let shown = off_the_window(move || {
        let mut notification = notify_rust::Notification::new();
        notification.appname(APPLICATION).summary(&title).body(&text).icon(ICON);
        #[cfg(windows)]
        notification.app_id(IDENTIFIER);
        notification.show().map(drop).map_err(|error| error.to_string())
    });
    shown
        .await?
        .map_err(|reason| ErrorBody::new("not_announced", format!("系统没有显示通知：{reason}")))
}

/// Runs work that may take long where it does not hold up the window.
async fn off_the_window<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ErrorBody> {
    tauri::async_runtime::spawn_blocking(work)
        .await
        .map_err(|_| ErrorBody::new("internal", "这一步出错了，数据没有改动，请再试一次"))
}
