//! Runs rules over a graph.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::asking::{Asking, RuleAnswer, whose};
use super::place::Calls;
use super::subjects::{Subjects, undecided_at_root};
use super::verdict::{UnknownVerdict, Verdict};
use super::yielding::{Said, Yielding, settle};
use super::{Rule, RuleScope};
use crate::budget::{Account, Allowance, Budget, Met, Meter, Spent, shared};
use crate::diagnostic::{Diagnostic, Severity};
use crate::estate::{Estate, UnitKind};
use crate::eval::{EvalError, Files};
use crate::graph::{Graph, NodeKind, ROOT_MODULE};
use crate::model::Expression;
use crate::value::{Cause, CauseKind, NodeId, Str, Value};
use crate::verbs::VerbContext;
use crate::verbs::scope::{GraphScope, Locals, Purpose};

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
    /// What rules say that yield to others.
    yielding: Vec<Yielding>,
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

/// Runs rules over the graph of one root module within budgets.
#[must_use]
pub fn run_within(
    rules: &[Arc<Rule>],
    graph: &Graph<'_>,
    files: &dyn Files,
    environment: Option<&str>,
    allowance: Allowance,
) -> Verdicts {
    let landscape = Landscape::new(graph, files);
    let root = graph.roots().next().map(|root| root.index).unwrap_or_default();
    run_in(&landscape, &RootQuestion { root, rules, files, environment }, allowance)
}

/// A graph, and what the rules of its root modules find out about it together.
pub struct Landscape<'a> {
    /// The graph of all of them.
    pub graph: &'a Graph<'a>,
    /// What verbs find out.
    pub context: VerbContext<'a>,
}

impl<'a> Landscape<'a> {
    /// A graph about which nothing is found out yet.
    #[must_use]
    pub fn new(graph: &'a Graph<'a>, files: &'a dyn Files) -> Self {
        Self { graph, context: VerbContext::new(graph, files) }
    }
}

/// What is asked of one root module of a landscape.
#[derive(Clone, Copy)]
pub struct RootQuestion<'a> {
    /// Its index: see [`GraphRoot::index`](crate::graph::GraphRoot::index).
    pub root: usize,
    /// The rules that run on it.
    pub rules: &'a [Arc<Rule>],
    /// What file functions may read.
    pub files: &'a dyn Files,
    /// The name of its environment.
    pub environment: Option<&'a str>,
}

