//! Running rules over a graph.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::place::{self, Calls, Placed};
use super::verdict::{UnknownVerdict, Verdict};
use super::{Defect, LabelRule, Rule};
use crate::budget::{Account, Allowance, Budget, Met, Meter, Spent, shared};
use crate::diagnostic::{Diagnostic, Label, Location, Severity};
use crate::eval::access::elements;
use crate::eval::{EvalError, Files};
use crate::graph::Graph;
use crate::graph::scope::{GraphScope, Locals, Purpose};
use crate::model::Expression;
use crate::text::{MAX_SENTENCE, shortened};
use crate::value::{Cause, CauseKind, Kind, NodeId, Str, Value};

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
    /// What was spent.
    pub account: Account,
}

/// Runs rules over a graph, in parallel; the outcome does not depend on how many threads there are.
#[must_use]
pub fn run(rules: &[Arc<Rule>], graph: &Graph<'_>, files: &dyn Files, environment: Option<&str>) -> Outcome {
    run_within(rules, graph, files, environment, Allowance::UNLIMITED)
}

/// Runs rules over a graph as long as the budgets suffice.
#[must_use]
pub fn run_within(
    rules: &[Arc<Rule>],
    graph: &Graph<'_>,
    files: &dyn Files,
    environment: Option<&str>,
    allowance: Allowance,
) -> Outcome {
    let rules: Vec<&Arc<Rule>> = rules.iter().filter(|rule| rule.reads.is_met_by(graph.estate)).collect();
    let calls = Calls::new(graph.estate);
    let outcomes = shared(allowance, &rules, |rule, share| {
        let severity = severity(rule, environment);
        let mut running = Running { rule, graph, calls: &calls, files, severity, share };
        let mut outcome = running.outcome();
        let account = std::mem::take(&mut outcome.account);
        (outcome, account)
    });
    let mut all = Outcome::default();
    for (outcome, account) in outcomes {
        all.findings.extend(outcome.findings);
        all.unknown.extend(outcome.unknown);
        all.passed += outcome.passed;
        all.skipped += outcome.skipped;
        all.problems.extend(outcome.problems);
        all.account.add(&account);
    }
    all
}

/// How much a finding of a rule matters in an environment.
fn severity(rule: &Rule, environment: Option<&str>) -> Severity {
    match (&rule.environment, environment) {
        (Some(wanted), Some(known)) if wanted != known => Severity::Advice,
        _ => rule.severity,
    }
}

/// A few nodes are quicker than handing them out to threads.
const NODES_FOR_THREADS: usize = 256;

/// So many nodes are asked about before it is looked at what that has cost.
const NODES_AT_ONCE: usize = 4096;

/// One rule that runs over a graph.
struct Running<'a> {
    rule: &'a Arc<Rule>,
    graph: &'a Graph<'a>,
    calls: &'a Calls<'a>,
    files: &'a dyn Files,
    severity: Severity,
    share: Allowance,
}

/// What became of one question.
type Answer = Option<Verdict>;

