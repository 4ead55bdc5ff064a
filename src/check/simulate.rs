//! Simulation: the graph of every landscape, and what its entries do when something is lost.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::edits::Edits;
use super::intents;
use super::landscape::{Judging, nothing, shown};
use super::of_each_landscape;
use crate::analysis::failure::{Dependencies, Failure, IsMet, Outcome, Simulation};
use crate::analysis::standing::Table;
use crate::diagnostic::nearest;
use crate::eval::NoFiles;
use crate::graph::Graph;
use crate::report::simulation::{
    Achievable, GroupRow, LandscapeSimulation, LostKind, LostThing, OutcomeRow, Remedy, SimulationReport,
    SinglePoint, TargetRow,
};
use crate::rule::{RuleSet, decided};
use crate::settings::Settings;
use crate::value::{CauseKind, NodeId, Str};
use crate::verbs::VerbContext;
use crate::verbs::targets::{reason, written};

/// Plays failures through in everything that the settings name: those with these ids (`zone:NAME`, `region:NAME`, `node:ADDRESS`), or all.
pub(super) fn simulate(settings: &Settings, rules: &Arc<RuleSet>, asked: &[String]) -> SimulationReport {
    let look = |judging: &Judging<'_>| Some(of_landscape(&judging.now.context, asked));
    let (report, (_, simulated)) = of_each_landscape(settings, rules, nothing, look);
    let mut out = SimulationReport { report, ..SimulationReport::default() };
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut has: BTreeSet<&String> = BTreeSet::new();
    for (landscape, (simulation, ids)) in simulated {
        let is_known = |id: &&String| ids.iter().any(|lost| lost.is_asked_by(id));
        has.extend(asked.iter().filter(is_known));
        known.extend(ids.into_iter().map(|lost| lost.id));
        out.landscapes.push((landscape, simulation));
    }
    for id in asked.iter().filter(|id| !has.contains(id)) {
        let near = nearest(id, known.iter().map(String::as_str)).map(str::to_owned);
        out.not_found.push((id.clone(), near));
    }
    out
}

/// What can be lost, by the ids that it has.
pub(super) struct LossIds {
    id: String,
    /// The id by the address alone, which nodes of several root modules may have.
    by_address: Option<String>,
}

impl LossIds {
    fn is_asked_by(&self, id: &str) -> bool {
        self.id == id || self.by_address.as_deref() == Some(id)
    }
}

/// The simulation of a landscape, and, if something is asked for, everything that could be lost there.
pub(super) fn of_landscape(
    context: &VerbContext<'_>,
    asked: &[String],
) -> (LandscapeSimulation, Vec<LossIds>) {
    let graph = context.graph;
    let mut table = context.standings();
    table.add_any_zone();
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
        let ids_of = |failure: &Failure| LossIds {
            id: id_of(*failure),
            by_address: node_of(*failure)
                .map(|id| format!("{}:{}", LostKind::Node.name(), shown(graph, id).address)),
        };
        ids = all.iter().map(ids_of).collect();
        let is_asked = |ids: &LossIds| asked.iter().any(|id| ids.is_asked_by(id));
        let wanted: Vec<Failure> =
            all.iter().zip(&ids).filter(|(_, ids)| is_asked(ids)).map(|(failure, _)| *failure).collect();
        Simulation::over(&network, Some(&wanted))
    };
    let mut edits = Edits::new(graph, &NoFiles, context, &table, &network);
    let way = |path: &[NodeId]| path.iter().map(|id| graph.name_of(*id)).collect::<Vec<Str>>();
    let mut rows = LandscapeSimulation {
        entries: simulation.entries.iter().map(|id| shown(graph, *id)).collect(),
        failures: simulation
            .failures
            .iter()
            .map(|failure| LostThing {
                id: id_of(*failure),
                kind: kind_of(*failure),
                root: node_of(*failure).and_then(|id| graph.root_of(id)),
                is_any: matches!(failure, Failure::Zone(at) if table.zones.get(*at).is_some_and(|zone| zone.is_any)),
            })
            .collect(),
        is_cut: simulation.is_cut,
        untried: simulation.untried,
        is_asked: !asked.is_empty(),
        ..LandscapeSimulation::default()
    };
    rows.possible_entries = simulation
        .possible_entries
        .iter()
        .map(|(id, cause)| (shown(graph, *id), cause.root().to_string()))
        .collect();
    let unplaced = graph.nodes().filter_map(|(id, _)| Some((id, table.why_unplaced(id)?)));
    rows.unplaced = unplaced
        .map(|(id, cause)| {
            let node = shown(graph, id);
            let is_own = cause.root().kind == CauseKind::DecidedByProvider
                && cause.root().subject.ends_with(node.address.as_str());
            let cause =
                if is_own { "the provider chooses at apply".to_owned() } else { cause.root().to_string() };
            (node, cause)
        })
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
        // What the provider keeps goes down only because somebody asked for it.
        .filter(|(node, _)| table.of(*node).is_some_and(|own| own.can_be_lost || own.copy_of.is_some()))
        .map(|(node, verdicts)| SinglePoint {
            node: shown(graph, node),
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
            let decides = verdict.path.last().and_then(|id| Some((*id, graph.node(*id)?)));
            rows.push(TargetRow {
                entry: shown(graph, *entry),
                target: written(&verdict),
                is,
                reason: reason(&verdict),
                lost: verdict.lost.iter().map(|failure| id_of(*failure)).collect(),
                path: verdict.path.iter().map(|id| graph.name_of(*id)).collect(),
                place: decides.and_then(|(id, node)| decided(graph, id, node, &[])),
                cause,
                edit: intents::edit(*entry, &verdict, edits),
            });
        }
    }
    rows
}

/// What makes the worst that happens to each entry better, and every zone that takes it down.
fn remedies(rows: &LandscapeSimulation, simulation: &Simulation, edits: &mut Edits<'_>) -> Vec<Remedy> {
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

const fn node_of(failure: Failure) -> Option<NodeId> {
    match failure {
        Failure::Node(id) => Some(id),
        Failure::Zone(_) | Failure::Region(_) => None,
    }
}

fn id_of(graph: &Graph<'_>, table: &Table, zones: &[String], failure: Failure) -> String {
    let name = match failure {
        Failure::Zone(at) => zones.get(at).map(|zone| Str::from(zone.as_str())),
        Failure::Region(at) => table.regions.get(at).map(|region| region.name.clone()),
        Failure::Node(id) => Some(graph.name_of(id)),
    };
    format!("{}:{}", kind_of(failure).name(), name.unwrap_or_default())
}
