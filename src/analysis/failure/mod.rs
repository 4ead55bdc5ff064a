//! What stops when something is lost: failures of zones and of single nodes, played through over the whole graph.
//!
//! A failure takes away copies of nodes; nodes whose copies are gone take along what needs them, as the model's `loss` blocks say
//! of each kind of edge. Every effect is an interval: what is certain, and the worst that is possible. Both only grow while the
//! failure spreads, so the spreading ends, and what is not known never makes an effect milder than it may be.

mod cuts;
mod dependencies;
mod dependents;
mod effect;
mod joined;
mod local;
mod risk;
mod spread;
mod takedowns;
mod targets;
mod trial;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use cuts::MAX_CUTS;
pub use dependencies::Dependencies;
pub use dependents::{AffectedNodes, Dependents};
pub use effect::{Effect, Outcome};
pub use risk::{MAX_GROUPS, RiskGroup};
pub use takedowns::{Takedown, Takedowns, takedowns};
pub use targets::{IsMet, RecoveryTimes, TargetKind, TargetVerdict, Targets, TimeSpan};
pub use trial::Trial;

use super::standing::{Table, Zones};
use crate::graph::Graph;
use crate::value::{Cause, Known, NodeId, Str};
use dependencies::Cone;
use spread::{Outside, Played};

/// Something that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// A zone with everything in it, by its index in [`Table::zones`].
    Zone(usize),
    /// A Region with everything in it, by its index in [`Table::regions`].
    Region(usize),
    /// A node: of several copies the worst one.
    Node(NodeId),
}

/// What one failure does to one entry.
#[derive(Clone, Debug)]
pub struct EntryOutcome {
    /// Index into [`Simulation::entries`].
    pub entry: usize,
    /// Index into [`Simulation::failures`].
    pub failure: usize,
    /// What it does.
    pub effect: Effect,
    /// From the entry to what was lost; empty where nothing is.
    pub path: Vec<NodeId>,
}

/// What was found out.
#[derive(Debug, Default)]
pub struct Simulation {
    /// Where traffic enters, in the order of addresses.
    pub entries: Vec<NodeId>,
    /// Entries of which it is not known whether they are.
    pub possible_entries: Vec<(NodeId, Arc<Cause>)>,
    /// What was lost in turn: zones, Regions where there are several, then nodes in the order of addresses.
    pub failures: Vec<Failure>,
    /// Every entry under every failure that touches it; an entry that is not here under a failure survives it.
    pub verdicts: Vec<EntryOutcome>,
    /// The smallest sets of failures that take an entry down.
    pub groups: Vec<RiskGroup>,
    /// Sets that were not tried any more.
    pub is_cut: bool,
    /// How many further failures were not played through, because there are more than [`MAX_OUTCOMES`].
    pub untried: usize,
}

/// The most outcomes that are kept: nobody reads more, and thousands of entries can depend on thousands of things each.
pub const MAX_OUTCOMES: usize = 100_000;

impl Simulation {
    /// Plays failures through: all of them, or those that are asked for.
    #[must_use]
    pub fn run(graph: &Graph<'_>, table: &Table, asked: Option<&[Failure]>) -> Self {
        Self::over(&Dependencies::of(graph, table), asked)
    }

    /// The same where the network of the graph is there already.
    #[must_use]
    pub fn over(network: &Dependencies<'_>, asked: Option<&[Failure]>) -> Self {
        let (graph, table) = (network.graph, network.table);
        let (entries, mut possible_entries) = entries(graph, table);
        // A module that is not there may have an entry, too.
        let is_entry = |type_: &str| graph.model.of(type_).is_some_and(|model| model.entry.is_some());
        possible_entries.extend(graph.unloaded_calls(is_entry));
        let mut failures = asked.map_or_else(|| all_failures(graph, table), <[Failure]>::to_vec);
        let cones: Vec<Cone<'_>> = entries.iter().map(|entry| network.cone(*entry)).collect();
        let mut verdicts = Vec::new();
        let mut untried = 0;
        for (failure, lost) in failures.iter().enumerate() {
            if verdicts.len() >= MAX_OUTCOMES {
                untried = failures.len() - failure;
                break;
            }
            let played = network.play(&[*lost], None);
            let outside = if cones.iter().any(|cone| !cone.open.is_empty()) {
                network.outside(&played)
            } else {
                Outside::new()
            };
            for entry in touched(&entries, &cones, &played, !outside.is_empty()) {
                let Some(cone) = cones.get(entry) else { continue };
                let effect = network.effect_at(cone, &played, &outside);
                if effect.is_nothing() {
                    continue;
                }
                let path = network.path(cone.entry, &played);
                verdicts.push(EntryOutcome { entry, failure, effect, path });
            }
        }
        failures.truncate(failures.len() - untried);
        let mut simulation =
            Self { entries, possible_entries, failures, verdicts, untried, ..Self::default() };
        risk::find(&mut simulation, network, &cones);
        simulation
    }

