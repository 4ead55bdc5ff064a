//! A configuration as a value: what `include` with `expose = true` and `read_terragrunt_config` give.

use super::config::{RemoteStateBlock, UnitConfig};
use super::scope::FileScope;
use crate::value::{AbsentKey, Entries, Kind, Str, Type, Value};

/// The value of a configuration.
pub(super) fn value(scope: &FileScope<'_, '_>, config: &UnitConfig) -> Value {
    let mut items: Vec<(Str, Value)> = Vec::new();
    for attribute in scope.tree.attributes(scope.tree.root()) {
        let name = scope.tree.text(attribute.name);
        if name != "inputs" {
            items.push((name.into(), scope.value(attribute.value)));
        }
    }
    items.push(("locals".into(), scope.locals()));
    items.push(("inputs".into(), inputs(config)));
    let terraform = config.source.as_ref().map(|source| ("source".into(), source.value.clone()));
    items.push(("terraform".into(), Value::object(terraform.into_iter().collect())));
    let dependencies = scope.dependencies().iter();
    let dependencies = dependencies.map(|block| (block.name.clone(), super::dependency::value(scope, block)));
    items.push(("dependency".into(), Value::object(dependencies.collect())));
    if let Some(RemoteStateBlock { backend, config, .. }) = &config.remote_state {
        let state = vec![("backend".into(), backend.clone()), ("config".into(), config.clone())];
        items.push(("remote_state".into(), Value::object(state)));
    }
    let generate = config.generate.iter().map(|block| {
        let file = vec![("path".into(), block.path.clone()), ("contents".into(), block.contents.clone())];
        (block.name.clone(), Value::object(file))
    });
    items.push(("generate".into(), Value::object(generate.collect())));
    match &scope.unread {
        None => Value::object(items),
        Some(cause) => maybe_more(items, cause),
    }
}

fn inputs(config: &UnitConfig) -> Value {
    let items = config.inputs.iter().map(|input| (input.name.clone(), input.value.clone())).collect();
    match &config.open {
        None => Value::object(items),
        Some(cause) => maybe_more(items, cause),
    }
}

/// An object that may have further attributes.
fn maybe_more(items: Vec<(Str, Value)>, cause: &std::sync::Arc<crate::value::Cause>) -> Value {
    let items = crate::value::sorted_by_key(items);
    Kind::Object(std::sync::Arc::new(Entries {
        element: Type::Dynamic,
        items,
        absent: AbsentKey::MaybePresent(cause.clone()),
    }))
    .into()
}
