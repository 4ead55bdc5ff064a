//! Diagnostics: everything that a run has to say, whether a rule found a defect or the input is wrong.
//!
//! A diagnostic says what, where, why and what to do next. A *problem* is about the input or the run; a problem that is an error makes
//! the run incomplete. A *finding* comes from a rule, or is about what people say of findings, and is about sound input. Every stage returns its value together with its
//! problems; a problem never discards the value. This module knows neither HCL, nor values, nor formats.

pub mod codes;
mod location;
mod suggest;

use ecow::EcoString;

use crate::text::Span;
pub use location::{Excerpt, Location, shown_path};
pub use suggest::nearest;

/// The severity of a diagnostic. A problem that is an error makes the run incomplete (exit code 2); a finding that is one will hurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Will hurt, or part of the input could not be read or understood.
    Error,
    /// Should be fixed, or deserves a look.
    Warning,
    /// Worth considering.
    Advice,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Advice];

    /// The name in rule files, options and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }

    /// The severity with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

/// A place, and what it has to do with a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    pub location: Location,
    /// A few words in lower case without a final dot; may be empty.
    pub text: String,
    /// The address of the node at this place; empty if there is none.
    pub address: EcoString,
}

impl Label {
    /// A place without a node of the graph.
    pub fn new(location: impl Into<Location>, text: impl Into<String>) -> Self {
        Self { location: location.into(), text: text.into(), address: EcoString::new() }
    }

    /// The place in a source file; `None` in a plan.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        self.location.span()
    }
}

/// A node on the path through the graph that a finding shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathNode {
    pub address: EcoString,
    /// The header of its block; `None` in a plan.
    pub header: Option<Span>,
}

/// A problem or a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    pub severity: Severity,
    /// The code of a problem (`stage/what`, for example `syntax/unclosed-block`), or the id of the rule that found a defect.
    pub id: EcoString,
    /// What is wrong: one sentence without a final dot.
    pub message: String,
    /// The place that it is about, if there is one.
    pub primary: Option<Label>,
    /// Other places that explain it.
    pub related: Vec<Label>,
    /// Places that contain the primary one and are not shown: the blocks around it, outermost first.
    pub hidden: Vec<Location>,
    /// What to do next; a finding has the fix of its rule instead.
    pub help: Option<String>,
    /// The address of the node that it is about; empty if there is none.
    pub address: EcoString,
    /// The id of the rule behind a finding, or the code of a finding of the program itself; `None` for a problem.
    pub rule: Option<EcoString>,
    /// The name of the defect of the rule; empty for a problem, and if the rule has only one defect.
    pub defect: EcoString,
    /// The `module` blocks that lead to the module of the primary place, outermost first.
    pub calls: Vec<Label>,
    /// The path through the graph that a finding shows.
    pub path: Vec<PathNode>,
    /// Whether it is about the text of a module, which is the same for all who call it, and not about an instance of a resource.
    pub is_about_text: bool,
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
            defect: EcoString::new(),
            calls: Vec::new(),
            path: Vec::new(),
            is_about_text: false,
        }
    }

    /// A finding of a rule at a node.
    pub fn finding(rule: &EcoString, severity: Severity, address: &EcoString, message: String) -> Self {
        let (id, address, rule) = (rule.clone(), address.clone(), Some(rule.clone()));
        Self { severity, id, address, rule, ..Self::error("", message) }
    }

    /// A problem that does not make the run incomplete.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A problem that is only worth knowing.
    pub fn advice(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Advice, ..Self::error(code, message) }
    }

    /// The problem as a finding of the program itself: its code stands for the rule.
    #[must_use]
    pub fn as_finding(self) -> Self {
        Self { rule: Some(self.id.clone()), ..self }
    }

    /// Sets the primary place, with a few words for it (may be empty).
    #[must_use]
    pub fn at(mut self, location: impl Into<Location>, words: impl Into<String>) -> Self {
        self.primary = Some(Label::new(location, words));
        self
    }

    /// Adds a related place.
    #[must_use]
    pub fn label(mut self, location: impl Into<Location>, text: impl Into<String>) -> Self {
        self.related.push(Label::new(location, text));
        self
    }

    /// Sets what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The addresses on the path through the graph.
    pub fn path_addresses(&self) -> impl Iterator<Item = &EcoString> {
        self.path.iter().map(|node| &node.address)
    }

    /// The path through the graph in one line.
    #[must_use]
    pub fn path_text(&self) -> String {
        self.path_addresses().map(EcoString::as_str).collect::<Vec<_>>().join(" → ")
    }

    /// Whether it is a finding; otherwise it is a problem.
    #[must_use]
    pub const fn is_finding(&self) -> bool {
        self.rule.is_some()
    }

    /// The primary place in a source file; `None` in a plan.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.primary.as_ref().and_then(Label::span)
    }

    /// All places that are shown, the primary one first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.primary.iter().chain(&self.related)
    }

    /// All shown places in source files, so that they can be moved.
    pub fn spans_mut(&mut self) -> impl Iterator<Item = &mut Span> {
        self.primary.iter_mut().chain(&mut self.related).filter_map(|label| match &mut label.location {
            Location::Source(span) => Some(span),
            Location::Plan { .. } => None,
        })
    }
}
