//! Judging: runs the rules of one root over the graph of its landscape.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::analysis::failure::Dependents;
use crate::budget::{Account, Allowance, Budget};
use crate::diagnostic::Diagnostic;
use crate::estate::{Estate, Input, Mode};
use crate::eval::Files;
use crate::graph::{Graph, NodeKind};
use crate::passes::RootFacts;
use crate::report::LandscapeAudit;
use crate::rule::RuleSet;
use crate::rule::edit::proposed;
use crate::rule::run::{RootQuestion, Verdicts, run_in};
use crate::settings::{Picture, Settings};
use crate::value::Str;

use super::fix::FixFacts;
use super::intents;
use super::landscape::Judging;
use super::roots::Job;
use super::{coverage, draw, simulate};

/// The outcome of the rules for a root, and the facts that passes need.
pub(super) struct Judged<T> {
    pub(super) outcome: Verdicts,
    pub(super) facts: RootFacts,
    /// How much depends on each resource with a finding, by its address.
    pub(super) dependents: Vec<(Str, Dependents)>,
    /// Managed instances of types that the model does not describe, by type.
    pub(super) not_modelled: BTreeMap<Str, usize>,
    /// What else was asked of the graph.
    pub(super) answer: T,
    /// What would fix the findings, if that was asked for.
    pub(super) fixes: FixFacts,
}

/// One of so many verdicts that the budget allows is made of a graph that lacks edges: the report of 1 kB stays below 5 MB.
const SHOWN_OF_CUT: u64 = 6;

/// Runs the rules of the job with an index, and asks something else while the graph exists.
pub(super) fn judge<T>(
    (root, job): (usize, &Job),
    judging: &Judging<'_>,
    set: &RuleSet,
    settings: &Settings,
    allowance: Allowance,
    ask: impl FnOnce() -> (T, Account),
) -> (Judged<T>, Account) {
    let files: &dyn Files = &*job.files;
    let environment = job.environment_for_rules();
    let graph = judging.now.graph;
    // What is asked of a graph without all its edges is mostly unknown, and a part of the verdicts shows that.
    let allowance = if graph.is_cut() { allowance.part(Budget::Verdicts, SHOWN_OF_CUT) } else { allowance };
    let files_before: &dyn Files = job.files_before.as_deref().map_or(files, |files| files);
    let question = RootQuestion { root, rules: &job.rules, files, environment };
    let mut outcome = run_in(&judging.now, &question, allowance);
    let mut account = outcome.account.clone();
    intents::show_edits(&mut outcome.findings, (root, job), &judging.now.context, files);
    if settings.gates.any() && settings.since.is_none() && !job.estate.is_of_change() {
        outcome.problems.push(no_change(&job.estate, settings));
    }
    let mut facts = RootFacts::of(graph, root, &set.rules, &job.rules, settings, |_| {
        let question = RootQuestion { files: files_before, ..question };
        let before = judging.before.as_ref().map(|before| run_in(before, &question, allowance));
        let before = before.unwrap_or_default();
        account.add(&before.account);
        before
    });
    facts.entries = intents::entries(&judging.now.context, root, &job.intents);
    facts.no_entries = intents::no_entries(&judging.now.context, root, &job.intents, &facts.entries);
    let dependents = dependents(judging, root, &outcome);
    let not_modelled = not_modelled(graph, root);
    let (answer, spent) = ask();
    account.add(&spent);
    let fixes = match settings.fixing {
        Some(_) => {
            let own = Graph::build_within(&job.estate, &set.model, files, allowance);
            FixFacts::new(&job.estate, proposed(&job.rules, &own, files, &outcome.findings))
        }
        None => FixFacts::default(),
    };
    (Judged { outcome, facts, dependents, not_modelled, answer, fixes }, account)
}

/// What an audit shows of a landscape beside findings.
pub(super) fn audit(judging: &Judging<'_>) -> LandscapeAudit {
    let context = &judging.now.context;
    LandscapeAudit {
        drawing: draw::of_landscape(context, &Picture::standard()),
        simulation: simulate::of_landscape(context, &[]).0,
        coverage: coverage::of_landscape(context),
    }
}

/// Managed instances of types that the model does not describe.
fn not_modelled(graph: &Graph<'_>, root: usize) -> BTreeMap<Str, usize> {
    let mut types = BTreeMap::new();
    for (_, node) in graph.nodes_of_root(root) {
        let is_managed = matches!(node.kind, NodeKind::Resource(Mode::Managed));
        if is_managed && !graph.model.mentions(&node.type_) {
            *types.entry(node.type_.clone()).or_default() += 1;
        }
    }
    types
}

/// How much depends on each resource with a finding.
fn dependents(judging: &Judging<'_>, root: usize, outcome: &Verdicts) -> Vec<(Str, Dependents)> {
    let resources = outcome.findings.iter().filter(|finding| !finding.is_about_text);
    let found: FxHashSet<&Str> = resources.map(|finding| &finding.address).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let affected = judging.affected();
    let nodes = judging.now.graph.nodes_of_root(root).filter(|(_, node)| found.contains(&node.address));
    nodes.map(|(id, node)| (node.address.clone(), affected.dependents(id))).collect()
}

/// The problem of a gate on a change whose input is not a change.
fn no_change(estate: &Estate, settings: &Settings) -> Diagnostic {
    let option = if settings.gates.regressions { "--regressions" } else { "--only-changed" };
    let what = match estate.input {
        Input::Configuration => "is configuration",
        Input::State => "is a state",
        Input::Plan => "does not list its changes",
    };
    Diagnostic::error(
        "input/no-change",
        format!("`{option}` needs a change, but `{}` {what}", estate.root.display()),
    )
    .help("pass the complete output of `terraform show -json tfplan`")
}
