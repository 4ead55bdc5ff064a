//! Budgets: how much one run may do, whatever its input asks for.
//!
//! A few hundred bytes of configuration can ask for more memory and time than there is, even if each of their values is small. So a run
//! has budgets for sums. A [`Meter`] counts what one root module spends. Its count depends on the input only, never on a clock or the
//! number of threads. Once a budget is spent, further results are unknown and name it as their cause.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use ecow::EcoString;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::text::Span;

/// A thing that a run may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Budget {
    /// Steps of evaluation.
    Evaluation,
    /// Bytes of values.
    Values,
    /// Instances of resources and modules.
    Instances,
    /// Edges of the graph.
    Edges,
    /// Steps of rules.
    Rules,
    /// Verdicts of rules.
    Verdicts,
    /// Files of configuration.
    Files,
    /// Bytes of configuration.
    Sources,
}

/// A row of the table of budgets.
#[derive(Debug)]
pub struct Row {
    pub budget: Budget,
    /// The name in messages.
    pub name: &'static str,
    /// The code of the problem that reports that it is spent.
    pub code: &'static str,
    /// The amount that every run has.
    pub base: u64,
    /// The additional amount per KiB of configuration or plan that the run reads.
    pub per_kib: u64,
    /// What is counted, for the documentation.
    pub counts: &'static str,
}

const COUNT: usize = 8;

/// All budgets. A budget that grows with the input is never spent by configuration that is written out in full, however long it is.
pub const BUDGETS: [Row; COUNT] = [
    Row {
        budget: Budget::Evaluation,
        name: "evaluation-cost",
        code: "limit/evaluation-cost",
        base: 600_000_000,
        per_kib: 600_000,
        counts: "steps of evaluation, about a nanosecond each: expressions evaluated, elements visited, bytes read and written, digits converted, patterns matched against texts",
    },
    Row {
        budget: Budget::Values,
        name: "value-bytes",
        code: "limit/value-bytes",
        base: 160 << 20,
        per_kib: 64 << 10,
        counts: "bytes of the values that evaluation creates, of the paths in them that a plan is read for, and of what each instance of a module keeps",
    },
    Row {
        budget: Budget::Instances,
        name: "instances",
        code: "limit/instances",
        base: 50_000,
        per_kib: 64,
        counts: "instances of resources and modules; an instance of a module counts once more for each 32 declarations in it",
    },
    Row {
        budget: Budget::Edges,
        name: "edges",
        code: "limit/edges",
        base: 300_000,
        per_kib: 512,
        counts: "edges of the graph: references, links and joins",
    },
    Row {
        budget: Budget::Rules,
        name: "rule-cost",
        code: "limit/rule-cost",
        base: 600_000_000,
        per_kib: 1_200_000,
        counts: "steps of rules, counted like steps of evaluation",
    },
    Row {
        budget: Budget::Verdicts,
        name: "verdicts",
        code: "limit/verdicts",
        base: 40_000,
        per_kib: 256,
        counts: "findings and unknown verdicts",
    },
    Row {
        budget: Budget::Files,
        name: "files",
        code: "limit/files",
        base: 200_000,
        per_kib: 0,
        counts: "files of configuration",
    },
    Row {
        budget: Budget::Sources,
        name: "source-bytes",
        code: "limit/source-bytes",
        base: 192 << 20,
        per_kib: 0,
        counts: "bytes of configuration, of variable values files, and of files that file functions read",
    },
];

impl Budget {
    /// The row in [`BUDGETS`].
    #[must_use]
    pub fn row(self) -> &'static Row {
        let [first, ..] = &BUDGETS;
        BUDGETS.iter().find(|row| row.budget == self).unwrap_or(first)
    }

    const fn index(self) -> usize {
        self as usize
    }
}

/// The amounts that may be spent of each budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance([u64; COUNT]);

impl Default for Allowance {
    fn default() -> Self {
        Self::of_run(0)
    }
}

