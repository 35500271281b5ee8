//! A session: one program's way to one data folder, from first start to work.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard};
use std::time::{Duration, Instant};

use linli_domain::refusal::Refusal;
use linli_domain::writing::{has_letter, has_no_place, names};
use linli_store::files::DataFolder;
use linli_store::key::{self, NoKeyring};
use linli_store::{Restore, Surroundings, System};

use crate::api::app::{AppState, AppStatus, PasswordSet, SetupAlone, Unlock};
use crate::api::{Said, Sentence};
use crate::host::Host;
use crate::jobs::Jobs;
use crate::memory::{MemoryFiles, NamedBytes};
use crate::named::{FormField, Unfit};
use crate::{Error, ErrorBody, Workstation, clock, commands, exchange};

/// Where a session's data and exports are, and what its host can do.
pub struct SessionOptions {
    /// The data folder.
    pub data: PathBuf,
    /// Where exports go until the clerk chooses.
    pub exports: PathBuf,
    /// Opening and printing.
    pub host: Box<dyn Host>,
}

/// One program's way to one data folder.
pub struct Session {
    pub(crate) folder: DataFolder,
    pub(crate) exports: PathBuf,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) surroundings: Arc<dyn Surroundings>,
    pub(crate) files: Arc<MemoryFiles>,
    pub(crate) jobs: Jobs,
    open: RwLock<Option<Arc<Workstation>>>,
    background: AtomicBool,
    remarks: Mutex<Vec<Sentence>>,
}

/// The data folder used where none is given: the user's own, by the system's custom.
pub fn default_data_dir() -> PathBuf {
    let of = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if cfg!(windows) {
        of("APPDATA").unwrap_or_else(|| PathBuf::from(".")).join("Linli")
    } else {
        of("XDG_DATA_HOME")
            .or_else(|| of("HOME").map(|home| home.join(".local/share")))
            .unwrap_or_else(|| PathBuf::from("."))
            .join("linli")
    }
}

/// How long a restore waits for what this program does with the data beside the screens.
const LETTING_GO: Duration = Duration::from_secs(20);
/// How often a restore looks whether all that works with the data has let go.
const LOOK: Duration = Duration::from_millis(20);

/// Waits until nobody in this program uses opened data any more: its key.
///
/// # Errors
/// Somebody still does after [`LETTING_GO`]: the data as it is open.
fn let_go(workstation: Arc<Workstation>) -> Result<Arc<key::DatabaseKey>, Arc<Workstation>> {
    let (key, weak, until) = (
        workstation.key().clone(),
        Arc::downgrade(&workstation),
        Instant::now() + LETTING_GO,
    );
    drop(workstation);
    while let Some(still_open) = weak.upgrade() {
        if Instant::now() >= until {
            return Err(still_open);
        }
        drop(still_open);
        std::thread::sleep(LOOK);
    }
    Ok(key)
}

impl Session {
    /// A session on a folder that may or may not hold data yet.
    pub fn new(options: SessionOptions) -> Session {
        Session {
            folder: DataFolder::new(options.data),
            exports: options.exports,
            host: Arc::from(options.host),
            surroundings: Arc::new(System),
            files: Arc::default(),
            jobs: Jobs::default(),
            open: RwLock::default(),
            background: AtomicBool::new(false),
            remarks: Mutex::default(),
        }
    }

