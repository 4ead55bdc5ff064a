//! Diagnostics: all that a run has to say, whether a rule found a defect or the input is wrong.
//!
//! A diagnostic says what, where, why and what to do next. A *problem* is one about the input or the run: an error among them makes
//! the run incomplete. A *finding* is one that a rule makes of a sound input. Every stage returns its value together with the
//! problems it met; nothing is lost by one. Knows neither HCL, nor values, nor formats.

pub mod codes;
mod location;
mod suggest;

use ecow::EcoString;

use crate::text::Span;
pub use location::{Excerpt, Location};
pub use suggest::nearest;

/// How bad it is. An error among the problems makes the run incomplete (exit code 2); an error among the findings will hurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Will hurt, or part of the input could not be read or understood.
    Error,
    /// Should be repaired, or deserves a look.
    Warning,
    /// Worth a thought.
    Advice,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Advice];

    /// Its name in rule files, options and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }

    /// The severity of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

/// A place with what it has to do with a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// A few words, lower case, no final dot; may be empty.
    pub text: String,
    /// The address of what stands there, if that is a node of the graph.
    pub address: EcoString,
}

impl Label {
    /// A place that is no node of the graph.
    pub fn new(location: impl Into<Location>, text: impl Into<String>) -> Self {
        Self { location: location.into(), text: text.into(), address: EcoString::new() }
    }

    /// The place in a text that was read; none in a plan.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        self.location.span()
    }
}

/// One thing that a run has to say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The code of a problem (`stage/what`, for example `syntax/unclosed-block`), or the id of the rule that found a defect.
    pub id: EcoString,
    /// What is wrong: one sentence without a final dot.
    pub message: String,
    /// The place it is about, if it is about a place.
    pub primary: Option<Label>,
    /// Other places that explain it.
    pub related: Vec<Label>,
    /// Places that it does not show and that it is in all the same: the blocks around the primary one, outermost first.
    pub hidden: Vec<Location>,
    /// What to do next; for a finding its rule says it.
    pub help: Option<String>,
    /// The address of the node that it is about; empty if it is about none.
    pub address: EcoString,
    /// The id of the rule that it comes from, if it comes from one.
    pub rule: Option<EcoString>,
    /// The `module` blocks that lead to the module of the primary place, outermost first.
    pub calls: Vec<Label>,
    /// Addresses on the path through the graph.
    pub path: Vec<EcoString>,
}

impl Diagnostic {
    /// A problem that makes the run incomplete.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            id: code.into(),
            message: message.into(),
            primary: None,
            related: Vec::new(),
            hidden: Vec::new(),
            help: None,
            address: EcoString::new(),
            rule: None,
            calls: Vec::new(),
            path: Vec::new(),
        }
    }

    /// A defect that a rule finds at a node.
    pub fn finding(rule: &EcoString, severity: Severity, address: &EcoString, message: String) -> Self {
        let (id, address, rule) = (rule.clone(), address.clone(), Some(rule.clone()));
        Self { severity, id, address, rule, ..Self::error("", message) }
    }

    /// A problem that does not make the run incomplete.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Says where, with a few words for the place (may be empty).
    #[must_use]
    pub fn at(mut self, location: impl Into<Location>, words: impl Into<String>) -> Self {
        self.primary = Some(Label::new(location, words));
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn label(mut self, location: impl Into<Location>, text: impl Into<String>) -> Self {
        self.related.push(Label::new(location, text));
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether a rule found it; else it is a problem.
    #[must_use]
    pub const fn is_finding(&self) -> bool {
        self.rule.is_some()
    }

    /// The place in a text that was read; none in a plan.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.primary.as_ref().and_then(Label::span)
    }

    /// Every place that it shows, the primary one first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.primary.iter().chain(&self.related)
    }

    /// Every place in a text that it shows, to be moved.
    pub fn spans_mut(&mut self) -> impl Iterator<Item = &mut Span> {
        self.primary.iter_mut().chain(&mut self.related).filter_map(|label| match &mut label.location {
            Location::Source(span) => Some(span),
            Location::Plan { .. } => None,
        })
    }
}