impl Allowance {
    /// Without any limit: for input that we wrote, and for tests.
    pub const UNLIMITED: Self = Self([u64::MAX; COUNT]);

    /// The allowance of a run that reads so many bytes of configuration.
    #[must_use]
    pub fn of_run(bytes: u64) -> Self {
        Self(BUDGETS.each_ref().map(|row| row.base.saturating_add((bytes >> 10).saturating_mul(row.per_kib))))
    }

    /// The amount of one budget.
    #[must_use]
    pub fn of(&self, budget: Budget) -> u64 {
        self.0.get(budget.index()).copied().unwrap_or_default()
    }

    /// The same allowance with another amount of one budget.
    #[must_use]
    pub fn with(mut self, budget: Budget, amount: u64) -> Self {
        if let Some(own) = self.0.get_mut(budget.index()) {
            *own = amount;
        }
        self
    }

    /// The same allowance with a fraction, `1 / of`, of one budget.
    #[must_use]
    pub fn part(self, budget: Budget, of: u64) -> Self {
        self.with(budget, self.of(budget) / of.max(1))
    }

    /// An equal share, if `among` users share the allowance.
    #[must_use]
    pub fn share(self, among: usize) -> Self {
        let among = u64::try_from(among).unwrap_or(u64::MAX).max(1);
        Self(self.0.map(|amount| amount / among))
    }

    /// Whether it exceeds another allowance by at least a quarter: then a second try is worth its time.
    fn is_well_above(&self, other: &Self, budget: Budget) -> bool {
        // The quarter of very little is nothing.
        self.of(budget) > other.of(budget) && self.of(budget) / 5 >= other.of(budget) / 4
    }

    /// What is left after an account is paid.
    #[must_use]
    pub fn less(self, account: &Account) -> Self {
        let mut left = self;
        for (own, spent) in left.0.iter_mut().zip(&account.spent) {
            *own = own.saturating_sub(*spent);
        }
        left
    }
}

/// What has been spent, and which budgets were not enough.
#[derive(Clone, Debug, Default)]
pub struct Account {
    spent: [u64; COUNT],
    /// The budgets that were not enough, in order.
    pub met: Vec<Met>,
}

/// A budget that was not enough.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Met {
    pub budget: Budget,
    /// How much of it the place has spent.
    pub amount: u64,
    /// The place that has spent most.
    pub place: Option<Span>,
    /// The address of the instance that has spent most, if it has no place: of a plan no text is shown.
    pub address: Option<EcoString>,
}

impl Account {
    /// Adds to the amount spent of a budget.
    pub fn pay(&mut self, budget: Budget, amount: u64) {
        if let Some(own) = self.spent.get_mut(budget.index()) {
            *own = own.saturating_add(amount);
        }
    }

    /// The amount spent of a budget.
    #[must_use]
    pub fn spent(&self, budget: Budget) -> u64 {
        self.spent.get(budget.index()).copied().unwrap_or_default()
    }

    /// Adds another account.
    pub fn add(&mut self, other: &Self) {
        for (own, spent) in self.spent.iter_mut().zip(&other.spent) {
            *own = own.saturating_add(*spent);
        }
        self.met.extend_from_slice(&other.met);
    }
}

