//! Baselines: a file with the findings that a team has accepted, so that a check reports only what is new.
//!
//! An entry is what a finding is about and nothing of where it stands: it stays when code moves. This module knows entries and their
//! file. What matches them is the work of a pass.

mod text;

use std::collections::BTreeMap;

use crate::value::Str;

/// What stands for the path of a plan that is read from standard input.
pub const PIPED: &str = "<stdin>";

/// A finding or an unknown verdict that is accepted. Entries are sorted by root, rule and address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Accepted {
    /// Where the root module or plan is: relative to the repository (in the file of a baseline about none, relative to the file), with
    /// `/` as separator.
    pub root: String,
    /// The id of the rule.
    pub rule: Str,
    pub address: Str,
    /// The name of the defect; empty if the rule has only one.
    pub defect: Str,
    /// The environment in which it is accepted; `None` for all.
    pub environment: Option<String>,
    /// Whether it is an unknown verdict.
    pub is_unknown: bool,
}

/// The contents of a baseline: what is accepted, and how many times in one root module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    pub entries: BTreeMap<Accepted, usize>,
}

impl Baseline {
    /// The same entries with other paths of root modules. What is read from standard input has none.
    #[must_use]
    pub fn with_roots(self, path: impl Fn(&str) -> String) -> Self {
        let entries = self.entries.into_iter();
        let entries = entries.map(|(accepted, count)| {
            let root = if accepted.root == PIPED { accepted.root } else { path(&accepted.root) };
            (Accepted { root, ..accepted }, count)
        });
        Self { entries: entries.collect() }
    }
}
