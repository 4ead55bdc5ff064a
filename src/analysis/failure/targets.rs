//! What an entry has to withstand, and whether it does: zones, the time until it serves again, and how much data may be lost.
//!
//! Each target is achievable, not achievable with what decides, or unknown with the cause. How long a recovery takes is data of the
//! model, an interval for each node; where nobody says it, the target is unknown.

use std::fmt::{Display, Formatter, Result};
use std::sync::Arc;

use super::dependencies::{Cone, Dependencies};
use super::effect::{Effect, Outcome};
use super::spread::{HowBad, Outside, Played};
use super::{Failure, all_failures};
use crate::model::Role;
use crate::value::{Cause, CauseKind, NodeId, Str};

/// No more sets of zones are lost for one entry.
const MAX_SETS: usize = 1000;

/// What has to hold for an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// In how many zones it stands.
    pub zones: Option<usize>,
    /// How many seconds it may take until it serves again.
    pub rto: Option<u64>,
    /// Of how many seconds data may be lost.
    pub rpo: Option<u64>,
}

/// One of the targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    Zones,
    Rto,
    Rpo,
}

impl TargetKind {
    /// Its name in configs and every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zones => "zones",
            Self::Rto => "rto",
            Self::Rpo => "rpo",
        }
    }
}

/// How long something takes, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpan {
    /// At least.
    pub least: u64,
    /// At most; none if nobody says so.
    pub most: Option<u64>,
}

impl TimeSpan {
    /// What never ends: longer than anything that somebody declares.
    pub const NEVER: Self = Self { least: u64::MAX, most: None };
}

impl Display for TimeSpan {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.most {
            Some(most) if most == self.least => f.write_str(&in_words(most)),
            Some(most) if self.least == 0 => write!(f, "up to {}", in_words(most)),
            Some(most) => write!(f, "{} to {}", in_words(self.least), in_words(most)),
            None => write!(f, "{} or more", in_words(self.least)),
        }
    }
}

/// A time in words: `31 days 1 hour`.
fn in_words(seconds: u64) -> String {
    let mut left = seconds;
    let mut words: Vec<String> = Vec::new();
    for (unit, size) in [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)] {
        let count = left / size;
        left %= size;
        if count > 0 {
            words.push(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
        }
    }
    if words.is_empty() { "0 seconds".to_owned() } else { words.join(" ") }
}

/// Whether a target is met.
#[derive(Clone, Debug)]
pub enum IsMet {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It is not known.
    Unknown(Arc<Cause>),
}

/// What became of one target.
#[derive(Clone, Debug)]
pub struct TargetVerdict {
    pub kind: TargetKind,
    /// The number that is asked for.
    pub wanted: u64,
    pub met: IsMet,
    /// The losses that decide; none where the target is met.
    pub lost: Vec<Failure>,
    /// From the entry to what decides.
    pub path: Vec<NodeId>,
    /// How long what decides takes, or how much it loses; none where nothing brings it back.
    pub takes: Option<TimeSpan>,
}

/// What the model says of times.
pub trait RecoveryTimes {
    /// How long it takes until a node serves again.
    fn time(&self, node: NodeId) -> Option<TimeSpan>;
    /// How much of the latest data is lost with it.
    fn point(&self, node: NodeId) -> Option<TimeSpan>;
}

/// The worst that was found for one target so far.
struct Worst {
    verdict: TargetVerdict,
    /// How bad it is: what is certain before what is possible.
    rank: u8,
}

impl Worst {
    fn new(kind: TargetKind, wanted: u64) -> Self {
        let verdict =
            TargetVerdict { kind, wanted, met: IsMet::Yes, lost: Vec::new(), path: Vec::new(), takes: None };
        Self { verdict, rank: 0 }
    }

    fn find(
        &mut self,
        met: IsMet,
        lost: &[Failure],
        path: impl FnOnce() -> Vec<NodeId>,
        takes: Option<TimeSpan>,
    ) {
        let rank = match met {
            IsMet::Yes => 0,
            IsMet::Unknown(_) => 1,
            IsMet::No => 2,
        };
        // Of several that decide, what takes longest; of equals the first.
        let is_longer = rank == self.rank && longest(takes) > longest(self.verdict.takes) && rank > 0;
        if rank > self.rank || is_longer && rank == 2 {
            self.rank = rank;
            self.verdict =
                TargetVerdict { met, lost: lost.to_vec(), path: path(), takes, ..self.verdict.clone() };
        }
    }
}

