//! The order of a report, and the merging of identical entries.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Entry, Report};
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::text::Sources;

impl Report {
    /// Sorts all entries for display, and merges those that are identical.
    pub fn sort(&mut self) {
        let worst = self.worst_by_file();
        let all = std::mem::take(&mut self.diagnostics);
        let (mut findings, mut problems): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|entry| entry.what.is_finding());
        let sources = &self.sources;
        problems.sort_by_cached_key(|Entry { what, .. }| (what.severity, place(what, sources), what.clone()));
        problems.dedup_by(|later, first| later.what == first.what);
        findings.sort_by_cached_key(|entry| {
            let finding = &entry.what;
            let (file, start) = place(finding, sources).unzip();
            let rank = worst.get(&file).copied();
            let name = (finding.id.clone(), finding.address.clone(), entry.root);
            (!entry.is_reported(), rank, file, finding.severity, start, name)
        });
        self.unknown
            .sort_by_cached_key(|entry| (entry.what.rule.clone(), entry.what.address.clone(), entry.root));
        if let Some(change) = &mut self.change {
            change.fixed.sort();
        }
        self.merge_environments(&mut findings);
        self.diagnostics = problems;
        self.diagnostics.append(&mut findings);
    }

    /// The worst severity among the findings of each file.
    fn worst_by_file(&self) -> BTreeMap<Option<PathBuf>, Severity> {
        let mut worst = BTreeMap::new();
        for entry in self.findings() {
            let file = place(&entry.what, &self.sources).map(|(file, _)| file);
            let severity = worst.entry(file).or_insert(entry.what.severity);
            *severity = entry.what.severity.min(*severity);
        }
        worst
    }

    /// Merges identical findings and unknown verdicts of one root module across environments.
    fn merge_environments(&mut self, findings: &mut Vec<Entry<Diagnostic>>) {
        let roots = &self.roots;
        let path = |index: Option<usize>| index.and_then(|index| roots.get(index)).map(|root| &root.path);
        merge(findings, |a, b| {
            path(a.root) == path(b.root)
                && (&a.what.id, &a.what.address, &a.what.primary)
                    == (&b.what.id, &b.what.address, &b.what.primary)
                && (&a.what.message, a.what.severity, a.status)
                    == (&b.what.message, b.what.severity, b.status)
        });
        merge(&mut self.unknown, |a, b| {
            path(a.root) == path(b.root)
                && (&a.what.address, &a.what.cause, a.status) == (&b.what.address, &b.what.cause, b.status)
                && a.what.rules().eq(b.what.rules())
        });
    }
}

/// The file and offset of a diagnostic. Offsets in a plan have no meaning.
fn place(diagnostic: &Diagnostic, sources: &Sources) -> Option<(PathBuf, u32)> {
    let location = &diagnostic.primary.as_ref()?.location;
    let start = match location {
        Location::Source(span) => span.range.start,
        Location::Plan { .. } => 0,
    };
    Some((sources.path(location.file()).to_owned(), start))
}

/// Merges adjacent entries that say the same of different roots.
fn merge<T>(entries: &mut Vec<Entry<T>>, same: impl Fn(&Entry<T>, &Entry<T>) -> bool) {
    entries.dedup_by(|later, kept| {
        let same = later.root != kept.root && same(later, kept);
        if same {
            kept.also.extend(later.root);
        }
        same
    });
}
