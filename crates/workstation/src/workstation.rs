//! Opened data: the store, what is kept in memory beside it, and how a command writes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use chrono::NaiveDate;
use linli_documents::sheet::{self, Altered};
use linli_domain::answer::Answer;
use linli_domain::instruction::Instruction;
use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::order::Order;
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::task::Task;
use linli_domain::time::Moment;
use linli_store::files::DataFolder;
use linli_store::key::DatabaseKey;
use linli_store::{Author, Committee, Draft, Extent, Store, Surroundings, View, Written};
use serde::Serialize;
use thiserror::Error;

use crate::api::app::{AppState, AppStatus, Settings};
use crate::api::{Catalogue, Said, Sentence};
use crate::exchange::{Line, Membership};
use crate::file_name::in_a_folder;
use crate::host::Host;
use crate::memory::MemoryFiles;
use crate::named::{FormField, Thing};
use crate::orders::{OrderView, Recogniser};
use crate::papers::Shown;
use crate::queue::{Kept, Shelf};
use crate::roster::Roster;
use crate::rounds::{RoundView, Version};
use crate::session::Session;
use crate::tasks::{Finder, TaskView};
use crate::{Error, api, remarks};

/// Under which key this PC's settings are kept.
const SETTINGS: &str = "settings";
/// Marks an invented committee.
const SAMPLE: &str = "sample";
/// Cells of a sheet that are told one by one where they are not as they were: a clerk corrects so many by hand.
const ALTERED_TOLD: usize = 20;

/// What is told in one of the cells beyond those.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
enum Further {
    #[error("还有 {count} 处")]
    FurtherAltered { count: usize },
}

impl Said for Further {
    const CATALOGUE: Catalogue = Catalogue::Sheets;
}

impl Said for Altered {
    const CATALOGUE: Catalogue = Catalogue::Sheets;
}
/// The tags every committee begins with.
const FIRST_TAGS: [&str; 8] = ["独居老人", "高龄", "孕产妇", "儿童", "残疾", "慢病", "党员", "志愿者"];

/// Opened data of one committee.
pub struct Workstation {
    pub(crate) folder: DataFolder,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) surroundings: Arc<dyn Surroundings>,
    pub(crate) files: Arc<MemoryFiles>,
    pub(crate) shown: Shown,
    exports: PathBuf,
    key: Arc<DatabaseKey>,
    store: Mutex<Store>,
    committee: EntityId,
    roster: RwLock<Roster>,
    rounds: Mutex<HashMap<EntityId, Arc<RoundView>>>,
    pub(crate) instructions: Shelf<Instruction>,
    pub(crate) answers: Shelf<Answer>,
    pub(crate) task_shelf: Shelf<Task>,
    pub(crate) tasks: Kept<TaskView>,
    pub(crate) finder: Finder,
    pub(crate) order_shelf: Shelf<Order>,
    pub(crate) orders: Kept<OrderView>,
    pub(crate) recogniser: Recogniser,
    exported: Mutex<Vec<PathBuf>>,
    extents: Mutex<HashMap<(i64, u64), Extent>>,
    pub(crate) line: Arc<Line>,
    /// The sheet in the import wizard, read, and what an import of it would do.
    pub(crate) reading: crate::import::Kept,
}

impl Workstation {
    pub(crate) fn open(session: &Session, key: Arc<DatabaseKey>) -> Result<Workstation, Error> {
        let store = Store::open(&session.folder.database(), &key)?.amid(session.surroundings.clone());
        let committee = match store.view().committee()? {
            Some(committee) => committee.id,
            // Joined a moment ago: everything is still to come.
            None => Membership::of(store.view())?.ok_or(Error::NotReady)?.committee,
        };
        Ok(Workstation::on(session, key, store, committee))
    }

    /// A session's workstation on a store.
    pub(crate) fn on(session: &Session, key: Arc<DatabaseKey>, store: Store, committee: EntityId) -> Workstation {
        Workstation {
            folder: session.folder.clone(),
            host: session.host.clone(),
            surroundings: session.surroundings.clone(),
            files: session.files.clone(),
            shown: Shown::default(),
            exports: session.exports.clone(),
            key,
            store: Mutex::new(store),
            committee,
            roster: RwLock::default(),
            rounds: Mutex::default(),
            instructions: Shelf::default(),
            answers: Shelf::default(),
            task_shelf: Shelf::default(),
            tasks: Kept::default(),
            finder: Finder::default(),
            order_shelf: Shelf::default(),
            orders: Kept::default(),
            recogniser: Recogniser::default(),
            exported: Mutex::default(),
            extents: Mutex::default(),
            line: Arc::default(),
            reading: crate::import::Kept::default(),
        }
    }

