//! What takes entries down: the nodes whose own copies are lost, alone or with a zone, so that an entry cannot go on.
//!
//! A zone takes many things along. What decides is where the chain begins: the node that stands in that zone only, not everything
//! between it and the entry. Where several things stand in for each other and all of them stop, what they have in common decides, or
//! else the node that chooses among them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::dependencies::{Cone, Dependencies, Need};
use super::effect::{Effect, Outcome};
use super::local::{Lost, node_lost, zones_lost};
use super::spread::{HowBad, Outside, Played};
use super::{Failure, all_failures, entries, touched};
use crate::analysis::standing::Table;
use crate::graph::Graph;
use crate::model::{LossEffect, Role};
use crate::value::{Cause, CauseKind, NodeId};

/// With more effects in all, no further loss is played through: the rest stays unknown.
const MAX_EFFECTS: usize = 5_000_000;

/// No more nodes are told apart that decide what becomes of one node.
const MAX_DECIDING: usize = 256;

/// No more entries are told of one node.
const MAX_ENTRIES: usize = 10_000;

/// With more entries told of all nodes together, no further loss is played through.
const MAX_TAKEDOWNS: usize = 500_000;

/// An entry that goes down.
#[derive(Clone, Debug)]
pub struct Takedown {
    /// The entry.
    pub entry: NodeId,
    /// What is lost.
    pub lost: Failure,
    /// From the entry to the node that decides; told of the first entry only.
    pub path: Vec<NodeId>,
    /// Why it only may go down.
    pub doubt: Option<Arc<Cause>>,
}

/// What takes entries down, by the node that decides.
#[derive(Debug, Default)]
pub struct Takedowns {
    of: BTreeMap<NodeId, Vec<Takedown>>,
    /// Where traffic enters, in the order of addresses; also where it only may.
    pub entries: Vec<NodeId>,
    /// The nodes that may decide: what can be lost by itself or with a zone, and entries.
    pub exposed: Vec<NodeId>,
    /// The nodes on which entries depend and which may go down with a zone that nobody knows, and why it is not known: where no zone
    /// has a name, none is lost in the play.
    pub unplaced: BTreeMap<NodeId, Arc<Cause>>,
    /// Why not every loss was played through.
    pub cut: Option<Arc<Cause>>,
    /// How many are told of all nodes together.
    told: usize,
    /// What is told already of a node: how it is lost and whether that is certain.
    known: FxHashSet<(NodeId, Way)>,
    /// The entries that go down for certain with a zone and a node in it.
    by_zone: FxHashSet<(NodeId, NodeId)>,
}

/// How a node is lost, and whether it is certain that an entry goes down.
type Way = (Discriminant<Failure>, bool);

impl Takedowns {
    /// What a node takes down: every entry that certainly goes down, and of each way to lose the node the first that only may.
    #[must_use]
    pub fn of(&self, node: NodeId) -> &[Takedown] {
        self.of.get(&node).map_or(&[], Vec::as_slice)
    }
}

/// The nodes that decide what becomes of each node that goes down, in one respect.
type Deciding = FxHashMap<NodeId, BTreeSet<NodeId>>;

/// Plays the loss of every zone and of every node through. Without entries nothing has to be known of dependencies.
#[must_use]
pub fn takedowns(graph: &Graph<'_>, table: &Table) -> Takedowns {
    let (certain, possible) = entries(graph, table);
    if certain.is_empty() && possible.is_empty() {
        return Takedowns::default();
    }
    Dependencies::of(graph, table).takedowns(certain, possible)
}

