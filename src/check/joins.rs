//! Joins: root modules that read what others create are evaluated again, now with what those tell.
//!
//! Which one reads from which is known only when all are evaluated once. Those that read nothing from others stay as they are; those that
//! others read from come before these.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::lookups::{MAX_LISTED, MeantResources, Resources};
use super::roots::Job;
use super::states::{StateReads, States, in_order};
use super::variants::Variant;
use crate::address::Mode;
use crate::budget::{Account, Allowance, shared};
use crate::model::Model;

/// The root modules with data sources that others may tell of, by job.
pub(super) fn readers(jobs: &[Job], model: &Model) -> BTreeMap<usize, StateReads> {
    let (states, resources) = (States::of(jobs, model), Resources::of(jobs, model));
    let mut readers = BTreeMap::new();
    let mut left = MAX_LISTED;
    for (index, job) in jobs.iter().enumerate().filter(|(_, job)| job.is_joinable()) {
        let mut reads = states.reads(index, jobs).unwrap_or_default();
        for own in job.estate.instances.iter().filter(|own| own.mode == Mode::Data) {
            if let Some(meant) = resources.meant(own, index, jobs, left) {
                if let MeantResources::All(all, _) = &meant {
                    left = left.saturating_sub(all.len());
                }
                reads.add(own, meant);
            }
        }
        if !reads.is_empty() {
            readers.insert(index, reads);
        }
    }
    readers
}

/// How many data sources have something to read.
pub(super) fn needs(readers: &BTreeMap<usize, StateReads>) -> usize {
    readers.values().map(|reads| reads.needs().count()).sum()
}

/// How many times data sources are looked at: what one tells may be what another one asks for.
pub(super) const MAX_LOOKS: usize = 3;

/// The root modules of some jobs, each once.
pub(super) fn roots(readers: &BTreeMap<usize, StateReads>, jobs: &[Job]) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> =
        readers.keys().filter_map(|index| Some(jobs.get(*index)?.estate.root.clone())).collect();
    roots.sort();
    roots.dedup();
    roots
}

/// The variants of some jobs, by the index of the job.
pub(super) fn by_job<'v>(
    readers: &BTreeMap<usize, StateReads>,
    jobs: &[Job],
    variants: Vec<Variant<'v>>,
) -> BTreeMap<usize, Variant<'v>> {
    let wanted = readers.keys().filter_map(|index| {
        let job = jobs.get(*index)?;
        Some(((job.estate.root.as_path(), job.variant), *index))
    });
    let wanted: FxHashMap<(&Path, usize), usize> = wanted.collect();
    let mut found = BTreeMap::new();
    for mut variant in variants {
        let Some(index) = wanted.get(&(variant.root, variant.ordinal)) else { continue };
        variant.number = jobs.get(*index).map(|job| job.estate.number).unwrap_or_default();
        found.insert(*index, variant);
    }
    found
}

/// Evaluates the readers again. What that has spent is added to `account`; what is left is given back.
pub(super) fn join(
    jobs: &mut [Job],
    model: &Model,
    readers: &BTreeMap<usize, StateReads>,
    mut variants: BTreeMap<usize, Variant<'_>>,
    allowance: Allowance,
    account: &mut Account,
    evaluate: impl Fn(&Variant<'_>, Allowance) -> (Job, Account) + Sync,
) -> Allowance {
    let mut left = allowance;
    for group in in_order(readers) {
        for index in &group {
            if let (Some(variant), Some(reads)) = (variants.get_mut(index), readers.get(index)) {
                variant.joined = Some(Arc::new(reads.answers(jobs, model)));
            }
        }
        let chosen: Vec<(usize, &Variant<'_>)> =
            group.iter().filter_map(|index| Some((*index, variants.get(index)?))).collect();
        let evaluated = shared(left, &chosen, |(_, variant), share| evaluate(variant, share));
        for ((index, _), (job, spent)) in chosen.iter().zip(evaluated) {
            account.add(&spent);
            left = left.less(&spent);
            if let Some(slot) = jobs.get_mut(*index) {
                *slot = job;
            }
        }
    }
    left
}
