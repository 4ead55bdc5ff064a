//! Edits: what a rule says is to be written where it finds a defect, and where in the files of the user that goes.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::place::Calls;
use super::run::parameters;
use super::{Defect, Rule, rule_of};
use crate::budget::Meter;
use crate::decode::{Expression, Section, Spanned, dotted};
use crate::diagnostic::Diagnostic;
use crate::estate::{EditPlace, Scopes};
use crate::eval::Files;
use crate::fix::{NewText, new_text};
use crate::graph::{Graph, NodePlace};
use crate::text::Span;
use crate::value::{Known, NodeId, Str};
use crate::verbs::VerbContext;
use crate::verbs::scope::{GraphScope, Locals, MAX_QUESTION, Purpose};

/// An edit that a rule carries.
#[derive(Clone, Debug)]
pub struct RuleEdit {
    /// The argument that gets another value, or the block that is added, as a dotted path.
    pub path: Vec<Str>,
    /// The place of the path.
    pub path_span: Span,
    /// The value; an object is the content of a block.
    pub to: Expression,
    /// Whether it is what helps; it always is if it does not say.
    pub when: Option<Expression>,
    /// The node that is edited, if it is not the one that the rule is about.
    pub node: Option<Expression>,
    /// Whether it loses data.
    pub is_unsafe: bool,
}

impl RuleEdit {
    /// Reads the edits of a rule or of one of its defects.
    pub(super) fn read(section: &mut Section<'_>) -> Vec<Self> {
        let mut edits = Vec::new();
        for mut block in section.blocks("edit", "an edit", &["the argument"]) {
            let path: Spanned<Str> = block.label_spanned(0);
            let to = block.required("to");
            let when = block.optional("when");
            let node = block.optional("node");
            let is_unsafe = block.optional("unsafe").unwrap_or_default();
            block.finish();
            let Some(to) = to else { continue };
            let path_span = path.span;
            edits.push(Self { path: dotted(&path.value), path_span, to, when, node, is_unsafe });
        }
        edits
    }

    /// All its expressions.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        std::iter::once(&self.to).chain(&self.when).chain(&self.node)
    }
}

impl Defect {
    /// The edits that mend it.
    #[must_use]
    pub fn edits<'r>(&'r self, rule: &'r Rule) -> &'r [RuleEdit] {
        if self.edits.is_empty() { &rule.edits } else { &self.edits }
    }
}

impl Rule {
    /// All edits that it carries.
    pub(super) fn all_edits(&self) -> impl Iterator<Item = &RuleEdit> {
        self.defects.iter().flat_map(|defect| &defect.edits).chain(&self.edits)
    }

    /// Whether some of its findings can be fixed.
    #[must_use]
    pub fn is_fixable(&self) -> bool {
        self.defects.iter().any(|defect| !defect.edits(self).is_empty())
    }
}

/// What would mend a finding.
#[derive(Clone, Debug)]
pub struct ProposedFix {
    /// The id of the rule.
    pub rule: Str,
    /// The name of the defect; empty if the rule has only one.
    pub defect: Str,
    pub address: Str,
    /// What is to change: addresses, and the first names of paths.
    pub arguments: Vec<(Str, Str)>,
    /// The edits; or why there are none, in a sentence without a final dot.
    pub edits: Result<Vec<ProposedEdit>, String>,
}

/// One edit, with the places at which it can be made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProposedEdit {
    /// The address of what changes.
    pub address: Str,
    /// The argument or block.
    pub path: Vec<Str>,
    pub text: NewText,
    /// The place that decides today, then others that could.
    pub places: Vec<EditPlace>,
    /// Whether the provider can only replace the resource, or data is lost.
    pub is_unsafe: bool,
}

/// The root module of a graph that holds one.
const ONLY_ROOT: usize = 0;

