//! Verdicts in numbers: of each rule, and of each principle.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{Report, Status};
use crate::diagnostic::Severity;
use crate::rule::run::Tally;
use crate::rule::{Principle, Rule};
use crate::value::Str;

/// How often a rule, or the rules of a principle, gave each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictCounts {
    /// Causes of findings, by severity: errors, warnings, advice.
    pub causes: [usize; 3],
    /// Findings: the instances of all causes.
    pub findings: usize,
    pub unknown: usize,
    pub passed: usize,
    pub skipped: usize,
    /// Findings and unknown verdicts that are not reported: somebody accepts them, or an option sets them aside.
    pub set_aside: usize,
    /// Whether the rule, or one of the principle's, was asked anything: options may have left it out.
    pub is_asked: bool,
}

impl VerdictCounts {
    /// Causes of findings of a severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> usize {
        let index = Severity::ALL.iter().position(|other| *other == severity);
        index.and_then(|index| self.causes.get(index)).copied().unwrap_or_default()
    }

    /// One verdict for all: a defect that is certain outweighs what is unknown, that outweighs what is set aside, and that what passes.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        let Self { causes, unknown, set_aside, passed, .. } = self;
        match (causes.iter().sum::<usize>(), unknown, set_aside, passed) {
            (0, 0, 0, 0) => "skip",
            (0, 0, 0, _) => "pass",
            (0, 0, _, _) => "set-aside",
            (0, _, _, _) => "unknown",
            _ => "fail",
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.causes.iter_mut().zip(other.causes).for_each(|(own, other)| *own += other);
        self.findings += other.findings;
        self.unknown += other.unknown;
        self.passed += other.passed;
        self.skipped += other.skipped;
        self.set_aside += other.set_aside;
        self.is_asked |= other.is_asked;
    }
}

impl Report {
    /// The verdicts of each rule that ran or is told about, by id.
    #[must_use]
    pub fn by_rule(&self) -> BTreeMap<Str, VerdictCounts> {
        let mut counts: BTreeMap<Str, VerdictCounts> = BTreeMap::new();
        for (rule, Tally { passed, skipped }) in &self.tallies {
            let counts = counts.entry(rule.clone()).or_default();
            (counts.passed, counts.skipped, counts.is_asked) = (*passed, *skipped, true);
        }
        for group in self.groups() {
            let counts = counts.entry(group.first.what.id.clone()).or_default();
            counts.findings += group.size();
            let severity = Severity::ALL.iter().position(|severity| *severity == group.severity());
            if let Some(causes) = severity.and_then(|index| counts.causes.get_mut(index)) {
                *causes += 1;
            }
        }
        for rule in self.unknown_verdicts().flat_map(|entry| entry.what.rules()) {
            counts.entry(rule.clone()).or_default().unknown += 1;
        }
        for entry in self.set_aside() {
            counts.entry(entry.what.id.clone()).or_default().set_aside += 1;
        }
        let unknown = self.unknown.iter().filter(|entry| !entry.is_reported());
        for rule in unknown.flat_map(|entry| entry.what.rules()) {
            counts.entry(rule.clone()).or_default().set_aside += 1;
        }
        counts
    }

    /// The verdicts of each principle, in the order in which they are told.
    #[must_use]
    pub fn by_principle(&self) -> Vec<(&Principle, VerdictCounts)> {
        let of_rule = self.by_rule();
        let mut sums: FxHashMap<&Str, VerdictCounts> = FxHashMap::default();
        for (id, counts) in &of_rule {
            if let Some(Rule { principle, .. }) = self.rule(id) {
                sums.entry(principle).or_default().add(counts);
            }
        }
        let sum = |principle: &Principle| sums.get(&principle.id).copied().unwrap_or_default();
        self.principles.iter().map(|principle| (principle, sum(principle))).collect()
    }

    /// The number of findings that options set aside, by the reason for it. What people suppress they have looked at, and
    /// [`Report::suppressed`] counts it.
    #[must_use]
    pub fn by_status(&self) -> BTreeMap<Status, usize> {
        let mut counts = BTreeMap::new();
        let by_options = self.set_aside().filter(|entry| !matches!(entry.status, Status::Suppressed(_)));
        by_options.for_each(|entry| *counts.entry(entry.status).or_default() += 1);
        counts
    }
}
