//! Coverage: the graph of every root, and which signals its nodes have.

use super::inputs::Inputs;
use super::roots::{self, Job};
use super::{limits, say};
use crate::address::Address;
use crate::analysis::coverage::Covered;
use crate::budget::{Account, Allowance, shared};
use crate::eval::Files;
use crate::graph::Graph;
use crate::report::coverage::{CoverageCell, CoverageReport, CoverageRow, CoverageState, RootCoverage};
use crate::report::{Report, Root};
use crate::rule::RuleSet;
use crate::settings::Settings;
use crate::value::NodeId;
use crate::verbs::VerbContext;

/// Finds out which signals every node has, in everything that the settings name.
pub(super) fn coverage(settings: &Settings, set: &RuleSet) -> CoverageReport {
    let mut inputs = Inputs::read(settings, set);
    let jobs = roots::evaluate(&mut inputs, settings, set);
    let allowance = Allowance::of_run(inputs.project.bytes());
    let covered = shared(allowance, &jobs, |job, share| root(job, set, share));
    let mut report = Report::default();
    let Inputs { mut problems, mut project, mut account, .. } = inputs;
    problems.append(&mut project.problems);
    say(&mut report, problems);
    report.sources = project.sources;
    let mut out = CoverageReport::default();
    for (job, (rows, spent)) in jobs.into_iter().zip(covered) {
        account.add(&spent);
        let Job { mut estate, environment, .. } = job;
        say(&mut report, std::mem::take(&mut estate.problems));
        report.counts.resources += estate.managed();
        report.roots.push(Root { path: estate.root.clone(), input: estate.input, environment });
        out.roots.push(rows);
    }
    say(&mut report, limits::problems(&account));
    report.sort();
    out.report = report;
    out
}

fn root(job: &Job, set: &RuleSet, allowance: Allowance) -> (RootCoverage, Account) {
    let files: &dyn Files = &*job.files;
    let graph = Graph::build_within(&job.estate, &set.model, files, allowance);
    let nodes = VerbContext::new(&graph, files).coverage();
    let address = |id: NodeId| graph.node(id).map(|node| node.address.clone()).unwrap_or_default();
    let cell = |covered: &Covered| match covered {
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
    };
    // Nodes are in the order of their addresses.
    let rows = nodes.iter().map(|node| CoverageRow {
        address: address(node.node),
        declaration: Address::read(&address(node.node)).without_keys().text().clone(),
        cells: node.signals.each_ref().map(cell),
    });
    (RootCoverage { rows: rows.collect() }, graph.account().clone())
}

fn empty(state: CoverageState, reason: &str) -> CoverageCell {
    CoverageCell { state, by: Vec::new(), reason: reason.to_owned() }
}
