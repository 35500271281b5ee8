//! The desktop window as a clerk uses it, driven through WebKit's own WebDriver under a virtual display: first start →
//! sample → review by keys → counter → export → preview → import → undo, a notification, and a second start that shows
//! the first window. Pictures are left in `test-output/window-*.png` for a person to look at. Linux only; where the driver is not
//! installed (`cargo xtask test` installs it) the test says so and ends.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// How long a page may take to show what is waited for; importing the sample is the longest.
const PATIENCE: Duration = Duration::from_secs(30);
/// The size of the smallest screen supported.
const SCREEN: &str = "1366x768x24";
/// WebDriver's code of the Enter key.
const ENTER: &str = "\u{E007}";
/// WebDriver's codes of Control held, and of the arrow down.
const CONTROL: &str = "\u{E009}";
const DOWN: &str = "\u{E015}";
/// Households of the sample roster that is imported from a file.
const HOUSEHOLDS: u32 = 40;
/// The seed of that sample.
const SEED: u64 = 5;

/// A process that ends with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(command: &mut Command) -> Option<Running> {
    match command.spawn() {
        Ok(child) => Some(Running(child)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("{command:?}: {error}"),
    }
}

/// A virtual screen of its own, and its name.
fn display() -> Option<(Running, String)> {
    let mut screen = Command::new("Xvfb");
    screen.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]);
    let mut screen = start(screen.stdout(Stdio::piped()).stderr(Stdio::null()))?;
    let mut line = String::new();
    BufReader::new(screen.0.stdout.take()?).read_line(&mut line).unwrap();
    Some((screen, format!(":{}", line.trim())))
}

/// A session's bus on which the system's notifications arrive, in place of a desktop that shows them.
struct Notices {
    address: String,
    shown: Receiver<[String; 3]>,
    _connection: zbus::blocking::Connection,
    _bus: Running,
}

impl Notices {
    fn listen() -> Option<Notices> {
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address"]);
        let mut bus = start(bus.stdout(Stdio::piped()).stderr(Stdio::null()))?;
        let mut address = String::new();
        BufReader::new(bus.0.stdout.take()?).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        let (show, shown) = std::sync::mpsc::channel();
        let connection = zbus::blocking::connection::Builder::address(address.as_str())
            .and_then(|builder| builder.name("org.freedesktop.Notifications"))
            .and_then(|builder| builder.serve_at("/org/freedesktop/Notifications", Desktop(show)))
            .and_then(zbus::blocking::connection::Builder::build)
            .unwrap();
        Some(Notices {
            address,
            shown,
            _connection: connection,
            _bus: bus,
        })
    }
}

/// The part of the Desktop Notifications Specification (1.2) that is used.
struct Desktop(Sender<[String; 3]>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[allow(clippy::too_many_arguments, reason = "as the specification has it")]
    fn notify(
        &self,
        application: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, zbus::zvariant::OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let _ = self.0.send([application, summary, body]);
        1
    }
}

/// The window with everything that carries it.
struct Window {
    client: Client,
    folder: tempfile::TempDir,
    display: String,
    notices: Notices,
    _driver: Running,
    _screen: Running,
}

