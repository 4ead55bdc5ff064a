//! The facts of a `module` block that rules see: its source, the kind of that source, and its version.

use std::sync::Arc;

use crate::address::ModuleSource;
use crate::estate::ModuleCall;
use crate::value::{AbsentKey, Entries, Kind, Str, Type, Value};

/// `source`, `source_kind` and `version` of a call.
pub(super) fn facts(call: &ModuleCall) -> Arc<Entries> {
    let kind = match &call.source.kind {
        Kind::Unknown(unknown) => Value::unknown_of(Type::String, unknown.cause.clone()),
        Kind::String(source) => ModuleSource::of(source).name().into(),
        _ => ModuleSource::Other.name().into(),
    };
    let mut items = vec![
        ("source".into(), call.source.clone()),
        ("source_kind".into(), kind),
        ("version".into(), call.version.clone()),
    ];
    items.sort_by(|a: &(Str, Value), b| a.0.cmp(&b.0));
    Arc::new(Entries { element: Type::Dynamic, items: items.into(), absent: AbsentKey::Null })
}