/// For order: what nothing brings back takes longer than anything.
fn longest(takes: Option<TimeSpan>) -> u64 {
    takes.map_or(u64::MAX, |takes| takes.least)
}

impl Dependencies<'_> {
    /// What becomes of the targets of an entry.
    #[must_use]
    pub fn judge(&self, entry: NodeId, targets: Targets, times: &dyn RecoveryTimes) -> Vec<TargetVerdict> {
        let cone = self.cone(entry);
        let failures: Vec<Failure> = all_failures(self.graph, self.table)
            .into_iter()
            .filter(|failure| self.may_touch(*failure, &cone))
            .collect();
        let mut verdicts = Vec::new();
        if let Some(zones) = targets.zones {
            verdicts.push(self.judge_zones(&cone, zones, &failures));
        }
        let wanted = [(TargetKind::Rto, targets.rto), (TargetKind::Rpo, targets.rpo)];
        let wanted = wanted.into_iter().filter_map(|(kind, wanted)| Some(Worst::new(kind, wanted?)));
        let mut worst: Vec<Worst> = wanted.collect();
        for lost in if worst.is_empty() { &[] } else { failures.as_slice() } {
            let played = self.play(&[*lost], None);
            for worst in &mut worst {
                match worst.verdict.kind {
                    TargetKind::Rpo => self.judge_data(&cone, &played, *lost, times, worst),
                    TargetKind::Rto | TargetKind::Zones => {
                        self.judge_time(&cone, &played, *lost, times, worst)
                    }
                }
            }
        }
        verdicts.extend(worst.into_iter().map(|worst| worst.verdict));
        verdicts
    }

    /// Whether a loss may do something to what an entry needs.
    fn may_touch(&self, failure: Failure, cone: &Cone<'_>) -> bool {
        match failure {
            Failure::Region(_) => false,
            _ if !cone.open.is_empty() => true,
            Failure::Zone(_) => self.touched_by(failure).any(|node| self.nodes(cone).contains(&node)),
            Failure::Node(node) => self.nodes(cone).contains(&node),
        }
    }

    /// What the losses do to the entry, with what it may need although no edge says so.
    fn on_entry(&self, cone: &Cone<'_>, played: &Played<'_>) -> Effect {
        let outside = if cone.open.is_empty() { Outside::new() } else { self.outside(played) };
        self.effect_at(cone, played, &outside)
    }

    fn judge_zones(&self, cone: &Cone<'_>, wanted: usize, failures: &[Failure]) -> TargetVerdict {
        let zones: Vec<Failure> =
            failures.iter().copied().filter(|failure| matches!(failure, Failure::Zone(_))).collect();
        let mut worst = Worst::new(TargetKind::Zones, u64::try_from(wanted).unwrap_or(u64::MAX));
        let lost_at_once = wanted.saturating_sub(1).min(zones.len());
        if lost_at_once == 0 {
            return worst.verdict;
        }
        let sets = subsets(&zones, lost_at_once);
        if sets.len() > MAX_SETS {
            let cause = Cause::new(CauseKind::Limit, "MAX_SETS", None);
            worst.find(IsMet::Unknown(cause), &[], Vec::new, None);
        }
        for set in sets.into_iter().take(MAX_SETS) {
            let played = self.play(&set, None);
            let effect = self.on_entry(cone, &played);
            let path = || self.path(cone.entry, &played);
            if effect.certain == Outcome::Down {
                worst.find(IsMet::No, &set, path, None);
            } else if effect.possible == Outcome::Down {
                worst.find(IsMet::Unknown(cause_of(&effect)), &set, path, None);
            }
        }
        worst.verdict
    }

    fn judge_time(
        &self,
        cone: &Cone<'_>,
        played: &Played<'_>,
        lost: Failure,
        times: &dyn RecoveryTimes,
        worst: &mut Worst,
    ) {
        let effect = self.on_entry(cone, played);
        let way = || self.path(cone.entry, played);
        if effect.certain == Outcome::Down {
            return worst.find(IsMet::No, &[lost], way, None);
        }
        if effect.possible == Outcome::Down {
            worst.find(IsMet::Unknown(cause_of(&effect)), &[lost], way, None);
        }
        let levels: [HowBad; 2] = [|effect| effect.certain, |effect| effect.possible];
        for level in levels {
            if level(&effect) < Outcome::Interrupted {
                continue;
            }
            let deciding = self.deciding(played, level, Outcome::Interrupted);
            for node in deciding.get(&cone.entry).into_iter().flatten() {
                let own = played.effect_on(*node).cloned().unwrap_or_default();
                if level(&own) == Outcome::Down {
                    continue;
                }
                let path = || self.way_to(*node, cone.entry, &deciding);
                self.compare(times.time(*node), (*node, &own), lost, path, worst);
            }
            for node in self.covered_nodes(cone, played, level) {
                let own = played.effect_on(node).cloned().unwrap_or_default();
                let path = || self.shortest_way(cone.entry, node);
                self.compare(times.time(node), (node, &own), lost, path, worst);
            }
        }
    }

    /// The nodes that an entry needs and for which a spare takes over, in their order: what they needed first is down.
    fn covered_nodes(&self, cone: &Cone<'_>, played: &Played<'_>, level: HowBad) -> Vec<NodeId> {
        let is_covered = |node: &NodeId| {
            let is_interrupted =
                played.effect_on(*node).is_some_and(|effect| level(effect) == Outcome::Interrupted);
            is_interrupted
                && self.spares(*node).next().is_some()
                && self.is_without_spares_down(*node, played, level)
        };
        let mut covered: Vec<NodeId> = self.nodes(cone).iter().copied().filter(is_covered).collect();
        covered.sort_unstable();
        covered
    }

    fn judge_data(
        &self,
        cone: &Cone<'_>,
        played: &Played<'_>,
        lost: Failure,
        times: &dyn RecoveryTimes,
        worst: &mut Worst,
    ) {
        let mut stores: Vec<NodeId> =
            self.nodes(cone).iter().copied().filter(|node| self.is_store(*node)).collect();
        stores.sort_unstable();
        for node in stores {
            let Some(standing) = self.table.of(node) else { continue };
            let own = self.own(node, standing, played);
            if own.possible < Outcome::Interrupted {
                continue;
            }
            let path = || self.shortest_way(cone.entry, node);
            self.compare(times.point(node), (node, &own), lost, path, worst);
        }
    }

    /// Compares what the model says of a node with what is wanted.
    fn compare(
        &self,
        span: Option<TimeSpan>,
        (node, effect): (NodeId, &Effect),
        lost: Failure,
        path: impl FnOnce() -> Vec<NodeId>,
        worst: &mut Worst,
    ) {
        let wanted = worst.verdict.wanted;
        let is_certain = effect.certain >= Outcome::Interrupted;
        let met = match span {
            Some(TimeSpan { most: Some(most), .. }) if most <= wanted => IsMet::Yes,
            Some(TimeSpan { least, .. }) if least > wanted && is_certain => IsMet::No,
            _ if !is_certain => IsMet::Unknown(cause_of(effect)),
            _ => IsMet::Unknown(self.doubt_about(node, worst.verdict.kind, span)),
        };
        worst.find(met, &[lost], path, span);
    }

    /// Why it is not known how long a node takes.
    fn doubt_about(&self, node: NodeId, kind: TargetKind, span: Option<TimeSpan>) -> Arc<Cause> {
        let address = self.graph.node(node).map(|node| node.address.clone()).unwrap_or_default();
        let between = match span {
            Some(takes) => format!(" ({takes})"),
            None => String::new(),
        };
        let subject: Str = match kind {
            TargetKind::Rpo => ecow::eco_format!("how much of its latest data {address} loses{between}"),
            TargetKind::Rto | TargetKind::Zones => {
                ecow::eco_format!("how long {address} takes to come back{between}")
            }
        };
        Cause::new(CauseKind::OutsideConfiguration, subject, None)
    }

    fn is_store(&self, node: NodeId) -> bool {
        let model = self.graph.node(node).and_then(|node| self.graph.model.of(&node.type_));
        model.is_some_and(|model| model.role == Role::Datastore)
    }
}

fn cause_of(effect: &Effect) -> Arc<Cause> {
    effect.cause.clone().unwrap_or_else(Cause::provider)
}

/// All sets of so many members, in order; one more than are looked at if there are too many.
fn subsets(all: &[Failure], size: usize) -> Vec<Vec<Failure>> {
    let mut sets: Vec<Vec<Failure>> = vec![Vec::new()];
    for _ in 0..size {
        let longer = sets.iter().flat_map(|set| {
            let after =
                set.last().and_then(|last| all.iter().position(|one| one == last)).map_or(0, |at| at + 1);
            all.iter().skip(after).map(move |one| set.iter().copied().chain([*one]).collect())
        });
        sets = longer.take(MAX_SETS + 1).collect();
    }
    sets
}
