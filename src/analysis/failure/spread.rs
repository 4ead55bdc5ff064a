//! How a failure spreads: from copies that are gone to what needs them, along edges as the model's `loss` blocks say.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Failure;
use super::effect::{Effect, Outcome};
use super::local::{Lost, node_lost, zones_lost};
use crate::analysis::standing::{Standing, Table};
use crate::graph::Graph;
use crate::model::{EdgeKind, Loss, LossEffect};
use crate::value::equality::Truth;
use crate::value::{Cause, CauseKind, NodeId};

/// A graph with who is affected by the loss of whom.
pub struct Dependencies<'a> {
    graph: &'a Graph<'a>,
    table: &'a Table,
    losses: &'a [Loss],
    /// What a node is affected by: index of the loss, kind of edge, and the other node. By the index of the node's id.
    needs: Vec<Vec<Need>>,
    /// The nodes that a node affects, by the index of its id.
    affects: Vec<Vec<NodeId>>,
}

/// One thing that a node is affected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Need {
    loss: usize,
    kind: EdgeKind,
    of: NodeId,
}

/// What failures do to nodes; those that are not here are not touched.
#[derive(Debug, Default)]
pub(super) struct Played {
    lost: Vec<Failure>,
    /// For each lost zone, whether a zone of the table is that one.
    zones: Vec<Vec<Truth>>,
    /// The same for Regions.
    regions: Vec<Vec<Truth>>,
    effects: FxHashMap<NodeId, Effect>,
}

/// How often the copies left of a node are counted again while its outcome stays.
const MAX_RECOUNTS: u32 = 16;

/// How bad an effect is, in one of its two respects.
type HowBad = fn(&Effect) -> Outcome;

/// What an entry may be affected by.
#[derive(Debug, Default)]
pub(super) struct Cone {
    nodes: FxHashSet<NodeId>,
    /// Why something in it may need more.
    open: Option<Arc<Cause>>,
}

impl Cone {
    /// Whether a node is in it.
    pub(super) fn has(&self, node: NodeId) -> bool {
        self.nodes.contains(&node)
    }
}

impl<'a> Dependencies<'a> {
    /// The network of a graph.
    #[must_use]
    pub fn of(graph: &'a Graph<'a>, table: &'a Table) -> Self {
        let losses: &'a [Loss] = &graph.model.losses;
        let mut needs: Vec<Vec<Need>> = graph.nodes().map(|_| Vec::new()).collect();
        let mut affects: Vec<Vec<NodeId>> = needs.iter().map(|_| Vec::new()).collect();
        for (from, to, edge) in graph.edges_of_all() {
            for (index, loss) in losses.iter().enumerate() {
                if !loss.kinds.contains(&edge.kind) {
                    continue;
                }
                let (affected, of) = if loss.reverse { (to, from) } else { (from, to) };
                let is_meant = |id| graph.node(id).is_some_and(|node| loss.of.contains(&node.type_));
                if !loss.of.is_empty() && !is_meant(affected) {
                    continue;
                }
                if let Some(needs) = needs.get_mut(affected.index()) {
                    needs.push(Need { loss: index, kind: edge.kind, of });
                }
                if let Some(affects) = affects.get_mut(of.index()) {
                    affects.push(affected);
                }
            }
        }
        needs.iter_mut().for_each(|needs| needs.sort_unstable());
        affects.iter_mut().for_each(|affects| {
            affects.sort_unstable();
            affects.dedup();
        });
        Self { graph, table, losses, needs, affects }
    }

    fn needs(&self, node: NodeId) -> &[Need] {
        self.needs.get(node.index()).map_or(&[], Vec::as_slice)
    }

