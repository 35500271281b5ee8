//! The data folder: the district's key, certificates, and the embedded database.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use linli_district::authority::Authority;
use linli_district::http::Certificate;
use linli_district::random::{Randomness, System};
use linli_district::sms::{Gateway, Log, Template, Webhook};
use linli_district::storage::{Postgres, Sqlite, Storage, for_its_owner};
use linli_safekeeping::Refused;

use super::args::Arguments;
use super::{Refusal, read_text};

const DATABASE: &str = "district.db";
const KEY: &str = "district.key";
const AUTHORITY: (&str, &str) = ("ca.pem", "ca.key");
const SERVER: (&str, &str) = ("server.pem", "server.key");
const SMS: &str = "sms.toml";

/// `sms.toml`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SmsFile {
    /// Where messages are posted.
    url: String,
    /// Signs them.
    secret: String,
    /// Their text.
    template: Option<String>,
}

/// The folder.
pub(crate) struct Data {
    folder: PathBuf,
}

impl Data {
    /// The folder; where it is not there, made for its owner alone.
    pub(crate) fn at(folder: &Path) -> Result<Data, Refusal> {
        if !folder.exists() {
            fs::create_dir_all(folder).map_err(Refusal::file(folder))?;
            private(folder)?;
        }
        // What an older program or somebody's hand left for all to read.
        for name in [KEY, AUTHORITY.1, SERVER.1, SMS] {
            let path = folder.join(name);
            if path.exists() {
                for_its_owner(OpenOptions::new().read(true), &path).map_err(Refusal::file(&path))?;
            }
        }
        Ok(Data {
            folder: folder.to_owned(),
        })
    }

    /// The database.
    pub(crate) fn storage(&self, arguments: &Arguments) -> Result<Arc<dyn Storage>, Refusal> {
        let connections = arguments.connections;
        Ok(match (&arguments.database, &arguments.database_ca) {
            (Some(url), Some(path)) => {
                let authority = fs::read_to_string(path).map_err(Refusal::file(path))?;
                Arc::new(Postgres::open_inside_tls(url, &authority, connections)?)
            }
            (Some(url), None) => Arc::new(Postgres::open(url, connections)?),
            (None, _) => Arc::new(Sqlite::open(&self.folder.join(DATABASE))?),
        })
    }

    /// The key by which the district signs what it writes; made with the first committees' database.
    ///
    /// PCs know the district by it: without the file that was there when they joined, nothing is done.
    pub(crate) fn signing_key(&self, storage: &dyn Storage) -> Result<SigningKey, Refusal> {
        let path = self.folder.join(KEY);
        if path.exists() {
            let text = fs::read_to_string(&path).map_err(Refusal::file(&path))?;
            let bytes = HEXLOWER
                .decode(text.trim().as_bytes())
                .ok()
                .and_then(|bytes| bytes.try_into().ok());
            let damaged = || Refusal::Words(format!("密钥文件 {} 已损坏，请从备份恢复", path.display()));
            return Ok(SigningKey::from_bytes(&bytes.ok_or_else(damaged)?));
        }
        let written: Result<bool, linli_district::storage::StorageError> = storage.read(|transaction| {
            Ok(transaction
                .first("SELECT 1 FROM committee WHERE device_seq > 0 LIMIT 1", &[])?
                .is_some())
        });
        if written? {
            return Err(Refusal::Words(format!(
                "数据库里已有区级平台写入的记录，但 {} 不在；请把原来的密钥文件放回来",
                path.display()
            )));
        }
        let mut bytes = [0; 32];
        System.fill(&mut bytes)?;
        write_secret(&path, &HEXLOWER.encode(&bytes))?;
        Ok(SigningKey::from_bytes(&bytes))
    }

    /// The authority; `None` where there is none.
    pub(crate) fn authority(&self) -> Result<Option<Authority>, Refusal> {
        let pair = self.pair(AUTHORITY)?;
        Ok(pair.map(|(certificate, key)| Authority { certificate, key }))
    }

