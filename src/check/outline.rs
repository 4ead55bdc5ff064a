//! Outlines every root: which blocks declare what runs, in how many instances, in which zones, and how many entries depend on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::of_each_root;
use super::roots::Job;
use crate::address::InstanceKey;
use crate::analysis::failure::AffectedNodes;
use crate::budget::{Account, Allowance};
use crate::eval::Files;
use crate::graph::{Graph, NodeKind, NodePlace};
use crate::report::outline::{OutlineReport, OutlinedBlock};
use crate::rule::RuleSet;
use crate::settings::Settings;
use crate::text::Span;
use crate::value::{Known, NodeId};
use crate::verbs::VerbContext;

/// Outlines everything that the settings name.
pub(super) fn outline(settings: &Settings, rules: &Arc<RuleSet>) -> OutlineReport {
    let (report, roots) = of_each_root(settings, rules, root);
    OutlineReport { report, roots }
}

fn root(job: &Job, set: &RuleSet, allowance: Allowance) -> (Vec<OutlinedBlock>, Account) {
    let files: &dyn Files = &*job.files;
    let graph = Graph::build_within(&job.estate, &set.model, files, allowance);
    let context = VerbContext::new(&graph, files);
    let table = context.standings();
    let names = table.zone_names();
    let is_entry = |id: &NodeId| matches!(context.entry(*id), Known::Yes(true));
    let entries: FxHashSet<NodeId> = graph.nodes().map(|(id, _)| id).filter(is_entry).collect();
    let affected = AffectedNodes::of(&graph, entries);
    let mut blocks: BTreeMap<Span, OutlinedBlock> = BTreeMap::new();
    for (id, node) in graph.nodes() {
        let NodePlace::Declared(declaration, key) = &node.place else { continue };
        if !matches!(node.kind, NodeKind::Resource(_)) {
            continue;
        }
        let header = declaration.block.header;
        let block = blocks.entry(header).or_insert_with(|| OutlinedBlock::new(header));
        block.instances += 1;
        block.is_repeated |= *key != InstanceKey::None;
        block.is_uncertain |= *key == InstanceKey::Any;
        if let Some(standing) = table.of(id) {
            // A zone that the provider chooses has no name that would tell anything.
            let is_named = |zone: &&usize| table.zones.get(**zone).is_some_and(|zone| !zone.is_chosen);
            let named = standing.zones.iter().filter(is_named);
            block.zones.extend(named.filter_map(|zone| names.get(*zone)).cloned());
            block.has_more_zones |= standing.open.is_some();
        }
        let dependents = affected.dependents(id);
        block.entries = block.entries.max(dependents.entries);
        block.is_entry |= dependents.is_entry;
    }
    let calls = calls(job);
    blocks.extend(calls);
    (blocks.into_values().collect(), graph.account().clone())
}

/// The `module` blocks, each with the number of its instances, as far as they hold resources.
fn calls(job: &Job) -> BTreeMap<Span, OutlinedBlock> {
    let mut blocks = BTreeMap::new();
    for call in &job.estate.calls {
        let Some(source) = &call.block else { continue };
        let mut found = BTreeSet::new();
        for instance in &job.estate.instances {
            let modules = instance.address.module();
            let depth = call.address.calls().count();
            if modules.is_within(&call.address)
                && let Some((_, key)) = modules.calls().nth(depth.saturating_sub(1))
            {
                found.insert(key);
            }
        }
        let block: &mut OutlinedBlock =
            blocks.entry(source.header).or_insert_with(|| OutlinedBlock::new(source.header));
        block.instances += found.len();
        block.is_repeated |= found.iter().any(|key| *key != InstanceKey::None);
        block.is_uncertain |= found.contains(&InstanceKey::Any);
    }
    blocks
}