    /// Everything that a node may be affected by, itself too.
    pub(super) fn cone(&self, entry: NodeId) -> Cone {
        let mut cone = Cone::default();
        let mut next = vec![entry];
        cone.nodes.insert(entry);
        while let Some(at) = next.pop() {
            for need in self.needs(at) {
                if cone.nodes.insert(need.of) {
                    next.push(need.of);
                }
            }
        }
        let mut nodes: Vec<NodeId> = cone.nodes.iter().copied().collect();
        nodes.sort();
        let kinds: BTreeSet<EdgeKind> = self
            .losses
            .iter()
            .filter(|loss| loss.effect != LossEffect::PerCopy && !loss.reverse)
            .flat_map(|loss| loss.kinds.iter().copied())
            .collect();
        let open = |node: &NodeId| kinds.iter().find_map(|kind| self.graph.open_end(*node, *kind));
        cone.open = nodes.iter().filter_map(open).min();
        cone
    }

    /// Whether a loss takes something away from what is in a cone.
    pub(super) fn touches(&self, cone: &Cone, lost: Failure) -> bool {
        match lost {
            Failure::Node(node) => cone.has(node),
            Failure::Zone(zone) => {
                let same = self.table.zones_lost_with(zone, self.graph);
                let is_lost = |zone: &usize| matches!(same.get(*zone), Some(Truth::Yes));
                cone.nodes.iter().any(|node| {
                    self.table.of(*node).is_some_and(|standing| standing.zones.iter().any(is_lost))
                })
            }
            Failure::Region(region) => {
                let same = self.table.regions_lost_with(region, self.graph);
                let is_lost = |region: usize| matches!(same.get(region), Some(Truth::Yes));
                cone.nodes
                    .iter()
                    .any(|node| self.table.of(*node).is_some_and(|own| own.region.is_some_and(is_lost)))
            }
        }
    }

    /// Plays losses through, all at once.
    pub(super) fn play(&self, lost: &[Failure]) -> Played {
        let mut played = Played { lost: lost.to_vec(), ..Played::default() };
        for failure in lost {
            match failure {
                Failure::Zone(zone) => played.zones.push(self.table.zones_lost_with(*zone, self.graph)),
                Failure::Region(region) => {
                    played.regions.push(self.table.regions_lost_with(*region, self.graph));
                }
                Failure::Node(_) => {}
            }
        }
        let mut next: BTreeSet<NodeId> = self.touched(&played).collect();
        let mut recounted: FxHashMap<NodeId, u32> = FxHashMap::default();
        while let Some(node) = next.pop_first() {
            let effect = self.effect(node, &played);
            let before = played.effects.get(&node);
            let is_same = before.map_or(effect.is_nothing(), |before| {
                (before.certain, before.possible) == (effect.certain, effect.possible)
            });
            if is_same {
                let is_counted = before.is_none_or(|before| before.left == effect.left);
                // Outcomes only grow, but counts may go around in a cycle.
                let recounts = recounted.entry(node).or_insert(0_u32);
                if is_counted || *recounts == MAX_RECOUNTS {
                    continue;
                }
                *recounts += 1;
            }
            played.effects.insert(node, effect);
            next.extend(self.affects.get(node.index()).into_iter().flatten());
        }
        played
    }

    /// Nodes that lose something themselves.
    fn touched<'p>(&'p self, played: &'p Played) -> impl Iterator<Item = NodeId> + 'p {
        let nodes = played.lost.iter().filter_map(|failure| match failure {
            Failure::Node(node) => Some(*node),
            Failure::Zone(_) | Failure::Region(_) => None,
        });
        let is_touched = |(id, standing): &(NodeId, &Standing)| !self.own(*id, standing, played).is_nothing();
        // A lost node touches itself only: nobody else need be looked at.
        let is_node = played.zones.is_empty() && played.regions.is_empty();
        let all = if is_node { None } else { Some(self.graph.nodes()) };
        let all = all.into_iter().flatten().filter_map(|(id, _)| Some((id, self.table.of(id)?)));
        nodes.chain(all.filter(is_touched).map(|(id, _)| id))
    }

