//! How a failure spreads: from copies that are gone to what needs them, along edges as the model's `loss` blocks say.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Failure;
use super::dependencies::{Cone, Dependencies, Need};
use super::effect::{Effect, Outcome};
use super::local::{Lost, node_lost, zones_lost};
use crate::analysis::standing::Standing;
use crate::model::{EdgeKind, LossEffect, Recovery};
use crate::value::equality::Truth;
use crate::value::{Cause, CauseKind, Known, NodeId};

/// What failures do to nodes; those that are not here are not touched.
#[derive(Debug, Default)]
pub(super) struct Played<'n> {
    lost: Vec<Failure>,
    /// For each lost zone, whether a zone of the table is that one.
    zones: Vec<&'n [Truth]>,
    /// The same for Regions.
    regions: Vec<&'n [Truth]>,
    effects: FxHashMap<NodeId, Effect>,
    /// What happens to nodes that tell what others are, but for what happens to their own copies.
    of_needs: FxHashMap<NodeId, Effect>,
}

/// Nodes that something may need although no edge says so: by the index of the kinds of edges that may lead to them.
pub(super) type Outside = BTreeMap<usize, Vec<(Outcome, Reverse<NodeId>)>>;

/// How often the copies left of a node are counted again while its outcome stays.
const MAX_RECOUNTS: u32 = 16;

impl Played<'_> {
    /// What happens to a node.
    pub(super) fn effect_on(&self, node: NodeId) -> Option<&Effect> {
        self.effects.get(&node)
    }

    /// What happens to a node that tells what another one is, but for what happens to its own copies.
    pub(super) fn effect_on_needs_of(&self, node: NodeId) -> Option<&Effect> {
        self.of_needs.get(&node)
    }

    /// The nodes to which something happens, in no order.
    pub(super) fn touched(&self) -> impl Iterator<Item = NodeId> {
        self.effects.keys().copied()
    }

    pub(super) fn touched_count(&self) -> usize {
        self.effects.len()
    }
}

