//! The exit code: what fails a run.

use super::group::grouped;
use super::{Entry, Report};
use crate::diagnostic::Severity;
use crate::rule::rule_of;
use crate::rule::verdict::UnknownVerdict;
use crate::settings::FailOn;

/// What fails a run that could read everything. The default is what each root says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Threshold {
    /// From which severity on a finding does; `None` if each root says it.
    pub fail_on: Option<FailOn>,
    /// An unknown verdict, if a finding of its rule would fail the run.
    pub unknown: bool,
    /// More findings than this, whatever their severity: those of one cause count once.
    pub max_findings: Option<usize>,
}

/// The least severity that fails the run; `None` if no finding does.
impl From<Option<Severity>> for Threshold {
    fn from(severity: Option<Severity>) -> Self {
        let fail_on = match severity {
            Some(Severity::Error) => FailOn::Error,
            Some(Severity::Warning) => FailOn::Warning,
            Some(Severity::Advice) => FailOn::Advice,
            None => FailOn::Never,
        };
        Self { fail_on: Some(fail_on), ..Self::default() }
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
        let limit = |root: Option<usize>| {
            fail_on.or_else(|| Some(self.roots.get(root?)?.fail_on)).unwrap_or_default()
        };
        let is_too_bad = self
            .findings()
            .any(|entry| self.is_of_unit(entry) && limit(entry.root).includes(entry.what.severity))
            || (unknown
                && self.unknown_verdicts().any(|entry| {
                    self.is_of_unit(entry)
                        && self
                            .severity_of(entry)
                            .is_some_and(|severity| limit(entry.root).includes(severity))
                }));
        let is_over = |most| grouped(self.findings().filter(|entry| self.is_of_unit(entry))).len() > most;
        u8::from(is_too_bad || max_findings.is_some_and(is_over))
    }

    /// Whether an entry counts for the exit code: what nobody applies does not.
    #[must_use]
    pub fn is_of_unit<T>(&self, entry: &Entry<T>) -> bool {
        self.root(entry).is_none_or(|root| root.kind.is_unit())
    }

    /// The severity that a finding in place of an unknown verdict would have: of several rules that of the worst.
    fn severity_of(&self, entry: &Entry<UnknownVerdict>) -> Option<Severity> {
        let root = self.root(entry)?;
        let environment = root.environment_for_rules.as_deref();
        entry.what.rules().filter_map(|id| Some(rule_of(&root.rules, id)?.severity_in(environment))).min()
    }
}
