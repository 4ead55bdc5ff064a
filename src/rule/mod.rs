//! Rules: HCL files that say what a defect is, why it matters and what to do, with examples that are their tests.
//!
//! Knows the language of rule files and how to run them over a graph; knows neither formats nor the name of any provider.

pub mod asked;
mod asking;
mod body;
pub mod conform;
pub mod edit;
pub mod edition;
pub mod embedded;
pub mod examples;
mod examples_conform;
mod excerpt;
mod expression_kind;
pub mod framework;
mod grounds;
pub mod lint;
pub mod load;
mod place;
pub mod run;
mod sections;
mod subjects;
pub mod verdict;
mod wording;
mod yielding;

pub use excerpt::shown_value;
pub use place::decided;

use std::ops::Deref;
use std::sync::Arc;

use crate::decode::Spanned;
use crate::diagnostic::{Diagnostic, Severity};
use crate::estate::{Estate, UnitKind};
use crate::model::{Expression, Model};
use crate::syntax::tree::{BodyId, Tree};
use crate::text::{FileId, Sources, Span};
use crate::value::{Str, Value};
use crate::verbs::targets::Targets;
use body::LazyBody;
use edit::RuleEdit;
use edition::Edition;
use sha2::{Digest, Sha256};

/// What a rule needs as input; without it the rule is skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reads {
    /// Resources and their attributes, which configuration and plans show alike.
    #[default]
    Any,
    /// Facts that only configuration shows: files, types of variables, versions of modules.
    Configuration,
    /// The state before the change, which only a plan shows.
    Plan,
}

impl Reads {
    /// Whether an estate has what the rule needs.
    #[must_use]
    pub fn is_met_by(self, estate: &Estate) -> bool {
        match self {
            Self::Any => true,
            Self::Configuration => estate.has_files,
            Self::Plan => estate.is_of_change(),
        }
    }
}

/// What a rule is about, which decides where it is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleScope {
    /// A root module as somebody applies it: its state, its lock file, its environments.
    Unit,
    /// The code of a module, whoever calls it, if it is the user's own and no sample.
    Module,
    /// What is deployed.
    #[default]
    Resource,
}

impl RuleScope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Unit, Self::Module, Self::Resource];

    /// The word in rule files and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Module => "module",
            Self::Resource => "resource",
        }
    }

    /// Whether an estate is what the rule is about.
    #[must_use]
    pub fn holds_for(self, estate: &Estate) -> bool {
        match self {
            Self::Unit => estate.kind.is_unit(),
            Self::Module => estate.kind != UnitKind::Sample,
            Self::Resource => true,
        }
    }
}

/// A principle that rules serve.
#[derive(Clone, Debug)]
pub struct Principle {
    /// `single-point-of-failure`
    pub id: Str,
    pub title: Str,
    /// The question that it asks of an architecture.
    pub question: Str,
    /// Why it matters, in Markdown.
    pub about: Str,
    /// Whether it is about the code and not about what runs: a report tells such findings last.
    pub is_hygiene: bool,
}

/// A rule: what a run asks of every rule, and a body with the rest, which is read only where it is needed.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The id, which is the name of its file.
    pub id: Str,
    /// The file.
    pub file: FileId,
    /// The principle it serves.
    pub principle: Str,
    /// The severity of its findings.
    pub severity: Severity,
    /// The environment in which that severity applies; in others the rule is advice.
    pub environment: Option<Str>,
    /// What the rule needs as input.
    pub reads: Reads,
    /// What it is about.
    pub scope: RuleScope,
    /// The edition that introduced it; a rule of the user's own may have none.
    pub since: Option<Edition>,
    /// Former ids; `explain` finds the rule by them.
    pub renamed_from: Vec<Str>,
    /// The parameters.
    pub parameters: Vec<RuleParameter>,
    /// The types, sets and roles whose resources the rule looks at, if `for_each` says nothing more.
    pub looks_at: Option<Vec<Str>>,
    body: LazyBody,
}

impl Deref for Rule {
    type Target = RuleBody;

    /// The body, which is read when it is first asked for.
    fn deref(&self) -> &RuleBody {
        self.body.get()
    }
}

/// What a rule says to those whom it concerns.
#[derive(Clone, Debug)]
pub struct RuleBody {
    /// The defect in a few words; reads well after "allow …".
    pub summary: Str,
    /// Why the defect matters, in Markdown.
    pub why: Str,
    /// How to fix it.
    pub fix: Str,
    /// How one would notice the defect in operation: a metric, an event, a message. Empty where the rule does not say, and where it was
    /// loaded for a check, which does not show it.
    pub notice: Str,
    /// How to prove that the defect is there, or gone: a fault to inject, something to try. Empty as above.
    pub prove: Str,
    /// Further reading.
    pub references: Vec<Str>,
    /// Named parts of the condition.
    pub locals: Vec<(Str, Expression)>,
    /// The nodes that the rule looks at.
    pub for_each: Expression,
    /// Whether the rule does not apply to a node.
    pub unless: Option<Expression>,
    /// What may be wrong: the first defect that holds is reported.
    pub defects: Vec<Defect>,
    /// The nodes of the path through the graph that a finding shows.
    pub path: Option<Expression>,
    /// Further places that a finding points at.
    pub labels: Vec<LabelRule>,
    /// The names that tell findings about one node apart: what they are about is a part of it, such as some variables of a module.
    pub identity: Option<Expression>,
    /// The rules that report the same defect in more detail.
    pub yields: Option<YieldsTo>,
    /// What mends a finding, for defects that do not say it themselves.
    pub edits: Vec<RuleEdit>,
    /// Whether a finding names the smallest change after which the loss that it is about does less.
    pub shows_edit: bool,
    /// Terraform that fails, passes or cannot be decided.
    pub examples: Vec<Example>,
    /// The place of the rule.
    pub span: Span,
}

