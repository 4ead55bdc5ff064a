//! The order of a report, and the merging of identical entries.

use std::cmp::Reverse;
use std::path::Path;

use ecow::EcoString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::group::GroupKey;
use super::{Entry, Report, Status};
use crate::address::from_innermost_call;
use crate::diagnostic::{Diagnostic, Label, Location, Severity};
use crate::text::FileId;

impl Report {
    /// Sorts all entries for display, and merges those that are identical.
    pub fn sort(&mut self) {
        let ranks = self.ranks();
        let all = std::mem::take(&mut self.diagnostics);
        let (mut findings, mut problems): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|entry| entry.what.is_finding());
        problems.sort_by_cached_key(|Entry { what, .. }| (what.severity, ranks.place(what), what.clone()));
        problems.dedup_by(|later, first| later.what == first.what);
        merge_instances(&mut problems);
        leave_out_shadows(&mut problems);
        findings.sort_by_cached_key(|entry| by_place(entry, &ranks));
        self.unknown
            .sort_by_cached_key(|entry| (entry.what.rule.clone(), entry.what.address.clone(), entry.root));
        if let Some(change) = &mut self.change {
            change.fixed.sort();
        }
        merge_texts(&mut findings);
        self.merge_environments(&mut findings);
        self.sort_findings(&mut findings);
        let aside = findings.iter().position(|entry| !entry.is_reported()).unwrap_or(findings.len());
        let aside = findings.split_off(aside);
        self.diagnostics = findings;
        self.diagnostics.append(&mut problems);
        self.diagnostics.extend(aside);
    }

    /// Sorts findings: what matters most first. Those of one cause follow each other; the first of them decides where.
    fn sort_findings(&self, findings: &mut Vec<Entry<Diagnostic>>) {
        // The sort is stable: what matters alike stays in the order of places.
        findings.sort_by_cached_key(|entry| self.matters(entry));
        let mut sizes: FxHashMap<GroupKey, usize> = FxHashMap::default();
        let keys: Vec<GroupKey> = findings.iter().map(GroupKey::of).collect();
        keys.iter().for_each(|key| *sizes.entry(key.clone()).or_default() += 1);
        let mut first: FxHashMap<GroupKey, usize> = FxHashMap::default();
        let mut all: Vec<(usize, GroupKey, Entry<Diagnostic>)> = std::mem::take(findings)
            .into_iter()
            .zip(keys)
            .enumerate()
            .map(|(at, (entry, key))| (*first.entry(key.clone()).or_insert(at), key, entry))
            .collect();
        let mut heads: Vec<_> = all
            .iter()
            .enumerate()
            .filter(|(at, (first, ..))| at == first)
            .map(|(at, (_, key, entry))| (self.matters(entry), Reverse(sizes.get(key)), at))
            .collect();
        heads.sort();
        let position: FxHashMap<usize, usize> =
            heads.into_iter().enumerate().map(|(position, (_, _, at))| (at, position)).collect();
        all.sort_by_key(|(first, ..)| position.get(first).copied());
        findings.extend(all.into_iter().map(|(.., entry)| entry));
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

/// Where a finding stands, for the order of findings that matter alike.
fn by_place(entry: &Entry<Diagnostic>, ranks: &Ranks) -> impl Ord + use<> {
    let finding = &entry.what;
    (!entry.is_reported(), ranks.place(finding), finding.id.clone(), finding.address.clone(), entry.root)
}

/// Makes one finding of those that are about one text: a module that several roots call, or several calls, is one text.
fn merge_texts(findings: &mut Vec<Entry<Diagnostic>>) {
    let mut first: FxHashMap<(Status, EcoString, Option<Label>), usize> = FxHashMap::default();
    let mut kept: Vec<Entry<Diagnostic>> = Vec::with_capacity(findings.len());
    for entry in findings.drain(..) {
        let place =
            entry.what.primary.as_ref().map(|label| Label { address: EcoString::new(), ..label.clone() });
        let is_text = entry.what.is_about_text && place.as_ref().is_some_and(|label| label.span().is_some());
        if !is_text {
            kept.push(entry);
            continue;
        }
        let key = (entry.status, entry.what.id.clone(), place);
        match first.get(&key).and_then(|at| kept.get_mut(*at)) {
            Some(same) => {
                let roots = entry.root.into_iter().chain(entry.also);
                for root in roots {
                    if same.root != Some(root) && !same.also.contains(&root) {
                        same.also.push(root);
                    }
                }
            }
            None => {
                first.insert(key, kept.len());
                kept.push(entry);
            }
        }
    }
    *findings = kept;
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
            let name = from_innermost_call(&address);
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
