//! Risk groups: the smallest sets of failures that take an entry down. A single point of failure is a group of one.
//!
//! They follow from the structure: for each node, what is enough to take it down follows from what is enough for everything that it
//! needs, so one walk in the order in which effects spread finds the groups of all entries.

use std::borrow::{Borrow, Cow};
use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::cuts::{Cut, Cuts};
use super::dependencies::{Cone, Dependencies, Need};
use super::local::{Lost, node_lost, zones_lost};
use super::{Failure, Outcome, Simulation};
use crate::analysis::standing::Standing;
use crate::model::{LossEffect, Recovery};
use crate::value::equality::Truth;
use crate::value::{Known, NodeId};

/// No more sets of several failures are reported of one graph: those that matter most.
pub const MAX_GROUPS: usize = 100;

/// How often the nodes of a circle are looked at again.
const MAX_ROUNDS: usize = 32;

/// A set of failures that takes an entry down, of which no part does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskGroup {
    /// Index into [`Simulation::entries`].
    pub entry: usize,
    /// Indexes into [`Simulation::failures`].
    pub lost: Vec<usize>,
    /// From the entry to the last thing that was lost.
    pub path: Vec<NodeId>,
}

/// Finds the groups of all entries: the smallest first, and of one size those that take most entries down.
pub(super) fn find(simulation: &mut Simulation, network: &Dependencies<'_>, cones: &[Cone<'_>]) {
    let mut groups: Vec<RiskGroup> = Vec::new();
    let mut alone: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for verdict in &simulation.verdicts {
        if verdict.effect.certain == Outcome::Down {
            alone.entry(verdict.entry).or_default().push(verdict.failure);
            groups.push(RiskGroup {
                entry: verdict.entry,
                lost: vec![verdict.failure],
                path: verdict.path.clone(),
            });
        }
    }
    let ranked = ranked(simulation);
    let search = Search::new(network, simulation, &ranked, cones);
    simulation.is_cut |= search.is_cut;
    let mut several: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (entry, cone) in cones.iter().enumerate() {
        let Some(enough) = search.enough.get(&cone.entry) else { continue };
        simulation.is_cut |= enough.down.is_cut;
        let alone = alone.get(&entry).map_or(&[][..], Vec::as_slice);
        for set in enough.down.sets().iter().filter(|set| set.len() > 1) {
            let lost = members(set, &ranked);
            // Where sets were left out, a part of this one may be enough.
            let has_smaller = lost.iter().any(|failure| alone.contains(failure))
                || enough.down.is_cut && search.has_part_that_does(simulation, cone, &lost);
            if !has_smaller {
                several.entry(lost).or_default().push(entry);
            }
        }
    }
    let mut several: Vec<(Vec<usize>, Vec<usize>)> = several.into_iter().collect();
    let rank_of: FxHashMap<usize, usize> = ranked.iter().enumerate().map(|(rank, at)| (*at, rank)).collect();
    several.sort_by_cached_key(|(lost, entries)| {
        let ranks: Vec<Option<usize>> = lost.iter().map(|failure| rank_of.get(failure).copied()).collect();
        (lost.len(), Reverse(entries.len()), ranks)
    });
    simulation.is_cut |= several.len() > MAX_GROUPS;
    for (lost, entries) in several.into_iter().take(MAX_GROUPS) {
        let failures = failures(simulation, &lost);
        for entry in entries {
            let Some(cone) = cones.get(entry) else { continue };
            let played = network.play(&failures, Some(network.nodes(cone)));
            let path = network.path(cone.entry, &played);
            groups.push(RiskGroup { entry, lost: lost.clone(), path });
        }
    }
    simulation.groups = groups;
}

/// The failures by how much they matter: zones and Regions first, then what touches most entries.
fn ranked(simulation: &Simulation) -> Vec<usize> {
    let mut touches = vec![0_usize; simulation.failures.len()];
    for verdict in &simulation.verdicts {
        if let Some(touches) = touches.get_mut(verdict.failure) {
            *touches += 1;
        }
    }
    let is_node = |at: &usize| matches!(simulation.failures.get(*at), Some(Failure::Node(_)));
    let mut ranked: Vec<usize> = (0..touches.len()).collect();
    ranked.sort_by_key(|at| (is_node(at), Reverse(touches.get(*at).copied()), *at));
    ranked
}