/// Something that may be wrong with a node.
#[derive(Clone, Debug)]
pub struct Defect {
    /// Its name; empty if the rule has only this one.
    pub name: Str,
    pub when: Expression,
    /// The attribute or block that a finding points at, as a dotted path.
    pub at: Vec<Str>,
    /// The place of `at`.
    pub at_span: Option<Span>,
    /// The node that a finding points at, if it is not the one that it is about.
    pub place: Option<Expression>,
    /// What a finding says.
    pub message: Expression,
    /// Further places that a finding points at, in addition to those of the rule.
    pub labels: Vec<LabelRule>,
    /// What mends it.
    pub edits: Vec<RuleEdit>,
}

impl Rule {
    /// Whether somebody has asked for the body.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.body.is_read()
    }

    /// Whether it is asked of an estate at all.
    #[must_use]
    pub fn is_asked_of(&self, estate: &Estate) -> bool {
        self.reads.is_met_by(estate) && self.scope.holds_for(estate)
    }

    /// The severity in an environment.
    #[must_use]
    pub fn severity_in(&self, environment: Option<&str>) -> Severity {
        match (&self.environment, environment) {
            (Some(wanted), Some(known)) if wanted != known => Severity::Advice,
            _ => self.severity,
        }
    }
}

/// A parameter of a rule.
#[derive(Clone, Debug)]
pub struct RuleParameter {
    pub name: Str,
    pub default: Value,
    /// The meaning of the parameter.
    pub doc: Str,
    /// The place of its declaration.
    pub span: Span,
}

/// A further place that a finding points at.
#[derive(Clone, Debug)]
pub struct LabelRule {
    /// The text of the label.
    pub text: Str,
    /// The nodes that it points at.
    pub at: Expression,
    /// The attribute of these nodes; empty for the header.
    pub attribute: Vec<Str>,
    /// The place of `attribute`.
    pub attribute_span: Option<Span>,
}

/// The rules to which a rule yields: where one of them reports the same defect, what this one has to say is a label of that finding.
#[derive(Clone, Debug)]
pub struct YieldsTo {
    /// The ids of these rules.
    pub rules: Vec<Spanned<Str>>,
    /// The nodes that a finding of theirs may be about besides the node itself.
    pub about: Option<Expression>,
    /// The label.
    pub label: LabelRule,
}

/// Terraform with the verdict that the rule must give for it.
#[derive(Clone, Debug)]
pub struct Example {
    pub expected: Expected,
    /// What the example shows.
    pub title: Str,
    pub tree: Arc<Tree>,
    /// The body of the example's block.
    pub body: BodyId,
    /// The body of its `before`: the configuration before the change.
    pub before: Option<BodyId>,
    /// The bodies of its `environment` blocks, with their names: the configuration of other environments. The example itself is then
    /// one of production.
    pub environments: Vec<(Str, BodyId)>,
    /// Addresses that the change can only replace, as a provider would demand.
    pub replaces: Vec<Str>,
    /// What a config declares of entries, by address.
    pub intends: Vec<(Str, Targets)>,
    /// The header of the example's block.
    pub span: Span,
}

/// The verdict that an example must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Exactly one finding.
    Fails,
    /// No finding and no unknown verdict.
    Passes,
    /// An unknown verdict and no finding.
    Unknown,
}

/// The contents of rule and model files.
#[derive(Debug, Default)]
pub struct RuleSet {
    /// Rules, sorted by id.
    pub rules: Vec<Arc<Rule>>,
    /// Principles, in the order of the file.
    pub principles: Vec<Principle>,
    pub model: Arc<Model>,
    /// The files that were read.
    pub sources: Sources,
    /// Mistakes in the files.
    pub problems: Vec<Diagnostic>,
}

/// The rule with this id, in a list that is sorted by id.
#[must_use]
pub fn rule_of<'r>(rules: &'r [Arc<Rule>], id: &str) -> Option<&'r Rule> {
    let found = rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok()?;
    rules.get(found).map(AsRef::as_ref)
}

impl RuleSet {
    /// A digest of all files that were read: the same for the same rules.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for (_, file) in self.sources.iter() {
            hasher.update(file.path.to_string_lossy().as_bytes());
            hasher.update([0]);
            hasher.update(file.text.as_bytes());
            hasher.update([0]);
        }
        hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rule that had this id before it was renamed.
    #[must_use]
    pub fn renamed(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|rule| rule.renamed_from.iter().any(|old| old == id))
    }
}
