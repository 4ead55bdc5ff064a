//! Which root modules are the same in other environments: variants of one, and those of the same layout, as `live/prod/app` and
//! `live/staging/app`.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::roots::Job;
use crate::environment;
use crate::estate::{Estate, Input, Mode};
use crate::graph::{Environments, OtherEnvironment};
use crate::value::Str;

/// The most other environments that one is compared with.
const MAX_PEERS: usize = 8;

/// For each job the others that are the same in other environments, by their indexes.
pub(super) fn of(jobs: &[Job]) -> Vec<Vec<usize>> {
    let mut layouts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, job) in jobs.iter().enumerate() {
        let is_one = job.environment.is_some() && job.estate.kind.is_unit();
        if is_one && job.estate.input == Input::Configuration {
            layouts.entry(layout(&job.place)).or_default().push(index);
        }
    }
    let mut peers = vec![Vec::new(); jobs.len()];
    for group in layouts.into_values().filter(|group| group.len() > 1) {
        for index in &group {
            let Some(own) = jobs.get(*index) else { continue };
            let mut seen: FxHashSet<&str> = own.environment.iter().map(|own| own.name.as_str()).collect();
            let mut others: Vec<usize> = group
                .iter()
                .copied()
                .filter(|other| jobs.get(*other).is_some_and(|other| is_peer(own, other, &mut seen)))
                .collect();
            others.truncate(MAX_PEERS);
            if let Some(peers) = peers.get_mut(*index) {
                *peers = others;
            }
        }
    }
    peers
}

/// The environment of a job among those of its peers.
pub(super) fn among<'a>(job: &'a Job, peers: &[usize], jobs: &'a [Job]) -> Environments<'a> {
    let other = |index: &usize| {
        let job = jobs.get(*index)?;
        let environment = job.environment.as_ref()?;
        let (name, is_production) = (environment.name.as_str(), environment.is_production);
        Some(OtherEnvironment { name, is_production, estate: &job.estate })
    };
    Environments {
        own: job.environment.as_ref().map(|own| (own.name.as_str(), own.is_production)),
        others: peers.iter().filter_map(other).collect(),
    }
}

/// A place without the name of its environment.
pub(super) fn layout(place: &str) -> String {
    let parts: Vec<&str> = place.split('/').collect();
    let at = environment::part_naming(parts.iter().copied());
    let without = parts.iter().enumerate().map(|(index, part)| if Some(index) == at { "*" } else { part });
    without.collect::<Vec<_>>().join("/")
}

/// Whether another job is for another environment, the first of its name, and has much the same.
fn is_peer<'a>(own: &Job, other: &'a Job, seen: &mut FxHashSet<&'a str>) -> bool {
    let Some(environment) = &other.environment else { return false };
    let is_alike = own.estate.root == other.estate.root || are_alike(&own.estate, &other.estate);
    is_alike && seen.insert(environment.name.as_str())
}

/// Whether one declares at least half of what the other does.
fn are_alike(one: &Estate, other: &Estate) -> bool {
    let (one, other) = (declared(one), declared(other));
    let common = one.intersection(&other).count();
    common > 0 && common * 2 >= one.len().min(other.len())
}

/// What the root module declares, without the keys of instances.
fn declared(estate: &Estate) -> FxHashSet<Str> {
    let own =
        estate.instances.iter().filter(|own| own.mode == Mode::Managed && own.address.module().is_root());
    let resources = own.map(|own| own.address.without_keys().text().clone());
    resources.chain(estate.calls.iter().map(|call| call.address.text().clone())).collect()
}
