//! Findings: what a rule says of a node.
//!
//! A finding has an address, places in any number of files and a path through the graph. It knows nothing of formats.

use std::sync::Arc;

use crate::rule::{Level, Rule};
use crate::source::Span;
use crate::value::{Cause, Str};

/// What a rule came to for one node.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The defect is certainly not there.
    Pass,
    /// The defect is there.
    Fail(Box<Finding>),
    /// It is not known whether the defect is there.
    Unknown(Undecided),
    /// The rule does not apply to the node.
    Skip,
}

/// A verdict that could not be reached.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The rule.
    pub rule: Arc<Rule>,
    /// The node.
    pub address: Str,
    /// Why.
    pub cause: Arc<Cause>,
    /// Where the node is written.
    pub span: Option<Span>,
}

/// A defect.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Arc<Rule>,
    /// How much it matters here.
    pub level: Level,
    /// The node.
    pub address: Str,
    /// What is wrong, in one sentence without a final dot.
    pub message: String,
    /// Where: the attribute or block that makes it, or the header of the node's block.
    pub span: Option<Span>,
    /// Other places that explain it.
    pub labels: Vec<Place>,
    /// Addresses on the path through the graph.
    pub path: Vec<Str>,
}

/// A place with what it has to do with a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where.
    pub span: Span,
    /// A few words.
    pub text: String,
    /// The node that stands there.
    pub address: Str,
}

impl Finding {
    /// What identifies the finding from run to run: rule and address, not lines.
    #[must_use]
    pub fn key(&self) -> (&str, &str) {
        (&self.rule.id, &self.address)
    }
}
