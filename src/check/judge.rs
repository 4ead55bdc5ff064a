//! Judging: builds the graph of one root and runs the rules over it.

use crate::budget::{Account, Allowance};
use crate::diagnostic::Diagnostic;
use crate::estate::{Estate, Input};
use crate::eval::Files;
use crate::graph::Graph;
use crate::passes::RootFacts;
use crate::rule::RuleSet;
use crate::rule::run::{Outcome, run_within};
use crate::settings::Settings;
use crate::value::NodeId;

use super::roots::Job;

/// The outcome of the rules for a root, and the facts that passes need.
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    pub(super) facts: RootFacts,
}

/// Builds the graph and runs the rules.
pub(super) fn judge(
    job: &Job,
    set: &RuleSet,
    settings: &Settings,
    allowance: Allowance,
) -> (Judged, Account) {
    let files: &dyn Files = &*job.files;
    let environment = job.environment.as_deref();
    let build = |estate| Graph::build_within(estate, &set.model, files, allowance);
    let before = job.estate.before.as_deref().map(build);
    let graph = build(&job.estate).after(before.as_ref());
    let mut outcome = run_within(&set.rules, &graph, files, environment, allowance);
    let mut account = graph.account().clone();
    account.add(&outcome.account);
    if settings.gates.any() && !job.estate.is_of_change() {
        outcome.problems.push(no_change(&job.estate, settings));
    }
    if job.estate.input == Input::Source {
        outcome.problems.extend(graph.circles().iter().map(|circle| circle_problem(&graph, circle)));
    }
    let facts = RootFacts::of(&graph, settings, |before| {
        let before = run_within(&set.rules, before, files, environment, allowance);
        account.add(&before.account);
        before
    });
    (Judged { outcome, facts }, account)
}

/// The problem of a gate on a change whose input is not a change.
fn no_change(estate: &Estate, settings: &Settings) -> Diagnostic {
    let option = if settings.gates.regressions { "--regressions" } else { "--only-changed" };
    let what = match estate.input {
        Input::Source => "is configuration",
        Input::State => "is a state",
        Input::Plan => "does not say what it changes",
    };
    Diagnostic::error(
        "input/no-change",
        format!("`{option}` looks at a change, and `{}` {what}", estate.root.display()),
    )
    .help("give it the whole output of `terraform show -json tfplan`")
}

/// The problem of resources that refer to each other in a cycle, which Terraform rejects.
fn circle_problem(graph: &Graph<'_>, circle: &[NodeId]) -> Diagnostic {
    let nodes: Vec<_> = circle.iter().filter_map(|id| graph.node(*id)).collect();
    let addresses: Vec<&str> = nodes.iter().map(|node| node.address.as_str()).collect();
    let mut problem = Diagnostic::error(
        "graph/circle",
        format!("{} refer to each other in a circle", addresses.join(", ")),
    )
    .help("Terraform cannot order them: take one of the references into a resource of its own");
    for node in nodes {
        if let Some(header) = node.place.header() {
            problem = match problem.primary {
                None => problem.at(header, node.address.as_str()),
                Some(_) => problem.label(header, node.address.as_str()),
            };
        }
    }
    problem
}
