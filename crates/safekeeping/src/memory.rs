//! A program's memory holds keys, passwords and people's data in the clear: it is kept from files and from other programs
//! of the same account.

use std::io;

/// Turns core dumps off for this process and whatever it starts, and, on Linux, lets no other program of this account look
/// into its memory. Called first thing in `main`: what was dumped before cannot be taken back.
///
/// Both, because each leaves a gap: a limit of 0 does not hold for a system that pipes its dumps into a program
/// (core(5), "Piping core dumps to a program"), and what a process may not be dumped for is set anew by each `exec`.
///
/// # Errors
/// The system refuses; the program can go on, as it was before.
pub fn keep_memory_private() -> io::Result<()> {
    without_core_dumps()?;
    not_dumpable()
}

#[cfg(unix)]
fn without_core_dumps() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    Ok(setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    )?)
}

/// Windows keeps a whole dump of a program only where an administrator has asked for it (`LocalDumps`), and offers no way
/// to refuse it without unsafe calls.
#[cfg(not(unix))]
fn without_core_dumps() -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
fn not_dumpable() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// Elsewhere there is no such attribute: macOS asks for a right to look into another program, as Windows does where it runs
/// as somebody else.
#[cfg(not(target_os = "linux"))]
fn not_dumpable() -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, dumpable_behavior, getrlimit};

    #[test]
    fn nothing_of_the_process_is_dumped_or_read_by_others() {
        super::keep_memory_private().unwrap();
        assert_eq!(
            getrlimit(Resource::Core),
            Rlimit {
                current: Some(0),
                maximum: Some(0)
            }
        );
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
