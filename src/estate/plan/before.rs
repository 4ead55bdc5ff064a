//! What existed before a plan, with the addresses it had then.
//!
//! The values are the earlier ones, but the configuration is the current one: there is no older one. So a reference in the
//! configuration counts only where the earlier values confirm it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::index::{Changed, IndexInput, PlanIndex};
use super::reading::configuration::Configuration;
use super::reading::json::Json;
use super::reading::sections::Sections;
use super::reading::values::Read;
use crate::address::Address;
use crate::budget::{Account, Allowance};
use crate::estate::{Instance, Mode, ProviderFacts, Symbol};
use crate::text::FileId;
use crate::value::Cause;

/// What existed before a plan.
#[derive(Default)]
pub(super) struct Past {
    pub(super) instances: Vec<Instance>,
    /// The symbols in their origins.
    pub(super) symbols: Vec<Symbol>,
    /// Why modules may be missing.
    pub(super) missing: Option<Arc<Cause>>,
    /// What inferring it has spent.
    pub(super) account: Account,
}

/// The instances before a plan; none if there were none.
pub(super) fn instances<'p>(
    (file, number): (FileId, u32),
    plan: &'p Sections,
    configuration: Option<&'p Configuration<'p>>,
    variables: BTreeMap<&'p str, &'p Json>,
    facts: &'p ProviderFacts,
    allowance: Allowance,
) -> Option<Past> {
    let from_changes = if plan.has_prior { Vec::new() } else { read_changes(plan) };
    let read: Vec<&Read> = plan.prior.read.iter().chain(&from_changes).collect();
    if !read.iter().any(|read| read.mode == Mode::Managed) {
        return None;
    }
    let changes = || plan.changes.iter().filter(|change| !change.is_deposed());
    let secret = changes().filter(|change| !change.before_sensitive.is_null());
    let changed = secret.map(|change| {
        (change.address(), Changed { unknown: None, sensitive: Some(&change.before_sensitive) })
    });
    let given = IndexInput {
        number,
        read,
        config: configuration.map(|configuration| &configuration.root),
        providers: super::providers_of(configuration),
        changed: changed.collect(),
        variables,
        facts,
        relevant: None,
        is_marked: true,
        is_past: true,
        allowance,
    };
    let plan_index = PlanIndex::new(given);
    let mut instances = super::all_instances(&plan_index, file);
    let mut symbols = plan_index.symbols();
    let (missing, account) = (plan_index.meter.missing(), plan_index.account());
    drop(plan_index);

    // The prior state of a plan has the addresses of after the plan.
    let moved: FxHashMap<&str, &Address> = changes()
        .filter_map(|change| Some((change.address(), change.address_before()?)))
        .filter(|(now, then)| *now != then.as_str())
        .collect();
    if !moved.is_empty() {
        for instance in &mut instances {
            if let Some(then) = moved.get(instance.address.as_str()) {
                instance.address = (*then).clone();
            }
        }
        for symbol in &mut symbols {
            if let Some(then) = moved.get(symbol.address.as_str()) {
                symbol.address = then.text().clone();
            }
        }
    }
    super::sort(&mut instances);
    Some(Past { instances, symbols, missing, account })
}

/// The earlier instances as the changes list them, for plans without a prior state.
fn read_changes(plan: &Sections) -> Vec<Read> {
    let mut all = Vec::new();
    for (index, change) in plan.changes.iter().enumerate().filter(|(_, change)| !change.is_deposed()) {
        if !change.before.is_object() {
            continue;
        }
        let pointer = ecow::eco_format!("/resource_changes/{index}/change/before");
        all.extend(change.instance(change.before.clone(), Json::Null, pointer));
    }
    all
}