    /// Writes a new committee's first batch into an empty store: its id.
    pub(crate) fn set_up(
        store: &mut Store,
        surroundings: &dyn Surroundings,
        (name, district, actor): (&str, Option<&str>, &str),
    ) -> Result<EntityId, Error> {
        let committee = EntityId(surroundings.new_id());
        let mut drafts = vec![Draft {
            kind: EntityKind::Committee,
            entity: committee,
            change: created([
                (Field::Name, Some(name.to_owned())),
                (Field::District, district.map(|district| district.trim().to_owned())),
            ]),
        }];
        drafts.extend(FIRST_TAGS.iter().enumerate().map(|(order, tag)| Draft {
            kind: EntityKind::Tag,
            entity: EntityId(surroundings.new_id()),
            change: created([
                (Field::Name, Some((*tag).to_owned())),
                (Field::Order, Some(order.to_string())),
            ]),
        }));
        store.write::<Error>(
            &Author {
                actor,
                at: surroundings.now(),
                action: Action::SetUp,
                committee,
            },
            |_| Ok(drafts),
        )?;
        save_settings(
            store,
            &Settings {
                actor: actor.to_owned(),
                ..Settings::default()
            },
        )?;
        Ok(committee)
    }

    /// What somebody should know who opens this data.
    pub(crate) fn remarks(&self) -> Result<Vec<Sentence>, Error> {
        let mut remarks: Vec<Sentence> = self.store().view().losses()?.iter().map(remarks::lost).collect();
        remarks.extend(crate::backup::remarks(self)?);
        Ok(remarks)
    }

    /// The store, for a moment.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another connection, for long work that must not hold up the counter.
    pub(crate) fn connect(&self) -> Result<Store, Error> {
        Ok(Store::open(&self.folder.database(), &self.key)?.amid(self.surroundings.clone()))
    }

    /// The time by this PC's clock.
    pub(crate) fn now(&self) -> Moment {
        self.surroundings.now()
    }

    /// A new id.
    pub(crate) fn new_id(&self) -> EntityId {
        EntityId(self.surroundings.new_id())
    }

    pub(crate) fn key(&self) -> &Arc<DatabaseKey> {
        &self.key
    }

