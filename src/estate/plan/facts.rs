//! Module calls, modules and provider requirements of a plan's configuration.

use std::path::Path;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::index::PlanIndex;
use super::reading::configuration::{ConfigModule, ProviderConfig};
use crate::address::InstanceKey;
use crate::estate::{DeclaredName, Module, ModuleCall};
use crate::text::{FileId, Range, Span};
use crate::value::{Cause, CauseKind, Entries, Value};

fn or_null(text: Option<&str>) -> Value {
    text.map_or(Value::NULL, Value::from)
}

/// A fact that the files of a module state and a plan does not show.
fn not_shown(what: &str) -> Value {
    Value::unknown(Cause::new(CauseKind::OutsideConfiguration, what, None))
}

/// The module calls of every module instance.
pub(super) fn calls(plan_index: &PlanIndex<'_>) -> Vec<ModuleCall> {
    let mut calls: Vec<ModuleCall> = Vec::new();
    for module in &plan_index.modules {
        for (name, call) in module.config.into_iter().flat_map(|config| &config.calls) {
            if !plan_index.meter.has_room_for_call(calls.len()) {
                break;
            }
            calls.push(ModuleCall {
                hole: None,
                failed: None,
                meaning: None,
                address: module.address.child(name, &InstanceKey::None),
                source: or_null(call.source),
                version: or_null(call.version_constraint),
                arguments: Entries::of_block(Vec::new()),
                block: None,
            });
        }
    }
    calls.sort_by(|a, b| a.address.cmp(&b.address));
    calls
}

/// The modules: each source once per module that calls it.
pub(super) fn modules(
    plan_index: &PlanIndex<'_>,
    root: &Path,
    providers: &[ProviderConfig<'_>],
) -> Vec<Module> {
    let mut by_module: FxHashMap<&str, Vec<&ProviderConfig<'_>>> = FxHashMap::default();
    for provider in providers {
        by_module.entry(provider.module).or_default().push(provider);
    }
    let mut seen = FxHashSet::default();
    let mut modules = Vec::new();
    for module in &plan_index.modules {
        let Some(config) = module.config else { continue };
        if !seen.insert(std::ptr::from_ref(config)) {
            continue;
        }
        let source = module.caller.as_ref().and_then(|caller| caller.call).and_then(|call| call.source);
        let is_root = module.caller.is_none();
        let shown = if is_root { "." } else { source.unwrap_or_default() };
        let kind = if is_root { "root" } else { "child" };
        modules.push(Module {
            address: module.address.clone(),
            dir: if is_root { root.to_owned() } else { shown.into() },
            files: Vec::new(),
            facts: facts(config, shown, kind),
            span: None,
            variables: (config.variables.iter())
                .map(|(name, variable)| {
                    let has_default = variable.default.is_some();
                    declaration(name, variable.description, variable.sensitive, has_default)
                })
                .collect(),
            outputs: (config.outputs.iter())
                .map(|(name, output)| declaration(name, output.description, output.sensitive, false))
                .collect(),
            requirements: by_module
                .get(module.address.as_str())
                .map_or_else(Vec::new, |providers| requirements(shown, kind, providers)),
        });
    }
    modules
}

fn facts(config: &ConfigModule<'_>, path: &str, kind: &str) -> Arc<Entries> {
    Entries::of_block(vec![
        ("path".into(), path.into()),
        ("kind".into(), kind.into()),
        ("required_version".into(), not_shown("required_version")),
        ("backend".into(), not_shown("backend")),
        ("resources".into(), crate::value::count(config.managed)),
        ("providers".into(), not_shown("providers")),
        ("calls".into(), crate::value::count(config.calls.len())),
        ("run_by".into(), not_shown("run_by")),
    ])
}

/// A `variable` or `output` block; a plan does not show types.
fn declaration(
    name: &str,
    description: Option<&str>,
    sensitive: Option<bool>,
    has_default: bool,
) -> DeclaredName {
    let facts = Entries::of_block(vec![
        ("name".into(), name.into()),
        ("type".into(), not_shown("type")),
        ("description".into(), or_null(description)),
        ("sensitive".into(), sensitive.map_or(Value::NULL, Value::from)),
        ("has_default".into(), has_default.into()),
    ]);
    DeclaredName { name: name.into(), facts, block: None }
}

/// A span in no file: plans contain secrets in clear, so nothing points into their text.
const NOWHERE: Span = Span { file: FileId(u32::MAX), range: Range::new(0, 0) };

fn requirements(path: &str, kind: &str, providers: &[&ProviderConfig<'_>]) -> Vec<(Arc<Entries>, Span)> {
    let mut seen = FxHashSet::default();
    let mut requirements = Vec::new();
    for provider in providers {
        // Configurations of one provider under several aliases are one requirement.
        if !seen.insert(provider.name) {
            continue;
        }
        let source = provider.full_name.map(|full| {
            let short = full.strip_prefix("registry.terraform.io/");
            short.or_else(|| full.strip_prefix("registry.opentofu.org/")).unwrap_or(full)
        });
        let facts = Entries::of_block(vec![
            ("name".into(), provider.name.into()),
            ("source".into(), or_null(source)),
            ("version".into(), or_null(provider.version_constraint)),
            ("module".into(), path.into()),
            ("kind".into(), kind.into()),
        ]);
        requirements.push((facts, NOWHERE));
    }
    requirements
}
