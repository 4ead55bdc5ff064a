//! What rules see of a `module` block: its source, how that is fetched, and its version.

use std::sync::Arc;

use crate::address::ModuleSource;
use crate::estate::ModuleCall;
use crate::value::{Entries, Rest, Str, Type, Value};

/// `source`, `source_kind` and `version` of a call.
pub(super) fn facts(call: &ModuleCall) -> Arc<Entries> {
    let text = |text: &Option<Str>| text.as_ref().map_or(Value::NULL, |text| text.clone().into());
    let kind = call.source.as_deref().map_or(ModuleSource::Other, ModuleSource::of).name();
    let mut items = vec![
        ("source".into(), text(&call.source)),
        ("source_kind".into(), kind.into()),
        ("version".into(), text(&call.version)),
    ];
    items.sort_by(|a: &(Str, Value), b| a.0.cmp(&b.0));
    Arc::new(Entries { element: Type::Dynamic, items: items.into(), rest: Rest::Unset })
}
