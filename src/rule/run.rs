//! Running rules over a graph.

use std::sync::Arc;

use rayon::prelude::*;

use super::place::{self, Calls, Placed};
use super::verdict::{UnknownVerdict, Verdict};
use super::{LabelRule, Rule};
use crate::diagnostic::{Diagnostic, Label, Location, Severity};
use crate::eval::access::elements;
use crate::eval::{EvalError, Files};
use crate::graph::Graph;
use crate::graph::scope::{GraphScope, Locals, Purpose};
use crate::model::Expression;
use crate::value::{Cause, Kind, NodeId, Str, Value};

/// What the rules say of one graph.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Defects, sorted by rule and address.
    pub findings: Vec<Diagnostic>,
    /// Verdicts that could not be reached, sorted by rule and address.
    pub unknown: Vec<UnknownVerdict>,
    /// How many verdicts were `pass`.
    pub passed: usize,
    /// How many verdicts were `skip`.
    pub skipped: usize,
    /// Mistakes in rules that showed up while they ran.
    pub problems: Vec<Diagnostic>,
}

/// Runs rules over a graph, in parallel; the outcome does not depend on how many threads there are.
#[must_use]
pub fn run(rules: &[Arc<Rule>], graph: &Graph<'_>, files: &dyn Files, environment: Option<&str>) -> Outcome {
    let calls = Calls::new(graph.estate);
    let outcomes: Vec<Outcome> = rules
        .par_iter()
        .filter(|rule| rule.reads.is_met_by(graph.estate))
        .map(|rule| run_rule(rule, graph, &calls, files, environment))
        .collect();
    let mut all = Outcome::default();
    for outcome in outcomes {
        all.findings.extend(outcome.findings);
        all.unknown.extend(outcome.unknown);
        all.passed += outcome.passed;
        all.skipped += outcome.skipped;
        all.problems.extend(outcome.problems);
    }
    all
}

fn run_rule(
    rule: &Arc<Rule>,
    graph: &Graph<'_>,
    calls: &Calls<'_>,
    files: &dyn Files,
    environment: Option<&str>,
) -> Outcome {
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
    let severity = match (&rule.environment, environment) {
        (Some(wanted), Some(known)) if wanted != known => Severity::Advice,
        _ => rule.severity,
    };
    let verdict_of = |subject: &Value| -> Option<Result<Verdict, Diagnostic>> {
        let node = subject.as_node()?;
        let locals = Locals::new(&rule.locals);
        let scope =
            GraphScope { node: Some(node), locals: Some(&locals), purpose: Purpose::Question, ..scope };
        Some(Asking { rule, graph, calls, node, scope, severity }.verdict())
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
            Ok(Verdict::Pass) => outcome.passed += 1,
            Ok(Verdict::Skip) => outcome.skipped += 1,
            Ok(Verdict::Fail(finding)) => outcome.findings.push(*finding),
            Ok(Verdict::Unknown(undecided)) => outcome.unknown.push(undecided),
            Err(problem) => outcome.problems.push(problem),
        }
    }
    outcome.problems.dedup();
    outcome
}

fn mistake(rule: &Rule, expression: &Expression, error: &EvalError) -> Diagnostic {
    let tree = &expression.tree;
    let span = tree.span(error.range.unwrap_or(tree.expr(expression.expr).range));
    Diagnostic::error("rule/evaluation", format!("the rule `{}` is wrong: {}", rule.id, error.message))
        .at(span, "in this expression")
}

/// One rule asking about one node.
struct Asking<'a> {
    rule: &'a Arc<Rule>,
    graph: &'a Graph<'a>,
    calls: &'a Calls<'a>,
    node: NodeId,
    scope: GraphScope<'a>,
    severity: Severity,
}

