//! Rules: HCL files that say what a defect is, why it matters and what to do, with examples that are their tests.
//!
//! Knows the language of rule files and how to run them over a graph; knows neither formats nor the name of any provider.

pub mod conform;
pub mod embedded;
pub mod examples;
mod examples_conform;
mod excerpt;
pub mod lint;
pub mod load;
mod place;
pub mod run;
mod subjects;
pub mod verdict;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::estate::Estate;
use crate::model::{Expression, Model};
use crate::syntax::tree::{BodyId, Tree};
use crate::text::{Sources, Span};
use crate::value::{Str, Value};

/// What a rule needs to see; it is left out where that is not at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reads {
    /// Resources and their attributes, which configuration and plans show alike.
    #[default]
    Any,
    /// What only configuration shows: files, types of variables, versions of modules.
    Source,
    /// What only a plan shows: what was there before.
    Plan,
}

impl Reads {
    /// Whether an estate shows what the rule needs.
    #[must_use]
    pub fn is_met_by(self, estate: &Estate) -> bool {
        match self {
            Self::Any => true,
            Self::Source => estate.has_files,
            Self::Plan => estate.is_of_change(),
        }
    }
}

/// What rules stand for.
#[derive(Clone, Debug)]
pub struct Principle {
    /// `single-point-of-failure`
    pub id: Str,
    /// A title.
    pub title: Str,
    /// The question that it asks of an architecture.
    pub question: Str,
    /// Why it matters, Markdown.
    pub about: Str,
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its id, which is the name of its file.
    pub id: Str,
    /// What the defect is; reads well after "allow …".
    pub summary: Str,
    /// The principle it serves.
    pub principle: Str,
    /// How much a finding matters.
    pub severity: Severity,
    /// The environment in which it matters that much; elsewhere it is advice.
    pub environment: Option<Str>,
    /// What the rule needs to see.
    pub reads: Reads,
    /// The version that first had it.
    pub since: Str,
    /// Ids that it had before; `explain` still finds it by them.
    pub renamed_from: Vec<Str>,
    /// Why the defect matters, Markdown.
    pub why: Str,
    /// What to do.
    pub fix: Str,
    /// Where to read on.
    pub references: Vec<Str>,
    /// Parameters with their defaults and what they mean.
    pub parameters: Vec<RuleParameter>,
    /// Names for parts of the condition.
    pub locals: Vec<(Str, Expression)>,
    /// The nodes that the rule looks at.
    pub for_each: Expression,
    /// Whether the rule does not apply to a node.
    pub unless: Option<Expression>,
    /// What may be wrong: the first that holds is reported.
    pub defects: Vec<Defect>,
    /// Nodes on the way, shown as the path through the graph.
    pub path: Option<Expression>,
    /// Other places to point at.
    pub labels: Vec<LabelRule>,
    /// Terraform that fails, passes or cannot be decided.
    pub examples: Vec<Example>,
    /// Where the rule is written.
    pub span: Span,
}

/// Something that may be wrong with a node.
#[derive(Clone, Debug)]
pub struct Defect {
    /// The condition.
    pub when: Expression,
    /// The attribute or block to point at, as a dotted path.
    pub at: Vec<Str>,
    /// Where `at` is written.
    pub at_span: Option<Span>,
    /// What is wrong.
    pub message: Expression,
    /// Other places to point at, beside those of the rule.
    pub labels: Vec<LabelRule>,
}

/// A parameter of a rule.
#[derive(Clone, Debug)]
pub struct RuleParameter {
    /// Its name.
    pub name: Str,
    /// Its default.
    pub default: Value,
    /// What it means.
    pub doc: Str,
    /// Where it is declared.
    pub span: Span,
}

/// Another place to point at.
#[derive(Clone, Debug)]
pub struct LabelRule {
    /// What to say there.
    pub text: Str,
    /// The nodes.
    pub at: Expression,
    /// Their attribute; their header where absent.
    pub attribute: Vec<Str>,
    /// Where that attribute is written.
    pub attribute_span: Option<Span>,
}

/// Terraform with the verdict that the rule must give for it.
#[derive(Clone, Debug)]
pub struct Example {
    /// The verdict.
    pub expected: Expected,
    /// What it shows.
    pub title: Str,
    /// The file.
    pub tree: Arc<Tree>,
    /// The block's body.
    pub body: BodyId,
    /// The body of its `before`: the configuration before the change.
    pub before: Option<BodyId>,
    /// Addresses that the change can only replace, as the provider would say.
    pub replaces: Vec<Str>,
    /// The block's header.
    pub span: Span,
}

/// The verdict that an example must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Exactly one finding.
    Fails,
    /// No finding and nothing unknown.
    Passes,
    /// Something unknown and no finding.
    Unknown,
}

/// Everything that rule and model files say.
#[derive(Debug, Default)]
pub struct RuleSet {
    /// Rules, sorted by id.
    pub rules: Vec<Arc<Rule>>,
    /// Principles, in the order of their file.
    pub principles: Vec<Principle>,
    /// The model.
    pub model: Model,
    /// The files that they were read from.
    pub sources: Sources,
    /// What is wrong in them.
    pub problems: Vec<Diagnostic>,
}

/// The rule of that id, in rules that are sorted by id.
#[must_use]
pub fn rule_of<'r>(rules: &'r [Arc<Rule>], id: &str) -> Option<&'r Rule> {
    let found = rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok()?;
    rules.get(found).map(AsRef::as_ref)
}

impl RuleSet {
    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rule that had that id before it was renamed.
    #[must_use]
    pub fn renamed(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|rule| rule.renamed_from.iter().any(|old| old == id))
    }
}