/// Runs the rules of one root module over a landscape: they look at its nodes, and see all.
#[must_use]
pub fn run_in(landscape: &Landscape<'_>, question: &RootQuestion<'_>, allowance: Allowance) -> Verdicts {
    let Landscape { graph, context } = landscape;
    let RootQuestion { root, rules, files, environment } = *question;
    let Some(estate) = graph.estate_of_root(root) else { return Verdicts::default() };
    let rules: Vec<&Arc<Rule>> = rules.iter().filter(|rule| rule.is_asked_of(estate)).collect();
    let calls = Calls::new(estate);
    let outcomes = shared(allowance, &rules, |rule, share| {
        let severity = severity_of(rule, estate, environment);
        let calls = &calls;
        let mut running = Running { rule, root, graph, files, calls, context, severity, share };
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
        all.yielding.extend(outcome.yielding);
    }
    let yielding = std::mem::take(&mut all.yielding);
    settle(&mut all, yielding);
    let missed = std::mem::take(&mut all.missed);
    all.unknown.extend(undecided_at_root(missed, graph, root));
    all.unknown.sort_by(|a, b| a.rule.cmp(&b.rule));
    all
}

/// The severity of a rule in an environment. A sample is of no environment.
pub(super) fn severity_of(rule: &Rule, estate: &Estate, environment: Option<&str>) -> Severity {
    match (&rule.environment, estate.kind) {
        (Some(_), UnitKind::Sample) => Severity::Advice,
        _ => rule.severity_in(environment),
    }
}

/// With fewer nodes, one thread is faster than several.
const NODES_FOR_THREADS: usize = 256;

/// The number of nodes after which the cost is checked.
const NODES_AT_ONCE: usize = 4096;

/// A rule that runs over a graph.
pub(super) struct Running<'a> {
    pub(super) rule: &'a Arc<Rule>,
    /// The index of the root module.
    pub(super) root: usize,
    pub(super) graph: &'a Graph<'a>,
    pub(super) files: &'a dyn Files,
    pub(super) calls: &'a Calls<'a>,
    pub(super) context: &'a VerbContext<'a>,
    pub(super) severity: Severity,
    pub(super) share: Allowance,
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
                    self.note(asking.answer(verdict), &mut outcome);
                }
                self.meet(Budget::Rules, &mut outcome);
                break;
            }
        }
        outcome
    }

    /// The nodes that the rule looks at.
    pub(super) fn subjects(&self, outcome: &mut Verdicts) -> Result<Vec<NodeId>, Option<Box<Diagnostic>>> {
        let parameters = parameters(self.rule);
        let meter = Meter::of_question(self.share.of(Budget::Rules));
        let scope = GraphScope {
            context: self.context,
            graph: self.graph,
            root: self.root,
            files: self.files,
            node: None,
            other: None,
            parameters: &parameters,
            locals: None,
            depth: 0,
            purpose: Purpose::Subjects,
            meter: &meter,
        };
        // The body of a rule that looks at nothing here is not read.
        if self.rule.looks_at.as_ref().is_some_and(|names| scope.lacks_all(names)) {
            return Ok(Vec::new());
        }
        let locals = Locals::new(&self.rule.locals);
        let found = GraphScope { locals: Some(&locals), ..scope }.evaluate(&self.rule.for_each);
        outcome.account.pay(Budget::Rules, meter.spent(Budget::Evaluation));
        match found {
            Ok(value) => {
                let Subjects { mut nodes, more } = Subjects::of(&value);
                nodes.retain(|node| self.is_about(*node));
                let more = more.map(|cause| whose(self.graph, self.root, cause));
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
        if self.graph.root_of(node) != Some(self.root) {
            return false;
        }
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
        let one = |node: &NodeId, left: u64| -> (RuleAnswer, u64) {
            let locals = Locals::new(&self.rule.locals);
            let meter = Meter::of_question(left);
            let asking = self.asking(*node, &parameters, &locals, &meter);
            let answer = asking.answer(asking.verdict());
            let spent = meter.spent(Budget::Evaluation);
            (answer, spent)
        };
        if subjects.len() >= NODES_FOR_THREADS {
            // Whether the total is within the budget does not depend on the order.
            let spent = AtomicU64::new(0);
            let answers: Vec<Option<(RuleAnswer, u64)>> = subjects
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
                answers.into_iter().flatten().for_each(|(answer, _)| self.note(answer, outcome));
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
    pub(super) fn asking<'q>(
        &'q self,
        node: NodeId,
        parameters: &'q [(Str, Value)],
        locals: &'q Locals<'q>,
        meter: &'q Meter,
    ) -> Asking<'q> {
        let scope = GraphScope {
            context: self.context,
            graph: self.graph,
            root: self.root,
            files: self.files,
            node: Some(node),
            other: None,
            parameters,
            locals: Some(locals),
            depth: 0,
            purpose: Purpose::Question,
            meter,
        };
        let Self { rule, graph, root, calls, severity, .. } = *self;
        Asking { rule, graph, root, calls, node, scope, severity }
    }

    /// Keeps a verdict, if the budget allows.
    fn note(&self, RuleAnswer { verdict, about, labels }: RuleAnswer, outcome: &mut Verdicts) {
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
        let said = match verdict {
            Verdict::Fail(finding) if self.rule.yields.is_some() => Said::Fails(finding),
            Verdict::Unknown(undecided) if self.rule.yields.is_some() => Said::Unknown(undecided),
            verdict => return outcome.take(verdict),
        };
        outcome.yielding.push(Yielding { rule: self.rule.clone(), about, labels, said });
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

impl Verdicts {
    fn take(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Pass => self.passed += 1,
            Verdict::Skip => self.skipped += 1,
            Verdict::Fail(finding) => self.findings.push(*finding),
            Verdict::Unknown(undecided) => self.unknown.push(undecided),
        }
    }
}

pub(super) fn parameters(rule: &Rule) -> Vec<(Str, Value)> {
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