impl Window {
    /// `None` where this machine has no virtual screen, no bus or no WebKit driver.
    async fn open() -> Option<Window> {
        let (screen, display) = display()?;
        let notices = Notices::listen()?;
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut driver = Command::new("WebKitWebDriver");
        driver.arg("--host=127.0.0.1").arg(format!("--port={port}"));
        driver
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("DBUS_SESSION_BUS_ADDRESS", &notices.address)
            .env("DISPLAY", &display);
        let driver = start(
            driver
                .env_remove("WAYLAND_DISPLAY")
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        let arguments = ["--data", path(&folder, "data"), "--exports", path(&folder, "exports")];
        let browser = json!({ "binary": env!("CARGO_BIN_EXE_linli-desktop"), "args": arguments });
        let capabilities = Capabilities::from_iter([("webkitgtk:browserOptions".to_owned(), browser)]);
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        for _ in 0..100 {
            if let Ok(client) = builder.connect(&address).await {
                return Some(Window {
                    client,
                    folder,
                    display,
                    notices,
                    _driver: driver,
                    _screen: screen,
                });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the window did not open");
    }

    /// Waits until the page shows it.
    async fn sees(&self, css: &str) -> Result<fantoccini::elements::Element, CmdError> {
        self.client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await
    }

    /// Waits until a note at the edge of the window says it.
    async fn is_told(&self, text: &str) -> Result<(), CmdError> {
        let found = format!("//*[contains(@class, 'toast')][contains(., '{text}')]");
        self.client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(&found))
            .await
            .map(drop)
    }

    async fn click(&self, css: &str) -> Result<(), CmdError> {
        self.sees(css).await?.click().await
    }

    async fn press_button(&self, text: &str) -> Result<(), CmdError> {
        let button = format!("//button[contains(., '{text}')]");
        self.client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(&button))
            .await?
            .click()
            .await
    }

    /// Types where the focus is, as a keyboard does.
    async fn keys(&self, keys: &str) -> Result<(), CmdError> {
        self.client.active_element().await?.send_keys(keys).await
    }

    async fn go(&self, hash: &str) -> Result<(), CmdError> {
        self.client
            .execute("location.hash = arguments[0]", vec![json!(hash)])
            .await
            .map(drop)
    }

    /// What an expression is, on the page.
    async fn value(&self, expression: &str) -> Result<Value, CmdError> {
        self.client.execute(&format!("return {expression}"), vec![]).await
    }

    /// Waits until an expression holds on the page.
    async fn holds(&self, expression: &str) -> Result<(), CmdError> {
        for _ in 0..PATIENCE.as_millis() / 50 {
            if self.value(expression).await? == json!(true) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never came true: {expression}");
    }

    /// The whole screen, as a person before it sees it. (WebDriver's own picture waits for a frame that never comes
    /// while a page is at rest.)
    fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-output");
        std::fs::create_dir_all(&folder).unwrap();
        let mut import = Command::new("import");
        import
            .args(["-display", &self.display, "-window", "root"])
            .arg(folder.join(format!("window-{name}.png")));
        assert!(
            import.status().is_ok_and(|status| status.success()),
            "{import:?} (ImageMagick) takes the pictures"
        );
    }
}

fn path<'a>(folder: &'a tempfile::TempDir, name: &str) -> &'a str {
    Box::leak(folder.path().join(name).display().to_string().into_boxed_str())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_in_the_window() {
    let Some(window) = Window::open().await else {
        eprintln!("SKIPPED: no Xvfb, no dbus-daemon or no WebKitWebDriver here");
        return;
    };
    let played = play(&window).await;
    if played.is_err() {
        window.picture("failed");
    }
    let closed = window.client.clone().close().await;
    played.unwrap();
    closed.unwrap();
}

async fn play(window: &Window) -> Result<(), CmdError> {
    first_start(window).await?;
    review_by_keys(window).await?;
    counter(window).await?;
    export_and_preview(window).await?;
    import_and_undo(window).await?;
    announced_by_the_system(window).await?;
    a_second_start_shows_this_window(window);
    nothing_of_the_window_is_dumped();
    Ok(())
}

async fn first_start(window: &Window) -> Result<(), CmdError> {
    window.sees("[data-choice=sample]").await?;
    window.picture("1-first-start");
    window.click("[data-choice=sample]").await?;
    window.sees("input[name=actor]").await?.send_keys("董敏").await?;
    if window.client.find(Locator::Css("input[name=password]")).await.is_err() {
        // A keyring is offered; whether it takes anything is seen when it is asked to.
        window.click("button.main").await?;
        window.sees("input[name=password], .today .due").await?;
    }
    if let Ok(password) = window.client.find(Locator::Css("input[name=password]")).await {
        password.send_keys("linli-password-1").await?;
        window
            .sees("input[name=repeat]")
            .await?
            .send_keys("linli-password-1")
            .await?;
        window.click("button.main").await?;
    }
    window.sees(".today .due").await?;
    window.picture("2-today");
    Ok(())
}

async fn review_by_keys(window: &Window) -> Result<(), CmdError> {
    const PENDING: &str = "document.querySelector('.chips .chip.on b')?.textContent";
    window.go("/rounds").await?;
    window.click(".round a.btn.main").await?;
    window.sees(".line").await?;
    let before = window.value(PENDING).await?;
    window.keys(DOWN).await?;
    window.keys("a").await?;
    window.is_told("已通过 ").await?;
    window.picture("3-queue");
    window.keys(&format!("{CONTROL}z")).await?;
    window.is_told("已撤销").await?;
    window.holds(&format!("{PENDING} === {before}")).await?;
    window.press_button("全部通过无问题").await?;
    window.is_told("已通过").await
}

