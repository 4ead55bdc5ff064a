//! Baselines: a file with the findings that a team has accepted, so that a check reports only what is new.
//!
//! An entry is what a finding is about and nothing of where it stands: it stays when code moves. This module knows entries and their
//! file. What matches them is the work of a pass.

mod text;

use std::collections::BTreeMap;

use crate::value::Str;

/// A finding or an unknown verdict that is accepted. Entries are sorted by root, rule and address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Accepted {
    /// Where the root module or plan is: relative to the repository, with `/` as separator.
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
