//! Coverage: the graph of every landscape, and which signals its nodes have.

use std::sync::Arc;

use super::landscape::{Judging, nothing, shown};
use super::of_each_landscape;
use crate::address::Address;
use crate::analysis::coverage::{Covered, NodeCoverage};
use crate::report::coverage::{CoverageCell, CoverageReport, CoverageRow, CoverageState, LandscapeCoverage};
use crate::rule::RuleSet;
use crate::settings::Settings;
use crate::value::{NodeId, Str};
use crate::verbs::VerbContext;

/// Finds out which signals every node has, in everything that the settings name.
pub(super) fn coverage(settings: &Settings, rules: &Arc<RuleSet>) -> CoverageReport {
    let look = |judging: &Judging<'_>| Some(of_landscape(&judging.now.context));
    let (report, (_, landscapes)) = of_each_landscape(settings, rules, nothing, look);
    CoverageReport { landscapes, report }
}

/// The signals of every node of a landscape.
pub(super) fn of_landscape(context: &VerbContext<'_>) -> LandscapeCoverage {
    let graph = context.graph;
    let row = |node: &NodeCoverage| {
        let shown = shown(graph, node.node);
        CoverageRow {
            declaration: Address::read(&shown.address).without_keys().text().clone(),
            node: shown,
            cells: node.signals.each_ref().map(|covered| cell_of(covered, |id| graph.name_of(id))),
        }
    };
    // Nodes are in the order of their root modules and addresses.
    LandscapeCoverage { rows: context.coverage().iter().map(row).collect() }
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
