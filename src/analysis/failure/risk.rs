//! Risk groups: the smallest sets of failures that take an entry down. A single point of failure is a group of one.

use super::spread::{Cone, Dependencies};
use super::{Failure, Outcome, Simulation};
use crate::value::NodeId;

/// A group has no more members than this.
const MAX_GROUP: usize = 3;

/// No more sets of several failures are tried in one run than this.
pub const MAX_GROUP_TRIALS: usize = 20_000;

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

/// Finds the groups of all entries, the smallest first.
pub(super) fn find(simulation: &mut Simulation, network: &Dependencies<'_>, cones: &[Cone]) {
    let mut groups: Vec<RiskGroup> = Vec::new();
    for verdict in &simulation.verdicts {
        if verdict.effect.certain == Outcome::Down {
            groups.push(RiskGroup {
                entry: verdict.entry,
                lost: vec![verdict.failure],
                path: verdict.path.clone(),
            });
        }
    }
    let mut trials = 0;
    for size in 2..=MAX_GROUP {
        for (entry, (id, cone)) in simulation.entries.iter().zip(cones).enumerate() {
            let touching: Vec<usize> = (0..simulation.failures.len())
                .filter(|failure| {
                    simulation.failures.get(*failure).is_some_and(|lost| network.touches(cone, *lost))
                })
                .filter(|failure| {
                    !groups.iter().any(|group| group.entry == entry && group.lost == [*failure])
                })
                .collect();
            let mut sets = Sets::new(touching.len(), size);
            while let Some(set) = sets.next() {
                let lost: Vec<usize> = set.iter().filter_map(|at| touching.get(*at).copied()).collect();
                let is_minimal = |group: &RiskGroup| {
                    group.entry != entry || !group.lost.iter().all(|failure| lost.contains(failure))
                };
                if !groups.iter().all(is_minimal) {
                    continue;
                }
                trials += 1;
                if trials > MAX_GROUP_TRIALS {
                    simulation.is_cut = true;
                    simulation.groups = groups;
                    return;
                }
                let failures: Vec<Failure> =
                    lost.iter().filter_map(|failure| simulation.failures.get(*failure).copied()).collect();
                let played = network.play(&failures);
                if network.effect_at(*id, cone, &played).certain == Outcome::Down {
                    groups.push(RiskGroup { entry, lost, path: network.path(*id, &played) });
                }
            }
        }
    }
    simulation.groups = groups;
}

/// All subsets of a size, in lexical order.
struct Sets {
    of: usize,
    set: Vec<usize>,
    is_first: bool,
}

impl Sets {
    fn new(of: usize, size: usize) -> Self {
        Self { of, set: (0..size).collect(), is_first: true }
    }

    fn next(&mut self) -> Option<&[usize]> {
        let size = self.set.len();
        if self.is_first {
            self.is_first = false;
            return (size <= self.of).then_some(self.set.as_slice());
        }
        // The last member that can still grow grows, and those after it follow.
        let grows = (0..size)
            .rev()
            .find(|at| self.set.get(*at).is_some_and(|member| *member + size < self.of + *at))?;
        let mut member = *self.set.get(grows)?;
        for slot in self.set.iter_mut().skip(grows) {
            member += 1;
            *slot = member;
        }
        Some(&self.set)
    }
}