    /// What the failure does to the node's own copies.
    fn own(&self, node: NodeId, standing: &Standing, played: &Played) -> Effect {
        let mut effect = Effect::default();
        if played.lost.contains(&Failure::Node(node)) {
            effect.and(&node_lost(standing));
        }
        match standing.region.map_or(Truth::No, |region| is_lost(region, &played.regions)) {
            Truth::Yes => effect.and(&Effect::known(Outcome::Down)),
            Truth::No => {}
            Truth::Unknown(cause) => {
                effect.and(&Effect::between(Outcome::Survives, Outcome::Down, Some(cause)));
            }
        }
        if !played.zones.is_empty() {
            let mut lost = Lost { of: count(standing.zones.len()), ..Lost::default() };
            for zone in &standing.zones {
                match is_lost(*zone, &played.zones) {
                    Truth::Yes => lost.certain += 1,
                    Truth::No => {}
                    Truth::Unknown(cause) => {
                        lost.possible += 1;
                        lost.cause.get_or_insert(cause);
                    }
                }
            }
            effect.and(&zones_lost(standing, &lost));
        }
        effect
    }

    /// The effect on a node, from its own copies and from everything that it needs.
    fn effect(&self, node: NodeId, played: &Played) -> Effect {
        let Some(standing) = self.table.of(node) else { return Effect::default() };
        let mut effect = self.own(node, standing, played);
        for (part, _) in self.parts_of_needs(node, standing, played) {
            effect.and(&part);
        }
        effect
    }

