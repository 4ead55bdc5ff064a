//! Runs rules over a graph.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::place::{self, AttributePlace, Calls};
use super::subjects::{Subjects, undecided_at_root};
use super::verdict::{UnknownVerdict, Verdict};
use super::{Defect, LabelRule, Rule, RuleScope};
use crate::budget::{Account, Allowance, Budget, Met, Meter, Spent, shared};
use crate::diagnostic::{Diagnostic, Label, Location, PathNode, Severity};
use crate::estate::UnitKind;
use crate::eval::{EvalError, Files};
use crate::graph::{Graph, NodeKind, ROOT_MODULE};
use crate::model::Expression;
use crate::text::{MAX_SENTENCE, shortened};
use crate::value::{Cause, CauseKind, Known, NodeId, Str, Value};
use crate::verbs::scope::{GraphScope, Locals, Purpose};
use crate::verbs::{Assumptions, VerbContext};

/// The outcome of running rules over one graph.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Findings, sorted by rule and address.
    pub findings: Vec<Diagnostic>,
    /// Unknown verdicts, sorted by rule and address.
    pub unknown: Vec<UnknownVerdict>,
    /// The number of `pass` verdicts.
    pub passed: usize,
    /// The number of `skip` verdicts.
    pub skipped: usize,
    /// The number of `pass` and `skip` verdicts of each rule that ran.
    pub tallies: Vec<(Str, Tally)>,
    /// Mistakes in rules that only running them revealed.
    pub problems: Vec<Diagnostic>,
    /// Rules that may have missed nodes, with the cause.
    missed: Vec<(Arc<Rule>, Arc<Cause>)>,
    /// What the rules have spent.
    pub account: Account,
}

/// How often a rule has passed, and how often it did not apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub skipped: usize,
}

/// Runs rules over a graph in parallel; the outcome does not depend on the number of threads.
#[must_use]
pub fn run(rules: &[Arc<Rule>], graph: &Graph<'_>, files: &dyn Files, environment: Option<&str>) -> Verdicts {
    run_within(rules, graph, files, environment, Allowance::UNLIMITED)
}

/// Runs rules over a graph within budgets.
#[must_use]
pub fn run_within(
    rules: &[Arc<Rule>],
    graph: &Graph<'_>,
    files: &dyn Files,
    environment: Option<&str>,
    allowance: Allowance,
) -> Verdicts {
    let rules: Vec<&Arc<Rule>> = rules.iter().filter(|rule| rule.is_asked_of(graph.estate)).collect();
    let calls = Calls::new(graph.estate);
    let context = VerbContext::new(graph, files);
    let outcomes = shared(allowance, &rules, |rule, share| {
        // A sample is of no environment.
        let severity = match (&rule.environment, graph.estate.kind) {
            (Some(_), UnitKind::Sample) => Severity::Advice,
            _ => rule.severity_in(environment),
        };
        let mut running = Running { rule, graph, calls: &calls, context: &context, severity, share };
        let mut outcome = running.outcome();
        let account = std::mem::take(&mut outcome.account);
        (outcome, account)
    });
    let mut all = Verdicts::default();
    for (rule, (outcome, account)) in rules.iter().zip(outcomes) {
        let tally = Tally { passed: outcome.passed, skipped: outcome.skipped };
        all.tallies.push((rule.id.clone(), tally));
        all.findings.extend(outcome.findings);
        all.unknown.extend(outcome.unknown);
        all.passed += outcome.passed;
        all.skipped += outcome.skipped;
        all.problems.extend(outcome.problems);
        all.account.add(&account);
        all.missed.extend(outcome.missed);
    }
    let missed = std::mem::take(&mut all.missed);
    all.unknown.extend(undecided_at_root(missed, graph));
    all.unknown.sort_by(|a, b| a.rule.cmp(&b.rule));
    all
}

/// With fewer nodes, one thread is faster than several.
const NODES_FOR_THREADS: usize = 256;

/// The number of nodes after which the cost is checked.
const NODES_AT_ONCE: usize = 4096;

/// A rule that runs over a graph.
struct Running<'a> {
    rule: &'a Arc<Rule>,
    graph: &'a Graph<'a>,
    calls: &'a Calls<'a>,
    context: &'a VerbContext<'a>,
    severity: Severity,
    share: Allowance,
}