/// Runs jobs that share an allowance in parallel, so that what each may spend does not depend on which is finished first.
///
/// Each job gets an equal share. Jobs whose share is not enough run again with what the others have left, as long as that is worth it:
/// this way many small jobs and a large one are all finished. A try that is made again has cost its steps, but its verdicts are not kept
/// and cost nothing.
pub fn shared<J: Sync, T: Send>(
    allowance: Allowance,
    jobs: &[J],
    job: impl Fn(&J, Allowance) -> (T, Account) + Sync,
) -> Vec<(T, Account)> {
    let mut left = allowance;
    let mut done: Vec<Option<(T, Account)>> = jobs.iter().map(|_| None).collect();
    let mut open: Vec<usize> = (0..jobs.len()).collect();
    let mut before: Option<Allowance> = None;
    loop {
        let discarded = open.iter().filter_map(|index| done.get(*index).and_then(Option::as_ref));
        let freed: u64 = discarded.map(|(_, account)| account.spent(Budget::Verdicts)).sum();
        let left_now = left.with(Budget::Verdicts, left.of(Budget::Verdicts).saturating_add(freed));
        let share = left_now.share(open.len());
        let met = |index: &usize| {
            done.get(*index).and_then(Option::as_ref).map(|(_, account)| account.met.as_slice())
        };
        let is_worth_it = before.is_none_or(|before| {
            // Every open job must get well more of each budget that was not enough.
            open.iter().all(|index| {
                met(index).unwrap_or_default().iter().all(|met| share.is_well_above(&before, met.budget))
            })
        });
        if open.is_empty() || !is_worth_it {
            break;
        }
        left = left_now;
        // Free the results of the first try before the second one: both together may take more memory than there is.
        for index in &open {
            if let Some(slot) = done.get_mut(*index) {
                *slot = None;
            }
        }
        let results: Vec<(usize, Option<(T, Account)>)> =
            open.par_iter().map(|index| (*index, jobs.get(*index).map(|one| job(one, share)))).collect();
        open.clear();
        for (index, result) in results {
            if let Some((_, account)) = &result {
                left = left.less(account);
                if !account.met.is_empty() {
                    open.push(index);
                }
            }
            if let Some(slot) = done.get_mut(index) {
                *slot = result;
            }
        }
        before = Some(share);
    }
    done.into_iter().flatten().collect()
}

/// A budget is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent(pub Budget);

impl Spent {
    /// The name of the budget in causes and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.row().name
    }
}

/// Counts what one root module, or one question of a rule, spends. Only one thread at a time spends from a meter.
#[derive(Debug)]
pub struct Meter {
    allowance: Allowance,
    /// Whether places are recorded.
    is_noting: bool,
    spent: [AtomicU64; COUNT],
    /// What the inner expressions of the current one have spent.
    inner: AtomicU64,
    places: Mutex<Places>,
}

/// The places that have spent something.
#[derive(Debug, Default)]
struct Places {
    /// The amount by budget and place.
    spent: FxHashMap<(Budget, Span), u64>,
    /// The spent budgets, each with the place where that happened.
    met: Vec<(Budget, Option<Span>)>,
    /// The most recent regular expressions.
    patterns: FxHashSet<Box<str>>,
}

/// Smaller amounts are not recorded by place: a budget that is spent in small amounts is spent in many places.
const NOTED: u64 = 512;

