//! The report of a run: everything that any format shows, collected and sorted. Output is a pure function of it.

mod audit;
pub mod configuration;
pub mod coverage;
mod directories;
pub mod drawing;
mod entry;
mod exit;
pub mod explained;
pub mod fingerprint;
pub mod fixes;
mod group;
mod missing;
mod order;
pub mod outline;
pub mod pointed;
pub mod practices;
pub mod proposal;
pub mod review;
mod shown;
pub mod simulation;
pub mod tested;
mod undecided;
mod verdicts;
mod whereabouts;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::failure::Dependents;
use crate::diagnostic::{Diagnostic, Severity};
use crate::estate::{Input, UnitKind};
use crate::rule::run::Tally;
use crate::rule::verdict::UnknownVerdict;
use crate::rule::{Principle, Rule, rule_of};
use crate::settings::FailOn;
use crate::suppression::Suppression;
use crate::text::Sources;
use crate::value::Str;
pub use audit::LandscapeAudit;
pub use directories::{Attention, ListedDirectory, ListedVariant};
pub use entry::{Entry, Status};
pub use exit::Threshold;
use fixes::FixSummary;
pub use group::FindingGroup;
pub use missing::MissingModule;
pub use shown::{ShownLandscape, ShownNode};
pub use undecided::Undecided;
pub use verdicts::VerdictCounts;
pub use whereabouts::{GroupEnvironments, Whereabouts};

/// The report of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// Findings, those of one cause after each other and what matters most first; then problems, then what passes have set aside.
    pub diagnostics: Vec<Entry<Diagnostic>>,
    /// What fails the run besides findings: see [`Report::hold_to`].
    pub failures: Vec<Entry<Diagnostic>>,
    /// Unknown verdicts, by rule and address.
    pub unknown: Vec<Entry<UnknownVerdict>>,
    /// The rules of the run, sorted by id.
    pub rules: Vec<Arc<Rule>>,
    /// The principles that rules serve, in the order in which they are told.
    pub principles: Vec<Principle>,
    /// How often each rule that ran has passed or did not apply.
    pub tallies: BTreeMap<Str, Tally>,
    /// How much depends on what has a finding, by root and address.
    pub dependents: FxHashMap<(usize, Str), Dependents>,
    /// Managed resource instances of types that the model does not describe, by type: no rule knows what they are.
    pub not_modelled: BTreeMap<Str, usize>,
    /// The modules that are not there, sorted by source and version.
    pub missing: Vec<MissingModule>,
    /// The directories in which `terraform get` would fetch something, sorted.
    pub to_fetch: Vec<PathBuf>,
    /// The root modules and plans that were checked.
    pub roots: Vec<Root>,
    /// The directories with configuration that were found, sorted by path.
    pub directories: Vec<ListedDirectory>,
    pub counts: Counts,
    /// How a change affects earlier findings, if that was asked for.
    pub change: Option<ChangeSummary>,
    /// What people suppress, in the order of files and text.
    pub suppressions: Vec<Suppression>,
    /// What the baseline accepts, if there is one.
    pub baseline: Option<BaselineSummary>,
    /// What an audit shows of each landscape, if that was asked for.
    pub audits: Vec<(ShownLandscape, LandscapeAudit)>,
    /// What was or would be fixed, if that was asked for.
    pub fixes: Option<FixSummary>,
    /// The files that spans point into.
    pub sources: Sources,
}

/// How a change affects the findings from before it.
#[derive(Debug, Default)]
pub struct ChangeSummary {
    /// The revision that directories are compared with, as the user wrote it.
    pub since: Option<String>,
    /// Findings that the change fixes, by rule and address.
    pub fixed: Vec<Fixed>,
    /// The number of findings that stay.
    pub left: usize,
    /// What it means for a review, if that was asked for and there is something to compare.
    pub review: Option<review::Review>,
}

/// A finding that a change fixes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed {
    /// The index in [`Report::roots`].
    pub root: usize,
    /// The id of the rule.
    pub rule: Str,
    /// The address before the change.
    pub address: Str,
}

/// How the findings of a run compare with its baseline.
#[derive(Debug, Default)]
pub struct BaselineSummary {
    /// Findings that it accepts.
    pub accepted: usize,
    /// Unknown verdicts that it accepts.
    pub accepted_unknown: usize,
    /// What it accepts and the run has not found, although it looked: sorted.
    pub fixed: Vec<FixedAccepted>,
    /// The text of the new baseline, if one is to be written.
    pub text: Option<String>,
}

