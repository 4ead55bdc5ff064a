//! Verdicts: what a rule comes to for one node.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Location};
use crate::value::{Cause, Str};

/// What a rule comes to for one node.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The defect is certainly not there.
    Pass,
    /// The defect is there.
    Fail(Box<Diagnostic>),
    /// It is not known whether the defect is there.
    Unknown(UnknownVerdict),
    /// The rule does not apply to the node.
    Skip,
}

/// A verdict that could not be reached.
#[derive(Clone, Debug)]
pub struct UnknownVerdict {
    /// The id of the rule.
    pub rule: Str,
    /// Ids of further rules that cannot be decided here for the same cause: those that miss nodes because of it.
    pub further_rules: Vec<Str>,
    /// The address of the node.
    pub address: Str,
    /// Why.
    pub cause: Arc<Cause>,
    /// Where the node is written.
    pub location: Option<Location>,
}

impl UnknownVerdict {
    /// The ids of all rules that it is about.
    pub fn rules(&self) -> impl Iterator<Item = &Str> {
        std::iter::once(&self.rule).chain(&self.further_rules)
    }

    /// Keeps only the rules for which `keep` holds. Gives whether any is left; if none is, nothing changes.
    pub fn keep_rules(&mut self, keep: impl Fn(&Str) -> bool) -> bool {
        let mut left: Vec<Str> = self.rules().filter(|rule| keep(rule)).cloned().collect();
        if left.is_empty() {
            return false;
        }
        self.rule = left.remove(0);
        self.further_rules = left;
        true
    }
}
