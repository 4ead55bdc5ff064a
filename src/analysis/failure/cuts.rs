//! Sets of failures that are enough to bring something about, none of which contains another: the smallest, so far as they are kept.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

/// A set has no more members than this.
pub(super) const MAX_GROUP: usize = 3;

/// Of the sets of one size, so many are kept of a node: those of the failures that matter most.
pub const MAX_CUTS: usize = 128;

/// Failures by their rank, in order. That fewer come first, and then those that matter more, is the order of sets.
pub(super) type Cut = SmallVec<[u32; MAX_GROUP]>;

/// Smallest sets, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cuts {
    sets: Vec<Cut>,
    /// Some were left out, here or in what this was made from.
    pub(super) is_cut: bool,
}

impl Cuts {
    /// What happens without any failure.
    fn always() -> Self {
        Self { sets: vec![Cut::new()], is_cut: false }
    }

    /// Each of these failures is enough.
    pub(super) fn singles(failures: impl IntoIterator<Item = u32>) -> Self {
        Self::smallest(failures.into_iter().map(|failure| Cut::from_slice(&[failure])).collect(), false)
    }

    /// The sets, in their order.
    pub(super) fn sets(&self) -> &[Cut] {
        &self.sets
    }

    /// What is enough for one of these.
    pub(super) fn any<'c>(all: impl IntoIterator<Item = &'c Self>) -> Self {
        let (mut sets, mut is_cut, mut from) = (Vec::new(), false, 0);
        for cuts in all {
            sets.extend_from_slice(&cuts.sets);
            is_cut |= cuts.is_cut;
            from += usize::from(!cuts.sets.is_empty());
        }
        if from < 2 {
            return Self { sets, is_cut };
        }
        Self::smallest(sets, is_cut)
    }

    /// What is enough for both.
    fn both(&self, other: &Self) -> Self {
        let mut sets = Vec::new();
        for a in &self.sets {
            for b in &other.sets {
                sets.extend(union(a, b));
            }
        }
        Self::smallest(sets, self.is_cut || other.is_cut)
    }

    /// What is enough for all of these.
    pub(super) fn all<'c>(all: impl IntoIterator<Item = &'c Self>) -> Self {
        let mut every = Self::always();
        for cuts in all {
            every = every.both(cuts);
            if every.sets.is_empty() {
                break;
            }
        }
        every
    }

    /// What is enough for so many of these.
    pub(super) fn at_least<'c>(least: usize, of: impl IntoIterator<Item = &'c Self>) -> Self {
        // What is enough for none of those seen so far, for one, for two …
        let mut enough = vec![Self::default(); least + 1];
        if let Some(none) = enough.first_mut() {
            *none = Self::always();
        }
        for cuts in of {
            for at in (1..=least).rev() {
                let (Some(fewer), Some(as_many)) = (enough.get(at - 1), enough.get(at)) else { continue };
                let more = Self::any([as_many, &fewer.both(cuts)]);
                if let Some(slot) = enough.get_mut(at) {
                    *slot = more;
                }
            }
        }
        enough.pop().unwrap_or_default()
    }

    /// The smallest of these sets.
    fn smallest(mut sets: Vec<Cut>, mut is_cut: bool) -> Self {
        sets.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        sets.dedup();
        let mut kept: FxHashSet<Cut> = FxHashSet::default();
        let mut of_size = [0_usize; MAX_GROUP + 1];
        sets.retain(|set| {
            if parts(set).any(|part| kept.contains(&part)) {
                return false;
            }
            let Some(count) = of_size.get_mut(set.len()) else { return false };
            if *count == MAX_CUTS {
                is_cut = true;
                return false;
            }
            *count += 1;
            kept.insert(set.clone());
            true
        });
        Self { sets, is_cut }
    }
}

/// The members of both, if they are not too many.
fn union(a: &Cut, b: &Cut) -> Option<Cut> {
    let mut all: Cut = a.clone();
    for member in b {
        if !a.contains(member) {
            if all.len() == MAX_GROUP {
                return None;
            }
            all.push(*member);
        }
    }
    all.sort_unstable();
    Some(all)
}

/// All smaller parts of a set.
fn parts(set: &Cut) -> impl Iterator<Item = Cut> {
    (0..(1_u32 << set.len()) - 1).map(move |bits| {
        set.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0).map(|(_, member)| *member).collect()
    })
}