    /// The effect of what a node needs: a part for each kind of need that is touched.
    fn parts_of_needs<'n>(
        &'n self,
        node: NodeId,
        standing: &Standing,
        played: &Played,
    ) -> Vec<(Effect, &'n [Need])> {
        let nothing = Effect::default();
        let of = |need: &Need| played.effects.get(&need.of).unwrap_or(&nothing);
        let mut parts = Vec::new();
        for needs in self.needs(node).chunk_by(|a, b| (a.loss, a.kind) == (b.loss, b.kind)) {
            let Some(loss) = needs.first().and_then(|need| self.losses.get(need.loss)) else { continue };
            if needs.iter().all(|need| of(need).is_nothing()) {
                continue;
            }
            let effects: Vec<&Effect> = needs.iter().map(of).collect();
            let part = match loss.effect {
                LossEffect::Needs => Effect::all_of(&effects),
                LossEffect::Any => Effect::any_of(&effects),
                LossEffect::Defers => Effect::all_of(&effects).deferred(),
                LossEffect::AnyDefers => Effect::any_of(&effects).deferred(),
                LossEffect::PerCopy => self.copies_lost(standing, needs, played),
                LossEffect::May => {
                    let worst = Effect::all_of(&effects).possible;
                    Effect::between(Outcome::Survives, worst, self.doubt(node, needs, played))
                }
            };
            parts.push((part, needs));
        }
        parts
    }

    /// Why it is not known whether a node fails with what it may need.
    fn doubt(&self, node: NodeId, needs: &[Need], played: &Played) -> Option<Arc<Cause>> {
        let touched =
            needs.iter().find(|need| played.effects.get(&need.of).is_some_and(|it| !it.is_nothing()))?;
        let (node, of) = (self.graph.node(node)?, self.graph.node(touched.of)?);
        let subject = ecow::eco_format!("whether anything in {} needs {}", node.address, of.address);
        Some(Cause::new(CauseKind::OutsideConfiguration, subject, None))
    }

    /// The effect of losing what single copies need: all those in a zone are gone where everything that they could use there is.
    fn copies_lost(&self, standing: &Standing, needs: &[Need], played: &Played) -> Effect {
        let nothing = Effect::default();
        let mut zones: BTreeMap<usize, Vec<&Effect>> = BTreeMap::new();
        for need in needs {
            let effect = played.effects.get(&need.of).unwrap_or(&nothing);
            let own = self.table.of(need.of).and_then(|standing| standing.zones.first()).copied();
            zones.entry(own.unwrap_or(usize::MAX)).or_default().push(effect);
        }
        let causes = needs.iter().filter_map(|need| played.effects.get(&need.of)?.cause.clone());
        let mut lost = Lost { of: count(zones.len()), cause: causes.min(), ..Lost::default() };
        let mut left = Effect::default();
        for (zone, effects) in zones {
            let effect = Effect::any_of(&effects);
            if effect.possible < Outcome::Interrupted {
                left.and(&effect);
                continue;
            }
            let is_certain = effect.certain >= Outcome::Interrupted;
            let is_standing = matches!(is_lost(zone, &played.zones), Truth::No);
            if is_standing && !is_certain {
                left.and(&Effect { left: effect.left, ..Effect::known(effect.certain) });
            }
            lost.certain += u64::from(is_certain);
            lost.possible += u64::from(!is_certain);
            lost.is_standing |= is_standing;
        }
        let closed = Standing { open: None, ..standing.clone() };
        let mut effect = zones_lost(&closed, &lost);
        effect.and(&left);
        effect
    }

    /// The effect on an entry, with what it may need although no edge says so.
    pub(super) fn effect_at(&self, entry: NodeId, cone: &Cone, played: &Played) -> Effect {
        let mut effect = played.effects.get(&entry).cloned().unwrap_or_default();
        let Some(cause) = &cone.open else { return effect };
        let outside = played.effects.iter().filter(|(node, _)| !cone.nodes.contains(*node));
        let worst = outside
            .filter(|(node, _)| self.may_be_needed(**node))
            .map(|(_, effect)| effect.possible)
            .max()
            .unwrap_or_default();
        effect.and(&Effect::between(Outcome::Survives, worst, Some(cause.clone())));
        effect
    }

    /// Whether an edge may lead to a node that is not known.
    fn may_be_needed(&self, node: NodeId) -> bool {
        let kinds = self.losses.iter().filter(|loss| !loss.reverse && loss.effect != LossEffect::PerCopy);
        kinds.flat_map(|loss| &loss.kinds).any(|kind| self.graph.open_start(node, *kind).is_some())
    }

    /// The way from an entry to what was lost, along what affects it most.
    pub(super) fn path(&self, entry: NodeId, played: &Played) -> Vec<NodeId> {
        let Some(effect) = played.effects.get(&entry) else { return Vec::new() };
        // What is certain is shown by what is certain; only what may be, by what may be.
        let level: HowBad =
            if effect.is_unknown() { |effect| effect.possible } else { |effect| effect.certain };
        let mut path = vec![entry];
        let mut at = entry;
        while let Some(next) = self.step(at, &path, level, played) {
            path.push(next);
            at = next;
        }
        path
    }

    /// The node that affects another one as much as it is affected; none where its own copies are what is lost.
    fn step(&self, at: NodeId, path: &[NodeId], level: HowBad, played: &Played) -> Option<NodeId> {
        let standing = self.table.of(at)?;
        let wanted = level(played.effects.get(&at)?);
        if level(&self.own(at, standing, played)) >= wanted {
            return None;
        }
        let parts = self.parts_of_needs(at, standing, played);
        let (_, needs) = parts.into_iter().find(|(part, _)| level(part) >= wanted)?;
        // Where one of several would do, the last of them decides: not what stands in what is lost, but what goes on to it.
        let does_one_do = needs
            .first()
            .and_then(|need| self.losses.get(need.loss))
            .is_some_and(|loss| loss.effect.does_one_do());
        let leads_on = |of: NodeId, effect: &Effect| {
            let own = self.table.of(of).map(|standing| self.own(of, standing, played));
            does_one_do && own.is_some_and(|own| level(&own) < level(effect))
        };
        let worst = needs
            .iter()
            .filter(|need| !path.contains(&need.of))
            .filter_map(|need| {
                let effect = played.effects.get(&need.of)?;
                Some((level(effect), leads_on(need.of, effect), Reverse(need.of)))
            })
            .max();
        worst.map(|(_, _, Reverse(node))| node)
    }
}

/// Whether a zone or a Region of the table is lost.
fn is_lost(zone: usize, all_lost: &[Vec<Truth>]) -> Truth {
    let mut all = Truth::No;
    for lost in all_lost {
        match lost.get(zone) {
            Some(Truth::Yes) => return Truth::Yes,
            Some(Truth::Unknown(cause)) => all = Truth::Unknown(cause.clone()),
            Some(Truth::No) | None => {}
        }
    }
    all
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
