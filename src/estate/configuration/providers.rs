//! Providers that are used and that no module requires: Terraform takes any version of them.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::declare::{ModuleConfig, string};
use crate::estate::{Estate, Module, ModuleCall};
use crate::syntax::tree::{ExprId, ExprKind, Tree};
use crate::text::Span;
use crate::value::{Entries, Str, Value};

/// Where the providers are that Terraform looks for if it is told no more than a name.
const DEFAULT_NAMESPACE: &str = "hashicorp";

/// The local name of the provider that is a part of Terraform.
pub(super) const BUILT_IN: &str = "terraform";

/// Its source.
pub(super) const BUILT_IN_SOURCE: &str = "terraform.io/builtin/terraform";

/// A use of a provider under a local name: where it stands, and the version that a `provider` block asks for.
struct ProviderUse {
    span: Span,
    version: Option<Str>,
}

/// Adds a requirement to the first module that uses a provider which none of `configs`, one for each module of the estate, requires.
pub(super) fn add_implied(estate: &mut Estate, configs: &[&ModuleConfig]) {
    let mut required: FxHashSet<Str> = configs
        .iter()
        .flat_map(|config| &config.required_providers)
        .map(|own| own.source.clone().unwrap_or_else(|| default_source(&own.name)))
        .map(|source| source.to_lowercase())
        .collect();
    // What is not at hand may require it.
    let settings = || configs.iter().find_map(|config| config.unread_settings.clone());
    let open = estate
        .incomplete
        .clone()
        .or_else(settings)
        .or_else(|| estate.calls.iter().find(|call| call.hole.is_some()).map(ModuleCall::gap));
    for (module, config) in estate.modules.iter_mut().zip(configs) {
        for (name, used) in uses(config) {
            let is_explicit = config.required_providers.iter().any(|own| own.name == name);
            let source = default_source(&name);
            if name == BUILT_IN || is_explicit || !required.insert(source.to_lowercase()) {
                continue;
            }
            let version = match (used.version, &open) {
                (Some(version), _) => version.into(),
                (None, Some(cause)) => Value::unknown(cause.clone()),
                (None, None) => Value::NULL,
            };
            module.requirements.push((facts(module, &name, source, version), used.span));
        }
    }
}

/// The source of a provider of which no more than the local name is told.
pub(super) fn default_source(name: &str) -> Str {
    ecow::eco_format!("{DEFAULT_NAMESPACE}/{name}")
}

fn facts(module: &Module, name: &Str, source: Str, version: Value) -> std::sync::Arc<Entries> {
    let of_module = |fact: &str| module.facts.get(fact).cloned().unwrap_or(Value::NULL);
    Entries::of_block(vec![
        ("name".into(), name.clone().into()),
        ("source".into(), source.into()),
        ("version".into(), version),
        ("module".into(), of_module("path")),
        ("kind".into(), of_module("kind")),
    ])
}

/// The providers that a module uses, by their local names, each where it is used first.
fn uses(config: &ModuleConfig) -> BTreeMap<Str, ProviderUse> {
    let mut uses: BTreeMap<Str, ProviderUse> = BTreeMap::new();
    for block in &config.providers {
        let version = block.attribute(config, "version").and_then(|(tree, found)| string(tree, found.value));
        let Some(span) = block.span(config) else { continue };
        let used = uses.entry(block.name.clone()).or_insert(ProviderUse { span, version: None });
        used.version = used.version.take().or(version);
    }
    for resource in &config.resources {
        let Some(tree) = config.tree(resource.at) else { continue };
        let named = resource.attribute(config, "provider").map(|(tree, found)| named(tree, found.value));
        let name = match named {
            Some(Some(name)) => name,
            // What it means is not clear.
            Some(None) => continue,
            None => resource.type_.split('_').next().unwrap_or_default(),
        };
        let span = tree.span(resource.at.block.header);
        uses.entry(name.into()).or_insert(ProviderUse { span, version: None });
    }
    uses
}

/// The local name in the `provider` of a resource: `random` in `random`, `random.other` and, as it was written once, `"random.other"`.
fn named(tree: &Tree, expr: ExprId) -> Option<&str> {
    match tree.expr(expr).kind {
        ExprKind::Variable(name) => Some(tree.text(name)),
        ExprKind::Attribute { base, .. } => named(tree, base),
        ExprKind::String(text) => tree.text(text).split('.').next(),
        _ => None,
    }
}
