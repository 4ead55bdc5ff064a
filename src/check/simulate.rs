//! Simulation: the graph of every root, and what its entries do when something is lost.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::edits::Edits;
use super::intents;
use super::of_each_root;
use super::roots::Job;
use crate::analysis::failure::{Dependencies, Failure, IsMet, Outcome, Simulation};
use crate::analysis::standing::Table;
use crate::budget::{Account, Allowance};
use crate::diagnostic::nearest;
use crate::eval::Files;
use crate::graph::Graph;
use crate::report::simulation::{
    Achievable, GroupRow, LostKind, LostThing, OutcomeRow, Remedy, RootSimulation, SimulationReport,
    SinglePoint, TargetRow,
};
use crate::rule::{RuleSet, decided};
use crate::settings::Settings;
use crate::value::{NodeId, Str};
use crate::verbs::VerbContext;
use crate::verbs::targets::{reason, written};

/// Plays failures through in everything that the settings name: those with these ids (`zone:NAME`, `region:NAME`, `node:ADDRESS`), or all.
pub(super) fn simulate(settings: &Settings, rules: &Arc<RuleSet>, asked: &[String]) -> SimulationReport {
    let (report, simulated) = of_each_root(settings, rules, |job, set, share| root(job, set, asked, share));
    let mut out = SimulationReport { report, ..SimulationReport::default() };
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (simulation, ids) in simulated {
        known.extend(ids);
        out.roots.push(simulation);
    }
    for id in asked.iter().filter(|id| !known.contains(*id)) {
        let near = nearest(id, known.iter().map(String::as_str)).map(str::to_owned);
        out.not_found.push((id.clone(), near));
    }
    out
}

/// The simulation of one root, and the ids of everything that could be lost there.
fn root(
    job: &Job,
    set: &RuleSet,
    asked: &[String],
    allowance: Allowance,
) -> ((RootSimulation, Vec<String>), Account) {
    let files: &dyn Files = &*job.files;
    let graph = Graph::build_within(&job.estate, &set.model, files, allowance);
    let context = intents::alone(VerbContext::new(&graph, files), job);
    let simulated = of_graph(&graph, files, &context, asked);
    (simulated, graph.account().clone())
}

/// The simulation of a graph, and, if something is asked for, the ids of everything that could be lost there.
pub(super) fn of_graph(
    graph: &Graph<'_>,
    files: &dyn Files,
    context: &VerbContext<'_>,
    asked: &[String],
) -> (RootSimulation, Vec<String>) {
    let table = context.standings();
    let names = table.zone_names();
    let id_of = |failure: Failure| id_of(graph, &table, &names, failure);
    let mut ids = Vec::new();
    let network = Dependencies::of(graph, &table);
    let simulation = if asked.is_empty() {
        Simulation::over(&network, None)
    } else {
        let all: Vec<Failure> = table
            .zones
            .iter()
            .map(|(at, _)| Failure::Zone(at))
            .chain(table.regions.iter().map(|(at, _)| Failure::Region(at)))
            .chain(graph.nodes().filter(|(id, _)| table.of(*id).is_some()).map(|(id, _)| Failure::Node(id)))
            .collect();
        ids = all.iter().map(|failure| id_of(*failure)).collect();
        let wanted: Vec<Failure> =
            all.iter().zip(&ids).filter(|(_, id)| asked.contains(id)).map(|(failure, _)| *failure).collect();
        Simulation::over(&network, Some(&wanted))
    };
    let mut edits = Edits::new(graph, files, context, &table, &network);
    let address = |id: NodeId| graph.node(id).map(|node| node.address.clone()).unwrap_or_default();
    let way = |path: &[NodeId]| path.iter().map(|id| address(*id)).collect::<Vec<Str>>();
    let mut rows = RootSimulation {
        entries: simulation.entries.iter().map(|id| address(*id)).collect(),
        failures: simulation
            .failures
            .iter()
            .map(|failure| LostThing { id: id_of(*failure), kind: kind_of(*failure) })
            .collect(),
        is_cut: simulation.is_cut,
        ..RootSimulation::default()
    };
    rows.possible_entries = simulation
        .possible_entries
        .iter()
        .map(|(id, cause)| (address(*id), cause.root().to_string()))
        .collect();
    rows.outcomes = simulation
        .verdicts
        .iter()
        .map(|verdict| OutcomeRow {
            entry: verdict.entry,
            failure: verdict.failure,
            certain: verdict.effect.certain,
            worst: verdict.effect.possible,
            left: verdict.effect.left,
            path: way(&verdict.path),
            cause: verdict.effect.cause.as_ref().map(|cause| cause.root().to_string()),
        })
        .collect();
    rows.single_points = simulation
        .single_points()
        .into_iter()
        .map(|(node, verdicts)| SinglePoint {
            address: address(node),
            entries: verdicts.iter().map(|verdict| verdict.entry).collect(),
            path: verdicts.first().map(|verdict| way(&verdict.path)).unwrap_or_default(),
            edit: edits.of_node(node, &simulation, &verdicts),
        })
        .collect();
    rows.remedies = remedies(&rows, &simulation, &mut edits);
    if asked.is_empty() {
        rows.targets = targets(context, &network, id_of, &mut edits);
    }
    rows.risk_groups = simulation
        .groups
        .iter()
        .map(|group| GroupRow { entry: group.entry, lost: group.lost.clone(), path: way(&group.path) })
        .collect();
    (rows, ids)
}