impl Asking<'_> {
    fn verdict(&self) -> Result<Verdict, Diagnostic> {
        // Most nodes have no defect: then nothing else needs to be asked, not even whether the rule applies.
        let defect = self.holds(&self.rule.when)?;
        if defect == Ok(false) {
            return Ok(Verdict::Pass);
        }
        let skip = match &self.rule.unless {
            Some(unless) => self.holds(unless)?,
            None => Ok(false),
        };
        let uncertain = self.graph.node(self.node).and_then(|node| node.uncertain.clone());
        Ok(match (skip, defect, uncertain) {
            (Ok(true), _, _) => Verdict::Skip,
            (_, Err(cause), _) | (Err(cause), _, _) | (_, _, Some(cause)) => self.undecided(cause),
            (Ok(false), Ok(_), None) => Verdict::Fail(Box::new(self.finding()?)),
        })
    }

    /// Whether a condition holds, or the cause why that is not known. A condition that fails to evaluate because of the
    /// configuration is not known; one that is wrong in itself is a problem of the rule.
    fn holds(&self, condition: &Expression) -> Result<Result<bool, Arc<Cause>>, Diagnostic> {
        match self.scope.evaluate(condition) {
            Ok(value) => match &value.kind {
                Kind::Bool(value) => Ok(Ok(*value)),
                Kind::Unknown(unknown) => Ok(Err(unknown.cause.clone())),
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
        Verdict::Unknown(UnknownVerdict {
            rule: self.rule.id.clone(),
            address: node.map(|node| node.address.clone()).unwrap_or_default(),
            cause,
            location: node
                .and_then(|node| place::find(self.graph, self.node, node, &self.rule.at))
                .map(|place| place.location),
        })
    }

    fn finding(&self) -> Result<Diagnostic, Diagnostic> {
        let rule = self.rule;
        let message =
            self.scope.evaluate(&rule.message).map_err(|error| mistake(rule, &rule.message, &error))?;
        let message = match &message.kind {
            Kind::String(text) if !message.is_sensitive() => text.to_string(),
            // Part of the sentence is not known, or not to be told: the summary says what holds.
            _ => rule.summary.to_string(),
        };
        let node = self.graph.node(self.node);
        let address = node.map(|node| node.address.clone()).unwrap_or_default();
        let mut finding = Diagnostic::finding(&rule.id, self.severity, &address, message);
        if let Some(node) = node {
            finding.calls = self.calls.to(node);
            if let Some(Placed { location, decided }) = place::find(self.graph, self.node, node, &rule.at) {
                finding.hidden = place::blocks_around(node, &location);
                let primary = decided.map_or_else(|| location.clone(), Location::Source);
                finding.primary = Some(Label { address: address.clone(), ..Label::new(primary, "") });
                if decided.is_some() {
                    let text = format!("`{}` is set here", rule.at.join("."));
                    finding.related.push(Label { address, ..Label::new(location, text) });
                }
            }
        }
        for label in &rule.labels {
            finding.related.extend(self.label(label)?);
        }
        if let Some(path) = &rule.path {
            finding.path = self.addresses(path)?;
        }
        Ok(finding)
    }

    fn nodes(&self, expression: &Expression) -> Result<Vec<NodeId>, Diagnostic> {
        let value =
            self.scope.evaluate(expression).map_err(|error| mistake(self.rule, expression, &error))?;
        let mut nodes = Vec::new();
        flatten(&value, &mut nodes);
        Ok(nodes)
    }

    fn addresses(&self, expression: &Expression) -> Result<Vec<Str>, Diagnostic> {
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

    fn label(&self, label: &LabelRule) -> Result<Vec<Label>, Diagnostic> {
        let mut labels: Vec<Label> = Vec::new();
        for id in self.nodes(&label.at)? {
            let Some(node) = self.graph.node(id) else { continue };
            if let Some(Placed { location, .. }) = place::find(self.graph, id, node, &label.attribute)
                && !labels.iter().any(|label| label.location == location)
            {
                let address = node.address.clone();
                labels.push(Label { address, ..Label::new(location, label.text.as_str()) });
            }
        }
        Ok(labels)
    }
}

fn flatten(value: &Value, nodes: &mut Vec<NodeId>) {
    match value.as_node() {
        Some(node) => nodes.push(node),
        None => value.parts().for_each(|part| flatten(part, nodes)),
    }
}
