//! Groups: findings with one cause. One edit mends all of them, so a reader is told once.
//!
//! A cause is a rule and the place that decides. In files that is a line: of the module that all instances share, or of the one caller
//! that gives another value. A plan does not show who decided, so there it is the declaration: the address without instance keys.

use std::cmp::Reverse;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Entry, Report, Status};
use crate::address::Address;
use crate::analysis::failure::Dependents;
use crate::diagnostic::{Diagnostic, Label, Location, Severity};
use crate::text::Span;
use crate::value::Str;

/// Findings with one cause, in the order of the report.
#[derive(Clone, Debug)]
pub struct FindingGroup<'a> {
    /// The finding that stands for all: the worst one, of the first root and address.
    pub first: &'a Entry<Diagnostic>,
    /// The others.
    pub others: Vec<&'a Entry<Diagnostic>>,
}

/// What findings of one group have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct GroupKey {
    status: Status,
    rule: Str,
    cause: GroupCause,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum GroupCause {
    Place(Span),
    Declaration(Option<usize>, Str),
}

impl GroupKey {
    pub(super) fn of(entry: &Entry<Diagnostic>) -> Self {
        let finding = &entry.what;
        let cause = match finding.primary.as_ref().map(|label: &Label| &label.location) {
            Some(Location::Source(span)) => GroupCause::Place(*span),
            _ if finding.is_about_text => GroupCause::Declaration(entry.root, finding.address.clone()),
            _ => {
                let declaration = Address::read(&finding.address).without_keys();
                GroupCause::Declaration(entry.root, declaration.text().clone())
            }
        };
        Self { status: entry.status, rule: finding.id.clone(), cause }
    }
}

impl<'a> FindingGroup<'a> {
    /// All findings of the group, the one that stands for all first.
    pub fn entries(&self) -> impl Iterator<Item = &'a Entry<Diagnostic>> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// How many findings there are.
    #[must_use]
    pub fn size(&self) -> usize {
        1 + self.others.len()
    }

    /// How many resources there are, each counted once in its root module: one in several environments is one.
    #[must_use]
    pub fn places(&self, report: &Report) -> usize {
        let place = |entry: &'a Entry<Diagnostic>| {
            let root = entry.root.and_then(|index| report.roots.get(index)).map(|root| &root.path);
            (root, entry.what.address.as_str())
        };
        self.entries().map(place).collect::<FxHashSet<_>>().len()
    }

    /// The worst severity.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.entries().map(|entry| entry.what.severity).min().unwrap_or(self.first.what.severity)
    }

    /// The declarations that the findings are about: addresses without instance keys, each once, in the order of the report.
    #[must_use]
    pub fn declarations(&self) -> Vec<Str> {
        let mut seen = FxHashSet::default();
        let all =
            self.entries().map(|entry| Address::read(&entry.what.address).without_keys().text().clone());
        all.filter(|declaration| seen.insert(declaration.clone())).collect()
    }

    /// Whether all findings are about one resource block, however many modules call it.
    #[must_use]
    pub fn is_of_one_block(&self) -> bool {
        let name = |entry: &Entry<Diagnostic>| {
            let address = Address::read(&entry.what.address);
            (address.type_().to_owned(), address.name().to_owned())
        };
        let first = name(self.first);
        self.others.iter().all(|entry| name(entry) == first)
    }

    /// The paths of the roots in which the findings hold, each once, in the order of the report.
    #[must_use]
    pub fn roots(&self, report: &'a Report) -> Vec<&'a Path> {
        let mut roots = Vec::new();
        for index in self.root_indexes() {
            let Some(root) = report.roots.get(index) else { continue };
            if !roots.contains(&root.path.as_path()) {
                roots.push(root.path.as_path());
            }
        }
        roots
    }

    /// The known environments in which the findings hold, each once, in the order of the report.
    #[must_use]
    pub fn environments(&self, report: &'a Report) -> Vec<&'a str> {
        let mut environments = Vec::new();
        for index in self.root_indexes() {
            let Some(environment) = report.roots.get(index).and_then(|root| root.environment.as_deref())
            else {
                continue;
            };
            if !environments.contains(&environment) {
                environments.push(environment);
            }
        }
        environments
    }

    fn root_indexes(&self) -> impl Iterator<Item = usize> {
        let mut seen = FxHashSet::default();
        let all = self.entries().flat_map(|entry| entry.root.iter().chain(&entry.also).copied());
        all.filter(move |index| seen.insert(*index))
    }

    /// How much depends on what the findings are about: of several the one on which most depends.
    #[must_use]
    pub fn dependents(&self, report: &Report) -> Dependents {
        self.entries().map(|entry| report.dependents_of(entry)).max().unwrap_or_default()
    }
}

impl Report {
    /// The findings that are reported, grouped by cause, what matters most first.
    #[must_use]
    pub fn groups(&self) -> Vec<FindingGroup<'_>> {
        grouped(self.findings())
    }

    /// The findings that a pass has set aside, grouped by cause and by the reason for it.
    #[must_use]
    pub fn groups_set_aside(&self) -> Vec<FindingGroup<'_>> {
        grouped(self.set_aside())
    }

    /// How much depends on what an entry is about: of its roots, where most does.
    #[must_use]
    pub fn dependents_of(&self, entry: &Entry<Diagnostic>) -> Dependents {
        let roots = entry.root.iter().chain(&entry.also);
        let found = roots.filter_map(|root| self.dependents.get(&(*root, entry.what.address.clone())));
        found.copied().max().unwrap_or_default()
    }

    /// Whether a finding is about the code and not about what runs. What has no rule is about suppressions and the like.
    #[must_use]
    pub fn is_hygiene(&self, finding: &Diagnostic) -> bool {
        let Some(rule) = self.rule_behind(finding) else { return true };
        self.principles.iter().any(|principle| principle.id == rule.principle && principle.is_hygiene)
    }

    /// How much a finding matters: the smaller, the more. Whether an entry depends on what it is about counts more than how many do.
    pub(super) fn matters(&self, entry: &Entry<Diagnostic>) -> impl Ord + Clone + use<> {
        let Dependents { entries, resources, .. } = self.dependents_of(entry);
        let is_aside = !entry.is_reported();
        let severity = entry.what.severity;
        (is_aside, self.is_hygiene(&entry.what), severity, Reverse(entries), Reverse(resources))
    }
}

pub(super) fn grouped<'a>(entries: impl Iterator<Item = &'a Entry<Diagnostic>>) -> Vec<FindingGroup<'a>> {
    let mut groups: Vec<FindingGroup<'a>> = Vec::new();
    let mut known: FxHashMap<GroupKey, usize> = FxHashMap::default();
    for entry in entries {
        let at = *known.entry(GroupKey::of(entry)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.others.push(entry),
            None => groups.push(FindingGroup { first: entry, others: Vec::new() }),
        }
    }
    groups
}