impl Running<'_> {
    fn outcome(&mut self) -> Outcome {
        let mut outcome = Outcome::default();
        let subjects = match self.subjects(&mut outcome) {
            Ok(subjects) => subjects,
            Err(problem) => {
                outcome.problems.extend(problem.map(|problem| *problem));
                return outcome;
            }
        };
        let mut rest = subjects.as_slice();
        while !rest.is_empty() && outcome.account.met.is_empty() {
            let (some, others) = rest.split_at_checked(NODES_AT_ONCE).unwrap_or((rest, &[]));
            let answered = self.ask(some, &mut outcome);
            rest = others;
            if answered < some.len() {
                // The others are not known: the rule has spent what it may.
                let cause = Cause::new(CauseKind::Limit, Spent(Budget::Rules).name(), None);
                let (parameters, locals) = (parameters(self.rule), Locals::new(&self.rule.locals));
                let meter = Meter::of_question(0);
                for subject in some.iter().skip(answered).chain(others) {
                    let Some(node) = subject.as_node() else { continue };
                    let asking = self.asking(node, &parameters, &locals, &meter);
                    let verdict = asking.undecided(self.rule.defects.first(), cause.clone());
                    self.note(verdict, &mut outcome);
                }
                self.meet(Budget::Rules, &mut outcome);
                break;
            }
        }
        outcome
    }

    /// The nodes that the rule looks at.
    fn subjects(&self, outcome: &mut Outcome) -> Result<Vec<Value>, Option<Box<Diagnostic>>> {
        let parameters = parameters(self.rule);
        let locals = Locals::new(&self.rule.locals);
        let meter = Meter::of_question(self.share.of(Budget::Rules));
        let scope = GraphScope {
            graph: self.graph,
            files: self.files,
            node: None,
            parameters: &parameters,
            locals: Some(&locals),
            depth: 0,
            purpose: Purpose::Subjects,
            meter: &meter,
        };
        let found = scope.evaluate(&self.rule.for_each);
        outcome.account.pay(Budget::Rules, meter.spent(Budget::Evaluation));
        match found {
            Ok(value) => Ok(self.nodes_of(&value, outcome)),
            Err(error) if error.limit.is_some() => {
                self.meet(Budget::Rules, outcome);
                Err(None)
            }
            Err(error) => Err(Some(Box::new(mistake(self.rule, &self.rule.for_each, &error)))),
        }
    }

    /// The nodes among the elements of what `for_each` comes to. Where it is not known which nodes the rule is about, its verdict is
    /// not known: once for each cause, as it is about no node that could be named.
    fn nodes_of(&self, value: &Value, outcome: &mut Outcome) -> Vec<Value> {
        let odd = |value: &Value, wanted: &str| match &value.kind {
            Kind::Unknown(unknown) => unknown.cause.clone(),
            _ => {
                let tree = &self.rule.for_each.tree;
                let span = tree.span(tree.expr(self.rule.for_each.expr).range);
                let message = format!("`for_each` of the rule needs {wanted}, not a {}", value.type_of());
                Cause::new(CauseKind::Error, message, Some(span))
            }
        };
        let mut causes: Vec<Arc<Cause>> = Vec::new();
        let nodes = match elements(value) {
            Ok(found) => {
                let all = found.items.into_iter().map(|(_, element)| element);
                let (nodes, others): (Vec<Value>, Vec<Value>) =
                    all.filter(|element| !element.is_null()).partition(|element| element.as_node().is_some());
                causes.extend(others.iter().map(|other| odd(other, "nodes")));
                nodes
            }
            Err(_) if value.is_null() => Vec::new(),
            Err(cause) => {
                causes.push(cause.unwrap_or_else(|| odd(value, "a list of nodes")));
                Vec::new()
            }
        };
        let mut said: Vec<String> = Vec::new();
        for cause in causes {
            let text = cause.to_string();
            if !said.contains(&text) {
                said.push(text);
                let (rule, address) = (self.rule.id.clone(), Str::from("root module"));
                self.note(Verdict::Unknown(UnknownVerdict { rule, address, cause, location: None }), outcome);
            }
        }
        nodes
    }

    /// Asks about some nodes; says how many of them were answered before the budget was spent.
    fn ask(&self, subjects: &[Value], outcome: &mut Outcome) -> usize {
        let parameters = parameters(self.rule);
        let left = self.share.of(Budget::Rules).saturating_sub(outcome.account.spent(Budget::Rules));
        let one = |subject: &Value, left: u64| -> (Answer, u64) {
            let Some(node) = subject.as_node() else { return (None, 0) };
            let locals = Locals::new(&self.rule.locals);
            let meter = Meter::of_question(left);
            let verdict = self.asking(node, &parameters, &locals, &meter).verdict();
            let spent = meter.spent(Budget::Evaluation);
            (Some(verdict), spent)
        };
        if subjects.len() >= NODES_FOR_THREADS {
            // Whether all of them together are within the budget does not depend on which is asked first.
            let spent = AtomicU64::new(0);
            let answers: Vec<Option<(Answer, u64)>> = subjects
                .par_iter()
                .map(|subject| {
                    if spent.load(Ordering::Relaxed) > left {
                        return None;
                    }
                    let (answer, cost) = one(subject, left);
                    spent.fetch_add(cost, Ordering::Relaxed);
                    Some((answer, cost))
                })
                .collect();
            let spent = spent.load(Ordering::Relaxed);
            if spent <= left {
                outcome.account.pay(Budget::Rules, spent);
                answers
                    .into_iter()
                    .flatten()
                    .filter_map(|(answer, _)| answer)
                    .for_each(|answer| self.note(answer, outcome));
                return subjects.len();
            }
        }
        // One after the other, up to the one for which nothing is left.
        for (index, subject) in subjects.iter().enumerate() {
            let left = self.share.of(Budget::Rules).saturating_sub(outcome.account.spent(Budget::Rules));
            let (answer, cost) = one(subject, left);
            outcome.account.pay(Budget::Rules, cost);
            if cost > left {
                return index;
            }
            if let Some(answer) = answer {
                self.note(answer, outcome);
            }
        }
        subjects.len()
    }

    /// The rule asking about a node.
    fn asking<'q>(
        &'q self,
        node: NodeId,
        parameters: &'q [(Str, Value)],
        locals: &'q Locals<'q>,
        meter: &'q Meter,
    ) -> Asking<'q> {
        let scope = GraphScope {
            graph: self.graph,
            files: self.files,
            node: Some(node),
            parameters,
            locals: Some(locals),
            depth: 0,
            purpose: Purpose::Question,
            meter,
        };
        Asking { rule: self.rule, graph: self.graph, calls: self.calls, node, scope, severity: self.severity }
    }

    /// Keeps a verdict, if there may be so many.
    fn note(&self, verdict: Verdict, outcome: &mut Outcome) {
        let size = match &verdict {
            Verdict::Pass | Verdict::Skip => 0,
            Verdict::Fail(finding) => 1 + (finding.related.len() + finding.path.len()) / 4,
            Verdict::Unknown(_) => 1,
        };
        outcome.account.pay(Budget::Verdicts, u64::try_from(size).unwrap_or(u64::MAX));
        if size > 0 && outcome.account.spent(Budget::Verdicts) > self.share.of(Budget::Verdicts) {
            self.meet(Budget::Verdicts, outcome);
            return;
        }
        match verdict {
            Verdict::Pass => outcome.passed += 1,
            Verdict::Skip => outcome.skipped += 1,
            Verdict::Fail(finding) => outcome.findings.push(*finding),
            Verdict::Unknown(undecided) => outcome.unknown.push(undecided),
        }
    }

    /// Notes that a budget does not suffice.
    fn meet(&self, budget: Budget, outcome: &mut Outcome) {
        if outcome.account.met.iter().all(|met| met.budget != budget) {
            let tree = &self.rule.for_each.tree;
            let place = tree.span(tree.expr(self.rule.for_each.expr).range);
            outcome.account.met.push(Met {
                budget,
                amount: outcome.account.spent(budget),
                place: Some(place),
            });
        }
    }
}

