//! Running rules over a graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{LabelRule, Level, Rule};
use crate::address::Address;
use crate::estate::Mode;
use crate::estate::locate::locate;
use crate::eval::access::{Elements, elements};
use crate::eval::{EvalError, Files};
use crate::finding::{Finding, Place, Spot, Undecided, Verdict, excerpt};
use crate::graph::scope::{GraphScope, Locals, Purpose};
use crate::graph::{self, Graph, NodeKind, ROOT_MODULE};
use crate::model::Expression;
use crate::problem::Problem;
use crate::value::{Cause, CauseKind, Kind, Known, NodeId, Step, Str, Value};

/// What the rules say of one graph.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Defects, sorted by rule and address.
    pub findings: Vec<Finding<Spot>>,
    /// Verdicts that could not be reached, sorted by rule and address.
    pub undecided: Vec<Undecided<Spot>>,
    /// How many verdicts were `pass`.
    pub passed: usize,
    /// How many verdicts were `skip`.
    pub skipped: usize,
    /// Mistakes in rules that showed up while they ran.
    pub problems: Vec<Problem>,
    /// Why rules may not have looked at all nodes that they are about.
    missed: Vec<(Arc<Rule>, Arc<Cause>)>,
}

/// Runs rules over a graph, in parallel; the outcome does not depend on how many threads there are.
#[must_use]
pub fn run(rules: &[Arc<Rule>], graph: &Graph<'_>, files: &dyn Files, environment: Option<&str>) -> Outcome {
    let outcomes: Vec<Outcome> = rules
        .par_iter()
        .filter(|rule| rule.reads.is_met_by(graph.estate))
        .map(|rule| run_rule(rule, graph, files, environment))
        .collect();
    let mut all = Outcome::default();
    for outcome in outcomes {
        all.findings.extend(outcome.findings);
        all.undecided.extend(outcome.undecided);
        all.passed += outcome.passed;
        all.skipped += outcome.skipped;
        all.problems.extend(outcome.problems);
        all.missed.extend(outcome.missed);
    }
    let missed = std::mem::take(&mut all.missed);
    all.undecided.extend(undecided_at_root(missed, graph));
    all.undecided.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
    all
}

/// The verdicts of rules that may not have seen all nodes. One cause, such as a module that is not downloaded, concerns many rules:
/// it is told once.
fn undecided_at_root(missed: Vec<(Arc<Rule>, Arc<Cause>)>, graph: &Graph<'_>) -> Vec<Undecided<Spot>> {
    let mut by_cause: BTreeMap<Arc<Cause>, Vec<Arc<Rule>>> = BTreeMap::new();
    for (rule, cause) in missed {
        by_cause.entry(cause.root().clone()).or_default().push(rule);
    }
    let root = graph.nodes().find(|(_, node)| node.kind == NodeKind::Module);
    let span = root.and_then(|(_, node)| place(node, &[]));
    by_cause
        .into_iter()
        .filter_map(|(cause, rules)| {
            let mut rules = rules.into_iter();
            Some(Undecided {
                rule: rules.next()?,
                further_rules: rules.collect(),
                address: ROOT_MODULE.into(),
                cause,
                span: span.clone(),
            })
        })
        .collect()
}

fn run_rule(rule: &Arc<Rule>, graph: &Graph<'_>, files: &dyn Files, environment: Option<&str>) -> Outcome {
    let mut outcome = Outcome::default();
    let parameters: Vec<(Str, Value)> =
        rule.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.default.clone())).collect();
    let scope = GraphScope {
        graph,
        files,
        node: None,
        other: None,
        parameters: &parameters,
        locals: None,
        depth: 0,
        purpose: Purpose::Subjects,
    };
    let locals = Locals::new(&rule.locals);
    let subjects = GraphScope { locals: Some(&locals), ..scope }.evaluate(&rule.for_each);
    let subjects = match subjects {
        Ok(value) => Subjects::of(&value),
        Err(error) => {
            outcome.problems.push(mistake(rule, &rule.for_each, &error));
            return outcome;
        }
    };
    outcome.missed.extend(subjects.more.map(|cause| (rule.clone(), cause)));
    let nodes = subjects.nodes;
    let level = match (&rule.environment, environment) {
        (Some(wanted), Some(known)) if wanted != known => Level::Advice,
        _ => rule.level,
    };
    let verdict_of = |node: &NodeId| -> Result<Verdict, Problem> {
        let node = *node;
        let locals = Locals::new(&rule.locals);
        let scope =
            GraphScope { node: Some(node), locals: Some(&locals), purpose: Purpose::Question, ..scope };
        Asking { rule, graph, node, scope, level }.verdict()
    };
    // A few nodes are quicker than handing them out to threads.
    let verdicts: Vec<_> = if nodes.len() < 256 {
        nodes.iter().map(verdict_of).collect()
    } else {
        nodes.par_iter().map(verdict_of).collect()
    };
    for verdict in verdicts {
        match verdict {
            Ok(Verdict::Pass) => outcome.passed += 1,
            Ok(Verdict::Skip) => outcome.skipped += 1,
            Ok(Verdict::Fail(finding)) => outcome.findings.push(*finding),
            Ok(Verdict::Unknown(undecided)) => outcome.undecided.push(undecided),
            Err(problem) => outcome.problems.push(problem),
        }
    }
    outcome.problems.dedup();
    outcome
}

