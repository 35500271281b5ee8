//! Files for their owner alone. Only Unix is told: on Windows they inherit who may read the folder.

use std::io;
use std::path::Path;

/// What SQLite puts beside a database, by the ends of the names.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Makes a database's file where there is none, and shuts others out of it and of what stands beside it. SQLite gives
/// what it makes later the same access.
pub(super) fn keep(database: &Path) -> io::Result<()> {
    for_its_owner(std::fs::OpenOptions::new().create(true).append(true), database)?;
    for end in BESIDE {
        let mut name = database.as_os_str().to_owned();
        name.push(end);
        match shut(Path::new(&name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done?,
        }
    }
    Ok(())
}

/// Opens a file as told; nobody but its owner reads it from then on, nor before where it is new.
///
/// # Errors
/// It cannot be opened, or is another's whom this program cannot shut out.
pub fn for_its_owner(options: &mut std::fs::OpenOptions, path: &Path) -> io::Result<std::fs::File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, OWNER);
    let file = options.open(path)?;
    shut(path)?;
    Ok(file)
}

/// Reading and writing for the owner.
#[cfg(unix)]
const OWNER: u32 = 0o600;

#[cfg(unix)]
fn shut(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(OWNER))
}

#[cfg(not(unix))]
fn shut(_: &Path) -> io::Result<()> {
    Ok(())
}