    /// Nodes whose loss alone takes entries down, each with those entries, the one that takes down most first.
    #[must_use]
    pub fn single_points(&self) -> Vec<(NodeId, Vec<&EntryOutcome>)> {
        let mut points: BTreeMap<NodeId, Vec<&EntryOutcome>> = BTreeMap::new();
        for verdict in &self.verdicts {
            if let Some(Failure::Node(node)) = self.failures.get(verdict.failure)
                && verdict.effect.certain == Outcome::Down
            {
                points.entry(*node).or_default().push(verdict);
            }
        }
        let mut points: Vec<_> = points.into_iter().collect();
        points.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
        points
    }

    /// What a failure does to an entry, by their indexes.
    #[must_use]
    pub fn verdict(&self, entry: usize, failure: usize) -> Option<&EntryOutcome> {
        // They are found failure by failure, and entry by entry within each.
        let key = |verdict: &EntryOutcome| (verdict.failure, verdict.entry);
        let at = self.verdicts.binary_search_by_key(&(failure, entry), key);
        at.ok().and_then(|at| self.verdicts.get(at))
    }
}

/// The entries that a failure may touch, by their index: those that it reaches, and where it reaches what an open end may lead to, those
/// with one.
fn touched(entries: &[NodeId], cones: &[Cone<'_>], played: &Played<'_>, is_outside: bool) -> Vec<usize> {
    if is_outside || played.touched_count() > entries.len() {
        let is_touched =
            |cone: &Cone<'_>| is_outside && !cone.open.is_empty() || played.effect_on(cone.entry).is_some();
        return (0..).zip(cones).filter(|(_, cone)| is_touched(cone)).map(|(at, _)| at).collect();
    }
    // Entries are in the order of their ids.
    let mut touched: Vec<usize> =
        played.touched().filter_map(|node| entries.binary_search(&node).ok()).collect();
    touched.sort_unstable();
    touched
}

/// Where traffic enters, and where it perhaps does.
fn entries(graph: &Graph<'_>, table: &Table) -> (Vec<NodeId>, Vec<(NodeId, Arc<Cause>)>) {
    let (mut certain, mut possible) = (Vec::new(), Vec::new());
    for (id, node) in graph.nodes() {
        let Some(standing) = table.of(id) else { continue };
        match (&standing.entry, &node.uncertain) {
            (Known::Yes(true), None) => certain.push(id),
            (Known::Yes(true), Some(cause)) | (Known::No(cause), _) => possible.push((id, cause.clone())),
            (Known::Yes(false), _) => {}
        }
    }
    (certain, possible)
}

/// Every zone that something depends on, every Region of several, and every node that can be lost by itself.
fn all_failures(graph: &Graph<'_>, table: &Table) -> Vec<Failure> {
    let named = |zones: &Zones| {
        let mut named: Vec<(Str, usize)> = zones
            .iter()
            .filter(|(_, zone)| !zone.is_chosen)
            .map(|(at, zone)| (zone.name.clone(), at))
            .collect();
        named.sort();
        named
    };
    let (zones, mut regions) = (named(&table.zones), named(&table.regions));
    if regions.len() < 2 {
        regions.clear();
    }
    let nodes = graph.nodes().filter(|(id, _)| table.of(*id).is_some_and(|standing| standing.can_be_lost));
    let zones = zones.into_iter().map(|(_, at)| Failure::Zone(at));
    let regions = regions.into_iter().map(|(_, at)| Failure::Region(at));
    zones.chain(regions).chain(nodes.map(|(id, _)| Failure::Node(id))).collect()
}