    /// Reads, decides and writes in one transaction, as the clerk working now.
    pub(crate) fn write(
        &self,
        action: Action,
        decide: impl FnOnce(View<'_>) -> Result<Vec<Draft>, Error>,
    ) -> Result<Written, Error> {
        self.write_on(&mut self.store(), action, decide)
    }

    /// As [`Workstation::write`], where what it is for is only known once the state was read.
    pub(crate) fn write_as(
        &self,
        decide: impl FnOnce(View<'_>) -> Result<(Action, Vec<Draft>), Error>,
    ) -> Result<Written, Error> {
        let mut store = self.store();
        let actor = self.settings_of(&store)?.actor;
        let author = Author {
            actor: &actor,
            at: self.now(),
            action: Action::Unknown,
            committee: self.committee,
        };
        store.write_as(&author, decide)
    }

    /// As [`Workstation::write`], on a connection of one's own.
    pub(crate) fn write_on(
        &self,
        store: &mut Store,
        action: Action,
        decide: impl FnOnce(View<'_>) -> Result<Vec<Draft>, Error>,
    ) -> Result<Written, Error> {
        let actor = self.settings_of(store)?.actor;
        store.write(
            &Author {
                actor: &actor,
                at: self.now(),
                action,
                committee: self.committee,
            },
            decide,
        )
    }

    /// Takes a batch back, as the clerk working now.
    pub(crate) fn undo(&self, batch: i64) -> Result<linli_store::Undo, Error> {
        let mut store = self.store();
        let actor = self.settings_of(&store)?.actor;
        let author = Author {
            actor: &actor,
            at: self.now(),
            action: Action::Undone,
            committee: self.committee,
        };
        Ok(store.undo(&author, batch)?)
    }

    /// Brings back a batch that was taken back, as the clerk working now.
    pub(crate) fn redo(&self, batch: i64) -> Result<linli_store::Redo, Error> {
        let mut store = self.store();
        let actor = self.settings_of(&store)?.actor;
        let author = Author {
            actor: &actor,
            at: self.now(),
            action: Action::Undone,
            committee: self.committee,
        };
        Ok(store.redo(&author, batch)?)
    }

    /// How much a batch of so many operations touched. Kept in memory: a large import is counted once, and is counted
    /// anew only where more of it has come from another PC.
    pub(crate) fn extent(&self, view: View<'_>, batch: i64, operations: u64) -> Result<Extent, Error> {
        let known = self
            .extents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&(batch, operations))
            .copied();
        if let Some(extent) = known {
            return Ok(extent);
        }
        let extent = view.batch_extent(batch)?;
        self.extents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((batch, operations), extent);
        Ok(extent)
    }

    /// Records that personal data was shown, exported or printed.
    pub(crate) fn record(
        &self,
        action: Action,
        kind: EntityKind,
        entity: EntityId,
        note: linli_domain::operation::Note,
    ) -> Result<Written, Error> {
        self.write(action, |_| {
            Ok(vec![Draft {
                kind,
                entity,
                change: Change::Noted(note),
            }])
        })
    }

    /// The committee.
    pub(crate) fn committee(&self) -> Result<Committee, Error> {
        let store = self.store();
        match store.view().committee()? {
            Some(committee) => Ok(committee),
            None => {
                let joined = Membership::of(store.view())?.ok_or(Error::NotReady)?;
                let (id, name, district) = (joined.committee, joined.name, Some(joined.district));
                Ok(Committee {
                    id,
                    name,
                    district,
                    address: None,
                    phone: None,
                })
            }
        }
    }

    pub(crate) fn committee_id(&self) -> EntityId {
        self.committee
    }

    /// Today, here.
    pub(crate) fn today(&self) -> NaiveDate {
        self.now().date()
    }

    /// The roster as it is now.
    pub(crate) fn roster(&self) -> Result<RwLockReadGuard<'_, Roster>, Error> {
        {
            let store = self.store();
            let (version, today) = (store.view().version()?, self.today());
            let fresh = |roster: &Roster| roster.version() == Some(version) && roster.day() == today;
            if !fresh(&self.roster.read().unwrap_or_else(PoisonError::into_inner)) {
                self.roster
                    .write()
                    .unwrap_or_else(PoisonError::into_inner)
                    .refresh(store.view(), version, today)?;
            }
        }
        Ok(self.roster.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads what is opened first, the roster, open orders and the newest round, while the clerk still reads the first page.
    pub(crate) fn look_ahead(&self) -> Result<(), Error> {
        drop(self.roster()?);
        if self.open_orders()? > 0 {
            drop(self.orders()?);
        }
        let newest = self.store().view().rounds()?.first().map(|round| round.id);
        newest.map(|round| self.round(round)).transpose()?;
        Ok(())
    }

    /// A round with its reservations and their findings, as they are now.
    pub(crate) fn round(&self, id: EntityId) -> Result<Arc<RoundView>, Error> {
        let version = {
            let store = self.store();
            let view = store.view();
            let (data, received) = (view.version()?, view.received_up_to()?);
            Version {
                data,
                received,
                restored: view.is_restored()?,
                day: self.today(),
            }
        };
        let mut rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(view) = rounds.get(&id).filter(|view| view.version == version) {
            return Ok(view.clone());
        }
        // A view that somebody still reads stays as it is; another one is read then.
        let view = match rounds.remove(&id).and_then(Arc::into_inner) {
            Some(known) => known.brought_up(self, version)?,
            None => RoundView::load(self, id, version)?,
        };
        let view = Arc::new(view);
        rounds.insert(id, view.clone());
        Ok(view)
    }

    /// This PC's settings.
    pub(crate) fn settings(&self) -> Result<Settings, Error> {
        self.settings_of(&self.store())
    }

    pub(crate) fn settings_of(&self, store: &Store) -> Result<Settings, Error> {
        let json = store.view().setting(SETTINGS)?;
        // Settings written by another version fall back field by field; unreadable ones fall back whole.
        let mut settings: Settings = json
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default();
        if settings.export_folder.is_empty() {
            settings.export_folder = self.exports.display().to_string();
        }
        Ok(settings)
    }

    pub(crate) fn save_settings(&self, settings: &Settings) -> Result<(), Error> {
        save_settings(&self.store(), settings)
    }

    /// Sets who is working on this PC, from the command line.
    ///
    /// # Errors
    /// The name is empty, or the database's.
    pub fn set_actor(&self, actor: &str) -> Result<(), Error> {
        let actor = crate::session::named(FormField::Actor, actor)?.to_owned();
        self.save_settings(&Settings {
            actor,
            ..self.settings()?
        })
    }

    pub(crate) fn mark_sample(&self) -> Result<(), Error> {
        Ok(self.store().set_setting(SAMPLE, "1")?)
    }

    pub(crate) fn describe(&self, status: &mut AppStatus) -> Result<(), Error> {
        let settings = self.settings()?;
        let committee = self.committee()?.name;
        let store = self.store();
        status.state = AppState::Ready;
        status.committee = Some(committee);
        status.district = Membership::of(store.view())?.map(|membership| membership.district);
        status.actor = Some(settings.actor);
        status.known_actors = store.view().actors()?;
        status.sample = is_sample(store.view())?;
        Ok(())
    }

    /// Where an export goes: the path asked for, whose folder is there, or the export folder with a name of our own. Asked before anything is
    /// done for it, so that a path on which nothing may be written costs nothing.
    pub(crate) fn export_path(&self, asked: Option<&str>, file_name: &str) -> Result<PathBuf, Error> {
        let path = match asked.map(str::trim).filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => {
                let path = free_path(&Path::new(&self.settings()?.export_folder).join(file_name));
                self.folder.place_for(&path)?;
                return Ok(path);
            }
        };
        self.folder.place_for(&path)?;
        in_a_folder(&path)?;
        Ok(path)
    }

    /// Writes an exported file whole and remembers that it is ours to open.
    pub(crate) fn save_export(&self, path: &Path, bytes: &[u8], rows: usize) -> Result<api::Exported, Error> {
        self.folder.write_output(path, bytes)?;
        Ok(self.exported(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()), rows))
    }

    /// Writes a sheet to disk and tells what of it is not as it was.
    ///
    /// # Errors
    /// As [`Workstation::save_export`].
    pub(crate) fn save_sheet(&self, path: &Path, sheet: &sheet::Written, rows: usize) -> Result<api::Exported, Error> {
        let first = sheet.altered.iter().take(ALTERED_TOLD).map(Said::said);
        let count = sheet.altered.len().saturating_sub(ALTERED_TOLD);
        let altered = first
            .chain((count > 0).then(|| Further::FurtherAltered { count }.said()))
            .collect();
        Ok(api::Exported {
            altered,
            ..self.save_export(path, &sheet.bytes, rows)?
        })
    }

    /// Remembers that a file that was written is ours to open.
    pub(crate) fn exported(&self, path: PathBuf, rows: usize) -> api::Exported {
        let exported = api::Exported {
            file_name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            path: path.display().to_string(),
            rows,
            altered: Vec::new(),
        };
        self.exported.lock().unwrap_or_else(PoisonError::into_inner).push(path);
        exported
    }

    /// Whether this session exported a file.
    pub(crate) fn has_exported(&self, path: &Path) -> bool {
        self.exported
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(|known| known == path)
    }
}

pub(crate) fn save_settings(store: &Store, settings: &Settings) -> Result<(), Error> {
    let json = serde_json::to_string(settings).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(store.set_setting(SETTINGS, &json)?)
}

/// Whether this is an invented committee.
pub(crate) fn is_sample(view: View<'_>) -> Result<bool, Error> {
    Ok(view.setting(SAMPLE)?.is_some())
}

/// A path that is not taken: an export of the same minute does not overwrite the one before.
pub(crate) fn free_path(path: &Path) -> PathBuf {
    if !path.exists() {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    (2..)
        .map(|number| path.with_file_name(format!("{stem}({number}).{extension}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| path.to_owned())
}

/// An id from a request.
pub(crate) fn id(thing: Thing, text: &str) -> Result<EntityId, Error> {
    text.parse().map_err(|_| Error::NotFound { thing })
}

/// What the screens get of a write.
pub(crate) fn done(written: Written) -> api::Done {
    api::Done {
        batch: written.batch,
        changed: written.entities,
    }
}