/// The failures of a set, in their order.
fn members(set: &Cut, ranked: &[usize]) -> Vec<usize> {
    let rank = |rank: &u32| usize::try_from(*rank).ok().and_then(|rank| ranked.get(rank)).copied();
    let mut lost: Vec<usize> = set.iter().filter_map(rank).collect();
    lost.sort_unstable();
    lost
}

fn failures(simulation: &Simulation, lost: &[usize]) -> Vec<Failure> {
    lost.iter().filter_map(|at| simulation.failures.get(*at).copied()).collect()
}

/// What is enough for a node to stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Enough {
    /// To be down.
    down: Cuts,
    /// To be interrupted at least.
    stopped: Cuts,
}

impl Enough {
    /// What is enough for one of these.
    fn any<E: Borrow<Self>>(all: &[E]) -> Self {
        let all: Vec<&Self> = all.iter().map(Borrow::borrow).collect();
        Self {
            down: Cuts::any(all.iter().map(|enough| &enough.down)),
            stopped: Cuts::any(all.iter().map(|enough| &enough.stopped)),
        }
    }

    /// What is enough for all of these.
    fn all<E: Borrow<Self>>(all: &[E]) -> Self {
        let all: Vec<&Self> = all.iter().map(Borrow::borrow).collect();
        Self {
            down: Cuts::all(all.iter().map(|enough| &enough.down)),
            stopped: Cuts::all(all.iter().map(|enough| &enough.stopped)),
        }
    }

    /// What is enough where these take over after an interruption.
    fn covered<E: Borrow<Self>>(self, spares: &[E]) -> Self {
        if spares.is_empty() {
            return self;
        }
        let downs = std::iter::once(&self.down).chain(spares.iter().map(|spare| &spare.borrow().down));
        Self { down: Cuts::all(downs), stopped: self.stopped }
    }
}

/// What is enough for one of these parts.
fn joined(mut parts: Vec<Enough>) -> Enough {
    match parts.len() {
        1 => parts.pop().unwrap_or_default(),
        _ => Enough::any(&parts),
    }
}

/// Adds to what is known to be enough for a node; whether that was known before.
fn grow(known: &mut FxHashMap<NodeId, Enough>, node: NodeId, more: &Enough) -> bool {
    let known = known.entry(node).or_default();
    let grown = Enough::any(&[&*known, more]);
    let is_same = grown == *known;
    *known = grown;
    is_same
}

/// The walk over everything that entries need.
struct Search<'n> {
    network: &'n Dependencies<'n>,
    /// For each zone the failures that take it away.
    zones: Vec<Cuts>,
    /// The same for each Region.
    regions: Vec<Cuts>,
    /// The rank of the failure of each node.
    nodes: FxHashMap<NodeId, u32>,
    enough: FxHashMap<NodeId, Enough>,
    /// What is enough for nodes that tell what others are, but for their own loss.
    for_needs: FxHashMap<NodeId, Enough>,
    is_cut: bool,
}