impl Dependencies<'_> {
    /// What takes these entries down. `possible` are those that may be none.
    fn takedowns(&self, certain: Vec<NodeId>, possible: Vec<(NodeId, Arc<Cause>)>) -> Takedowns {
        let (graph, table) = (self.graph, self.table);
        let mut found = Takedowns::default();
        let perhaps: FxHashMap<NodeId, Arc<Cause>> = possible.into_iter().collect();
        found.entries = certain.into_iter().chain(perhaps.keys().copied()).collect();
        found.entries.sort_unstable();
        found.exposed = self.exposed(found.entries.iter().filter(|entry| !perhaps.contains_key(entry)));
        let cones: Vec<Cone<'_>> = found.entries.iter().map(|entry| self.cone(*entry)).collect();
        let failures = all_failures(graph, table);
        if !failures.iter().any(|lost| matches!(lost, Failure::Zone(_))) {
            found.unplaced = self.unplaced(&found.entries);
        }
        let is_any_open = cones.iter().any(|cone| !cone.open.is_empty());
        let mut effects = 0;
        for lost in failures {
            if !self.may_take_down(lost) {
                continue;
            }
            let limits =
                [(effects > MAX_EFFECTS, "MAX_EFFECTS"), (found.told > MAX_TAKEDOWNS, "MAX_TAKEDOWNS")];
            if let Some((_, limit)) = limits.into_iter().find(|(is_met, _)| *is_met) {
                found.cut = Some(Cause::new(CauseKind::Limit, limit, None));
                break;
            }
            let played = self.play(&[lost], None);
            // The loss of a zone is compared with every other zone.
            let compared = if matches!(lost, Failure::Zone(_)) { table.zones.iter().count() } else { 0 };
            effects += 1 + compared + played.touched_count();
            let outside = if is_any_open { self.outside(&played) } else { Outside::new() };
            let mut deciding =
                DecidingNodes { network: self, played: &played, certain: None, possible: None };
            let touched = touched(&found.entries, &cones, &played, !outside.is_empty());
            effects += touched.len();
            for entry in touched {
                let Some(cone) = cones.get(entry) else { continue };
                let mut effect = self.effect_at(cone, &played, &outside);
                if effect.possible < Outcome::Down {
                    continue;
                }
                if let Some(cause) = perhaps.get(&cone.entry) {
                    // Of what may not be there, and may need what nobody knows, nothing can be told.
                    if played.effect_on(cone.entry).is_none_or(|effect| effect.possible < Outcome::Down) {
                        continue;
                    }
                    effect = Effect::between(Outcome::Survives, Outcome::Down, Some(cause.clone()));
                }
                match lost {
                    Failure::Node(node) => {
                        let way = || self.path(cone.entry, &played);
                        found.add(node, cone.entry, lost, &effect, effect.certain == Outcome::Down, way);
                    }
                    Failure::Zone(_) | Failure::Region(_) => {
                        deciding.tell(cone.entry, lost, &effect, &mut found)
                    }
                }
            }
        }
        for takedowns in found.of.values_mut() {
            takedowns.sort_by_key(|takedown| takedown.doubt.is_some());
        }
        found
    }

    /// Whether a loss may take something down: of a node with a standby or with copies to spare, it does not.
    fn may_take_down(&self, lost: Failure) -> bool {
        match lost {
            Failure::Zone(_) => true,
            Failure::Region(_) => false,
            Failure::Node(node) => {
                self.table.of(node).is_some_and(|standing| node_lost(standing).possible > Outcome::Degraded)
            }
        }
    }

    /// What can be lost by itself or with a zone, and these entries, in the order of addresses.
    fn exposed<'e>(&self, entries: impl Iterator<Item = &'e NodeId>) -> Vec<NodeId> {
        let is_exposed = |id: &NodeId| {
            self.table.of(*id).is_some_and(|standing| {
                let is_placed = !standing.zones.is_empty() || standing.open.is_some();
                standing.can_be_lost || is_placed && self.does_work(*id)
            })
        };
        let mut exposed: Vec<NodeId> = self.graph.nodes().map(|(id, _)| id).filter(is_exposed).collect();
        exposed.extend(entries);
        exposed.sort_unstable();
        exposed.dedup();
        exposed
    }

    /// The nodes on which entries depend that may go down with the zone in which they stand, which has no name.
    fn unplaced(&self, entries: &[NodeId]) -> BTreeMap<NodeId, Arc<Cause>> {
        let is_doubted = |id: NodeId| {
            let standing = self.table.of(id).filter(|_| self.does_work(id))?;
            let cause = standing.open.clone()?;
            (zones_lost(standing, &Lost::default()).possible == Outcome::Down).then_some((id, cause))
        };
        self.needed_by(entries.iter().copied()).into_iter().filter_map(is_doubted).collect()
    }

    /// Whether a node is more than a place in which others stand.
    fn does_work(&self, id: NodeId) -> bool {
        let model = self.graph.node(id).and_then(|node| self.graph.model.of(&node.type_));
        model.is_some_and(|model| !matches!(model.role, Role::Network | Role::Other))
    }
}

impl Takedowns {
    fn add(
        &mut self,
        node: NodeId,
        entry: NodeId,
        lost: Failure,
        effect: &Effect,
        is_certain: bool,
        way: impl FnOnce() -> Vec<NodeId>,
    ) {
        let all = self.of.entry(node).or_default();
        let way_lost = (discriminant(&lost), is_certain);
        let is_first = self.known.insert((node, way_lost));
        let is_told = match (is_certain, lost) {
            // One that only may go down leaves it open which others do.
            (false, _) => !is_first,
            (true, Failure::Node(_)) => false,
            (true, Failure::Zone(_) | Failure::Region(_)) => !self.by_zone.insert((node, entry)),
        };
        if is_told || all.len() >= MAX_ENTRIES && !is_first {
            return;
        }
        self.told += 1;
        let doubt = (!is_certain).then(|| effect.cause.clone().unwrap_or_else(Cause::provider));
        let path = if is_first && is_certain { way() } else { Vec::new() };
        all.push(Takedown { entry, lost, path, doubt });
    }
}

/// What decides under one loss of a zone; worked out when an entry goes down with it.
struct DecidingNodes<'p> {
    network: &'p Dependencies<'p>,
    played: &'p Played<'p>,
    certain: Option<Deciding>,
    possible: Option<Deciding>,
}

