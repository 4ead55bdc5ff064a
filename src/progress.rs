//! Progress: how far a run is, for whoever watches it. It only counts: nothing here writes, and no result depends on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A part of a run that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStage {
    /// Files are found, read and parsed.
    Reading,
    /// Root modules and plans are evaluated.
    Evaluating,
    /// Rules are run over each of them.
    Judging,
}

impl RunStage {
    const ALL: [Self; 3] = [Self::Reading, Self::Evaluating, Self::Judging];

    /// What happens, in words.
    #[must_use]
    pub const fn doing(self) -> &'static str {
        match self {
            Self::Reading => "reading files",
            Self::Evaluating => "evaluating root modules",
            Self::Judging => "running rules",
        }
    }
}

/// How far a run is. Copies count together; the default counts nothing.
#[derive(Clone, Debug, Default)]
pub struct Progress(Option<Arc<ProgressCounters>>);

#[derive(Debug, Default)]
struct ProgressCounters {
    /// The number of stages that have begun.
    stages: AtomicUsize,
    done: AtomicUsize,
    total: AtomicUsize,
}

/// What a watcher sees: the stage, and how much of how much is done in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub stage: RunStage,
    pub done: usize,
    /// Zero if it is not known how much there is to do.
    pub total: usize,
}

impl Progress {
    /// A progress that counts.
    #[must_use]
    pub fn watched() -> Self {
        Self(Some(Arc::default()))
    }

    /// Begins a stage in which so much is to be done.
    pub fn begin(&self, stage: RunStage, total: usize) {
        let Some(counters) = &self.0 else { return };
        counters.done.store(0, Ordering::Relaxed);
        counters.total.store(total, Ordering::Relaxed);
        let stages = RunStage::ALL.iter().position(|other| *other == stage).map_or(0, |index| index + 1);
        counters.stages.store(stages, Ordering::Relaxed);
    }

    /// Counts one thing that is done.
    pub fn step(&self) {
        if let Some(counters) = &self.0 {
            counters.done.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How far the run is; `None` before it begins.
    #[must_use]
    pub fn now(&self) -> Option<Moment> {
        let counters = self.0.as_ref()?;
        let index = counters.stages.load(Ordering::Relaxed).checked_sub(1)?;
        let total = counters.total.load(Ordering::Relaxed);
        let done = counters.done.load(Ordering::Relaxed).min(total);
        Some(Moment { stage: *RunStage::ALL.get(index)?, done, total })
    }
}
