//! What inference spends on a plan: of a plan, little text can ask for much work, because every instance of a resource shares its
//! expressions and each of these may refer to all instances of another resource.

use std::cell::Cell;
use std::sync::Arc;

use super::index::PlanIndex;
use crate::budget::{Account, Allowance, Budget, Meter};
use crate::value::{Cause, CauseKind, MAX_REFERENCES, Step};

/// The steps of following one name in an expression.
pub(super) const NAME: u64 = 300;
/// The steps of one instance that a name stands for.
pub(super) const TARGET: u64 = 100;
/// The steps of comparing two values, besides reading them.
pub(super) const COMPARISON: u64 = 30;
/// The steps of one part of a value.
pub(super) const PART: u64 = 50;

/// The memory of one reference, in bytes.
const REFERENCE: u64 = 160;

/// Counts what inference spends, and knows which instance has spent most.
pub(super) struct PlanMeter {
    pub(super) meter: Meter,
    allowance: Allowance,
    /// The first budget that was not enough.
    spent: Cell<Option<Budget>>,
    /// Whether a module had to be left out.
    is_full: Cell<bool>,
    /// What the bodies within the current one have spent.
    inner: Cell<u64>,
    /// The most that one body has spent, and the index of its instance.
    most: Cell<(u64, usize)>,
}

impl PlanMeter {
    pub(super) fn new(allowance: Allowance) -> Self {
        Self {
            meter: Meter::new(allowance),
            allowance,
            spent: Cell::new(None),
            is_full: Cell::new(false),
            inner: Cell::new(0),
            most: Cell::new((0, 0)),
        }
    }

    /// Spends steps; returns whether there were enough.
    pub(super) fn steps(&self, count: usize, each: u64) -> bool {
        self.spend(Budget::Evaluation, length(count).saturating_mul(each))
    }

    /// The steps that are left.
    pub(super) fn left(&self) -> u64 {
        self.meter.left(Budget::Evaluation)
    }

    /// Spends steps that were counted elsewhere.
    pub(super) fn pay(&self, steps: u64) -> bool {
        self.spend(Budget::Evaluation, steps)
    }

    /// Spends the steps of reading a text.
    pub(super) fn text(&self, text: &str) -> bool {
        self.spend(Budget::Evaluation, length(text.len() / 16))
    }

    /// Spends the memory of a path.
    pub(super) fn path(&self, path: &[Step]) -> bool {
        self.spend(Budget::Values, length(size_of_val(path)))
    }

    /// Spends the memory of references that a value keeps.
    pub(super) fn references(&self, count: usize) -> bool {
        self.spend(Budget::Values, length(count.min(MAX_REFERENCES)).saturating_mul(REFERENCE))
    }

    /// Spends an instance of a module with an address of this length; returns whether there is room for it.
    pub(super) fn module(&self, address: usize) -> bool {
        let has_room =
            self.spend(Budget::Values, length(address)) && self.meter.spend(Budget::Instances, 1).is_ok();
        self.is_full.set(self.is_full.get() || !has_room);
        has_room
    }

    /// Whether a module call can be listed beside so many others: as many as there may be module instances.
    pub(super) fn has_room_for_call(&self, listed: usize) -> bool {
        let has_room = length(listed) < self.allowance.of(Budget::Instances);
        self.is_full.set(self.is_full.get() || !has_room);
        has_room
    }

    fn spend(&self, budget: Budget, amount: u64) -> bool {
        let is_enough = self.meter.spend(budget, amount).is_ok();
        if !is_enough && self.spent.get().is_none() {
            self.spent.set(Some(budget));
        }
        is_enough
    }

    /// Why nothing more is inferred; `None` as long as no budget is spent.
    pub(super) fn limit(&self) -> Option<Arc<Cause>> {
        self.spent.get().map(limit)
    }

    /// Why modules may be missing.
    pub(super) fn missing(&self) -> Option<Arc<Cause>> {
        self.is_full.get().then(|| limit(Budget::Instances))
    }

    /// Computes the body of an instance and notes what it spends, without the bodies within it.
    pub(super) fn during<T>(&self, at: usize, compute: impl FnOnce() -> T) -> T {
        let before = self.meter.spent(Budget::Evaluation);
        let outer = self.inner.replace(0);
        let result = compute();
        let total = self.meter.spent(Budget::Evaluation).saturating_sub(before);
        let own = total.saturating_sub(self.inner.get());
        self.inner.set(outer.saturating_add(total));
        if own > self.most.get().0 {
            self.most.set((own, at));
        }
        result
    }
}

impl PlanIndex<'_> {
    /// What was spent, and the instance that spent most of what was not enough.
    pub(super) fn account(&self) -> Account {
        let mut account = self.meter.meter.account();
        let (amount, at) = self.meter.most.get();
        let address = self.instances.get(at).map(|instance| instance.read.address.text());
        for met in &mut account.met {
            met.amount = amount;
            met.address = address.filter(|_| amount > 0).cloned();
        }
        account
    }
}

fn limit(budget: Budget) -> Arc<Cause> {
    Cause::new(CauseKind::Limit, budget.row().name, None)
}

pub(super) fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