/// The nodes that a rule looks at.
#[derive(Default)]
struct Subjects {
    nodes: Vec<NodeId>,
    /// Why there may be more.
    more: Option<Arc<Cause>>,
}

impl Subjects {
    /// What `for_each` comes to. Null is no node, as for verbs; anything else that is no node may have meant one.
    fn of(for_each: &Value) -> Self {
        let not_a_node = |value: &Value| {
            let message = format!("`for_each` of a rule is a list of nodes; this is a {}", value.type_of());
            Cause::new(CauseKind::Error, message, None)
        };
        let (items, more) = match elements(for_each) {
            Some(Known::Yes(Elements { items, more })) if for_each.as_node().is_none() => (items, more),
            Some(Known::No(cause)) => return Self { nodes: Vec::new(), more: Some(cause) },
            None if for_each.is_null() => return Self::default(),
            Some(Known::Yes(_)) | None => {
                return Self { nodes: Vec::new(), more: Some(not_a_node(for_each)) };
            }
        };
        let mut subjects = Self { nodes: Vec::new(), more };
        for (_, item) in items {
            let cause = match (item.as_node(), &item.kind) {
                (Some(node), _) => {
                    subjects.nodes.push(node);
                    continue;
                }
                (None, Kind::Null(_)) => continue,
                (None, Kind::Unknown(unknown)) => unknown.cause.clone(),
                (None, _) => not_a_node(&item),
            };
            subjects.more.get_or_insert(cause);
        }
        subjects
    }
}

fn mistake(rule: &Rule, expression: &Expression, error: &EvalError) -> Problem {
    let tree = &expression.tree;
    let span = tree.span(error.range.unwrap_or(tree.expr(expression.expr).range));
    Problem::error("rule/evaluation", format!("the rule `{}` is wrong: {}", rule.id, error.message))
        .at(span, "in this expression")
}

/// One rule asking about one node.
struct Asking<'a> {
    rule: &'a Arc<Rule>,
    graph: &'a Graph<'a>,
    node: NodeId,
    scope: GraphScope<'a>,
    level: Level,
}

