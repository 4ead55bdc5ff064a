//! The order of a report, and the merging of identical entries.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Entry, Report};
use crate::diagnostic::{Diagnostic, Label, Location, Severity};
use crate::text::FileId;

impl Report {
    /// Sorts all entries for display, and merges those that are identical.
    pub fn sort(&mut self) {
        let ranks = self.ranks();
        let worst = self.worst_by_file(&ranks);
        let all = std::mem::take(&mut self.diagnostics);
        let (mut findings, mut problems): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|entry| entry.what.is_finding());
        problems.sort_by_cached_key(|Entry { what, .. }| (what.severity, ranks.place(what), what.clone()));
        problems.dedup_by(|later, first| later.what == first.what);
        merge_instances(&mut problems);
        leave_out_shadows(&mut problems);
        findings.sort_by_cached_key(|entry| {
            let finding = &entry.what;
            let (file, start) = ranks.place(finding).unzip();
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

    /// The rank of every file that a diagnostic points to.
    fn ranks(&self) -> Ranks {
        let files =
            self.diagnostics.iter().filter_map(|entry| Some(entry.what.primary.as_ref()?.location.file()));
        let mut paths: Vec<(&Path, FileId)> = files.map(|file| (self.sources.path(file), file)).collect();
        // Paths are compared once per file and not once per finding.
        paths.sort_unstable_by_key(|(_, file)| *file);
        paths.dedup_by_key(|(_, file)| *file);
        paths.sort_unstable();
        let mut ranks = FxHashMap::default();
        let mut rank = 0;
        let mut last = None;
        for (path, file) in paths {
            if last.is_some_and(|last| last != path) {
                rank += 1;
            }
            last = Some(path);
            ranks.insert(file, rank);
        }
        Ranks(ranks)
    }

    /// The worst severity among the findings of each file.
    fn worst_by_file(&self, ranks: &Ranks) -> FxHashMap<Option<usize>, Severity> {
        let mut worst = FxHashMap::default();
        for entry in self.findings() {
            let file = ranks.place(&entry.what).map(|(file, _)| file);
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

/// Leaves out the warning about a value where an error already says what is wrong with the expression.
fn leave_out_shadows(problems: &mut Vec<Entry<Diagnostic>>) {
    let is_about_values = |problem: &Diagnostic| problem.id.starts_with("eval/");
    let is_wrong = |problem: &Diagnostic| problem.severity == Severity::Error && is_about_values(problem);
    let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.location.clone());
    let errors: FxHashSet<Option<Location>> =
        problems.iter().filter(|entry| is_wrong(&entry.what)).map(|entry| place(&entry.what)).collect();
    problems.retain(|Entry { what, .. }| {
        !is_about_values(what) || is_wrong(what) || !errors.contains(&place(what))
    });
}

/// Makes one problem of those that are about instances of one block: they stand at one place, and only the address in them differs.
fn merge_instances(problems: &mut Vec<Entry<Diagnostic>>) {
    let mut first: FxHashMap<(String, Option<Label>, String), usize> = FxHashMap::default();
    let mut counts: Vec<usize> = Vec::new();
    problems.retain(|Entry { what, .. }| {
        let key =
            (what.id.to_string(), what.primary.clone(), what.message.replace(what.address.as_str(), ""));
        if what.address.is_empty() {
            counts.push(1);
            return true;
        }
        match first.get(&key).and_then(|at| counts.get_mut(*at)) {
            Some(count) => {
                *count += 1;
                false
            }
            None => {
                first.insert(key, counts.len());
                counts.push(1);
                true
            }
        }
    });
    for (Entry { what, .. }, count) in problems.iter_mut().zip(counts) {
        let address = std::mem::take(&mut what.address);
        if count > 1 {
            // Which of the instances it is does not matter: the block is meant.
            let name = address.rfind("module.").and_then(|at| address.get(at..)).unwrap_or(&address);
            what.message = format!("{} ({count} instances)", what.message.replace(address.as_str(), name));
        }
    }
}

/// The position of each file in the order of paths. Files with one path have one rank.
struct Ranks(FxHashMap<FileId, usize>);

impl Ranks {
    /// The rank of the file of a diagnostic, and the offset in it. Offsets in a plan have no meaning.
    fn place(&self, diagnostic: &Diagnostic) -> Option<(usize, u32)> {
        let location = &diagnostic.primary.as_ref()?.location;
        let start = match location {
            Location::Source(span) => span.range.start,
            Location::Plan { .. } => 0,
        };
        self.0.get(&location.file()).map(|rank| (*rank, start))
    }
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
