//! Fingerprints: what tells one finding from another, from run to run.
//!
//! A fingerprint knows no line, no file and no order, so it stays when blocks move within a file or between files of a root module.
//! The baseline and the formats for tools share it.

use std::cmp::Ordering;

use super::{Entry, Report};
use crate::diagnostic::Diagnostic;
use crate::value::Str;

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// Where its root module or plan is: [`Root::place`](super::Root::place).
    pub root: String,
    /// The id of the rule, or the code of a problem.
    pub rule: Str,
    pub address: Str,
    /// The name of the defect; empty if the rule has only one.
    pub defect: Str,
}

impl Fingerprint {
    /// How root, rule, address and defect of something else stand to its own in the order of fixes.
    pub(super) fn compare(&self, other: (&str, &str, &str, &str)) -> Ordering {
        other.cmp(&(&self.root, &self.rule, &self.address, &self.defect))
    }
}

impl Report {
    /// The fingerprint of an entry. Two findings of one report have the same only if they say the same of one address.
    #[must_use]
    pub fn fingerprint(&self, entry: &Entry<Diagnostic>) -> Fingerprint {
        let what = &entry.what;
        Fingerprint {
            root: self.root(entry).map(|root| root.place.clone()).unwrap_or_default(),
            rule: what.id.clone(),
            address: what.address.clone(),
            defect: what.defect.clone(),
        }
    }
}
