//! The verdict of each rule about single nodes, and why a rule does not apply to one.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Rule;
use super::asking::Asking;
use super::place::Calls;
use super::run::{Landscape, RootQuestion, Running, Verdicts, parameters, severity_of};
use super::verdict::Verdict;
use crate::budget::{Account, Allowance, Budget, Meter, shared};
use crate::diagnostic::Severity;
use crate::model::Expression;
use crate::syntax::tree::{BinaryOperator, ExprKind};
use crate::value::{Known, NodeId};
use crate::verbs::scope::Locals;

/// The verdict of a rule about a node.
#[derive(Clone, Debug)]
pub struct NodeVerdict {
    pub rule: Arc<Rule>,
    /// The severity that a finding has.
    pub severity: Severity,
    pub verdict: Verdict,
    /// The condition, as the rule writes it, by which a skipped rule does not apply.
    pub skipped_for: Option<String>,
}

/// The most names of locals and parts of `||` that are followed to the condition that holds.
const MAX_PARTS: usize = 32;

/// The verdicts of the rules of one root module that ask about these nodes of it: of each node, in the order of the rules.
#[must_use]
pub fn verdicts_about(
    landscape: &Landscape<'_>,
    question: &RootQuestion<'_>,
    allowance: Allowance,
    nodes: &[NodeId],
) -> (Vec<Vec<NodeVerdict>>, Account) {
    let Landscape { graph, context } = landscape;
    let RootQuestion { root, rules, files, environment } = *question;
    let none = || (nodes.iter().map(|_| Vec::new()).collect(), Account::default());
    let Some(estate) = graph.estate_of_root(root) else { return none() };
    let rules: Vec<&Arc<Rule>> = rules.iter().filter(|rule| rule.is_asked_of(estate)).collect();
    let calls = Calls::new(estate);
    let index_of: FxHashMap<NodeId, usize> =
        nodes.iter().enumerate().map(|(index, node)| (*node, index)).collect();
    let answers = shared(allowance, &rules, |rule, share| {
        let severity = severity_of(rule, estate, environment);
        let calls = &calls;
        let running = Running { rule, root, graph, files, calls, context, severity, share };
        let mut outcome = Verdicts::default();
        let subjects = running.subjects(&mut outcome).unwrap_or_default();
        let parameters = parameters(rule);
        let asked = subjects.iter().filter_map(|node| Some((*index_of.get(node)?, node)));
        let verdicts: Vec<(usize, NodeVerdict)> = asked
            .map(|(index, node)| {
                let locals = Locals::new(&rule.locals);
                let left = share.of(Budget::Rules).saturating_sub(outcome.account.spent(Budget::Rules));
                let meter = Meter::of_question(left);
                let asking = running.asking(*node, &parameters, &locals, &meter);
                let verdict = asking.verdict();
                let skipped_for = match verdict {
                    Verdict::Skip => asking.skipped_for(),
                    _ => None,
                };
                outcome.account.pay(Budget::Rules, meter.spent(Budget::Evaluation));
                (index, NodeVerdict { rule: (*rule).clone(), severity, verdict, skipped_for })
            })
            .collect();
        (verdicts, outcome.account)
    });
    let mut all: Vec<Vec<NodeVerdict>> = nodes.iter().map(|_| Vec::new()).collect();
    let mut account = Account::default();
    for (verdicts, spent) in answers {
        account.add(&spent);
        for (index, verdict) in verdicts {
            if let Some(of_node) = all.get_mut(index) {
                of_node.push(verdict);
            }
        }
    }
    (all, account)
}

impl Asking<'_> {
    /// The part of `unless` that holds: of several with `||` between them the first, and what a local stands for.
    fn skipped_for(&self) -> Option<String> {
        let mut part = self.rule.unless.clone()?;
        for _ in 0..MAX_PARTS {
            let tree = part.tree.clone();
            let inner = |expr| Expression { tree: tree.clone(), expr };
            part = match tree.expr(part.expr).kind {
                ExprKind::Parens(wrapped) | ExprKind::Wrapped(wrapped) => inner(wrapped),
                ExprKind::Binary { operator: BinaryOperator::Or, left, right } => {
                    let holds = matches!(self.scope.holds(&inner(left)), Known::Yes(true));
                    inner(if holds { left } else { right })
                }
                ExprKind::Attribute { base, name } => {
                    let is_local = matches!(tree.expr(base).kind, ExprKind::Variable(root) if tree.text(root) == "local");
                    let name = tree.text(name);
                    match self.rule.locals.iter().find(|(own, _)| is_local && own == name) {
                        Some((_, expression)) => expression.clone(),
                        None => break,
                    }
                }
                _ => break,
            };
        }
        let text = part.tree.slice(part.tree.expr(part.expr).range);
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}
