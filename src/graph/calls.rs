//! What rules see of a `module` block: its source, how that is fetched, and its version.

use std::sync::Arc;

use crate::estate::ModuleCall;
use crate::value::{Entries, Rest, Str, Type, Value};

/// `source`, `source_kind` and `version` of a call.
pub(super) fn facts(call: &ModuleCall) -> Arc<Entries> {
    let text = |text: &Option<Str>| text.as_ref().map_or(Value::NULL, |text| text.clone().into());
    let kind = call.source.as_deref().map_or("other", source_kind);
    let mut items = vec![
        ("source".into(), text(&call.source)),
        ("source_kind".into(), kind.into()),
        ("version".into(), text(&call.version)),
    ];
    items.sort_by(|a: &(Str, Value), b| a.0.cmp(&b.0));
    Arc::new(Entries { element: Type::Dynamic, items: items.into(), rest: Rest::Unset })
}

/// How a module source is fetched, by Terraform's rules for module addresses.
fn source_kind(source: &str) -> &'static str {
    if source.starts_with("./") || source.starts_with("../") || source == "." || source == ".." {
        return "local";
    }
    let host_of_git = ["github.com/", "bitbucket.org/", "git@"].iter().any(|start| source.starts_with(start));
    let path = source.split('?').next().unwrap_or(source);
    if source.starts_with("git::") || host_of_git || path.ends_with(".git") {
        return "git";
    }
    let archive = [".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"].iter().any(|end| path.ends_with(end));
    if archive || source.starts_with("s3::") || source.starts_with("gcs::") {
        return "archive";
    }
    // namespace/name/provider, with a host before it or without.
    let parts: Vec<&str> = path.split("//").next().unwrap_or(path).split('/').collect();
    let registry = match parts.as_slice() {
        [_, _, _] => !source.contains("::") && !source.contains(':'),
        [host, _, _, _] => host.contains('.'),
        _ => false,
    };
    if registry { "registry" } else { "other" }
}
