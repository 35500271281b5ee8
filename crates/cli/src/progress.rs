//! How far long work is, on stderr, where a person sits before it: a script gets no such lines.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use linli_workstation::{Progress, Step};

/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(200);
/// Back to the line's beginning, and the line emptied (ECMA-48).
const LINE_ANEW: &str = "\r\x1b[K";

/// Does the work and shows its progress meanwhile.
pub(crate) fn shown<R>(work: impl FnOnce(&Progress) -> R) -> R {
    let progress = Progress::default();
    if !std::io::stderr().is_terminal() {
        return work(&progress);
    }
    std::thread::scope(|scope| {
        let (at_work, done) = channel::<()>();
        let progress = &progress;
        scope.spawn(move || {
            while done.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                eprint!("{LINE_ANEW}{}", line(progress.now()));
            }
            eprint!("{LINE_ANEW}");
        });
        let result = work(progress);
        drop(at_work);
        result
    })
}

fn line((step, done, total): (Option<Step>, usize, usize)) -> String {
    let label = step.map(|step| step.to_string()).unwrap_or_default();
    if total == 0 {
        format!("{label}……")
    } else {
        format!("{label}：{done} / {total}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, line};

    #[test]
    fn a_step_without_a_number_is_only_named() {
        assert_eq!(line((Some(Step::ReadSheet), 0, 0)), "读取表格……");
        assert_eq!(line((Some(Step::CheckRows), 7, 100_000)), "核对每一行：7 / 100000");
    }
}
