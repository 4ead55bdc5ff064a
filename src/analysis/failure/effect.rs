//! What a failure does to a node: an interval between what is certain and the worst that is possible.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::value::Cause;

/// What becomes of what a node does, from mild to bad.
///
/// A queue whose consumer is degraded loses nothing, one whose consumer is gone makes its work wait. So "deferred" is worse than "degraded": were it
/// milder, a worse consumer could make a milder queue, and more copies could make an outcome worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nothing that it needs is touched.
    #[default]
    Survives,
    /// It works with fewer copies of something on its way.
    Degraded,
    /// It accepts work, which waits until a consumer is back.
    Deferred,
    /// It does not work for a while; a controller or a standby brings it back.
    Interrupted,
    /// It does not work, and nothing brings it back by itself.
    Down,
}

impl Outcome {
    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Survives => "survives",
            Self::Deferred => "deferred",
            Self::Degraded => "degraded",
            Self::Interrupted => "interrupted",
            Self::Down => "down",
        }
    }
}

/// What a failure does to a node, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// At least this.
    pub certain: Outcome,
    /// At worst this; never milder than what is certain.
    pub possible: Outcome,
    /// Why the two are not the same.
    pub cause: Option<Arc<Cause>>,
    /// How many copies are left of how many, where that is known.
    pub left: Option<(u64, u64)>,
}

impl Effect {
    /// An effect that is known.
    #[must_use]
    pub const fn known(outcome: Outcome) -> Self {
        Self { certain: outcome, possible: outcome, cause: None, left: None }
    }

    /// An effect between two outcomes.
    #[must_use]
    pub fn between(certain: Outcome, possible: Outcome, cause: Option<Arc<Cause>>) -> Self {
        let possible = possible.max(certain);
        let cause = if possible > certain { cause } else { None };
        Self { certain, possible, cause, left: None }
    }

    /// Whether nothing happens, for certain.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.possible == Outcome::Survives
    }

    /// Whether it may be worse than what is certain.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.possible > self.certain
    }

    /// Both effects at once.
    pub(super) fn and(&mut self, other: &Self) {
        self.left = match self.certain.cmp(&other.certain) {
            Ordering::Less => other.left,
            Ordering::Equal => fewest(self.left, other.left),
            Ordering::Greater => self.left,
        };
        self.certain = self.certain.max(other.certain);
        if self.certain != Outcome::Degraded {
            self.left = None;
        }
        if other.possible > self.possible {
            self.possible = other.possible;
            self.cause = other.cause.clone();
        }
        if self.possible == self.certain {
            self.cause = None;
        }
    }

    /// The effect on a node that needs all of these.
    pub(super) fn all_of<E: Borrow<Self>>(effects: &[E]) -> Self {
        let mut all = Self::default();
        effects.iter().for_each(|effect| all.and(effect.borrow()));
        all
    }

    /// The effect on a node that works as long as one of these works.
    pub(super) fn any_of<E: Borrow<Self>>(effects: &[E]) -> Self {
        let effects: Vec<&Self> = effects.iter().map(Borrow::borrow).collect();
        let joined = |of: fn(&Self) -> Outcome| {
            let least = effects.iter().map(|effect| of(effect)).min().unwrap_or_default();
            let most = effects.iter().map(|effect| of(effect)).max().unwrap_or_default();
            // Some are gone and others are not: what is left carries the work.
            least.max(most.min(Outcome::Degraded))
        };
        let cause = effects.iter().find(|effect| effect.is_unknown()).and_then(|effect| effect.cause.clone());
        let mut effect =
            Self::between(joined(|effect| effect.certain), joined(|effect| effect.possible), cause);
        if effect.certain == Outcome::Degraded && !effect.is_unknown() {
            effect.left = left_of(&effects);
        }
        effect
    }

    /// The effect on a node of which these take over when this one stops it.
    pub(super) fn covered<E: Borrow<Self>>(self, spares: &[E]) -> Self {
        if spares.is_empty() {
            return self;
        }
        let spare = Self::any_of(spares);
        let with = |own: Outcome, spare: Outcome| match own {
            Outcome::Down if spare < Outcome::Down => Outcome::Interrupted,
            own => own,
        };
        // That the spare fails for certain is worst; that it may is unknown.
        let (certain, possible) = (with(self.certain, spare.certain), with(self.possible, spare.possible));
        let cause = self.cause.clone().or_else(|| spare.cause.clone());
        Self { left: self.left, ..Self::between(certain, possible, cause) }
    }

    /// The effect on a node that is refused once this is down.
    pub(super) fn refused(&self) -> Self {
        let down = |outcome: Outcome| if outcome == Outcome::Down { outcome } else { Outcome::Survives };
        Self::between(down(self.certain), down(self.possible), self.cause.clone())
    }

    /// The effect on a node that is not started again once it has stopped and this is down.
    pub(super) fn once_stopped(&self, stopped: &Self) -> Self {
        let down = |own: Outcome, stopped: Outcome| match own {
            Outcome::Down if stopped >= Outcome::Interrupted => Outcome::Down,
            _ => Outcome::Survives,
        };
        let (certain, possible) =
            (down(self.certain, stopped.certain), down(self.possible, stopped.possible));
        Self::between(certain, possible, self.cause.clone().or_else(|| stopped.cause.clone()))
    }

    /// The effect on a node whose work waits while this lasts.
    pub(super) fn deferred(&self) -> Self {
        let wait = |outcome: Outcome| match outcome {
            Outcome::Interrupted | Outcome::Down | Outcome::Deferred => Outcome::Deferred,
            Outcome::Survives | Outcome::Degraded => Outcome::Survives,
        };
        Self::between(wait(self.certain), wait(self.possible), self.cause.clone())
    }
}

/// How many of several that stand in for each other are left; where all are, how many copies of those that are touched.
fn left_of(effects: &[&Effect]) -> Option<(u64, u64)> {
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let up = effects.iter().filter(|effect| effect.possible < Outcome::Interrupted).count();
    if up < effects.len() {
        return Some((number(up), number(effects.len())));
    }
    let add = |all: (u64, u64), own: (u64, u64)| (all.0.saturating_add(own.0), all.1.saturating_add(own.1));
    effects.iter().filter_map(|effect| effect.left).reduce(add)
}

/// Of two counts of copies the one of which less is left; of the same part, the larger count.
fn fewest(a: Option<(u64, u64)>, b: Option<(u64, u64)>) -> Option<(u64, u64)> {
    let (Some(a), Some(b)) = (a, b) else { return a.or(b) };
    let part = |left: u64, of: u64| u128::from(left) * u128::from(of);
    match part(a.0, b.1).cmp(&part(b.0, a.1)) {
        Ordering::Less => Some(a),
        Ordering::Equal => Some(a.max(b)),
        Ordering::Greater => Some(b),
    }
}