/// An entry of a baseline that is no longer met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedAccepted {
    /// Where its root module or plan is.
    pub root: String,
    /// The id of the rule.
    pub rule: Str,
    pub address: Str,
    /// How many times it is no longer met.
    pub count: usize,
}

/// A root module or plan.
#[derive(Clone, Debug)]
pub struct Root {
    /// The directory or file.
    pub path: PathBuf,
    /// Where it is, however it was named and wherever the program was run: its path in the repository, with `/` as separator.
    pub place: String,
    pub input: Input,
    /// What it is taken for.
    pub kind: UnitKind,
    /// The environment, if it is known.
    pub environment: Option<String>,
    /// From which severity on its findings make the exit code 1.
    pub fail_on: FailOn,
    /// Whether its advice is shown and not only counted.
    pub shows_advice: bool,
    /// The rules that ran on it, with the severities that they have here, sorted by id.
    pub rules: Vec<Arc<Rule>>,
    /// The name by which rules know the environment.
    pub environment_for_rules: Option<String>,
}

/// What the run looked at, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Files that were read.
    pub files_read: usize,
    /// Files that should have been read.
    pub files: usize,
    /// Managed resource instances.
    pub resources: usize,
    /// Rules that ran.
    pub rules: usize,
    /// `pass` verdicts.
    pub passed: usize,
    /// `skip` verdicts.
    pub skipped: usize,
    /// Resources that the plan changes; only with `--only-changed`.
    pub touched: Option<usize>,
}

impl Report {
    /// What is wrong with the input or the run.
    pub fn problems(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().map(|entry| &entry.what).filter(|diagnostic| !diagnostic.is_finding())
    }

    /// The findings that are reported.
    pub fn findings(&self) -> impl Iterator<Item = &Entry<Diagnostic>> {
        self.diagnostics.iter().filter(|entry| entry.what.is_finding() && entry.is_reported())
    }

    /// The findings that a pass has set aside.
    pub fn set_aside(&self) -> impl Iterator<Item = &Entry<Diagnostic>> {
        self.diagnostics.iter().filter(|entry| !entry.is_reported())
    }

    /// The unknown verdicts that are reported.
    pub fn unknown_verdicts(&self) -> impl Iterator<Item = &Entry<UnknownVerdict>> {
        self.unknown.iter().filter(|entry| entry.is_reported())
    }

    /// The suppression that sets an entry aside.
    #[must_use]
    pub fn suppression_of<T>(&self, entry: &Entry<T>) -> Option<&Suppression> {
        match entry.status {
            Status::Suppressed(index) => self.suppressions.get(index),
            _ => None,
        }
    }

    /// How many findings and unknown verdicts people suppress.
    #[must_use]
    pub fn suppressed(&self) -> usize {
        let is_suppressed = |status: Status| matches!(status, Status::Suppressed(_));
        self.diagnostics.iter().filter(|entry| is_suppressed(entry.status)).count()
            + self.unknown.iter().filter(|entry| is_suppressed(entry.status)).count()
    }

    /// The rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        rule_of(&self.rules, id)
    }

    /// The rule that a diagnostic comes from.
    #[must_use]
    pub fn rule_behind(&self, diagnostic: &Diagnostic) -> Option<&Rule> {
        self.rule(diagnostic.rule.as_ref()?)
    }

    /// The help of a diagnostic; for a finding it is the fix of its rule.
    #[must_use]
    pub fn help<'a>(&'a self, diagnostic: &'a Diagnostic) -> Option<&'a str> {
        let of_rule = || self.rule_behind(diagnostic).map(|rule| rule.fix.as_str());
        diagnostic.help.as_deref().or_else(of_rule)
    }

    /// Whether part of the input could not be read or understood.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.problems().any(|problem| problem.severity == Severity::Error)
    }

    /// The number of reported findings of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings().filter(|entry| entry.what.severity == severity).count()
    }

    /// The root of an entry.
    #[must_use]
    pub fn root<T>(&self, entry: &Entry<T>) -> Option<&Root> {
        self.roots.get(entry.root?)
    }

    /// The environments in which an entry holds, if its root module was checked for several.
    #[must_use]
    pub fn environments<T>(&self, entry: &Entry<T>) -> Vec<&str> {
        let Some(own) = self.root(entry) else { return Vec::new() };
        if self.roots.iter().filter(|root| root.path == own.path).count() < 2 {
            return Vec::new();
        }
        entry
            .root
            .iter()
            .chain(&entry.also)
            .filter_map(|index| {
                self.roots.get(*index).filter(|root| root.path == own.path)?.environment.as_deref()
            })
            .collect()
    }
}