impl Dependencies<'_> {
    /// Plays losses through, all at once. Where only some nodes are looked at, all that affects them must be among them.
    pub(super) fn play(&self, lost: &[Failure], among: Option<&FxHashSet<NodeId>>) -> Played<'_> {
        let mut played = Played { lost: lost.to_vec(), ..Played::default() };
        for failure in lost {
            match failure {
                Failure::Zone(zone) => played.zones.push(self.zones_lost(*zone)),
                Failure::Region(region) => played.regions.push(self.regions_lost(*region)),
                Failure::Node(_) => {}
            }
        }
        let is_looked_at = |node: &NodeId| among.is_none_or(|among| among.contains(node));
        // What affects others comes first, so that most nodes are looked at once.
        let at = |node: NodeId| (self.rank(node), node);
        let touched = lost.iter().flat_map(|failure| self.touched_by(*failure));
        let mut next: BTreeSet<(usize, NodeId)> = touched.filter(is_looked_at).map(at).collect();
        let mut recounted: FxHashMap<NodeId, u32> = FxHashMap::default();
        while let Some((_, node)) = next.pop_first() {
            let of_needs = self.effect_of_needs(node, &played);
            let effect = self.effect(node, &of_needs, &played);
            let outcomes = |effect: &Effect| (effect.certain, effect.possible);
            let mut are_needs_same = true;
            if self.describes(node) {
                let known = played.of_needs.entry(node).or_default();
                are_needs_same = outcomes(known) == outcomes(&of_needs);
                *known = of_needs;
            }
            let before = played.effects.get(&node);
            let is_same = before.map_or(effect.is_nothing(), |before| outcomes(before) == outcomes(&effect));
            if is_same && are_needs_same {
                let is_counted = before.is_none_or(|before| before.left == effect.left);
                // Outcomes only grow, but counts may go around in a cycle.
                let recounts = recounted.entry(node).or_insert(0_u32);
                if is_counted || *recounts == MAX_RECOUNTS {
                    continue;
                }
                *recounts += 1;
            }
            played.effects.insert(node, effect);
            next.extend(self.affects(node).iter().filter(|node| is_looked_at(node)).map(|node| at(*node)));
        }
        played
    }

    /// What the failure does to the node's own copies.
    pub(super) fn own(&self, node: NodeId, standing: &Standing, played: &Played<'_>) -> Effect {
        let mut effect = Effect::default();
        if played.lost.iter().any(|lost| self.loses_copy(node, *lost)) {
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
            let of = count(standing.zones.len() + standing.added_zones);
            let mut lost = Lost { of, most: Some(count(played.zones.len())), ..Lost::default() };
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

    /// Whether a failure is the loss of a node, or of what is one copy of it.
    fn loses_copy(&self, node: NodeId, lost: Failure) -> bool {
        let Failure::Node(lost) = lost else { return false };
        lost == node || self.table.of(lost).and_then(|standing| standing.copy_of) == Some(node)
    }

    /// The effect on a node, from its own copies and from everything that it needs.
    fn effect(&self, node: NodeId, of_needs: &Effect, played: &Played<'_>) -> Effect {
        let Some(standing) = self.table.of(node) else { return Effect::default() };
        let mut effect = self.own(node, standing, played);
        effect.and(of_needs);
        effect
    }

    fn effect_of_needs(&self, node: NodeId, played: &Played<'_>) -> Effect {
        let Some(standing) = self.table.of(node) else { return Effect::default() };
        let mut effect = Effect::default();
        self.parts_of_needs(node, standing, played).iter().for_each(|(part, _)| effect.and(part));
        effect
    }

    /// The effect of what a node needs: a part for each kind of need that is touched.
    pub(super) fn parts_of_needs<'n>(
        &'n self,
        node: NodeId,
        standing: &Standing,
        played: &Played<'_>,
    ) -> Vec<(Effect, &'n [Need<'n>])> {
        let of = |need: &Need<'_>| self.effect_of(need, played);
        let mut parts = Vec::new();
        for (loss, needs) in self.needs_by_loss(node) {
            if needs.iter().all(|need| of(need).is_nothing()) {
                continue;
            }
            let effects: Vec<Cow<'_, Effect>> = needs.iter().map(of).collect();
            let part = match loss.effect {
                LossEffect::Needs | LossEffect::DescribedBy => Effect::all_of(&effects),
                LossEffect::Any => {
                    let spares: Vec<Cow<'_, Effect>> = self.spares(node).map(of).collect();
                    let part = Effect::any_of(&effects).covered(&spares);
                    // One that is not known may stand in for all that are.
                    match self.open_needs(node, needs) {
                        Some(cause) if part.certain > Outcome::Degraded => {
                            Effect::between(Outcome::Survives, part.possible, Some(cause))
                        }
                        _ => part,
                    }
                }
                LossEffect::StandsIn => continue,
                LossEffect::ToStart => {
                    Effect::all_of(&effects).once_stopped(&self.stopped(node, standing, played))
                }
                LossEffect::Defers => Effect::all_of(&effects).deferred(),
                LossEffect::AnyDefers => Effect::any_of(&effects).deferred(),
                LossEffect::HandsOver => Effect::all_of(&effects).refused(),
                LossEffect::PerCopy => self.copies_lost((node, standing), needs, played),
                LossEffect::May => {
                    let worst = Effect::all_of(&effects).possible;
                    Effect::between(Outcome::Survives, worst, self.doubt(node, needs, played))
                }
            };
            parts.push((part, needs));
        }
        parts
    }

    /// What happens to the copies of a node that a controller starts again.
    fn stopped(&self, node: NodeId, standing: &Standing, played: &Played<'_>) -> Effect {
        let mut stopped = self.own(node, standing, played);
        for (_, needs) in self.needs_by_loss(node).filter(|(loss, _)| loss.effect == LossEffect::PerCopy) {
            stopped.and(&self.copies_lost((node, standing), needs, played));
        }
        match &standing.recovery {
            Known::Yes(Recovery::Relaunch) => stopped,
            Known::Yes(_) => Effect::default(),
            Known::No(cause) => Effect::between(Outcome::Survives, stopped.possible, Some(cause.clone())),
        }
    }

    /// What takes over once all that a node needs one of have failed.
    pub(super) fn spares(&self, node: NodeId) -> impl Iterator<Item = &Need<'_>> {
        let stands_in = |need: &&Need<'_>| {
            self.losses.get(need.loss).is_some_and(|loss| loss.effect == LossEffect::StandsIn)
        };
        self.needs(node).iter().filter(stands_in)
    }

    /// Whether a node would be down if nothing took over.
    pub(super) fn is_without_spares_down(&self, node: NodeId, played: &Played<'_>, level: HowBad) -> bool {
        let mut needs = self.needs_by_loss(node).filter(|(loss, _)| loss.effect == LossEffect::Any);
        needs.any(|(_, needs)| {
            let effects: Vec<Cow<'_, Effect>> =
                needs.iter().map(|need| self.effect_of(need, played)).collect();
            level(&Effect::any_of(&effects)) == Outcome::Down
        })
    }

    /// Why it is not known whether a node fails with what it may need.
    fn doubt(&self, node: NodeId, needs: &[Need<'_>], played: &Played<'_>) -> Option<Arc<Cause>> {
        let touched = needs.iter().find(|need| !self.effect_of(need, played).is_nothing())?;
        let (node, of) = (self.graph.node(node)?, self.graph.node(touched.of)?);
        let subject = ecow::eco_format!("whether anything in {} needs {}", node.address, of.address);
        Some(Cause::new(CauseKind::OutsideConfiguration, subject, None))
    }

    /// What single copies need, by the zone in which it stands; at the end what stands nobody knows where.
    pub(super) fn by_zone<'n>(
        &self,
        needs: &'n [Need<'n>],
    ) -> (Vec<(usize, Vec<&'n Need<'n>>)>, Vec<&'n Need<'n>>) {
        let mut zones: BTreeMap<usize, Vec<&Need<'_>>> = BTreeMap::new();
        let mut loose = Vec::new();
        for need in needs {
            let standing = self.table.of(need.of);
            let zone = standing.and_then(|standing| standing.zones.first()).copied();
            let is_chosen = |zone| self.table.zones.get(zone).is_some_and(|zone| zone.is_chosen);
            match zone {
                Some(zone) if !is_chosen(zone) => zones.entry(zone).or_default().push(need),
                None if standing.is_some_and(|standing| standing.open.is_none()) => {
                    // What depends on no zone is there for all copies.
                    zones.entry(usize::MAX).or_default().push(need);
                }
                _ => loose.push(need),
            }
        }
        (zones.into_iter().collect(), loose)
    }

    /// The effect of losing what single copies need: all those in a zone are gone where everything that they could use there is.
    fn copies_lost(
        &self,
        (node, standing): (NodeId, &Standing),
        needs: &[Need<'_>],
        played: &Played<'_>,
    ) -> Effect {
        let of = |need: &&Need<'_>| self.effect_of(need, played);
        let (zones, loose) = self.by_zone(needs);
        let causes = needs.iter().filter_map(|need| of(&need).cause.clone());
        // Where a subnet is added, copies stand in it, but leave by what the others leave by.
        let is_place = needs.iter().any(|need| need.kind == EdgeKind::InSubnet);
        let of_zones = count(zones.len() + if is_place { standing.added_zones } else { 0 });
        let mut lost = Lost { of: of_zones, cause: causes.min(), ..Lost::default() };
        let mut left = Effect::default();
        let mut gone: Vec<(usize, Vec<&Need<'_>>)> = Vec::new();
        for (zone, needs) in zones {
            let effects: Vec<Cow<'_, Effect>> = needs.iter().map(of).collect();
            let effect = Effect::any_of(&effects);
            if effect.possible < Outcome::Interrupted {
                left.and(&effect);
                continue;
            }
            let is_certain = effect.certain >= Outcome::Interrupted;
            let is_standing = needs.iter().any(|need| self.stands_elsewhere(need.of, played));
            if is_standing && !is_certain {
                left.and(&Effect { left: effect.left, ..Effect::known(effect.certain) });
            }
            lost.certain += u64::from(is_certain);
            lost.possible += u64::from(!is_certain);
            lost.is_standing |= is_standing;
            gone.push((zone, needs));
        }
        for effect in loose.iter().map(of).filter(|effect| effect.certain < Outcome::Interrupted) {
            match effect.possible < Outcome::Interrupted {
                true => left.and(&effect),
                false => left.and(&Effect { left: effect.left, ..Effect::known(effect.certain) }),
            }
        }
        let closed = Standing { open: None, ..standing.clone() };
        let mut effect = match loose.is_empty() {
            true => {
                let lost = Lost { most: self.most_zones(&gone, played), ..lost };
                match self.open_needs(node, needs) {
                    // At best, copies have what they need in one zone more.
                    Some(cause) => {
                        let best = zones_lost(&closed, &Lost { of: lost.of + 1, ..lost.clone() });
                        let worst = zones_lost(&closed, &lost);
                        Effect::between(best.certain.min(worst.certain), worst.possible, Some(cause))
                    }
                    None => zones_lost(&closed, &lost),
                }
            }
            false => self.loose_lost(&closed, lost, &loose, played),
        };
        effect.and(&left);
        effect
    }

    /// The most of these zones that are lost together, if nothing but zones takes away what stands in them: a lost zone is one zone, and
    /// two that certainly differ are not both that one.
    fn most_zones(&self, gone: &[(usize, Vec<&Need<'_>>)], played: &Played<'_>) -> Option<u64> {
        let is_own = |need: &&Need<'_>| {
            let (Some(standing), effect) = (self.table.of(need.of), self.effect_of(need, played)) else {
                return false;
            };
            standing.zones.len() == 1
                && standing.open.is_none()
                && self.own(need.of, standing, played).possible >= effect.possible
        };
        let is_by_zones = played.lost.iter().all(|lost| matches!(lost, Failure::Zone(_)));
        if !is_by_zones || !gone.iter().flat_map(|(_, needs)| needs).all(is_own) {
            return None;
        }
        let may_be_one = |a: usize, b: usize| !matches!(self.zones_lost(a).get(b), Some(Truth::No));
        let with = |(a, _): &(usize, _)| gone.iter().filter(|(b, _)| may_be_one(*a, *b)).count();
        // Of each pair that differs, one is left.
        let mut rest: Vec<usize> = gone.iter().map(|(zone, _)| *zone).collect();
        let mut pairs = 0;
        while let Some(zone) = rest.pop() {
            if let Some(other) = rest.iter().position(|other| !may_be_one(zone, *other)) {
                rest.swap_remove(other);
                pairs += 1;
            }
        }
        let together = gone.iter().map(with).max()?.min(gone.len() - pairs);
        Some(count(played.lost.len()).saturating_mul(count(together)))
    }

    /// Whether a node stands in a zone that is not lost, or in none.
    fn stands_elsewhere(&self, node: NodeId, played: &Played<'_>) -> bool {
        let zones = self.table.of(node).map_or(&[][..], |standing| &standing.zones);
        zones.is_empty() || zones.iter().any(|zone| matches!(is_lost(*zone, &played.zones), Truth::No))
    }

    /// The same where some of what copies need may stand in any zone, also in one of the others.
    fn loose_lost(&self, closed: &Standing, known: Lost, loose: &[&Need<'_>], played: &Played<'_>) -> Effect {
        let level =
            |need: &&&Need<'_>, level: HowBad| level(&self.effect_of(need, played)) >= Outcome::Interrupted;
        let all = count(loose.len());
        let certain = count(loose.iter().filter(|need| level(need, |effect| effect.certain)).count());
        let possible = count(loose.iter().filter(|need| level(need, |effect| effect.possible)).count());
        // At best each has a zone of its own, and those that work are where others do not.
        let zones = known.of + all;
        let least = match certain == all {
            true if known.certain == known.of => zones,
            true => known.certain,
            false => 0,
        };
        let best = zones_lost(closed, &Lost { of: zones, certain: least, possible: 0, ..known.clone() });
        // At worst those that are lost have zones of their own, and the others stand where something works already.
        let most = known.certain + known.possible;
        let works_elsewhere = u64::from(most == known.of && possible < all);
        let of = known.of + possible + works_elsewhere;
        let worst = zones_lost(
            closed,
            &Lost { of, certain: 0, possible: most + possible, is_standing: true, ..known },
        );
        let place = loose.first().and_then(|need| self.table.of(need.of)?.open.clone());
        let cause = place.or_else(|| best.cause.clone()).or_else(|| worst.cause.clone());
        Effect { left: best.left, ..Effect::between(best.certain, worst.possible, cause) }
    }

    /// The nodes that an open end may lead to, by the kinds of edges that may, with the worst that may happen to them, the worst first.
    pub(super) fn outside(&self, played: &Played<'_>) -> Outside {
        let mut outside = Outside::new();
        let touched = played.effects.iter();
        touched.for_each(|(node, effect)| {
            if let Some(set) = self.may_be_needed(*node) {
                outside.entry(set).or_default().push((effect.possible, Reverse(*node)));
            }
        });
        for nodes in outside.values_mut() {
            nodes.sort_unstable_by(|a, b| b.cmp(a));
        }
        outside
    }

    /// The effect on an entry, with what it may need although no edge says so.
    pub(super) fn effect_at(&self, cone: &Cone<'_>, played: &Played<'_>, outside: &Outside) -> Effect {
        let mut effect = played.effects.get(&cone.entry).cloned().unwrap_or_default();
        if cone.open.is_empty() {
            return effect;
        }
        // An edge needs two ends of its kind.
        for (set, outside) in outside {
            let Some(cause) = self.may_need(cone, *set) else { continue };
            let nodes = self.nodes(cone);
            if let Some((worst, _)) = outside.iter().find(|(_, Reverse(node))| !nodes.contains(node)) {
                effect.and(&Effect::between(Outcome::Survives, *worst, Some(cause.clone())));
            }
        }
        effect
    }

    /// The way from an entry to what was lost, along what affects it most.
    pub(super) fn path(&self, entry: NodeId, played: &Played<'_>) -> Vec<NodeId> {
        let Some(effect) = played.effects.get(&entry) else { return Vec::new() };
        // What is certain is shown by what is certain; only what may be, by what may be.
        let level: HowBad =
            if effect.is_unknown() { |effect| effect.possible } else { |effect| effect.certain };
        let mut path = vec![entry];
        let mut on_path: FxHashSet<NodeId> = path.iter().copied().collect();
        let mut at = entry;
        while let Some(next) = self.step(at, &on_path, level, played) {
            path.push(next);
            on_path.insert(next);
            at = next;
        }
        // What was lost may be one copy of where the way ends.
        path.extend(played.lost.iter().find_map(|lost| match lost {
            Failure::Node(copy) if *copy != at && self.loses_copy(at, *lost) => Some(*copy),
            _ => None,
        }));
        path
    }

    /// The node that affects another one as much as it is affected; none where its own copies are what is lost.
    fn step(
        &self,
        at: NodeId,
        path: &FxHashSet<NodeId>,
        level: HowBad,
        played: &Played<'_>,
    ) -> Option<NodeId> {
        let standing = self.table.of(at)?;
        let wanted = level(played.effects.get(&at)?);
        if level(&self.own(at, standing, played)) >= wanted {
            return None;
        }
        let parts = self.parts_of_needs(at, standing, played);
        let (_, needs) = parts.into_iter().find(|(part, _)| level(part) >= wanted)?;
        // Where one of several would do, the last of them decides: not what stands in what is lost, but what goes on to it.
        let does_one_do = needs.first().is_some_and(|need| self.does_one_do(need));
        let leads_on = |of: NodeId, effect: &Effect| {
            let own = self.table.of(of).map(|standing| self.own(of, standing, played));
            does_one_do && own.is_some_and(|own| level(&own) < level(effect))
        };
        let worst = needs
            .iter()
            .filter_map(|need| {
                let effect = self.effect_of(need, played);
                let way = self.lost_at(need, level, played).filter(|next| !path.contains(next))?;
                Some((level(&effect), leads_on(need.of, &effect), Reverse(way)))
            })
            .max();
        worst.map(|(_, _, Reverse(node))| node)
    }
}

/// How bad an effect is, in one of its two respects.
pub(super) type HowBad = fn(&Effect) -> Outcome;

/// Whether a zone or a Region of the table is lost.
fn is_lost(zone: usize, all_lost: &[&[Truth]]) -> Truth {
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