impl DecidingNodes<'_> {
    /// Adds what decides for one entry.
    fn tell(&mut self, entry: NodeId, lost: Failure, effect: &Effect, found: &mut Takedowns) {
        let (network, played) = (self.network, self.played);
        let on_entry = played.effect_on(entry);
        let mut sure: &BTreeSet<NodeId> = &BTreeSet::new();
        if effect.certain == Outcome::Down {
            let level: HowBad = |effect| effect.certain;
            let deciding = self.certain.get_or_insert_with(|| network.deciding(played, level, Outcome::Down));
            sure = deciding.get(&entry).unwrap_or(sure);
            for node in sure {
                found.add(*node, entry, lost, effect, true, || network.way_to(*node, entry, deciding));
            }
        }
        if on_entry.is_none_or(|effect| effect.possible < Outcome::Down) {
            // Only something that no edge leads to may take it down.
            return found.add(entry, entry, lost, effect, false, Vec::new);
        }
        let level: HowBad = |effect| effect.possible;
        let deciding = self.possible.get_or_insert_with(|| network.deciding(played, level, Outcome::Down));
        for node in deciding.get(&entry).into_iter().flatten().filter(|node| !sure.contains(*node)) {
            let own = played.effect_on(*node).filter(|own| own.is_unknown());
            found.add(*node, entry, lost, own.unwrap_or(effect), false, Vec::new);
        }
    }
}

impl Dependencies<'_> {
    /// For each node to which so much happens in this respect, where that begins.
    pub(super) fn deciding(&self, played: &Played<'_>, level: HowBad, worst: Outcome) -> Deciding {
        let is_down = |node: &NodeId| played.effect_on(*node).is_some_and(|effect| level(effect) >= worst);
        let mut down: Vec<NodeId> = played.touched().filter(is_down).collect();
        // What affects others comes first.
        down.sort_by_key(|node| (self.rank(*node), *node));
        let mut deciding = Deciding::default();
        for circle in down.chunk_by(|a, b| self.rank(*a) == self.rank(*b)) {
            let mut all = BTreeSet::new();
            for node in circle {
                let own = self.deciding_of_node(*node, played, (level, worst), &deciding);
                match own.is_empty() {
                    // What only needs others of its circle fails with what these need.
                    true if circle.len() > 1 => {}
                    true => drop(all.insert(*node)),
                    false => all.extend(own),
                }
            }
            while all.len() > MAX_DECIDING {
                all.pop_last();
            }
            for node in circle {
                let alone = || BTreeSet::from([*node]);
                deciding.insert(*node, if all.is_empty() { alone() } else { all.clone() });
            }
        }
        deciding
    }

    /// What decides for a node: itself where its own copies are lost. Empty where nothing does that is known by now.
    fn deciding_of_node(
        &self,
        node: NodeId,
        played: &Played<'_>,
        (level, worst): (HowBad, Outcome),
        deciding: &Deciding,
    ) -> BTreeSet<NodeId> {
        let Some(standing) = self.table.of(node) else { return BTreeSet::new() };
        if level(&self.own(node, standing, played)) >= worst {
            return BTreeSet::from([node]);
        }
        let parts = self.parts_of_needs(node, standing, played).into_iter();
        let parts = parts.filter(|(part, _)| level(part) >= worst);
        parts.flat_map(|(_, needs)| self.deciding_of_part(needs, deciding)).collect()
    }

    /// What decides for one kind of need.
    fn deciding_of_part(&self, needs: &[Need<'_>], deciding: &Deciding) -> BTreeSet<NodeId> {
        let mut each = needs.iter().filter_map(|need| deciding.get(&need.of));
        let loss = needs.first().and_then(|need| self.losses.get(need.loss));
        if loss.is_some_and(|loss| matches!(loss.effect, LossEffect::Any | LossEffect::AnyDefers)) {
            let first = each.next().cloned().unwrap_or_default();
            return each.fold(first, |all, own| all.intersection(own).copied().collect());
        }
        each.flatten().copied().collect()
    }

    /// The shortest way from an entry to a node that decides for it.
    pub(super) fn way_to(&self, node: NodeId, entry: NodeId, deciding: &Deciding) -> Vec<NodeId> {
        self.way_through(entry, node, |of| deciding.get(&of).is_some_and(|all| all.contains(&node)))
    }

    /// The shortest way from an entry to something that it needs.
    pub(super) fn shortest_way(&self, entry: NodeId, node: NodeId) -> Vec<NodeId> {
        self.way_through(entry, node, |_| true)
    }

    fn way_through(&self, entry: NodeId, node: NodeId, leads_there: impl Fn(NodeId) -> bool) -> Vec<NodeId> {
        let mut before: FxHashMap<NodeId, NodeId> = FxHashMap::default();
        let mut next = VecDeque::from([entry]);
        while let Some(at) = next.pop_front().filter(|at| *at != node) {
            for of in self.needs(at).iter().map(|need| need.of) {
                if (of == node || leads_there(of)) && of != entry && !before.contains_key(&of) {
                    before.insert(of, at);
                    next.push_back(of);
                }
            }
        }
        let mut way = vec![node];
        let mut at = node;
        while let Some(earlier) = before.get(&at) {
            way.push(*earlier);
            at = *earlier;
        }
        way.reverse();
        way
    }
}
