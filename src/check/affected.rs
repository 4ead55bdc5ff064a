//! Root modules that a change affects although it does not touch them: they read what it changes, or what they have is seen by it. What an
//! alarm's root module no longer watches is missing elsewhere.
//!
//! Whether one is affected its verdicts before and after tell, as far as they are known here; a run that also takes it for touched has the
//! last word.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::landscape::Judging;
use super::roots::Job;
use crate::budget::{Account, Allowance};
use crate::estate::{Action, Estate};
use crate::graph::Graph;
use crate::rule::Reads;
use crate::rule::run::{Landscape, RootQuestion, run_in};
use crate::value::equality::compare;
use crate::value::{Str, Value};

/// Those of some jobs that the change affects.
pub(super) fn of(
    candidates: Vec<(usize, &Job)>,
    judging: &Judging<'_>,
    jobs: &[Job],
    allowance: Allowance,
) -> (Vec<usize>, Account) {
    let mut account = Account::default();
    let Some(before) = judging.before.as_ref().filter(|_| !candidates.is_empty()) else {
        return (Vec::new(), account);
    };
    let is_touched = |index: usize| jobs.get(index).is_some_and(Job::is_touched);
    let mut linked = linked(judging.now.graph, &is_touched);
    linked.extend(self::linked(before.graph, &is_touched));
    let asked: Vec<(usize, bool, Account)> = candidates
        .into_par_iter()
        .map(|(index, job)| {
            if reads_other_values(job) {
                return (index, true, Account::default());
            }
            if !linked.contains(&index) {
                return (index, false, Account::default());
            }
            let (now, spent) = verdicts(&judging.now, (index, job), allowance);
            let (was, more) = verdicts(before, (index, job), allowance);
            let mut both = spent;
            both.add(&more);
            (index, now != was, both)
        })
        .collect();
    let mut affected = Vec::new();
    for (index, is_affected, spent) in asked {
        account.add(&spent);
        affected.extend(is_affected.then_some(index));
    }
    (affected, account)
}

/// Whether what other root modules tell changes its resources or its outputs: nothing of its own does.
fn reads_other_values(job: &Job) -> bool {
    let is_other = |action: Action| !matches!(action, Action::NoOp | Action::Read);
    let outputs = |was: &Estate| {
        let (one, other) = (&was.outputs, &job.estate.outputs);
        one.len() != other.len()
            || one.iter().zip(other).any(|(one, other)| one.0 != other.0 || are_different(&one.1, &other.1))
    };
    job.estate.changes.iter().any(|change| is_other(change.action))
        || job.estate.before.as_deref().is_some_and(outputs)
}

/// Whether two values are certainly not the same, or one of them is no longer known.
fn are_different(one: &Value, other: &Value) -> bool {
    match (one.is_wholly_known(), other.is_wholly_known()) {
        (true, true) => compare(one, other) != Ordering::Equal,
        (one, other) => one != other,
    }
}

/// The root modules that have an edge to one that the change touches.
fn linked(graph: &Graph<'_>, is_touched: &impl Fn(usize) -> bool) -> FxHashSet<usize> {
    let roots = graph.edges_of_all().filter_map(|(from, to, _)| {
        let (from, to) = (graph.root_of(from)?, graph.root_of(to)?);
        match (is_touched(from), is_touched(to)) {
            (true, false) => Some(to),
            (false, true) => Some(from),
            _ => None,
        }
    });
    roots.collect()
}

/// What the rules say that is no pass, by rule and address, sorted.
fn verdicts(
    landscape: &Landscape<'_>,
    (root, job): (usize, &Job),
    allowance: Allowance,
) -> (Vec<(Str, Str)>, Account) {
    // Rules about a change have nothing to compare in one state.
    let rules: Vec<_> = job.rules.iter().filter(|rule| rule.reads != Reads::Plan).cloned().collect();
    let environment = job.environment_for_rules();
    let question = RootQuestion { root, rules: &rules, files: &*job.files, environment };
    let outcome = run_in(landscape, &question, allowance);
    let mut all: Vec<(Str, Str)> =
        outcome.findings.into_iter().map(|finding| (finding.id, finding.address)).collect();
    all.sort();
    (all, outcome.account)
}
