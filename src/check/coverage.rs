//! Coverage: the graph of every root, and which signals its nodes have.

use std::sync::Arc;

use super::of_each_root;
use super::roots::Job;
use crate::address::Address;
use crate::analysis::coverage::Covered;
use crate::budget::{Account, Allowance};
use crate::eval::Files;
use crate::graph::Graph;
use crate::report::coverage::{CoverageCell, CoverageReport, CoverageRow, CoverageState, RootCoverage};
use crate::rule::RuleSet;
use crate::settings::Settings;
use crate::value::{NodeId, Str};
use crate::verbs::VerbContext;

/// Finds out which signals every node has, in everything that the settings name.
pub(super) fn coverage(settings: &Settings, rules: &Arc<RuleSet>) -> CoverageReport {
    let (report, roots) = of_each_root(settings, rules, root);
    CoverageReport { roots, report }
}

fn root(job: &Job, set: &RuleSet, allowance: Allowance) -> (RootCoverage, Account) {
    let files: &dyn Files = &*job.files;
    let graph = Graph::build_within(&job.estate, &set.model, files, allowance);
    (of_graph(&graph, &VerbContext::new(&graph, files)), graph.account().clone())
}

/// The signals of every node of a graph.
pub(super) fn of_graph(graph: &Graph<'_>, context: &VerbContext<'_>) -> RootCoverage {
    let nodes = context.coverage();
    let address = |id: NodeId| graph.node(id).map(|node| node.address.clone()).unwrap_or_default();
    // Nodes are in the order of their addresses.
    let rows = nodes.iter().map(|node| CoverageRow {
        address: address(node.node),
        declaration: Address::read(&address(node.node)).without_keys().text().clone(),
        cells: node.signals.each_ref().map(|covered| cell_of(covered, address)),
    });
    RootCoverage { rows: rows.collect() }
}

/// What a table shows of a signal.
pub(super) fn cell_of(covered: &Covered, address: impl Fn(NodeId) -> Str) -> CoverageCell {
    match covered {
        Covered::By(nodes) => CoverageCell {
            state: CoverageState::Covered,
            by: nodes.iter().map(|id| address(*id)).collect(),
            reason: String::new(),
        },
        Covered::Missing(reason) => empty(CoverageState::Missing, reason),
        Covered::NotApplicable(reason) => empty(CoverageState::NotApplicable, reason),
        Covered::Unknown(cause) => empty(CoverageState::Unknown, cause),
        Covered::NotDescribed => {
            empty(CoverageState::NotDescribed, "the model does not describe it for this type")
        }
    }
}

fn empty(state: CoverageState, reason: &str) -> CoverageCell {
    CoverageCell { state, by: Vec::new(), reason: reason.to_owned() }
}