/// Works out what would mend some findings of a graph of one root module.
#[must_use]
pub fn proposed(
    rules: &[Arc<Rule>],
    graph: &Graph<'_>,
    files: &dyn Files,
    findings: &[Diagnostic],
) -> Vec<ProposedFix> {
    let context = VerbContext::new(graph, files);
    let Some(estate) = graph.estate_of_root(ONLY_ROOT) else { return Vec::new() };
    let calls = Calls::new(estate);
    let ids: FxHashMap<&Str, NodeId> = graph.nodes().map(|(id, node)| (&node.address, id)).collect();
    let mut found = Vec::new();
    for finding in findings {
        let rule = finding.rule.as_ref().and_then(|id| rule_of(rules, id));
        let Some((rule, id)) = rule.zip(ids.get(&finding.address)) else { continue };
        let defect = rule.defects.iter().find(|defect| defect.name == finding.defect);
        let edits = defect.map_or(&[][..], |defect| defect.edits(rule));
        let mending = Mending { rule, graph, context: &context, calls: &calls, node: *id };
        found.extend(mending.proposed(finding, edits));
    }
    found
}

/// The question of what mends a node.
struct Mending<'a> {
    rule: &'a Rule,
    graph: &'a Graph<'a>,
    context: &'a VerbContext<'a>,
    calls: &'a Calls<'a>,
    node: NodeId,
}

impl Mending<'_> {
    /// All edits that help; nothing if the rule knows none for this node.
    fn proposed(&self, finding: &Diagnostic, edits: &[RuleEdit]) -> Option<ProposedFix> {
        let parameters = parameters(self.rule);
        let locals = Locals::new(&self.rule.locals);
        let meter = Meter::of_question(MAX_QUESTION);
        let scope = GraphScope {
            context: self.context,
            graph: self.graph,
            root: ONLY_ROOT,
            files: self.context.files,
            node: Some(self.node),
            other: None,
            parameters: &parameters,
            locals: Some(&locals),
            depth: 0,
            purpose: Purpose::Question,
            meter: &meter,
        };
        let helps = |edit: &&RuleEdit| {
            edit.when.as_ref().is_none_or(|when| matches!(scope.holds(when), Known::Yes(true)))
        };
        let wanted: Vec<&RuleEdit> = edits.iter().filter(helps).collect();
        if wanted.is_empty() {
            return None;
        }
        let argument = |edit: &&RuleEdit| {
            let node = self.graph.node(self.edited(edit, &scope)?)?;
            Some((node.address.clone(), edit.path.first()?.clone()))
        };
        let arguments = wanted.iter().filter_map(argument).collect();
        Some(ProposedFix {
            rule: self.rule.id.clone(),
            defect: finding.defect.clone(),
            address: finding.address.clone(),
            arguments,
            edits: wanted.into_iter().map(|edit| self.edit(edit, &scope)).collect(),
        })
    }

    /// The node that an edit is about.
    fn edited(&self, edit: &RuleEdit, scope: &GraphScope<'_>) -> Option<NodeId> {
        match &edit.node {
            None => Some(self.node),
            Some(node) => scope.evaluate(node).ok()?.as_node(),
        }
    }

    fn edit(&self, edit: &RuleEdit, scope: &GraphScope<'_>) -> Result<ProposedEdit, String> {
        let id = self.edited(edit, scope).ok_or("it is not known what is to be edited")?;
        let node = self.graph.node(id).ok_or("it is not known what is to be edited")?;
        let to = scope.evaluate(&edit.to).ok().filter(|to| !to.is_secret());
        let text = to.as_ref().and_then(new_text).ok_or("the value that it needs is not known")?;
        let NodePlace::Declared(declaration, key) = &node.place else {
            return Err("no file declares it".to_owned());
        };
        let places = match &text {
            NewText::Block(_) => Scopes::extensible(declaration, &edit.path)?,
            NewText::Value(_) => {
                let scopes = self.graph.scopes(id).ok_or("no file declares it")?;
                scopes.editable(declaration, key, &edit.path)?
            }
        };
        let places: Vec<EditPlace> =
            places.into_iter().filter(|place| !self.calls.is_foreign(place.span().file)).collect();
        if places.is_empty() {
            return Err("a module decides it that was fetched and is not edited".to_owned());
        }
        let is_unsafe = edit.is_unsafe || self.graph.model.replaces(&node.type_, &edit.path);
        Ok(ProposedEdit { address: node.address.clone(), path: edit.path.clone(), text, places, is_unsafe })
    }
}
