//! Findings: what a rule says of a node.
//!
//! A finding has an address, places in any number of files and a path through the graph. It knows nothing of formats.
//!
//! A rule finds places as [`Spot`]s: spans of source, or excerpts of a plan. [`Placing`] turns both into spans of the run's texts, which
//! is all that formats need to know.

pub mod excerpt;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostic::Severity;
use crate::rule::Rule;
use crate::text::{FileId, Sources, Span};
use crate::value::{Cause, Str};
pub use excerpt::Excerpt;

/// What a rule came to for one node.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The defect is certainly not there.
    Pass,
    /// The defect is there.
    Fail(Box<Finding<Spot>>),
    /// It is not known whether the defect is there.
    Unknown(UnknownVerdict<Spot>),
    /// The rule does not apply to the node.
    Skip,
}

/// Where something stands that a rule points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// In a text that was read.
    Source(Span),
    /// In a plan, of which no text is shown as it is.
    Plan(Box<Excerpt>),
}

/// A verdict that could not be reached.
#[derive(Clone, Debug)]
pub struct UnknownVerdict<P = Span> {
    /// The rule.
    pub rule: Arc<Rule>,
    /// The node.
    pub address: Str,
    /// Why.
    pub cause: Arc<Cause>,
    /// Where the node is written.
    pub span: Option<P>,
}

/// A defect.
#[derive(Clone, Debug)]
pub struct Finding<P = Span> {
    /// The rule that found it.
    pub rule: Arc<Rule>,
    /// How much it matters here.
    pub severity: Severity,
    /// The node.
    pub address: Str,
    /// What is wrong, in one sentence without a final dot.
    pub message: String,
    /// Where: the attribute or block that makes it, or the header of the node's block.
    pub span: Option<P>,
    /// Other places that explain it.
    pub labels: Vec<Place<P>>,
    /// Addresses on the path through the graph.
    pub path: Vec<Str>,
}

/// A place with what it has to do with a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<P = Span> {
    /// Where.
    pub span: P,
    /// A few words.
    pub text: String,
    /// The node that stands there.
    pub address: Str,
}

impl<P> Finding<P> {
    /// What identifies the finding from run to run: rule and address, not lines.
    #[must_use]
    pub fn key(&self) -> (&str, &str) {
        (&self.rule.id, &self.address)
    }
}

/// Gives spots their spans. Excerpts become texts of their own, each once.
pub struct Placing<'s> {
    sources: &'s mut Sources,
    excerpts: FxHashMap<(FileId, String), FileId>,
}

impl<'s> Placing<'s> {
    /// Adds the texts of excerpts to these.
    pub fn new(sources: &'s mut Sources) -> Self {
        Self { sources, excerpts: FxHashMap::default() }
    }

    fn span(&mut self, spot: Spot) -> Span {
        match spot {
            Spot::Source(span) => span,
            Spot::Plan(excerpt) => {
                let Excerpt { file, pointer, text, mark } = *excerpt;
                let sources = &mut *self.sources;
                let file = *self
                    .excerpts
                    .entry((file, pointer.clone()))
                    .or_insert_with(|| sources.add_excerpt(file, pointer, text.into()));
                Span { file, range: mark }
            }
        }
    }

    /// A finding in the texts of the run.
    pub fn finding(&mut self, finding: Finding<Spot>) -> Finding {
        let Finding { rule, severity, address, message, span, labels, path } = finding;
        let span = span.map(|spot| self.span(spot));
        let labels = labels
            .into_iter()
            .map(|Place { span, text, address }| Place { span: self.span(span), text, address })
            .collect();
        Finding { rule, severity, address, message, span, labels, path }
    }

    /// An open verdict in the texts of the run.
    pub fn undecided(&mut self, undecided: UnknownVerdict<Spot>) -> UnknownVerdict {
        let UnknownVerdict { rule, address, cause, span } = undecided;
        UnknownVerdict { rule, address, cause, span: span.map(|spot| self.span(spot)) }
    }
}
