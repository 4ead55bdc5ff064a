//! Verdicts: the result of a rule for one node.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Location};
use crate::value::{Cause, Str};

/// The result of a rule for one node.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The defect is certainly absent.
    Pass,
    /// The defect is present.
    Fail(Box<Diagnostic>),
    /// It is unknown whether the defect is present.
    Unknown(UnknownVerdict),
    /// The rule does not apply to the node.
    Skip,
}

/// An unknown verdict.
#[derive(Clone, Debug)]
pub struct UnknownVerdict {
    /// The id of the rule.
    pub rule: Str,
    /// The ids of further rules that are unknown for the same cause: they may miss nodes because of it.
    pub further_rules: Vec<Str>,
    /// The address of the node.
    pub address: Str,
    /// Why it is unknown.
    pub cause: Arc<Cause>,
    /// The place of the node.
    pub location: Option<Location>,
}

impl UnknownVerdict {
    /// The ids of all rules that the verdict is about.
    pub fn rules(&self) -> impl Iterator<Item = &Str> {
        std::iter::once(&self.rule).chain(&self.further_rules)
    }

    /// Keeps only the rules for which `keep` is true, and returns whether any is left. If none is, nothing changes.
    pub fn keep_rules(&mut self, mut keep: impl FnMut(&Str) -> bool) -> bool {
        let mut left: Vec<Str> = self.rules().filter(|rule| keep(rule)).cloned().collect();
        if left.is_empty() {
            return false;
        }
        self.rule = left.remove(0);
        self.further_rules = left;
        true
    }
}
