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
    /// The address of the node.
    pub address: Str,
    /// Why.
    pub cause: Arc<Cause>,
    /// Where the node is written.
    pub location: Option<Location>,
}