    /// The server's certificate; `None` where there is none.
    pub(crate) fn certificate(&self) -> Result<Option<Certificate>, Refusal> {
        Ok(self.pair(SERVER)?.map(|(chain, key)| Certificate { chain, key }))
    }

    pub(crate) fn keep_authority(&self, authority: &Authority) -> Result<(), Refusal> {
        self.keep(AUTHORITY, &authority.certificate, &authority.key)
    }

    pub(crate) fn keep_certificate(&self, certificate: &Certificate) -> Result<(), Refusal> {
        self.keep(SERVER, &certificate.chain, &certificate.key)
    }

    /// The SMS gateway and its text, as `sms.toml` says; the log where there is no such file.
    pub(crate) fn gateway(&self) -> Result<(Box<dyn Gateway>, Template), Refusal> {
        let path = self.folder.join(SMS);
        if !path.exists() {
            return Ok((Box::new(Log), Template::default()));
        }
        let text = read_text(&path)?;
        let file: SmsFile =
            toml::from_str(&text).map_err(|error| Refusal::Words(format!("{}：{error}", path.display())))?;
        let template = file
            .template
            .as_deref()
            .map(Template::read)
            .transpose()?
            .unwrap_or_default();
        Ok((Box::new(Webhook::new(&file.url, &file.secret)?), template))
    }

    /// Checks a path that somebody named for a file: nothing is written onto the district's own data.
    pub(crate) fn may_write(&self, path: &Path) -> Result<PathBuf, Refusal> {
        linli_safekeeping::place_for(path, &self.folder).map_err(|refused| match refused {
            Refused::OwnData => Refusal::Words(format!(
                "{} 在存放数据的文件夹里，或就是数据文件，不能写到那里；什么也没有写，请换一个文件夹",
                path.display()
            )),
            Refused::NotAFile => Refusal::Words(format!(
                "{} 是文件夹或设备，不是文件，什么也没有写；请换一个文件名",
                path.display()
            )),
            Refused::Io(error) => Refusal::file(path)(error),
        })
    }

    /// Writes a file to a path that somebody named: whole or not at all.
    pub(crate) fn write_output(&self, path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
        let place = self.may_write(path)?;
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let beside = place.with_file_name(name);
        let written = fs::File::create(&beside)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&beside, &place));
        if written.is_err() {
            let _ = fs::remove_file(&beside); // Half a file helps nobody.
        }
        written.map_err(Refusal::file(path))
    }

    fn pair(&self, (certificate, key): (&str, &str)) -> Result<Option<(String, String)>, Refusal> {
        let (certificate, key) = (self.folder.join(certificate), self.folder.join(key));
        if !certificate.exists() {
            return Ok(None);
        }
        let read = |path: &Path| fs::read_to_string(path).map_err(Refusal::file(path));
        Ok(Some((read(&certificate)?, read(&key)?)))
    }

    fn keep(&self, (certificate, key): (&str, &str), public: &str, secret: &str) -> Result<(), Refusal> {
        write_secret(&self.folder.join(key), secret)?;
        let path = self.folder.join(certificate);
        fs::write(&path, public).map_err(Refusal::file(&path))
    }
}

/// Writes a file that only its owner reads: beside, then renamed.
fn write_secret(path: &Path, text: &str) -> Result<(), Refusal> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let mut file = for_its_owner(&mut options, &beside).map_err(Refusal::file(&beside))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(Refusal::file(&beside))?;
    fs::rename(&beside, path).map_err(Refusal::file(path))
}

#[cfg(unix)]
fn private(folder: &Path) -> Result<(), Refusal> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(Refusal::file(folder))
}

#[cfg(not(unix))]
fn private(_: &Path) -> Result<(), Refusal> {
    Ok(()) // The folder inherits its owner's access.
}
