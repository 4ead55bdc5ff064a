//! What the embedded model makes of small configurations: the edges that follow from what people write, and what entries do when
//! something is lost. The comments at the head of each file say all of it.

use std::collections::BTreeSet;

use buttress::analysis::failure::{Failure, Simulation};
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::model::EdgeKind;
use buttress::rule::RuleSet;
use buttress::value::NodeId;
use buttress::verbs::VerbContext;

use crate::support::entries;
use crate::support::verdict_of::of_text;

/// Compares what is said of each file of a folder with those lines of its comments that are expectations.
fn check(folder: &str, is_expectation: fn(&str) -> bool, said: fn(&Graph<'_>) -> BTreeSet<String>) {
    let set = RuleSet::embedded();
    let files = entries(folder);
    assert!(!files.is_empty(), "{folder} has no file");
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let comments = text.lines().filter_map(|line| line.strip_prefix("# "));
        let expected: BTreeSet<String> =
            comments.filter(|line| is_expectation(line)).map(str::to_owned).collect();
        let estate = of_text(&text);
        let graph = Graph::build(&estate, &set.model, &NoFiles);
        assert_eq!(said(&graph), expected, "{}", path.display());
    }
}

fn address(graph: &Graph<'_>, id: NodeId) -> String {
    graph.node(id).unwrap().address.to_string()
}

/// Every edge that has a meaning: where it starts, what it means, where it leads.
fn edges(graph: &Graph<'_>) -> BTreeSet<String> {
    let edges = graph.edges_of_all().filter(|(_, _, edge)| edge.kind != EdgeKind::Refers);
    edges
        .map(|(from, to, edge)| {
            format!("{} {} {}", address(graph, from), edge.kind.name(), address(graph, to))
        })
        .collect()
}

/// What becomes of every entry without every thing that can be lost, where it does not just go on.
fn losses(graph: &Graph<'_>) -> BTreeSet<String> {
    let table = VerbContext::new(graph, &NoFiles).standings();
    let simulation = Simulation::run(graph, &table, None);
    let mut lines = BTreeSet::new();
    for verdict in &simulation.verdicts {
        let lost = match simulation.failures[verdict.failure] {
            Failure::Zone(at) => format!("zone:{}", table.zones.get(at).unwrap().name),
            Failure::Region(at) => format!("region:{}", table.regions.get(at).unwrap().name),
            Failure::Node(id) => format!("node:{}", address(graph, id)),
        };
        let effect = &verdict.effect;
        let outcome = match effect.left {
            _ if effect.is_unknown() => format!("unknown ({})", effect.possible.name()),
            Some((left, of)) => format!("{} {left}/{of}", effect.certain.name()),
            None => effect.certain.name().to_owned(),
        };
        let entry = address(graph, simulation.entries[verdict.entry]);
        lines.insert(format!("{entry} without {lost}: {outcome}"));
    }
    lines
}

#[test]
fn edges_follow_from_what_people_write() {
    check("connections", |line| line.split(' ').count() == 3 && line.contains('.'), edges);
}

#[test]
fn entries_take_losses_as_their_services_do() {
    let is_outcome = |line: &str| {
        ["zone:", "region:", "node:"].iter().any(|kind| line.contains(&format!(" without {kind}")))
    };
    check("losses", is_outcome, losses);
}
