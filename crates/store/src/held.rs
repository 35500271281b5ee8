//! Files that another program holds: waiting a moment for them, and saying so where that does not help.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::Error;

/// How long is waited for a file that another program holds: a virus scanner lets go of a new file within a second,
/// while Excel holds the one it shows until it is closed.
const WAITS: [Duration; 6] = [
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
];

/// Whether the system says that another program holds the file.
pub fn is_held(error: &io::Error) -> bool {
    cfg!(windows) && held_by_code(error)
}

/// Access denied, sharing violation, lock violation of Windows. Access is also denied where a rename meets an open
/// file, and nothing tells that from a right that lacks.
fn held_by_code(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(5 | 32 | 33))
}

/// Does something with a file, and again after a moment where another program holds it.
///
/// # Errors
/// The last one.
pub fn patiently<T>(action: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    again(action, is_held, std::thread::sleep)
}

fn again<T>(
    mut action: impl FnMut() -> io::Result<T>,
    momentary: impl Fn(&io::Error) -> bool,
    mut wait: impl FnMut(Duration),
) -> io::Result<T> {
    for pause in WAITS {
        match action() {
            Err(error) if momentary(&error) => wait(pause),
            done => return done,
        }
    }
    action()
}

/// Gives a file another name, whatever stood there.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    patiently(|| std::fs::rename(from, to)).map_err(Error::file(to))
}

/// Renames a finished file to its place; one that does not get there is removed again.
pub(crate) fn put_in_place(finished: tempfile::TempPath, place: &Path) -> Result<(), Error> {
    let mut finished = Some(finished);
    let renamed = patiently(|| {
        let Some(file) = finished.take() else { return Ok(()) };
        file.persist(place).map_err(|failed| {
            finished = Some(failed.path);
            failed.error
        })
    });
    renamed.map_err(Error::file(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_held_for_a_moment_is_waited_for_and_one_that_stays_held_is_named() {
        for code in [5, 32, 33] {
            for busy in [0, 1, 6, 7] {
                let (mut tries, mut waited) = (0, Duration::ZERO);
                let action = || {
                    tries += 1;
                    if tries > busy {
                        Ok(tries)
                    } else {
                        Err(io::Error::from_raw_os_error(code))
                    }
                };
                let done = again(action, held_by_code, |pause| waited += pause);
                assert_eq!(done.is_ok(), busy < 7, "{code} {busy}");
                assert!(waited < Duration::from_secs(2));
            }
        }
        let mut tries = 0;
        let missing = || {
            tries += 1;
            Err::<(), _>(io::Error::from_raw_os_error(2))
        };
        assert!(again(missing, held_by_code, |_| ()).is_err());
        assert_eq!(tries, 1, "what is not there does not come by waiting");
    }
}
