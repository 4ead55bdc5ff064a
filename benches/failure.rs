//! Simulations: `cargo bench --bench failure`.
//!
//! The estates are evaluated and their graphs built once; what is measured is how nodes stand, what every failure does, and the risk
//! groups. The nodes per second of the three sizes tell whether the cost is linear.

#![expect(clippy::expect_used, reason = "without a graph there is nothing to measure")]
#![expect(clippy::print_stderr, reason = "what was found belongs to what it took")]

use std::cell::OnceCell;

use buttress::analysis::failure::{Failure, Simulation};
use buttress::analysis::standing::Table;
use buttress::estate::Estate;
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::rule::RuleSet;
use buttress::verbs::VerbContext;
use divan::Bencher;
use divan::counter::ItemsCount;

#[path = "../tests/support/estate.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "shared with the tests, which need more of it")]
mod estate;
#[path = "support/services.rs"]
mod services;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Sizes of the estates, in nodes.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// An estate of teams with the embedded model.
fn teams(nodes: usize) -> (Estate, RuleSet) {
    let set = RuleSet::embedded();
    let estate = estate::evaluate(&estate::modules(&services::teams(nodes)), &set.model.facts);
    let made = estate.instances.len();
    assert!(estate.problems.is_empty() && made.abs_diff(nodes) <= nodes / 50, "{made} nodes for {nodes}");
    (estate, set)
}

fn table(graph: &Graph<'_>) -> Table {
    VerbContext::new(graph, &NoFiles).standings()
}

/// How nodes stand: zones, copies, recovery.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn standings(bencher: Bencher<'_, '_>, nodes: usize) {
    let (estate, set) = teams(nodes);
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    bencher.counter(ItemsCount::new(nodes)).bench_local(|| table(&graph));
}

/// Every failure, every entry, the single points and the risk groups.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn simulate(bencher: Bencher<'_, '_>, nodes: usize) {
    let (estate, set) = teams(nodes);
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let table = table(&graph);
    let seen = OnceCell::new();
    bencher.counter(ItemsCount::new(nodes)).bench_local(|| {
        let simulation = Simulation::run(&graph, &table, None);
        let points = simulation.single_points().len();
        seen.get_or_init(|| (simulation.entries.len(), simulation.failures.len(), points));
        simulation
    });
    let (entries, failures, points) = seen.get().expect("it ran");
    eprintln!("{nodes} nodes: {entries} entries, {failures} failures, {points} single points");
}

/// The loss of one zone alone.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn one_zone(bencher: Bencher<'_, '_>, nodes: usize) {
    let (estate, set) = teams(nodes);
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let table = table(&graph);
    bencher
        .counter(ItemsCount::new(nodes))
        .bench_local(|| Simulation::run(&graph, &table, Some(&[Failure::Zone(0)])));
}

/// One entry that everything else stands below.
#[divan::bench(args = [700, 7_000, 70_000], sample_count = 3, sample_size = 1)]
fn risk_groups(bencher: Bencher<'_, '_>, nodes: usize) {
    let set = RuleSet::load([("rules/model/layers.hcl".into(), services::LAYERS.into())]);
    let project = estate::modules(&[(".", vec![services::layers(nodes)])]);
    let estate = estate::evaluate(&project, &set.model.facts);
    assert_eq!((estate.instances.len(), estate.problems.len()), (nodes, 0), "all of them are there");
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let table = table(&graph);
    let seen = OnceCell::new();
    bencher.counter(ItemsCount::new(nodes)).bench_local(|| {
        let simulation = Simulation::run(&graph, &table, None);
        seen.get_or_init(|| {
            let of = |size: usize| simulation.groups.iter().filter(|group| group.lost.len() == size).count();
            (simulation.failures.len(), [of(1), of(2), of(3)], simulation.is_cut)
        });
        simulation
    });
    let (failures, groups, is_cut) = seen.get().expect("it ran");
    eprintln!("{nodes} nodes: {failures} failures, groups by size {groups:?}, cut: {is_cut}");
}
