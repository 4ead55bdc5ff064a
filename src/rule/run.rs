//! Running rules over a graph.

use std::sync::Arc;

use rayon::prelude::*;

use super::{Defect, LabelRule, Level, Rule};
use crate::address::Address;
use crate::estate::Mode;
use crate::estate::locate::locate;
use crate::eval::access::elements;
use crate::eval::{EvalError, Files};
use crate::finding::{Finding, Place, Spot, Undecided, Verdict, excerpt};
use crate::graph::scope::{GraphScope, Locals, Purpose};
use crate::graph::{self, Graph, NodeKind};
use crate::model::Expression;
use crate::problem::Problem;
use crate::text::Span;
use crate::value::{Cause, CauseKind, Kind, NodeId, Step, Str, Value};

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
    }
    all
}

fn run_rule(rule: &Arc<Rule>, graph: &Graph<'_>, files: &dyn Files, environment: Option<&str>) -> Outcome {
    let mut outcome = Outcome::default();
    let parameters: Vec<(Str, Value)> =
        rule.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.default.clone())).collect();
    let scope = GraphScope {
        graph,
        files,
        node: None,
        parameters: &parameters,
        locals: None,
        depth: 0,
        purpose: Purpose::Subjects,
    };
    let locals = Locals::new(&rule.locals);
    let subjects = GraphScope { locals: Some(&locals), ..scope }.evaluate(&rule.for_each);
    let subjects = match subjects {
        Ok(value) => match elements(&value) {
            Ok(found) => found.items,
            Err(_) => Vec::new(),
        },
        Err(error) => {
            outcome.problems.push(mistake(rule, &rule.for_each, &error));
            return outcome;
        }
    };
    let level = match (&rule.environment, environment) {
        (Some(wanted), Some(known)) if wanted != known => Level::Advice,
        _ => rule.level,
    };
    let verdict_of = |subject: &Value| -> Option<Verdict> {
        let node = subject.as_node()?;
        let locals = Locals::new(&rule.locals);
        let scope =
            GraphScope { node: Some(node), locals: Some(&locals), purpose: Purpose::Question, ..scope };
        Some(Asking { rule, graph, node, scope, level }.verdict())
    };
    let subjects: Vec<Value> = subjects.into_iter().map(|(_, subject)| subject).collect();
    // A few nodes are quicker than handing them out to threads.
    let verdicts: Vec<_> = if subjects.len() < 256 {
        subjects.iter().filter_map(verdict_of).collect()
    } else {
        subjects.par_iter().filter_map(verdict_of).collect()
    };
    for verdict in verdicts {
        match verdict {
            Verdict::Pass => outcome.passed += 1,
            Verdict::Skip => outcome.skipped += 1,
            Verdict::Fail(finding) => outcome.findings.push(*finding),
            Verdict::Unknown(undecided) => outcome.undecided.push(undecided),
        }
    }
    outcome
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
    fn verdict(&self) -> Verdict {
        // Most nodes have no defect: then nothing else needs to be asked, not even whether the rule applies.
        let defects = &self.rule.defects;
        let mut open = None;
        let mut found = None;
        for defect in defects {
            match self.holds(&defect.when) {
                Ok(false) => {}
                // The first that holds is told, whether or not another one may hold as well.
                Ok(true) => {
                    found = Some(defect);
                    break;
                }
                Err(cause) => drop(open.get_or_insert((defect, cause))),
            }
        }
        let skip = match &self.rule.unless {
            _ if found.is_none() && open.is_none() => return Verdict::Pass,
            Some(unless) => self.holds(unless),
            None => Ok(false),
        };
        let uncertain = self.graph.node(self.node).and_then(|node| node.uncertain.clone());
        match (skip, found, open, uncertain) {
            (Ok(true), ..) => Verdict::Skip,
            (Ok(false), Some(defect), _, None) => Verdict::Fail(Box::new(self.finding(defect))),
            (_, None, Some((defect, cause)), _) => self.undecided(defect, cause),
            (Err(cause), Some(defect), ..) | (_, Some(defect), _, Some(cause)) => {
                self.undecided(defect, cause)
            }
            (_, None, None, _) => Verdict::Pass,
        }
    }

    /// Whether a condition holds, or the cause why that is not known. Null does not hold. What the condition cannot deal with, such
    /// as a list where a text belongs, leaves it open: the rule was checked before, so it is the configuration that is odd.
    fn holds(&self, condition: &Expression) -> Result<bool, Arc<Cause>> {
        let (message, range) = match self.scope.evaluate(condition) {
            Ok(value) => match &value.kind {
                Kind::Bool(value) => return Ok(*value),
                Kind::Null(_) => return Ok(false),
                Kind::Unknown(unknown) => return Err(unknown.cause.clone()),
                _ => (format!("a condition is a boolean, not a {}", value.type_of()), None),
            },
            Err(error) => (error.message, error.range),
        };
        let tree = &condition.tree;
        let span = tree.span(range.unwrap_or(tree.expr(condition.expr).range));
        Err(Cause::new(CauseKind::Error, message, Some(span)))
    }

    fn undecided(&self, defect: &Defect, cause: Arc<Cause>) -> Verdict {
        let node = self.graph.node(self.node);
        Verdict::Unknown(Undecided {
            rule: self.rule.clone(),
            address: node.map(|node| node.address.clone()).unwrap_or_default(),
            cause,
            span: node.and_then(|node| self.place(self.node, node, &defect.at)).map(|place| place.spot),
        })
    }

    fn finding(&self, defect: &Defect) -> Finding<Spot> {
        let rule = self.rule;
        let message = self.scope.evaluate(&defect.message).ok().filter(|message| !message.is_sensitive());
        // Part of the sentence is not known, or not to be told: the summary says what holds.
        let message = message.as_ref().and_then(Value::as_str).unwrap_or(&rule.summary).to_owned();
        let node = self.graph.node(self.node);
        let mut labels = Vec::new();
        for label in defect.labels.iter().chain(&rule.labels) {
            labels.extend(self.label(label));
        }
        let path = rule.path.as_ref().map(|path| self.addresses(path)).unwrap_or_default();
        let address = node.map(|node| node.address.clone()).unwrap_or_default();
        let place = node.and_then(|node| self.place(self.node, node, &defect.at));
        let span = match place {
            Some(Placed { spot, decided: Some(decided) }) => {
                let text = format!("`{}` is set here", defect.at.join("."));
                labels.insert(0, Place { span: spot, text, address: address.clone() });
                Some(Spot::Source(decided))
            }
            place => place.map(|place| place.spot),
        };
        Finding { rule: rule.clone(), level: self.level, address, message, span, labels, path }
    }

    /// The nodes of a label or path; none where the configuration is too odd to tell.
    fn nodes(&self, expression: &Expression) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        if let Ok(value) = self.scope.evaluate(expression) {
            flatten(&value, &mut nodes);
        }
        nodes
    }

    fn addresses(&self, expression: &Expression) -> Vec<Str> {
        let mut addresses: Vec<Str> = Vec::new();
        for node in self.nodes(expression) {
            if let Some(node) = self.graph.node(node)
                && addresses.last() != Some(&node.address)
            {
                addresses.push(node.address.clone());
            }
        }
        addresses
    }

    fn label(&self, label: &LabelRule) -> Vec<Place<Spot>> {
        let mut places: Vec<Place<Spot>> = Vec::new();
        for id in self.nodes(&label.at) {
            let Some(node) = self.graph.node(id) else { continue };
            if let Some(Placed { spot: span, .. }) = self.place(id, node, &label.attribute)
                && !places.iter().any(|place| place.span == span)
            {
                places.push(Place { span, text: label.text.to_string(), address: node.address.clone() });
            }
        }
        places
    }

    /// Where to point for an attribute of a node: the attribute where it is written, else the header of the block.
    fn place(&self, id: NodeId, node: &graph::Node, attribute: &[Str]) -> Option<Placed> {
        let path = || -> Vec<Step> { attribute.iter().cloned().map(Step::Key).collect() };
        let source = |span| Some(Placed { spot: Spot::Source(span), decided: None });
        match &node.place {
            graph::Place::Nowhere => None,
            graph::Place::Span(span) => source(*span),
            graph::Place::Written(written) => {
                let address = Address::read(&node.address);
                let block = excerpt::Block {
                    file: written.file,
                    pointer: &written.pointer,
                    header: &format!("{} \"{}\" \"{}\"", keyword(node.kind), node.type_, address.name()),
                    address: (!address.is_plain()).then_some(node.address.as_str()),
                    body: node.value.as_entries()?,
                };
                let spot = Spot::Plan(Box::new(block.excerpt(attribute)));
                Some(Placed { spot, decided: None })
            }
            graph::Place::Declared(declaration, key) => {
                match self.graph.scopes(id)?.find(declaration, key, &path()) {
                    Some(found) => Some(Placed {
                        spot: Spot::Source(found.at),
                        decided: found.decided.map(|(span, _)| span),
                    }),
                    None => source(declaration.block.header),
                }
            }
            graph::Place::Block(block) => {
                let found = locate(&block.tree, block.body, &path());
                source(found.map_or(block.header, |found| block.tree.span(found.range)))
            }
        }
    }
}

/// Where an attribute of a node is written.
struct Placed {
    spot: Spot,
    /// Where its value was decided, if that is elsewhere.
    decided: Option<Span>,
}

fn flatten(value: &Value, nodes: &mut Vec<NodeId>) {
    match value.as_node() {
        Some(node) => nodes.push(node),
        None => value.parts().for_each(|part| flatten(part, nodes)),
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
