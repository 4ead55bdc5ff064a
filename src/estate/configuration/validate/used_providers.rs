//! Configurations of providers that something uses. Terraform leaves out the others before it looks at what they say.

use rustc_hash::FxHashSet;

use super::WalkedModule;
use super::providers::{Passed, ProviderKey, provider_key};
use crate::estate::configuration::declare::NamedDecl;
use crate::syntax::tree::{ExprId, Tree};

/// Whether a resource of a module, or of one that it calls, uses the configuration that the module knows by this name.
pub(super) fn is_used(units: &[WalkedModule<'_>], unit: &WalkedModule<'_>, key: &ProviderKey) -> bool {
    let mut seen: FxHashSet<(*const WalkedModule<'_>, ProviderKey)> = FxHashSet::default();
    let mut open = vec![(unit, key.clone())];
    while let Some((unit, key)) = open.pop() {
        if !seen.insert((std::ptr::from_ref(unit), key.clone())) {
            continue;
        }
        // What was not read may use it.
        if unit.config.incomplete.is_some() || is_named(unit, &key) {
            return true;
        }
        for (call, called) in unit.config.calls.iter().zip(&unit.called) {
            match called.and_then(|called| units.get(called)) {
                Some(called) => {
                    open.extend(names_in(unit, call, called, &key).into_iter().map(|key| (called, key)));
                }
                None => return true,
            }
        }
    }
    false
}

/// Whether a resource or an `import` block of the module itself uses the configuration.
fn is_named(unit: &WalkedModule<'_>, key: &ProviderKey) -> bool {
    let config = unit.config;
    // What is written instead of a name is a problem of its own.
    let is_it = |tree: &Tree, expr: ExprId| provider_key(tree, expr).is_none_or(|named| named == *key);
    let by_resource = config.resources.iter().any(|resource| match resource.attribute(config, "provider") {
        Some((tree, attribute)) => is_it(tree, attribute.value),
        None => key.1.is_none() && resource.type_.split('_').next() == Some(key.0.as_str()),
    });
    let by_import = || {
        config.trees.iter().any(|tree| {
            tree.blocks_of(tree.root(), "import")
                .filter_map(|block| tree.attribute(tree.body(block.body), "provider"))
                .any(|provider| is_it(tree, provider.value))
        })
    };
    by_resource || by_import()
}

/// The names by which a called module knows a configuration of its caller.
fn names_in(
    unit: &WalkedModule<'_>,
    call: &NamedDecl,
    called: &WalkedModule<'_>,
    key: &ProviderKey,
) -> Vec<ProviderKey> {
    let passed = Passed::of(unit.config, call);
    let mut names = passed.names_of(key);
    // Only a configuration without an alias is passed down implicitly.
    if key.1.is_none() {
        let given = passed.keys();
        let source = unit.declared.source(&key.0);
        let inside = called.declared.local_names(&source).into_iter().chain([key.0.clone()]);
        let inherited = inside.map(|name| (name, None)).filter(|inner| {
            !given.contains(inner)
                && !called.providers.contains_key(inner)
                && called.declared.source(&inner.0) == source
        });
        names.extend(inherited);
    }
    names
}