async fn counter(window: &Window) -> Result<(), CmdError> {
    window.keys("c").await?;
    window.sees(".search .giant").await?;
    window.keys("wang").await?;
    window.sees(".hit").await?;
    window.keys(ENTER).await?;
    window.sees(".amount .giant").await?;
    window.picture("4-counter");
    window.keys(ENTER).await?;
    window.sees(".result, .findings").await?;
    if let Ok(despite) = window
        .client
        .find(Locator::Css(".findings ~ * .btn.bad, .person .btn.bad"))
        .await
    {
        despite.click().await?;
    }
    let number = window.sees(".voucher").await?.text().await?;
    assert_eq!(
        number.trim().split('-').map(str::len).collect::<Vec<_>>(),
        [2, 5, 1],
        "{number} is a voucher number"
    );
    window.picture("5-counter-done");
    Ok(())
}

async fn export_and_preview(window: &Window) -> Result<(), CmdError> {
    window.go("/rounds").await?;
    window.click(".round a.btn.main").await?;
    window.press_button("第1轮全表导出").await?;
    window.is_told("已导出").await?;
    let exports = files(&window.folder.path().join("exports"));
    let [sheet] = exports.as_slice() else {
        panic!("one export, whole: {exports:?}")
    };
    assert!(sheet.to_string_lossy().contains("_第1轮全表_") && sheet.extension().is_some_and(|end| end == "xlsx"));
    window.go("/papers?kind=vouchers").await?;
    window.click("aside .btn.main").await?;
    window.sees("canvas.sheet[data-drawn]").await?;
    window.picture("6-vouchers");
    Ok(())
}

async fn import_and_undo(window: &Window) -> Result<(), CmdError> {
    let sample = window.folder.path().join("sample");
    linli_sample::Committee::invent(HOUSEHOLDS, SEED)
        .write_to(&sample, &window.folder.path().join("data"))
        .unwrap();
    window.go("/roster/import").await?;
    let chooser = window.sees("input[type=file]").await?;
    chooser
        .send_keys(&sample.join("roster.xlsx").display().to_string())
        .await?;
    window.sees("table").await?;
    window.picture("7-import");
    window.click(".btn.main").await?;
    window.sees(".result").await?;
    window.press_button("撤销这次导入").await?;
    window.is_told("已撤销").await?;
    window.picture("8-undone");
    Ok(())
}

async fn announced_by_the_system(window: &Window) -> Result<(), CmdError> {
    window.go("/settings").await?;
    // Notes at the edge of the window may lie above what is clicked.
    window.sees("[data-announce]").await?;
    window
        .value("document.querySelector('[data-announce]').click()")
        .await?;
    const TRY: &str = "document.querySelector('.panel:has([data-announce]) button')";
    window.holds(&format!("{TRY}.disabled === false")).await?;
    window.value(&format!("{TRY}.click()")).await?;
    let shown = window.notices.shown.recv_timeout(PATIENCE).unwrap();
    assert_eq!(shown, ["邻里工作站", "邻里", "有新登记时，会这样提醒"]);
    Ok(())
}

/// The second process ends at once and well: it has asked the first one to come to the front.
fn a_second_start_shows_this_window(window: &Window) {
    let mut second = Command::new(env!("CARGO_BIN_EXE_linli-desktop"));
    second
        .args(["--data", path(&window.folder, "data")])
        .env("DISPLAY", &window.display);
    let output = second.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The driver started it: it is found by its program.
fn nothing_of_the_window_is_dumped() {
    let program = Path::new(env!("CARGO_BIN_EXE_linli-desktop")).canonicalize().unwrap();
    let mut windows = files(Path::new("/proc"));
    windows.retain(|process| std::fs::read_link(process.join("exe")).is_ok_and(|exe| exe == program));
    assert!(!windows.is_empty(), "the window is a process");
    for window in windows {
        let limits = std::fs::read_to_string(window.join("limits")).unwrap();
        let dumps = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .unwrap();
        assert_eq!(dumps.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    }
}