impl Asking<'_> {
    fn verdict(&self) -> Result<Verdict, Problem> {
        // Most nodes have no defect: then nothing else needs to be asked, not even whether the rule applies.
        let defect = self.holds(&self.rule.when)?;
        if defect == Known::Yes(false) {
            return Ok(Verdict::Pass);
        }
        let skip = match &self.rule.unless {
            Some(unless) => self.holds(unless)?,
            None => Known::Yes(false),
        };
        let uncertain = self.graph.node(self.node).and_then(|node| node.uncertain.clone());
        Ok(match (skip, defect, uncertain) {
            (Known::Yes(true), _, _) => Verdict::Skip,
            (_, Known::No(cause), _) | (Known::No(cause), _, _) | (_, _, Some(cause)) => {
                self.undecided(cause)
            }
            (Known::Yes(false), Known::Yes(_), None) => Verdict::Fail(Box::new(self.finding()?)),
        })
    }

    /// Whether a condition holds, or the cause why that is not known. A condition that fails to evaluate because of the
    /// configuration is not known; one that is wrong in itself is a problem of the rule.
    fn holds(&self, condition: &Expression) -> Result<Known<bool>, Problem> {
        match self.scope.evaluate(condition) {
            Ok(value) => match &value.kind {
                Kind::Bool(value) => Ok(Known::Yes(*value)),
                Kind::Unknown(unknown) => Ok(Known::No(unknown.cause.clone())),
                _ => {
                    let error =
                        EvalError::new(format!("a condition is a boolean, not a {}", value.type_of()));
                    Err(mistake(self.rule, condition, &error))
                }
            },
            Err(error) => Err(mistake(self.rule, condition, &error)),
        }
    }

    fn undecided(&self, cause: Arc<Cause>) -> Verdict {
        let node = self.graph.node(self.node);
        Verdict::Unknown(Undecided {
            rule: self.rule.clone(),
            further_rules: Vec::new(),
            address: node.map(|node| node.address.clone()).unwrap_or_default(),
            cause,
            span: node.and_then(|node| place(node, &self.rule.at)),
        })
    }

    fn finding(&self) -> Result<Finding<Spot>, Problem> {
        let rule = self.rule;
        let message =
            self.scope.evaluate(&rule.message).map_err(|error| mistake(rule, &rule.message, &error))?;
        let message = match &message.kind {
            Kind::String(text) if !message.is_sensitive() => text.to_string(),
            // Part of the sentence is not known, or not to be told: the summary says what holds.
            _ => rule.summary.to_string(),
        };
        let node = self.graph.node(self.node);
        let mut labels = Vec::new();
        for label in &rule.labels {
            labels.extend(self.label(label)?);
        }
        let path = match &rule.path {
            Some(path) => self.addresses(path)?,
            None => Vec::new(),
        };
        Ok(Finding {
            rule: rule.clone(),
            level: self.level,
            address: node.map(|node| node.address.clone()).unwrap_or_default(),
            message,
            span: node.and_then(|node| place(node, &rule.at)),
            labels,
            path,
        })
    }

    fn nodes(&self, expression: &Expression) -> Result<Vec<NodeId>, Problem> {
        let value =
            self.scope.evaluate(expression).map_err(|error| mistake(self.rule, expression, &error))?;
        let mut nodes = Vec::new();
        flatten(&value, &mut nodes);
        Ok(nodes)
    }

    fn addresses(&self, expression: &Expression) -> Result<Vec<Str>, Problem> {
        let mut addresses: Vec<Str> = Vec::new();
        for node in self.nodes(expression)? {
            if let Some(node) = self.graph.node(node)
                && addresses.last() != Some(&node.address)
            {
                addresses.push(node.address.clone());
            }
        }
        Ok(addresses)
    }

    fn label(&self, label: &LabelRule) -> Result<Vec<Place<Spot>>, Problem> {
        let mut places: Vec<Place<Spot>> = Vec::new();
        for node in self.nodes(&label.at)? {
            let Some(node) = self.graph.node(node) else { continue };
            if let Some(span) = place(node, &label.attribute)
                && !places.iter().any(|place| place.span == span)
            {
                places.push(Place { span, text: label.text.to_string(), address: node.address.clone() });
            }
        }
        Ok(places)
    }
}

fn flatten(value: &Value, nodes: &mut Vec<NodeId>) {
    match value.as_node() {
        Some(node) => nodes.push(node),
        None => value.parts().for_each(|part| flatten(part, nodes)),
    }
}

/// Where to point for an attribute of a node: the attribute where it is written, else the header of the block.
fn place(node: &graph::Node, attribute: &[Str]) -> Option<Spot> {
    match &node.place {
        graph::Place::Nowhere => None,
        graph::Place::Span(span) => Some(Spot::Source(*span)),
        graph::Place::Written(written) => {
            let address = Address::read(&node.address);
            let block = excerpt::Block {
                file: written.file,
                pointer: &written.pointer,
                header: &format!("{} \"{}\" \"{}\"", keyword(node.kind), node.type_, address.name()),
                address: (!address.is_plain()).then_some(node.address.as_str()),
                body: node.value.as_entries()?,
            };
            Some(Spot::Plan(Box::new(block.excerpt(attribute))))
        }
        graph::Place::Block(block) => {
            let path: Vec<Step> = attribute.iter().cloned().map(Step::Key).collect();
            let found = if path.is_empty() { None } else { locate(&block.tree, block.body, &path) };
            Some(Spot::Source(found.map_or(block.header, |range| block.tree.span(range))))
        }
    }
}

/// The type of the block that makes a node.
const fn keyword(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Resource(Mode::Data) => "data",
        NodeKind::Resource(Mode::Ephemeral) => "ephemeral",
        _ => "resource",
    }
}