    /// Runs a command by name. A panic in it is an error of that command, not the program's end.
    ///
    /// # Errors
    /// What the command refuses.
    pub fn call(&self, name: &str, request: serde_json::Value) -> Result<serde_json::Value, ErrorBody> {
        // How the program stands is told under any clock.
        if name != "app_status" {
            self.check_clock().map_err(|error| error.body())?;
        }
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| commands::dispatch(self, name, request)))
            .unwrap_or_else(|_| Err(Error::Internal("这一步出错了，数据没有改动".into())))
            .map_err(|error| error.body())
    }

    /// Whether the clock can be worked with.
    pub(crate) fn check_clock(&self) -> Result<(), Error> {
        clock::check(self.surroundings.now())
    }

    /// Keeps an uploaded file in memory; returns its token.
    pub fn put_file(&self, name: &str, bytes: Vec<u8>) -> String {
        // Some browsers send a path; only the name is kept.
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        self.files.put(NamedBytes {
            name,
            media_type: "application/octet-stream",
            bytes,
        })
    }

    /// A file in memory, by token.
    pub fn file(&self, token: &str) -> Option<Arc<NamedBytes>> {
        self.files.get(token)
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        self.folder.root()
    }

    /// Whether a file may be written to a path that somebody named.
    ///
    /// # Errors
    /// It is in a data folder, or is no file.
    pub fn may_write(&self, target: &Path) -> Result<(), Error> {
        Ok(self.folder.place_for(target).map(drop)?)
    }

    /// Opens the data with a password, or with the keyring where `None`.
    ///
    /// # Errors
    /// There is none, the password is wrong, the keyring is missing, or the files are damaged.
    pub fn unlock(&self, password: Option<&str>) -> Result<Arc<Workstation>, Error> {
        self.check_clock()?;
        self.settle()?;
        if !self.folder.is_set_up() {
            return Err(Error::NotSetUp(self.folder.root().to_owned()));
        }
        let key = Arc::new(key::unwrap(&self.folder, password)?);
        let workstation = self.open_with(key)?;
        // Whatever goes wrong with remarks, the work goes on.
        self.remark(workstation.remarks().unwrap_or_default());
        *self.opening() = Some(workstation.clone());
        Ok(workstation)
    }

    /// Opens data that a backup was just put in the place of: nothing is to be remarked that is being said anyway.
    pub(crate) fn open_restored(&self, password: Option<&str>) -> Result<Arc<Workstation>, Error> {
        let workstation = self.open_with(Arc::new(key::unwrap(&self.folder, password)?))?;
        *self.opening() = Some(workstation.clone());
        Ok(workstation)
    }

    /// Finishes or takes back what a killed program left in the data folder.
    pub(crate) fn settle(&self) -> Result<(), Error> {
        if self.opened().is_none() {
            self.remark(self.folder.settle()?.iter().map(Said::said));
        }
        Ok(())
    }

    fn remark(&self, remarks: impl IntoIterator<Item = Sentence>) {
        let mut known = self.known_remarks();
        for remark in remarks {
            if !known.contains(&remark) {
                known.push(remark);
            }
        }
    }

    fn known_remarks(&self) -> MutexGuard<'_, Vec<Sentence>> {
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found when the data was opened and somebody should know: what a program that was killed
    /// left, and steps that are missing.
    pub fn remarks(&self) -> Vec<Sentence> {
        self.known_remarks().clone()
    }

    /// Opens the data with its key, and exchanges beside it where that is wanted.
    fn open_with(&self, key: Arc<key::DatabaseKey>) -> Result<Arc<Workstation>, Error> {
        let workstation = Arc::new(Workstation::open(self, key)?);
        if self.background.load(Ordering::Relaxed) {
            exchange::start(&workstation)?;
        }
        Ok(workstation)
    }

    fn opening(&self) -> RwLockWriteGuard<'_, Option<Arc<Workstation>>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Exchanges with the district beside the work, from the next opening of the data on: for hosts that stay.
    pub fn exchange_in_background(&self) {
        self.background.store(true, Ordering::Relaxed);
    }

    pub(crate) fn wake_exchange(&self) {
        if let Some(workstation) = self.opened() {
            workstation.line.ask();
        }
    }

    /// The opened data; opened now where the keyring alone can.
    ///
    /// # Errors
    /// As [`Session::unlock`].
    pub fn ready(&self) -> Result<Arc<Workstation>, Error> {
        if let Some(open) = self.opened() {
            return Ok(open);
        }
        if !self.folder.is_set_up() {
            return Err(Error::NotReady);
        }
        self.unlock(None)
    }

    pub(crate) fn opened(&self) -> Option<Arc<Workstation>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a backup into the data's place, also while this session has the data open: it is let go of once the backup was
    /// read whole, and opened again. Whoever calls meanwhile waits. `source` names the backup. Gives where what was there
    /// before is kept.
    ///
    /// # Errors
    /// It is no backup or does not open; something still works with the data, here or in another program. Nothing is
    /// changed then, and the data is open as before.
    pub(crate) fn restore(
        &self,
        backup: &mut dyn Read,
        source: &Path,
        password: Option<&str>,
    ) -> Result<Option<PathBuf>, Error> {
        self.settle()?;
        let prepared = Restore::prepare(&self.folder, backup, source, password)?;
        let mut open = self.opening();
        let key = match open.take() {
            None => None,
            Some(workstation) => Some(let_go(workstation).map_err(|still_open| {
                *open = Some(still_open);
                Error::from(Refusal::StillWorking)
            })?),
        };
        let done = prepared.put_in_place();
        // Where it failed, the data that was there goes on; where it cannot be opened either, the next call tells why. One
        // that was decided is finished by the next call, or the next start.
        *open = match (&done, key) {
            (Err(linli_store::Error::RestoreUnfinished { .. }), _) | (_, None) | (Ok(_), _) => None,
            (Err(_), Some(key)) => self.open_with(key).ok(),
        };
        Ok(done?)
    }

    /// Whether the data there is is an empty database: a first start, or joining, was broken off.
    pub(crate) fn is_unfinished(&self, password: Option<&str>) -> bool {
        self.opened().is_none() && matches!(self.unlock(password), Err(Error::NotReady))
    }

    /// Sets up a new committee on this PC, without a district.
    ///
    /// # Errors
    /// There is data already; a name is missing; no keyring and no password.
    pub fn set_up_alone(&self, request: &SetupAlone) -> Result<Arc<Workstation>, Error> {
        self.check_clock()?;
        self.settle()?;
        let unfinished = self.folder.is_set_up();
        if unfinished && !self.is_unfinished(request.password.as_deref()) {
            return Err(Error::AlreadySetUp);
        }
        let committee = named(FormField::Committee, &request.committee)?;
        let area = named_or_none(FormField::District, request.district.as_deref())?;
        let actor = named(FormField::Actor, &request.actor)?;
        let lock = match request.password.as_deref() {
            Some(password) => key::Lock::Password(password),
            None => key::Lock::Keyring,
        };
        // A first start that was killed before its first batch left an empty database, which is taken.
        let mut store = if unfinished {
            key::open(&self.folder, request.password.as_deref())?
        } else {
            key::create(&self.folder, lock)?
        };
        let names = (committee, area, actor);
        Workstation::set_up(&mut store, &*self.surroundings, names)?;
        drop(store);
        self.unlock(request.password.as_deref())
    }
}