impl<'n> Search<'n> {
    fn new(
        network: &'n Dependencies<'n>,
        simulation: &Simulation,
        ranked: &[usize],
        cones: &[Cone<'_>],
    ) -> Self {
        let mut nodes: FxHashMap<NodeId, u32> = FxHashMap::default();
        let mut zones: Vec<Vec<u32>> = network.table.zones.iter().map(|_| Vec::new()).collect();
        let mut regions: Vec<Vec<u32>> = network.table.regions.iter().map(|_| Vec::new()).collect();
        for (rank, at) in (0_u32..).zip(ranked) {
            let (lost, places) = match simulation.failures.get(*at) {
                Some(Failure::Zone(zone)) => (network.zones_lost(*zone), &mut zones),
                Some(Failure::Region(region)) => (network.regions_lost(*region), &mut regions),
                Some(Failure::Node(node)) => {
                    nodes.insert(*node, rank);
                    continue;
                }
                None => continue,
            };
            let gone = places.iter_mut().zip(lost).filter(|(_, lost)| matches!(lost, Truth::Yes));
            gone.for_each(|(place, _)| place.push(rank));
        }
        let mut search = Self {
            network,
            zones: zones.into_iter().map(Cuts::singles).collect(),
            regions: regions.into_iter().map(Cuts::singles).collect(),
            nodes,
            enough: FxHashMap::default(),
            for_needs: FxHashMap::default(),
            is_cut: false,
        };
        search.walk(cones);
        search
    }

    fn walk(&mut self, cones: &[Cone<'_>]) {
        let network = self.network;
        let needed = network.needed_by(cones.iter().map(|cone| cone.entry));
        let mut ranks: Vec<usize> = needed.iter().map(|node| network.rank(*node)).collect();
        ranks.sort_unstable();
        ranks.dedup();
        for component in ranks.into_iter().filter_map(|rank| network.components().get(rank)) {
            // Nodes of a circle wait for each other: what is enough grows until it stays.
            let is_circle = |node: &NodeId| network.needs(*node).iter().any(|need| need.of == *node);
            let is_once = component.len() == 1 && !component.iter().any(is_circle);
            let mut is_settled = is_once;
            for _ in 0..MAX_ROUNDS {
                let mut is_same = true;
                for node in component {
                    let Some(standing) = network.table.of(*node) else { continue };
                    let for_needs = joined(self.of_needs(*node, standing));
                    if for_needs != Enough::default() && network.describes(*node) {
                        is_same &= grow(&mut self.for_needs, *node, &for_needs);
                    }
                    let mut parts = self.own(*node, standing);
                    parts.push(for_needs);
                    let enough = joined(parts);
                    if enough != Enough::default() {
                        is_same &= grow(&mut self.enough, *node, &enough);
                    }
                }
                is_settled |= is_same;
                if is_settled {
                    break;
                }
            }
            self.is_cut |= !is_settled;
        }
    }

    /// What is enough for a node of what it needs: a part for each kind of need.
    fn of_needs(&self, node: NodeId, standing: &Standing) -> Vec<Enough> {
        let mut parts = Vec::new();
        let of = |need: &Need<'_>| self.enough_of(need);
        for (loss, needs) in self.network.needs_by_loss(node) {
            match loss.effect {
                LossEffect::Needs | LossEffect::HandsOver | LossEffect::DescribedBy => {
                    parts.push(Enough::any(&needs.iter().map(of).collect::<Vec<_>>()));
                }
                LossEffect::Any => {
                    let own = Enough::all(&needs.iter().map(of).collect::<Vec<_>>());
                    let spares: Vec<Cow<'_, Enough>> = self.network.spares(node).map(of).collect();
                    // One that is not known may stand in for all that are.
                    if self.network.open_needs(node, needs).is_none() {
                        parts.push(own.covered(&spares));
                    }
                }
                LossEffect::PerCopy => parts.push(self.copies((node, standing), needs)),
                LossEffect::ToStart => {
                    let start = Enough::any(&needs.iter().map(of).collect::<Vec<_>>());
                    let down = Cuts::all([&self.stopped(node, standing), &start.down]);
                    parts.push(Enough { stopped: down.clone(), down });
                }
                // Work waits, it is not certain that it is needed, or it is a spare.
                LossEffect::Defers | LossEffect::AnyDefers | LossEffect::May | LossEffect::StandsIn => {}
            }
        }
        parts
    }

    /// What is enough to stop the copies of a node that a controller starts again.
    fn stopped(&self, node: NodeId, standing: &Standing) -> Cuts {
        if !matches!(standing.recovery, Known::Yes(Recovery::Relaunch)) {
            return Cuts::default();
        }
        let mut parts = self.own(node, standing);
        let needs = self.network.needs_by_loss(node);
        let per_copy = needs.filter(|(loss, _)| loss.effect == LossEffect::PerCopy);
        parts.extend(per_copy.map(|(_, needs)| self.copies((node, standing), needs)));
        Enough::any(&parts).stopped
    }

    /// What is enough for something that is needed, or for what leads there.
    fn enough_of(&self, need: &Need<'_>) -> Cow<'_, Enough> {
        let own = match self.network.is_description(need) {
            true => self.for_needs.get(&need.of),
            false => self.enough.get(&need.of),
        };
        if !need.joined_by.iter().any(|way| self.enough.contains_key(way)) {
            return own.map_or_else(|| Cow::Owned(Enough::default()), Cow::Borrowed);
        }
        let own_of = |way: &NodeId| {
            let standing = self.network.table.of(*way);
            standing.map(|standing| Enough::any(&self.own(*way, standing))).unwrap_or_default()
        };
        let ways: Vec<Enough> = need.joined_by.iter().map(own_of).collect();
        let ways = if self.network.does_one_do(need) { Enough::all(&ways) } else { Enough::any(&ways) };
        Cow::Owned(Enough::any(&[own.unwrap_or(&Enough::default()), &ways]))
    }

    /// What is enough for the node's own copies.
    fn own(&self, node: NodeId, standing: &Standing) -> Vec<Enough> {
        let mut parts = Vec::new();
        if let Some(rank) = self.nodes.get(&node) {
            let outcome = node_lost(standing).certain;
            let single = |level| if outcome >= level { Cuts::singles([*rank]) } else { Cuts::default() };
            parts.push(Enough { down: single(Outcome::Down), stopped: single(Outcome::Interrupted) });
        }
        if let Some(region) = standing.region.and_then(|region| self.regions.get(region)) {
            parts.push(Enough { down: region.clone(), stopped: region.clone() });
        }
        let zones: Vec<&Cuts> = standing.zones.iter().filter_map(|zone| self.zones.get(*zone)).collect();
        if !zones.is_empty() {
            parts.push(threshold(standing, &zones));
        }
        parts
    }

    /// What is enough for copies that each need what stands in their zone.
    fn copies(&self, (node, standing): (NodeId, &Standing), needs: &[Need<'_>]) -> Enough {
        let enough: FxHashMap<NodeId, Cow<'_, Enough>> =
            needs.iter().map(|need| (need.of, self.enough_of(need))).collect();
        let nothing = Cuts::default();
        let of = |need: &&Need<'_>| enough.get(&need.of).map_or(&nothing, |enough| &enough.stopped);
        let (zones, loose) = self.network.by_zone(needs);
        // What stands nobody knows where may stand in each of the zones.
        let whole = |needs: Vec<&Need<'_>>| Cuts::all(needs.iter().chain(&loose).map(of));
        let mut zones: Vec<Cuts> = zones.into_iter().map(|(_, needs)| whole(needs)).collect();
        if !loose.is_empty() {
            let everything = Cuts::all(needs.iter().collect::<Vec<_>>().iter().map(of));
            zones.extend(loose.iter().map(|_| everything.clone()));
        }
        let open = self.network.open_needs(node, needs);
        threshold(&Standing { open, ..standing.clone() }, &zones.iter().collect::<Vec<_>>())
    }

    /// Whether some of these failures take the entry down without the others.
    fn has_part_that_does(&self, simulation: &Simulation, cone: &Cone<'_>, lost: &[usize]) -> bool {
        lost.len() > 2
            && (0..lost.len()).any(|without| {
                let mut part = lost.to_vec();
                part.remove(without);
                let among = Some(self.network.nodes(cone));
                let played = self.network.play(&failures(simulation, &part), among);
                played.effect_on(cone.entry).is_some_and(|effect| effect.certain == Outcome::Down)
            })
    }
}

/// What is enough to take so many zones away from a node that it stops.
fn threshold(standing: &Standing, zones: &[&Cuts]) -> Enough {
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let outcome = |certain: usize| {
        let lost = Lost { of: number(zones.len()), certain: number(certain), ..Lost::default() };
        zones_lost(standing, &lost).certain
    };
    let enough = |level: Outcome| {
        let least = (1..=zones.len()).find(|certain| outcome(*certain) >= level);
        least.map(|least| Cuts::at_least(least, zones.iter().copied())).unwrap_or_default()
    };
    Enough { down: enough(Outcome::Down), stopped: enough(Outcome::Interrupted) }
}
