//! Judging: builds the graph of one root and runs the rules over it.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::analysis::failure::{AffectedNodes, Dependents};
use crate::budget::{Account, Allowance};
use crate::diagnostic::Diagnostic;
use crate::estate::{Estate, Input, Mode};
use crate::eval::Files;
use crate::graph::{Graph, NodeKind};
use crate::passes::RootFacts;
use crate::report::RootAudit;
use crate::rule::RuleSet;
use crate::rule::run::{Verdicts, run_within};
use crate::settings::{Picture, Settings};
use crate::value::{Known, NodeId, Str};
use crate::verbs::VerbContext;

use super::roots::Job;
use super::{coverage, draw, simulate};

/// The outcome of the rules for a root, and the facts that passes need.
pub(super) struct Judged {
    pub(super) outcome: Verdicts,
    pub(super) facts: RootFacts,
    /// How much depends on each resource with a finding, by its address.
    pub(super) dependents: Vec<(Str, Dependents)>,
    /// Managed instances of types that the model does not describe, by type.
    pub(super) not_modelled: BTreeMap<Str, usize>,
    /// If it is asked for.
    pub(super) audit: Option<RootAudit>,
}

/// Builds the graph and runs the rules.
pub(super) fn judge(
    job: &Job,
    set: &RuleSet,
    settings: &Settings,
    allowance: Allowance,
) -> (Judged, Account) {
    let files: &dyn Files = &*job.files;
    let environment = job.environment_for_rules();
    let files_before: &dyn Files = job.files_before.as_deref().map_or(files, |files| files);
    let build = |estate, files| Graph::build_within(estate, &set.model, files, allowance);
    let before = job.estate.before.as_deref().map(|estate| build(estate, files_before));
    let graph = build(&job.estate, files).after(before.as_ref());
    let mut outcome = run_within(&job.rules, &graph, files, environment, allowance);
    let mut account = graph.account().clone();
    account.add(&outcome.account);
    if settings.gates.any() && settings.since.is_none() && !job.estate.is_of_change() {
        outcome.problems.push(no_change(&job.estate, settings));
    }
    let facts = RootFacts::of(&graph, &set.rules, &job.rules, settings, |before| {
        let before = run_within(&job.rules, before, files_before, environment, allowance);
        account.add(&before.account);
        before
    });
    let dependents = dependents(&graph, files, &outcome);
    let not_modelled = not_modelled(&graph);
    let audit = settings.audit.then(|| audit(&graph, files));
    (Judged { outcome, facts, dependents, not_modelled, audit }, account)
}

/// What an audit shows of a root beside findings.
fn audit(graph: &Graph<'_>, files: &dyn Files) -> RootAudit {
    let context = VerbContext::new(graph, files);
    RootAudit {
        drawing: draw::of_graph(graph, &context, &Picture::standard()),
        simulation: simulate::of_graph(graph, files, &context, &[]).0,
        coverage: coverage::of_graph(graph, &context),
    }
}

/// Managed instances of types that the model does not describe.
fn not_modelled(graph: &Graph<'_>) -> BTreeMap<Str, usize> {
    let mut types = BTreeMap::new();
    for (_, node) in graph.nodes() {
        let is_managed = matches!(node.kind, NodeKind::Resource(Mode::Managed));
        if is_managed && !graph.model.mentions(&node.type_) {
            *types.entry(node.type_.clone()).or_default() += 1;
        }
    }
    types
}

/// How much depends on each resource with a finding.
fn dependents(graph: &Graph<'_>, files: &dyn Files, outcome: &Verdicts) -> Vec<(Str, Dependents)> {
    let resources = outcome.findings.iter().filter(|finding| !finding.is_about_text);
    let found: FxHashSet<&Str> = resources.map(|finding| &finding.address).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let context = VerbContext::new(graph, files);
    let is_entry = |id: &NodeId| matches!(context.entry(*id), Known::Yes(true));
    let entries: FxHashSet<NodeId> = graph.nodes().map(|(id, _)| id).filter(is_entry).collect();
    let affected = AffectedNodes::of(graph, entries);
    let nodes = graph.nodes().filter(|(_, node)| found.contains(&node.address));
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
