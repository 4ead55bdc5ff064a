//! Where findings hold: of the environments for which a root module was checked those with the finding, and those without.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{FindingGroup, Report};
use crate::diagnostic::Severity;
use crate::value::Str;

/// Which root modules have a finding or an unknown verdict, by rule and address.
#[derive(Debug)]
pub struct Whereabouts<'a> {
    report: &'a Report,
    /// The variants of each root module.
    of_path: FxHashMap<&'a Path, Vec<usize>>,
    found: FxHashMap<(Str, Str), FxHashSet<usize>>,
    unknown: FxHashMap<(Str, Str), FxHashSet<usize>>,
}

/// The environments of the root modules of a group, by what holds there; each in the order of the report.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct GroupEnvironments<'a> {
    /// Those in which the findings are as severe as anywhere.
    pub holds: Vec<&'a str>,
    /// Those in which they are advice alone.
    pub as_advice: Vec<&'a str>,
    /// Those in which it is not known.
    pub unknown: Vec<&'a str>,
    /// Those in which the same resources have no such defect.
    pub not: Vec<&'a str>,
}

impl<'a> Whereabouts<'a> {
    /// Looks at all entries of a report.
    #[must_use]
    pub fn of(report: &'a Report) -> Self {
        let mut of_path: FxHashMap<&Path, Vec<usize>> = FxHashMap::default();
        for (index, root) in report.roots.iter().enumerate() {
            of_path.entry(root.path.as_path()).or_default().push(index);
        }
        let mut all = Self { report, of_path, found: FxHashMap::default(), unknown: FxHashMap::default() };
        if all.of_path.values().all(|variants| variants.len() < 2) {
            return all;
        }
        for entry in report.diagnostics.iter().filter(|entry| entry.what.is_finding()) {
            let key = (entry.what.id.clone(), entry.what.address.clone());
            all.found.entry(key).or_default().extend(entry.root.iter().chain(&entry.also));
        }
        for entry in &report.unknown {
            for rule in entry.what.rules() {
                let key = (rule.clone(), entry.what.address.clone());
                all.unknown.entry(key).or_default().extend(entry.root.iter().chain(&entry.also));
            }
        }
        all
    }

    /// The environments of a group. Of root modules that are checked once, those in which it holds.
    #[must_use]
    pub fn of_group(&self, group: &FindingGroup<'a>) -> GroupEnvironments<'a> {
        let mut told = GroupEnvironments::default();
        let worst = group.severity();
        let indexes = |wanted: &dyn Fn(Severity) -> bool| -> FxHashSet<usize> {
            let entries = group.entries().filter(|entry| wanted(entry.what.severity));
            entries.flat_map(|entry| entry.root.iter().chain(&entry.also).copied()).collect()
        };
        let severe = indexes(&|severity| severity < Severity::Advice || severity == worst);
        let all = indexes(&|_| true);
        let of = |found: &FxHashMap<(Str, Str), FxHashSet<usize>>| -> FxHashSet<usize> {
            let keys = group.entries().map(|entry| (entry.what.id.clone(), entry.what.address.clone()));
            keys.filter_map(|key| found.get(&key)).flatten().copied().collect()
        };
        let (elsewhere, unknown) = (of(&self.found), of(&self.unknown));
        let paths =
            all.iter().filter_map(|index| self.report.roots.get(*index)).map(|root| root.path.as_path());
        let paths: FxHashSet<&Path> = paths.collect();
        let mut indexes: Vec<usize> =
            paths.iter().filter_map(|path| self.of_path.get(path)).flatten().copied().collect();
        // In the order of the report.
        indexes.sort_unstable();
        for index in indexes {
            let Some(root) = self.report.roots.get(index) else { continue };
            let Some(name) = root.environment.as_deref() else { continue };
            let is_one_of_several = self.of_path.get(root.path.as_path()).is_some_and(|all| all.len() > 1);
            let list = if severe.contains(&index) {
                &mut told.holds
            } else if all.contains(&index) {
                &mut told.as_advice
            } else if !is_one_of_several || elsewhere.contains(&index) {
                // There it has another cause, or somebody accepts it.
                continue;
            } else if unknown.contains(&index) {
                &mut told.unknown
            } else {
                &mut told.not
            };
            if !list.contains(&name) {
                list.push(name);
            }
        }
        // Of several root modules one may have it where another has not.
        let GroupEnvironments { holds, as_advice, unknown, not } = &mut told;
        as_advice.retain(|name| !holds.contains(name));
        unknown.retain(|name| !holds.contains(name) && !as_advice.contains(name));
        not.retain(|name| ![&*holds, &*as_advice, &*unknown].iter().any(|list| list.contains(name)));
        told
    }
}
