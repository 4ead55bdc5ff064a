//! The exit code, and what fails a run besides findings.

use super::group::grouped;
use super::{Entry, FindingGroup, Report};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rule::rule_of;
use crate::rule::verdict::UnknownVerdict;
use crate::settings::FailOn;
use crate::value::{CauseKind, Str};

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
        let is_too_bad = |entry: &Entry<Diagnostic>| {
            self.is_of_unit(entry) && self.limit(entry.root, fail_on).includes(entry.what.severity)
        };
        let is_unknown = |entry: &Entry<UnknownVerdict>| {
            entry.what.rules().any(|rule| self.is_too_bad_unknown(entry, rule, fail_on))
        };
        u8::from(
            self.findings().any(is_too_bad)
                || unknown && self.unknown_verdicts().any(is_unknown)
                || max_findings.is_some_and(|most| self.counted_findings() > most),
        )
    }

    /// Says what fails the run besides findings, for every format: unknown verdicts, and more findings than there may be.
    pub fn hold_to(&mut self, threshold: Threshold) {
        let Threshold { fail_on, unknown, max_findings } = threshold;
        let mut failures = Vec::new();
        let found = self.counted_findings();
        if let Some(most) = max_findings.filter(|most| found > *most) {
            let found = if found == 1 { "1 finding is".to_owned() } else { format!("{found} findings are") };
            let problem =
                Diagnostic::error("gate/max-findings", format!("{found} more than `--max-findings {most}`"))
                    .help("mend or accept some; `--advice` shows advice, which counts too");
            failures.push(Entry::of_run(problem.as_finding()));
        }
        if unknown {
            for entry in self.unknown_verdicts() {
                let rules = entry.what.rules().filter(|rule| self.is_too_bad_unknown(entry, rule, fail_on));
                failures.extend(rules.map(|rule| undecided(entry, rule)));
            }
        }
        self.failures = failures;
    }

    /// What fails the run besides findings, grouped by cause.
    #[must_use]
    pub fn failure_groups(&self) -> Vec<FindingGroup<'_>> {
        grouped(self.failures.iter())
    }

    /// Whether an unknown verdict of a rule fails the run if unknown verdicts do: a finding of the rule would.
    fn is_too_bad_unknown(&self, entry: &Entry<UnknownVerdict>, rule: &str, fail_on: Option<FailOn>) -> bool {
        let Some(root) = self.root(entry).filter(|_| self.is_of_unit(entry)) else { return false };
        let environment = root.environment_for_rules.as_deref();
        rule_of(&root.rules, rule)
            .is_some_and(|rule| self.limit(entry.root, fail_on).includes(rule.severity_in(environment)))
    }

    /// From which severity on a finding of a root fails the run.
    fn limit(&self, root: Option<usize>, fail_on: Option<FailOn>) -> FailOn {
        fail_on.or_else(|| Some(self.roots.get(root?)?.fail_on)).unwrap_or_default()
    }

    /// The number of findings that `--max-findings` counts.
    fn counted_findings(&self) -> usize {
        grouped(self.findings().filter(|entry| self.is_of_unit(entry))).len()
    }

    /// Whether an entry counts for the exit code: what nobody applies does not.
    #[must_use]
    pub fn is_of_unit<T>(&self, entry: &Entry<T>) -> bool {
        self.root(entry).is_none_or(|root| root.kind.is_unit())
    }
}

/// An unknown verdict of a rule as what fails a run.
fn undecided(entry: &Entry<UnknownVerdict>, rule: &Str) -> Entry<Diagnostic> {
    let UnknownVerdict { address, cause, location, .. } = &entry.what;
    let message = format!("`{address}` is not known to pass: {cause}");
    let mut failure = Diagnostic::finding(rule, Severity::Error, address, message);
    if let Some(location) = location {
        failure = failure.at(location.clone(), "");
    }
    let root = cause.root();
    if let Some(span) = root.span {
        failure = failure.label(span, "decides it");
    }
    let subject = &root.subject;
    let help = match root.kind {
        CauseKind::VariableWithoutDefault
        | CauseKind::DataSource
        | CauseKind::ModuleNotLoaded
        | CauseKind::NoModuleDirectory
        | CauseKind::ModuleOutside => {
            format!(
                "`buttress explain '{subject}'` shows how to decide it; a suppression or a baseline accepts it"
            )
        }
        _ => "a plan may decide it; a suppression or a baseline accepts it".to_owned(),
    };
    Entry { root: entry.root, also: entry.also.clone(), ..Entry::of_run(failure.help(help)) }
}