impl Running<'_> {
    fn outcome(&mut self) -> Verdicts {
        let mut outcome = Verdicts::default();
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
                // The other verdicts are unknown: the rule has spent its budget.
                let cause = Cause::new(CauseKind::Limit, Spent(Budget::Rules).name(), None);
                let (parameters, locals) = (parameters(self.rule), Locals::new(&self.rule.locals));
                let meter = Meter::of_question(0);
                for node in some.iter().skip(answered).chain(others) {
                    let asking = self.asking(*node, &parameters, &locals, &meter);
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
    fn subjects(&self, outcome: &mut Verdicts) -> Result<Vec<NodeId>, Option<Box<Diagnostic>>> {
        let parameters = parameters(self.rule);
        let locals = Locals::new(&self.rule.locals);
        let meter = Meter::of_question(self.share.of(Budget::Rules));
        let scope = GraphScope {
            context: self.context,
            graph: self.graph,
            node: None,
            other: None,
            parameters: &parameters,
            locals: Some(&locals),
            depth: 0,
            purpose: Purpose::Subjects,
            meter: &meter,
        };
        let found = scope.evaluate(&self.rule.for_each);
        outcome.account.pay(Budget::Rules, meter.spent(Budget::Evaluation));
        match found {
            Ok(value) => {
                let Subjects { mut nodes, more } = Subjects::of(&value);
                nodes.retain(|node| self.is_about(*node));
                outcome.missed.extend(more.map(|cause| (self.rule.clone(), cause)));
                Ok(nodes)
            }
            Err(error) if error.limit.is_some() => {
                self.meet(Budget::Rules, outcome);
                Err(None)
            }
            Err(error) => Err(Some(Box::new(mistake(self.rule, &self.rule.for_each, &error)))),
        }
    }

    /// Whether the rule is about this node: one of a unit looks at root modules, one of modules at the user's own.
    fn is_about(&self, node: NodeId) -> bool {
        let Some(node) = self.graph.node(node) else { return true };
        match self.rule.scope {
            RuleScope::Resource => true,
            RuleScope::Unit => node.kind != NodeKind::Module || node.address == ROOT_MODULE,
            RuleScope::Module => self.calls.foreign(node).is_none(),
        }
    }

    /// Judges some nodes. Returns how many were judged before the budget was spent.
    fn ask(&self, subjects: &[NodeId], outcome: &mut Verdicts) -> usize {
        let parameters = parameters(self.rule);
        let left = self.share.of(Budget::Rules).saturating_sub(outcome.account.spent(Budget::Rules));
        let one = |node: &NodeId, left: u64| -> (Verdict, u64) {
            let locals = Locals::new(&self.rule.locals);
            let meter = Meter::of_question(left);
            let verdict = self.asking(*node, &parameters, &locals, &meter).verdict();
            let spent = meter.spent(Budget::Evaluation);
            (verdict, spent)
        };
        if subjects.len() >= NODES_FOR_THREADS {
            // Whether the total is within the budget does not depend on the order.
            let spent = AtomicU64::new(0);
            let answers: Vec<Option<(Verdict, u64)>> = subjects
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
                answers.into_iter().flatten().for_each(|(verdict, _)| self.note(verdict, outcome));
                return subjects.len();
            }
        }
        // Otherwise judge in sequence, up to the node for which the budget does not suffice.
        for (index, subject) in subjects.iter().enumerate() {
            let left = self.share.of(Budget::Rules).saturating_sub(outcome.account.spent(Budget::Rules));
            let (answer, cost) = one(subject, left);
            outcome.account.pay(Budget::Rules, cost);
            if cost > left {
                return index;
            }
            self.note(answer, outcome);
        }
        subjects.len()
    }

    /// The question of the rule about a node.
    fn asking<'q>(
        &'q self,
        node: NodeId,
        parameters: &'q [(Str, Value)],
        locals: &'q Locals<'q>,
        meter: &'q Meter,
    ) -> Asking<'q> {
        let scope = GraphScope {
            context: self.context,
            graph: self.graph,
            node: Some(node),
            other: None,
            parameters,
            locals: Some(locals),
            depth: 0,
            purpose: Purpose::Question,
            meter,
        };
        Asking { rule: self.rule, graph: self.graph, calls: self.calls, node, scope, severity: self.severity }
    }

    /// Keeps a verdict, if the budget allows.
    fn note(&self, verdict: Verdict, outcome: &mut Verdicts) {
        let size = match &verdict {
            Verdict::Pass | Verdict::Skip => 0,
            Verdict::Fail(finding) => 1 + (finding.related.len() + finding.path.len()) / 4,
            Verdict::Unknown(_) => 1,
        };
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        let after = outcome.account.spent(Budget::Verdicts).saturating_add(size);
        if size > 0 && after > self.share.of(Budget::Verdicts) {
            // What is left out costs nothing: the others may have room for it in a second try.
            self.meet(Budget::Verdicts, outcome);
            return;
        }
        outcome.account.pay(Budget::Verdicts, size);
        match verdict {
            Verdict::Pass => outcome.passed += 1,
            Verdict::Skip => outcome.skipped += 1,
            Verdict::Fail(finding) => outcome.findings.push(*finding),
            Verdict::Unknown(undecided) => outcome.unknown.push(undecided),
        }
    }

    /// Records that a budget is spent.
    fn meet(&self, budget: Budget, outcome: &mut Verdicts) {
        if outcome.account.met.iter().all(|met| met.budget != budget) {
            let tree = &self.rule.for_each.tree;
            let place = tree.span(tree.expr(self.rule.for_each.expr).range);
            outcome.account.met.push(Met {
                budget,
                amount: outcome.account.spent(budget),
                place: Some(place),
                address: None,
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
    Diagnostic::error(
        "rule/evaluation",
        format!("the rule `{}` cannot be evaluated: {}", rule.id, error.message),
    )
    .at(span, "in this expression")
}

/// With more attributes that are null or something known, not every case is tried.
const MAX_EITHER: usize = 3;

/// The question of one rule about one node.
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
        // Most nodes have no defect: then nothing else is evaluated, not even whether the rule applies.
        let defects = &self.rule.defects;
        let mut open = None;
        let mut found = None;
        for defect in defects {
            match self.scope.holds(&defect.when) {
                Known::Yes(false) => {}
                // The first defect that holds is reported, whatever the others are.
                Known::Yes(true) => {
                    found = Some(defect);
                    break;
                }
                Known::No(cause) => drop(open.get_or_insert((defect, cause))),
            }
        }
        // A value that is one of two decides nothing where the rule passes with either.
        if found.is_none() && open.is_some() && self.passes_in_all_cases() {
            open = None;
        }
        let skip = match &self.rule.unless {
            _ if found.is_none() && open.is_none() => return Verdict::Pass,
            Some(unless) => self.scope.holds(unless),
            None => Known::Yes(false),
        };
        let uncertain = self.graph.node(self.node).and_then(|node| node.uncertain.clone());
        match (skip, found, open, uncertain) {
            (Known::Yes(true), ..) => Verdict::Skip,
            (Known::Yes(false), Some(defect), _, None) => Verdict::Fail(Box::new(self.finding(defect))),
            (_, None, Some((defect, cause)), _) => self.undecided(Some(defect), cause),
            (Known::No(cause), Some(defect), ..) | (_, Some(defect), _, Some(cause)) => {
                self.undecided(Some(defect), cause)
            }
            (_, None, None, _) => Verdict::Pass,
        }
    }

    /// Whether no defect holds whichever of its two values each attribute has that is null or something known.
    fn passes_in_all_cases(&self) -> bool {
        let Some(node) = self.graph.node(self.node) else { return false };
        let attributes = node.value.as_entries().into_iter().flat_map(|entries| &entries.items);
        let either: Vec<(&Str, &Arc<Value>)> = attributes
            .filter_map(|(name, value)| Some((name, value.as_unknown()?.refinement.null_or.as_ref()?)))
            .collect();
        if either.is_empty() || either.len() > MAX_EITHER {
            return false;
        }
        (0_u32..1 << either.len()).all(|case| {
            let is_null = |at: usize| case & (1 << at) != 0;
            let assumed = either.iter().enumerate().map(|(at, (name, value))| {
                (self.node, (*name).clone(), if is_null(at) { Value::NULL } else { (***value).clone() })
            });
            let assumed = Assumptions { attributes: assumed.collect(), ..Assumptions::default() };
            let context = VerbContext::assuming(self.graph, self.scope.context.files, assumed);
            let locals = Locals::new(&self.rule.locals);
            let scope = GraphScope { context: &context, locals: Some(&locals), ..self.scope };
            self.rule.defects.iter().all(|defect| matches!(scope.holds(&defect.when), Known::Yes(false)))
        })
    }

    fn undecided(&self, defect: Option<&Defect>, cause: Arc<Cause>) -> Verdict {
        let at = defect.map_or(&[][..], |defect| &defect.at);
        let node = self.graph.node(self.node);
        Verdict::Unknown(UnknownVerdict {
            rule: self.rule.id.clone(),
            further_rules: Vec::new(),
            address: node.map(|node| node.address.clone()).unwrap_or_default(),
            cause,
            location: node.and_then(|node| {
                let found = place::find(self.graph, self.node, node, at)?;
                Some(self.calls.home(node, &found.location).unwrap_or(found.location))
            }),
        })
    }

    fn finding(&self, defect: &Defect) -> Diagnostic {
        let rule = self.rule;
        let message = self.scope.evaluate(&defect.message).ok().filter(|message| !message.is_secret());
        // Part of the message is unknown or secret: the summary says what is wrong.
        let message = message.as_ref().and_then(Value::as_str);
        let message = message
            .map_or_else(|| rule.summary.to_string(), |text| shortened(text, MAX_SENTENCE).into_owned());
        let node = self.graph.node(self.node);
        let address = node.map(|node| node.address.clone()).unwrap_or_default();
        let mut finding = Diagnostic::finding(&rule.id, self.severity, &address, message);
        finding.is_about_text = node.is_some_and(|node| !matches!(node.kind, NodeKind::Resource(_)));
        finding.defect = defect.name.clone();
        // What the place is, if not the node itself: the first of the nodes that the rule names.
        let shown =
            defect.place.as_ref().and_then(|place| self.nodes(place).first().copied()).unwrap_or(self.node);
        if let Some(node) = self.graph.node(shown).or(node) {
            finding.calls = self.calls.to(node);
            if let Some(AttributePlace { location, decided }) =
                place::find(self.graph, shown, node, &defect.at)
            {
                let address = node.address.clone();
                finding.hidden = place::blocks_around(node, &location);
                let primary = decided.map_or_else(|| location.clone(), Location::Source);
                let words = if decided.is_some() { "its value comes from here" } else { "" };
                finding.primary = Some(Label { address: address.clone(), ..Label::new(primary, words) });
                if decided.is_some() {
                    let text = format!("`{}` is set here", defect.at.join("."));
                    finding.related.push(Label { address, ..Label::new(location, text) });
                }
                self.calls.bring_home(&mut finding, node);
            }
        }
        for label in defect.labels.iter().chain(&rule.labels) {
            finding.related.extend(self.label(label));
        }
        finding.path = rule.path.as_ref().map(|path| self.path(path)).unwrap_or_default();
        finding
    }

    /// The nodes of a label or path; none if the expression fails on an unusual configuration.
    fn nodes(&self, expression: &Expression) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        if let Ok(value) = self.scope.evaluate(expression) {
            flatten(&value, &mut nodes);
        }
        nodes
    }

    fn path(&self, expression: &Expression) -> Vec<PathNode> {
        let mut path: Vec<PathNode> = Vec::new();
        for node in self.nodes(expression) {
            if let Some(node) = self.graph.node(node)
                && path.last().is_none_or(|last| last.address != node.address)
            {
                path.push(PathNode { address: node.address.clone(), header: node.place.header() });
            }
        }
        path
    }

    fn label(&self, label: &LabelRule) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::new();
        for id in self.nodes(&label.at) {
            let Some(node) = self.graph.node(id) else { continue };
            if let Some(AttributePlace { location, .. }) = place::find(self.graph, id, node, &label.attribute)
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
