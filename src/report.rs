//! The report of a run: everything that any format shows, collected and sorted. Output is a pure function of it.

use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, Severity};
use crate::estate::Input;
use crate::finding::{Finding, UnknownVerdict};
use crate::text::{Sources, Span};
use crate::value::Str;

/// Everything that a run has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// Findings: by file, the file with the worst finding first; in it worst first, then by line.
    pub findings: Vec<Entry<Finding>>,
    /// Verdicts that could not be reached, by rule and address.
    pub unknown: Vec<Entry<UnknownVerdict>>,
    /// What is wrong with the input.
    pub problems: Vec<Diagnostic>,
    /// What was checked.
    pub roots: Vec<Root>,
    /// How much was looked at.
    pub counts: Counts,
    /// What becomes of defects by a change; then findings are those that it introduces.
    pub change: Option<Change>,
    /// The files that spans point into.
    pub sources: Sources,
}

/// Something said of a root module or plan.
#[derive(Debug)]
pub struct Entry<T> {
    /// Index into [`Report::roots`].
    pub root: usize,
    /// Further roots of which the same is said: the same root module with the values of other environments.
    pub also: Vec<usize>,
    /// What is said.
    pub what: T,
}

impl<T> Entry<T> {
    /// Something said of one root.
    pub const fn new(root: usize, what: T) -> Self {
        Self { root, also: Vec::new(), what }
    }
}

/// What a change does to defects that were there before.
#[derive(Debug, Default)]
pub struct Change {
    /// Defects that are gone, by rule and address.
    pub fixed: Vec<Entry<Fixed>>,
    /// How many are as they were.
    pub left: usize,
}

/// A defect that a change mends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed {
    /// The rule.
    pub rule: Str,
    /// The address before the change.
    pub address: Str,
}

/// A root module or plan.
#[derive(Clone, Debug)]
pub struct Root {
    /// Its directory or file.
    pub path: PathBuf,
    /// What it is.
    pub input: Input,
    /// The environment that it is known to be.
    pub environment: Option<String>,
}

/// How much was looked at.
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
    /// Verdicts `pass`.
    pub passed: usize,
    /// Verdicts `skip`.
    pub skipped: usize,
    /// Resources that the plan changes, if only these and those around them were asked for.
    pub touched: Option<usize>,
}

impl Report {
    /// Whether part of the input could not be read or understood.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// How many findings there are of a level.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|entry| entry.what.severity == severity).count()
    }

    /// 2 if the run is incomplete, 1 if a finding is at least as bad as `fail_on`, else 0.
    #[must_use]
    pub fn exit_code(&self, fail_on: Option<Severity>) -> u8 {
        if self.is_incomplete() {
            2
        } else {
            u8::from(
                fail_on.is_some_and(|limit| self.findings.iter().any(|entry| entry.what.severity <= limit)),
            )
        }
    }

    /// The environments in which an entry holds, if its root module was checked for several.
    #[must_use]
    pub fn environments<T>(&self, entry: &Entry<T>) -> Vec<&str> {
        let Some(own) = self.roots.get(entry.root) else { return Vec::new() };
        if self.roots.iter().filter(|root| root.path == own.path).count() < 2 {
            return Vec::new();
        }
        std::iter::once(&entry.root)
            .chain(&entry.also)
            .filter_map(|index| self.roots.get(*index)?.environment.as_deref())
            .collect()
    }

    /// Says once what is said of the same root module in several environments.
    fn merge_environments(&mut self) {
        let roots = &self.roots;
        let path = |index: usize| roots.get(index).map(|root| &root.path);
        merge(&mut self.findings, |a, b| {
            path(a.root) == path(b.root)
                && a.what.key() == b.what.key()
                && (a.what.span, &a.what.message, a.what.severity)
                    == (b.what.span, &b.what.message, b.what.severity)
        });
        merge(&mut self.unknown, |a, b| {
            path(a.root) == path(b.root)
                && (&a.what.rule.id, &a.what.address, &a.what.cause)
                    == (&b.what.rule.id, &b.what.address, &b.what.cause)
        });
    }

    /// Puts everything into the order in which it is shown.
    pub fn sort(&mut self) {
        let place =
            |span: Option<Span>| span.map(|span| (self.sources.path(span.file).to_owned(), span.range.start));
        let mut worst: std::collections::BTreeMap<Option<PathBuf>, Severity> =
            std::collections::BTreeMap::new();
        for entry in &self.findings {
            let file = place(entry.what.span).map(|(file, _)| file);
            let level = worst.entry(file).or_insert(entry.what.severity);
            *level = entry.what.severity.min(*level);
        }
        let mut findings = std::mem::take(&mut self.findings);
        findings.sort_by_cached_key(|entry| {
            let (file, start) = place(entry.what.span).unzip();
            let finding = &entry.what;
            let rank = worst.get(&file).copied();
            (
                rank,
                file,
                finding.severity,
                start,
                finding.rule.id.clone(),
                finding.address.clone(),
                entry.root,
            )
        });
        let mut undecided = std::mem::take(&mut self.unknown);
        undecided
            .sort_by_cached_key(|entry| (entry.what.rule.id.clone(), entry.what.address.clone(), entry.root));
        let mut problems = std::mem::take(&mut self.problems);
        problems.sort_by_cached_key(|problem| (problem.severity, place(problem.span()), problem.clone()));
        problems.dedup();
        if let Some(change) = &mut self.change {
            change.fixed.sort_by(|a, b| (a.root, &a.what).cmp(&(b.root, &b.what)));
        }
        self.findings = findings;
        self.unknown = undecided;
        self.problems = problems;
        self.merge_environments();
    }
}

/// Joins neighbours that say the same of different roots.
fn merge<T>(entries: &mut Vec<Entry<T>>, same: impl Fn(&Entry<T>, &Entry<T>) -> bool) {
    entries.dedup_by(|later, kept| {
        let same = later.root != kept.root && same(later, kept);
        if same {
            kept.also.push(later.root);
        }
        same
    });
}
