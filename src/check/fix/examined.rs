//! A run as fixing compares it with others: its findings, its unknown verdicts and its arguments, by root module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::compare::FindingKey;
use super::values::Digests;
use super::{FixFacts, RootKey};
use crate::check::touched::NotLookedAt;
use crate::diagnostic::Diagnostic;
use crate::files::Reader;
use crate::report::{Report, Root};
use crate::value::Str;

/// A run, with what fixing needs to know of it.
pub(in crate::check) struct Examined {
    pub(in crate::check) report: Report,
    /// By the index of the root in the report.
    pub(in crate::check) facts: Vec<FixFacts>,
    pub(in crate::check) reader: Reader,
    /// The directories that the user named, absolute and without links.
    pub(in crate::check) directories: Vec<PathBuf>,
    /// What the run did not look at.
    pub(in crate::check) not_looked_at: NotLookedAt,
}

impl Examined {
    /// The keys of the roots, by their index in the report.
    pub(super) fn keys(&self) -> Vec<RootKey> {
        let mut known: FxHashMap<(&str, Option<&str>), usize> = FxHashMap::default();
        let keys = self.report.roots.iter().map(|Root { place, environment, .. }| {
            let same = known.entry((place, environment.as_deref())).or_default();
            *same += 1;
            (place.clone(), environment.clone(), *same)
        });
        keys.collect()
    }

    /// The arguments of each root module.
    pub(super) fn values(&self) -> BTreeMap<RootKey, &Digests> {
        self.keys().into_iter().zip(self.facts.iter().map(|facts| &facts.digests)).collect()
    }

    /// All findings, also those that are set aside.
    pub(super) fn findings(&self) -> BTreeSet<FindingKey> {
        let roots = self.keys();
        let mut keys = BTreeSet::new();
        for entry in self.report.diagnostics.iter().filter(|entry| entry.what.is_finding()) {
            let Diagnostic { id, defect, address, .. } = &entry.what;
            for root in entry.root.iter().chain(&entry.also) {
                let root = roots.get(*root).cloned().unwrap_or_default();
                keys.insert((root, id.clone(), defect.clone(), address.clone()));
            }
            if entry.root.is_none() {
                keys.insert((RootKey::default(), id.clone(), defect.clone(), address.clone()));
            }
        }
        keys
    }

    /// All unknown verdicts.
    pub(super) fn unknown(&self) -> BTreeSet<(RootKey, Str, Str)> {
        let roots = self.keys();
        let mut keys = BTreeSet::new();
        for entry in &self.report.unknown {
            for root in entry.root.iter().chain(&entry.also) {
                let root = roots.get(*root).cloned().unwrap_or_default();
                for rule in std::iter::once(&entry.what.rule).chain(&entry.what.further_rules) {
                    keys.insert((root.clone(), rule.clone(), entry.what.address.clone()));
                }
            }
        }
        keys
    }

    pub(super) fn problems(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let problems = self.report.problems();
        problems.map(|problem| (problem.id.as_str(), problem.address.as_str(), problem.message.as_str()))
    }
}