/// What becomes of what a config declares of entries.
fn targets(
    context: &VerbContext<'_>,
    network: &Dependencies<'_>,
    id_of: impl Fn(Failure) -> String,
    edits: &mut Edits<'_>,
) -> Vec<TargetRow> {
    let graph = context.graph;
    let mut rows = Vec::new();
    for (entry, targets) in context.intended() {
        for verdict in network.judge(*entry, *targets, context) {
            let (is, cause) = match &verdict.met {
                IsMet::Yes => (Achievable::Yes, None),
                IsMet::No => (Achievable::No, None),
                IsMet::Unknown(cause) => (Achievable::Unknown, Some(cause.root().to_string())),
            };
            let address = |id: &NodeId| graph.node(*id).map(|node| node.address.clone()).unwrap_or_default();
            let decides = verdict.path.last().and_then(|id| Some((*id, graph.node(*id)?)));
            rows.push(TargetRow {
                entry: address(entry),
                target: written(&verdict),
                is,
                reason: reason(&verdict),
                lost: verdict.lost.iter().map(|failure| id_of(*failure)).collect(),
                path: verdict.path.iter().map(address).collect(),
                place: decides.and_then(|(id, node)| decided(graph, id, node, &[])),
                cause,
                edit: intents::edit(*entry, &verdict, edits),
            });
        }
    }
    rows
}

/// What makes the worst that happens to each entry better, and every zone that takes it down.
fn remedies(rows: &RootSimulation, simulation: &Simulation, edits: &mut Edits<'_>) -> Vec<Remedy> {
    let worst = rows.worst_of_each();
    let mut wanted: Vec<&OutcomeRow> = worst.into_iter().flatten().collect();
    let is_zone =
        |row: &&OutcomeRow| rows.failures.get(row.failure).is_some_and(|lost| lost.kind == LostKind::Zone);
    wanted.extend(rows.outcomes.iter().filter(|row| row.certain == Outcome::Down).filter(is_zone));
    wanted.retain(|row| row.certain >= Outcome::Interrupted);
    wanted.sort_by_key(|row| (row.entry, row.failure));
    wanted.dedup_by_key(|row| (row.entry, row.failure));
    let remedy = |row: &OutcomeRow| {
        let entry = *simulation.entries.get(row.entry)?;
        let lost = *simulation.failures.get(row.failure)?;
        let edit = edits.of_entry(entry, lost, row.certain)?;
        Some(Remedy { entry: row.entry, failure: row.failure, edit })
    };
    wanted.into_iter().filter_map(remedy).collect()
}

const fn kind_of(failure: Failure) -> LostKind {
    match failure {
        Failure::Zone(_) => LostKind::Zone,
        Failure::Region(_) => LostKind::Region,
        Failure::Node(_) => LostKind::Node,
    }
}

fn id_of(graph: &Graph<'_>, table: &Table, zones: &[String], failure: Failure) -> String {
    let name = match failure {
        Failure::Zone(at) => zones.get(at).map(String::as_str),
        Failure::Region(at) => table.regions.get(at).map(|region| region.name.as_str()),
        Failure::Node(id) => graph.node(id).map(|node| node.address.as_str()),
    };
    format!("{}:{}", kind_of(failure).name(), name.unwrap_or_default())
}
