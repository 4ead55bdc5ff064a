//! The exit code: what fails a run.

use super::{Entry, Report};
use crate::diagnostic::Severity;
use crate::rule::verdict::UnknownVerdict;

/// What fails a run that could read everything. The default is that nothing does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Threshold {
    /// A finding that is at least as severe.
    pub fail_on: Option<Severity>,
    /// An unknown verdict, if a finding of its rule would fail the run.
    pub unknown: bool,
    /// More findings than this, whatever their severity: those of one cause count once.
    pub max_findings: Option<usize>,
}

impl From<Option<Severity>> for Threshold {
    fn from(fail_on: Option<Severity>) -> Self {
        Self { fail_on, ..Self::default() }
    }
}

impl Report {
    /// 2 if the run is incomplete, 1 if something reported is over the threshold, otherwise 0.
    #[must_use]
    pub fn exit_code(&self, threshold: impl Into<Threshold>) -> u8 {
        let Threshold { fail_on, unknown, max_findings } = threshold.into();
        if self.is_incomplete() {
            return 2;
        }
        let is_too_bad = |limit| {
            self.findings().any(|entry| entry.what.severity <= limit)
                || (unknown && self.unknown_verdicts().any(|entry| self.severity_of(entry) <= Some(limit)))
        };
        u8::from(
            fail_on.is_some_and(is_too_bad) || max_findings.is_some_and(|most| self.groups().len() > most),
        )
    }

    /// The severity that a finding in place of an unknown verdict would have: of several rules that of the worst.
    fn severity_of(&self, entry: &Entry<UnknownVerdict>) -> Option<Severity> {
        let environment = self.root(entry).and_then(|root| root.environment.as_deref());
        entry.what.rules().filter_map(|id| Some(self.rule(id)?.severity_in(environment))).min()
    }
}
