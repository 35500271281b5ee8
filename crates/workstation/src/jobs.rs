//! Long work: runs beside the counter, shows how far it is, and can be cancelled until it writes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use thiserror::Error;

use crate::Error;
use crate::api::app::{JobState, JobStatus};
use crate::api::{Catalogue, JobRequest, JobStarted, Said};
use crate::named::{Attempt, Thing};

/// Finished jobs whose outcome is kept.
const KEPT: usize = 32;

/// What a running job tells, and whether it is to stop.
#[derive(Default)]
pub struct Progress {
    done: AtomicUsize,
    total: AtomicUsize,
    cancelled: AtomicBool,
    step: Mutex<Option<Step>>,
}

/// A part of a long job.
#[derive(Debug, Clone, Copy, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Reads a ticket.
    #[error("读取加入凭据")]
    ReadTicket,
    /// Reads a sheet.
    #[error("读取表格")]
    ReadSheet,
    /// Looks at every row.
    #[error("核对每一行")]
    CheckRows,
    /// Looks for what is known already.
    #[error("与已有数据比对")]
    Compare,
    /// Writes.
    #[error("写入")]
    Write,
}

impl Said for Step {
    const CATALOGUE: Catalogue = Catalogue::Steps;
}

impl Progress {
    /// A new part begins: what it does, and how many steps it has.
    pub fn begin(&self, step: Step, total: usize) {
        *self.step.lock().unwrap_or_else(PoisonError::into_inner) = Some(step);
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// One step further.
    ///
    /// # Errors
    /// The job is to stop; nothing has been written yet.
    pub fn step(&self) -> Result<(), Error> {
        self.done.fetch_add(1, Ordering::Relaxed);
        if self.cancelled() {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }

    /// What it does now, how many steps of it are done, and of how many; 0 where nobody knows.
    pub fn now(&self) -> (Option<Step>, usize, usize) {
        (
            *self.step.lock().unwrap_or_else(PoisonError::into_inner),
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        )
    }

    /// Whether the job is to stop.
    pub fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

type Outcome = Option<Result<serde_json::Value, Error>>;

struct Job {
    progress: Arc<Progress>,
    outcome: Arc<Mutex<Outcome>>,
}

/// All jobs of a session.
#[derive(Default)]
pub(crate) struct Jobs {
    next: AtomicU32,
    jobs: Mutex<BTreeMap<u32, Job>>,
}

impl Jobs {
    /// Starts `work` on a thread of its own.
    pub(crate) fn start<R: Serialize>(
        &self,
        work: impl FnOnce(&Progress) -> Result<R, Error> + Send + 'static,
    ) -> Result<JobStarted, Error> {
        let id = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let job = Job {
            progress: Arc::default(),
            outcome: Arc::default(),
        };
        let (progress, outcome) = (job.progress.clone(), job.outcome.clone());
        std::thread::Builder::new()
            .name(format!("job-{id}"))
            .spawn(move || {
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&progress)))
                    .unwrap_or_else(|_| Err(Error::Internal("后台任务中断，没有写入任何数据".into())))
                    .and_then(|response| {
                        serde_json::to_value(response).map_err(|error| Error::Internal(error.to_string()))
                    });
                *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            })
            .map_err(|error| Error::system(Attempt::StartJob, &error))?;
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.insert(id, job);
        if jobs.len() > KEPT {
            jobs.pop_first();
        }
        Ok(JobStarted { job: id })
    }

    pub(crate) fn status(&self, request: &JobRequest) -> Result<JobStatus, Error> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let job = jobs.get(&request.job).ok_or(Error::NotFound { thing: Thing::Job })?;
        let outcome = job.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let (state, result, error) = match outcome.as_ref() {
            None => (JobState::Running, None, None),
            Some(Ok(value)) => (JobState::Finished, Some(value.clone()), None),
            Some(Err(Error::Cancelled)) => (JobState::Cancelled, None, None),
            Some(Err(error)) => (JobState::Failed, None, Some(error.body())),
        };
        let (step, done, total) = job.progress.now();
        Ok(JobStatus {
            done,
            total,
            step: step.map(|step| step.said()),
            state,
            result,
            error,
        })
    }

    pub(crate) fn cancel(&self, request: &JobRequest) -> Result<(), Error> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let job = jobs.get(&request.job).ok_or(Error::NotFound { thing: Thing::Job })?;
        job.progress.cancelled.store(true, Ordering::Relaxed);
        Ok(())
    }
}