/// A text that must not be empty. Marks that nobody sees are not a text.
pub(crate) fn required(field: FormField, text: &str) -> Result<&str, Error> {
    let blank = |c: char| c.is_whitespace() || has_no_place(c);
    Some(text.trim_matches(blank))
        .filter(|text| !text.is_empty())
        .ok_or(Error::Missing { field })
}

/// What somebody or something is called by.
pub(crate) fn named(field: FormField, text: &str) -> Result<&str, Error> {
    let name = required(field, text)?;
    let office = matches!(field, FormField::Committee | FormField::District);
    if office && !has_letter(name) {
        return Err(Error::unfit(field, &Unfit::NoLetter));
    }
    if !names(name) {
        return Err(Error::unfit(field, &Unfit::MarksOnly));
    }
    Ok(name)
}

/// As [`named`], for what may be left empty.
pub(crate) fn named_or_none(field: FormField, text: Option<&str>) -> Result<Option<&str>, Error> {
    match text.map(|text| named(field, text)) {
        None | Some(Err(Error::Missing { .. })) => Ok(None),
        Some(named) => named.map(Some),
    }
}

/// Where the program stands. Tries to open data that needs no password.
pub(crate) fn app_status(session: &Session, _: crate::api::Empty) -> Result<AppStatus, Error> {
    let mut status = AppStatus {
        state: AppState::FirstStart,
        keyring: true,
        keyring_locked: false,
        password_min: key::PASSWORD_MIN_CHARS,
        has_password: false,
        committee: None,
        actor: None,
        known_actors: Vec::new(),
        problem: None,
        data_dir: session.folder.root().display().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sample: false,
        district: None,
        remarks: Vec::new(),
    };
    let settled = session.check_clock().and_then(|()| session.settle());
    status.remarks = session.remarks();
    if let Err(error) = settled {
        return Ok(broken(status, &error));
    }
    if !session.folder.is_set_up() {
        let keyring = key::keyring_status();
        (status.keyring, status.keyring_locked) = (keyring.is_ok(), matches!(keyring, Err(NoKeyring::Locked(_))));
        return Ok(status);
    }
    status.has_password = key::needs_password(&session.folder).unwrap_or(false);
    match session.ready() {
        Ok(workstation) => workstation.describe(&mut status)?,
        Err(Error::Store(linli_store::Error::PasswordNeeded)) => status.state = AppState::Locked,
        // Nothing was ever set up in it: it is taken by whoever does.
        Err(Error::NotReady) => {}
        Err(error) => return Ok(broken(status, &error)),
    }
    status.remarks = session.remarks();
    Ok(status)
}

fn broken(status: AppStatus, error: &Error) -> AppStatus {
    AppStatus {
        state: AppState::Broken,
        problem: Some(error.body().said),
        ..status
    }
}

/// Somebody has read the remarks: they are not shown again.
pub(crate) fn remarks_seen(session: &Session, _: crate::api::Empty) -> Result<crate::api::Empty, Error> {
    if let Some(workstation) = session.opened() {
        workstation.store().losses_seen()?;
    }
    session.known_remarks().clear();
    Ok(crate::api::Empty {})
}

pub(crate) fn setup_alone(session: &Session, request: SetupAlone) -> Result<AppStatus, Error> {
    session.set_up_alone(&request)?;
    app_status(session, crate::api::Empty {})
}

pub(crate) fn unlock(session: &Session, request: Unlock) -> Result<AppStatus, Error> {
    match session.unlock(Some(&request.password)) {
        Err(Error::NotReady) => Ok(AppStatus {
            state: AppState::FirstStart,
            ..app_status(session, crate::api::Empty {})?
        }),
        opened => opened.and_then(|_| app_status(session, crate::api::Empty {})),
    }
}

pub(crate) fn password_set(session: &Session, request: PasswordSet) -> Result<AppStatus, Error> {
    let lock = request.new.as_deref().map_or(key::Lock::Keyring, key::Lock::Password);
    key::change_lock(&session.folder, request.old.as_deref(), lock)?;
    app_status(session, crate::api::Empty {})
}