fn parameters(rule: &Rule) -> Vec<(Str, Value)> {
    rule.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.default.clone())).collect()
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
            (_, None, Some((defect, cause)), _) => self.undecided(Some(defect), cause),
            (Err(cause), Some(defect), ..) | (_, Some(defect), _, Some(cause)) => {
                self.undecided(Some(defect), cause)
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
            Err(error) => match error.limit {
                Some(cause) => return Err(cause),
                None => (error.message, error.range),
            },
        };
        let tree = &condition.tree;
        let span = tree.span(range.unwrap_or(tree.expr(condition.expr).range));
        Err(Cause::new(CauseKind::Error, message, Some(span)))
    }

    fn undecided(&self, defect: Option<&Defect>, cause: Arc<Cause>) -> Verdict {
        let at = defect.map_or(&[][..], |defect| &defect.at);
        let node = self.graph.node(self.node);
        Verdict::Unknown(UnknownVerdict {
            rule: self.rule.id.clone(),
            address: node.map(|node| node.address.clone()).unwrap_or_default(),
            cause,
            location: node
                .and_then(|node| place::find(self.graph, self.node, node, at))
                .map(|place| place.location),
        })
    }

    fn finding(&self, defect: &Defect) -> Diagnostic {
        let rule = self.rule;
        let message = self.scope.evaluate(&defect.message).ok().filter(|message| !message.is_secret());
        // Part of the sentence is not known, or not to be told: the summary says what holds.
        let message = message.as_ref().and_then(Value::as_str);
        let message = message
            .map_or_else(|| rule.summary.to_string(), |text| shortened(text, MAX_SENTENCE).into_owned());
        let node = self.graph.node(self.node);
        let address = node.map(|node| node.address.clone()).unwrap_or_default();
        let mut finding = Diagnostic::finding(&rule.id, self.severity, &address, message);
        if let Some(node) = node {
            finding.calls = self.calls.to(node);
            if let Some(Placed { location, decided }) = place::find(self.graph, self.node, node, &defect.at) {
                finding.hidden = place::blocks_around(node, &location);
                let primary = decided.map_or_else(|| location.clone(), Location::Source);
                let words = if decided.is_some() { "its value comes from here" } else { "" };
                finding.primary = Some(Label { address: address.clone(), ..Label::new(primary, words) });
                if decided.is_some() {
                    let text = format!("`{}` is set here", defect.at.join("."));
                    finding.related.push(Label { address, ..Label::new(location, text) });
                }
            }
        }
        for label in defect.labels.iter().chain(&rule.labels) {
            finding.related.extend(self.label(label));
        }
        finding.path = rule.path.as_ref().map(|path| self.addresses(path)).unwrap_or_default();
        finding
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

    fn label(&self, label: &LabelRule) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::new();
        for id in self.nodes(&label.at) {
            let Some(node) = self.graph.node(id) else { continue };
            if let Some(Placed { location, .. }) = place::find(self.graph, id, node, &label.attribute)
                && !labels.iter().any(|label| label.location == location)
            {
                let address = node.address.clone();
                labels.push(Label { address, ..Label::new(location, label.text.as_str()) });
            }
        }
        labels
    }
}

fn flatten(value: &Value, nodes: &mut Vec<NodeId>) {
    match value.as_node() {
        Some(node) => nodes.push(node),
        None => value.parts().for_each(|part| flatten(part, nodes)),
    }
}