impl Meter {
    /// A meter that has spent nothing yet.
    #[must_use]
    pub fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            is_noting: true,
            spent: [const { AtomicU64::new(0) }; COUNT],
            inner: AtomicU64::new(0),
            places: Mutex::default(),
        }
    }

    /// A meter for one question. It records no places, because the place is known.
    #[must_use]
    pub fn of_question(steps: u64) -> Self {
        Self { is_noting: false, ..Self::new(Allowance::UNLIMITED.with(Budget::Evaluation, steps)) }
    }

    /// A meter without limits, which only counts.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::new(Allowance::UNLIMITED)
    }

    /// The amount spent of a budget.
    #[must_use]
    pub fn spent(&self, budget: Budget) -> u64 {
        self.spent.get(budget.index()).map(|spent| spent.load(Ordering::Relaxed)).unwrap_or_default()
    }

    /// The amount that is left of a budget.
    #[must_use]
    pub fn left(&self, budget: Budget) -> u64 {
        self.allowance.of(budget).saturating_sub(self.spent(budget))
    }

    /// Spends an amount of a budget.
    ///
    /// # Errors
    /// If there is not enough left. The budget then stays spent for everyone.
    pub fn spend(&self, budget: Budget, amount: u64) -> Result<(), Spent> {
        let Some(spent) = self.spent.get(budget.index()) else { return Ok(()) };
        let limit = self.allowance.of(budget);
        let before = spent.load(Ordering::Relaxed);
        let after = before.saturating_add(amount);
        if after <= limit {
            spent.store(after, Ordering::Relaxed);
            return Ok(());
        }
        spent.store(limit.saturating_add(1), Ordering::Relaxed);
        if before <= limit {
            self.places().met.push((budget, None));
        }
        Err(Spent(budget))
    }

    /// Spends an amount of a budget for a place, or nothing: something smaller may still fit.
    ///
    /// # Errors
    /// If there is not enough left.
    pub fn take(&self, budget: Budget, amount: u64, place: Option<Span>) -> Result<(), Spent> {
        let Some(spent) = self.spent.get(budget.index()) else { return Ok(()) };
        let after = spent.load(Ordering::Relaxed).saturating_add(amount);
        let fits = after <= self.allowance.of(budget);
        if fits {
            spent.store(after, Ordering::Relaxed);
        }
        if fits && amount < NOTED {
            return Ok(());
        }
        let mut places = self.places();
        if let Some(place) = place {
            let own = places.spent.entry((budget, place)).or_default();
            *own = own.saturating_add(amount);
        }
        if fits {
            return Ok(());
        }
        if places.met.iter().all(|(met, _)| *met != budget) {
            places.met.push((budget, place));
        }
        Err(Spent(budget))
    }

    /// Evaluates something at a place, and records what it spends there, without what it evaluates at other places.
    pub fn at<T>(&self, place: Span, evaluate: impl FnOnce() -> T) -> T {
        if !self.is_noting {
            return evaluate();
        }
        let before = self.spent(Budget::Evaluation);
        let bytes = self.spent(Budget::Values);
        let outer = self.inner.load(Ordering::Relaxed);
        self.inner.store(0, Ordering::Relaxed);
        let result = evaluate();
        let total = self.spent(Budget::Evaluation).saturating_sub(before);
        let own = total.saturating_sub(self.inner.load(Ordering::Relaxed));
        self.inner.store(outer.saturating_add(total), Ordering::Relaxed);
        let bytes = self.spent(Budget::Values).saturating_sub(bytes);
        if own >= NOTED || bytes >= NOTED {
            let mut places = self.places();
            *places.spent.entry((Budget::Evaluation, place)).or_default() += own;
            *places.spent.entry((Budget::Values, place)).or_default() += bytes;
            for (_, at) in places.met.iter_mut().filter(|(_, at)| at.is_none()) {
                *at = Some(place);
            }
        }
        result
    }

    /// Whether a pattern is new, as far as patterns are remembered. The patterns of a question are our own and never count as new.
    pub fn is_new_pattern(&self, pattern: &str) -> bool {
        const REMEMBERED: usize = 256;
        if !self.is_noting {
            return false;
        }
        let patterns = &mut self.places().patterns;
        if patterns.contains(pattern) {
            return false;
        }
        if patterns.len() >= REMEMBERED {
            patterns.clear();
        }
        patterns.insert(pattern.into())
    }

    /// Whether one of the budgets is spent.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        !self.places().met.is_empty()
    }

    /// What has been spent, and which place has spent most of each budget that was not enough.
    #[must_use]
    pub fn account(&self) -> Account {
        let places = self.places();
        let most = |&(budget, at): &(Budget, Option<Span>)| {
            let spent = places.spent.iter().filter(|((of, _), _)| *of == budget);
            // Among places that spent the same, take the first: the order of the map must not matter.
            let most = spent.max_by_key(|((_, place), amount)| (**amount, Reverse(*place)));
            match most {
                Some(((_, place), amount)) => {
                    Met { budget, amount: *amount, place: Some(*place), address: None }
                }
                None => Met { budget, amount: 0, place: at, address: None },
            }
        };
        let mut met: Vec<Met> = places.met.iter().map(most).collect();
        met.sort();
        Account { spent: self.spent.each_ref().map(|spent| spent.load(Ordering::Relaxed)), met }
    }

    fn places(&self) -> std::sync::MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
